"""Floors of figures: what a measurement must reach, kept in a file, and never lowered by chance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

__all__ = ["TOLERANCE", "hold"]

TOLERANCE = 0.002
"""By how much folds differ from one machine to another."""


def hold(path: Path, found: Mapping[str, float], *, update: bool = False, regression: bool = False) -> bool:
    """Return whether every floor of `path` is reached by `found`, and print each that is not.

    With `update` the figures become the floors, unless one is below and `regression` does not allow it.
    """
    floors: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    below = [name for name, floor in sorted(floors.items()) if found.get(name, 0.0) < floor - TOLERANCE]
    for name in below:
        figure = f"{found[name]:.4f}" if name in found else "not measured"
        print(f"below its floor: {name} {figure}, floor {floors[name]:.4f}")
    if update and (regression or not below):
        kept = {
            name: figure if regression else max(figure, floors.get(name, 0.0))
            for name, figure in found.items()
        }
        path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{len(kept)} floors written to {path.name}")
        return True
    if update:
        print("no floor is written: --allow-regression lowers them")
    return not below
