"""`monitor serve` on a ledger of 1,000,000 claims in 2,000 works: every bar of the page with its figure.

    .venv/bin/python bench/serving.py LEDGER.db [--only pages|daemon|upgrade]

LEDGER.db is made where it is not there (a minute and 1.3 GB); `daemon` works on a copy of it, `upgrade` makes one of the schema
before and upgrades it. Times of pages are those that the server says of itself (Server-Timing): by the clock, and of CPU, which
a busy machine stretches less.
"""

from __future__ import annotations

import argparse
import gzip
import http.cookiejar
import json
import random
import re
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench import beside, reviewing
from bench.ledgers import BIG_WORKS, make, titles
from bench.polling import bar
from monitor.ledger import Ledger

WORKS = 2_000
TIMES = 60
BARS = {
    "page": 50,
    "answer": 150,
    "memory": 90,
    "start": 1,
    "sent": 60,
    "upgrade": 60,
    "polls": 95,
    "commits": 2,
}
PARTS = ("pages", "daemon", "upgrade")


class Client:
    """Asks the page as one browser does."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _NoRedirect)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[str, float, float, int]:
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(f"{self.address}{path}", data=data)  # noqa: S310 - our own page
        request.add_header("Accept-Encoding", "gzip")
        if form is not None:
            request.add_header("Origin", self.address)
        try:
            response = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            if error.code != 303:
                raise
            response = error
        body = response.read()
        timing = re.findall(r"dur=([\d.]+)", response.headers.get("Server-Timing", "dur=0, dur=0"))
        sent = len(body)
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return body.decode(), float(timing[0]), float(timing[1]), sent


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def percentile(values: list[float], share: float = 0.95) -> float:
    return sorted(values)[max(0, int(len(values) * share) - 1)]


def main(ledger: Path, parts: tuple[str, ...] = PARTS) -> None:
    if not ledger.exists():
        made(ledger)
        reviewing.fold(ledger, titles(WORKS)[: BIG_WORKS + 20])
    Ledger.open(ledger, checkpoint=True).close()  # it may be of an earlier commit
    if "pages" in parts:
        serve(ledger)
    if "daemon" in parts:
        polls, commits = beside.run(ledger)
        bar("polls a second while ten read, of alone", 100 * polls, BARS["polls"], "%", least=True)
        bar("commits while ten read, p99, times alone", commits, BARS["commits"], "x")
    if "upgrade" in parts:
        with tempfile.TemporaryDirectory(prefix="monitor-bench-", dir=ledger.parent) as folder:
            bar("upgrade from the schema before", made(Path(folder) / "older.db"), BARS["upgrade"], "s")


def made(ledger: Path) -> float:
    """Make a ledger of the schema before, upgrade it, and return how many seconds the upgrade took."""
    make(ledger, works=WORKS)
    return reviewing.upgrade(ledger)


def serve(ledger: Path) -> None:
    config = ledger.with_name("sources.yaml")
    names = titles(WORKS)
    written = {"watch": [{"title": title} for title in names], "channels": ["console"]}
    config.write_text(json.dumps(written), encoding="utf-8")
    started = time.perf_counter()
    with beside.page(ledger, config) as (address, process):
        took, used = time.perf_counter() - started, cpu_seconds(process)
        client = Client(address)
        measure_pages(client, names)
        measure_answers(client)
        print(f"start: {used:.2f} s of CPU")
        bar("start", took, BARS["start"], "s")
        bar("memory after all of these, at its most", memory(process), BARS["memory"], "MB")


def measure_pages(client: Client, names: list[str]) -> None:
    chosen = random.Random(7)
    slugs = {}
    for title in names[:BIG_WORKS] + chosen.sample(names[BIG_WORKS + 20 :], 20):
        found = re.findall(
            r'href="/works/([^"/?]+)"', client.ask(f"/search?q={urllib.parse.quote(title)}")[0]
        )
        if found:
            slugs[title] = found[0]
    big = [slugs[title] for title in names[:BIG_WORKS] if title in slugs]
    others = [slug for slug in slugs.values() if slug not in big]
    words = [title.split()[0] for title in names]
    pages = {
        "/": lambda: "/",
        "a work of 2,000 observations": lambda: f"/works/{chosen.choice(big)}",
        "a work not folded since an upgrade": lambda: f"/works/{chosen.choice(others)}",
        "/review": lambda: "/review",
        "/search": lambda: f"/search?q={urllib.parse.quote(chosen.choice(words))}",
        "/changes": lambda: "/changes",
        "/sources": lambda: "/sources",
        "/deliveries": lambda: "/deliveries",
        "/claims/…": lambda: f"/claims/{chosen.randrange(1, 900_000)}",
    }
    largest, foreign, texts = 0, set(), []
    for name, path in pages.items():
        text = client.ask(path())[0]
        texts.append(text)
        answers = [client.ask(path())[1:] for _ in range(TIMES)]
        timed(name, answers, BARS["page"])
        largest = max(largest, *(size for *_, size in answers))
    for text in texts:
        # What a browser asks for by itself; a link is followed by a person.
        asked = re.findall(r'<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc="([^"]+)"', text)
        asked += re.findall(r'<link rel="(?:stylesheet|icon|preload)"[^>]*href="([^"]+)"', text)
        foreign |= {each for each in asked if not each.startswith("/")}
    statics = re.findall(r'(?:src|href)="(/static/[^"]+)"', texts[0])
    sent = sum(client.ask(path)[3] for path in statics)
    bar("the largest page with script and style, gzipped", (largest + sent) / 1000, BARS["sent"], "kB")
    bar("requests to other hosts", len(foreign), 0, "")


def measure_answers(client: Client) -> None:
    text = client.ask("/review?cause=all")[0]
    waiting = dict.fromkeys(re.findall(r'action="/claims/(\d+)/judge"|[?&;]at=(\d+)', text))
    claims = [one or other for one, other in waiting]
    # Nothing is remembered of what was not opened yet: the page works out both answers.
    timed(
        "preview of both answers, in /review",
        [client.ask(f"/review?at={each}")[1:] for each in claims],
        BARS["answer"],
    )
    answers = []
    for _ in range(20):
        text = client.ask("/review")[0]
        form = {name: re.findall(rf'name="{name}" value="([^"]*)"', text)[0] for name in ("token", "version")}
        claim = re.findall(r'action="/claims/(\d+)/judge"', text)[0]
        form |= {"answer": "dismiss", "back": "/review"}
        answers.append(client.ask(f"/claims/{claim}/judge", form)[1:])
    timed("verdict", answers, BARS["answer"])


def timed(name: str, asked: list[tuple[float, float, int]], most: int) -> None:
    """Print the CPU time of an answer, and hold the time by the clock to its bar."""
    walls, cpus = [each[0] for each in asked], [each[1] for each in asked]
    print(
        f"{name}: {len(asked)} times, p95 {percentile(cpus):.1f} ms of CPU, median {percentile(cpus, 0.5):.1f}"
    )
    bar(f"{name}, p95", percentile(walls), most, "ms")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def memory(pid: int) -> float:
    return (
        int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))[0]) / 1024
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--only", choices=PARTS, action="append")
    given = parser.parse_args()
    main(given.ledger, tuple(given.only or PARTS))
