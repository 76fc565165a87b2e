"""The functions of other packages that commands call, each imported when it is called."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from monitor import clock
from monitor.errors import ParseError
from monitor.model import (
    Change,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Document,
    Fetched,
    Key,
    Source,
    SourceKind,
    Standing,
    Validators,
    When,
    Work,
    alert,
)

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.cycle import Polled
    from monitor.ledger import Ledger, Subject, Transaction
    from monitor.replay import Replayed
    from monitor.rereading import Reread
    from monitor.review.why import Facts, Why
    from monitor.teaching import Label

T = TypeVar("T")

__all__ = [
    "adjusted",
    "adopt",
    "check_channel",
    "committed",
    "composed",
    "decision",
    "explained",
    "facts",
    "facts_of_title",
    "fresh_ledger",
    "labels",
    "learnt",
    "no_network",
    "poll",
    "read_document",
    "rebuilt",
    "replay",
    "reread",
    "run_daemon",
    "run_demo",
    "send_test",
    "sentence",
    "spelt",
    "worded",
    "work_named",
]  # fmt: skip


def run_daemon(config: Path, database: Path) -> None:
    """Poll and alert until SIGTERM or SIGINT. Raises ConfigError or LedgerError when it cannot start."""
    from monitor import wire  # noqa: PLC0415 - it imports every module, which only running needs
    from monitor.daemon import Daemon  # noqa: PLC0415

    with wire.open_ledger(database, owner=True) as ledger:
        asyncio.run(Daemon(lambda wake, stopping: wire.build(config, ledger, wake, stopping)).run())


def run_demo(say: Callable[[str], None], seconds: float) -> None:
    """Run the demo in about `seconds`."""
    from monitor import demo  # noqa: PLC0415 - as above

    asyncio.run(demo.run(say, seconds=seconds))


def poll(
    config: Path, database: Path, names: Sequence[str], on_poll: Callable[[Polled], None]
) -> list[Polled]:
    """Poll the named sources, or all, once; then send what is due."""
    from monitor import wire  # noqa: PLC0415 - as above

    async def once(ledger: Ledger) -> list[Polled]:
        runtime = await wire.build(config, ledger, asyncio.Event())
        try:
            return await wire.poll_now(runtime, names, on_poll)
        finally:
            await runtime.release()

    with wire.open_ledger(database) as ledger:
        return asyncio.run(once(ledger))


def no_network(done: Sequence[Polled]) -> str:
    """Return the one line for polls of which none reached its site, else ""."""
    from monitor import journal  # noqa: PLC0415 - as above

    return journal.no_network(done)


@contextmanager
def fresh_ledger(given: Path | None) -> Iterator[Ledger]:
    """Open the ledger at `given`, else a temporary one that is deleted at the end of the block."""
    from monitor import wire  # noqa: PLC0415 - as above

    with ExitStack() as held:
        path = given or Path(held.enter_context(TemporaryDirectory(prefix="monitor-replay-"))) / "monitor.db"
        yield held.enter_context(wire.open_ledger(path, owner=True))


def replay(
    ledger: Ledger,
    config: Config,
    documents: Iterable[Document],
    *,
    run: str,
    written: Callable[[Sequence[str]], None],
    on_batch: Callable[[Document], None],
) -> Replayed:
    """Replay archived documents on their own clock; `written` receives alerts, `on_batch` progress."""
    from monitor.ledger import SqliteStore  # noqa: PLC0415 - as above
    from monitor.replay import replay as replayed  # noqa: PLC0415

    return asyncio.run(
        replayed(
            SqliteStore(ledger),
            config.watch,
            config.channels,
            documents,
            run=run,
            written=written,
            on_batch=on_batch,
        )
    )


def facts(ledger: Ledger, number: int, config: Config | None) -> Facts:
    """Return the facts about a claim, with the routing by the channels of `config`. Raises NotFoundError."""
    from monitor.review.why import gather  # noqa: PLC0415 - as above

    return gather(ledger, number, None if config is None else config.channels, config.watch if config else ())


def facts_of_title(ledger: Ledger, title: str, config: Config | None) -> list[Facts]:
    """Return the facts about every claim of a work."""
    from monitor.review.why import gather_title  # noqa: PLC0415 - as above

    channels = None if config is None else config.channels
    return gather_title(ledger, title, channels, config.watch if config else ())


def explained(known: Facts) -> Why:
    """Return why a claim is or is not believed, and was or was not alerted."""
    from monitor.review.why import explain  # noqa: PLC0415 - as above

    return explain(known)


def sentence(change: Change) -> str:
    """Return a change as a sentence."""
    return worded(alert(change))


def composed(change: Change) -> dict[str, Any]:
    """Return a change as the alert that is sent for it."""
    from monitor.notify import composed as alert_of  # noqa: PLC0415 - as above

    return alert_of(change)


def worded(body: dict[str, Any]) -> str:
    """Return an alert as a sentence."""
    from monitor.notify.wording import ended, sentence  # noqa: PLC0415 - as above

    return ended(sentence(body, "en"))


def spelt(edtf: str | None) -> str:
    """Return a period as a person writes it: "summer 2023", "27 October 2023"."""
    if edtf is None:
        return ""
    from monitor.i18n import locale_of  # noqa: PLC0415 - as above
    from monitor.notify.date_format import spell  # noqa: PLC0415 - as above

    return spell(When.parse(edtf), locale_of("en"))


def decision(config: Config, channel: Channel, now: datetime) -> str:
    """Return whether `channel` would receive a sample change of the first watched work, and why."""
    from monitor.notify import sample_change  # noqa: PLC0415 - as above
    from monitor.notify.routing import decide  # noqa: PLC0415

    work = config.watch[0] if config.watch else None
    change = sample_change(now, work.title) if work else sample_change(now)
    if work and work.instalments:
        change = replace(change, key=replace(change.key, instalment=work.instalments[0]))
    decided = decide(channel, change, work)
    verb = "would get" if decided.wanted else "would not get"
    return f"{verb} “{worded(alert(change))}” ({'; '.join(decided.reasons)})"


def check_channel(channel: Channel) -> str:
    """Return why this machine cannot serve `channel`, "" when it can; nothing is sent.

    Raises ConfigError when no machine can serve it as it is configured.
    """
    from monitor.notify import notifier, program_trouble  # noqa: PLC0415 - as above

    async def serve() -> None:
        await notifier(channel).aclose()

    asyncio.run(serve())
    return program_trouble(channel) if channel.kind is ChannelKind.EXEC else ""


def send_test(channel: Channel) -> None:
    """Send a test alert to `channel`, once. Raises DeliveryError or ConfigError."""
    from monitor.notify import alert_body, message, notifier, sample_alert  # noqa: PLC0415 - as above

    async def send() -> None:
        now = clock.now()
        delivery = Delivery(
            id=f"msg_test_{now:%Y%m%dT%H%M%S%f}",
            change=0,
            channel=channel.name,
            state=DeliveryState.PENDING,
            attempts=0,
            next_attempt_at=now,
            body=alert_body(sample_alert(now, channel.locale)),
            created_at=now,
        )
        one = notifier(channel)
        try:
            await one.send(message([delivery], attempt_at=now))
        finally:
            await one.aclose()

    asyncio.run(send())


def committed(ledger: Ledger, work: Callable[[Transaction], T], *, durable: bool = False) -> T:
    """Run `work` as one transaction, and return its result. Raises LedgerError."""
    from monitor.ledger import SqliteStore  # noqa: PLC0415 - as above

    return SqliteStore(ledger).run(work, durable=durable)


def rebuilt(
    tx: Transaction, *, dry_run: bool
) -> Iterator[tuple[Subject, dict[Key, Standing], dict[Key, Standing]]]:
    """Yield each subject with its current belief and the belief that the current rules derive from all observations.

    The beliefs are stored, unless `dry_run`.
    """
    from monitor.recording import refolded, store_beliefs  # noqa: PLC0415 - as above

    for subject, before, revised, observations in refolded(tx):
        if not dry_run:
            store_beliefs(tx, subject, before, revised, observations)
        yield subject, before, revised.standings


def reread(
    ledger: Ledger, works: Sequence[Work], langs: Mapping[str, str], advance: Callable[[], None]
) -> tuple[str, list[Reread]]:
    """Return the version of the current reader, and the recorded documents that it reads differently.

    `langs` maps sources to their configured languages; `advance` is called for each document that is read.
    """
    from monitor.extract import Extractor  # noqa: PLC0415 - as above
    from monitor.rereading import reread as read_again  # noqa: PLC0415
    from monitor.teaching import adjustment_of  # noqa: PLC0415

    extractor = Extractor(works, adjustment=adjustment_of(ledger))
    found = []
    for one in read_again(ledger, extractor, {work.title for work in works}, langs):
        advance()
        if one is not None:
            found.append(one)
    return extractor.version, found


def adopt(tx: Transaction, found: Sequence[Reread], reader: str) -> None:
    """Replace the earlier readings of documents by the current one."""
    from monitor.rereading import adopt as taken_over  # noqa: PLC0415 - as above

    taken_over(tx, found, reader, clock.now())


def learnt(ledger: Ledger, works: Sequence[Work]) -> dict[str, Any]:
    """Return how the weights read the judged claims, and the adjustment in use, as JSON."""
    from monitor.teaching import lesson  # noqa: PLC0415 - as above

    return {**lesson(ledger, works).to_dict(), "adjustment": _in_use(ledger)}


def adjusted(ledger: Ledger, works: Sequence[Work]) -> dict[str, Any]:
    """Fit an adjustment on the verdicts and use it if it is better on held-out ones; return the result as JSON."""
    from monitor.extract.adjustment import LEAST_VERDICTS  # noqa: PLC0415 - as above
    from monitor.teaching import adjust, figures, lesson  # noqa: PLC0415

    said = lesson(ledger, works)
    tried, kept = adjust(ledger, said, clock.now())
    return {
        **said.to_dict(),
        "least": LEAST_VERDICTS,
        "tried": None if tried is None else figures(tried),
        "kept": kept,
        "adjustment": _in_use(ledger),
    }


def _in_use(ledger: Ledger) -> dict[str, Any] | None:
    from monitor.extract.scoring import UNIT  # noqa: PLC0415 - as above
    from monitor.teaching import in_use  # noqa: PLC0415

    kept = in_use(ledger)
    if kept is None:
        return None
    row = kept.to_dict()
    weights = row.pop("weights")
    return {**row, "log_odds": {feature: round(weight / UNIT, 3) for feature, weight in weights.items()}}


def labels(ledger: Ledger, works: Sequence[Work]) -> Iterator[Label]:
    """Yield the judged documents with their labels."""
    from monitor.teaching import labels as labelled  # noqa: PLC0415 - as above

    return labelled(ledger, works)


def read_document(
    place: str, *, lang: str, title: str, published: datetime | None, allow_private: bool
) -> Document:
    """Return the document at an address or in a file, a page or plain text; arguments take precedence over its own metadata.

    Raises ParseError, or OSError where a file cannot be read.
    """
    now = clock.now()
    fetched = _fetched(place, allow_private=allow_private)
    document: Document
    if _is_plain(fetched):
        text = fetched.body.decode("utf-8", "replace")
        document = Document(id=place, url=fetched.url, source=place, published=published or now, text=text)
    else:
        from monitor.parse.parsers import parse  # noqa: PLC0415 - as above

        source = Source(name=place, kind=SourceKind.PAGE, target=place, url=fetched.url, lang=lang)
        document = parse(fetched, source, now=published or now).documents[0]
    return replace(
        document,
        title=title or document.title,
        lang=lang or document.lang,
        published=published or document.published,
    )


def _fetched(place: str, *, allow_private: bool) -> Fetched:
    if place.startswith(("http://", "https://")):
        from monitor.fetch import Fetcher  # noqa: PLC0415 - as above

        async def fetch() -> Any:
            fetcher = Fetcher(clock=clock.now)
            try:
                return await fetcher.fetch(place, Validators(), allow_private=allow_private)
            finally:
                await fetcher.aclose()

        outcome = asyncio.run(fetch())
        if not isinstance(outcome, Fetched):
            raise ParseError(outcome.detail, where=place)
        return outcome
    body = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    url = "" if place == "-" else Path(place).absolute().as_uri()
    return Fetched(url=url, body=body, validators=Validators())


def _is_plain(fetched: Fetched) -> bool:
    if fetched.content_type:
        return fetched.content_type.partition(";")[0].strip().lower() == "text/plain"
    if fetched.url.lower().endswith((".txt", ".md")):
        return True
    return not (fetched.url.lower().endswith((".html", ".htm", ".xhtml")) or b"<" in fetched.body[:2000])


def work_named(text: str) -> Work:
    """Return the work of ``Title|alias|alias``."""
    title, *aliases = [part.strip() for part in text.split("|")]
    return Work(title, aliases=tuple(filter(None, aliases)))
