"""Speed as a ratio to a reference in one run, and cost against size: run.py [extracting] [polling] [replaying] [delivering] [reviewing] [--shared DIR]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import delivering, extracting, polling, replaying, reviewing

BENCHES = {
    "extracting": extracting.run,
    "polling": polling.run,
    "replaying": replaying.run,
    "delivering": delivering.run,
    "reviewing": reviewing.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which benches (all when left out)")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    arguments = parser.parse_args()
    for name in arguments.names or BENCHES:
        print(f"== {name}", flush=True)
        BENCHES[name](arguments.shared)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
