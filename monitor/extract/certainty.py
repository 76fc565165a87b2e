"""Hedging beats authority, a credit beats the author's own word, and hearsay in the lead covers what nobody vouches for."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.extract.credits import Credit
from monitor.extract.cues import Cue
from monitor.extract.happenings import Happening
from monitor.extract.line import Line
from monitor.extract.story import Story
from monitor.model import Certainty, Event, Status

__all__ = ["Judgement", "judged"]


@dataclass(frozen=True)
class Judgement:
    """How sure a claim is, who is credited with it, and by which rules."""

    certainty: Certainty
    sources: tuple[str, ...]
    rules: tuple[str, ...]


def judged(
    line: Line, happening: Happening, index: int, *, status: Status, title: str, story: Story
) -> Judgement:
    """Return how sure the sentence is of a happening (told at token `index`) of the work named `title`."""
    credited = [credit for credit in line.credits if _covers(line, credit, happening, index)]
    makers = any(credit.voice in ("maker", "role") for credit in credited)
    hearers = any(credit.voice in ("unnamed", "leak") for credit in credited)
    hedges = _hedges(line, happening, index, status)
    sources = [credit.name for credit in credited if credit.voice not in ("unnamed", "heard")]
    if line.sentence.block.kind == "post" and line.sentence.block.author:
        sources.append(line.sentence.block.author)
    rules = [*(credit.rule for credit in credited), *(cue.rule.name for cue in hedges)]
    rumoured = [cue for cue in hedges if cue.get("certainty") == "rumoured"]
    if hearers and not makers:
        certainty = Certainty.RUMOURED
    elif rumoured:
        firm = not makers or any(cue.get("strong") for cue in rumoured)
        certainty = Certainty.RUMOURED if firm else Certainty.EXPECTED
    elif hedges:
        certainty = Certainty.EXPECTED
    elif makers or (status is not Status.UNANNOUNCED and _is_vouched(line, happening, index)):
        certainty = Certainty.OFFICIAL
    elif not credited and _is_listed(happening, status, title, story):
        certainty = Certainty.OFFICIAL
        sources.extend(story.lead_credit)
        rules.append("the lead's credit")
    elif story.makers_voice and status is not Status.UNANNOUNCED:
        certainty = Certainty.OFFICIAL
        rules.append("the maker's own entry")
    elif story.hearsay and status is Status.SCHEDULED and happening.event is Event.RELEASE:
        certainty = Certainty.RUMOURED
        rules.append("hearsay in the lead")
    else:
        certainty = Certainty.REPORTED
    return Judgement(certainty, tuple(sources), tuple(rules))


def _hedges(line: Line, happening: Happening, index: int, status: Status) -> list[Cue]:
    """Return the hedges of a claim; what has happened is hedged by a leak or a rumour only."""
    here = {line.clause(happening.first), line.clause(index)}
    found = [
        cue
        for cue in line.sentence.cues
        if cue.kind == "hedge"
        and (
            cue.get("strong")
            or cue.get("far")
            or (line.clause(cue.first) in here and _reaches(line, cue, happening, index))
        )
    ]
    if status not in (Status.RELEASED, Status.POSTPONED):
        return found
    delayed = status is Status.POSTPONED and happening.kind == "delay"
    reaching = (
        cue for cue in found if cue.get("strong") or (delayed and 0 <= happening.first - cue.first <= 4)
    )
    return found if any(line.clause(cue.first) in here or cue.first < index for cue in reaching) else []


def _reaches(line: Line, hedge: Cue, happening: Happening, index: int) -> bool:
    """Tell whether a hedge stands in its claim, shortly before its verb or its date, or right behind it."""
    stream, language = line.sentence.stream, line.sentence.language
    first, last = min(happening.first, index), max(happening.last, index + 1)
    if hedge.first >= last:
        between = stream[last : hedge.first]
        return len(between) <= 4 and not any(token.text in language.and_words | {","} for token in between)
    return first - 10 <= hedge.first


def _covers(line: Line, credit: Credit, happening: Happening, index: int) -> bool:
    """Tell whether a credit reaches a claim: what leads up to the credited statement is the author's own word.

    "Ahead of its release in May, NAME shared a trailer", "When season 1 came out in May, NAME said …".
    """
    stream, language = line.sentence.stream, line.sentence.language
    told_at = max(happening.last, index)
    if credit.first <= happening.first:
        return True
    leads_up = happening.first < 12 and (happening.named or happening.dated or happening.kind == "soon")
    if leads_up and any(token.text == "," for token in stream[told_at : credit.first]):
        return False
    return not (credit.first > told_at and stream[0].text in language.subordinators)


def _is_vouched(line: Line, happening: Happening, index: int) -> bool:
    """Tell whether "official" or "confirmed" is said of the claim, with nobody named."""
    here = {line.clause(happening.first), line.clause(index)}
    return happening.official or any(
        cue.kind == "sure"
        and (line.clause(cue.first) in here or _leads_in(line, cue, here))
        and (happening.event is Event.RELEASE or abs(cue.first - happening.first) <= 4)
        for cue in line.sentence.cues
    )


def _leads_in(line: Line, cue: Cue, here: set[int]) -> bool:
    """Tell whether a cue opens a colon's sentence: "It is official: X launches in May"."""
    following = line.sentence.stream[cue.last : cue.last + 1]
    return any(token.text == ":" for token in following) and line.clause(cue.last) in here


def _is_listed(happening: Happening, status: Status, title: str, story: Story) -> bool:
    """Tell whether a claim is of the list of dates that the lead credits to somebody."""
    return (
        bool(story.lead_credit)
        and title in story.lead_works
        and status in (Status.SCHEDULED, Status.POSTPONED)
        and happening.event is Event.RELEASE
    )
