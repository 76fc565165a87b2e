"""Read a period that a person types into a form: EDTF, or a season, quarter, half or part of a year in English words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from babel.dates import get_month_names

from monitor.model import When

__all__ = ["period"]

_LONGEST: Final = 60
_CODES: Final[Mapping[str, int]] = {
    "spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24,
    "q1": 33, "q2": 34, "q3": 35, "q4": 36,
    "early": 37, "mid": 38, "late": 39,
    "h1": 40, "first half": 40, "h2": 41, "second half": 41,
}  # fmt: skip
_YEAR: Final = re.compile(
    r"(?:(?P<before>[a-z][a-z0-9 -]*?)[ -]+(?:of +)?)?(?P<year>\d{4})(?:[ -]*(?P<after>[qh][1-4]))?"
)
_DAY: Final = re.compile(
    r"(?:(?P<day>\d{1,2})\.? +)?(?P<month>[a-z]+)(?: +(?P<day2>\d{1,2}),?)? +(?P<year>\d{4})"
)


def period(text: str) -> When | None:
    """Return the period that `text` names, None where it names none: "2023-10-27", "Q4 2023", "27 October 2023", "late 2023"."""
    asked = " ".join(text.casefold().split()).removeprefix("the ")[:_LONGEST]
    for found in (_edtf(text.strip()), _sub_year(asked), _day(asked)):
        if found is not None:
            return found
    return None


def _edtf(text: str) -> When | None:
    try:
        return When.parse(text)
    except ValueError:
        return None


def _sub_year(text: str) -> When | None:
    found = _YEAR.fullmatch(text)
    if found is None:
        return None
    code = _CODES.get((found["after"] or found["before"] or "").strip(" -"))
    return None if code is None else _edtf(f"{found['year']}-{code}")


def _day(text: str) -> When | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    names = {
        name.casefold(): number
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale="en").items()
    }
    month, day = names.get(found["month"]), found["day"] or found["day2"]
    if month is None:
        return None
    try:
        on = date(int(found["year"]), month, int(day or 1))
    except ValueError:
        return None
    return _edtf(on.isoformat() if day else f"{on:%Y-%m}")
