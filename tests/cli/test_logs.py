"""The log of the daemon as it is written: for a person, for the journal, for a program."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_polling import NEWS, configure, outlet
from tests.fakes_fetch import answer


def logged(folder: Path, *options: str, **environ: str) -> list[str]:
    """Run the daemon until it has polled its source, and return its log."""
    command = [sys.executable, "-m", "monitor", "run", "--db", str(folder / "monitor.db"), *options]
    with outlet(feed=answer(NEWS)) as here:
        configure(folder, {"feed": here.url(), "name": "outlet"}, channels=["console"])
        with subprocess.Popen(
            command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TZ": "Asia/Seoul", **environ},
        ) as daemon:  # fmt: skip
            assert daemon.stderr
            lines = []
            for line in daemon.stderr:
                lines.append(line.rstrip("\n"))
                if "first pass" in line:
                    daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0
    return lines


def test_the_log_says_at_the_start_what_is_watched_read_and_told_in_utc(tmp_path: Path) -> None:
    lines = logged(tmp_path)
    assert [re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC INFO ", "", line) for line in lines[:3]] == [
        "watching 1 work: Alan Wake 2",
        "reading 1 source: outlet (1 feed)",
        "telling 1 channel: console",
    ]
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC [A-Z]+ ", line) for line in lines)


def test_under_systemd_lines_carry_their_priority_and_no_time(tmp_path: Path) -> None:
    lines = logged(tmp_path, "--verbose", JOURNAL_STREAM="8:12345")
    assert lines[0] == "<6>watching 1 work: Alan Wake 2"
    assert any(
        re.match(r"<7>outlet: polled \(read\), 1 new document, 1 claim; next poll at .* UTC$", line)
        for line in lines
    )
    assert all(re.match(r"<[2-7]>\S", line) for line in lines)


def test_the_log_can_be_json_lines(tmp_path: Path) -> None:
    records = [json.loads(line) for line in logged(tmp_path, "--log", "json", JOURNAL_STREAM="8:12345")]
    assert records[0].keys() == {"time", "level", "logger", "message"}
    assert records[0]["message"] == "watching 1 work: Alan Wake 2"
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["time"]) for record in records)


@pytest.mark.parametrize(("level", "priority"), [(10, 7), (20, 6), (30, 4), (40, 3), (50, 2)])
def test_every_line_of_a_traceback_has_the_priority_of_its_record(level: int, priority: int) -> None:
    code = (
        "import logging; from monitor.cli.logs import log_to_stderr; log_to_stderr(verbose=True, environ={'JOURNAL_STREAM': '1:2'})\n"
        f"try: 1 / 0\nexcept ZeroDivisionError: logging.getLogger('monitor').log({level}, 'it broke', exc_info=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    lines = done.stderr.splitlines()
    assert len(lines) > 3
    assert all(line.startswith(f"<{priority}>") for line in lines)
