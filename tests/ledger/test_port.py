"""What every implementation of the store promises, the same tests for each; monitor/ledger/port.py says it in words."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import LeaseLostError, LockedError, NotFoundError
from monitor.ledger import (
    LEASE_SECONDS,
    Lease,
    Ledger,
    PolledState,
    Pruning,
    SqliteStore,
    Store,
    TakenSite,
    Transaction,
)
from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Event,
    Key,
    RobotsFile,
    Source,
    SourceState,
    Standing,
    Status,
    Validators,
)
from tests.builders import NOW, document, observation, source

LATER = NOW + timedelta(hours=1)
HOOK = Channel(name="hook", kind=ChannelKind.WEBHOOK, target="https://hooks.example/")
BELIEF = Belief(Status.RELEASED, None, Certainty.OFFICIAL)
KEY = Key("Alan Wake 2", None, Event.RELEASE)
SUBJECT = (KEY.title, KEY.event)
CHANGE = Change(kind=ChangeKind.RELEASED, key=KEY, before=None, since=None, after=BELIEF, at=NOW)


class StoreMake(Protocol):
    """What a make of the store gives these tests; a further make is one class with these methods and one line in `MAKES`."""

    def open(self) -> Store:
        """Open another store on the same data, as another process would."""

    def elsewhere(self) -> AbstractContextManager[StoreMake]:
        """Give another thread what it opens stores with; they are closed in the end."""

    def pass_time(self, seconds: float) -> None:
        """Let the clock of the database go on, as far as leases are concerned."""

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""

    def contains(self, text: bytes) -> bool:
        """Return whether what is on the disk contains `text` anywhere."""

    def cost(self, tx: Transaction, work: Callable[[], object]) -> int:
        """Return how much the database does for `work`, in a unit of its own."""

    def lose(self, times: int) -> Callable[[Transaction], int]:
        """Return work that loses its transaction `times` times when all is written, as by a deadlock or a lost connection."""


@dataclass
class SqliteMake:
    """Opens stores on one file, and looks at the file beside them."""

    folder: Path
    opened: ExitStack

    @property
    def path(self) -> Path:
        return self.folder / "ledger.db"

    @contextmanager
    def elsewhere(self) -> Iterator[SqliteMake]:
        with ExitStack() as opened:
            yield SqliteMake(self.folder, opened)

    def open(self) -> SqliteStore:
        ledger = self.opened.enter_context(Ledger.open(self.path))
        return SqliteStore(ledger)

    def pass_time(self, seconds: float) -> None:
        with Ledger.open(self.path) as ledger, ledger.transaction():
            ledger.run(
                "UPDATE sites SET leased_until = leased_until - ?1, free_at = free_at - ?1", (seconds,)
            )
            ledger.run("UPDATE senders SET leased_until = leased_until - ?", (seconds,))

    def count(self, table: str) -> int:
        with Ledger.open(self.path, read_only=True) as ledger:
            return ledger.count(table)

    def contains(self, text: bytes) -> bool:
        return any(text in file.read_bytes() for file in self.folder.iterdir())

    def cost(self, tx: Transaction, work: Callable[[], object]) -> int:
        """Return how many steps of SQLite's virtual machine `work` takes."""
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        assert isinstance(tx, Ledger)
        tx.sqlite.set_progress_handler(count, 1)
        work()
        tx.sqlite.set_progress_handler(None, 1)
        return steps

    def lose(self, times: int) -> Callable[[Transaction], int]:
        tries: list[int] = []

        def work(tx: Transaction) -> int:
            tries.append(tx.mark_seen([document(f"try {len(tries)}").fingerprint]))
            if len(tries) <= times:
                raise LockedError("another process is writing to it")
            return len(tries)

        return work


MAKES: list[Callable[[Path, ExitStack], StoreMake]] = [SqliteMake]


@pytest.fixture(params=MAKES, ids=["sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreMake]:
    with ExitStack() as opened:
        yield request.param(tmp_path, opened)


@pytest.fixture(params=MAKES, ids=["sqlite"])
def makes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], StoreMake]]:
    """Return a function that gives another make with empty stores for each example of a property."""
    with ExitStack() as opened:
        yield lambda: request.param(tmp_path_factory.mktemp("example"), opened)


def sources(*names: str) -> list[Source]:
    """Return sources named "site/number", each at that site."""
    return [source(name, url=f"https://{name.split('/')[0]}.example/{name}") for name in names]


def site(polled: Source) -> str:
    return polled.name.split("/")[0]


async def sync(store: Store, *names: str) -> None:
    await store.do(lambda tx: tx.sync_sources(sources(*names), NOW, site))


async def take(store: Store, most: int = 99, *, names: list[str] | None = None) -> list[TakenSite]:
    return await store.do(lambda tx: tx.take_sites(store.holder, most, LATER, names=names))


def settled(taken: TakenSite, number: int = 0, **fields: object) -> PolledState:
    state = replace(taken.sources[number][1], next_poll_at=LATER + timedelta(hours=1))
    return PolledState(replace(state, **fields))  # type: ignore[arg-type]


def names(taken: list[TakenSite]) -> list[list[str]]:
    return [[each.name for each, _ in site.sources] for site in taken]


# Sites


async def test_a_taken_site_has_its_due_sources_as_configured_with_their_states(make: StoreMake) -> None:
    store = make.open()
    wanted = [
        replace(
            each,
            every=timedelta(seconds=90.5),
            select="article > p",
            follow=True,
            official=("Remedy", "R"),
            lang="de",
            allow_private=True,
            obey_robots=False,
            pause=timedelta(milliseconds=1500),
            has_own_site=True,
            api="https://api.example",
            shorts=False,
            account="UC1",
        )
        for each in sources("a/1", "a/2")
    ]
    await store.do(lambda tx: tx.sync_sources([*wanted, source("b/1")], NOW, site))
    taken = await take(store)
    assert {each.lease.name: [one for one, _ in each.sources] for each in taken} == {
        "a": wanted,
        "b": [source("b/1")],
    }
    assert taken[0].sources[0][1] == SourceState(
        name="a/1", next_poll_at=NOW, scheduled_at=NOW, usual=timedelta(seconds=90)
    )


async def test_a_secret_is_not_kept(make: StoreMake) -> None:
    store = make.open()
    await store.do(lambda tx: tx.sync_sources([source("a/1", secret="feed=abcd")], NOW, site))
    (taken,) = await take(store)
    assert taken.sources[0][0].secret == ""
    assert not make.contains(b"abcd")
    assert make.contains(taken.sources[0][0].url.encode())


async def test_of_a_site_there_are_never_two_holders(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1", "a/2", "b/1", "c/1")
    first, second = await take(one, 2), await take(other)
    assert len(first) == 2
    assert {each.lease.name for each in first} | {each.lease.name for each in second} == {"a", "b", "c"}
    assert not {each.lease.name for each in first} & {each.lease.name for each in second}
    assert await take(one) == await take(other) == []


def test_processes_that_take_at_the_same_moment_share_no_site(make: StoreMake) -> None:
    count, workers = 200, 4
    with make.elsewhere() as there:
        asyncio.run(sync(there.open(), *(f"s{number}/1" for number in range(count))))
    found: list[str] = []
    start = threading.Barrier(workers)

    def work() -> None:
        with make.elsewhere() as there:
            store = there.open()
            start.wait(30)
            while taken := asyncio.run(take(store, 7)):
                found.extend(each.lease.name for each in taken)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert len(found) == len(set(found)) == count


async def test_sites_come_longest_due_first_and_no_more_than_asked_for(make: StoreMake) -> None:
    store = make.open()
    await sync(store, "a/1", "b/1", "b/2", "c/1", "d/1")
    minutes = {"a/1": -5, "b/1": -1, "b/2": -9, "c/1": -7, "d/1": 300}
    await store.do(
        lambda tx: tx.save_states(
            SourceState(name=name, next_poll_at=LATER + timedelta(minutes=each))
            for name, each in minutes.items()
        )
    )
    assert names(await take(store, 2)) == [["b/2", "b/1"], ["c/1"]]
    assert names(await take(store)) == [["a/1"]]


async def test_named_sources_are_taken_due_or_not_but_not_from_another(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1", "a/2", "b/1")
    far = SourceState(name="a/2", next_poll_at=LATER + timedelta(days=9), gone=True)
    await one.do(lambda tx: tx.save_states([far]))
    taken = await take(one, names=["a/2", "nobody"])
    assert names(taken) == [["a/2"]]
    assert names(await take(other, names=["a/1", "b/1"])) == [["b/1"]]


async def test_a_lease_ends_by_the_clock_of_the_database_and_goes_to_the_next(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1")
    (taken,) = await take(one)
    make.pass_time(LEASE_SECONDS - 5)
    assert await take(other) == []
    make.pass_time(10)
    (again,) = await take(other)
    assert again.lease.number > taken.lease.number


async def test_a_lease_of_a_clock_that_was_ahead_ends_when_the_clock_is_right(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1")
    await take(one)
    make.pass_time(-9e6)
    assert len(await take(other)) == 1


async def test_nothing_is_written_under_a_lease_that_ended_and_the_caller_is_told(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1")
    (taken,) = await take(one)
    polled = replace(settled(taken, failures=7), without_claims=[document("x").fingerprint])
    make.pass_time(LEASE_SECONDS + 1)
    for ended in ("not taken by another", "taken by another"):
        with pytest.raises(LeaseLostError, match="a: its lease ended"):
            await one.do(lambda tx: tx.settle(taken.lease, [polled], release=True), batched=True)
        assert await one.do(lambda tx: tx.renew([taken.lease])) == [taken.lease], ended
        await one.do(lambda tx: tx.release([taken.lease]))
        state = await one.read(lambda tx: tx.state("a/1"))
        assert (state.failures, state.next_poll_at) == (0, NOW)
        assert await one.read(lambda tx: tx.unseen([document("x").fingerprint])) == {
            document("x").fingerprint
        }
        if ended == "not taken by another":
            (again,) = await take(other)
    await other.do(lambda tx: tx.settle(again.lease, [settled(again)], release=True))


async def test_a_lease_that_ended_keeps_no_other_poll_of_the_batch_from_being_settled(
    make: StoreMake,
) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1", "b/1")
    (lost,) = await take(one, names=["a/1"])
    make.pass_time(LEASE_SECONDS + 1)
    (kept,) = await take(one, names=["b/1"])
    await take(other, names=["a/1"])
    told = await asyncio.gather(
        *(
            one.do(lambda tx, taken=taken: tx.settle(taken.lease, [settled(taken, failures=3)]), batched=True)  # type: ignore[misc]
            for taken in (lost, kept)
        ),
        return_exceptions=True,
    )
    assert [type(each) for each in told] == [LeaseLostError, list]
    assert (await one.read(lambda tx: tx.state("b/1"))).failures == 3


async def test_a_renewed_lease_lasts_its_full_length_again(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1")
    (taken,) = await take(one)
    for _ in range(3):
        make.pass_time(LEASE_SECONDS - 5)
        assert await one.do(lambda tx: tx.renew([taken.lease])) == []
    assert await take(other) == []
    await one.do(lambda tx: tx.settle(taken.lease, [settled(taken)], release=True))


async def test_a_lease_lasts_at_least_as_long_by_the_clock_of_whoever_took_it(make: StoreMake) -> None:
    store = make.open()
    await sync(store, "a/1")
    before = time.monotonic()
    (taken,) = await take(store)
    assert before + LEASE_SECONDS <= taken.lease.until <= time.monotonic() + LEASE_SECONDS
    assert taken.lease.left(taken.lease.until - 60) == 60
    assert taken.lease.left(taken.lease.until + 1) == 0


async def test_seen_states_and_the_next_time_of_a_site_are_settled_together(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1", "a/2")
    (taken,) = await take(one)
    prints = [document(text).fingerprint for text in "xy"]
    first = replace(settled(taken, documents=5), without_claims=prints, new=1, claims=2)
    ((state, new),) = await one.do(lambda tx: tx.settle(taken.lease, [first]))
    assert (new, state.documents, state.claims) == (3, 8, 2)
    assert await take(other) == [], "one of its sources is not settled yet"
    await one.do(lambda tx: tx.settle(taken.lease, [settled(taken, 1)], release=True, pause=40.0))
    assert await one.read(lambda tx: tx.unseen(prints)) == set()
    assert await one.read(lambda tx: tx.state("a/1")) == state
    assert not await other.read(lambda tx: tx.has_due_sites(LATER))
    after = LATER + timedelta(hours=1)
    assert await other.read(lambda tx: tx.has_due_sites(after))
    (again,) = await other.do(lambda tx: tx.take_sites(other.holder, 9, after))
    assert 35 < again.free_in <= 40


async def test_what_is_given_back_is_due_for_all_at_once(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "a/1")
    (taken,) = await take(one)
    await one.do(lambda tx: tx.release([taken.lease]))
    assert names(await take(other)) == [["a/1"]]


async def test_taking_costs_no_more_with_many_sources_and_sites(make: StoreMake) -> None:
    store = make.open()

    async def cost() -> int:
        taken: list[TakenSite] = []

        def work(tx: Transaction) -> int:
            cost = make.cost(tx, lambda: taken.extend(tx.take_sites(store.holder, 1, LATER)))
            tx.release([taken.pop().lease])
            return cost

        return await store.do(work)

    few = [f"s{number}/{one}" for number in range(10) for one in range(2)]
    await sync(store, *few)
    before = await cost()
    await sync(store, *few, *(f"s{number}/{one}" for number in range(500) for one in range(2)))
    many = await cost()
    assert many <= 1.5 * before, (before, many)


# Beliefs: no lease needed, safe to repeat


async def test_a_document_and_all_that_follows_are_kept_or_nothing_is(make: StoreMake) -> None:
    store = make.open()

    def record(tx: Transaction) -> None:
        tx.lock([SUBJECT])
        heard = tx.record_document(document(), NOW, [observation()])
        tx.put_standings(*SUBJECT, [Standing(KEY, BELIEF, NOW)])
        (change,) = tx.add_changes([replace(CHANGE, evidence=tuple(heard))])
        tx.add_delivery(change, HOOK, {"n": 1}, send_at=NOW, now=NOW)

    def fail(tx: Transaction) -> None:
        record(tx)
        raise ZeroDivisionError

    tables = ("documents", "observations", "standings", "changes", "deliveries", "seen")
    for batched in (False, True):
        with pytest.raises(ZeroDivisionError):
            await store.do(fail, batched=batched)
    assert [make.count(table) for table in tables] == [0] * 6
    for _ in range(3):  # repeated, it adds nothing
        await store.do(record)
        assert [make.count(table) for table in tables] == [1] * 6


async def test_whoever_comes_second_with_the_same_content_leaves_its_sighting(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    first = document("same", source="one.example", url="https://one.example/1", id="1")
    second = document("same", source="two.example", url="https://two.example/2", id="2")
    for store in (one, other):  # both looked before either wrote
        assert await store.read(lambda tx: tx.unseen([first.fingerprint])) == {first.fingerprint}
    heard = [
        await store.do(lambda tx, read=read: tx.record_document(read, NOW, [observation()]))  # type: ignore[misc]
        for store, read in ((one, first), (other, second), (other, second))
    ]
    assert [len(each) for each in heard] == [1, 0, 0]
    assert (make.count("documents"), make.count("sightings")) == (1, 1)


async def test_ids_within_a_subject_follow_the_order_of_commits(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    ids: list[int] = []

    def record(text: str) -> Callable[[Transaction], None]:
        def work(tx: Transaction) -> None:
            tx.lock([SUBJECT])
            ids.extend(
                o.id for o in tx.record_document(document(text, id=text, url=""), NOW, [observation()] * 2)
            )

        return work

    for number, store in enumerate([one, other, other, one]):
        await store.do(record(str(number)))
    assert ids == sorted(ids) == list(range(1, 9))
    kept = await one.read(lambda tx: [o.id for o in tx.observations(*SUBJECT)])
    assert sorted(kept) == ids


async def test_an_id_that_was_drawn_is_not_drawn_again_after_rows_are_gone(make: StoreMake) -> None:
    store = make.open()
    await store.do(lambda tx: tx.record_document(document(), NOW, [observation()]))
    (reread,) = await store.do(lambda tx: tx.reread_document(1, NOW, [observation("2024")], "1"))
    (late,) = await store.do(
        lambda tx: tx.record_document(document("late", id="late", url=""), NOW, [observation("2025")])
    )
    assert (reread.id, late.id) == (2, 3)
    assert make.count("readings") == 3


def test_one_transaction_at_a_time_folds_a_subject_whatever_the_order_of_the_subjects(
    make: StoreMake,
) -> None:
    workers, rounds = 4, 8
    other = (KEY.title, Event.TRAILER)
    start = threading.Barrier(workers)
    found: list[tuple[int, int]] = []

    def record(name: str, subjects: list[tuple[str, Event]]) -> Callable[[Transaction], tuple[int, int]]:
        def work(tx: Transaction) -> tuple[int, int]:
            tx.lock(subjects)
            before = len(tx.observations(*SUBJECT))
            (added,) = tx.record_document(document(name, id=name, url=""), NOW, [observation()])
            return before, added.id

        return work

    def run(number: int) -> None:
        subjects = [SUBJECT, other] if number % 2 else [other, SUBJECT]
        with make.elsewhere() as there:
            store = there.open()
            start.wait(30)
            works = [record(f"{number} {each}", subjects) for each in range(rounds)]
            found.extend(asyncio.run(store.do(work)) for work in works)

    threads = [threading.Thread(target=run, args=[number]) for number in range(workers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    found.sort()
    assert [before for before, _ in found] == list(range(workers * rounds)), (
        "each saw all that came before it"
    )
    assert [drawn for _, drawn in found] == sorted(drawn for _, drawn in found)


def test_a_subject_cannot_be_locked_outside_a_transaction(make: StoreMake) -> None:
    ledger = make.open()
    with pytest.raises(RuntimeError):
        asyncio.run(ledger.read(lambda tx: tx.lock([SUBJECT])))


# Deliveries


async def queue(store: Store, count: int = 1) -> list[str]:
    def work(tx: Transaction) -> list[str]:
        return [tx.add_delivery(None, HOOK, {"n": n}, send_at=NOW, now=NOW).id for n in range(count)]

    return await store.do(work)


async def test_there_is_one_sender_a_channel(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await queue(one)
    assert await other.read(lambda tx: tx.due_channels(NOW)) == ["hook"]
    lease = await one.do(lambda tx: tx.take_channel(one.holder, "hook"))
    assert lease is not None
    assert await other.do(lambda tx: tx.take_channel(other.holder, "hook")) is None
    assert await one.do(lambda tx: tx.take_channel(one.holder, "hook")) is None
    assert await other.read(lambda tx: tx.due_channels(NOW)) == []
    assert await other.do(lambda tx: tx.take_channel(other.holder, "desk")) is not None
    make.pass_time(LEASE_SECONDS - 5)
    assert await one.do(lambda tx: tx.renew([lease])) == []
    make.pass_time(LEASE_SECONDS - 5)
    assert await other.do(lambda tx: tx.take_channel(other.holder, "hook")) is None
    await one.do(lambda tx: tx.release([lease]))
    assert await other.do(lambda tx: tx.take_channel(other.holder, "hook")) is not None


WRITES = pytest.mark.parametrize(
    "write",
    [
        lambda tx, lease, ids: tx.mark_attempting(lease, {"m": ids}, NOW),
        lambda tx, lease, ids: tx.mark_delivered(lease, ids, NOW),
        lambda tx, lease, ids: tx.reschedule(lease, ids, LATER, "503"),
        lambda tx, lease, ids: tx.mark_dead(lease, ids, "410"),
    ],
    ids=["mark_attempting", "mark_delivered", "reschedule", "mark_dead"],
)


@WRITES
async def test_what_a_sender_writes_is_fenced_by_its_lease(
    make: StoreMake, write: Callable[..., None]
) -> None:
    one, other = make.open(), make.open()
    ids = await queue(one)
    lease = await one.do(lambda tx: tx.take_channel(one.holder, "hook"))
    make.pass_time(LEASE_SECONDS + 1)
    before = await one.read(lambda tx: list(tx.deliveries()))
    for _ in range(2):
        with pytest.raises(LeaseLostError, match="hook"):
            await one.do(lambda tx: write(tx, lease, ids), durable=True)
        assert await one.read(lambda tx: list(tx.deliveries())) == before
        await other.do(lambda tx: tx.take_channel(other.holder, "hook"))


@WRITES
async def test_what_a_sender_writes_is_fenced_by_the_channel_of_its_lease(
    make: StoreMake, write: Callable[..., None]
) -> None:
    store = make.open()
    ids = await queue(store)
    desk = Channel(name="desk", kind=ChannelKind.CONSOLE, target="")
    foreign = await store.do(lambda tx: tx.add_delivery(None, desk, {"n": 0}, send_at=NOW, now=NOW))
    lease = await store.do(lambda tx: tx.take_channel(store.holder, "hook"))
    before = await store.read(lambda tx: list(tx.deliveries()))
    with pytest.raises(LeaseLostError, match="hook: its lease is not for channel desk"):
        await store.do(lambda tx: write(tx, lease, [*ids, foreign.id]), durable=True)
    assert await store.read(lambda tx: list(tx.deliveries())) == before
    await store.do(lambda tx: write(tx, lease, ids), durable=True)
    assert await store.read(lambda tx: list(tx.deliveries())) != before


async def test_a_channel_is_taken_and_given_back_with_what_is_written_under_its_lease(
    make: StoreMake,
) -> None:
    one, other = make.open(), make.open()
    ids = await queue(one)

    def take(tx: Transaction) -> Lease:
        lease = tx.take_channel(one.holder, "hook")
        assert lease is not None
        tx.mark_attempting(lease, {"m": ids}, NOW)
        return lease

    def fail(tx: Transaction) -> None:
        take(tx)
        raise ZeroDivisionError

    def settle(tx: Transaction) -> None:
        tx.mark_delivered(lease, ids, NOW)
        tx.release([lease])

    with pytest.raises(ZeroDivisionError):
        await one.do(fail, durable=True)
    assert await other.read(lambda tx: tx.due_channels(NOW)) == ["hook"]
    lease = await one.do(take, durable=True)
    assert await other.do(lambda tx: tx.take_channel(other.holder, "hook")) is None
    await one.do(settle)
    again = await other.do(lambda tx: tx.take_channel(other.holder, "hook"))
    assert again is not None
    assert again.number > lease.number


async def test_a_channel_and_a_site_of_one_name_are_leased_apart(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    await sync(one, "hook/1")
    (taken,) = await take(one)
    lease = await one.do(lambda tx: tx.take_channel(one.holder, "hook"))
    assert lease is not None
    await one.do(lambda tx: tx.release([lease]))
    assert await take(other) == []
    assert await one.do(lambda tx: tx.renew([taken.lease, lease])) == [lease]


async def test_an_attempt_is_refused_where_it_would_not_be_on_the_disk(make: StoreMake) -> None:
    store = make.open()
    ids = await queue(store)
    lease = await store.do(lambda tx: tx.take_channel(store.holder, "hook"))
    assert lease is not None
    with pytest.raises(RuntimeError, match="durable"):
        await store.do(lambda tx: tx.mark_attempting(lease, {"m": ids}, NOW))
    await store.do(lambda tx: tx.mark_attempting(lease, {"m": ids}, NOW), durable=True)
    await store.do(lambda tx: tx.mark_delivered(lease, ids, NOW))
    (sent,) = await store.read(lambda tx: list(tx.deliveries()))
    assert (sent.state, sent.message, sent.attempted_at) == (DeliveryState.DELIVERED, "m", NOW)


# Duties, and what all share of a site


async def test_a_duty_is_done_once_for_all_in_each_span(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    every = timedelta(minutes=1)

    async def taken(minutes: float) -> list[bool]:
        at = NOW + timedelta(minutes=minutes)
        return [
            await store.do(lambda tx: tx.take_duty("silence", every, at)) for store in (other, one, other)
        ]

    assert await taken(0) == [True, False, False]
    assert await taken(0.9) == [False] * 3
    assert await taken(1) == [True, False, False]
    assert await taken(-9000) == [True, False, False], "the clock was ahead"
    assert await one.do(lambda tx: tx.take_duty("overdue", every, NOW))


async def test_what_a_site_asked_for_is_shared_by_all(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    origin = "https://www.a.example"
    assert (await other.read(lambda tx: tx.site(origin, "a", NOW))).robots is None
    robots = RobotsFile(b"User-agent: *\nDisallow: /x", NOW, LATER)
    await one.do(lambda tx: tx.keep_robots(origin, robots))
    await one.do(lambda tx: tx.keep_rest("site a", LATER, NOW))
    await sync(one, "a/1")
    (taken,) = await take(one, names=["a/1"])
    await one.do(lambda tx: tx.settle(taken.lease, [settled(taken)], release=True, pause=9.0))
    known = await other.read(lambda tx: tx.site(origin, "a", NOW))
    assert (known.robots, known.barred_until) == (robots, LATER)
    assert 5 < known.free_in <= 9
    (again,) = await other.do(lambda tx: tx.take_sites(other.holder, 1, NOW, names=["a/1"]))
    assert again.barred_until == LATER


# Retention


AGE = timedelta(days=90)


async def read_body(store: Store, name: str, prints: list[str], at: datetime, **fields: object) -> None:
    """Settle a poll of `name` at a time whose body lists `prints`, none of which claims anything."""

    def work(tx: Transaction) -> None:
        (taken,) = tx.take_sites(store.holder, 1, at, names=[name])
        state = replace(taken.sources[0][1], last_poll_at=at, last_success_at=at, **fields)  # type: ignore[arg-type]
        tx.settle(taken.lease, [PolledState(state, prints, listed=prints)], release=True)

    await store.do(work)


async def prune(store: Store, at: datetime) -> Pruning:
    pruning = Pruning(at - AGE)
    while not pruning.is_done:
        pruning = await store.do(lambda tx, pruning=pruning: tx.prune(pruning, at))  # type: ignore[misc]
    return pruning


async def unseen(store: Store, *prints: str) -> set[str]:
    return await store.read(lambda tx: tx.unseen(prints))


async def test_what_a_source_lists_stays_read_and_what_it_lists_no_more_goes_when_it_is_old(
    make: StoreMake,
) -> None:
    store = make.open()
    await sync(store, "a/1", "b/1")
    stays, leaves, shared = (document(text).fingerprint for text in ("stays", "leaves", "shared"))
    await read_body(store, "a/1", [stays, leaves, shared], NOW)
    await read_body(store, "b/1", [shared], NOW)
    assert (await prune(store, NOW + 2 * AGE)).marks == 0, "unchanged for half a year, and listed"
    left = NOW + 2 * AGE
    await read_body(store, "a/1", [stays], left)
    assert (await prune(store, left + AGE)).marks == 0, "not older than that"
    assert (await prune(store, left + 2 * AGE)).marks == 1
    assert await unseen(store, stays, leaves, shared) == {leaves}


async def test_content_that_claims_something_stays_read_for_ever(make: StoreMake) -> None:
    store = make.open()
    await store.do(lambda tx: tx.record_document(document(), NOW, [observation()]))
    await prune(store, NOW + 9 * AGE)
    assert await unseen(store, document().fingerprint) == set()
    assert [make.count(table) for table in ("documents", "observations", "claims")] == [1, 1, 1]


async def test_what_is_not_dated_is_as_old_as_the_first_pruning_that_meets_it(make: StoreMake) -> None:
    store = make.open()
    mark = document("undated").fingerprint
    await store.do(lambda tx: tx.mark_seen([mark]))
    await prune(store, NOW)
    await prune(store, NOW + AGE)
    assert await unseen(store, mark) == set()
    await prune(store, NOW + AGE + timedelta(days=1))
    assert await unseen(store, mark) == {mark}


async def test_nothing_is_forgotten_while_it_is_not_known_what_a_source_lists(make: StoreMake) -> None:
    store = make.open()
    await sync(store, "a/1", "b/1")
    mark = document("x").fingerprint
    known = SourceState(
        name="a/1", next_poll_at=NOW, last_success_at=NOW, validators=Validators("u", "etag", "date", "hash")
    )
    await store.do(lambda tx: tx.save_states([known]))
    await store.do(lambda tx: tx.mark_seen([mark], NOW))
    assert (await prune(store, NOW + 2 * AGE)).marks == 0
    state = await store.read(lambda tx: tx.state("a/1"))
    assert state.validators == Validators("u"), "the next poll reads its body whole"
    await read_body(store, "a/1", [], NOW + 2 * AGE)
    assert (await prune(store, NOW + 2 * AGE)).marks == 1


async def test_a_source_that_returns_after_so_long_begins_as_a_new_one(make: StoreMake) -> None:
    store = make.open()
    await sync(store, "a/1", "b/1")
    for name in ("a/1", "b/1"):
        await read_body(store, name, [document(name).fingerprint], NOW, baseline=False)
    await sync(store, "b/1")
    await prune(store, NOW + AGE)
    assert not (await store.read(lambda tx: tx.state("a/1"))).baseline
    for ages in (2, 3):
        await prune(store, NOW + ages * AGE)
    assert await unseen(store, *(document(name).fingerprint for name in ("a/1", "b/1"))) == {
        document("a/1").fingerprint
    }
    await sync(store, "a/1", "b/1")
    states = [await store.read(lambda tx, name=name: tx.state(name)) for name in ("a/1", "b/1")]  # type: ignore[misc]
    assert [state.baseline for state in states] == [True, False]


async def test_of_old_alerts_it_is_kept_that_they_were_sent_and_they_are_not_sent_again(
    make: StoreMake,
) -> None:
    store = make.open()
    alert = {"type": "release.released", "data": {"change": "released", "title": "Alan Wake 2", "sentence": "It is out.", "evidence": [{"quote": "x" * 400}]}}  # fmt: skip

    def add(tx: Transaction) -> list[Delivery]:
        (change,) = tx.add_changes([CHANGE])
        queued: list[tuple[Change | None, dict[str, Any]]] = [
            (change, alert),
            (None, {"data": {"title": "a notice"}}),
            (None, {**alert, "n": 1}),
            (None, {**alert, "n": 2}),
        ]
        return [tx.add_delivery(each, HOOK, body, send_at=NOW, now=NOW) for each, body in queued]

    sent, notice, dead, pending = [each.id for each in await store.do(add)]

    def send(tx: Transaction) -> None:
        lease = tx.take_channel(store.holder, "hook")
        assert lease is not None
        tx.mark_delivered(lease, [sent, notice], NOW)
        tx.mark_dead(lease, [dead], "410")
        tx.release([lease])

    await store.do(send)
    before = {each.id: each for each in await store.read(lambda tx: list(tx.deliveries()))}
    assert (await prune(store, NOW + AGE)).alerts == 0
    assert (await prune(store, NOW + AGE + timedelta(seconds=1))).alerts == 1
    assert (await prune(store, NOW + 2 * AGE)).alerts == 0
    await store.do(add)
    after = {each.id: each for each in await store.read(lambda tx: list(tx.deliveries()))}
    assert {each: one for each, one in after.items() if one != before[each]}.keys() == {sent}
    short = json.loads(after[sent].body)
    assert short == {"type": "release.released", "data": {"title": "Alan Wake 2", "change": "released", "sentence": "It is out."}, "shortened": True}  # fmt: skip
    assert replace(after[sent], body=before[sent].body) == before[sent]
    with pytest.raises(NotFoundError, match=rf"the text of delivery {sent} is not kept any more"):
        await store.do(lambda tx: tx.retry([dead, sent], LATER))
    assert await store.read(lambda tx: [each.id for each in tx.due_deliveries(LATER)]) == [pending]
    await store.do(lambda tx: tx.retry([dead], LATER))


async def test_old_tracebacks_go(make: StoreMake) -> None:
    store = make.open()
    for number, at in enumerate((NOW, NOW + AGE)):
        await store.do(lambda tx, n=number, at=at: tx.add_bug("a/1", None, f"KeyError {n}", at))  # type: ignore[misc]
    assert (await prune(store, NOW + 1.5 * AGE)).bugs == 1
    assert make.count("bugs") == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(["a/1", "a/2", "b/1"]), st.sets(st.integers(0, 7))),
            st.tuples(st.just("days"), st.integers(1, 200)),
            st.tuples(st.just("prune"), st.integers(1, 9)),
        ),
        min_size=4,
        max_size=40,
    )
)
def test_whatever_is_pruned_when_an_entry_that_is_listed_stays_read(
    makes: Callable[[], StoreMake], steps: list[tuple[str, Any]]
) -> None:
    assert len(steps) >= 4
    make = makes()
    prints = [document(f"entry {number}").fingerprint for number in range(8)]

    async def run() -> None:
        store = make.open()
        await sync(store, "a/1", "a/2", "b/1")
        at, listed, pruning = NOW, dict[str, set[int]](), Pruning(NOW - AGE)
        for what, value in steps:
            if what == "days":
                at += timedelta(days=value)
            elif what == "prune":  # so many transactions of it, perhaps to be continued after polls and days
                for _ in range(value):
                    pruning = Pruning(at - AGE) if pruning.is_done else pruning
                    pruning = await store.do(lambda tx: tx.prune(pruning, at))  # noqa: B023 - run at once
            else:
                # A real poll looks first, and lists afterwards what it had found to be read.
                await read_body(store, what, [prints[number] for number in value], at)
                listed[what] = value
            alive = {prints[number] for numbers in listed.values() for number in numbers}
            assert await unseen(store, *alive) == set()

    asyncio.run(run())


# Transactions


async def test_work_is_run_again_after_a_lock_was_lost_and_its_first_run_leaves_nothing(
    make: StoreMake,
) -> None:
    store = make.open()
    assert await store.do(make.lose(1)) == 2
    assert make.count("seen") == 1
    with pytest.raises(LockedError):
        await store.do(make.lose(9))
    assert make.count("seen") == 1


async def test_a_batch_is_one_commit_and_each_gets_its_own_result(make: StoreMake) -> None:
    store = make.open()
    prints = [document(str(number)).fingerprint for number in range(5)]

    def fail(_: Transaction) -> int:
        raise KeyError("a bug")

    works: list[Callable[[Transaction], int]] = [
        *(lambda tx, one=one: tx.mark_seen([one, prints[0]]) for one in prints[1:]),
        fail,
    ]
    with store.expecting():
        done = await asyncio.gather(*(store.do(each, batched=True) for each in works), return_exceptions=True)
    assert done[:4] == [2, 1, 1, 1]
    assert isinstance(done[4], KeyError)
    assert make.count("seen") == 5


async def test_a_listing_is_read_in_pages_and_holds_no_snapshot(make: StoreMake) -> None:
    one, other = make.open(), make.open()
    for number in range(5):
        await one.do(lambda tx, n=number: tx.record_document(document(str(n), id=str(n), url=""), NOW, []))  # type: ignore[misc]
    pages: list[int] = []

    def page(tx: Transaction, last: tuple[int, object] | None) -> list[tuple[int, object]]:
        found = tx.documents_after(0 if last is None else last[0], 2)
        pages.append(len(found))
        return list(found)

    seen = []
    async for number, _ in one.look(page):
        seen.append(number)
        if number == 1:
            await other.do(lambda tx: tx.record_document(document("new", id="new", url=""), NOW, []))
    assert seen == [1, 2, 3, 4, 5, 6]
    assert pages == [2, 2, 2, 0]


async def test_no_two_stores_have_the_same_holder(make: StoreMake) -> None:
    assert len({make.open().holder for _ in range(5)}) == 5
