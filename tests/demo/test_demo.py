from __future__ import annotations

import calendar
import re
import subprocess
import sys
from pathlib import Path

from monitor.demo.story import WORK

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
MONTHS = "|".join(calendar.month_name[1:])


def dateless(text: str) -> list[str]:
    """Return the lines without what depends on the day and the machine: days, months, years and ports."""
    text = re.sub(rf"from \d+( ({MONTHS}))?( \d+)? to \d+ ({MONTHS}) \d+", "MOVE", text)
    text = re.sub(rf"\d+ ({MONTHS}) \d+|({MONTHS}) \d+, \d+|({MONTHS}) \d+", "DAY", text)
    return [line for line in re.sub(r"\d+", "N", text).splitlines() if line]


def test_the_demo_tells_its_story_and_every_alert_comes_once() -> None:
    command = [sys.executable, "-m", "monitor", "demo", "--seconds", "24"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    shown = re.search(r"^```text\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert shown is not None
    told = iter(dateless(done.stdout))
    for line in dateless(shown[1]):  # shortened, and in this order
        assert line in told, f"{line!r} does not follow in\n{done.stdout}\n{done.stderr}"
    alerts = [line for line in done.stdout.splitlines() if line.endswith("says Northlight.") and WORK in line]
    assert len(alerts) == len(set(alerts)) == 5, done.stdout
    assert "127.0.0.1:" in done.stdout
