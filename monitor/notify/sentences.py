"""Word a change as one sentence and as a short title, in the language of a catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from monitor.i18n import Catalogue, MessageText, message, nmessage, pmessage
from monitor.model import Belief, Certainty, ChangeKind, Event, Status, When
from monitor.notify import subject
from monitor.notify.clauses import (
    BROUGHT_FORWARD,
    CALLED_OFF,
    CANCELLED,
    COARSER,
    INSTEAD,
    MOVED,
    OTHERWISE,
    PUT_OFF,
    PUT_OFF_FROM,
    UNKNOWN,
    Move,
    clause_of,
)
from monitor.notify.date_format import spell, spell_at, spell_move

__all__ = ["Sentences"]

CERTAINTIES: Final[Mapping[Certainty, MessageText]] = {
    Certainty.OFFICIAL: pmessage("certainty", "official"),
    Certainty.REPORTED: pmessage("certainty", "reported"),
    Certainty.EXPECTED: pmessage("certainty", "expected"),
    Certainty.RUMOURED: pmessage("certainty", "rumoured"),
}
_COMMAND: Final = "monitor changes --event trailer"


class Sentences:
    """The wording in one language: `sentence` and `title` of a change, and the lines beside them."""

    def __init__(self, words: Catalogue) -> None:
        self.words = words
        self.locale = words.locale
        say = words.say
        self.was = say(pmessage("label", "Was"))
        self.now = say(pmessage("label", "Now"))
        self.still = say(pmessage("label", "Still"))
        self.heard = say(pmessage("label", "Heard"))
        self.nothing = say(message("nothing that is believed"))
        self.colon = say(pmessage("after a label", ": "))
        self.full_stop = say(pmessage("after a sentence", "."))

    def subject(
        self, title: str, instalment: str | None, event: Event, scope: Sequence[str], trailer: str = ""
    ) -> str:
        """Return the subject of the change as a phrase: "The launch trailer for Alan Wake 2 on PS5"."""
        return subject.subject(self.words, title, instalment, event, scope, trailer)

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
        headline = self._headline(kind, after, before, by_verdict=by_verdict)
        return self.words.say(message("{subject}: {headline}"), subject=subject, headline=headline)

    def _headline(
        self, kind: ChangeKind, after: Belief | None, before: Belief | None, *, by_verdict: bool
    ) -> str:
        say = self.words.say
        if after is None:
            if before is None:
                return say(pmessage("title", "withdrawn"))
            return say(pmessage("title", "withdrawn, {state}"), state=self.state(before))
        state = self.state(after)
        if by_verdict:
            return say(pmessage("title", "corrected, {state}"), state=state)
        dated = self._dated(after.when)
        match kind:
            case ChangeKind.POSTPONED:
                return say(pmessage("title", "postponed"))
            case ChangeKind.NARROWED if after.when:
                return say(pmessage("title", "narrowed down to {date}"), **dated)
            case ChangeKind.WIDENED if after.when:
                return say(pmessage("title", "now only {date}"), **dated)
            case ChangeKind.WIDENED:
                return say(pmessage("title", "no date any more"))
            case ChangeKind.MOVED_EARLIER:
                return say(pmessage("title", "brought forward to {date}"), **dated)
            case ChangeKind.MOVED_LATER:
                return say(pmessage("title", "moved to {date}"), **dated)
            case ChangeKind.CONFIRMED:
                return say(pmessage("title", "confirmed, {state}"), state=state)
            case ChangeKind.RUMOURED:
                return say(pmessage("title", "rumour, {state}"), state=state)
            case ChangeKind.DISPUTED if before:
                other = self.state(before)
                return say(pmessage("title", "disputed, {state} or {state_before}"), state=state, state_before=other)  # fmt: skip
            case ChangeKind.DISPUTED:
                return say(pmessage("title", "disputed, {state}"), state=state)
            case ChangeKind.OVERDUE if after.when:
                return say(pmessage("title", "overdue since {date}"), **dated)
            case ChangeKind.OVERDUE:
                return say(pmessage("title", "overdue"))
            case ChangeKind.RETRACTED:
                return say(pmessage("title", "withdrawn"))
            case _:
                return state

    def state(self, belief: Belief) -> str:
        """Return a belief in a word or two: "27 October 2023", "out", "cancelled"."""
        say, when = self.words.say, belief.when
        dated = self._dated(when)
        match belief.status:
            case Status.SCHEDULED if when:
                return spell(when, self.locale)
            case Status.SCHEDULED:
                return say(pmessage("state", "coming, no date so far"))
            case Status.RELEASED if when:
                return say(pmessage("state", "out since {date}"), **dated)
            case Status.RELEASED:
                return say(pmessage("state", "out"))
            case Status.UNANNOUNCED:
                return say(pmessage("state", "no date so far"))
            case Status.POSTPONED if when:
                return say(pmessage("state", "postponed from {date}"), **dated)
            case Status.POSTPONED:
                return say(pmessage("state", "postponed"))
            case Status.CANCELLED:
                return say(pmessage("state", "cancelled"))
            case Status.DENIED if when:
                return say(pmessage("state", "not {date}"), **dated)
            case Status.DENIED:
                return say(pmessage("state", "denied"))

    def sentence(
        self, subject: str, kind: ChangeKind, event: Event, after: Belief, before: Belief | None
    ) -> str:
        """Return the sentence without its full stop: "Alan Wake 2 has moved from 17 to 27 October 2023"."""
        say = self.words.say
        old, new = before.when if before else None, after.when
        scheduled = after.status is Status.SCHEDULED
        clause = clause_of(event, after)
        values = {"subject": subject, **self._dated(new)}
        match kind:
            case ChangeKind.RUMOURED:
                hedged = clause.possible if after.certainty is Certainty.EXPECTED else clause.rumoured
                said = say(hedged, **values)
                return self._not(said, old) if old and new and old != new and scheduled else said
            case ChangeKind.DISPUTED:
                other = OTHERWISE if before is None else clause_of(event, before).other
                return say(
                    message("Sources disagree: {clause}, or {other}"),
                    clause=say(clause.fact, **values),
                    other=say(other, **self._dated(old)),
                )
            case ChangeKind.OVERDUE if new:
                return say(message("{subject} was due {date_at} and is not known to be out"), **values)
            case ChangeKind.OVERDUE:
                return say(message("{subject} was due and is not known to be out"), subject=subject)
            case ChangeKind.CONFIRMED if new and scheduled and _is_plain(new):
                return say(message("{subject} is confirmed for {date}"), **values)
            case ChangeKind.CONFIRMED:
                return say(message("It is confirmed: {clause}"), clause=say(clause.fact, **values))
            case ChangeKind.MOVED_LATER if old and new:
                return self._moved(MOVED, subject, after.certainty, old, new)
            case ChangeKind.MOVED_EARLIER if old and new:
                return self._moved(BROUGHT_FORWARD, subject, after.certainty, old, new)
            case ChangeKind.NARROWED if old and new:
                said = say(clause.by(after.certainty), **values)
                return say(message("{clause}, narrowed down from {old}"), clause=said, **self._named("old", old))  # fmt: skip
            case ChangeKind.WIDENED if old and new:
                return self._moved(COARSER, subject, after.certainty, old, new)
            case ChangeKind.WIDENED if old:
                gone = message("{subject} no longer has a date; it was due {old_at}")
                return say(gone, subject=subject, **self._named("old", old))
            case ChangeKind.POSTPONED:
                since = new or old
                move = PUT_OFF_FROM if since and _is_plain(since) else PUT_OFF
                return say(move.by(after.certainty), subject=subject, **self._dated(since))
            case ChangeKind.CANCELLED if new or old:
                return say(CALLED_OFF.by(after.certainty), subject=subject, **self._dated(new or old))
            case ChangeKind.CANCELLED:
                return say(CANCELLED.by(after.certainty), subject=subject)
            case _:
                return say(clause.by(after.certainty), **values)

    def verdict(
        self, subject: str, event: Event, after: Belief | None, before: Belief | None, *, note: str
    ) -> str:
        """Return the sentence of a change that a person's verdict caused: "Corrected by your monitor: … is due in May"."""
        say = self.words.say
        if after is None:
            gone = self._gone(subject, event, before)
            said = say(message("Withdrawn by your monitor: {clause}"), clause=gone)
        else:
            old, new = before.when if before else None, after.when
            said = say(clause_of(event, after).fact, subject=subject, **self._dated(new))
            if after.status is Status.SCHEDULED and new and old and old != new:
                said = self._not(said, old)
            said = say(message("Corrected by your monitor: {clause}"), clause=said)
        return say(message("{sentence} – {note}"), sentence=said, note=note) if note else said

    def retracted(self, subject: str, event: Event, before: Belief | None) -> str:
        """Return the sentence for a belief that ended because its document was edited."""
        return self.words.say(
            message("Withdrawn: {clause}; what said so does not say it any more"),
            clause=self._gone(subject, event, before),
        )

    def against(self, sentence: str, day: str) -> str:
        """Return a sentence in which the maker contradicts what a person confirmed on `day`."""
        return self.words.say(
            message("{sentence}, against your confirmation of {day}"), sentence=sentence, day=day
        )

    def on_the_word_of(self, sentence: str, who: Sequence[str], certainty: Certainty, place: str) -> str:
        """Return a sentence with its attribution, if there is one."""
        say = self.words.say
        name = subject.joined(self.words, who) if who else place
        if not name:
            return sentence
        if who and certainty is not Certainty.RUMOURED:
            return say(message("{sentence}, says {name}"), sentence=sentence, name=name)
        if not who and certainty is Certainty.REPORTED:
            return say(message("{sentence}, reports {name}"), sentence=sentence, name=name)
        return say(message("{sentence}, according to {name}"), sentence=sentence, name=name)

    def belief(self, belief: Belief, since: str = "", *, bare: bool = False) -> str:
        """Return a belief for the lines "Was" and "Now": "17 October 2023 (official, since 24 May 2023)".

        `bare` leaves out the certainty.
        """
        say, state = self.words.say, self.state(belief)
        if bare:
            return say(message("{state} (since {day})"), state=state, day=since) if since else state
        certainty = say(CERTAINTIES[belief.certainty])
        if since:
            told = message("{state} ({certainty}, since {day})")
            return say(told, state=state, certainty=certainty, day=since)
        return say(message("{state} ({certainty})"), state=state, certainty=certainty)

    def quote(self, quote: str) -> str:
        """Return words in quotation marks."""
        return self.words.say(pmessage("quote", "“{quote}”"), quote=quote)

    def in_language(self, quote: str, language: str) -> str:
        """Return a marked quote with the name of the language that it is in."""
        return self.words.say(message("{quote} ({language})"), quote=quote, language=language)

    def credit(self, who: Sequence[str], place: str, day: str) -> str:
        """Return whose words a quote is: "Remedy, in news.example, 10 August 2023"."""
        say = self.words.say
        if not who:
            return say(message("{place}, {day}"), place=place, day=day)
        name = subject.joined(self.words, who)
        return say(message("{name}, in {place}, {day}"), name=name, place=place, day=day)

    def first(self, credit: str) -> str:
        """Return who said it first."""
        return self.words.say(message("First said by {credit}"), credit=credit)

    def together(self, count: int, titles: Sequence[str]) -> str:
        """Return the title of a digest: "3 changes: Alan Wake 2 and Hades II"."""
        say = self.words.say
        marked = [say(pmessage("title", "{title}"), title=title) for title in titles]
        if len(marked) > 4:
            marked[3:] = [say(nmessage("{count} more", "{count} more"), count=len(titles) - 3)]
        works = subject.joined(self.words, marked)
        return say(nmessage("{count} change: {works}", "{count} changes: {works}"), count=count, works=works)

    def reference(self, change: int | None, claim: int | None, command: str) -> str:
        """Return the reference of an alert: "Change 12, claim 31: monitor why 31"."""
        say = self.words.say
        if change and claim:
            told = say(message("Change {change}, claim {claim}"), change=change, claim=claim)
        elif change:
            told = say(message("Change {change}"), change=change)
        elif claim:
            told = say(message("Claim {claim}"), claim=claim)
        else:
            return command
        return say(message("{reference}: {command}"), reference=told, command=command) if command else told

    def further(self, trailers: int) -> str:
        """Return the line with the number of trailers that are logged and not alerted."""
        return self.words.say(
            nmessage(
                "{count} further trailer logged and not told: {command}",
                "{count} further trailers logged and not told: {command}",
            ),
            count=trailers,
            command=_COMMAND,
        )

    def _moved(self, move: Move, subject: str, certainty: Certainty, old: When, new: When) -> str:
        """Return a move; ranges, open ends and choices cannot follow "from" and "to"."""
        if not (_is_plain(old) and _is_plain(new)):
            move = INSTEAD
        first, second = spell_move(old, new, self.locale)
        values = {
            **self._named("old", old),
            **self._named("new", new),
            "old_short": first,
            "new_short": second,
        }
        return self.words.say(move.by(certainty), subject=subject, **values)

    def _gone(self, subject: str, event: Event, before: Belief | None) -> str:
        if before is None:
            return self.words.say(UNKNOWN, subject=subject)
        return self.words.say(clause_of(event, before).gone, subject=subject, **self._dated(before.when))

    def _not(self, clause: str, old: When) -> str:
        return self.words.say(message("{clause}, not {old_at}"), clause=clause, **self._named("old", old))

    def _dated(self, when: When | None) -> dict[str, Any]:
        return self._named("date", when)

    def _named(self, name: str, when: When | None) -> dict[str, Any]:
        """Return a period in the placeholders of messages: as a noun, and as an adverbial."""
        if when is None:
            return {name: "", f"{name}_at": ""}
        return {name: spell(when, self.locale), f"{name}_at": spell_at(when, self.locale)}


def _is_plain(when: When) -> bool:
    """Return whether the noun can follow "from" and "to": not a range, an open end or a choice."""
    return not when.is_open and not when.edtf.startswith("[") and "/" not in when.edtf
