"""`monitor serve` on a ledger of 1,000,000 claims in 2,000 works: start, memory, the time of each page, and how much is sent.

    .venv/bin/python bench/serving.py LEDGER.db      the ledger that `bench/reviewing.py` makes

Times are those that the server says of itself (Server-Timing): by the clock, and of CPU, which a busy machine does not stretch.
"""

from __future__ import annotations

import gzip
import http.cookiejar
import json
import random
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.ledgers import BIG_WORKS, titles

WORKS = 2_000
TIMES = 60
BARS = {"page": 50, "answer": 150}


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


def main(ledger: Path) -> None:
    config = ledger.with_name("sources.yaml")
    names = titles(WORKS)
    config.write_text(
        json.dumps({"watch": [{"title": title} for title in names], "channels": ["console"]}),
        encoding="utf-8",
    )
    started = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "monitor",
        "serve",
        "--bind",
        "127.0.0.1:0",
        "--db",
        str(ledger),
        "--config",
        str(config),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = re.findall(r"http://[\d.:]+", process.stdout.readline())[0]
            used = cpu_seconds(process.pid)
            print(
                f"start: {used:.2f} s of CPU, {time.perf_counter() - started:.2f} s by the clock (bar 1 s)",
                flush=True,
            )
            measure(Client(address), names)
            print(f"memory: {memory(process.pid):.0f} MB resident (bar 90 MB)", flush=True)
        finally:
            process.kill()


def measure(client: Client, names: list[str]) -> None:
    chosen = random.Random(7)
    slugs = {}
    for title in names[:BIG_WORKS] + chosen.sample(names, 20):
        found = re.findall(
            r'href="/works/([^"/?]+)"', client.ask(f"/search?q={urllib.parse.quote(title)}")[0]
        )
        if found:
            slugs[title] = found[0]
    big = [slugs[title] for title in names[:BIG_WORKS] if title in slugs]
    words = [title.split()[0] for title in names]
    pages = {
        "/": lambda: "/",
        "a work of 2,000 observations": lambda: f"/works/{chosen.choice(big)}",
        "a work": lambda: f"/works/{chosen.choice(list(slugs.values()))}",
        "/review": lambda: "/review",
        "/search": lambda: f"/search?q={urllib.parse.quote(chosen.choice(words))}",
        "/changes": lambda: "/changes",
        "/claims/…": lambda: f"/claims/{chosen.randrange(1, 900_000)}",
    }
    for name, path in pages.items():
        walls, cpus, sent = [], [], 0
        client.ask(path())
        for _ in range(TIMES):
            _, wall, cpu, size = client.ask(path())
            walls.append(wall)
            cpus.append(cpu)
            sent = max(sent, size)
        print(
            f"{name}: p95 {percentile(cpus):.1f} ms of CPU, {percentile(walls):.1f} by the clock (bar {BARS['page']}), {sent / 1000:.1f} kB compressed",
            flush=True,
        )
    text = client.ask("/review")[0]
    statics = re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
    sent = sum(client.ask(path)[3] for path in statics)
    print(f"script, style and icon: {sent / 1000:.1f} kB compressed", flush=True)
    cpus = []
    for _ in range(20):
        text = client.ask("/review")[0]
        form = {name: re.findall(rf'name="{name}" value="([^"]*)"', text)[0] for name in ("token", "version")}
        claim = re.findall(r'action="/claims/(\d+)/judge"', text)[0]
        _, wall, cpu, _ = client.ask(
            f"/claims/{claim}/judge", {**form, "answer": "dismiss", "back": "/review"}
        )
        cpus.append(cpu)
    print(f"verdict: p95 {percentile(cpus):.1f} ms of CPU (bar {BARS['answer']})", flush=True)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def memory(pid: int) -> float:
    return (
        int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))[0]) / 1024
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
