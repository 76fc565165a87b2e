"""A web of hostile servers against one running daemon: it stays up and small, says of each in one line what is wrong, and delays nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import json
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from monitor.errors import ParseError
from monitor.extract import Extractor
from monitor.ledger import Ledger
from monitor.model import Fetched, SourceKind, SourceState, Validators, Work
from monitor.workers.worker import read
from tests.builders import NOW, source
from tests.fakes_daemon import program
from tests.fakes_hostile import AGAIN, HANGING, HONEST, INPUTS, SECRET, open_web
from tests.waiting import until

# Some twenty of them send a body of up to 10 MiB at once, of which the daemon holds 32 MiB; a reader makes a tree of one.
_MOST_DAEMON_MIB = 250
_MOST_READER_MIB = 400
_CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n", "\t"}
_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass
class Ran:
    """What a daemon left behind after all hostile answers."""

    database: Path
    config: Path
    sources: dict[str, dict[str, Any]]
    peaks: dict[str, float]
    code: int
    log: str
    leaks: int
    honest_while_hanging: dict[str, int]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return asyncio.run(_run(tmp_path_factory.mktemp("hostile")))


async def _run(folder: Path) -> Ran:
    database, config = folder / "monitor.db", folder / "sources.yaml"
    async with open_web(folder / "secret.txt") as web:
        config.write_text(
            json.dumps({"watch": [{"title": "Alan Wake 2"}], "sources": web.sources()}), encoding="utf-8"
        )
        arguments = "tests.fakes_hostile", str(config), str(database)
        async with program(*arguments, log=folder / "log") as daemon:
            with contextlib.suppress(TimeoutError):  # a test says what of it failed
                async with asyncio.timeout(60):
                    await web.asked_again.wait()
            await until(lambda: all(each.last_poll_at for each in _states(database).values()), folder)
            states = _states(database)
            peaks = _peaks(daemon.pid)
            daemon.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(daemon.wait(), 20)
    assert set(states) >= set(INPUTS)
    rows = json.loads(_told("sources", "--db", str(database), "--config", str(config), "--format", "json"))
    log = (folder / "log").read_text(encoding="utf-8")
    return Ran(
        database, config, {row["name"]: row for row in rows}, peaks, code, log, web.leaks, web.asked_meanwhile
    )


def _states(database: Path) -> dict[str, SourceState]:
    with Ledger.open(database, read_only=True) as ledger:
        return {row.state.name: row.state for row in ledger.sources()}


def _peaks(daemon: int) -> dict[str, float]:
    """Return the most memory that the daemon and its readers ever had, in MiB."""
    found = {"daemon": _peak(daemon)}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            stat = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(stat[1]) == daemon:
                found[f"reader {entry.name}"] = _peak(int(entry.name))
    return found


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int((lines.get("VmHWM") or lines["VmRSS"]).split()[0]) / 1024


def _told(*arguments: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(arguments) == 0
    return out.getvalue()


def test_the_daemon_stays_up_and_ends_well(ran: Ran) -> None:
    assert ran.code == 0, ran.log
    assert "Traceback" not in ran.log
    assert "a bug of ours" not in ran.log


def test_its_memory_stays_under_a_bound(ran: Ran) -> None:
    assert len(ran.peaks) > 1
    for process, peak in ran.peaks.items():
        assert peak < (_MOST_DAEMON_MIB if process == "daemon" else _MOST_READER_MIB), ran.peaks


@pytest.mark.parametrize("name", INPUTS)
def test_each_is_one_line_that_says_what_is_wrong(name: str, ran: Ran) -> None:
    row, wanted = ran.sources[name], INPUTS[name]
    line = row["error"] or ""
    assert (row["state"], wanted.line in line) == (wanted.state, True), row
    assert line.isprintable()
    assert len(line) < 500
    assert bool(line) == (wanted.state != "ok" or bool(wanted.line))


def test_nobody_was_led_to_what_only_this_machine_may_read(ran: Ran) -> None:
    assert ran.leaks == 0
    assert SECRET not in ran.log
    assert SECRET.encode() not in b"".join(
        file.read_bytes() for file in ran.database.parent.glob("monitor.db*")
    )


def test_honest_feeds_are_polled_again_and_again_while_others_hang(ran: Ran) -> None:
    assert ran.honest_while_hanging.keys() == set(HONEST), "none was held up altogether"
    assert min(ran.honest_while_hanging.values()) >= AGAIN, ran.honest_while_hanging
    for host in (*HONEST, HANGING):  # the hanging one answered, since the others were asked meanwhile
        assert ran.sources[f"honest {host}"]["state"] == "ok"


def test_of_endless_feeds_a_bounded_part_is_read(ran: Ran) -> None:
    assert ran.sources["20,000 entries"]["documents"] == 500
    assert ran.sources["sitemap of 50,000"]["documents"] == 500
    assert ran.sources["sitemap in gzip"]["documents"] == 1


@pytest.mark.parametrize("form", ["table", "csv"])
@pytest.mark.parametrize("listing", ["claims", "sources"])
def test_no_listing_hands_on_what_a_terminal_would_obey(listing: str, form: str, ran: Ran) -> None:
    out = _told(
        listing, "--format", form, "--limit", "0", "--db", str(ran.database), "--config", str(ran.config)
    )
    assert out
    assert not _CONTROLS & set(out.replace("\r\n", "\n")), _CONTROLS & set(out)
    assert not _BIDI & set(out)


def test_no_cell_of_a_table_is_a_formula(ran: Ran) -> None:
    out = _told("claims", "--format", "csv", "--limit", "0", "--db", str(ran.database), "--config", str(ran.config))  # fmt: skip
    rows = list(csv.reader(io.StringIO(out)))
    assert any("HYPERLINK" in cell for row in rows for cell in row)
    assert [cell for row in rows for cell in row if cell[:1] in set("=+@\t\r")] == []


# Of the feeds those that cost most to read; each is of some megabytes, as are the answers to whoever asks for an account.
_DEAREST = ("20,000 entries", "200,000 nested tags in a body", "a line of 5 MB", "200,000 open comments")
_ACCOUNTS = [name for name, given in INPUTS.items() if given.target and isinstance(given.route, bytes)]


def _seconds(name: str, extractor: Extractor) -> float:
    """Return the processor time that reading the answer of an input takes."""
    given = INPUTS[name]
    assert isinstance(given.route, bytes)
    body = given.route.partition(b"\r\n\r\n")[2]
    here = source(
        kind=SourceKind(given.kind), target=given.target or "https://news.example/", account=given.target
    )
    answer = Fetched(url=here.url, body=body, validators=Validators())
    begun = time.process_time()
    with contextlib.suppress(ParseError):
        read(extractor, answer, here, NOW)
    return time.process_time() - begun


def test_a_hostile_account_costs_no_more_to_read_than_a_hostile_feed() -> None:
    extractor = Extractor([Work("Alan Wake 2")])
    _seconds(_DEAREST[0], extractor)  # loads what is loaded once
    dearest = max(_seconds(name, extractor) for name in _DEAREST)
    costs = {name: _seconds(name, extractor) for name in _ACCOUNTS if "bomb" not in name}
    assert len(costs) > 20
    assert {name: cost for name, cost in costs.items() if cost > max(dearest, 0.5)} == {}


def test_accounts_of_every_kind_are_among_them() -> None:
    assert {INPUTS[name].kind for name in _ACCOUNTS} == {"bluesky", "mastodon", "youtube", "reddit"}
