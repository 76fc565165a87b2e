"""The composition root: the only module that knows every class; it passes the clock to everything that runs."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor import schedule
from monitor.clock import now
from monitor.config import Config, load
from monitor.errors import LedgerError
from monitor.fetch import Fetcher
from monitor.fetch.domains import domain
from monitor.journal import PollLog
from monitor.ledger import Ledger
from monitor.model import Event, NoticeKind, Source, Work, counted
from monitor.notify import notice_words, notifier
from monitor.outbox import Outbox
from monitor.pipeline import Pipeline, Polled, Recorder, adopt_rules, fold_some
from monitor.rounds import Deliveries, Polls, Standstill
from monitor.workers.pool import WorkerPool

if TYPE_CHECKING:
    from monitor.extract import Adjustment

__all__ = [
    "House",
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
# The works of an upgraded ledger that each housekeeping folds; each takes as long as a document that is recorded.
_FOLDED_AT_ONCE = 10


def open_ledger(path: Path, *, read_only: bool = False, owner: bool = False) -> Ledger:
    """Open the ledger, creating its folder; `owner` is the one process that checkpoints. Raises LedgerError."""
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    return Ledger.open(path, read_only=read_only, checkpoint=owner)


@dataclass
class House:
    """Everything that runs for one configuration; closed and built anew when that changes."""

    config: Config
    ledger: Ledger
    pipeline: Pipeline
    recorder: Recorder
    outbox: Outbox
    polls: Polls
    deliveries: Deliveries
    standstill: Standstill
    fetcher: Fetcher
    reader: WorkerPool
    clock: Callable[[], datetime]
    poll_log: PollLog

    def keep(self) -> None:
        """Do the housekeeping: note that the daemon is alive, report overdue dates and silent or recovered sources, checkpoint."""
        at = self.clock()
        self.ledger.note_alive(at)
        self.recorder.overdue(at)
        self.mend_schedule(at)
        self._tell_silence(at)
        fold_some(self.ledger, _FOLDED_AT_ONCE)
        self.ledger.checkpoint()

    def mend_schedule(self, at: datetime) -> None:
        """Reschedule polls that clock skew or a longer interval in the past put off for too long."""
        sources = {source.name: source for source in self.config.sources}
        rests = bool(self.ledger.rests(at))
        found = [
            new
            for row in self.ledger.sources()
            if (source := sources.get(row.state.name)) and not self.polls.is_polling(source.name)
            if (new := schedule.mended(source, row.state, at, rests=rests))
        ]
        if found:
            self.ledger.save_states(found)
            log.warning(
                "%d of the sources were put off further than they ever wait (the clock was ahead, or `every:` is shorter now);"
                " they are polled now",
                len(found),
            )

    def _tell_silence(self, at: datetime) -> None:
        sources = {source.name: source for source in self.config.sources}
        for row in list(self.ledger.sources()):
            source = sources.get(row.state.name)
            # A source that is being polled is checked the next time: its poll would overwrite the note that it was reported.
            is_settled = source is not None and not self.polls.is_polling(source.name)
            if self.poll_log.hides(row.state):  # the network is down, which was reported once
                continue
            found = schedule.silence(source, row.state, at) if source and is_settled else None
            if found is None:
                continue
            heard = found.kind is NoticeKind.SOURCE_RECOVERED
            log.warning("%s: %s", *notice_words(found))
            with self.ledger.transaction(durable=True):
                self.ledger.save_states([replace(row.state, silence_alerted=not heard)])
                self.outbox.tell_all(found, at)

    async def close(self, grace: float) -> None:
        """Finish what is in progress within `grace` seconds, then close network, processes and channels."""
        await asyncio.gather(self.polls.stop(grace), self.deliveries.stop(grace))
        await self.release()

    async def release(self) -> None:
        """Close network, processes and channels."""
        self.poll_log.close()
        self.reader.close()
        await self.fetcher.aclose()
        await asyncio.gather(*(each.aclose() for each in self.outbox.notifiers.values()))


def build(
    path: Path,
    ledger: Ledger,
    deliver: asyncio.Event,
    stopping: Callable[[], bool] = lambda: False,
    *,
    environ: Mapping[str, str] = os.environ,
    told: Callable[[Polled], None] | None = None,
    clock: Callable[[], datetime] = now,
) -> House:
    """Return the house for the configuration at `path`. Raises ConfigError or LedgerError."""
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    # The tree of the file is for those who show places in it; of ten thousand sources it would hold 15 MB.
    config = replace(load(path, environ), root=None)
    for line in config.notes:
        log.warning("%s", line)
    adopt_rules(ledger)
    ledger.sync_sources(config.sources, clock())
    recorder = Recorder(ledger, {work.title: work for work in config.watch}, config.channels, deliver.set)
    langs = {source.name: source.lang for source in config.sources}
    if found := take_over(recorder, config.watch, clock(), langs):
        log.info(
            "%s found of what was added to the watch list; nobody is alerted of them", counted(found, "claim")
        )

    def rested(place: str, wait: timedelta) -> None:
        with suppress(LedgerError):  # a poll that cannot be kept says so itself
            ledger.keep_rest(place, clock() + wait, clock())

    fetcher = Fetcher(clock=clock, contact=config.settings.contact, rested=rested)
    for place, until in ledger.rests(clock()).items():
        fetcher.rest(place, until - clock())
    reader = WorkerPool(config.watch, adjustment=_adjustment(ledger), workers=_READERS)
    standstill = Standstill()
    cycle = Pipeline(
        ledger, fetcher, reader, recorder, clock, random.random, stopping, lambda: standstill.error
    )
    outbox = Outbox(
        ledger,
        {channel.name: channel for channel in config.channels},
        {channel.name: notifier(channel) for channel in config.channels},
        clock,
        random.random,
        stopping,
    )
    sources = {source.name: source for source in config.sources}
    sites = {source.name: site_of(source) for source in config.sources}
    poll_log = PollLog()
    polls = Polls(
        due=lambda: [sources[name] for name in ledger.due(clock()) if name in sources],
        poll=cycle.poll,
        site=lambda source: sites[source.name],
        told=told or poll_log,
        standstill=standstill,
    )
    deliveries = Deliveries(due=outbox.due, send=outbox.send_due, standstill=standstill)
    house = House(
        config,
        ledger,
        cycle,
        recorder,
        outbox,
        polls,
        deliveries,
        standstill,
        fetcher,
        reader,
        clock,
        poll_log,
    )
    house.mend_schedule(clock())
    return house


def take_over(
    recorder: Recorder, works: Sequence[Work], at: datetime, langs: Mapping[str, str] | None = None
) -> int:
    """Watch `works`: keep the history of renamed ones, search stored documents for added ones; return the number of claims found.

    The sources themselves are searched by their next poll. Both are a baseline: nobody is alerted. `langs` maps sources to their configured
    languages.
    """
    ledger = recorder.ledger
    watched = ledger.sync_works(works)
    for _, title in watched.renamed:
        with ledger.transaction():
            for event in Event:
                recorder.revise(title, event, now=at, silent=True)
    wanted = {*watched.added, *watched.names}
    if not wanted:
        return 0
    ledger.look_for(watched, at)
    documents = ledger.documents()
    first = next(documents, None)
    if first is None:
        return 0
    # What reads takes 10 MB of a process: a daemon that reads nothing itself leaves it to its workers.
    from monitor.extract import Extractor  # noqa: PLC0415
    from monitor.workers.worker import extracted  # noqa: PLC0415

    extractor = Extractor([work for work in works if work.title in wanted], adjustment=_adjustment(ledger))
    said = langs or {}
    return sum(
        recorder.look(extracted(extractor, document, said.get(document.source, "")), wanted, now=at)
        for document, _ in chain([first], documents)
    )


def _adjustment(ledger: Ledger) -> Adjustment | None:
    """Return the adjustment of the weights in use, None where there is none."""
    if ledger.adjustment() is None:
        return None
    from monitor.teaching import adjustment_of  # noqa: PLC0415 - as above

    return adjustment_of(ledger)


def site_of(source: Source) -> str:
    """Return the queue that `source` is polled in: its registrable domain, or its address where it has none."""
    host = urlsplit(source.url).hostname
    return domain(host) if host else source.url


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
    house: House, names: Sequence[str] = (), told: Callable[[Polled], None] = lambda _: None
) -> list[Polled]:
    """Poll the named sources, or all except those gone for good, due or not; then send due deliveries, unless a daemon does.

    `told` is called with each finished poll. Raises LedgerError where something could not be recorded.
    """
    gone = house.ledger.gone()
    wanted = [
        source
        for source in house.config.sources
        if (source.name in names if names else source.name not in gone)
    ]
    done: list[Polled] = []

    def note(polled: Polled) -> None:
        done.append(polled)
        told(polled)

    def lost(source: Source, error: str) -> None:
        state = house.ledger.state(source.name)
        note(Polled(source, state, state, error=error))

    polls = Polls(
        due=lambda: wanted,
        poll=house.pipeline.poll,
        site=site_of,
        told=note,
        lost=lost,
        standstill=house.standstill,
    )
    polls.start_due()
    await polls.idle()
    if house.standstill.error is not None:
        raise house.standstill.error
    # Two processes that send at once would send each delivery twice.
    if not house.ledger.is_owned_by_another():
        await asyncio.gather(*(house.outbox.send_due(name) for name in house.outbox.due()))
    return done
