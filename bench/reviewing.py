"""The read model on a ledger of 1,000,000 claims in 2,000 works: the upgrade of the schema before, and each page and command.

Times are those of this process (CPU) and of the clock beside it: on a busy machine the second says more of the machine.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.ledgers import BIG_WORKS, NOW, make, titles
from monitor import reconcile
from monitor.config import Config
from monitor.ledger import Ledger, SqliteStore
from monitor.model import Certainty, Channel, ChannelKind, Event, VerdictKind, Work
from monitor.recording import Recorder, adopt_rules
from monitor.review import Review
from monitor.review.views import ClaimFilter, Correction

CLAIMS = 1_000_000
WORKS = 2_000
BARS = {"pages": 50, "commands": 150, "upgrade": 60}


def run(_shared: Path, *, claims: int = CLAIMS, works: int = WORKS, kept: Path | None = None) -> None:
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        path = Path(folder) / "ledger.db"
        if kept is None:
            make(path, claims=claims, works=works)
            upgrade(path)
        else:
            shutil.copy(kept, path)
        measure(path, works)


def upgrade(path: Path) -> float:
    """Upgrade a ledger of the schema before; print and return how many seconds that took."""
    started, used = time.perf_counter(), time.process_time()
    with Ledger.open(path, checkpoint=True) as ledger:
        ledger.keep_rules(reconcile.RULES)
        adopt_rules(SqliteStore(ledger).run)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    print(f"upgrade: {cpu:.1f} s of CPU, {wall:.1f} s by the clock (bar {BARS['upgrade']} s)", flush=True)
    return wall


def measure(path: Path, works: int) -> None:
    chosen = random.Random(3)
    names = titles(works)
    config = Config(
        Path("sources.yaml"),
        watch=tuple(Work(title) for title in names),
        channels=(Channel(name="hook", kind=ChannelKind.WEBHOOK, target="https://hooks.example/"),),
    )
    fold(path, names[: BIG_WORKS + 20])
    review = Review(path, config, clock=lambda: NOW)
    slugs = {title: review.work_of(title).slug for title in names}
    words = [name.split()[0] for name in names]
    pages: dict[str, Callable[[], object]] = {
        "home": review.home,
        "work of 2,000 observations": lambda: review.work(slugs[chosen.choice(names[:BIG_WORKS])]),
        "work": lambda: review.work(slugs[chosen.choice(names[BIG_WORKS : BIG_WORKS + 20])]),
        "work that was not folded since the upgrade": lambda: review.work(slugs[chosen.choice(names[100:])]),
        "queue": review.queue,
        "queue of a work": lambda: review.queue(ClaimFilter(titles=(chosen.choice(names),))),
        "search, two words": lambda: review.search(f"{chosen.choice(words)} {chosen.choice(words)}"),
        "search, a common word": lambda: review.search(chosen.choice(words)),
        "search, a pair of kana": lambda: review.search("灯台"),
        "claims": review.claims,
        "claims, rumoured": lambda: review.claims(ClaimFilter(certainty=Certainty.RUMOURED)),
        "claims, in Korean": lambda: review.claims(ClaimFilter(lang="ko")),
        "claims of a work": lambda: review.claims(ClaimFilter(titles=(chosen.choice(names),))),
        "changes": review.changes,
        "deliveries": review.deliveries,
        "claim": lambda: review.claim(chosen.randrange(1, 900_000)),
    }
    for name, page in pages.items():
        told(name, page, BARS["pages"])

    some = [row.card for row in review.queue(limit=400, previews=0).page.rows]
    told(
        "preview",
        lambda: review.judge(chosen.choice(some).id, VerdictKind.CONFIRMED, actor="bench", preview=True),
        BARS["commands"],
    )
    told(
        "verdict",
        lambda: review.judge(some.pop().id, VerdictKind.DISMISSED, actor="bench"),
        BARS["commands"],
        times=60,
    )
    judged = [view.claim for view in review.queue(limit=1, previews=0).judged]
    told(
        "undo, preview",
        lambda: review.undo(chosen.choice(judged), actor="bench", preview=True),
        BARS["commands"],
    )

    def correct() -> None:
        card = chosen.choice(some)
        reading = replace(Correction.of(card.claim), scope=("Switch",))
        review.correct(card.id, reading, actor="bench", preview=True)

    told("correct, preview", correct, BARS["commands"])


def fold(path: Path, names: Sequence[str]) -> None:
    """Fold works as the daemon does in the background after an upgrade."""
    recorder = Recorder({}, ())
    with Ledger.open(path, checkpoint=True) as ledger:
        for title in names:
            for event in Event:
                with ledger.transaction():
                    recorder.revise(ledger, title, event, now=NOW, baseline=True)


def told(name: str, work: Callable[[], object], bar: int, *, times: int = 100) -> None:
    work()
    walls, cpus = [], []
    for _ in range(times):
        started, used = time.perf_counter(), time.process_time()
        work()
        walls.append((time.perf_counter() - started) * 1000)
        cpus.append((time.process_time() - used) * 1000)
    wall, cpu = (sorted(each)[int(len(each) * 0.95) - 1] for each in (walls, cpus))
    median = sorted(cpus)[len(cpus) // 2]
    print(
        f"{name}: p95 {cpu:.1f} ms of CPU, median {median:.1f}; {wall:.1f} ms by the clock (bar {bar} ms)",
        flush=True,
    )
