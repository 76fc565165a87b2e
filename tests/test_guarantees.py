"""What docs/alerts.md promises, each promise shown on the running daemon: real feeds, receivers and ledgers on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations
from standardwebhooks.webhooks import Webhook as Verifier

from monitor import wire
from monitor.cli import main
from monitor.extract import Extractor
from monitor.ledger import Ledger
from monitor.ledger.sqlite import schema
from monitor.model import Channel, ChannelKind, Delivery, DeliveryState, Notice, NoticeKind, VerdictKind
from monitor.notify import Notifier, alert_body, notice, notifier, sample_alert
from monitor.wire import Runtime
from tests.fakes import FakeClock, FakeNotifier, InlineReader, open_outbox, poll_once, rss
from tests.fakes_daemon import SECRET, TITLES, News, Received, alerts_in, kill_and_check, open_site
from tests.fakes_fetch import answer, site
from tests.fakes_notify import Receiver, open_mailbox, open_receiver

HOST = "127.0.0.1"
KILLS = int(os.environ.get("MONITOR_KILLS", "15"))


@pytest.mark.timeout(60 + 3 * KILLS)
async def test_an_alert_whose_change_is_committed_is_delivered_whatever_is_killed(tmp_path: Path) -> None:
    hit = await kill_and_check(tmp_path, KILLS)
    assert hit["alerts"] >= KILLS
    assert hit["poll"] + hit["record"] + hit["send"] > KILLS / 2, hit
    assert hit["repeats"] > 0, hit


@dataclass
class Slow(Received):
    """A receiver that never answers what is posted to /hang."""

    hanging: int = 0

    async def answer(self, request: Any) -> Any:
        if request.path == "/hang":
            self.hanging += 1
            await asyncio.Event().wait()
        return await super().answer(request)


@contextlib.asynccontextmanager
async def open_runtime(
    folder: Path, works: list[str], sources: list[dict[str, Any]], channels: list[dict[str, Any]], clock: Callable[[], datetime] = wire.now
) -> AsyncIterator[Runtime]:  # fmt: skip
    """Build the runtime of a configuration on the ledger in `folder`, which outlives it."""
    common = {"every": "1s", "pause": "0s", "allow_private": True, "obey_robots": False}
    path = folder / "sources.yaml"
    path.write_text(
        json.dumps({"watch": works, "sources": [{**common, **each} for each in sources], "channels": channels}), "utf-8"
    )  # fmt: skip
    with wire.open_ledger(folder / "monitor.db", owner=True) as ledger:
        runtime = await wire.build(path, ledger, asyncio.Event(), environ={"SECRET": SECRET}, clock=clock)
        runtime.cycle.reader = InlineReader(Extractor(runtime.config.watch))
        try:
            yield runtime
        finally:
            await runtime.close(0.1)


def hook(site: str, path: str, **fields: Any) -> dict[str, Any]:
    return {"webhook": f"{site}/{path}", "name": path, "secret": "${SECRET}", "allow_private": True, **fields}


async def test_a_hanging_channel_delays_no_other_and_no_polling(tmp_path: Path) -> None:
    news, received = News(), Slow()
    rounds = 10
    async with open_site(news, received) as site, open_mailbox() as mailbox:
        mailbox.hold = asyncio.Event()
        mail = {
            "email": "ann@example.com",
            "smtp": f"smtp://127.0.0.1:{mailbox.port}?starttls=never",
            "rate": "none",
        }
        channels = [hook(site, "each"), hook(site, "hang"), mail]
        async with open_runtime(tmp_path, TITLES, [{"feed": f"{site}/feed"}], channels) as runtime:
            (source,) = runtime.config.sources
            news.tell()
            await poll_once(runtime.cycle, source)
            async with asyncio.timeout(60):
                for number in range(rounds):
                    news.tell()
                    await poll_once(runtime.cycle, source)
                    await runtime.deliveries.start_due()
                    while received.titles("/each").total() <= number:
                        await asyncio.sleep(0)
                        await runtime.deliveries.start_due()
                # What was received is noted a moment later.
                while len(list(runtime.ledger.deliveries(channel="each", state="delivered"))) < rounds:  # noqa: ASYNC110 - a note in the ledger is no event
                    await asyncio.sleep(0)
            waiting = list(runtime.ledger.deliveries(state="pending"))
            assert news.polls == rounds + 1
            assert 0 < received.hanging <= 16
            assert len(waiting) == 2 * rounds
            mailbox.hold.set()


class Schedule:
    """One alert, a receiver that answers from a script, and a clock that goes from one attempt to the next."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.folder = folder
        self.receiver = receiver
        self.clock = FakeClock(datetime.now(UTC).replace(microsecond=0))
        self.began = self.clock()
        self.attempts: list[timedelta] = []
        self.channels = {
            "hook": Channel(
                name="hook", kind=ChannelKind.WEBHOOK, target=receiver.url, secrets={"secret": SECRET}, allow_private=True
            ),
            "file": Channel(name="file", kind=ChannelKind.FILE, target=str(folder / "alerts.jsonl")),
        }  # fmt: skip
        with self.ledger() as ledger:
            alert = sample_alert(self.began)
            ledger.add_delivery(None, self.channels["hook"], alert, send_at=self.began, now=self.began)

    def ledger(self) -> Ledger:
        return Ledger.open(self.folder / "monitor.db")

    async def run(self) -> None:
        """Send until nothing is due any more, in a new process's stead each time."""
        while True:
            with self.ledger() as ledger:
                waiting = [each.next_attempt_at for each in ledger.deliveries(state=DeliveryState.PENDING)]
                at = min((each for each in waiting if each is not None), default=None)
                if at is None:
                    return
                self.clock.now = max(self.clock.now, at)
                notifiers = {name: notifier(channel) for name, channel in self.channels.items()}
                outbox = open_outbox(ledger, self.channels, notifiers, self.clock)
                before = len(self.receiver.posts)
                for name in await outbox.due():
                    await outbox.send_due(name)
                self.attempts += [self.clock.now - self.began] * (len(self.receiver.posts) - before)
                for each in notifiers.values():
                    await each.aclose()

    def told(self) -> list[str]:
        path = self.folder / "alerts.jsonl"
        return [json.loads(line)["data"]["title"] for line in path.read_text("utf-8").splitlines()]

    def state(self) -> str:
        with self.ledger() as ledger:
            (delivery,) = ledger.deliveries(channel="hook")
            return delivery.state


async def test_retries_follow_the_schedule_over_days_and_say_the_same(tmp_path: Path) -> None:
    async with open_receiver() as receiver:
        script: list[Any] = [500, (503, {"Retry-After": "3600"}), 404, (429, {"Retry-After": "60"}), 401, 302, 500, 500, 500, 500]  # fmt: skip
        receiver.answers += script
        schedule = Schedule(tmp_path, receiver)
        await schedule.run()

        pauses = [
            after - before for before, after in zip(schedule.attempts, schedule.attempts[1:], strict=False)
        ]
        assert pauses == [
            timedelta(seconds=5),
            timedelta(hours=1),  # asked for
            timedelta(minutes=30),
            timedelta(hours=2),  # more than asked for
            *(timedelta(hours=hours) for hours in (5, 10, 14, 20, 24)),
        ]  # fmt: skip
        assert schedule.state() == DeliveryState.DEAD
        assert schedule.told() == ["Channel hook does not accept its alerts"]
        assert len({(post.headers["webhook-id"], post.body) for post in receiver.posts}) == 1
        for post, at in zip(receiver.posts, schedule.attempts, strict=True):
            id_, stamp = post.headers["webhook-id"], datetime.fromtimestamp(int(post.headers["webhook-timestamp"]), UTC)  # fmt: skip
            assert stamp == schedule.began + at
            assert Verifier(SECRET).sign(id_, stamp, post.body.decode()) in post.headers["webhook-signature"]

        # What is dead is seen and can be sent again.
        assert main(["deliveries", "retry", "--db", str(tmp_path / "monitor.db")]) == 0
        await schedule.run()
        assert schedule.state() == DeliveryState.DELIVERED
        assert len(receiver.posts) == len(script) + 1
        assert receiver.posts[-1].body == receiver.posts[0].body
        assert schedule.told()[1:] == ["Channel hook accepts its alerts again"]


async def test_a_receiver_that_is_gone_gets_no_more_until_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_receiver() as receiver:
        receiver.answers += [410]
        schedule = Schedule(tmp_path, receiver)
        await schedule.run()
        assert (len(receiver.posts), schedule.state()) == (1, DeliveryState.DEAD)
        assert schedule.told() == ["Channel hook is gone for good and gets no more alerts"]
        assert main(["deliveries", "--db", str(tmp_path / "monitor.db"), "--state", "dead"]) == 0
        assert "410 Gone" in capsys.readouterr().out
        assert main(["deliveries", "retry", "--db", str(tmp_path / "monitor.db")]) == 0
        await schedule.run()
        assert (len(receiver.posts), schedule.state()) == (2, DeliveryState.DELIVERED)


def _queue(ledger: Ledger, channel: str, count: int, at: datetime) -> None:
    ledger.add_deliveries(
        Delivery(
            id=f"msg_{channel}_{number}",
            change=0,
            channel=channel,
            state=DeliveryState.PENDING,
            attempts=0,
            next_attempt_at=at,
            body=alert_body(
                notice(Notice(NoticeKind.CHANNEL_FAILING, f"Work {number}", {"error": "word " * 100}), at)
            ),
            created_at=at,
        )
        for number in range(count)
    )


async def test_ten_thousand_changes_at_once_are_no_storm(tmp_path: Path) -> None:
    clock = FakeClock()
    channels = {
        "hook": Channel(name="hook", kind=ChannelKind.WEBHOOK, target=""),
        "mail": Channel(name="mail", kind=ChannelKind.EMAIL, target=""),
        "digest": Channel(name="digest", kind=ChannelKind.CONSOLE, target="", digest="hourly"),
    }
    counts = {"hook": 1000, "mail": 10_000, "digest": 10_000}
    taken: dict[str, list[list[str]]] = {name: [] for name in channels}

    class Counting(FakeNotifier):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        async def send(self, message: Any) -> None:
            taken[self.name].append([alert["id"] for alert in message.alerts])

    class Frugal(Ledger):
        def due_deliveries(self, *arguments: Any, **named: Any) -> list[Delivery]:
            due = super().due_deliveries(*arguments, **named)
            at_once.append(len(due))
            return due

    at_once: list[int] = []
    notifiers: dict[str, Notifier] = {name: Counting(name) for name in channels}
    with Frugal.open(tmp_path / "monitor.db") as ledger:
        for name, count in counts.items():
            _queue(ledger, name, count, clock())
        outbox = open_outbox(ledger, channels, notifiers, clock)
        for name in channels:
            await outbox.send_due(name)
        assert [len(messages) for messages in taken.values()] == [1000, 30, 50]
        clock.go(hours=1)
        await outbox.send_due("mail")
    assert [len(messages) for messages in taken.values()] == [1000, 50, 50]
    for name, messages in taken.items():
        ids = [id_ for message in messages for id_ in message]
        assert len(ids) == len(set(ids)) == counts[name]
        assert max(map(len, messages)) <= 200
    assert max(at_once) == 200  # of the ten thousand in memory


@pytest.fixture
def received() -> Received:
    return Received()


PAGE = "<html><head><title>Atlas of Hours: release date</title></head><body><article><h1>Atlas of Hours: release date</h1><p>Northlight confirmed that Atlas of Hours will be released on {}, 2031. We will keep this page up to date, and say what else we hear of it in the weeks before its release.</p><p>Read {} times.</p></article></body></html>"  # fmt: skip


async def test_a_document_is_told_once_and_its_last_word_counts(tmp_path: Path) -> None:
    def feed(day: str, views: int) -> bytes:
        text = f"Northlight confirmed that Harbour of Glass will be released on {day}, 2031. Views: {views}."
        return answer(rss(("g1", "Harbour of Glass is dated", text), published=datetime.now(UTC)))

    async with open_receiver() as receiver, site(HOST) as here:
        config: dict[str, Any] = {
            "works": ["Harbour of Glass", "Atlas of Hours"],
            "sources": [
                {"feed": here.url("/feed"), "name": "feed"},
                {"page": here.url("/page"), "name": "page"},
            ],
            "channels": [
                {"webhook": receiver.url, "name": "hook", "secret": "${SECRET}", "allow_private": True}
            ],
        }

        async def read(day: str, views: int) -> list[tuple[str, str]]:
            """Return what is posted after the feed and the page name `day`, in a process's stead that starts anew."""
            here.routes["/feed"] = feed(day, views)
            here.routes["/page"] = answer(PAGE.format(day, views), Content_Type="text/html")
            before = len(receiver.posts)
            async with open_runtime(tmp_path, **config) as runtime:
                await _pass(runtime)
            told = [json.loads(post.body)["data"] for post in receiver.posts[before:]]
            return sorted((data["title"], f"{data['change']} {data['to']['when']}") for data in told)

        def moved(change: str) -> list[tuple[str, str]]:
            return [("Atlas of Hours", change), ("Harbour of Glass", change)]

        assert await read("May 21", 1) == []
        for views in range(2, 6):
            assert await read("May 21", views) == []
        assert await read("May 12", 6) == moved("moved_earlier 2031-05-12")
        assert await read("May 21", 1) == moved("moved_later 2031-05-21")
        assert await read("May 22", 8) == moved("moved_later 2031-05-22")
        assert await read("May 22", 9) == []


async def _pass(runtime: Runtime) -> None:
    await wire.poll_now(runtime)


Changed = Callable[[str, dict[str, Any]], None]


def _reread(_site: str, _config: dict[str, Any]) -> None:
    pass


def _watch_more(_site: str, config: dict[str, Any]) -> None:
    config["works"].append(TITLES[1])


def _forget_aliases(_site: str, config: dict[str, Any]) -> None:
    config["works"][0] = {"title": config["works"][0], "kind": "game", "aliases": ["AH"]}


def _read_more(site: str, config: dict[str, Any]) -> None:
    config["sources"].append({"feed": f"{site}/feed?again", "name": "again"})


def _read_elsewhere(site: str, config: dict[str, Any]) -> None:
    config["works"].append(TITLES[1])
    config["sources"][0]["feed"] = f"{site}/feed?elsewhere"


def _tell_more(site: str, config: dict[str, Any]) -> None:
    config["channels"].append(hook(site, "new"))


def _ask_for_less(_site: str, config: dict[str, Any]) -> None:
    config["channels"][0]["only"] = {"certainty": "official"}


@pytest.mark.parametrize(
    "changed", [_reread, _watch_more, _forget_aliases, _read_more, _read_elsewhere, _tell_more, _ask_for_less]
)
async def test_nothing_is_sent_for_a_first_pass_a_restart_or_a_changed_configuration(
    tmp_path: Path, received: Received, changed: Changed
) -> None:
    news = News()
    news.tell(5)
    async with open_site(news, received) as site:
        config: dict[str, Any] = {
            "works": [title for title in TITLES[:9] if title != TITLES[1]],
            "sources": [{"feed": f"{site}/feed", "name": "news"}],
            "channels": [hook(site, "each")],
        }
        async with open_runtime(tmp_path, **config) as runtime:
            await _pass(runtime)
            await _pass(runtime)
        assert received.posts == []
        changed(site, config)
        async with open_runtime(tmp_path, **config) as runtime:
            await _pass(runtime)
            await _pass(runtime)
            assert received.posts == []
            news.tell()
            await _pass(runtime)
        assert received.titles("/each") == {TITLES[5]: 1}


async def test_nothing_is_sent_for_an_upgraded_ledger(
    tmp_path: Path, received: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = News()
    news.tell(3)
    async with open_site(news, received) as site:
        config: dict[str, Any] = {"works": TITLES[:9], "sources": [{"feed": f"{site}/feed"}], "channels": [hook(site, "each")]}  # fmt: skip
        async with open_runtime(tmp_path, **config) as runtime:
            await _pass(runtime)
            news.tell()
            await _pass(runtime)
        assert received.titles("/each") == {TITLES[3]: 1}

        newer = schema.SCHEMA_VERSION + 1
        steps = Migrations("ledger")

        @steps()
        def one_more(db: Database) -> None:
            db.execute("UPDATE deliveries SET error = ''")
            db.execute("ALTER TABLE sources ADD COLUMN note TEXT")
            db.execute("UPDATE sources SET next_poll_at = '1970-01-01T00:00:00+00:00', etag = '', body = ''")

        monkeypatch.setattr(schema, "steps", steps)
        for module in ("monitor.ledger.sqlite.schema", "monitor.ledger.sqlite.connection"):
            monkeypatch.setattr(f"{module}.SCHEMA_VERSION", newer)
        async with open_runtime(tmp_path, **config) as runtime:
            assert runtime.ledger.value("PRAGMA user_version") == newer
            await _pass(runtime)
            assert received.titles("/each") == {TITLES[3]: 1}
        assert main(["rebuild", "--db", str(tmp_path / "monitor.db")]) == 0
        async with open_runtime(tmp_path, **config) as runtime:
            await _pass(runtime)
            assert received.titles("/each") == {TITLES[3]: 1}
            news.tell()
            await _pass(runtime)
        assert received.titles("/each") == {TITLES[3]: 1, TITLES[4]: 1}


async def test_nothing_is_sent_for_a_ledger_of_version_0_1_but_what_waited_in_it(
    tmp_path: Path, first_version: Path, received: Received
) -> None:
    await asyncio.to_thread(first_version.rename, tmp_path / "monitor.db")
    news = News()
    news.tell()
    async with open_site(news, received) as site:
        works = [
            "Alan Wake 2",
            "Hollow Knight: Silksong",
            "Hades II",
            "Baldur's Gate 3",
            "Pixel Fold",
            *TITLES[:3],
        ]
        config: dict[str, Any] = {"works": works, "sources": [{"feed": f"{site}/feed"}], "channels": [hook(site, "each", name="hook")]}  # fmt: skip
        async with open_runtime(tmp_path, **config) as runtime:
            waiting = {
                each.id: each.body
                for each in runtime.ledger.deliveries(channel="hook")
                if each.state is DeliveryState.PENDING
            }
            history = [(change.id, change.kind, change.at) for change in runtime.ledger.changes()]
            assert (len(waiting), len(history)) == (3, 11)
            await _pass(runtime)
            await _pass(runtime)
            assert {id_: body for _, id_, body in received.posts} == waiting
            assert len(received.posts) == 3
            assert [(change.id, change.kind, change.at) for change in runtime.ledger.changes()] == history
            assert [verdict.kind for verdict in runtime.ledger.claim(15).verdicts] == [VerdictKind.DISMISSED]
            news.tell()
            await _pass(runtime)
        assert received.titles("/each")[TITLES[1]] == 1
        assert len(received.posts) == 4


@pytest.mark.parametrize(
    "step", [timedelta(days=-400), timedelta(hours=-3), timedelta(hours=3), timedelta(days=400)]
)
async def test_a_clock_that_steps_repeats_and_loses_nothing(tmp_path: Path, step: timedelta) -> None:
    news, received = News(), Received(is_fresh=False)
    clock = FakeClock(datetime.now(UTC))
    async with open_site(news, received) as site:
        channels = [hook(site, "each"), hook(site, "limited", rate="1/1m")]
        async with open_runtime(tmp_path, TITLES[:9], [{"feed": f"{site}/feed"}], channels, clock) as runtime:
            news.tell()
            await _pass(runtime)
            news.tell(2)
            await _pass(runtime)
            clock.now += step
            news.tell(2)
            await _pass(runtime)
            clock.go(minutes=3)
            await _pass(runtime)
            clock.now -= step
            news.tell(1)
            for _ in range(3):
                clock.go(minutes=3)
                await _pass(runtime)
    assert received.bad == 0
    for path in ("/each", "/limited"):
        assert received.titles(path) == dict.fromkeys(TITLES[1:6], 1)


async def test_no_secret_is_in_the_ledger_or_in_what_is_told_of_a_dead_channel(tmp_path: Path) -> None:
    canary = "canary7key7that7nobody7may7see"
    async with open_receiver() as receiver:
        receiver.answers += [410]
        schedule = Schedule(tmp_path, receiver)
        schedule.channels["hook"] = Channel(
            name="hook",
            kind=ChannelKind.WEBHOOK,
            target="http://…",
            secrets={"url": f"{receiver.url}/{canary}", "secret": canary, "header:X-Key": canary},
            options={"headers": {"X-Key": "header:X-Key"}},
            allow_private=True,
        )
        await schedule.run()
        assert receiver.posts[0].headers["x-key"] == canary
        assert schedule.told() == ["Channel hook is gone for good and gets no more alerts"]
    files = list(tmp_path.glob("*"))  # noqa: ASYNC240 - nothing else waits
    assert [path for path in files if canary.encode() in path.read_bytes()] == []


async def test_a_rule_by_language_asks_what_the_words_are_written_in(tmp_path: Path) -> None:
    received = Received()

    class Told(News):
        def feed(self) -> bytes:
            polish = "Northlight potwierdził, że Amber Meadow ukaże się 17 października 2031 roku."
            english = "Northlight confirmed that Amber Harbour will be released on October 17, 2031."
            told = [("pl", "Amber Meadow", polish), ("en", "Amber Harbour", english)]
            return rss(*told[: 2 * self.polls - 2], published=datetime.now(UTC) - timedelta(minutes=5))

    async with open_site(Told(), received) as site:
        channels = [
            hook(site, "pl", only={"languages": "pl"}),
            hook(site, "en", only={"languages": "en"}),
            hook(site, "rest", **{"except": {"languages": "en"}}),
        ]
        works = ["Amber Harbour", "Amber Meadow"]
        async with open_runtime(tmp_path, works, [{"feed": f"{site}/feed"}], channels) as runtime:
            name = runtime.config.sources[0].name
            runtime.ledger.save_states([replace(runtime.ledger.state(name), baseline=False)])
            await _pass(runtime)
            await _pass(runtime)
    assert {path: set(received.titles(path)) for path in ("/pl", "/en", "/rest")} == {
        "/pl": {"Amber Meadow"},
        "/en": {"Amber Harbour"},
        "/rest": {"Amber Meadow"},
    }


def _unnumbered(body: str | bytes) -> str:
    """Return an alert without the numbers that its ledger gave to its change and claims: another may number them otherwise."""
    alert = json.loads(body)
    data = alert["data"]
    for name in ("id", "claim", "show"):
        data.pop(name)
    for each in data["evidence"]:
        each.pop("claim")
    return json.dumps(alert)


async def test_what_is_found_again_in_a_restored_ledger_is_the_same_alert(
    tmp_path: Path, received: Received
) -> None:
    def story(number: int) -> tuple[str, str, str]:
        title = TITLES[number]
        return (
            f"s{number}",
            f"{title} is dated",
            f"Northlight confirmed that {title} comes out on May {number + 3}, 2031.",
        )

    class Archive(News):
        """A feed whose entries keep their dates."""

        def feed(self) -> bytes:
            return rss(*(story(number) for number in reversed(range(len(self.told)))), published=began)

    news, clock = Archive(), FakeClock(datetime.now(UTC))
    began = clock() - timedelta(minutes=5)
    received.is_fresh = False
    database = tmp_path / "monitor.db"
    async with open_site(news, received) as site:
        channels = [hook(site, "each"), hook(site, "summed", rate="1/1h")]
        config: dict[str, Any] = {
            "works": TITLES[:9],
            "sources": [{"feed": f"{site}/feed"}],
            "channels": channels,
        }
        news.tell()
        async with open_runtime(tmp_path, **config, clock=clock) as runtime:
            await _pass(runtime)
            runtime.ledger.backup(tmp_path / "backup.db")
            for _ in range(2):
                clock.go(minutes=20)
                news.tell()
                await _pass(runtime)
            clock.go(hours=2)
            await _pass(runtime)
        assert received.titles("/each") == {TITLES[1]: 1, TITLES[2]: 1}
        for path in tmp_path.glob("monitor.db*"):  # noqa: ASYNC240 - nothing else waits
            path.unlink()
        (tmp_path / "backup.db").rename(database)
        clock.go(days=1)
        async with open_runtime(tmp_path, **config, clock=clock) as runtime:
            await _pass(runtime)
    assert received.titles("/each") == {TITLES[1]: 2, TITLES[2]: 2}
    own = [(id_, _unnumbered(body)) for path, id_, body in received.posts if path == "/each"]
    assert sorted(own[:2]) == sorted(own[2:])
    assert all(json.loads(body)["timestamp"] == f"{began:%Y-%m-%dT%H:%M:%SZ}" for _, body in own)
    alerts = {(alert["id"], _unnumbered(json.dumps(alert))) for _, _, body in received.posts for alert in alerts_in(body) if "id" in alert}  # fmt: skip
    assert len(alerts) == len({id_ for id_, _ in alerts})
