"""A happening and its date make one status or two: what was put off from one day to another was due and is to come."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.extract.clock import Clock
from monitor.extract.happenings import Happening
from monitor.extract.line import Line
from monitor.extract.timing import NEVER, from_to, is_denied_near, is_negated, not_before, words_before
from monitor.model import Document, Event, Status, When

__all__ = ["Outcome", "dated_outcomes", "undated_status"]

Outcome = tuple[Status, When | None]


def dated_outcomes(
    line: Line, index: int, happening: Happening, *, clock: Clock, document: Document
) -> Sequence[Outcome] | None:
    """Return the statuses, each with its period, that the date at token `index` gives a happening; None when it is unknown."""
    past = happening.tense == "past" or happening.kind == "shown" or _is_trailer_shown(line, happening, index)
    moved = happening.kind in ("delay", "advance")
    when = clock.period(line.sentence, index, past=past, moved=moved)
    if when is NEVER:
        return None
    if happening.kind == "delay":
        outcomes = _delayed(line, index, happening, when, clock)
    elif happening.kind == "advance":
        outcomes = _brought_forward(line, index, when, clock)
    elif _is_overtaken(line, happening):
        outcomes = _overtaken(line, when)
    elif happening.kind == "due":
        ahead = when is not None and when.latest is not None and when.latest >= document.published.date()
        outcomes = [(Status.SCHEDULED if happening.soft and ahead else Status.POSTPONED, when)]
    elif happening.kind == "cancel":
        # "Will not be released in 2024" denies the date; it says nothing of later.
        outcomes = [(Status.DENIED if happening.soft else Status.CANCELLED, when)]
    elif happening.kind == "unannounced":
        return []
    else:
        outcomes = _told(line, index, happening, when, clock, past=past)
    debunked = any(
        cue.kind == "false" and (cue.last <= index if cue.get("ahead") else cue.first > index)
        for cue in line.sentence.cues
    )
    return [(Status.DENIED, when)] if debunked and not past else outcomes


def _is_trailer_shown(line: Line, happening: Happening, index: int) -> bool:
    """Tell whether a verb of the same clause says that a trailer is out: "dropped the trailer on Tuesday"."""
    joiners = line.sentence.language.joiners
    if any(token.text in joiners for token in line.sentence.stream[happening.last : index]):
        return False
    return happening.kind == "trailer" and any(
        one.event is Event.TRAILER
        and (one.tense == "past" or one.kind in ("shown", "out"))
        and line.clause(one.first) == line.clause(happening.first)
        for one in line.happenings
    )


def _is_overtaken(line: Line, happening: Happening) -> bool:
    """Tell whether a plan of the past stands beside its end: "which was due out in May, has been cancelled"."""
    if happening.kind != "due" and not (
        happening.kind == "release"
        and happening.tense == "future"
        and line.sentence.stream[happening.first].text in line.sentence.language.past_words
    ):
        return False
    if any(cue.kind == "hedge" for cue in line.sentence.cues):
        return False
    return any(one.kind in ("cancel", "delay") and not one.weak for one in line.happenings)


def _overtaken(line: Line, when: When | None) -> list[Outcome]:
    ends = [
        one
        for one in line.happenings
        if one.kind == "cancel" and not is_negated(line.sentence, one, one.first, line.clauses)
    ]
    for end in ends:
        end.used = True
    return [(Status.CANCELLED if ends else Status.POSTPONED, when)]


def _delayed(line: Line, index: int, happening: Happening, when: When | None, clock: Clock) -> list[Outcome]:
    """Read "from X to Y", "from X", "to Y"; a date before the verb says when it was announced."""
    stream, language = line.sentence.stream, line.sentence.language
    before = words_before(line.sentence, index, 1)
    both = from_to(when, line.sentence, index, clock.now(line.sentence))
    if happening.old:
        return [(Status.POSTPONED, when)]
    if both:
        return [(Status.POSTPONED, both[0]), (Status.SCHEDULED, both[1])]
    day = _day_before(line, index, when)
    if day is not None:
        return [(Status.POSTPONED, day), (Status.SCHEDULED, when)]
    taken_from = index == happening.last and stream[index - 1].text in language.from_words
    if taken_from or {*before, " ".join(words_before(line.sentence, index, 2))} & language.from_words:
        return [(Status.POSTPONED, when)]
    if not before or not (set(before) & language.to_words or index > happening.last):
        return []
    supposed = any(token.text in language.conditionals for token in stream[: happening.first])
    if happening.tense == "told" or happening.weak or supposed:
        return [(Status.SCHEDULED, when)]
    # That it was put off is told once, however many new dates follow.
    happening.tense = "told"
    return [(Status.SCHEDULED, when), (Status.POSTPONED, None)]


def _day_before(line: Line, index: int, when: When | None) -> When | None:
    """Return the old day in "z 17 na 27 października", where the month is said once."""
    stream, language = line.sentence.stream, line.sentence.language
    if when is None or not when.is_day or when.earliest is None or index < 3:
        return None
    old = [token.text for token in stream[index - 3 : index]]
    if old[0] not in language.from_words or not old[1].isdigit() or old[2] not in language.to_words:
        return None
    try:
        return When.parse(when.earliest.replace(day=int(old[1])).isoformat())
    except ValueError:
        return None


def _brought_forward(line: Line, index: int, when: When | None, clock: Clock) -> list[Outcome]:
    both = from_to(when, line.sentence, index, clock.now(line.sentence))
    if both:
        return [(Status.SCHEDULED, both[1])]
    is_old = set(words_before(line.sentence, index, 1)) & line.sentence.language.from_words
    return [] if is_old else [(Status.SCHEDULED, when)]


def _told(
    line: Line, index: int, happening: Happening, when: When | None, clock: Clock, *, past: bool
) -> list[Outcome]:
    """Read a plain statement; "not before X" is to come, "not in X" is denied, "was not released in X" says nothing."""
    language = line.sentence.language
    first_word = line.sentence.stream[index].text.split()[0]
    if (
        when is not None
        and when.latest is None
        and {*words_before(line.sentence, index, 1), first_word} & language.before_words
    ):
        return [(Status.SCHEDULED, when)]
    if when is not None and when.earliest is None and is_denied_near(line.sentence, index, line.clauses):
        if first_word in language.until_words:
            return [(Status.SCHEDULED, clock.period(line.sentence, index, past=False, moved=True))]
        return [(Status.SCHEDULED, not_before(when))]
    if is_negated(line.sentence, happening, index, line.clauses):
        return [] if past else [(Status.DENIED, when)]
    words = line.sentence.stream[index].text.split()
    today = happening.kind == "out" and bool(set(words) & language.today_words)
    return [(Status.RELEASED if past or today else Status.SCHEDULED, when)]


def undated_status(line: Line, happening: Happening) -> Status | None:
    """Return the status that a happening has without a date, None when it then says nothing."""
    if happening.unveils and happening.event is Event.RELEASE:
        return None
    status = _undated(line, happening)
    if status is Status.SCHEDULED and any(cue.kind == "false" for cue in line.sentence.cues):
        return None
    if status is Status.RELEASED and is_negated(line.sentence, happening, happening.first, line.clauses):
        return None
    return status


def _undated(line: Line, happening: Happening) -> Status | None:
    negated = is_negated(line.sentence, happening, happening.first, line.clauses)
    match happening.kind:
        case "out":
            return None if _is_preview(line, happening) else Status.RELEASED
        case "launched":
            return _launched(line, happening)
        case "unannounced":
            return Status.UNANNOUNCED
        case "delay":
            return None if happening.weak else Status.POSTPONED
        case "cancel" if happening.soft:
            return Status.DENIED if _names_place(line, happening) else Status.CANCELLED
        case "cancel":
            return Status.SCHEDULED if negated else Status.CANCELLED
        case "known" | "soon":
            return Status.SCHEDULED
        case "release" if happening.event is Event.RELEASE:
            if not _names_where(line, happening):
                return None
            return Status.DENIED if negated else Status.SCHEDULED
        case _ if happening.event is Event.TRAILER:
            return _trailer(line, happening)
    return None


def _is_preview(line: Line, happening: Happening) -> bool:
    """Tell "available as a beta": what is out is not the work."""
    following = line.sentence.stream[happening.last : happening.last + 1]
    return any(token.text in line.sentence.language.as_words for token in following) and any(
        cue.kind == "other" and 0 <= cue.first - happening.last <= 4 for cue in line.sentence.cues
    )


def _launched(line: Line, happening: Happening) -> Status | None:
    """Read "Premiera X" at the head of a headline, with no time and no question: it is out."""
    sentence = line.sentence
    if sentence.block.kind != "headline" or happening.first > 1 or sentence.question:
        return None
    if any(one is not happening for one in line.happenings):
        return None
    after = sentence.stream[happening.last : happening.last + 4]
    return Status.RELEASED if any(token.kind == "work" for token in after) else None


def _names_where(line: Line, happening: Happening) -> bool:
    """Without a date only "coming to X" and the like say anything."""
    if happening.tense not in ("future", "participle", "present"):
        return False
    return _names_place(line, happening)


def _names_place(line: Line, happening: Happening) -> bool:
    small = line.sentence.language.prepositions | line.sentence.language.joiners
    near = line.sentence.stream[happening.first : happening.last + 8]
    return any(
        token.kind == "scope" and offset and near[offset - 1].text in small
        for offset, token in enumerate(near)
    )


def _trailer(line: Line, happening: Happening) -> Status | None:
    """Take a trailer that is spoken of for out, unless it is to come, an older one, one of many, or a guess."""
    sentence = line.sentence
    if happening.kind == "release" and happening.tense in ("future", "participle"):
        return Status.SCHEDULED
    if happening.kind == "release" and happening.tense == "present":
        return Status.RELEASED
    several = sentence.stream[happening.last - 1].text.endswith("s")
    if (
        several
        and sentence.block.kind != "headline"
        and not any(one.kind == "shown" for one in line.happenings)
    ):
        return None
    words = {token.text for token in sentence.stream[max(0, happening.first - 4) : happening.last]}
    if words & sentence.language.old_words:
        return None
    guessed = any(
        cue.kind == "hedge"
        and line.clause(cue.first) == line.clause(happening.first)
        and abs(cue.first - happening.first) < 7
        for cue in sentence.cues
    )
    return None if guessed else Status.RELEASED
