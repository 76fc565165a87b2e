"""What every notifier keeps: it sends, or raises DeliveryError that names the channel and no secret; retries say the same."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import ConfigError, DeliveryError
from monitor.model import Channel, ChannelKind
from monitor.notify import NOTIFIERS, Notifier, attempt, notifier
from monitor.notify.console import Console
from tests.builders import NOW
from tests.fakes_notify import HOSTILE, change, channel, open_mailbox, open_receiver, sent

# Apprise loads its two hundred services, one of which imports what Python 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SECRET = "canary7key7that7nobody7may7see"


@dataclass(frozen=True)
class Place:
    """A channel, the messages that arrived there, and a way to break it and to mend it."""

    channel: Channel
    arrived: Callable[[], list[bytes]]
    break_: Callable[[], None]
    mend: Callable[[], None]
    serve: Callable[[Channel], Notifier] = notifier


@contextlib.asynccontextmanager
async def _console(_folder: Path) -> AsyncIterator[Place]:
    class Pipe(io.StringIO):
        def __init__(self) -> None:
            super().__init__()
            self.written: list[bytes] = []
            self.is_broken = False

        def write(self, text: str) -> int:
            if self.is_broken:
                raise BrokenPipeError("nobody reads any more")
            self.written.append(text.encode())
            return len(text)

    pipe = Pipe()
    yield Place(
        channel(ChannelKind.CONSOLE, secrets={"unused": SECRET}),
        lambda: pipe.written,
        lambda: setattr(pipe, "is_broken", True),
        lambda: setattr(pipe, "is_broken", False),
        lambda own: Console(own, stream=pipe),
    )


@contextlib.asynccontextmanager
async def _webhook(_folder: Path) -> AsyncIterator[Place]:
    async with open_receiver() as receiver:
        yield Place(
            channel(
                ChannelKind.WEBHOOK,
                receiver.url + "/…",
                secrets={"url": f"{receiver.url}/{SECRET}", "secret": SECRET, "header:X-Key": SECRET},
                options={"headers": {"X-Key": "header:X-Key"}},
                allow_private=True,
            ),
            lambda: [post.body for post in receiver.posts],
            lambda: receiver.answers.extend([500] * 50),
            receiver.forget,
        )


@contextlib.asynccontextmanager
async def _email(_folder: Path) -> AsyncIterator[Place]:
    async with open_mailbox(login=("ann", SECRET)) as mailbox:
        yield Place(
            channel(
                ChannelKind.EMAIL,
                "fans@example.com",
                secrets={"smtp": f"smtp://ann:{SECRET}@127.0.0.1:{mailbox.port}?starttls=never"},
            ),
            lambda: [bytes(mail.original_content or b"") for mail in mailbox.mails],
            lambda: setattr(mailbox, "reply", f"451 {SECRET} try later"),
            lambda: setattr(mailbox, "reply", "250 taken"),
        )


@contextlib.asynccontextmanager
async def _file(folder: Path) -> AsyncIterator[Place]:
    path, kept = folder / "alerts.jsonl", folder / "kept"

    def break_() -> None:
        if path.exists():
            path.rename(kept)
        path.mkdir()

    yield Place(
        channel(ChannelKind.FILE, str(path), secrets={"unused": SECRET}),
        lambda: path.read_bytes().splitlines() if path.is_file() else [],
        break_,
        path.rmdir,
    )


@contextlib.asynccontextmanager
async def _exec(folder: Path) -> AsyncIterator[Place]:
    broken = folder / "broken"
    script = f'if [ -e {broken} ]; then echo "bad key $KEY" >&2; exit 3; fi; cat > "{folder}/$(ls {folder} | wc -l)"'
    yield Place(
        channel(
            ChannelKind.EXEC,
            "/bin/sh",
            secrets={"env:KEY": SECRET},
            options={"command": ["/bin/sh", "-c", script], "env": {"KEY": "env:KEY"}},
        ),
        lambda: [path.read_bytes() for path in sorted(folder.iterdir())],
        broken.touch,
        broken.unlink,
    )


@contextlib.asynccontextmanager
async def _apprise(_folder: Path) -> AsyncIterator[Place]:
    async with open_receiver() as receiver:
        yield Place(
            channel(
                ChannelKind.APPRISE,
                "json://…",
                secrets={"url": f"{receiver.url.replace('http', 'json', 1)}/{SECRET}/?+X-Key={SECRET}"},
            ),
            lambda: [post.body for post in receiver.posts],
            lambda: receiver.answers.extend([500] * 50),
            receiver.forget,
        )


PLACES: dict[ChannelKind, Callable[[Path], AbstractAsyncContextManager[Place]]] = {
    ChannelKind.CONSOLE: _console,
    ChannelKind.WEBHOOK: _webhook,
    ChannelKind.EMAIL: _email,
    ChannelKind.FILE: _file,
    ChannelKind.EXEC: _exec,
    ChannelKind.APPRISE: _apprise,
}


@pytest.fixture(params=list(ChannelKind))
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with PLACES[request.param](tmp_path) as place:
        yield place


@contextlib.asynccontextmanager
async def _serving(place: Place) -> AsyncIterator[Notifier]:
    serving = place.serve(place.channel)
    try:
        yield serving
    finally:
        await serving.aclose()


def test_every_kind_of_channel_has_a_notifier() -> None:
    assert set(NOTIFIERS) == set(ChannelKind) == set(PLACES)


async def test_an_alert_arrives(place: Place) -> None:
    async with _serving(place) as serving:
        await serving.send(sent())
    (arrived,) = place.arrived()
    assert b"Alan Wake 2" in arrived


async def test_every_attempt_says_the_same_bytes(place: Place) -> None:
    async with _serving(place) as serving:
        await serving.send(sent())
    async with _serving(place) as restarted:
        await restarted.send(sent(attempt_at=NOW + timedelta(days=2)))
    first, again = place.arrived()
    assert first == again


async def test_a_digest_arrives_whole(place: Place) -> None:
    async with _serving(place) as serving:
        await serving.send(sent(change(title="Hades II"), change(title="Silksong")))
    arrived = b"\n".join(place.arrived())
    assert b"Hades II" in arrived
    assert b"Silksong" in arrived


async def test_a_failure_names_the_channel_and_the_next_attempt_succeeds(place: Place) -> None:
    async with _serving(place) as serving:
        place.break_()
        ended = await attempt(serving, sent(), timeout=10)
        assert not ended.ok
        assert ended.retryable
        assert not ended.disable
        assert ended.error.startswith("channel phone: ")
        assert "\n" not in ended.error
        place.mend()
        assert (await attempt(serving, sent(), timeout=10)).ok
    assert len(place.arrived()) == 1


async def test_no_secret_is_in_any_log_error_or_repr(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with _serving(place) as serving:
            await serving.send(sent())
            place.break_()
            with pytest.raises(DeliveryError) as caught:
                await serving.send(sent(change(title="Hades II")))
            told = f"{caught.value} {caught.value!r} {vars(caught.value)} {serving!r} {place.channel!r}"
    ours = [
        record for record in caplog.records if record.name != "mail.log"
    ]  # that of the tests' own mail server
    records = " ".join(f"{record.getMessage()} {record.args!r} {record.exc_text}" for record in ours)
    assert SECRET not in told
    assert SECRET not in records


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_hostile_title_kills_no_delivery_and_brings_no_control_characters(
    place: Place, hostile: str
) -> None:
    async with _serving(place) as serving:
        ended = await attempt(serving, sent(change(title=hostile, scope=(hostile,))), timeout=10)
    assert ended.ok, ended.error
    (arrived,) = place.arrived()
    assert not set(arrived) & (set(range(0x20)) - {0x09, 0x0A, 0x0D})


async def test_a_cancelled_attempt_ends_at_once(place: Place) -> None:
    async with _serving(place) as serving:
        task = asyncio.create_task(attempt(serving, sent(), timeout=10))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("kind", "fields", "complaint"),
    [
        (ChannelKind.WEBHOOK, {"target": "ftp://x.example"}, "not http"),
        (ChannelKind.WEBHOOK, {"target": "https://x.example", "secrets": {"secret": "whsec_!"}}, "no base64"),
        (ChannelKind.EMAIL, {"target": "fans@example.com"}, "SMTP address"),
        (
            ChannelKind.EMAIL,
            {"target": "fans", "secrets": {"smtp": "smtps://mail.example"}},
            "not an e-mail address",
        ),
        (ChannelKind.EMAIL, {"target": "", "secrets": {"smtp": "smtps://mail.example"}}, "address"),
        (ChannelKind.FILE, {}, "no path"),
        (ChannelKind.EXEC, {}, "no program"),
        (ChannelKind.APPRISE, {}, "no Apprise address"),
        (
            ChannelKind.APPRISE,
            {"secrets": {"url": f"nonsense://{SECRET}"}},
            "does not know its address 1 of 1",
        ),
        (ChannelKind.CONSOLE, {"options": {"template": "{% if %}"}}, "not a valid Jinja2 template"),
        (ChannelKind.CONSOLE, {"digest": "sometimes"}, "not a digest"),
    ],
)
async def test_what_the_configuration_gives_away_is_a_fault_of_the_file(
    kind: ChannelKind, fields: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^channel phone: .*{complaint}") as caught:
        notifier(channel(kind, **{"target": "", **fields}))
    assert SECRET not in str(caught.value)


async def test_the_environment_of_the_monitor_is_not_needed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    async with _serving(place) as serving:
        assert (await attempt(serving, sent(), timeout=10)).ok
