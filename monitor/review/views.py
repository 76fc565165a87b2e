"""Define what a person is shown of the ledger: frozen values without layout, markup or colour.

The command line and the page render the same views. Values of :mod:`monitor.model` are passed on as they are; what a view adds is
read from the ledger by :class:`monitor.review.Review`. All times are aware; days are those of the configured `timezone:`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Claim,
    Delivery,
    Event,
    Key,
    Standing,
    Status,
    VerdictKind,
    When,
    WorkKind,
)
from monitor.reconcile import Cause, Stance

__all__ = [
    "Answer",
    "Cause",
    "ChangeView",
    "ClaimCard",
    "ClaimFilter",
    "ClaimView",
    "Correction",
    "Count",
    "DeliveryView",
    "DocumentView",
    "Effect",
    "Facet",
    "Health",
    "HomeView",
    "Mark",
    "ObservationView",
    "OriginView",
    "Page",
    "Passage",
    "QueueItem",
    "Quiet",
    "RecordView",
    "ReviewQueue",
    "Rival",
    "Route",
    "SearchView",
    "Since",
    "SourceView",
    "Stance",
    "StandingView",
    "StatementView",
    "Step",
    "TurnView",
    "Upcoming",
    "UpcomingView",
    "VerdictView",
    "WorkName",
    "WorkView",
]  # fmt: skip

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Some rows of a listing, and the opaque `cursor` of those that follow, "" at the end.

    A cursor is valid for the listing and the filters that it was returned for; rows that are added meanwhile neither repeat nor hide
    another.
    """

    rows: tuple[RowT, ...] = ()
    cursor: str = ""


@dataclass(frozen=True)
class Count:
    """A number of rows; `more` says that there are more than `number`, which are not counted exactly."""

    number: int
    more: bool = False


@dataclass(frozen=True)
class Facet:
    """A value that a listing can be restricted to, and how many of its rows have it."""

    value: str
    count: Count


@dataclass(frozen=True, kw_only=True)
class WorkName:
    """A work by name: `slug` is its part of an address, the same as long as no other work with the same letters is added."""

    title: str
    slug: str
    kind: WorkKind = WorkKind.OTHER
    aliases: tuple[str, ...] = ()
    is_watched: bool = True


@dataclass(frozen=True, kw_only=True)
class StatementView:
    """A statement without its words: who made it, where and when.

    `name` is the outlet or account as a person calls it ("gamespot.com", "IGN, youtube.com"), `credits` whom it credits, nearest first,
    and `author` the author of an embedded post that contains the words. `at` is when it was said, `document` the fingerprint of its
    document and `claim` the id of the claim.
    """

    name: str
    credits: tuple[str, ...] = ()
    author: str = ""
    source: str = ""
    url: str = ""
    headline: str = ""
    lang: str = ""
    at: datetime
    certainty: Certainty
    claim: int = 0
    observation: int = 0
    document: str = ""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A quote in its context, as plain text; `is_cut_before` and `is_cut_after` say that more text surrounds it."""

    before: str = ""
    quote: str
    after: str = ""
    is_cut_before: bool = False
    is_cut_after: bool = False
    lang: str = ""


@dataclass(frozen=True, kw_only=True)
class OriginView:
    """One independent origin of a claim: its readable name, the chain of credits to it, and what repeats it."""

    name: str
    chain: tuple[str, ...]
    documents: int
    first: StatementView


@dataclass(frozen=True, kw_only=True)
class VerdictView:
    """A person's verdict on a claim: who, when, and whether it was taken back since.

    `corrected_to` is the id of the claim that the person reads in the same words instead, None where it is no correction.
    """

    id: int
    claim: int
    kind: VerdictKind
    at: datetime
    actor: str = ""
    note: str = ""
    is_taken_back: bool = False
    corrected_to: int | None = None
    said: Claim | None = None
    """The judged claim, where a list shows verdicts of several claims."""


@dataclass(frozen=True, kw_only=True)
class _Believed:
    """What views of one belief have in common: the statement that made it `first`, and its last `change` from the belief `before`."""

    standing: Standing
    first: StatementView | None = None
    before: Belief | None = None
    change: ChangeKind | None = None
    changed_at: datetime | None = None

    @property
    def key(self) -> Key:
        """The key of the belief."""
        return self.standing.key

    @property
    def belief(self) -> Belief:
        """The belief."""
        return self.standing.belief


@dataclass(frozen=True, kw_only=True)
class StandingView(_Believed):
    """A belief with the statement that made it first, and how it came about.

    `before` is the belief before it and `change` the kind of the last change that was alerted of its key, at `changed_at`. `reason` says
    why it is believed.
    """

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TurnView:
    """One change of belief of one key, alerted or not: the belief before, the one since `at`, the reason and who said so."""

    key: Key
    at: datetime
    before: Belief | None
    after: Belief
    reason: str
    said_by: tuple[str, ...] = ()
    is_alerted: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """One row of how a date moved: everything that says the same of one key, by when it was said first.

    `believed_from` and `believed_until` bound the time in which it was believed, None where it never was or still is. `reason` says why
    it is or is not believed. `more` counts the documents beyond the first outlets.
    """

    claim: int
    key: Key
    status: Status
    when: When | None
    certainty: Certainty
    stance: Stance
    reason: str
    first: StatementView
    last_said: datetime
    outlets: tuple[str, ...] = ()
    documents: int = 1
    origins: int = 1
    believed_from: datetime | None = None
    believed_until: datetime | None = None
    verdict: VerdictKind | None = None


@dataclass(frozen=True, kw_only=True)
class Rival:
    """One of several beliefs side by side that contradict each other: what is believed (`is_believed`), or what is said against it.

    `langs` are the languages that it is said in.
    """

    status: Status
    when: When | None
    certainty: Certainty
    is_believed: bool
    documents: int
    origins: int
    langs: tuple[str, ...]
    first: StatementView
    last_said: datetime
    reason: str = ""
    claim: int = 0


@dataclass(frozen=True, kw_only=True)
class ClaimCard:
    """A claim in a list: its content by its most certain observation, and what was judged.

    `version` is the id of the last verdict on it, 0 without one: a command gets the version that the person saw. `outlet` is the
    readable name of the place where it was found, `lang` the language of its words.
    """

    id: int
    claim: Claim
    slug: str
    version: int = 0
    verdict: VerdictKind | None = None
    documents: int = 1
    first_seen: datetime
    last_seen: datetime
    published: datetime
    url: str = ""
    outlet: str = ""
    headline: str = ""
    lang: str = ""
    document: str = ""
    observation: int = 0


@dataclass(frozen=True, kw_only=True)
class ObservationView:
    """An observation of a claim: its statement, its quote, whether it counts and is believed, and the reason.

    `rules` are the names of the evidence for the reading, `reader` the version of the reader, `confidence` the chance that the text was
    read rightly. `is_replaced` says that its text was read again since, `is_deleted` that its post was deleted.
    """

    statement: StatementView
    quote: str
    is_believed: bool
    reason: str
    rules: tuple[str, ...] = ()
    reader: str = ""
    confidence: float | None = None
    is_replaced: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Route:
    """Whether one channel was alerted of a change. `state` is "delivered", "pending", "dead", "held back" or "not sent".

    `reasons` names the rules that decided, `delivery` the id of the delivery, "" without one.
    """

    channel: str
    state: str
    at: datetime | None = None
    reasons: tuple[str, ...] = ()
    delivery: str = ""

    @property
    def is_alerted(self) -> bool:
        """Return whether an alert was, or is being, sent."""
        return self.state not in ("held back", "not sent")


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """A change of belief: its sentence, why it is believed, the quote it rests on and which channels were alerted.

    `why` is the reason in words, "" where none was kept.
    """

    change: Change
    slug: str
    why: str = ""
    first: StatementView | None = None
    passage: Passage | None = None
    routes: tuple[Route, ...] = ()
    verdict: VerdictView | None = None

    @property
    def id(self) -> int:
        """The id of the change, 0 in a preview."""
        return self.change.id

    @property
    def sentence(self) -> str:
        """The change in an English sentence."""
        return str(self._row["sentence"])

    def to_dict(self) -> dict[str, Any]:
        """Return the change as a row of `monitor changes`."""
        return dict(self._row)

    @cached_property
    def _row(self) -> dict[str, Any]:
        # It is worded for those who ask: the page words changes in the language of its reader.
        from monitor.review.listing_rows import change_row  # noqa: PLC0415 - it builds on these views

        return change_row(self.change)


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """One claim with all that is known of it.

    `passages` are its words in context, the most certain first; `first` is who said it first, `said` every document that makes it by time
    of publication. `standing` is what is believed of its key, `rivals` what else is said of it, `turns` how the belief came about.
    `reason` says why it is or is not believed, `unalerted` why nobody was alerted of it, "" when somebody was. `row` is the claim as the
    command line writes it in JSON, empty where it was not asked for.
    """

    card: ClaimCard
    work: WorkName
    passage: Passage | None
    first: StatementView | None
    origins: tuple[OriginView, ...]
    said: tuple[ObservationView, ...]
    verdicts: tuple[VerdictView, ...]
    changes: tuple[ChangeView, ...]
    standing: StandingView | None
    turns: tuple[TurnView, ...]
    rivals: tuple[Rival, ...]
    is_believed: bool
    reason: str
    unalerted: str = ""
    row: dict[str, Any] = field(default_factory=dict, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the claim as `monitor claims show --format json` writes it."""
        return self.row


@dataclass(frozen=True)
class Mark:
    """The words of one claim in the text of a document: offsets in characters, `end` exclusive."""

    start: int
    end: int
    claim: int


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document as it was read: plain text, with the words of its claims marked, in order and without overlap."""

    fingerprint: str
    headline: str
    text: str
    marks: tuple[Mark, ...]
    claims: tuple[ClaimCard, ...]
    url: str = ""
    source: str = ""
    outlet: str = ""
    author: str = ""
    lang: str = ""
    published: datetime
    seen_at: datetime
    is_deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """How right a source was about releases that are out: `hits` of `claims` dates, `lead` days ahead (median, None without a hit)."""

    source: str
    kind: str
    claims: int
    hits: int
    flat: int
    flat_hits: int
    days_off: float
    lead: float | None
    rate: float

    def to_dict(self) -> dict[str, Any]:
        """Return the record as a row of `monitor sources --record`."""
        return {
            "source": self.source, "kind": self.kind or None, "claims": self.claims, "hits": self.hits, "flat": self.flat,
            "flat_hits": self.flat_hits, "days_off": self.days_off, "lead": self.lead, "rate": round(self.rate, 3),
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class WorkView:
    """A work: what is believed of it by scope, how that moved, who said what and how right they were.

    `main` is the standing that answers "when?", None while nothing is believed; `standings` are all, the main one first. `steps` is how
    the date of `main` moved, by time; `further_steps` counts those left out. `rivals` are the contradictions side by side, what is
    believed first, empty without one. `turns` are the changes of belief of all keys by time. `claims` are its claims, newest first.
    """

    work: WorkName
    main: StandingView | None
    standings: tuple[StandingView, ...]
    steps: tuple[Step, ...]
    further_steps: int
    turns: tuple[TurnView, ...]
    rivals: tuple[Rival, ...]
    claims: Page[ClaimCard]
    passages: dict[int, Passage]
    """The words of the shown claims in context, by claim."""
    claim_count: Count
    record: tuple[RecordView, ...]
    verdicts: tuple[VerdictView, ...]
    changes: tuple[ChangeView, ...]
    alerts_sent: int
    last_alert_at: datetime | None
    trailers: int
    last_trailer_at: datetime | None
    names: tuple[str, ...]
    """The names that are looked for."""


@dataclass(frozen=True, kw_only=True)
class Upcoming(_Believed):
    """One belief about when something comes: when, what, how sure, since when, first said by whom.

    `before` is the belief before it, `change` the kind of its last change at `changed_at`; `is_new` says that it was first believed within
    the last seven days. `days` is the number of days from today to its first day, None without a date.
    """

    work: WorkName
    is_new: bool = False
    days: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as a row of `monitor upcoming`."""
        key, belief, when = self.key, self.belief, self.belief.when
        earliest, latest = (None, None) if when is None else when.interval
        return {
            "title": key.title,
            "kind": self.work.kind.value,
            "instalment": key.instalment,
            "event": key.event.value,
            "scope": list(key.scope),
            "status": belief.status.value,
            "when": None if when is None else str(when),
            "earliest": earliest and earliest.isoformat(),
            "latest": latest and latest.isoformat(),
            "certainty": belief.certainty.value,
            "confirmed": self.standing.confirmed_at is not None,
            "disputed": self.standing.disputed,
            "since": _instant(self.standing.since),
            "origins": self.standing.origins,
            "first_said_by": self.first and self.first.name,
            "credited_to": list(self.first.credits) if self.first else [],
            "url": self.first and self.first.url,
        }


@dataclass(frozen=True, kw_only=True)
class UpcomingView:
    """What is believed to come, as of `today`: dated by date, then undated, overdue, and said not to come.

    `without_belief` are watched works of which nothing is believed.
    """

    today: date
    dated: Page[Upcoming]
    undated: tuple[Upcoming, ...] = ()
    overdue: tuple[Upcoming, ...] = ()
    off: tuple[Upcoming, ...] = ()
    without_belief: tuple[WorkName, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SourceView:
    """A source: its state in one word, its last and next poll, what it gave, and how right it was.

    `state` is one of ok, first pass, new, late, silent, failing, bug, gone, removed. `error` and `advice` are for a person, "" for
    nothing.
    """

    name: str
    kind: str
    url: str
    state: str
    last_poll_at: datetime | None
    last_result: str
    next_poll_at: datetime | None
    last_success_at: datetime | None
    failures: int
    documents: int
    claims: int
    error: str
    moved_to: str
    advice: str
    record: RecordView | None = None

    @property
    def is_well(self) -> bool:
        """Return whether the source answers, so that nothing has to be done about it."""
        return self.state in ("ok", "first pass", "new", "removed")

    def to_dict(self) -> dict[str, Any]:
        """Return the source as a row of `monitor sources`."""
        return {
            "name": self.name,
            "kind": self.kind,
            "url": self.url,
            "state": self.state,
            "last_poll_at": self.last_poll_at and _instant(self.last_poll_at),
            "last_result": self.last_result or None,
            "next_poll_at": self.next_poll_at and _instant(self.next_poll_at),
            "failures": self.failures,
            "documents": self.documents,
            "claims": self.claims,
            "error": self.error or None,
            "moved_to": self.moved_to or None,
            "advice": self.advice or None,
        }


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """A source in trouble, in one line."""

    source: str
    state: str
    line: str


@dataclass(frozen=True, kw_only=True)
class Health:
    """Whether the monitor is at work.

    `is_running` says that the daemon was at work within the last three minutes; `alive_at` is when it last was, None for never. `sources`
    counts the configured ones, `answering` those of them that are well, `first_pass` those whose first pass is not over. `late` and
    `troubles` are lines for a person. `disabled` are the channels that nothing is sent to, with the reason.
    """

    now: datetime
    is_running: bool
    alive_at: datetime | None
    sources: int
    answering: int
    first_pass: int
    last_poll_at: datetime | None
    quiet: tuple[Quiet, ...] = ()
    pending: Count = Count(0)
    dead: Count = Count(0)
    disabled: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """An alert or a notice on its way to a channel; `title` is the work's, "" for a notice of the monitor itself.

    `retried_by` and `retried_at` say who asked last to send it again.
    """

    delivery: Delivery
    title: str
    slug: str
    sentence: str
    can_retry: bool = False
    retried_by: str = ""
    retried_at: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the delivery as a row of `monitor deliveries`."""
        one = self.delivery
        return {
            "id": one.id,
            "at": _instant(one.delivered_at or one.created_at),
            "title": self.title or None,
            "sentence": self.sentence,
            "change": one.change or None,
            "channel": one.channel,
            "state": one.state.value,
            "attempts": one.attempts,
            "next_attempt_at": one.next_attempt_at and _instant(one.next_attempt_at),
            "error": one.error or None,
        }


class Answer(StrEnum):
    """What a person can say of a claim."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    CORRECT = "correct"
    UNDO = "undo"


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a person reads in the words of a claim instead: the fields of a claim that a reading decides."""

    title: str
    event: Event
    status: Status
    instalment: str | None = None
    when: When | None = None
    scope: tuple[str, ...] = ()
    certainty: Certainty = Certainty.REPORTED

    @classmethod
    def of(cls, claim: Claim) -> Correction:
        """Return the reading that `claim` is, to be altered."""
        return cls(
            title=claim.title,
            event=claim.event,
            status=claim.status,
            instalment=claim.instalment,
            when=claim.when,
            scope=claim.scope,
            certainty=claim.certainty,
        )


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What an answer did, or would do (`is_preview`): the changes, what is believed then, and which channels are alerted.

    `verdict` is the recorded verdict and `version` the claim's version after it; a preview has neither. `changes` have their `routes`;
    `alerted` are the channels that get an alert, without repetition. `sent` counts, for an undo, the alerts of the verdict that were sent
    already. `claim` is the judged claim; `corrected_to` the id of the person's own reading of its words, 0 in a preview.
    """

    answer: Answer
    is_preview: bool
    claim: ClaimCard
    changes: tuple[ChangeView, ...] = ()
    standings: tuple[Standing, ...] = ()
    before: tuple[Standing, ...] = ()
    alerted: tuple[str, ...] = ()
    sent: int = 0
    verdict: VerdictView | None = None
    version: int = 0
    corrected_to: int | None = None
    has_channels: bool = True
    """False where no configuration names a channel, so that nobody can be alerted."""


@dataclass(frozen=True, kw_only=True)
class QueueItem:
    """A claim that waits for a verdict: why it waits, in one line `note`, what is believed instead, and its words.

    `effects` are the previews that were asked for, by answer.
    """

    card: ClaimCard
    cause: Cause
    note: str
    believed: StandingView | None
    passage: Passage | None
    rules: tuple[str, ...] = ()
    effects: dict[Answer, Effect] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReviewQueue:
    """The claims that nobody judged, those that would change belief first, and the facets of the whole queue.

    `waiting` counts those that contradict, would change or are first of their kind; `unjudged` all that nobody judged, `claims` all.
    `judged` are the last verdicts, newest first.
    """

    page: Page[QueueItem]
    waiting: Count
    unjudged: Count
    claims: Count
    causes: tuple[Facet, ...] = ()
    certainties: tuple[Facet, ...] = ()
    works: tuple[Facet, ...] = ()
    """By title."""
    languages: tuple[Facet, ...] = ()
    judged: tuple[VerdictView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HomeView:
    """The first page: what comes by date, the week's changes, what is undated or off, and the health of the sources.

    `kinds` counts the works of `upcoming` by kind. `changes` are those of the last seven days, newest first, at most a dozen;
    `change_count` counts all of them.
    """

    upcoming: UpcomingView
    kinds: tuple[Facet, ...]
    dated_count: Count
    changes: tuple[ChangeView, ...]
    change_count: Count
    waiting: Count
    health: Health
    is_empty: bool
    """Whether nothing was claimed yet."""


@dataclass(frozen=True, kw_only=True)
class SearchView:
    """What was found for some words: works and sources by name, and claims by title, quote, headline and credits, newest first."""

    words: str
    works: tuple[WorkName, ...]
    sources: tuple[str, ...]
    claims: Page[ClaimCard]
    suggestions: tuple[str, ...] = ()
    """Names like the words, where nothing was found."""


@dataclass(frozen=True, kw_only=True)
class Since:
    """What happened after two ids, oldest first; `change_id` and `verdict_id` are the ids to ask with the next time."""

    changes: tuple[ChangeView, ...]
    verdicts: tuple[VerdictView, ...]
    change_id: int
    verdict_id: int
    has_more: bool = False


@dataclass(frozen=True, kw_only=True)
class ClaimFilter:
    """Which claims a listing shows; an empty field is no condition, all others must hold.

    `titles` are works, `instalment` a part of one ("whole" for the work itself), `certainty` that of the most certain observation,
    `verdict` the last verdict that counts, `is_unjudged` that there is none. The other fields ask for one document that makes the claim:
    met at one of `sources`, in the language `lang`, with every word of `words`, and read from `since` on and before `until`. `cause` is
    for the review queue.
    """

    titles: tuple[str, ...] | None = None
    instalment: str | None = None
    event: Event | None = None
    status: Status | None = None
    certainty: Certainty | None = None
    sources: tuple[str, ...] | None = None
    lang: str | None = None
    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    verdict: VerdictKind | None = None
    is_unjudged: bool = False
    cause: Cause | None = None


def _instant(at: datetime) -> str:
    from monitor.model import instant  # noqa: PLC0415 - its name here

    return instant(at)
