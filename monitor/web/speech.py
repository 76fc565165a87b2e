"""What a page says in the language of its reader: dates, times, lists, numbers and beliefs, by Babel and the catalogues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from markupsafe import Markup

from monitor.i18n import Catalogue, MessageText, capitalised, direction, language_name, message, pmessage
from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Claim,
    Event,
    Key,
    Status,
    VerdictKind,
    When,
    WorkKind,
    alert,
)
from monitor.notify.date_format import spell, spell_at, spell_day
from monitor.notify.sentences import CERTAINTIES, Sentences
from monitor.notify.subject import joined, subject
from monitor.notify.wording import alert_text
from monitor.web.shown import shown

__all__ = ["Speech"]

_DAYS_AS_DAYS: Final = 60
_LONG: Final = 10_000

_CHANGES: Final[Mapping[ChangeKind, MessageText]] = {
    ChangeKind.APPEARED: pmessage("change", "new"),
    ChangeKind.NARROWED: pmessage("change", "narrowed"),
    ChangeKind.WIDENED: pmessage("change", "less precise"),
    ChangeKind.MOVED_EARLIER: pmessage("change", "moved earlier"),
    ChangeKind.MOVED_LATER: pmessage("change", "moved later"),
    ChangeKind.CONFIRMED: pmessage("change", "confirmed"),
    ChangeKind.RELEASED: pmessage("change", "out"),
    ChangeKind.POSTPONED: pmessage("change", "postponed"),
    ChangeKind.CANCELLED: pmessage("change", "cancelled"),
    ChangeKind.DENIED: pmessage("change", "denied"),
    ChangeKind.RUMOURED: pmessage("change", "rumour"),
    ChangeKind.DISPUTED: pmessage("change", "disputed"),
    ChangeKind.OVERDUE: pmessage("change", "overdue"),
    ChangeKind.RETRACTED: pmessage("change", "withdrawn"),
}
_KINDS: Final[Mapping[WorkKind, tuple[MessageText, MessageText]]] = {
    WorkKind.SERIES: (pmessage("kind of work", "series"), pmessage("kinds of work", "Series")),
    WorkKind.FILM: (pmessage("kind of work", "film"), pmessage("kinds of work", "Films")),
    WorkKind.GAME: (pmessage("kind of work", "game"), pmessage("kinds of work", "Games")),
    WorkKind.DEVICE: (pmessage("kind of work", "device"), pmessage("kinds of work", "Devices")),
    WorkKind.ALBUM: (pmessage("kind of work", "album"), pmessage("kinds of work", "Albums")),
    WorkKind.BOOK: (pmessage("kind of work", "book"), pmessage("kinds of work", "Books")),
    WorkKind.EVENT: (pmessage("kind of work", "event"), pmessage("kinds of work", "Events")),
    WorkKind.OTHER: (pmessage("kind of work", "other"), pmessage("kinds of work", "Other")),
}
_VERDICTS: Final[Mapping[VerdictKind, MessageText]] = {
    VerdictKind.CONFIRMED: pmessage("verdict", "confirmed"),
    VerdictKind.DISMISSED: pmessage("verdict", "dismissed"),
    VerdictKind.UNDONE: pmessage("verdict", "taken back"),
}
_STATUSES: Final[Mapping[Status, MessageText]] = {
    Status.SCHEDULED: pmessage("status", "is due"),
    Status.RELEASED: pmessage("status", "is out"),
    Status.UNANNOUNCED: pmessage("status", "has no date"),
    Status.POSTPONED: pmessage("status", "is postponed"),
    Status.CANCELLED: pmessage("status", "is cancelled"),
    Status.DENIED: pmessage("status", "is not then"),
}


class _Said(Protocol):
    @property
    def status(self) -> Status: ...
    @property
    def when(self) -> When | None: ...
    @property
    def certainty(self) -> Certainty: ...


class Speech:
    """The wording of one page: `words` is the catalogue of its language, `zone` that of its days, `now` the time of the request."""

    def __init__(self, words: Catalogue, zone: ZoneInfo, now: datetime) -> None:
        self.words = words
        self.locale = words.locale
        self.zone = zone
        self.now = now
        self.today = now.astimezone(zone).date()

    @cached_property
    def sentences(self) -> Sentences:
        """The wording of alerts in the same language."""
        return Sentences(self.words)

    def say(self, text: str, /, **values: Any) -> Markup:
        """Return a message of a template in the page's language; it may have markup, its values are escaped."""
        return self._said(message(text), values)

    def say_in(self, context: str, text: str, /, **values: Any) -> Markup:
        """Return a message of a template in a context."""
        return self._said(pmessage(context, text), values)

    def say_many(self, one: str, many: str, /, *, count: int, **values: Any) -> Markup:
        """Return a message of a template that counts."""
        return self._said(MessageText(one, None, many), {"count": count, **values})

    def _said(self, what: MessageText, values: Mapping[str, Any]) -> Markup:
        safe = {
            name: value if isinstance(value, Markup | int) else Markup.escape(shown(str(value)))
            for name, value in values.items()
        }
        return Markup(self.words.say(what, **safe))  # noqa: S704 - the message is ours, its values are escaped above

    def number(self, value: float) -> str:
        """Return a number: "1,234"."""
        return str(format_decimal(value, locale=self.locale))

    def number_short(self, value: int) -> str:
        """Return a number in little room: "10K" of ten thousand."""
        return (
            str(format_compact_decimal(value, locale=self.locale)) if value >= _LONG else self.number(value)
        )

    def percent(self, share: float) -> str:
        """Return a share of one in percent: "92%"."""
        return str(format_percent(share, locale=self.locale))

    def capital(self, text: str) -> str:
        """Return `text` with its first letter large."""
        return capitalised(text, self.locale)

    def joined(self, parts: Sequence[str]) -> str:
        """Return a list: "A, B and C"."""
        return joined(self.words, parts) if parts else ""

    def local(self, at: datetime) -> datetime:
        """Return a time in the zone of the configuration."""
        return at.astimezone(self.zone)

    def day(self, at: datetime | date, *, year: bool = True) -> str:
        """Return a day: "8 March 2023"; without `year` one of the current year has none."""
        on = self.local(at).date() if isinstance(at, datetime) else at
        if year or on.year != self.today.year:
            return spell_day(on, self.locale)
        return str(format_skeleton("MMMMd", on, locale=self.locale))

    def day_short(self, at: datetime | date) -> str:
        """Return a day in little room: "8 Mar", of another year with it."""
        on = self.local(at).date() if isinstance(at, datetime) else at
        return str(format_skeleton("MMMd" if on.year == self.today.year else "yMMMd", on, locale=self.locale))

    def weekday_name(self, on: date) -> str:
        """Return the name of the day of the week: "Wednesday"."""
        return str(format_date(on, "EEEE", locale=self.locale))

    def weekday(self, at: datetime | date) -> str:
        """Return a day with its weekday: "Sunday, 12 March 2023"."""
        on = self.local(at).date() if isinstance(at, datetime) else at
        return str(format_date(on, "full", locale=self.locale))

    def time(self, at: datetime) -> str:
        """Return a time of day: "15:05"."""
        return str(format_time(self.local(at), "short", locale=self.locale))

    def moment(self, at: datetime) -> str:
        """Return a time: "8 March 2023, 15:05 UTC"."""
        return self.joined_plain([self.day(at), f"{self.time(at)} {self.local(at).tzname() or ''}".strip()])

    @staticmethod
    def joined_plain(parts: Sequence[str]) -> str:
        """Return parts that stand side by side."""
        return ", ".join(parts)

    def ago(self, at: datetime) -> str:
        """Return how long ago, or until, a time is: "2 minutes ago"."""
        return str(format_timedelta(at - self.now, add_direction=True, threshold=1.5, locale=self.locale))

    def lasted(self, span: timedelta) -> str:
        """Return how long something lasted: "12 minutes"."""
        return str(format_timedelta(span, threshold=1.5, locale=self.locale))

    def until(self, days: int) -> str:
        """Return how many days it is until a day, or since: "in 3 days", "in 5 months"."""
        if days == 0:
            return str(self.say_in("day", "today"))
        if abs(days) < _DAYS_AS_DAYS:
            return str(
                format_timedelta(
                    timedelta(days=days), "day", threshold=1e6, add_direction=True, locale=self.locale
                )
            )
        return str(
            format_timedelta(
                timedelta(days=days), "month", threshold=1.5, add_direction=True, locale=self.locale
            )
        )

    def when(self, when: When | None) -> str:
        """Return a period as a noun: "27 October 2023", "" for none."""
        return "" if when is None else spell(when, self.locale)

    def when_short(self, when: When | None) -> str:
        """Return a period as :meth:`when`, a day of the current year without it."""
        if when is None:
            return ""
        if when.is_day and not when.is_approximate and when.earliest is not None:
            return self.day(when.earliest, year=False)
        return spell(when, self.locale)

    def state(self, belief: Belief) -> str:
        """Return a belief in a word or two: "27 October 2023", "out", "cancelled"."""
        return self.sentences.state(belief)

    def claimed(self, claim: _Said) -> str:
        """Return what a claim, or one of several beliefs, says in a word or two."""
        return self.state(Belief(claim.status, claim.when, claim.certainty))

    def claim_sentence(self, claim: Claim) -> str:
        """Return what a claim says as a sentence, for reading aloud and titles: "Starfield is due on 1 October 2023"."""
        belief = Belief(claim.status, claim.when, Certainty.OFFICIAL)
        about = subject(self.words, claim.title, claim.instalment, claim.event, claim.scope, claim.trailer)
        said = self.sentences.sentence(about, ChangeKind.APPEARED, claim.event, belief, None)
        return capitalised(said, self.locale)

    def sentence(self, change: Change) -> str:
        """Return a change as a sentence with its full stop."""
        text = alert_text(alert(change), self.words.language)
        said = text.sentence
        return said if said.endswith((".", "!", "?", "。", "！", "？")) else f"{said}{text.full_stop}"

    def linked(self, sentence: str, title: str, href: str, when: When | None = None) -> Markup:
        """Return a sentence with the work's title as a link to `href` and the date of `when` in bold, where they stand in it."""
        text = str(Markup.escape(shown(sentence)))
        name = str(Markup.escape(shown(title)))
        before, found, after = text.partition(name)
        if not found:
            before, after = "", text
        for date_said in (spell(when, self.locale), spell_at(when, self.locale)) if when is not None else ():
            said = str(Markup.escape(date_said))
            if said in after:
                head, _, tail = after.rpartition(said)
                after = f"{head}<b>{said}</b>{tail}"
                break
        link = Markup('<a href="{}"><bdi>{}</bdi></a>').format(href, Markup(name)) if href else Markup(name)  # noqa: S704 - escaped above
        return Markup(before) + (link if found else "") + Markup(after)  # noqa: S704 - as above

    def part(self, key: Key | Claim) -> str:
        """Return the part of a work and where it comes out: "season 4", "on PS5", "" for the work itself everywhere."""
        whole = subject(self.words, key.title, key.instalment, Event.RELEASE, key.scope, "")
        alone = subject(self.words, key.title, None, Event.RELEASE, (), "")
        return whole.removeprefix(alone).strip(" :,") if whole.startswith(alone) else whole

    def title(self, key: Key | Claim) -> str:
        """Return the work with its part and scope: "Succession season 4"."""
        return subject(self.words, key.title, key.instalment, Event.RELEASE, key.scope, "")

    def certainty(self, certainty: Certainty | str) -> str:
        """Return how sure it is, in a word."""
        return self.words.say(CERTAINTIES[Certainty(certainty)])

    def change(self, kind: ChangeKind) -> str:
        """Return the kind of a change in a word or two."""
        return self.words.say(_CHANGES[kind])

    def kind(self, kind: WorkKind | str) -> str:
        """Return the kind of a work: "game"."""
        return self.words.say(_KINDS[WorkKind(kind)][0])

    def kinds(self, kind: WorkKind | str) -> str:
        """Return the kind of several works: "Games"."""
        return self.words.say(_KINDS[WorkKind(kind)][1])

    def verdict(self, kind: VerdictKind) -> str:
        """Return a verdict in a word."""
        return self.words.say(_VERDICTS[kind])

    def status(self, status: Status) -> str:
        """Return the status of a claim in a word or two, as a choice."""
        return self.words.say(_STATUSES[status])

    def language(self, tag: str) -> str:
        """Return the name of a language for the reader, their own too: "English"."""
        own = self.locale.languages.get(tag.partition("-")[0].lower())
        return str(language_name(tag, self.locale) or own or tag)

    @staticmethod
    def tongue(tag: str) -> Markup:
        """Return the attributes `lang` and `dir` of words in the language `tag`, with a space before them."""
        if not tag or not tag.replace("-", "").isalnum() or not tag.isascii():
            return Markup(' dir="auto"')
        return Markup(' lang="{}" dir="{}"').format(tag, direction(tag) or "auto")
