"""A date belongs to the happening that stands nearest, tells when only if something says so, and agrees with the tense."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from monitor.extract.dates import Mention, find_dates
from monitor.extract.fold import fold
from monitor.extract.happenings import Happening
from monitor.extract.line import Line
from monitor.extract.sentence import Sentence
from monitor.model import Status, When

__all__ = [
    "NEVER",
    "attribute_reason",
    "coordinates",
    "from_to",
    "governor_of",
    "is_denied_near",
    "is_negated",
    "is_yearless",
    "label_of",
    "not_before",
    "settled",
    "sharing",
    "stands_at",
    "words_before",
]

_DECADE = re.compile(r"\d0'?s\b")


NEVER = When("0001-01-01")


_EPOCH = datetime(2023, 1, 1, tzinfo=UTC)


_REACH = 26
"""How far, in tokens and marks, a date may stand from the cue that it belongs to."""


def is_yearless(mention: Mention) -> bool:
    """Whether the text leaves the year open."""
    early, late = mention.resolve(_EPOCH), mention.resolve(_EPOCH.replace(year=2010))
    return (
        early is not None
        and late is not None
        and early != late
        and early.edtf[4:] == late.edtf[4:]
        and len(early.edtf) == 10
    )


def label_of(sentence: Sentence, published: datetime) -> datetime | None:
    """Return the day that an entry of a timeline opens with: "March 2025: an e-mail moves it to July"."""
    stream = sentence.stream
    if not stream or stream[0].kind != "date" or sentence.block.kind == "heading":
        return None
    if len(stream) > 1 and stream[1].text not in (".", ":"):
        return None
    when = stream[0].value.resolve(published, past=True)
    if when is None or when.earliest is None or when.earliest > published.date():
        return None
    return datetime(when.earliest.year, when.earliest.month, when.earliest.day, 12, tzinfo=UTC)


def sharing(
    sentence: Sentence, index: int, governor: Happening, happenings: Sequence[Happening]
) -> list[Happening]:
    """Return who shares a date: "… in September when Y launches" tells it of two releases."""
    for happening in happenings:
        if (
            happening is not governor
            and happening.first > index
            and happening.kind == "release"
            and happening.tense == "present"
        ):
            between = sentence.stream[index + 1 : happening.first]
            if len(between) <= 5 and between and between[0].text in ("when", "as", "while"):
                return [happening]
    return []


def attribute_reason(sentence: Sentence, index: int) -> str:
    """Say why a date is an attribute of something ("2017's X", "X (2017)") and no statement; "" when it is one."""
    stream, text = sentence.stream, sentence.block.text
    token = stream[index]
    after = text[token.end : token.end + 2]
    if after[:2] in ("'s", "’s") or token.text.endswith("'s"):
        return "it is an attribute"
    following = stream[index + 1].text if index + 1 < len(stream) else ""
    if following in ("after", "since", "before") and token.text.split(" ")[-1].rstrip("s") in (
        "year",
        "month",
        "week",
        "day",
    ):
        return "it is counted from something else"
    if _DECADE.search(token.text):
        return "a decade is no date"
    before = text[max(0, token.start - 2) : token.start]
    previous = stream[index - 1] if index else None
    year = token.text.strip().isdigit() and len(token.text.strip()) == 4
    if year and before.endswith("(") and after.startswith(")"):
        return "it is an attribute"
    if (
        year
        and previous is not None
        and not previous.kind
        and _word_before(text, token.start)[:1].isupper()
        and fold(_word_before(text, token.start)) not in sentence.language.stops
        and not any(
            cue.first <= index - 1 < cue.last
            for cue in sentence.cues
            if cue.kind in ("release", "out", "delay", "due")
        )
    ):
        return "it is part of a name"
    return ""


def _word_before(text: str, start: int) -> str:
    words = text[max(0, start - 30) : start].split()
    return words[-1] if words else ""


def _distance(sentence: Sentence, first: int, last: int, clauses: Sequence[int]) -> int:
    """How far apart two places are, marks and other clauses weighing more than words."""
    cost = 0
    for token in sentence.stream[first:last]:
        if token.kind == "date":
            cost += 5
        elif token.text == ",":
            cost += 3
        else:
            cost += 1
    return cost + 9 * abs(clauses[min(last, len(clauses) - 1)] - clauses[min(first, len(clauses) - 1)])


def governor_of(line: Line, index: int) -> Happening | None:
    """Return the happening that the date at `index` belongs to, None when something else is nearer."""
    best: tuple[int, Happening | None] | None = None
    fronted = _is_fronted(line.sentence, index)
    for happening in line.happenings:
        if fronted and happening.last <= index:
            continue
        cost = _cost(line, index, happening.first, happening.last)
        if cost is not None:
            cost += _RELUCTANCE.get(happening.kind, 0)
            cost += happening.tense == "noun" and not happening.dated
            if best is None or cost < best[0]:
                best = (cost, happening)
    for cue in line.others:
        cost = _cost(line, index, cue.first, cue.last)
        if cost is not None and cue.first > index and not cue.get("verb"):
            # A noun behind a date seldom owns it: "premiered on 29 June with a rating of …".
            cost += 5
        if cost is not None and (best is None or cost < best[0]):
            best = (cost, None)
    return None if best is None or best[0] > _REACH else best[1]


def _is_fronted(sentence: Sentence, index: int) -> bool:
    """Tell whether a date opens a clause of its own: "X launched on PC, and in 2023, its frame rate is still low"."""
    stream, language = sentence.stream, sentence.language
    first = index - 1 if index and stream[index - 1].text in language.prepositions else index
    return (
        first > 1
        and stream[first - 1].text in language.and_words
        and stream[first - 2].text == ","
        and index + 3 < len(stream)
        and stream[index + 1].text == ","
        and (stream[index + 2].text in language.determiners | language.pronouns)
    )


# What is seldom dated itself leaves a date to what stands a little further off.
_RELUCTANCE = {"trailer": 2, "unannounced": 6}


def _cost(line: Line, index: int, first: int, last: int) -> int | None:
    """Return how far a cue stands from the date at `index`, None when it stands in a later clause."""
    if first <= index < last:
        return 0
    if last <= index:
        return _distance(line.sentence, last, index, line.clauses)
    if index > 2 and line.clauses[index] != line.clauses[first]:
        return None
    stream = line.sentence.stream
    if index > 2 and stream[0].text in line.sentence.language.subordinators:
        # "After confirming it last week, Northfall has introduced X": the date is of what leads up to it.
        comma = next((at for at in range(index, first) if stream[at].text == ","), first)
        if comma < first and not any(token.kind == "date" for token in stream[comma:first]):
            return None
    return _distance(line.sentence, index + 1, first, line.clauses) + 2


def stands_at(sentence: Sentence, happening: Happening, index: int) -> bool:
    """Tell whether a date stands at a noun and nothing says that it is past: "its release in October", "an October release"."""
    if happening.kind == "trailer":
        return -1 <= index - happening.last <= 2 or 0 <= happening.first - index <= 3
    language, stream = sentence.language, sentence.stream
    if any(
        token.text in language.after_words for token in stream[max(0, happening.first - 2) : happening.first]
    ):
        return False
    mention: Mention = stream[index].value
    relative = mention.resolve(_EPOCH) != mention.resolve(_EPOCH.replace(year=2010))
    if relative and any(token.text in language.past_words for token in stream):
        return False
    return 0 <= index - happening.last <= 2 or 0 <= happening.first - index - 1 <= 1


def coordinates(sentence: Sentence, first: int, second: int) -> bool:
    """Whether nothing but names, scopes and small words stands between two dates."""
    between = sentence.stream[first + 1 : second]
    small = sentence.language.joiners | sentence.language.prepositions | sentence.language.of_words
    return (
        len(between) <= 14 and sum(1 for token in between if not token.kind and token.text not in small) <= 2
    )


def words_before(sentence: Sentence, index: int, count: int) -> list[str]:
    """Return the words among the `count` tokens before token `index`."""
    return [token.text for token in sentence.stream[max(0, index - count) : index] if not token.kind]


def from_to(when: When | None, sentence: Sentence, index: int, now: datetime) -> tuple[When, When] | None:
    """Return the old and the new date of a range that a move is said of ("from May 3 to July 26")."""
    if when is None or "/" not in when.edtf or when.is_open:
        return None
    language = sentence.language
    token = sentence.stream[index]
    words = token.text.split()
    if (
        words[0] not in language.from_words
        and not set(words_before(sentence, index, 1)) & language.from_words
    ):
        return None
    # As a range "February to April 28" begins on a day; as two dates its first is a month.
    text = sentence.block.text[token.start : token.end]
    to = next((word for word in words[1:] if word in language.to_words), "")
    old, _, new = text.partition(f" {to} ")
    if words[0] in language.from_words:
        old = old.partition(" ")[2]
    dates = [find_dates(piece, language.code)[-1:] for piece in (old, new)]
    found = [mention.resolve(now) for piece in dates for mention in piece]
    if to and len(found) == 2 and found[0] is not None and found[1] is not None:
        return found[0], found[1]
    first, _, last = when.edtf.partition("/")
    return When.parse(first), When.parse(last)


def is_negated(sentence: Sentence, happening: Happening, index: int, clauses: Sequence[int]) -> bool:
    """Tell whether a negation stands in a happening, or before it in its clause."""
    for cue in sentence.cues:
        if cue.kind != "not" or cue.first > max(happening.last, index):
            continue
        if happening.first <= cue.first < happening.last:
            if happening.kind in ("release", "out"):
                return True
            continue
        if (
            clauses[cue.first] == clauses[min(happening.first, len(clauses) - 1)]
            and 0 <= happening.first - cue.last <= 4
        ):
            return True
    return False


def is_denied_near(sentence: Sentence, index: int, clauses: Sequence[int]) -> bool:
    """Tell whether a bound is negated in its clause: "not … before 2026", "before 2026 is out of the question"."""
    if sentence.stream[index].text.split()[0] not in sentence.language.before_words:
        return False
    return any(
        cue.kind == "not" and clauses[cue.first] == clauses[index] and abs(cue.first - index) <= 10
        for cue in sentence.cues
    )


def not_before(when: When) -> When:
    """Turn "before X" into "X or later"."""
    start = (when.latest or date.max - timedelta(days=1)) + timedelta(days=1)
    text = start.isoformat()
    if start.day == 1:
        text = text[:4] if start.month == 1 else text[:7]
    return When.parse(f"{text}/..")


def settled(
    outcome: tuple[Status, When | None], happening: Happening, now: datetime, mention: Mention
) -> tuple[Status | None, When | None]:
    """Make tense and time agree: a date behind the document is past, one ahead of it is to come; no status when they cannot."""
    status, when = outcome
    if when is None:
        return status, None
    day = now.date()
    if status is Status.SCHEDULED and when.latest is not None and when.latest < day:
        foretold = happening.tense == "future" and happening.rule.endswith("will-release")
        vague = happening.tense == "noun" and not when.is_day
        if foretold or vague or happening.kind in ("delay", "advance", "due"):
            return None, None
        back = mention.resolve(now, past=True)
        if back is not None and back.is_open and not when.is_open:
            # "Since 21 April": it came out on the day.
            back = When.parse(back.edtf.removesuffix("/.."))
        return Status.RELEASED, back
    if status is Status.RELEASED and when.earliest is not None and when.earliest > day:
        return Status.SCHEDULED, when
    return status, when
