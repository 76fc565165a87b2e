"""The composition root: the only module that knows every class, and the only one that asks for the time."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from monitor import schedule
from monitor.config import Config, load
from monitor.extract import Extractor
from monitor.fetch import Fetcher
from monitor.fetch.domains import domain
from monitor.ledger import Ledger
from monitor.model import Event, Source, Work, counted
from monitor.notify import notifier
from monitor.outbox import Outbox
from monitor.pipeline import Pipeline, Polled, Recorder, adopt_rules
from monitor.reader import ProcessReader
from monitor.reading import extracted
from monitor.rounds import Deliveries, Polls, Standstill

__all__ = ["House", "build", "log_poll", "now", "open_ledger", "poll_now", "site_of", "take_over"]

log = logging.getLogger(__name__)

# Fetching and writing take a quarter of a core while the others read, so that one of these for each core keeps all of them busy.
_READERS = os.cpu_count() or 1
# Python looks for cycles among what is new after every 700 objects, a tenth of what a poll costs; a poll leaves hardly any.
_COLLECT_AFTER = 10_000


def now() -> datetime:
    """Return the time: everything else takes it as an argument."""
    return datetime.now(UTC)


def open_ledger(path: Path, *, read_only: bool = False, owner: bool = False) -> Ledger:
    """Open the ledger, making its folder; `owner` is the one process that checkpoints. Raises LedgerError."""
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
    reader: ProcessReader
    clock: Callable[[], datetime]

    def keep(self) -> None:
        """Housekeeping: say that we go on, what is overdue, which sources fell silent or recovered; fold the log back."""
        at = self.clock()
        self.ledger.note_alive(at)
        self.recorder.overdue(at)
        self._tell_silence(at)
        self.ledger.checkpoint()

    def _tell_silence(self, at: datetime) -> None:
        sources = {source.name: source for source in self.config.sources}
        for row in list(self.ledger.sources()):
            source = sources.get(row.state.name)
            # One that is being polled is looked at the next time: its poll would overwrite that it was told.
            is_settled = source is not None and not self.polls.is_polling(source.name)
            found = schedule.silence(source, row.state, at) if source and is_settled else None
            if found is None:
                continue
            heard = found.kind is schedule.SilenceKind.RECOVERED
            title = f"Source {found.source} " + ("is heard again" if heard else f"is {found.kind.value}")
            log.warning("%s: %s", title, found.detail)
            with self.ledger.transaction(durable=True):
                self.ledger.save_states([replace(row.state, silence_alerted=not heard)])
                self.outbox.tell_all(title, found.detail, at)

    async def close(self, grace: float) -> None:
        """Finish what is in hand, within `grace` seconds, and let go of network, processes and channels."""
        await asyncio.gather(self.polls.stop(grace), self.deliveries.stop(grace))
        await self.release()

    async def release(self) -> None:
        """Let go of network, processes and channels."""
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
    """Build what the configuration at `path` asks for. Raises ConfigError or LedgerError."""
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    config = load(path, environ)
    for line in config.notes:
        log.warning("%s", line)
    adopt_rules(ledger)
    ledger.sync_sources(config.sources, clock())
    recorder = Recorder(ledger, {work.title: work for work in config.watch}, config.channels, deliver.set)
    if found := take_over(recorder, config.watch, clock()):
        log.info(
            "%s found of what was added to the watch list; nobody is alerted of them", counted(found, "claim")
        )
    fetcher = Fetcher(clock=clock, contact=config.settings.contact)
    reader = ProcessReader(config.watch, workers=_READERS)
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
    polls = Polls(
        due=lambda: [sources[name] for name in ledger.due(clock()) if name in sources],
        poll=cycle.poll,
        site=lambda source: sites[source.name],
        told=told or log_poll,
        standstill=standstill,
    )
    deliveries = Deliveries(due=outbox.due, send=outbox.send_due, standstill=standstill)
    return House(
        config, ledger, cycle, recorder, outbox, polls, deliveries, standstill, fetcher, reader, clock
    )


def take_over(recorder: Recorder, works: Sequence[Work], at: datetime) -> int:
    """Watch `works`: keep the history of one that is renamed, look for one that is added; return how many claims are found.

    What is stored is looked through here, what the sources hold by their next poll. It is a baseline: nobody is alerted.
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
    extractor = Extractor([work for work in works if work.title in wanted])
    return sum(
        recorder.look(extracted(extractor, document), wanted, now=at) for document, _ in ledger.documents()
    )


def site_of(source: Source) -> str:
    """Return whose turn `source` waits for: its registrable domain, or its address where there is none."""
    host = urlsplit(source.url).hostname
    return domain(host) if host else source.url


def log_poll(polled: Polled) -> None:
    """Log one line for what a person would want to know: trouble when it begins or changes, and what was found."""
    before, after = polled.before, polled.state
    if after.error and after.error != before.error:
        log.warning(
            "%s: %s; next poll at %s",
            polled.source.name,
            after.error,
            f"{after.next_poll_at:%Y-%m-%d %H:%M} UTC",
        )
    elif before.error and not after.error:
        log.info("%s: reached again", polled.source.name)
    if after.moved_to and after.moved_to != before.moved_to:
        log.warning(
            "%s: it moved for good to %s; write that into sources.yaml", polled.source.name, after.moved_to
        )
    if before.baseline and not after.baseline:
        log.info(
            "%s: first pass, %s read, %s logged, no alerts",
            polled.source.name,
            counted(polled.new, "document"),
            counted(polled.claims, "claim"),
        )
    elif polled.claims:
        claims, changes = counted(polled.claims, "claim"), counted(len(polled.changes), "change")
        log.info("%s: %s, %s", polled.source.name, claims, changes)


async def poll_now(
    house: House, names: Sequence[str] = (), told: Callable[[Polled], None] = lambda _: None
) -> list[Polled]:
    """Poll the named sources, or all but those gone for good, due or not; then send what is due. Each that is done is `told`.

    Raises LedgerError where something could not be kept.
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

    polls = Polls(
        due=lambda: wanted, poll=house.pipeline.poll, site=site_of, told=note, standstill=house.standstill
    )
    polls.start_due()
    await polls.idle()
    if house.standstill.error is not None:
        raise house.standstill.error
    await asyncio.gather(*(house.outbox.send_due(name) for name in house.outbox.due()))
    return done
