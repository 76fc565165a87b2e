"""Read the ledger for people, and record what they say: the queries and commands behind the command line and the page."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.config import Config
from monitor.errors import ConflictError, LedgerError, NotFoundError
from monitor.ledger import ClaimRow, Ledger, SourceRow
from monitor.model import (
    Change,
    ChangeKind,
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
from monitor.notify import composed
from monitor.pipeline import Recorder, adopt_rules
from monitor.reconcile import Revision, first_said, history, origins
from monitor.review.answers import foresee, routes_of
from monitor.review.cursors import decoded, encoded
from monitor.review.passages import covered, passage, readable
from monitor.review.slugs import slugs
from monitor.review.views import (
    Answer,
    Cause,
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
    Page,
    Passage,
    QueueItem,
    Quiet,
    ReviewQueue,
    Rival,
    Route,
    Saying,
    SearchView,
    Since,
    SourceView,
    Stance,
    StandingView,
    Step,
    TurnView,
    Upcoming,
    UpcomingView,
    VerdictView,
    WorkName,
    WorkView,
)
from monitor.review.voices import origin_view, outlet_name, voice
from monitor.review.why import Facts, Why, explain, gather
from monitor.schedule import late as is_late

__all__ = ["Review"]

_WEEK = timedelta(days=7)
_ALIVE = timedelta(minutes=3)
_SHOWN_CHANGES = 12
_MOST = 10_000
_OFF = frozenset({Status.POSTPONED, Status.CANCELLED, Status.DENIED})
_FACETS = 20
EVERY_CLAIM = ClaimFilter()
"""The filter that asks for nothing."""


class Review:
    """The read model of one ledger: views for the command line and the page, and a person's commands.

    Each thread that calls it reads through a connection of its own, opened read-only at its first call. `config` gives names, kinds,
    channels and the time zone, and may be replaced; None where there is none. `clock` tells the time. A query that takes longer than
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

    # The ledger and the names.

    @property
    def ledger(self) -> Ledger:
        """The read-only ledger of this thread."""
        found: Ledger | None = getattr(self._own, "ledger", None)
        if found is None:
            found = self._own.ledger = Ledger.open(self.path, read_only=True)
        return found

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
        watched = {work.title: work for work in self.config.watch} if self.config else {}
        titles = sorted({*watched, *self.ledger.titles()})
        named = slugs(titles)
        return tuple(_work_name(title, named[title], watched.get(title)) for title in titles)

    def work_named(self, slug: str) -> WorkName:
        """Return the work that `slug` names. Raises NotFoundError."""
        for work in self.works():
            if work.slug == slug:
                return work
        raise NotFoundError(f"no work is called {slug[:80]!r} here", where=str(self.path))

    def work_of(self, title: str) -> WorkName:
        """Return the work with `title`, watched or not."""
        return self._names().get(title) or WorkName(title=title, slug=slugs([title])[title], is_watched=False)

    def _names(self) -> dict[str, WorkName]:
        return {work.title: work for work in self.works()}

    def _works(self) -> dict[str, Work]:
        return {work.title: work for work in self.config.watch} if self.config else {}

    # What is believed.

    def home(
        self, *, kind: WorkKind | None = None, cursor: str = "", limit: int = 100, today: date | None = None
    ) -> HomeView:
        """Return the first page, of the works of `kind` where one is given; `cursor` continues the dated works."""
        now = self._clock()
        upcoming = self.upcoming(kind=kind, as_of=today, cursor=cursor, limit=limit)
        every = self.upcoming(as_of=today, limit=_MOST)
        kinds = Counter(row.work.kind.value for row in every.dated.rows)
        changes = list(self.ledger.changes(since=now - _WEEK, limit=_MOST + 1))
        return HomeView(
            upcoming=upcoming,
            kinds=tuple(Facet(name, Count(number)) for name, number in kinds.most_common()),
            dated_count=Count(len(every.dated.rows)),
            changes=tuple(self._change_view(change) for change in changes[:_SHOWN_CHANGES]),
            change_count=_counted(len(changes)),
            waiting=self.queue(limit=1, previews=0).waiting,
            health=self.health(),
            is_empty=not self.ledger.titles(),
        )

    def upcoming(
        self,
        *,
        until: date | None = None,
        kind: WorkKind | None = None,
        as_of: date | None = None,
        cursor: str = "",
        limit: int = 100,
    ) -> UpcomingView:
        """Return what is believed to come from `as_of` (today when None) to `until`, of works of `kind`.

        The dated ones are a page by date; the others are whole.
        """
        today = as_of or self.today()
        names = self._names()
        rows = [
            self._upcoming(standing, names, today)
            for standing in self.ledger.all_standings()
            if standing.key.event is Event.RELEASE
        ]
        rows = [row for row in rows if kind is None or row.work.kind is kind]
        dated, undated, overdue, off = [], [], [], []
        for row in rows:
            belief = row.belief
            if belief.status in _OFF:
                off.append(row)
            elif belief.status is Status.SCHEDULED and belief.when is not None:
                if (belief.when.latest or date.max) < today:
                    overdue.append(row)
                elif until is None or (belief.when.earliest or date.min) <= until:
                    dated.append(row)
            elif belief.status in (Status.SCHEDULED, Status.UNANNOUNCED):
                undated.append(row)
        dated.sort(key=_by_date)
        listing = ("upcoming", until, kind, today)
        start = (decoded(listing, cursor, (int,)) or (0,))[0]
        end = start + limit
        believed = {row.key.title for row in rows}
        return UpcomingView(
            today=today,
            dated=Page(tuple(dated[start:end]), encoded(listing, (end,)) if len(dated) > end else ""),
            undated=tuple(undated),
            overdue=tuple(overdue),
            off=tuple(off),
            silent=tuple(
                work
                for work in names.values()
                if work.is_watched and work.title not in believed and (kind is None or work.kind is kind)
            ),
        )

    def _upcoming(self, standing: Standing, names: Mapping[str, WorkName], today: date) -> Upcoming:
        view = self._standing_view(standing)
        when = standing.belief.when
        return Upcoming(
            work=names[standing.key.title],
            standing=standing,
            first=view.first,
            before=view.before,
            change=view.change,
            changed_at=view.changed_at,
            is_new=view.before is None and self._clock() - standing.since <= _WEEK,
            days=None if when is None or when.earliest is None else (when.earliest - today).days,
        )

    def _standing_view(self, standing: Standing) -> StandingView:
        key = standing.key
        last = None
        for change in self.ledger.timeline(key.title):
            if change.key == key:
                last = change
        said = [o for o in self.ledger.observations(key.title, key.event) if o.id in standing.evidence]
        first = first_said(said)
        turns = [turn for turn in self._turns(key.title, key.event) if turn.key == key]
        return StandingView(
            standing=standing,
            first=None if first is None else voice(first),
            before=turns[-1].before if turns else None,
            change=None if last is None else last.kind,
            changed_at=None if last is None else last.at,
            reason=turns[-1].reason if turns else "it was said",
        )

    def work(
        self, slug: str, *, key: Key | None = None, cursor: str = "", limit: int = 10, steps: int = 40
    ) -> WorkView:
        """Return a work: what is believed of `key` (its main standing when None), how that moved, and its claims from `cursor` on.

        Raises NotFoundError.
        """
        name = self.work_named(slug)
        title = name.title
        log = self.ledger
        standings = [
            *log.standings(title, Event.RELEASE).values(),
            *log.standings(title, Event.TRAILER).values(),
        ]
        main = next((s for s in standings if s.key == key), None) if key else _main(standings)
        ordered = [s for s in standings if s is main] + [s for s in standings if s is not main]
        views = tuple(self._standing_view(standing) for standing in ordered)
        found = self._steps(main) if main else []
        changes = list(log.timeline(title))
        claims = self.claims(ClaimFilter(titles=(title,)), cursor=cursor, limit=limit)
        sent = [
            delivery
            for change in changes
            for delivery in log.deliveries(change=change.id)
            if delivery.state is DeliveryState.DELIVERED
        ]
        trailers = [s for s in standings if s.key.event is Event.TRAILER]
        return WorkView(
            work=name,
            main=views[0] if main else None,
            standings=views,
            steps=tuple(found[:steps]),
            further_steps=max(0, len(found) - steps),
            turns=tuple(_turn_view(turn) for event in Event for turn in self._turns(title, event)),
            rivals=self._rivals(found) if main else (),
            claims=claims,
            passages={card.id: words for card in claims.rows if (words := self._passage(card)) is not None},
            claim_count=_counted(sum(1 for _ in log.claims(titles=[title], limit=_MOST + 1))),
            record=(),
            verdicts=tuple(
                replace(each, said=log.claim(each.claim).row.claim)
                for event in Event
                for verdict in log.verdicts(title, event)
                for each in self._verdicts(verdict.observation)
            ),
            changes=tuple(self._change_view(change) for change in reversed(changes)),
            alerts_sent=len(sent),
            last_alert_at=max((each.delivered_at for each in sent if each.delivered_at), default=None),
            trailers=sum(standing.times or 1 for standing in trailers),
            last_trailer_at=max((standing.since for standing in trailers), default=None),
            names=(title, *name.aliases),
        )

    def _steps(self, standing: Standing) -> list[Step]:
        groups: dict[int, list[Observation]] = {}
        key = standing.key
        for one in self.ledger.observations(key.title, key.event):
            claim = one.claim
            if (
                claim.instalment == key.instalment
                and (not claim.scope or tuple(sorted(claim.scope)) == key.scope)
                and not (one.replaced or one.deleted)
            ):
                groups.setdefault(one.claim_id, []).append(one)
        turns = [turn for turn in self._turns(key.title, key.event) if turn.key == key]
        found = []
        for number, said in groups.items():
            first = first_said(said) or said[0]
            claim = first.claim
            from_at, until = None, None
            for turn in turns:
                same = (turn.after.status, turn.after.when) == (claim.status, claim.when)
                if same and from_at is None:
                    from_at = turn.at
                elif not same and from_at is not None and until is None:
                    until = turn.at
            why = explain(gather(self.ledger, number, None))
            verdict = next(
                (each.kind for each in self._verdicts(number)[::-1] if not each.is_taken_back), None
            )
            found.append(
                Step(
                    claim=number,
                    key=key,
                    status=claim.status,
                    when=claim.when,
                    certainty=max((o.claim.certainty for o in said), key=lambda c: c.rank),
                    stance=_stance(first, said, standing, verdict, was_believed=from_at is not None),
                    reason=why.reason,
                    first=voice(first),
                    last_said=said[-1].published,
                    voices=tuple(dict.fromkeys(voice(o).name for o in said))[:4],
                    documents=len(said),
                    origins=len(origins(said)),
                    believed_from=from_at,
                    believed_until=until,
                    verdict=verdict,
                )
            )
        return sorted(found, key=lambda step: (step.first.at, step.claim))

    def _rivals(self, steps: Sequence[Step]) -> tuple[Rival, ...]:
        own = [step for step in steps if step.stance is Stance.BELIEVED]
        others = [step for step in steps if step.stance is Stance.CONTRADICTS]
        if not others:
            return ()
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
            for step in (*own[:1], *others[:3])
        )

    def _turns(self, title: str, event: Event) -> tuple[Revision, ...]:
        verdicts = {verdict.observation: verdict for verdict in self.ledger.verdicts(title, event)}
        return history(self.ledger.observations(title, event), verdicts)

    # What was claimed.

    def claims(
        self, wanted: ClaimFilter = EVERY_CLAIM, *, cursor: str = "", limit: int = 50
    ) -> Page[ClaimCard]:
        """Return the claims that a filter asks for, newest first (by when a claim was first read)."""
        listing = ("claims", wanted)
        start = (decoded(listing, cursor, (int,)) or (0,))[0]
        rows = [card for card in self._cards(wanted) if not start or card.id < start]
        shown = rows[:limit]
        return Page(tuple(shown), encoded(listing, (shown[-1].id,)) if len(rows) > limit else "")

    def _cards(self, wanted: ClaimFilter) -> Iterator[ClaimCard]:
        names = self._names()
        for row in list(self._claim_rows(wanted)):
            if wanted.verdict is not None and row.verdict is not wanted.verdict:
                continue
            if wanted.is_unjudged and row.verdict is not None:
                continue
            yield self._card(row, names)

    def _claim_rows(self, wanted: ClaimFilter) -> Iterator[ClaimRow]:
        return self.ledger.claims(
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
        )

    def _card(self, row: ClaimRow, names: Mapping[str, WorkName]) -> ClaimCard:
        history = self.ledger.claim(row.id)
        said = next((o for o in history.observations if o.claim == row.claim), history.observations[0])
        return ClaimCard(
            id=row.id,
            claim=row.claim,
            slug=names[row.claim.title].slug,
            version=max((verdict.id for verdict in history.verdicts), default=0),
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

    def claim(self, number: int) -> ClaimView:
        """Return everything about the claim that `number` identifies, by its id or that of one of its observations.

        Raises NotFoundError.
        """
        log = self.ledger
        found = log.claim(number)
        card = self._card(found.row, self._names())
        facts = self._facts(found.row.id)
        why = explain(facts)
        counted = [one for one in found.observations if not one.replaced] or list(found.observations)
        first = first_said(counted)
        standing = _standing_of(log.standings(card.claim.title, card.claim.event), found.row)
        steps = self._steps(standing) if standing else []
        reasons = {said.observation.id: said for said in why.said}
        return ClaimView(
            card=card,
            work=self.work_of(card.claim.title),
            passage=self._passage(card),
            first=None if first is None else voice(first),
            origins=tuple(origin_view(origin) for origin in origins(counted)),
            said=tuple(
                Saying(
                    voice=voice(one),
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
            verdicts=self._verdicts(found.row.id),
            changes=tuple(self._change_view(change) for change in found.changes),
            standing=None if standing is None else self._standing_view(standing),
            turns=tuple(
                _turn_view(turn)
                for turn in self._turns(card.claim.title, card.claim.event)
                if standing is not None and turn.key == standing.key
            ),
            heard=self._rivals(steps) if standing else (),
            is_believed=why.is_believed,
            reason=why.reason,
            unalerted=why.unalerted,
        )

    def document(self, claim: int) -> DocumentView:
        """Return the document in which a claim was read most surely, as text with the words of its claims marked.

        Raises NotFoundError.
        """
        log = self.ledger
        card = self._card(log.claim(claim).row, self._names())
        document = log.document(card.document)
        observed = log.observations_of(card.document)
        seen = max(one.seen_at for one in observed)
        text, marks = "", []
        for part in ("title", "html", "text"):
            source = getattr(document, part)
            if not source:
                continue
            shown, offsets = readable(source, is_html=part == "html")
            base = len(text)
            for one in observed:
                span = one.claim.span
                if span is not None and span.part == part and not one.replaced:
                    first, last = covered(offsets, span)
                    marks.append(Mark(base + first, base + last, one.claim_id))
            text += f"{shown.rstrip()}\n\n"
        return DocumentView(
            fingerprint=card.document,
            headline=document.title,
            text=text.rstrip(),
            marks=tuple(_apart(marks)),
            claims=tuple(
                self._card(log.claim(number).row, self._names())
                for number in dict.fromkeys(one.claim_id for one in observed if not one.replaced)
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

    def _passage(self, card: ClaimCard) -> Passage | None:
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

    def _verdicts(self, claim: int) -> tuple[VerdictView, ...]:
        found = self.ledger.claim(claim).verdicts
        counting: list[int] = []
        for verdict in found:
            if verdict.kind is VerdictKind.UNDONE:
                if counting:
                    counting.pop()
            else:
                counting.append(verdict.id)
        return tuple(
            VerdictView(
                id=verdict.id,
                claim=claim,
                kind=verdict.kind,
                at=verdict.at,
                actor=verdict.actor,
                note=verdict.note,
                is_taken_back=verdict.kind is not VerdictKind.UNDONE and verdict.id not in counting,
            )
            for verdict in found
        )

    # What a person has to judge.

    def queue(
        self, wanted: ClaimFilter = EVERY_CLAIM, *, cursor: str = "", limit: int = 20, previews: int = 1
    ) -> ReviewQueue:
        """Return the claims that nobody judged, those that would change belief first, from `cursor` on.

        The first `previews` items have the effects of confirming and dismissing them.
        """
        names = self._names()
        rows = [row for row in self._claim_rows(replace(wanted, is_unjudged=True)) if row.verdict is None]
        ranked: list[tuple[int, int, Cause, str, ClaimRow, Standing | None]] = []
        for row in rows:
            standing = _standing_of(self.ledger.standings(row.claim.title, row.claim.event), row)
            cause, note = _cause(row, standing)
            if wanted.cause is None or cause is wanted.cause:
                ranked.append((list(Cause).index(cause), -row.id, cause, note, row, standing))
        ranked.sort(key=lambda one: one[:2])
        listing = ("queue", wanted)
        start = decoded(listing, cursor, (int, int))
        rest = [one for one in ranked if start is None or one[:2] > start]
        items = []
        for number, (_, _, cause, note, row, standing) in enumerate(rest[:limit]):
            card = self._card(row, names)
            effects = {
                answer: self.judge(card.id, kind, actor="", preview=True)
                for answer, kind in (
                    (Answer.CONFIRM, VerdictKind.CONFIRMED),
                    (Answer.DISMISS, VerdictKind.DISMISSED),
                )
                if number < previews
            }
            believed = None if standing is None else self._standing_view(standing)
            items.append(
                QueueItem(card=card, cause=cause, note=note, believed=believed, passage=self._passage(card),
                          rules=card.claim.rules, effects=effects)
            )  # fmt: skip
        more = encoded(listing, rest[limit - 1][:2]) if len(rest) > limit else ""
        cards = [one[4].claim for one in ranked]
        return ReviewQueue(
            page=Page(tuple(items), more),
            waiting=_counted(sum(one[2] is not Cause.REST for one in ranked)),
            unjudged=_counted(len(ranked)),
            claims=_counted(sum(1 for _ in self.ledger.claims(limit=_MOST + 1))),
            causes=_facets(one[2].value for one in ranked),
            certainties=_facets(claim.certainty.value for claim in cards),
            works=_facets(claim.title for claim in cards),
            languages=(),
            judged=(),
        )

    # What changed, and whom it was told.

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
        """Return what changed, newest first, with why and who was told."""
        listing = ("changes", titles, event, kind, words, since)
        start = decoded(listing, cursor, (str, int))
        found = self.ledger.changes(titles=titles, event=event, kind=kind, search=words, since=since)
        rows = [c for c in found if start is None or (c.at.isoformat(), c.id) < start]
        shown = rows[:limit]
        more = encoded(listing, (shown[-1].at.isoformat(), shown[-1].id)) if len(rows) > limit else ""
        return Page(tuple(self._change_view(change) for change in shown), more)

    def change(self, number: int) -> ChangeView:
        """Return one change. Raises NotFoundError."""
        return self._change_view(self.ledger.change(number))

    def _change_view(self, change: Change, *, routes: tuple[Route, ...] | None = None) -> ChangeView:
        body = composed(change)
        data = dict(body["data"])
        leading = {name: data.pop(name) for name in ("id", "sentence", "show")}
        row = {"id": leading.pop("id"), "at": _rfc3339(change.at), **leading, **data}
        first = first_said(change.evidence)
        fitting = [
            turn
            for turn in self._turns(change.key.title, change.key.event)
            if turn.key == change.key and turn.after == change.after and turn.at <= change.at
        ]
        quoted = next(iter(change.evidence), None)
        return ChangeView(
            change=change,
            slug=self.work_of(change.key.title).slug,
            sentence=str(row["sentence"]),
            why=fitting[-1].reason if fitting else "",
            first=None if first is None else voice(first),
            passage=None if quoted is None else Passage(quote=quoted.claim.quote, lang=quoted.lang),
            routes=self._routes(change) if routes is None else routes,
            verdict=_verdict_view(change.verdict),
            row=row,
        )

    def _routes(self, change: Change) -> tuple[Route, ...]:
        sent = {each.channel: each for each in self.ledger.deliveries(change=change.id)}
        held = self.ledger.held_back(change.id)
        found = [
            Route(channel=name, state=each.state.value, at=each.delivered_at or each.next_attempt_at,
                  reasons=tuple(filter(None, [each.error])), delivery=each.id)
            for name, each in sent.items()
        ]  # fmt: skip
        found += [
            Route(channel=name, state="held back", at=change.at, reasons=reasons)
            for name, reasons in held.items()
            if name not in sent
        ]
        return tuple(found)

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
        start = (decoded(listing, cursor, (int,)) or (0,))[0]
        rows = list(self.ledger.deliveries(state=state, channel=channel, change=change, since=since))
        end = start + limit
        more = encoded(listing, (end,)) if len(rows) > end else ""
        return Page(tuple(self._delivery_view(each) for each in rows[start:end]), more)

    def _delivery_view(self, delivery: Delivery) -> DeliveryView:
        from monitor.review.telling import told_by  # noqa: PLC0415

        title, sentence = told_by(delivery)
        return DeliveryView(
            delivery=delivery,
            title=title,
            slug=self.work_of(title).slug if title else "",
            sentence=sentence,
            can_retry=delivery.state is not DeliveryState.PENDING,
        )

    def since(self, change_id: int, verdict_id: int, *, limit: int = 100) -> Since:
        """Return the changes and verdicts after two ids, oldest first, at most `limit` of each."""
        changes = sorted((c for c in self.ledger.changes() if c.id > change_id), key=lambda c: c.id)
        return Since(
            changes=tuple(self._change_view(change) for change in changes[:limit]),
            verdicts=(),
            change_id=changes[:limit][-1].id if changes else change_id,
            verdict_id=verdict_id,
            has_more=len(changes) > limit,
        )

    def position(self) -> tuple[int, int]:
        """Return the ids of the newest change and the newest verdict, 0 for none: where :meth:`since` continues from now on."""
        newest = "SELECT ifnull((SELECT max(id) FROM changes), 0), ifnull((SELECT max(id) FROM verdicts), 0)"
        change_id, verdict_id = self.ledger.row(newest) or (0, 0)
        return change_id, verdict_id

    # How the monitor hears.

    def sources(self) -> tuple[SourceView, ...]:
        """Return every source that was ever configured, by name."""
        now = self._clock()
        return tuple(source_view(row, now) for row in self.ledger.sources())

    def health(self) -> Health:
        """Return whether the monitor is at work, and what is in trouble."""
        now = self._clock()
        log = self.ledger
        alive_at = log.alive_at()
        sources = [source for source in self.sources() if source.state != "removed"]
        quiet = [source for source in sources if not source.is_well]
        return Health(
            now=now,
            is_running=alive_at is not None and abs(now - alive_at) <= _ALIVE,
            alive_at=alive_at,
            sources=len(sources),
            answering=len(sources) - len(quiet),
            first_pass=sum(source.state in ("first pass", "new") for source in sources),
            last_poll_at=max((s.last_poll_at for s in sources if s.last_poll_at), default=None),
            quiet=tuple(Quiet(source=s.name, state=s.state, line=s.error or s.advice) for s in quiet),
            pending=_counted(sum(1 for _ in log.deliveries(state=DeliveryState.PENDING, limit=_MOST + 1))),
            dead=_counted(sum(1 for _ in log.deliveries(state=DeliveryState.DEAD, limit=_MOST + 1))),
            disabled=log.disabled_channels(),
        )

    def search(self, words: str, *, cursor: str = "", limit: int = 20) -> SearchView:
        """Return the works and sources with `words` in their names, and the claims with them in title, quote, headline or credits."""
        from monitor.ledger import folded  # noqa: PLC0415

        asked = folded(words).split()
        works = [
            work
            for work in self.works()
            if all(any(word in folded(name) for name in (work.title, *work.aliases)) for word in asked)
        ]
        sources = [name for name in self.ledger.source_names() if all(word in folded(name) for word in asked)]
        return SearchView(
            words=words,
            works=tuple(works[:limit]) if asked else (),
            sources=tuple(sources[:limit]) if asked else (),
            claims=self.claims(ClaimFilter(words=words), cursor=cursor, limit=limit) if asked else Page(),
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
        return self._answer(claim, answer, kind, actor, seen, note, preview=preview)

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
        """Take back the last verdict on a claim that counts; what was told before the verdict is told again only with `known_too`.

        Raises as :meth:`judge`, and NotFoundError when there is no verdict to take back.
        """
        return self._answer(
            claim, Answer.UNDO, VerdictKind.UNDONE, actor, seen, note, preview=preview, known_too=known_too
        )

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
        raise NotImplementedError  # follows with the step of the schema that keeps a person's reading

    def retry(self, ids: Iterable[str], *, actor: str, preview: bool = False) -> tuple[DeliveryView, ...]:
        """Make deliveries due again, by their ids or how these begin, and enable their channels; return them.

        Raises NotFoundError, and then changes nothing.
        """
        del actor
        named = [self.ledger.delivery(each) for each in ids]
        if not preview:
            with self._writing() as log, log.transaction():
                log.retry([each.id for each in named], self._clock())
                for name in {each.channel for each in named}:
                    log.enable_channel(name)
        return tuple(self._delivery_view(self.ledger.delivery(each.id)) for each in named)

    def _answer(
        self,
        number: int,
        answer: Answer,
        kind: VerdictKind,
        actor: str,
        seen: int | None,
        note: str,
        *,
        preview: bool,
        known_too: bool = False,
    ) -> Effect:
        found = self.ledger.claim(number)
        card = self._card(found.row, self._names())
        title, event = card.claim.title, card.claim.event
        config, now = self.config, self._clock()
        channels = config.channels if config else ()
        if preview:
            _check_version(card, seen)
            foreseen = foresee(self.ledger, card.id, title, event, kind, now, note)
            work = self._works().get(title)
            views = tuple(
                self._change_view(
                    change,
                    routes=routes_of(
                        change,
                        channels,
                        work,
                        foreseen.after.get(change.key) or foreseen.before.get(change.key),
                    ),
                )
                for change in foreseen.changes
            )
            return Effect(
                answer=answer,
                is_preview=True,
                claim=card,
                changes=views,
                standings=tuple(foreseen.after.values()),
                before=tuple(foreseen.before.values()),
                told=_told(views),
                has_channels=bool(channels),
            )
        with self._writing() as log:
            recorder = Recorder(log, self._works(), channels)
            adopt_rules(log)
            with log.transaction(durable=True):
                _check_version(self._card(log.claim(card.id).row, {title: self.work_of(title)}), seen)
                before = log.standings(title, event)
                verdict = log.add_verdict(Verdict(card.id, kind, now, note, actor=actor))
                sent = log.take_back(verdict) if kind is VerdictKind.UNDONE else 0
                silent = kind is VerdictKind.UNDONE and not sent and not known_too
                changes = recorder.revise(
                    title, event, now=now, silent=silent, applied=verdict, known_too=known_too
                )
        after = self.ledger.standings(title, event)
        views = tuple(self._change_view(self.ledger.change(change.id)) for change in changes)
        return Effect(
            answer=answer,
            is_preview=False,
            claim=self._card(self.ledger.claim(card.id).row, self._names()),
            changes=views,
            standings=tuple(after.values()),
            before=tuple(before.values()),
            told=_told(views),
            sent=sent,
            verdict=_verdict_view(verdict),
            version=verdict.id,
            has_channels=bool(channels),
        )

    def _writing(self) -> Ledger:
        if not self.path.exists():
            raise LedgerError(
                "there is no database yet; `monitor poll` or `monitor run` makes it", where=str(self.path)
            )
        return Ledger.open(self.path)


def source_view(row: SourceRow, now: datetime) -> SourceView:
    """Return a source as it is at `now`."""
    from monitor.review.telling import advice_for, state_of  # noqa: PLC0415

    state = row.state
    late = is_late(state, now) if row.configured else ""
    return SourceView(
        name=state.name,
        kind=row.kind,
        url=row.url,
        state=state_of(row, is_late=bool(late)),
        last_poll_at=state.last_poll_at,
        last_result=state.last_result,
        next_poll_at=state.next_poll_at if row.configured and not state.gone else None,
        last_success_at=state.last_success_at,
        failures=state.failures,
        documents=state.documents,
        claims=state.claims,
        error=state.error if state.failures else late or state.error,
        moved_to=state.moved_to,
        advice=advice_for(row),
    )


def _work_name(title: str, slug: str, work: Work | None) -> WorkName:
    if work is None:
        return WorkName(title=title, slug=slug, is_watched=False)
    return WorkName(title=title, slug=slug, kind=work.kind, aliases=work.aliases)


def _counted(number: int) -> Count:
    return Count(min(number, _MOST), more=number > _MOST)


def _facets(values: Iterable[str]) -> tuple[Facet, ...]:
    return tuple(Facet(value, _counted(number)) for value, number in Counter(values).most_common(_FACETS))


def _by_date(row: Upcoming) -> tuple[date, date, str]:
    when = row.belief.when
    assert when is not None  # noqa: S101 - its caller kept those with a date
    return when.latest or date.max, when.earliest or date.min, row.key.title


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
    said_by = dict.fromkeys(" ← ".join([o.source, *o.claim.sources]) for o in turn.evidence)
    return TurnView(
        key=turn.key, at=turn.at, before=turn.before, after=turn.after, reason=turn.reason,
        said_by=tuple(said_by), is_told=turn.alerted,
    )  # fmt: skip


def _stance(
    first: Observation,
    said: Sequence[Observation],
    standing: Standing,
    verdict: VerdictKind | None,
    *,
    was_believed: bool,
) -> Stance:
    belief, claim = standing.belief, first.claim
    if verdict is VerdictKind.DISMISSED:
        return Stance.DISMISSED
    if (claim.status, claim.when) == (belief.status, belief.when):
        return Stance.BELIEVED
    if claim.when is not None and belief.when is not None and claim.when.contains(belief.when):
        return Stance.SUPPORTS
    if was_believed or said[-1].published < standing.since:
        return Stance.BEFORE
    return Stance.CONTRADICTS


def _standing_of(standings: Mapping[Key, Standing], row: ClaimRow) -> Standing | None:
    claim = row.claim
    own = {key.scope: standing for key, standing in standings.items() if key.instalment == claim.instalment}
    return own.get(tuple(sorted(claim.scope))) or own.get(())


def _cause(row: ClaimRow, standing: Standing | None) -> tuple[Cause, str]:
    if standing is None:
        return Cause.FIRST, "nothing is believed of it yet"
    claim, belief = row.claim, standing.belief
    if claim.status is belief.status and claim.when == belief.when:
        return Cause.REST, "it says what is believed"
    if row.last_seen < standing.since:
        return Cause.REST, "it was said before what is believed now"
    if claim.when is not None and belief.when is not None:
        if claim.when.contains(belief.when):
            return Cause.REST, "it says the same less precisely"
        if belief.when.contains(claim.when):
            return Cause.WOULD_CHANGE, "it is narrower than what is believed"
    return Cause.CONTRADICTS, f"against {standing.origins} origins"


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


def _told(changes: Iterable[ChangeView]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.channel for change in changes for r in change.routes if r.is_told))


def _check_version(card: ClaimCard, seen: int | None) -> None:
    if seen is not None and seen != card.version:
        raise ConflictError(
            f"claim {card.id} was judged by another since you saw it; look again before you judge",
            where=f"claim {card.id}",
        )


def _rfc3339(at: datetime) -> str:
    from monitor.model import instant  # noqa: PLC0415

    return instant(at)
