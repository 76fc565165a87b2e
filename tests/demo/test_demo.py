from __future__ import annotations

import subprocess
import sys

from monitor.demo.story import WORK

# What a newcomer is to see, in this order: a line of the narrator, then what the daemon says about it.
TOLD = [
    "First pass",
    "publishes “Leak",
    "is rumoured for",
    "publishes “Northlight sets a window",
    "is due in",
    "has a date”",
    "is due on",
    "publishes “Mark your calendar",
    "is delayed”",
    "has moved from",
    "Official Trailer”",
    "The trailer for",
    "is here”",
    "is out, says Northlight",
    "changes alerted",
]


def test_the_demo_tells_its_story_and_every_alert_comes_once() -> None:
    command = [sys.executable, "-m", "monitor", "demo", "--seconds", "24"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    place = 0
    for line in TOLD:
        found = done.stdout.find(line, place)
        assert found >= 0, f"{line!r} does not follow in\n{done.stdout}\n{done.stderr}"
        place = found + len(line)
    alerts = [line for line in done.stdout.splitlines() if line.endswith("says Northlight.") and WORK in line]
    assert len(alerts) == len(set(alerts)) == 5, done.stdout
    assert "127.0.0.1:" in done.stdout
