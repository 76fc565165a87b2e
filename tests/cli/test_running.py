"""poll and run, against a real site on loopback."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.archives import WATCH, WORK
from tests.cli.conftest import Run
from tests.cli.test_main import MONITOR, environment

FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>http://news.example/</link><language>en</language>
<item><guid>1</guid><title>{WORK} is dated</title><pubDate>Thu, 10 Aug 2023 14:00:00 GMT</pubDate>
<description>Northlight confirmed that {WORK} will be released on October 17, 2023.</description></item></channel></rss>"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/feed.xml"
        body = FEED.encode() if found else b"no"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/rss+xml" if found else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def configure(folder: Path, site: str, *paths: str) -> None:
    sources = "".join(
        f"  - feed: {site}/{path}\n    name: {path}\n    allow_private: true\n    pause: 1s\n"
        for path in paths
    )
    (folder / "sources.yaml").write_text(f"{WATCH}sources:\n{sources}channels: [console]\n")


def test_a_poll_reads_every_source_and_fails_with_those_that_fail(own_folders: Path, site: str) -> None:
    configure(own_folders, site, "feed.xml", "missing.xml")
    ran = subprocess.run(
        [*MONITOR, "poll", "--db", "m.db"],
        cwd=own_folders, env=environment(own_folders), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    assert "monitor: missing.xml: " in ran.stderr
    assert "404" in ran.stderr
    assert "2 sources polled, 1 new document, 1 claim, 0 changes, 1 failed." in ran.stdout
    assert "the first pass" in ran.stdout


def test_a_poll_of_one_source_asks_no_other(own_folders: Path, site: str, run: Run) -> None:
    configure(own_folders, site, "feed.xml", "missing.xml")
    ran = run("poll", "feed.xml", "--db", "m.db")
    assert ran.code == 0, ran.err
    states = {row["name"]: row["state"] for row in run("sources", "--db", "m.db", "--format", "json").rows}
    assert states == {"feed.xml": "ok", "missing.xml": "new"}


def test_a_source_that_is_not_configured_is_wrong_usage(own_folders: Path, run: Run) -> None:
    configure(own_folders, "http://127.0.0.1:1", "feed.xml")
    ran = run("poll", "feeds.xml", "--db", "m.db")
    assert ran.code == 2
    assert "did you mean 'feed.xml'?" in ran.err
    assert not (own_folders / "m.db").exists()


def test_sources_are_named_by_a_part_of_their_names_each_once(own_folders: Path, site: str, run: Run) -> None:
    configure(own_folders, site, "feed.xml", "missing.xml")
    ran = run("poll", "FEED", "feed.xml", "--db", "m.db")
    assert (ran.code, ran.err) == (0, "")
    assert "1 source polled" in ran.out


def test_polling_nothing_says_so(own_folders: Path, run: Run) -> None:
    (own_folders / "sources.yaml").write_text(WATCH)
    ran = run("poll", "--db", "m.db")
    assert (ran.code, ran.out) == (0, "There are no sources yet: add them to the configuration.\n")


def test_the_daemon_polls_and_ends_well_when_it_is_told_to(own_folders: Path, site: str, run: Run) -> None:
    configure(own_folders, site, "feed.xml")
    with subprocess.Popen(
        [*MONITOR, "run", "--db", "m.db"],
        cwd=own_folders, env=environment(own_folders), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr
        told = ""
        while "first pass" not in told and process.poll() is None:
            told = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=30)
    assert process.returncode == 0, told + rest
    assert "Traceback" not in rest
    assert len(run("claims", "--db", "m.db", "--format", "json").rows) == 1
