"""English: what a person would say of a change, in one sentence, and the short title of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from babel import Locale

from monitor.model import Belief, Certainty, ChangeKind, Event, Status, When, counted
from monitor.notify.dates import spell, spell_move, spell_range

__all__ = ["English"]

# How a scope is said: "on PS5", "in Japan", "in theatres". CLAIMS names the media, CLDR the territories.
_SCOPES = {
    "theatres": "in theatres", "early access": "in early access", "digital": "in digital form", "audiobook": "as an audiobook",
    "paperback": "in paperback", "hardcover": "in hardcover", "physical edition": "as a physical edition",
    "unveiling": "at its unveiling", "Europe": "in Europe", "US": "in the US", "UK": "in the UK",
}  # fmt: skip

_REGIONS = frozenset({"Europe", "US", "UK"})


@dataclass(frozen=True)
class Said:
    """What is said of the event: `finite` after a subject ("is due in May"), `infinitive` after "to" ("be due in May")."""

    finite: str
    infinitive: str


class English:
    """The English wording for one locale: `sentence` and `title` of a change, and the small words around them."""

    was = "Was"
    now = "Now"
    still = "Still"
    heard = "Heard"
    nothing = "nothing that is believed"
    certainties: ClassVar = {
        Certainty.OFFICIAL: "official",
        Certainty.REPORTED: "reported",
        Certainty.EXPECTED: "expected",
        Certainty.RUMOURED: "rumoured",
    }

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def subject(
        self, title: str, instalment: str | None, event: Event, scope: Sequence[str], trailer: str = ""
    ) -> str:
        """Return who or what the change is about: "The launch trailer for Alan Wake 2 on PS5"."""
        name = _named(title, instalment)
        if event is Event.TRAILER:
            name = f"{_trailer(trailer)} for {name}"
        return " ".join([name, *([_places(scope)] if scope else [])])

    def title(
        self,
        subject: str,
        kind: ChangeKind,
        after: Belief | None,
        before: Belief | None,
        *,
        by_verdict: bool = False,
    ) -> str:
        """Return a short title: "Alan Wake 2: moved to 27 October 2023"."""
        if after is None:
            gone = self.state(before.status, self._day(before)) if before else ""
            return f"{subject}: withdrawn{', ' + gone if gone else ''}"
        if by_verdict:
            return f"{subject}: corrected, {self.state(after.status, self._day(after))}"
        day = spell(after.when, self.locale) if after.when else ""
        return f"{subject}: {self._headline(kind, after.status, day, before)}"

    def _headline(self, kind: ChangeKind, status: Status, day: str, before: Belief | None) -> str:
        state = self.state(status, day)
        match kind:
            case ChangeKind.APPEARED | ChangeKind.RELEASED | ChangeKind.CANCELLED | ChangeKind.DENIED:
                return state
            case ChangeKind.POSTPONED:
                return "postponed"
            case ChangeKind.NARROWED:
                return f"narrowed down to {day}" if day else state
            case ChangeKind.WIDENED:
                return f"now only {day}" if day else "no date any more"
            case ChangeKind.MOVED_EARLIER:
                return f"brought forward to {day}"
            case ChangeKind.MOVED_LATER:
                return f"moved to {day}"
            case ChangeKind.CONFIRMED:
                return f"confirmed, {state}"
            case ChangeKind.RUMOURED:
                return f"rumour, {state}"
            case ChangeKind.DISPUTED:
                return f"disputed, {state}" + (
                    f" or {self.state(before.status, self._day(before))}" if before else ""
                )
            case ChangeKind.OVERDUE:
                return f"overdue since {day}" if day else "overdue"
            case ChangeKind.RETRACTED:
                return "withdrawn"

    def state(self, status: Status, day: str) -> str:
        """Return a belief in a word or two: "27 October 2023", "out", "cancelled"."""
        match status:
            case Status.SCHEDULED:
                return day or "coming, no date so far"
            case Status.RELEASED:
                return f"out since {day}" if day else "out"
            case Status.UNANNOUNCED:
                return "no date so far"
            case Status.POSTPONED:
                return f"postponed from {day}" if day else "postponed"
            case Status.CANCELLED:
                return "cancelled"
            case Status.DENIED:
                return f"not {day}" if day else "denied"

    def sentence(
        self, subject: str, kind: ChangeKind, event: Event, after: Belief, before: Belief | None, *, who: str
    ) -> str:
        """Return the sentence without its full stop: "Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy"."""
        nobody = kind in {ChangeKind.DISPUTED, ChangeKind.OVERDUE}
        return self._clause(subject, kind, event, after, before) + ("" if nobody else who)

    def verdict(
        self, subject: str, event: Event, after: Belief | None, before: Belief | None, *, note: str
    ) -> str:
        """Return the sentence of a change that a person's verdict caused: "Corrected by your monitor: … is due in May"."""
        rest = f" – {note}" if note else ""
        if after is None:
            gone = self._said(event, before).infinitive if before else "be known"
            return f"Withdrawn by your monitor: {subject} is no longer believed to {gone}{rest}"
        said = self._said(event, after).finite
        old = before.when if before else None
        if after.status is Status.SCHEDULED and after.when and old and old != after.when:
            said += f", not {self.adverb(old)}"
        return f"Corrected by your monitor: {subject} {said}{rest}"

    def retracted(self, subject: str, event: Event, before: Belief | None) -> str:
        """Return the sentence for what is believed no more because its document says otherwise now."""
        gone = self._said(event, before).infinitive if before else "be known"
        return f"Withdrawn: {subject} is no longer believed to {gone}; what said so does not say it any more"

    def against(self, day: str) -> str:
        """Return what a sentence adds where the maker contradicts what a person confirmed on `day`."""
        return f", against your confirmation of {day}"

    def _clause(
        self, subject: str, kind: ChangeKind, event: Event, after: Belief, before: Belief | None
    ) -> str:
        said = self._said(event, after)
        old = before.when if before else None
        new = after.when
        match kind:
            case ChangeKind.RUMOURED:
                rest = (
                    f", not {self.adverb(old)}"
                    if old and new and old != new and after.status is Status.SCHEDULED
                    else ""
                )
                return f"{subject} {'may' if after.certainty is Certainty.EXPECTED else 'is rumoured to'} {said.infinitive}{rest}"
            case ChangeKind.DISPUTED:
                other = self._said(event, before).finite if before else "was known otherwise"
                return f"Sources disagree: {subject} {said.finite}, or {other}"
            case ChangeKind.OVERDUE:
                due = f"was due {self.adverb(new)}" if new else "was due"
                return f"{subject} {due} and is not known to be out"
            case ChangeKind.CONFIRMED:
                if new and after.status is Status.SCHEDULED and _is_plain(new):
                    return f"{subject} is confirmed for {spell(new, self.locale)}"
                return f"It is confirmed: {subject} {said.finite}"
            case ChangeKind.MOVED_LATER | ChangeKind.MOVED_EARLIER if old and new:
                return _hedged(subject, after.certainty, self._moved(kind, old, new))
            case ChangeKind.NARROWED if old and new:
                return (
                    _hedged(subject, after.certainty, said)
                    + f", narrowed down from {spell(old, self.locale)}"
                )
            case ChangeKind.WIDENED if old and new:
                return _hedged(subject, after.certainty, self._gone_from(old, new))
            case ChangeKind.WIDENED if old:
                return f"{subject} no longer has a date; it was due {self.adverb(old)}"
            case ChangeKind.POSTPONED:
                from_ = new or old
                said = Said("has been postponed", "have been postponed")
                rest = f" from {spell(from_, self.locale)}" if from_ and _is_plain(from_) else ""
                return _hedged(subject, after.certainty, said) + f"{rest}, with no new date"
            case ChangeKind.CANCELLED:
                rest = f"; it was due {self.adverb(new or old)}" if (new or old) else ""
                return (
                    _hedged(subject, after.certainty, Said("has been cancelled", "have been cancelled"))
                    + rest
                )
            case _:
                return _hedged(subject, after.certainty, said)

    def _said(self, event: Event, belief: Belief) -> Said:
        at = self.adverb(belief.when) if belief.when else ""
        match belief.status:
            case Status.SCHEDULED if at:
                return Said(f"is due {at}", f"come out {at}")
            case Status.SCHEDULED:
                return Said("is coming, with no date so far", "come out, with no date so far")
            case Status.RELEASED if at:
                return Said(f"came out {at}", f"have come out {at}")
            case Status.RELEASED:
                return Said("is out", "be out")
            case Status.UNANNOUNCED if event is Event.TRAILER:
                return Said("is still awaited", "be still awaited")
            case Status.UNANNOUNCED:
                return Said("has no release date so far", "have no release date so far")
            case Status.POSTPONED:
                rest = f" from {spell(belief.when, self.locale)}" if belief.when else ""
                return Said(f"has been postponed{rest}", f"have been postponed{rest}")
            case Status.CANCELLED:
                return Said("has been cancelled", "have been cancelled")
            case Status.DENIED:
                return Said(f"is not coming {at}".rstrip(), f"not be coming {at}".rstrip())

    def _moved(self, kind: ChangeKind, old: When, new: When) -> Said:
        if not (_is_plain(old) and _is_plain(new)):
            return self._instead(old, new)
        first, second = spell_move(old, new, self.locale)
        verb = "moved" if kind is ChangeKind.MOVED_LATER else "been brought forward"
        return Said(f"has {verb} from {first} to {second}", f"have {verb} from {first} to {second}")

    def _gone_from(self, old: When, new: When) -> Said:
        if not (_is_plain(old) and _is_plain(new)):
            return self._instead(old, new)
        rest = f"gone from {spell(old, self.locale)} to just {spell(new, self.locale)}"
        return Said(f"has {rest}", f"have {rest}")

    def _instead(self, old: When, new: When) -> Said:
        rest = f"due {self.adverb(new)} instead of {self.adverb(old)}"
        return Said(f"is now {rest}", f"be {rest}")

    def adverb(self, when: When | None) -> str:
        """Return `when` as it stands after "is due": "on 27 October 2023", "in early 2024", "by the end of 2024"."""
        if when is None:
            return ""
        text = spell(when, self.locale)
        if when.edtf.startswith("../"):
            return "by " + text.removeprefix("no later than ")
        if when.is_approximate and "/" not in when.edtf:
            return text
        if ends := spell_range(when, self.locale):
            return f"between {ends[0]} and {ends[1]}"
        first = when.edtf.removeprefix("[").partition(",")[0].partition("/")[0]
        names_days = len(first) == len("2023-10-27") and (when.is_open or "/" not in when.edtf)
        return f"{'on' if names_days else 'in'} {text}"

    def who(self, names: Sequence[str], certainty: Certainty, place: str) -> str:
        """Return the end of the sentence that says on whose word it rests, "" when on nobody's."""
        if names and certainty is Certainty.RUMOURED:
            return f", according to {_joined(names)}"
        if names:
            return f", {'says' if len(names) == 1 else 'say'} {_joined(names)}"
        if place:
            return f", {'reports' if certainty is Certainty.REPORTED else 'according to'} {place}"
        return ""

    def belief(self, belief: Belief, since: str = "", *, bare: bool = False) -> str:
        """Return a belief for the lines "Was" and "Now": "17 October 2023 (official, since 24 May 2023)".

        `bare` leaves out how certain it is.
        """
        state = self.state(belief.status, self._day(belief))
        if bare:
            return f"{state} (since {since})" if since else state
        return f"{state} ({self.certainties[belief.certainty]}{f', since {since}' if since else ''})"

    def credit(self, names: Sequence[str], place: str, day: str) -> str:
        """Return whose words a quote is: "Remedy, in news.example, 10 August 2023"."""
        return f"{_joined(names)}, in {place}, {day}" if names else f"{place}, {day}"

    def first(self, names: Sequence[str], place: str, day: str) -> str:
        """Return who said it first."""
        return f"First said by {self.credit(names, place, day)}"

    def together(self, count: int, titles: Sequence[str]) -> str:
        """Return the title of a digest: "3 changes: Alan Wake 2 and Hades II"."""
        shown = [*titles[:3], f"{len(titles) - 3} more"] if len(titles) > 4 else list(titles)
        return f"{counted(count, 'change')}: {_joined(shown)}"

    def reference(self, change: int | None, claim: int | None, command: str) -> str:
        """Return how to find it again: "Change 12, claim 31: monitor why 31"."""
        named = [f"{what} {number}" for what, number in (("change", change), ("claim", claim)) if number]
        told = ", ".join(named)
        return f"{told[:1].upper()}{told[1:]}{': ' if told and command else ''}{command}"

    def further(self, trailers: int) -> str:
        """Return how many trailers are logged and not told."""
        return f"{counted(trailers, 'further trailer')} logged and not told: monitor changes --event trailer"

    def _day(self, belief: Belief) -> str:
        return spell(belief.when, self.locale) if belief.when else ""


def _hedged(subject: str, certainty: Certainty, said: Said) -> str:
    match certainty:
        case Certainty.EXPECTED:
            return f"{subject} is expected to {said.infinitive}"
        case Certainty.RUMOURED:
            return f"{subject} is rumoured to {said.infinitive}"
        case _:
            return f"{subject} {said.finite}"


def _is_plain(when: When) -> bool:
    """Whether the noun can follow "from" and "to": no range, no open end, no choice."""
    return not when.is_open and not when.edtf.startswith("[") and "/" not in when.edtf


def _named(title: str, instalment: str | None) -> str:
    if not instalment:
        return title
    kind, colon, name = instalment.partition(": ")
    if not colon:
        return f"{title} {instalment}"
    if kind == "edition":
        return f"{title} ({name})" if "edition" in name.casefold() else f"{title} ({name} edition)"
    return f"{title}: {name}"


def _trailer(name: str) -> str:
    """Return a trailer as the subject of a sentence: "Teaser 2", "The character trailer “Azucena”"."""
    kind, _, own = (name or "trailer").partition(": ")
    quoted = f" “{own}”" if own else ""
    if kind[-1:].isdecimal():
        return f"{kind[:1].upper()}{kind[1:]}{quoted}"
    return f"The {kind}{quoted}"


def _places(scopes: Sequence[str]) -> str:
    """Return where it comes out as one phrase: "on PC, PS5 and Switch in Japan and Europe"."""
    together: dict[tuple[int, str], list[str]] = {}
    for scope in scopes:
        preposition, _, name = _scope(scope).partition(" ")
        # Platforms stand nearest to the verb, then how it comes out, then where in the world.
        order = 0 if preposition == "on" else 2 if scope in _territories() or scope in _REGIONS else 1
        together.setdefault((order, preposition), []).append(name)
    return " ".join(f"{key[1]} {_joined(together[key])}" for key in sorted(together))


def _scope(scope: str) -> str:
    return _SCOPES.get(scope) or (f"in {scope}" if scope in _territories() else f"on {scope}")


@lru_cache(maxsize=1)
def _territories() -> frozenset[str]:
    return frozenset(Locale("en").territories.values())


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
