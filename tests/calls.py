"""Watch which functions of the program a piece of work calls, without replacing any of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import monitor

__all__ = ["Call", "calls_of"]

_ROOT = f"{Path(monitor.__file__).parent}/"


class Call(NamedTuple):
    """A call of a function: its module, as in `extract/marks`, its qualified name, and the size of its argument `sized`."""

    module: str
    name: str
    size: int = 0


def calls_of(work: Callable[[], object], *, sized: str = "") -> list[Call]:
    """Return the calls of the program's functions while `work` runs in this thread, in order."""
    found: list[Call] = []

    def profile(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(_ROOT):
            module = code.co_filename[len(_ROOT) :].removesuffix(".py").removesuffix("/__init__")
            size = len(frame.f_locals[sized]) if sized in frame.f_locals else 0
            found.append(Call(module, code.co_qualname, size))

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found
