"""The composition root: the only module that knows every class; it passes the clock to everything that runs."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor import schedule
from monitor.clock import now
from monitor.config import Config, load
from monitor.cycle import Cycle, Outbox, Polled, SiteTurn
from monitor.errors import LedgerError
from monitor.fetch import Fetcher
from monitor.fetch.domains import domain, sites
from monitor.journal import PollLog
from monitor.leases import Leases
from monitor.ledger import Ledger, Pruning, SqliteStore, Store, Transaction, Watched
from monitor.model import (
    Document,
    Event,
    Notice,
    NoticeKind,
    RobotsFile,
    Source,
    SourceState,
    Work,
    counted,
)
from monitor.notify import notice_words, notifier
from monitor.recording import Recorder, adopt_rules, fold_some
from monitor.rounds import Deliveries, Polls, Standstill
from monitor.sending import DeliveryRecorder
from monitor.workers.pool import WorkerPool

if TYPE_CHECKING:
    from monitor.extract import Adjustment

__all__ = [
    "Runtime",
    "build",
    "described",
    "now",
    "open_ledger",
    "poll_now",
    "site_of",
    "take_over",
]

log = logging.getLogger(__name__)

# Fetching and writing take a quarter of a core while the workers read, so that one worker for each core keeps all cores busy.
_READERS = os.cpu_count() or 1
# Python collects cycles after every 700 new objects, a tenth of the cost of a poll; a poll leaves hardly any cycle.
_COLLECT_AFTER = 10_000
_NAMED = 5
# Housekeeping runs each minute; a little less, so that no minute is left out.
_MINUTE = timedelta(seconds=50)
_DUTIES = {
    "overdue": _MINUTE,
    "schedule": _MINUTE,
    "silence": _MINUTE,
    "folding": _MINUTE,
    "retention": timedelta(days=1),
}
"""What one of all processes does, and how often."""
# The transactions that prune the ledger in one housekeeping; the next one goes on.
_PRUNED_AT_ONCE = 200
# The rows of a listing that are read at once.
_PAGE = 200
# How often sources that another process is polling are asked for again.
_ASKED_AGAIN_SECONDS = 0.2

_Polled = tuple[Source, SourceState]
# The works of an upgraded ledger that each housekeeping folds; each takes as long as a document that is recorded.
_FOLDED_AT_ONCE = 10


def open_ledger(path: Path, *, read_only: bool = False, owner: bool = False) -> Ledger:
    """Open the ledger, creating its folder; `owner` is the one process that checkpoints. Raises LedgerError."""
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    return Ledger.open(path, read_only=read_only, checkpoint=owner)


@dataclass
class Runtime:
    """All components for one configuration; it is closed, and a new one built, when the configuration changes."""

    config: Config
    ledger: Ledger
    store: Store
    cycle: Cycle
    recorder: Recorder
    outbox: Outbox
    leases: Leases
    polls: Polls
    deliveries: Deliveries
    standstill: Standstill
    fetcher: Fetcher
    reader: WorkerPool
    clock: Callable[[], datetime]
    poll_log: PollLog
    pruning: Pruning | None = None
    """How far the removal of what is not kept has come, None where none is in progress."""

    async def housekeeping(self) -> None:
        """Record that the daemon is alive, do the duties that this process takes, then the housekeeping of the store.

        The duties are to report overdue dates and silent or recovered sources, to reschedule what was put off too long, to fold what an
        upgrade left, and to remove what is older than the configuration keeps.
        """
        at = self.clock()

        age = self.config.settings.retention
        # Where nothing is removed the duty is not taken, so that the first day with `retention` does not wait for the next one.
        duties = {name: every for name, every in _DUTIES.items() if name != "retention" or age is not None}

        def take(tx: Transaction) -> set[str]:
            tx.note_alive(at)
            return {name for name, every in duties.items() if tx.take_duty(name, every, at)}

        taken = await self.store.do(take)
        if "overdue" in taken:
            await self.cycle.overdue(at)
        if "schedule" in taken:
            await self.mend_schedule(at)
        if "silence" in taken:
            await self._report_silence(at)
        if "folding" in taken and await self.store.read(lambda tx: bool(tx.unfolded(1))):
            await self.store.do(lambda tx: fold_some(tx, _FOLDED_AT_ONCE))
        if "retention" in taken and age is not None:
            self.pruning = Pruning(at - age)
        if self.pruning is not None:
            self.pruning = await self._prune(self.pruning, at)
        await self.store.tidy()

    async def _prune(self, pruning: Pruning, at: datetime) -> Pruning | None:
        """Remove some of what is older than the configuration keeps; return how far it has come, None when that is done."""
        for _ in range(_PRUNED_AT_ONCE):
            pruning = await self.store.do(lambda tx, pruning=pruning: tx.prune(pruning, at))  # type: ignore[misc]
            if pruning.is_done:
                if pruning.marks or pruning.alerts or pruning.bugs:
                    log.info(
                        "older than %s and gone: marks of %s, texts of %s, %s",
                        f"{pruning.before:%Y-%m-%d}",
                        counted(pruning.marks, "entry"),
                        counted(pruning.alerts, "alert"),
                        counted(pruning.bugs, "traceback"),
                    )
                return None
            await asyncio.sleep(0)  # polls and deliveries go on in between
        return pruning

    async def mend_schedule(self, at: datetime, *, at_start: bool = False) -> None:
        """Reschedule polls that clock skew or a longer interval in the past put off for too long.

        Intervals change with the configuration, so that all sources are looked at `at_start`, and then those that are put off far.
        """

        def page(tx: Transaction, last: _Polled | None) -> list[_Polled]:
            after = "" if last is None else last[0].name
            if at_start:
                return tx.sources_after(after, _PAGE)
            return tx.put_off_sources(at, at + schedule.FAR, after, _PAGE)

        rests = bool(await self.store.read(lambda tx: tx.rests(at)))
        found = [
            new
            async for source, state in self.store.look(page)
            if (new := schedule.mended(source, state, at, rests=rests)) is not None
        ]
        if found:
            await self.store.do(lambda tx: tx.save_states(found))
            log.warning(
                "%d of the sources were put off further than they ever wait (the clock was ahead, or `every:` is shorter now);"
                " they are polled now",
                len(found),
            )

    async def _report_silence(self, at: datetime) -> None:
        """Report the sources that fell silent or recovered since they were judged last."""

        def judge(tx: Transaction) -> tuple[list[Notice], str]:
            notices: list[Notice] = []
            page = tx.silent_sources(at, after, _PAGE)
            for source, state in page:
                # Where the network is down, that was reported once.
                found = None if self.poll_log.hides(state) else schedule.silence(source, state, at)
                if found is not None:
                    is_silent = found.kind is not NoticeKind.SOURCE_RECOVERED
                    tx.save_states([replace(state, silence_alerted=is_silent, silent_at=None)])
                    self.outbox.recorder.tell_all(tx, found, at)
                    notices.append(found)
            return notices, page[-1][0].name if len(page) == _PAGE else ""

        after = ""
        while await self.store.read(lambda tx: bool(tx.silent_sources(at, after, 1))):  # noqa: B023 - read at once
            notices, after = await self.store.do(judge, durable=True)
            for found in notices:
                log.warning("%s: %s", *notice_words(found))
            if not after:
                return

    async def close(self, grace: float) -> None:
        """Finish what is in progress within `grace` seconds, then close network, processes and channels."""
        await asyncio.gather(self.polls.stop(grace), self.deliveries.stop(grace))
        await self.release()

    async def release(self) -> None:
        """Close network, processes and channels."""
        self.poll_log.close()
        await self.leases.close()
        self.reader.close()
        await self.fetcher.aclose()
        await asyncio.gather(*(each.aclose() for each in self.outbox.notifiers.values()))


async def build(
    path: Path,
    ledger: Ledger,
    deliver: asyncio.Event,
    stopping: Callable[[], bool] = lambda: False,
    *,
    environ: Mapping[str, str] = os.environ,
    on_poll: Callable[[Polled], None] | None = None,
    clock: Callable[[], datetime] = now,
) -> Runtime:
    """Return the runtime for the configuration at `path`. Raises ConfigError or LedgerError."""
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    # The tree of the file is for those who show places in it; of ten thousand sources it would hold 15 MB.
    config = replace(load(path, environ), root=None)
    for line in config.notes:
        log.warning("%s", line)
    store = SqliteStore(ledger)
    at = clock()
    adopt_rules(store.run)
    site = sites(_own_hosts(config.sources))
    await store.do(lambda tx: tx.sync_sources(config.sources, at, lambda source: site_of(source, site)))
    recorder = Recorder({work.title: work for work in config.watch}, config.channels)
    adjustment = _adjustment(ledger)
    langs = {source.name: source.lang for source in config.sources if source.lang}
    if found := await take_over(store, recorder, config.watch, at, langs, adjustment):
        log.info(
            "%s found of what was added to the watch list; nobody is alerted of them", counted(found, "claim")
        )
    rests = await store.read(lambda tx: tx.rests(at))
    fetcher = _fetcher(store, config, site, clock)
    for place, until in rests.items():
        fetcher.rest(place, until - at)
    reader = WorkerPool(config.watch, adjustment=adjustment, workers=_READERS)
    standstill, leases = Standstill(), Leases(store)
    cycle = Cycle(
        store,
        fetcher,
        reader,
        recorder,
        clock,
        random.random,
        stopping,
        lambda: standstill.error,
        deliver.set,
        {source.name: source.secret for source in config.sources if source.secret},
    )
    outbox = Outbox(
        store,
        leases,
        DeliveryRecorder(
            {channel.name: channel for channel in config.channels},
            random.random,
            {
                name: rests[place]
                for name in (each.name for each in config.channels)
                if (place := f"channel {name}") in rests
            },
        ),
        {channel.name: notifier(channel) for channel in config.channels},
        clock,
        stopping,
    )
    poll_log = PollLog()
    polls = Polls(
        is_due=lambda: _has_due(store, leases, clock()),
        take=lambda most: _taken(cycle, leases, most),
        poll=cycle.poll,
        leases=leases,
        on_poll=on_poll or poll_log,
        standstill=standstill,
    )
    deliveries = Deliveries(due=outbox.due, send=outbox.send_due, standstill=standstill)
    runtime = Runtime(
        config,
        ledger,
        store,
        cycle,
        recorder,
        outbox,
        leases,
        polls,
        deliveries,
        standstill,
        fetcher,
        reader,
        clock,
        poll_log,
    )
    await runtime.mend_schedule(clock(), at_start=True)
    return runtime


def _own_hosts(sources: Sequence[Source]) -> set[str]:
    """Return the hosts that a source calls a site of their own; they are for all sources, since one site must not be asked twice at once."""
    return {host for source in sources if source.has_own_site and (host := urlsplit(source.url).hostname)}


def _fetcher(
    store: Store, config: Config, site: Callable[[str], str], clock: Callable[[], datetime]
) -> Fetcher:
    """Return a fetcher that shares with other processes what sites asked for, and what their robots.txt says."""

    async def rested(place: str, wait: timedelta) -> None:
        with suppress(LedgerError):  # a poll that cannot be kept says so itself
            await store.do(lambda tx: tx.keep_rest(place, clock() + wait, clock()))

    async def recall(origin: str, host: str) -> RobotsFile | None:
        known = await store.read(lambda tx: tx.site(origin, site(host), clock()))
        return known.robots

    async def remember(origin: str, robots: RobotsFile) -> None:
        with suppress(LedgerError):  # it is read again
            await store.do(lambda tx: tx.keep_robots(origin, robots))

    return Fetcher(
        clock=clock,
        contact=config.settings.contact,
        site_of=site,
        rested=rested,
        recall=recall,
        remember=remember,
    )


async def _has_due(store: Store, leases: Leases, at: datetime) -> bool:
    return bool(leases.returned) or await store.read(lambda tx: tx.has_due_sites(at))


async def _taken(
    cycle: Cycle, leases: Leases, most: int, names: Collection[str] | None = None
) -> list[SiteTurn]:
    """Take sites, and give back returned leases in the same transaction."""
    returned = leases.returned
    turns = await cycle.take(most, names=names, returned=returned)
    leases.released(returned)
    return turns


async def take_over(
    store: Store,
    recorder: Recorder,
    works: Sequence[Work],
    at: datetime,
    langs: Mapping[str, str] | None = None,
    adjustment: Adjustment | None = None,
) -> int:
    """Watch `works`: keep the history of renamed ones, search stored documents for added ones; return the number of claims found.

    The sources themselves are searched by their next poll. Both are a baseline: nobody is alerted. `langs` maps sources to their configured
    languages, `adjustment` is what verdicts make of the weights.
    """

    def sync(tx: Transaction) -> Watched:
        watched = tx.sync_works(works)
        for _, title in watched.renamed:
            for event in Event:
                recorder.revise(tx, title, event, now=at, baseline=True)
        tx.look_for(watched, at)
        return watched

    watched = await store.do(sync)
    wanted = {*watched.added, *watched.names}
    if not wanted:
        return 0
    # What reads takes 10 MB of a process: a daemon that reads nothing itself leaves it to its workers.
    if not await store.read(lambda tx: tx.documents_after(0, 1)):
        return 0
    from monitor.extract import Extractor  # noqa: PLC0415
    from monitor.workers.worker import extracted  # noqa: PLC0415

    extractor = Extractor([work for work in works if work.title in wanted], adjustment=adjustment)
    said = langs or {}
    found = 0
    async for _, document in store.look(_stored):
        reading = extracted(extractor, document, said.get(document.source, ""))
        if reading.claims:
            found += await store.do(lambda tx, reading=reading: recorder.look(tx, reading, wanted, now=at))  # type: ignore[misc]
    return found


def _stored(tx: Transaction, last: tuple[int, Document] | None) -> list[tuple[int, Document]]:
    return tx.documents_after(0 if last is None else last[0], _PAGE)


def _adjustment(ledger: Ledger) -> Adjustment | None:
    """Return the adjustment of the weights in use, None where there is none."""
    if ledger.adjustment() is None:
        return None
    from monitor.teaching import adjustment_of  # noqa: PLC0415 - as above

    return adjustment_of(ledger)


def site_of(source: Source, site: Callable[[str], str] = domain) -> str:
    """Return what the requests of `source` are spaced by: the `site` of its host, the host that it opens, or its address without one."""
    host = urlsplit(source.url).hostname
    if not host:
        return source.url
    return host if source.allow_private else site(host)


def described(config: Config) -> list[str]:
    """Return what `config` watches, reads and alerts, as lines of text."""
    kinds = Counter(source.kind.value for source in config.sources)
    reads = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return [
        f"watching {_named([work.title for work in config.watch], 'work')}",
        f"reading {_named([source.name for source in config.sources], 'source')}"
        + (f" ({reads})" if reads else ""),
        f"telling {_named([channel.name for channel in config.channels], 'channel')}"
        + ("" if config.channels else ": nobody is alerted until sources.yaml names one"),
    ]


def _named(names: Sequence[str], noun: str) -> str:
    count = f"{len(names) or 'no'} {noun}{'' if len(names) == 1 else 's'}"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{count}: {', '.join(names[:_NAMED])}{more}" if names else count


async def poll_now(
    runtime: Runtime, names: Sequence[str] = (), on_poll: Callable[[Polled], None] = lambda _: None
) -> list[Polled]:
    """Poll the named sources, or all except those gone for good, due or not; then send due deliveries, unless a daemon does.

    `on_poll` is called with each finished poll. A source that another process is polling is waited for. Raises LedgerError where something
    could not be recorded.
    """
    gone = await runtime.store.read(lambda tx: tx.gone())
    wanted = dict.fromkeys(
        source.name
        for source in runtime.config.sources
        if (source.name in names if names else source.name not in gone)
    )
    done: list[Polled] = []

    def note(polled: Polled) -> None:
        done.append(polled)
        on_poll(polled)

    def lost(source: Source, error: str) -> None:
        state = runtime.ledger.state(source.name)
        note(Polled(source, state, state, error=error))

    async def take(most: int) -> list[SiteTurn]:
        some = list(islice(wanted, _PAGE))
        turns = await _taken(runtime.cycle, runtime.leases, most, some)
        for name in some:  # to the end of the line, unless it was taken
            del wanted[name]
        taken = {source.name for turn in turns for source, _ in turn.sources}
        wanted.update(dict.fromkeys(name for name in some if name not in taken))
        return turns

    async def is_due() -> bool:
        return bool(wanted)

    polls = Polls(
        is_due=is_due,
        take=take,
        poll=runtime.cycle.poll,
        leases=runtime.leases,
        on_poll=note,
        lost=lost,
        standstill=runtime.standstill,
    )
    await polls.start_due()
    await polls.idle()
    while wanted and runtime.standstill.error is None:
        await asyncio.sleep(_ASKED_AGAIN_SECONDS)
        await polls.start_due()
        await polls.idle()
    if runtime.standstill.error is not None:
        raise runtime.standstill.error
    # A daemon sends what is due, and to its own console.
    if not runtime.store.is_attended():
        await asyncio.gather(*[runtime.outbox.send_due(name) for name in await runtime.outbox.due()])
    return done
