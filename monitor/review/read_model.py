"""Read the ledger for people, and record what they say: the queries and commands behind the command line and the page."""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import wraps
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from monitor.errors import ConflictError, LedgerError, NotFoundError
from monitor.ledger import OPEN_END, ClaimRow, Ledger, QueueFilter, SqliteStore, Subject, Transaction
from monitor.model import (
    Change,
    ChangeKind,
    Claim,
    ClaimSummary,
    Delivery,
    DeliveryState,
    Event,
    Key,
    Observation,
    Standing,
    Status,
    Verdict,
    VerdictKind,
    Work,
    WorkKind,
)
from monitor.reconcile import (
    Cause,
    Revision,
    Stance,
    first_said,
    forget_periods,
    forget_texts,
    history,
    origins,
    stance,
    standing_for,
    why_not,
)
from monitor.review.answers import corrected, foresee, foresee_correction, routes_of
from monitor.review.claim_rows import claim_row
from monitor.review.cursors import decoded, encoded
from monitor.review.listing_rows import delivery_summary, source_view
from monitor.review.matching import matching, nearest
from monitor.review.outlets import origin_view, outlet_name, statement_view
from monitor.review.passages import part_texts, passage
from monitor.review.records import records
from monitor.review.slugs import slugs
from monitor.review.views import (
    Answer,
    ChangeView,
    ClaimCard,
    ClaimFilter,
    ClaimView,
    Correction,
    Count,
    DeliveryView,
    DocumentView,
    Effect,
    Facet,
    Health,
    HomeView,
    Mark,
    ObservationView,
    Page,
    Passage,
    QueueItem,
    Quiet,
    RecordView,
    ReviewQueue,
    Rival,
    Route,
    SearchView,
    Since,
    SourceView,
    StandingView,
    Step,
    TurnView,
    Upcoming,
    UpcomingView,
    VerdictView,
    WorkName,
    WorkView,
)
from monitor.review.why import Facts, Why, explain, gather

if TYPE_CHECKING:
    from monitor.config import Config

__all__ = ["Review"]

_WEEK = timedelta(days=7)
_ALIVE = timedelta(minutes=3)
_FRESH = timedelta(seconds=5)
_FRESH_TIMES = 50
"""How many times as long as it took to read it the health is kept."""
_SHOWN_CHANGES = 12
_SHOWN_RIVALS = 3
_MOST_CREDITED = 3
"""The most sources that are named of what many documents say."""
_FEW = 30
_MOST = 10_000
"""Rows beyond this number are not counted."""
_FACETS = 20
_KEPT_EFFECTS = 32
_KEPT_TEXTS = 1000
_PREVIEWED = ((Answer.CONFIRM, VerdictKind.CONFIRMED), (Answer.DISMISS, VerdictKind.DISMISSED))
EVERY_CLAIM = ClaimFilter()
"""The filter that asks for nothing."""

P = ParamSpec("P")
T = TypeVar("T")


def _bounded(method: Callable[Concatenate[Review, P], T]) -> Callable[Concatenate[Review, P], T]:
    """Let the queries of a method take no longer than the read model's patience, and keep nothing of a work in memory afterwards."""

    @wraps(method)
    def bounded(self: Review, /, *arguments: P.args, **named: P.kwargs) -> T:
        return self.bounded(lambda: method(self, *arguments, **named))

    return bounded


class Review:
    """The read model of one ledger: views for the command line and the page, and a person's commands.

    Each thread that calls it reads through a connection of its own, opened read-only at its first call. `config` gives names, kinds,
    channels and the time zone, and may be replaced; None where there is none. `clock` returns the current time. A query that takes longer than
    `patience` seconds raises SlowError; None waits. Every method raises LedgerError or a subclass when the ledger cannot be read.
    """

    def __init__(
        self,
        path: Path,
        config: Config | None,
        *,
        clock: Callable[[], datetime],
        patience: float | None = None,
    ) -> None:
        self.path = path
        self.config = config
        self._clock = clock
        self._patience = patience
        self._own = threading.local()
        self._named: tuple[Config | None, tuple[int, int], Mapping[str, WorkName]] | None = None
        self._heard: Health | None = None
        self._fresh = _FRESH
        self._lock = threading.Lock()
        self._effects: OrderedDict[object, tuple[Config | None, dict[Answer, Effect]]] = OrderedDict()

    # The ledger and the names.

    @property
    def ledger(self) -> Ledger:
        """The read-only ledger of this thread."""
        found: Ledger | None = getattr(self._own, "ledger", None)
        if found is None:
            found = self._own.ledger = Ledger.open(self.path, read_only=True)
        return found

    def bounded(self, work: Callable[[], T]) -> T:
        """Return the result of `work`, whose queries are interrupted after the read model's patience. Raises SlowError."""
        depth = getattr(self._own, "depth", 0)
        self._own.depth = depth + 1
        try:
            with self.ledger.within(self._patience):
                return work()
        finally:
            self._own.depth = depth
            if (
                not depth
            ):  # a page is read by any thread: what one remembers of a large work would be held by each
                self.ledger.forget()
                forget_texts(_KEPT_TEXTS)
                forget_periods(_KEPT_TEXTS)
                self._own.__dict__.pop("titles", None)

    def close(self) -> None:
        """Close the connection of this thread; those of other threads are closed when these end."""
        found: Ledger | None = self._own.__dict__.pop("ledger", None)
        if found is not None:
            found.close()

    def today(self) -> date:
        """Return the day that it is now in the configured time zone."""
        return self._clock().astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The configured time zone, by which days are meant."""
        return ZoneInfo(self.config.settings.timezone if self.config else "UTC")

    def works(self) -> tuple[WorkName, ...]:
        """Return the watched works and those with claims, by title."""
        return tuple(self._names().values())

    def work_named(self, slug: str) -> WorkName:
        """Return the work that `slug` names. Raises NotFoundError."""
        found = next((work for work in self._names().values() if work.slug == slug), None)
        if found is None:
            raise NotFoundError(f"no work is called {slug[:80]!r} here", where=str(self.path))
        return found

    def work_of(self, title: str) -> WorkName:
        """Return the work with `title`, watched or not."""
        return self._names().get(title) or WorkName(title=title, slug=slugs([title])[title], is_watched=False)

    def _names(self) -> Mapping[str, WorkName]:
        """Return the works by title; made anew when the configuration or the titles with claims differ."""
        known: Mapping[str, WorkName] | None = getattr(self._own, "names", None)
        if known is not None:
            return known
        state = self.ledger.titles_state()
        kept = self._named
        if kept is None or kept[0] is not self.config or kept[1] != state:
            watched = self._works()
            titles = sorted({*watched, *self.ledger.titles()})
            named = slugs(titles)
            names = {title: _work_name(title, named[title], watched.get(title)) for title in titles}
            kept = self._named = self.config, state, names
        if getattr(self._own, "depth", 0):
            self._own.names = kept[2]
        return kept[2]

    def _works(self) -> dict[str, Work]:
        return {work.title: work for work in self.config.watch} if self.config else {}

    # What is believed.

    @_bounded
    def home(
        self, *, kind: WorkKind | None = None, cursor: str = "", limit: int = 100, today: date | None = None
    ) -> HomeView:
        """Return the first page, of the works of `kind` where one is given; `cursor` continues the dated works."""
        log, names = self.ledger, self._names()
        upcoming = self.upcoming(kind=kind, as_of=today, cursor=cursor, limit=limit, rest=_FEW)
        comes = log.titles_by_date(upcoming.today)
        kinds = Counter(names[title].kind.value for title in comes if title in names)
        begins = datetime.combine(upcoming.today - _WEEK, time(), self.zone)
        changes = list(log.changes(since=begins, limit=_SHOWN_CHANGES))
        claims, _, waiting = log.totals()
        return HomeView(
            upcoming=upcoming,
            kinds=tuple(Facet(name, Count(number)) for name, number in kinds.most_common()),
            dated_count=Count(len(comes)),
            changes=self._change_views(changes),
            change_count=_counted(log.count_changes(begins, _MOST + 1)),
            waiting=_counted(waiting),
            health=self.health(),
            is_empty=not claims,
        )

    @_bounded
    def upcoming(
        self,
        *,
        until: date | None = None,
        kind: WorkKind | None = None,
        as_of: date | None = None,
        cursor: str = "",
        limit: int | None = 100,
        rest: int | None = None,
    ) -> UpcomingView:
        """Return what is believed to come from `as_of` (today when None) to `until`, of works of `kind`.

        The dated ones are a page by date of at most `limit`; of the others there are at most `rest` of each sort.
        """
        today = as_of or self.today()
        names, log = self._names(), self.ledger
        listing = ("upcoming", until, kind, today)
        after = decoded(listing, cursor, (str, str, str, str))

        def is_wanted(standing: Standing) -> bool:
            return kind is None or (standing.key.title in names and names[standing.key.title].kind is kind)

        coming = (
            standing
            for standing in log.standings_by_date(today, after=after)
            if is_wanted(standing) and (until is None or _begins(standing) <= until)
        )
        dated = list(coming if limit is None else islice(coming, limit + 1))
        shown = dated if limit is None else dated[:limit]
        more = encoded(listing, _place_of(shown[-1])) if limit is not None and len(dated) > limit else ""

        def others(*statuses: Status, before: date | None = None) -> list[Standing]:
            most = rest if kind is None else None
            return [
                one
                for one in log.standings_in(statuses=statuses, before=before, limit=most)
                if is_wanted(one)
            ][:rest]

        undated = others(Status.SCHEDULED, Status.UNANNOUNCED)
        overdue = others(Status.SCHEDULED, before=today)
        off = others(Status.POSTPONED, Status.CANCELLED, Status.DENIED)
        rows = self._upcoming_rows([*shown, *undated, *overdue, *off], today)
        split = [len(shown), len(undated), len(overdue)]
        first, second, third = (sum(split[: number + 1]) for number in range(3))
        believed = set(log.believed_titles())
        without_belief = (
            work
            for work in names.values()
            if work.is_watched and work.title not in believed and (kind is None or work.kind is kind)
        )
        return UpcomingView(
            today=today,
            dated=Page(tuple(rows[:first]), more),
            undated=tuple(rows[first:second]),
            overdue=tuple(rows[second:third]),
            off=tuple(rows[third:]),
            without_belief=tuple(islice(without_belief, rest)),
        )

    def _upcoming_rows(self, standings: Sequence[Standing], today: date) -> list[Upcoming]:
        week_ago = datetime.combine(today - _WEEK, time(), self.zone)
        return [
            Upcoming(
                work=self.work_of(view.key.title),
                standing=view.standing,
                first=view.first,
                before=view.before,
                change=view.change,
                changed_at=view.changed_at,
                is_new=view.before is None and view.standing.since >= week_ago,
                days=None
                if view.belief.when is None or view.belief.when.earliest is None
                else (view.belief.when.earliest - today).days,
            )
            for view in self._standing_views(standings)
        ]

    def _standing_views(self, standings: Sequence[Standing]) -> list[StandingView]:
        """Return beliefs with who said each first and how it came about, by a few statements for all of them."""
        log = self.ledger
        said = log.observations_by_id({s.evidence[0] for s in standings if s.evidence})
        last = log.last_changes([standing.key for standing in standings])
        turns = log.last_turns([standing.key for standing in standings])
        views = []
        for standing in standings:
            first = said.get(standing.evidence[0]) if standing.evidence else None
            kind, at = last.get(standing.key, (None, None))
            turn = turns.get(standing.key)
            views.append(
                StandingView(
                    standing=standing,
                    first=None if first is None else statement_view(first),
                    before=None if turn is None else turn[0],
                    change=kind,
                    changed_at=at,
                    reason="it was said" if turn is None else turn[1],
                )
            )
        return views

    @_bounded
    def work(
        self, slug: str, *, key: Key | None = None, cursor: str = "", limit: int = 10, steps: int = 24
    ) -> WorkView:
        """Return a work: what is believed of `key` (its main standing when None), how that moved, and its claims from `cursor` on.

        Raises NotFoundError.
        """
        name = self.work_named(slug)
        title, log = name.title, self.ledger
        standings = [
            *log.standings(title, Event.RELEASE).values(),
            *log.standings(title, Event.TRAILER).values(),
        ]
        main = next((s for s in standings if s.key == key), None) if key else _main(standings)
        ordered = [s for s in standings if s is main] + [s for s in standings if s is not main]
        views = tuple(self._standing_views(ordered))
        turns = {event: self._turns(title, event) for event in Event}
        found = log.summaries(title, main.key.event, key=main.key) if main else []
        shown = self._steps(found, views[0], turns[main.key.event], steps) if main else ()
        claims = self.claims(ClaimFilter(titles=(title,)), cursor=cursor, limit=limit)
        changes = list(log.changes(titles=[title], limit=_SHOWN_CHANGES))
        sent, last_sent = log.sent_of_title(title)
        trailers = [s for s in standings if s.key.event is Event.TRAILER]
        return WorkView(
            work=name,
            main=views[0] if main else None,
            standings=views,
            steps=shown,
            further_steps=len(found) - len(shown),
            turns=tuple(sorted((turn for each in turns.values() for turn in each), key=lambda turn: turn.at)),
            rivals=_rivals(shown),
            claims=claims,
            passages=self._passages(claims.rows),
            claim_count=_counted(sum(tally.claims for tally in log.tallies_of(title))),
            record=self._record_of(name, main),
            verdicts=self._verdict_views(log.latest_verdicts(_FEW, title=title)),
            changes=self._change_views(changes),
            alerts_sent=sent,
            last_alert_at=last_sent,
            trailers=sum(standing.times or 1 for standing in trailers),
            last_trailer_at=max((standing.since for standing in trailers), default=None),
            names=(title, *name.aliases),
        )

    def _steps(
        self, claims: Sequence[ClaimSummary], believed: StandingView, turns: Sequence[TurnView], most: int
    ) -> tuple[Step, ...]:
        """Return what was said of a belief's key, by when it was said first: what is believed, and of the rest what most documents say."""
        standing, log = believed.standing, self.ledger
        own = [turn for turn in turns if turn.key == standing.key]
        ranked = sorted(
            claims,
            key=lambda claim: (stance(claim, standing) is not Stance.BELIEVED, -claim.documents, claim.id),
        )
        shown = sorted(ranked[:most], key=lambda claim: (claim.first_said, claim.id))
        first = log.first_observations([claim.id for claim in shown], _MOST_CREDITED)
        found = []
        for claim in shown:
            if not (said := first.get(claim.id)):
                continue
            relates = stance(claim, standing)
            from_at, until = _time_believed(claim, own)
            found.append(
                Step(
                    claim=claim.id,
                    key=standing.key,
                    status=claim.status,
                    when=claim.when,
                    certainty=claim.certainty,
                    stance=relates,
                    reason=believed.reason if relates is Stance.BELIEVED else why_not(claim, standing),
                    first=statement_view(said[0]),
                    last_said=claim.last_said,
                    outlets=tuple(dict.fromkeys(statement_view(one).name for one in said)),
                    documents=claim.documents,
                    origins=claim.origins or len(origins(said)),
                    believed_from=from_at,
                    believed_until=until,
                    verdict=claim.verdict,
                )
            )
        return tuple(found)

    def _turns(self, title: str, event: Event) -> tuple[TurnView, ...]:
        """Return how the beliefs of a subject came about, from the ledger, or folded anew where it was not since an upgrade."""
        log = self.ledger
        stored = log.turns(title, event)
        if stored is None:
            verdicts = {verdict.observation: verdict for verdict in log.verdicts(title, event)}
            return tuple(_turn_view(turn) for turn in history(log.observations(title, event), verdicts))
        recent = {number for turn in stored[-_FEW:] for number in turn.evidence[:_MOST_CREDITED]}
        behind = log.observations_by_id(recent)
        return tuple(
            TurnView(
                key=turn.key,
                at=turn.at,
                before=turn.before,
                after=turn.after,
                reason=turn.reason,
                said_by=tuple(
                    dict.fromkeys(_credit(behind[number]) for number in turn.evidence if number in behind)
                ),
                is_alerted=turn.alerted,
            )
            for turn in stored
        )

    def _record_of(self, name: WorkName, main: Standing | None) -> tuple[RecordView, ...]:
        """Return how right each source was about a release that is out; empty before."""
        if main is None or main.belief.status is not Status.RELEASED:
            return ()
        return records(self.ledger, {name.title: name.kind.value}, titles=[name.title])

    # What was claimed.

    @_bounded
    def claims(
        self, wanted: ClaimFilter = EVERY_CLAIM, *, cursor: str = "", limit: int = 50
    ) -> Page[ClaimCard]:
        """Return the claims that a filter asks for, newest first (by when a claim was first read)."""
        listing = ("claims", wanted)
        start = decoded(listing, cursor, (int,))
        found = self.ledger.claims(
            titles=wanted.titles,
            instalment=wanted.instalment,
            event=wanted.event,
            status=wanted.status,
            certainty=wanted.certainty,
            sources=wanted.sources,
            lang=wanted.lang,
            search=wanted.words,
            since=wanted.since,
            until=wanted.until,
            verdict=wanted.verdict,
            unjudged=wanted.is_unjudged,
            before=None if start is None else start[0],
            limit=limit + 1,
        )
        rows = list(found)
        more = encoded(listing, (rows[limit - 1].id,)) if len(rows) > limit else ""
        return Page(tuple(self._card(row) for row in rows[:limit]), more)

    def _card(self, row: ClaimRow) -> ClaimCard:
        said = row.said
        assert said is not None  # noqa: S101 - the ledger joins it
        return ClaimCard(
            id=row.id,
            claim=row.claim,
            slug=self.work_of(row.claim.title).slug,
            version=row.version,
            verdict=row.verdict,
            documents=row.documents,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            published=said.published,
            url=row.url,
            outlet=outlet_name(said.url, said.source, said.author),
            headline=row.headline,
            lang=said.lang,
            document=said.document,
            observation=said.id,
        )

    @_bounded
    def claim(self, number: int, *, with_row: bool = False) -> ClaimView:
        """Return everything about the claim that `number` identifies, by its id or that of one of its observations.

        `with_row` fills the row of `monitor claims show` too, which compares it with all that was said of its work. Raises NotFoundError.
        """
        log = self.ledger
        found = log.claim(number)
        card = self._card(found.row)
        title, event = card.claim.title, card.claim.event
        facts = self._facts(found.row.id)
        why = explain(facts)
        counted = [one for one in found.observations if not one.replaced] or list(found.observations)
        first = first_said(counted)
        standing = standing_for(
            log.standings(title, event), Key(title, card.claim.instalment, event, card.claim.scope)
        )
        view = self._standing_views([standing])[0] if standing else None
        turns = [
            _turn_view(turn) for turn in facts.revisions if standing is not None and turn.key == standing.key
        ]
        steps = (
            self._steps(log.summaries(title, event, key=standing.key), view, turns, _FEW)
            if standing and view
            else ()
        )
        reasons = {said.observation.id: said for said in why.said}
        return ClaimView(
            card=card,
            work=self.work_of(card.claim.title),
            passage=self._passage(card),
            first=None if first is None else statement_view(first),
            origins=tuple(origin_view(origin) for origin in origins(counted)),
            said=tuple(
                ObservationView(
                    statement=statement_view(one),
                    quote=one.claim.quote,
                    is_believed=one.id in reasons and reasons[one.id].believed,
                    reason=reasons[one.id].reason if one.id in reasons else "",
                    rules=one.claim.rules,
                    reader=one.reader,
                    confidence=one.claim.confidence,
                    is_replaced=one.replaced,
                    is_deleted=one.deleted,
                )
                for one in found.observations
            ),
            verdicts=self._verdict_views(reversed(log.latest_verdicts(_MOST, claim=found.row.id))),
            changes=self._change_views(found.changes),
            standing=view,
            turns=tuple(turns),
            rivals=_rivals(steps),
            is_believed=why.is_believed,
            reason=why.reason,
            unalerted=why.unalerted,
            row=claim_row(log, found) if with_row else {},
        )

    @_bounded
    def document(self, claim: int) -> DocumentView:
        """Return the document in which a claim was read most surely, as text with the words of its claims marked.

        Raises NotFoundError.
        """
        log = self.ledger
        card = self._card(log.claim(claim).row)
        document = log.document(card.document)
        observed = log.observations_of(card.document)
        seen = max(one.seen_at for one in observed)
        text, marks = "", []
        for shown in part_texts(document):
            base = len(text)
            for one in observed:
                span = one.claim.span
                if span is not None and span.part == shown.part and not one.replaced:
                    first, last = shown.covered(span)
                    marks.append(Mark(base + first, base + last, one.claim_id))
            text += f"{shown.text.rstrip()}\n\n"
        return DocumentView(
            fingerprint=card.document,
            headline=document.title,
            text=text.rstrip(),
            marks=tuple(_apart(marks)),
            claims=tuple(
                self._card(row)
                for row in log.claim_rows(
                    dict.fromkeys(one.claim_id for one in observed if not one.replaced)
                ).values()
            ),
            url=document.url,
            source=document.source,
            outlet=outlet_name(document.url, document.source, document.author),
            author=document.author,
            lang=document.lang,
            published=document.published,
            seen_at=seen,
            is_deleted=all(one.deleted for one in observed),
        )

    def _passages(self, cards: Iterable[ClaimCard]) -> dict[int, Passage]:
        """Return the words of claims in their context, by claim."""
        return {card.id: self._passage(card) for card in cards}

    def _passage(self, card: ClaimCard) -> Passage:
        try:
            document = self.ledger.document(card.document)
        except NotFoundError:
            document = None
        return passage(document, card.claim, card.lang)

    def _facts(self, number: int) -> Facts:
        config = self.config
        return gather(
            self.ledger, number, config.channels if config else None, config.watch if config else ()
        )

    def why(self, number: int) -> Why:
        """Return why a claim is or is not believed, and why each channel was or was not alerted. Raises NotFoundError."""
        return explain(self._facts(number))

    def _verdict_views(self, found: Iterable[tuple[Verdict, bool, int | None]]) -> tuple[VerdictView, ...]:
        verdicts = list(found)
        said = self.ledger.claim_rows({verdict.observation for verdict, _, _ in verdicts})
        return tuple(
            VerdictView(
                id=verdict.id,
                claim=verdict.observation,
                kind=verdict.kind,
                at=verdict.at,
                actor=verdict.actor,
                note=verdict.note,
                is_taken_back=taken_back,
                corrected_to=corrected_to,
                said=said[verdict.observation].claim if verdict.observation in said else None,
            )
            for verdict, taken_back, corrected_to in verdicts
        )

    # What a person has to judge.

    @_bounded
    def queue(
        self, wanted: ClaimFilter = EVERY_CLAIM, *, cursor: str = "", limit: int = 20, previews: int = 1
    ) -> ReviewQueue:
        """Return the claims that nobody judged, those that would change belief first, from `cursor` on.

        The first `previews` items have the effects of confirming and dismissing them.
        """
        log = self.ledger
        listing = ("queue", wanted)
        after = decoded(listing, cursor, (int, int))
        asked = QueueFilter(
            titles=wanted.titles,
            instalment=wanted.instalment,
            event=wanted.event,
            status=wanted.status,
            certainty=wanted.certainty,
            lang=wanted.lang,
            cause=None if wanted.cause is None else wanted.cause.rank,
        )
        rows = log.queued(asked, after=after, limit=limit + 1)
        shown = rows[:limit]
        more = encoded(listing, (shown[-1].cause or 0, shown[-1].id)) if len(rows) > limit else ""
        facets = log.queued_facets(asked, most=_MOST + 1)
        claims, unjudged, waiting = log.totals()
        return ReviewQueue(
            page=Page(self._queue_items(shown, previews), more),
            waiting=_counted(waiting),
            unjudged=_counted(unjudged),
            claims=_counted(claims),
            causes=_facets(Cause.of_rank(cause).value for cause, _, _, _ in facets),
            certainties=_facets(certainty for _, certainty, _, _ in facets),
            languages=_facets(lang for _, _, lang, _ in facets if lang),
            works=_facets(title for _, _, _, title in facets),
            judged=self._verdict_views(log.latest_verdicts(_FEW)),
        )

    @_bounded
    def waiting(self) -> Count:
        """Return how many claims wait for a verdict."""
        return _counted(self.ledger.totals()[2])

    def _queue_items(self, rows: Sequence[ClaimRow], previews: int) -> tuple[QueueItem, ...]:
        log = self.ledger
        subjects = {(row.claim.title, row.claim.event) for row in rows}
        standings = {key: one for subject in subjects for key, one in log.standings(*subject).items()}
        held = [standing_for(standings, _key_of(row.claim)) for row in rows]
        views = {
            view.key: view for view in self._standing_views(list({s.key: s for s in held if s}.values()))
        }
        items = []
        for number, (row, standing) in enumerate(zip(rows, held, strict=True)):
            card = self._card(row)
            effects = self._previews(row) if number < previews else {}
            note = (
                "nothing is believed of it yet" if standing is None else why_not(_summary_of(row), standing)
            )
            items.append(
                QueueItem(
                    card=card,
                    cause=Cause.of_rank(row.cause),
                    note=note,
                    believed=None if standing is None else views[standing.key],
                    passage=self._passage(card),
                    rules=row.claim.rules,
                    effects=effects,
                )
            )
        return tuple(items)

    @_bounded
    def previews(self, number: int) -> dict[Answer, Effect]:
        """Return what confirming and dismissing a claim would change; kept while nothing is added to its work. Raises NotFoundError."""
        return self._previews(self.ledger.claim_row(number))

    def _previews(self, row: ClaimRow) -> dict[Answer, Effect]:
        """Return the previews of a claim.

        The first item of the queue is the same for everybody, and folding a large work twice takes longer than a page may.
        """
        key = row.id, self.today(), self.ledger.subject_state(row.claim.title, row.claim.event)
        with self._lock:
            kept = self._effects.get(key)
            if kept is not None and kept[0] is self.config:
                return kept[1]
        effects = {answer: self.judge(row.id, kind, actor="", preview=True) for answer, kind in _PREVIEWED}
        with self._lock:
            self._effects[key] = self.config, effects
            while len(self._effects) > _KEPT_EFFECTS:
                self._effects.popitem(last=False)
        return effects

    # What changed, and which channels were alerted of it.

    @_bounded
    def changes(
        self,
        *,
        titles: Sequence[str] | None = None,
        event: Event | None = None,
        kind: ChangeKind | None = None,
        words: str | None = None,
        since: datetime | None = None,
        cursor: str = "",
        limit: int = 50,
    ) -> Page[ChangeView]:
        """Return what changed, newest first, with why and which channels were alerted."""
        listing = ("changes", titles, event, kind, words, since)
        start = decoded(listing, cursor, (str, int))
        rows = list(
            self.ledger.changes(
                titles=titles,
                event=event,
                kind=kind,
                search=words,
                since=since,
                before=None if start is None else (datetime.fromisoformat(start[0]), start[1]),
                limit=limit + 1,
            )
        )
        shown = rows[:limit]
        more = encoded(listing, (shown[-1].at.isoformat(), shown[-1].id)) if len(rows) > limit else ""
        return Page(self._change_views(shown), more)

    @_bounded
    def change(self, number: int) -> ChangeView:
        """Return one change. Raises NotFoundError."""
        return self._change_views([self.ledger.change(number)])[0]

    def _change_views(self, changes: Iterable[Change]) -> tuple[ChangeView, ...]:
        """Return changes with why they are believed and which channels were alerted, by a few statements for all of them."""
        every = list(changes)
        log = self.ledger
        reasons = log.change_reasons(every)
        numbers = [change.id for change in every]
        sent, held = log.deliveries_of(numbers), log.held_back_from(numbers)
        views = []
        for change in every:
            deliveries = sent.get(change.id, ())
            routes = [
                Route(
                    channel=each.channel,
                    state=each.state.value,
                    at=each.delivered_at or each.next_attempt_at,
                    reasons=tuple(filter(None, [each.error])),
                    delivery=each.id,
                )
                for each in deliveries
            ]
            routes += [
                Route(channel=channel, state="held back", at=change.at, reasons=reasons_of)
                for channel, reasons_of in held.get(change.id, {}).items()
            ]
            views.append(self._change_view(change, tuple(routes), reasons.get(change.id, "")))
        return tuple(views)

    def _change_view(self, change: Change, routes: tuple[Route, ...], why: str = "") -> ChangeView:
        # A rumour beside a belief has the evidence of both: quote and statement are those of what is alerted.
        after = change.after
        matching = [
            said
            for said in change.evidence
            if after is not None and (said.claim.status, said.claim.when) == (after.status, after.when)
        ] or list(change.evidence)
        first, quoted = first_said(matching), next(iter(matching), None)
        return ChangeView(
            change=change,
            slug=self.work_of(change.key.title).slug,
            why=why,
            first=None if first is None else statement_view(first),
            passage=None if quoted is None else Passage(quote=quoted.claim.quote, lang=quoted.lang),
            routes=routes,
            verdict=_verdict_view(change.verdict),
        )

    @_bounded
    def deliveries(
        self,
        *,
        state: DeliveryState | None = None,
        channel: str | None = None,
        change: int | None = None,
        since: datetime | None = None,
        cursor: str = "",
        limit: int = 50,
    ) -> Page[DeliveryView]:
        """Return alerts and notices on their way to channels, newest first."""
        listing = ("deliveries", state, channel, change, since)
        start = decoded(listing, cursor, (str,))
        rows = list(
            self.ledger.deliveries(
                state=state,
                channel=channel,
                change=change,
                since=since,
                before=None if start is None else start[0],
                limit=limit + 1,
            )
        )
        more = encoded(listing, (rows[limit - 1].id,)) if len(rows) > limit else ""
        return Page(self._delivery_views(rows[:limit]), more)

    def _delivery_views(self, rows: Sequence[Delivery]) -> tuple[DeliveryView, ...]:
        retried = self.ledger.last_retries([row.id for row in rows])
        views = []
        for row in rows:
            title, sentence = delivery_summary(row)
            actor, at = retried.get(row.id, ("", None))
            views.append(
                DeliveryView(
                    delivery=row,
                    title=title,
                    slug=self.work_of(title).slug if title else "",
                    sentence=sentence,
                    can_retry=row.state is DeliveryState.DEAD,
                    retried_by=actor,
                    retried_at=at,
                )
            )
        return tuple(views)

    @_bounded
    def since(self, change_id: int, verdict_id: int, *, limit: int = 100) -> Since:
        """Return the changes and verdicts after two ids, oldest first, at most `limit` of each."""
        log = self.ledger
        changes, verdicts = log.changes_after(change_id, limit + 1), log.verdicts_after(verdict_id, limit + 1)
        return Since(
            changes=self._change_views(changes[:limit]),
            verdicts=self._verdict_views(verdicts[:limit]),
            change_id=changes[:limit][-1].id if changes else change_id,
            verdict_id=verdicts[:limit][-1][0].id if verdicts else verdict_id,
            has_more=max(len(changes), len(verdicts)) > limit,
        )

    def position(self) -> tuple[int, int]:
        """Return the ids of the newest change and the newest verdict, 0 for none: where :meth:`since` continues from now on."""
        newest = "SELECT ifnull((SELECT max(id) FROM changes), 0), ifnull((SELECT max(id) FROM verdicts), 0)"
        change_id, verdict_id = self.ledger.row(newest) or (0, 0)
        return change_id, verdict_id

    # How the monitor hears.

    @_bounded
    def sources(self, *, record: bool = False) -> tuple[SourceView, ...]:
        """Return every source that was ever configured, by name; with `record` also how right each was about releases that are out.

        The record reads what was said of every release, which takes seconds in a large ledger.
        """
        now = self._clock()
        right = {one.source: one for one in records(self.ledger, {})} if record else {}
        return tuple(
            replace(source_view(row, now), record=right.get(row.state.name)) for row in self.ledger.sources()
        )

    @_bounded
    def sources_page(
        self, *, with_removed: bool = False, cursor: str = "", limit: int = 100
    ) -> Page[SourceView]:
        """Return the sources in trouble, then the others, each by name; those that are configured no more `with_removed` only."""
        listing = ("sources", with_removed)
        start = decoded(listing, cursor, (int, str))

        def place(one: SourceView) -> tuple[int, str]:
            return int(one.is_well), one.name

        found = [one for one in self.sources() if with_removed or one.state != "removed"]
        rows = sorted((one for one in found if start is None or place(one) > start), key=place)
        more = encoded(listing, place(rows[limit - 1])) if len(rows) > limit else ""
        return Page(tuple(rows[:limit]), more)

    @_bounded
    def health(self) -> Health:
        """Return whether the monitor is at work, and what is in trouble; what is asked again within some seconds is not read again."""
        now = self._clock()
        if self._heard is not None and timedelta(0) <= now - self._heard.now < self._fresh:
            return self._heard
        began = perf_counter()
        log = self.ledger
        alive_at = log.alive_at()
        sources = [source for source in self.sources() if source.state != "removed"]
        quiet = [source for source in sources if not source.is_well]
        self._heard = Health(
            now=now,
            is_running=alive_at is not None and abs(now - alive_at) <= _ALIVE,
            alive_at=alive_at,
            sources=len(sources),
            answering=len(sources) - len(quiet),
            first_pass=sum(source.state in ("first pass", "new") for source in sources),
            last_poll_at=max((s.last_poll_at for s in sources if s.last_poll_at), default=None),
            quiet=tuple(Quiet(source=s.name, state=s.state, line=s.error or s.advice) for s in quiet),
            pending=_counted(log.count_deliveries(DeliveryState.PENDING, _MOST + 1)),
            dead=_counted(log.count_deliveries(DeliveryState.DEAD, _MOST + 1)),
            disabled=log.disabled_channels(),
        )
        # Of ten thousand sources it takes a third of a second, which every page would pay for.
        self._fresh = max(_FRESH, _FRESH_TIMES * timedelta(seconds=perf_counter() - began))
        return self._heard

    @_bounded
    def search(self, words: str, *, cursor: str = "", limit: int = 20) -> SearchView:
        """Return the works and sources with `words` in their names, and the claims with them in title, quote, headline or credits.

        Claims come newest words first. Names that match nothing are suggested where nothing is found.
        """
        log = self.ledger
        listing = ("search", words)
        start = decoded(listing, cursor, (int,))
        hits = log.found(words, before=1 << 62 if start is None else start[0], limit=limit + 1)
        rows = log.claim_rows(claim for claim, _ in hits[:limit])
        more = encoded(listing, (hits[limit - 1][1],)) if len(hits) > limit else ""
        cards = tuple(self._card(rows[claim]) for claim, _ in hits[:limit] if claim in rows)
        names = {work.title: work.aliases for work in self._names().values()}
        sources: dict[str, tuple[str, ...]] = dict.fromkeys(log.configured_sources(), ())
        works = matching(words, names) if not cursor else []
        outlets = matching(words, sources) if not cursor else []
        is_found = bool(works or outlets or cards)
        return SearchView(
            words=words,
            works=tuple(self.work_of(title) for title in works[:limit]),
            sources=tuple(outlets[:limit]),
            claims=Page(cards, more),
            suggestions=() if is_found or not words.strip() else tuple(nearest(words, names)),
        )

    # What a person says.

    def judge(
        self,
        claim: int,
        kind: VerdictKind,
        *,
        actor: str,
        seen: int | None = None,
        note: str = "",
        preview: bool = False,
    ) -> Effect:
        """Confirm or dismiss a claim, as `kind` says; return what that changed, or with `preview` would change.

        `seen` is the version of the claim that the person saw, None to judge whatever its version is. Raises ConflictError when another
        verdict was given since, NotFoundError when there is no such claim.
        """
        answer = Answer.CONFIRM if kind is VerdictKind.CONFIRMED else Answer.DISMISS
        verdict = Verdict(claim, kind, self._clock(), note, actor=actor)
        return self._answer(answer, verdict, seen, preview=preview)

    def undo(
        self,
        claim: int,
        *,
        actor: str,
        seen: int | None = None,
        note: str = "",
        known_too: bool = False,
        preview: bool = False,
    ) -> Effect:
        """Take back the last verdict on a claim that counts; what was alerted before the verdict is alerted again only with `known_too`.

        Raises as :meth:`judge`, and NotFoundError when there is no verdict to take back.
        """
        verdict = Verdict(claim, VerdictKind.UNDONE, self._clock(), note, actor=actor)
        return self._answer(Answer.UNDO, verdict, seen, preview=preview, known_too=known_too)

    def correct(
        self,
        claim: int,
        reading: Correction,
        *,
        actor: str,
        seen: int | None = None,
        note: str = "",
        preview: bool = False,
    ) -> Effect:
        """Dismiss a claim and keep `reading`, what the person reads in the same words, as a confirmed observation of theirs.

        Raises as :meth:`judge`.
        """
        verdict = Verdict(claim, VerdictKind.CONFIRMED, self._clock(), note, actor=actor)
        return self._answer(Answer.CORRECT, verdict, seen, preview=preview, reading=reading)

    def retry(
        self, ids: Iterable[str], *, actor: str, channels: Iterable[str] = (), preview: bool = False
    ) -> tuple[DeliveryView, ...]:
        """Make deliveries due again, by their ids or how these begin, and enable their channels and `channels`; return them.

        Raises NotFoundError, and then changes nothing.
        """
        named = [self.ledger.delivery(each) for each in ids]
        if not preview:
            now = self._clock()

            def again(tx: Transaction) -> None:
                tx.retry([each.id for each in named], now)
                log.add_retries([each.id for each in named], actor, now)
                for name in {*channels, *(each.channel for each in named)}:
                    tx.enable_channel(name)

            with self._writing() as log:
                SqliteStore(log).run(again)
        return self._delivery_views([self.ledger.delivery(each.id) for each in named])

    @_bounded
    def _answer(
        self,
        answer: Answer,
        verdict: Verdict,
        seen: int | None,
        *,
        preview: bool,
        known_too: bool = False,
        reading: Correction | None = None,
    ) -> Effect:
        row = self.ledger.claim_row(verdict.observation)
        card = self._card(row)
        verdict = replace(verdict, observation=card.id)
        said = row.said
        assert said is not None  # noqa: S101 - the ledger joins it
        own = None if reading is None else corrected(card.claim, reading)
        if own is not None and (own.title, own.event, own.status, own.instalment, own.when, own.scope) == (
            card.claim.title, card.claim.event, card.claim.status, card.claim.instalment, card.claim.when,
            tuple(sorted(card.claim.scope)),
        ):  # fmt: skip
            raise ConflictError(
                "that is what the claim says already; confirm it instead", where=f"claim {card.id}"
            )
        if preview:
            _check_version(row, seen)
            return self._foreseen(answer, verdict, card, said, own)
        return self._done(answer, verdict, seen, card, said, own, known_too=known_too)

    def _foreseen(
        self, answer: Answer, verdict: Verdict, card: ClaimCard, said: Observation, own: Claim | None
    ) -> Effect:
        """Return what an answer would change."""
        log, channels = self.ledger, self.config.channels if self.config else ()
        if own is not None:
            found = foresee_correction(log, said, own, verdict.at, verdict.note)
        else:
            subject = card.claim.title, card.claim.event
            found = (foresee(log, card.id, subject, verdict.kind, verdict.at, verdict.note),)
        works = self._works()
        views = tuple(
            self._change_view(
                change,
                routes_of(
                    change,
                    channels,
                    works.get(change.key.title),
                    one.after.get(change.key) or one.before.get(change.key),
                ),
            )
            for one in found
            for change in one.changes
        )
        return Effect(
            answer=answer,
            is_preview=True,
            claim=card,
            changes=views,
            standings=tuple(standing for one in found for standing in one.after.values()),
            before=tuple(standing for one in found for standing in one.before.values()),
            alerted=_alerted(views),
            has_channels=bool(channels),
            corrected_to=None if own is None else 0,
        )

    def _done(
        self,
        answer: Answer,
        verdict: Verdict,
        seen: int | None,
        card: ClaimCard,
        said: Observation,
        own: Claim | None,
        *,
        known_too: bool,
    ) -> Effect:
        """Give an answer, and return what it changed."""
        channels = self.config.channels if self.config else ()
        subjects = [(card.claim.title, card.claim.event)]
        from monitor.recording import Recorder, adopt_rules  # noqa: PLC0415 - a reader has no use for it

        recorder = Recorder(self._works(), channels)
        with self._writing() as log:
            store = SqliteStore(log)

            def give(
                tx: Transaction,
            ) -> tuple[Verdict, int | None, dict[Subject, Verdict], int, list[Standing], list[Change]]:
                sent, after_correction = 0, None
                _check_version(log.claim_row(card.id), seen)
                if own is not None:
                    dismissed, confirmed = log.add_correction(said, own, verdict)
                    recorded, after_correction = dismissed, confirmed.observation
                    applied = {subjects[0]: dismissed, (own.title, own.event): confirmed}
                else:
                    other = log.corrected_with(card.id) if answer is Answer.UNDO else None
                    recorded = tx.add_verdict(verdict)
                    applied = {subjects[0]: recorded}
                    if other is not None:
                        beside = log.claim_row(other).claim
                        second = replace(recorded, id=recorded.id + 1, observation=other)
                        applied.setdefault((beside.title, beside.event), second)
                        sent += tx.take_back(second)
                    if answer is Answer.UNDO:
                        sent += tx.take_back(recorded)
                # Whoever was not alerted of the verdict need not be alerted that it is undone.
                is_unalerted = answer is Answer.UNDO and not sent and not known_too
                before = [one for subject in applied for one in tx.standings(*subject).values()]
                changes = [
                    change
                    for subject, each in applied.items()
                    for change in recorder.revise(
                        tx, *subject, now=verdict.at, baseline=is_unalerted, applied=each, known_too=known_too
                    )
                ]
                return recorded, after_correction, applied, sent, before, changes

            adopt_rules(store.run)
            recorded, after_correction, applied, sent, before, changes = store.run(give, durable=True)
        held = [one for subject in applied for one in self.ledger.standings(*subject).values()]
        views = self._change_views(self.ledger.change(change.id) for change in changes)
        (recorded_verdict,) = (
            view
            for view in self._verdict_views(self.ledger.latest_verdicts(_FEW, claim=card.id))
            if view.id == recorded.id
        )
        return Effect(
            answer=answer,
            is_preview=False,
            claim=self._card(self.ledger.claim_row(card.id)),
            changes=views,
            standings=tuple(held),
            before=tuple(before),
            alerted=_alerted(views),
            sent=sent,
            verdict=recorded_verdict,
            version=recorded.id,
            corrected_to=after_correction,
            has_channels=bool(channels),
        )

    @contextmanager
    def _writing(self) -> Iterator[Ledger]:
        """Open the ledger for a command, whose statements take no longer than those of a view: what is interrupted is rolled back."""
        if not self.path.exists():
            raise LedgerError(
                "there is no database yet; `monitor poll` or `monitor run` makes it", where=str(self.path)
            )
        with Ledger.open(self.path) as log, log.within(self._patience):
            yield log


def _work_name(title: str, slug: str, work: Work | None) -> WorkName:
    if work is None:
        return WorkName(title=title, slug=slug, is_watched=False)
    return WorkName(title=title, slug=slug, kind=work.kind, aliases=work.aliases)


def _counted(number: int) -> Count:
    return Count(min(number, _MOST), more=number > _MOST)


def _facets(values: Iterable[str]) -> tuple[Facet, ...]:
    return tuple(Facet(value, _counted(number)) for value, number in Counter(values).most_common(_FACETS))


def _begins(standing: Standing) -> date:
    when = standing.belief.when
    return date.min if when is None or when.earliest is None else when.earliest


def _place_of(standing: Standing) -> tuple[str, str, str, str]:
    """Return the place of a dated belief in the order of :meth:`Ledger.standings_by_date`."""
    key, when = standing.key, standing.belief.when
    latest = OPEN_END if when is None or when.latest is None else when.latest.isoformat()
    scope = json.dumps(list(key.scope), ensure_ascii=False)
    return latest, key.title, key.instalment or "", scope


def _main(standings: Sequence[Standing]) -> Standing | None:
    """Return the standing that answers "when?": of the release, dated rather than not, of the newest part, for all scopes."""
    releases = [standing for standing in standings if standing.key.event is Event.RELEASE]
    return max(
        releases,
        key=lambda s: (
            s.belief.status is Status.SCHEDULED and s.belief.when is not None,
            s.belief.status is Status.RELEASED,
            not s.key.scope,
            s.since,
        ),
        default=None,
    )


def _turn_view(turn: Revision) -> TurnView:
    said_by = dict.fromkeys(map(_credit, turn.evidence))
    return TurnView(
        key=turn.key, at=turn.at, before=turn.before, after=turn.after, reason=turn.reason,
        said_by=tuple(said_by), is_alerted=turn.alerted,
    )  # fmt: skip


def _credit(observation: Observation) -> str:
    return " ← ".join([observation.source, *observation.claim.sources])


def _time_believed(claim: ClaimSummary, turns: Sequence[TurnView]) -> tuple[datetime | None, datetime | None]:
    """Return since when and until when a claim was believed, by the turns of its key; None where it never was or still is."""
    from_at, until = None, None
    for turn in turns:
        is_same = (turn.after.status, turn.after.when) == (claim.status, claim.when)
        if is_same and from_at is None:
            from_at = turn.at
        elif is_same:
            until = None
        elif from_at is not None and until is None:
            until = turn.at
    return from_at, until


def _rivals(steps: Sequence[Step]) -> tuple[Rival, ...]:
    """Return what is believed and what contradicts it side by side; empty without a contradiction."""
    against = sorted(
        (step for step in steps if step.stance is Stance.CONTRADICTS),
        key=lambda step: (-step.certainty.rank, -step.origins, step.claim),
    )
    if not against:
        return ()
    held = [step for step in steps if step.stance is Stance.BELIEVED]
    return tuple(
        Rival(
            status=step.status,
            when=step.when,
            certainty=step.certainty,
            is_believed=step.stance is Stance.BELIEVED,
            documents=step.documents,
            origins=step.origins,
            langs=tuple(filter(None, [step.first.lang])),
            first=step.first,
            last_said=step.last_said,
            reason=step.reason,
            claim=step.claim,
        )
        for step in (*held[:1], *against[:_SHOWN_RIVALS])
    )


def _key_of(claim: Claim) -> Key:
    return Key(claim.title, claim.instalment, claim.event, claim.scope)


def _summary_of(row: ClaimRow) -> ClaimSummary:
    claim = row.claim
    return ClaimSummary(
        id=row.id,
        key=_key_of(claim),
        status=claim.status,
        when=claim.when,
        certainty=claim.certainty,
        documents=row.documents,
        origins=row.origins,
        first_said=row.first_said or row.first_seen,
        last_said=row.last_said or row.last_seen,
        confidence=claim.confidence,
        verdict=row.verdict,
    )


def _apart(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield marks in order, without those that overlap an earlier one."""
    end = 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.start >= end and mark.end > mark.start:
            yield mark
            end = mark.end


def _verdict_view(verdict: Verdict | None) -> VerdictView | None:
    if verdict is None:
        return None
    return VerdictView(
        id=verdict.id, claim=verdict.observation, kind=verdict.kind, at=verdict.at, actor=verdict.actor, note=verdict.note
    )  # fmt: skip


def _alerted(changes: Iterable[ChangeView]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.channel for change in changes for r in change.routes if r.is_alerted))


def _check_version(row: ClaimRow, seen: int | None) -> None:
    if seen is not None and seen != row.version:
        raise ConflictError(
            "another person judged it since you saw it; look again before you judge", where=f"claim {row.id}"
        )
