"""Draw periods on a calendar as SVG: pure functions from periods and a scale to markup.

The calendar runs from left to right in percent, so that a picture fills whatever room it gets. Shade, outline and the word in
`label` all say the certainty. A picture has presentation attributes and classes only, which a strict style policy lets pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_skeleton
from markupsafe import Markup

from monitor.model import Certainty, When

__all__ = ["GHOST", "Scale", "axis", "picture", "pips", "scale_of", "thickness"]

GHOST: Final = "ghost"
"""The class of a period that was believed before."""

_DAY_RADIUS: Final = 6.5
_THICKEST: Final = 14
_THINNEST: Final = 4
_GHOST_THICKNESS: Final = 8
# A bar that goes on beyond the picture ends this far outside of it, so that its round end is not seen.
_BEYOND: Final = 3.0
_NARROWEST_BAND: Final = 1.4
_MOST_PIPS: Final = 8
_MOST_NAMES: Final = 14
# On a narrow screen, names nearer than this to the word at today would touch it.
_CROWDED: Final = 14.0

_Day = date | None


@dataclass(frozen=True)
class Scale:
    """A stretch of the calendar from the first of a month to the first of another, which is outside of it."""

    first: date
    end: date

    def at(self, day: date) -> float:
        """Return where `day` begins, in percent of the width; below 0 or above 100 outside of the stretch."""
        return 100 * (day - self.first).days / (self.end - self.first).days

    @property
    def months(self) -> list[date]:
        """The first day of each month of the stretch."""
        return [
            _month(self.first, number) for number in range(_months_between(self.first, self.end))
        ]  # fmt: skip

    @property
    def step(self) -> int:
        """The number of months from one line of the calendar to the next: 1, 3 or 12."""
        return _step(_months_between(self.first, self.end))


def scale_of(periods: Iterable[When], today: date, *, most: int, least: int = 9, before: int = 0) -> Scale:
    """Return the scale that shows `periods` and `today`: at least `least` months, and at most `most` months after today.

    It begins at most `before` months before today; what lies outside is cut by :func:`picture`.
    """
    known = list(periods)
    this_month = today.replace(day=1)
    starts = [each.earliest for each in known if each.earliest is not None]
    ends = [each.latest or each.earliest for each in known]
    earliest = _month(this_month, -before)
    first = max(min([*starts, today]).replace(day=1), earliest)
    end = _month(max([end for end in ends if end is not None] + [today]).replace(day=1), 1)
    end = min(max(end, _month(first, least)), _month(this_month, most))
    if (step := _step(_months_between(first, end))) > 1:
        first = first.replace(month=(first.month - 1) // step * step + 1)
        while (end.month - 1) % step:
            end = _month(end, 1)
    return Scale(first, end)


def thickness(days: int) -> int:
    """Return how thick the bar of a period of `days` is, in pixels: the longer, the thinner."""
    return max(_THINNEST, min(_THICKEST, round(24 - 7 * math.log10(max(days, 1)))))


def axis(scale: Scale, locale: Locale, today: date | None, today_word: str = "") -> Markup:
    """Return the names of the months above a column of pictures, with `today_word` at today."""
    labels: list[str] = []
    word_at = None if today is None else scale.at(today)
    wide = 0 if word_at is None or not today_word else max(4.0, 1.1 * len(today_word))
    lines = scale.months[:: scale.step]
    for number, month in enumerate(lines):
        if len(lines) > _MOST_NAMES and number % 2 and month.month != 1:
            continue
        following = _month(month, scale.step)
        middle = (scale.at(month) + scale.at(following)) / 2
        if word_at is not None and abs(middle - word_at) < wide:
            continue
        name, cls = _tick(month, scale.step, locale)
        rank = "odd" if number % 2 else "every"
        if word_at is not None and abs(middle - word_at) < _CROWDED:
            rank = "crowded"
        labels.append(
            f'<text x="{middle:.2f}%" y="15" text-anchor="middle" class="{rank}{cls}">{Markup.escape(name)}</text>'
        )
    if word_at is not None and today_word:
        anchor = "start" if word_at < 4 else "end" if word_at > 96 else "middle"
        labels.append(
            f'<text x="{max(0.0, min(100.0, word_at)):.2f}%" y="15" text-anchor="{anchor}" class="today">'
            f"{Markup.escape(today_word)}</text>"
        )
    return _drawn('class="axis" height="22" aria-hidden="true"', labels)


def picture(
    scale: Scale,
    label: str,
    *,
    when: When | None = None,
    certainty: Certainty | None = None,
    before: When | None = None,
    band: When | None = None,
    today: date | None = None,
) -> Markup:
    """Return the picture of one row: `when` as a bar or a dot, `before` as a ghost, `band` as what was believed, and today.

    `label` says the same in words.
    """
    parts = [_grid(scale)]
    if band is not None:
        parts.append(_band(scale, band))
    if today is not None and 0 <= scale.at(today) <= 100:
        parts.append(_line(scale.at(today), "now"))
    if before is not None:
        parts += _period(scale, before, GHOST)
    if when is not None:
        if before is not None:
            parts += _move(scale, before, when)
        parts += _period(scale, when, certainty.value if certainty is not None else "reported")
    return _drawn(f'role="img" aria-label="{Markup.escape(label)}"', parts)


def pips(right: int, claims: int, label: str) -> Markup:
    """Return how many of `claims` dates came true as dots, full ones for those that did; beyond eight in proportion."""
    shown = min(claims, _MOST_PIPS)
    full = right if claims <= _MOST_PIPS else round(shown * right / claims)
    dots = [
        f'<circle cx="{6 + 14 * number}" cy="6" r="4.5" class="{"hit" if number < full else "miss"}"/>'
        for number in range(shown)
    ]
    return _drawn(
        f'width="{14 * _MOST_PIPS}" height="12" role="img" aria-label="{Markup.escape(label)}"', dots
    )


def _drawn(attributes: str, parts: Sequence[str]) -> Markup:
    """Return an SVG element; what is text in `attributes` and `parts` is escaped by their maker."""
    return Markup(f"<svg {attributes}>{''.join(parts)}</svg>")  # noqa: S704 - as it says


@lru_cache(maxsize=16)
def _grid(scale: Scale) -> str:
    """Return the lines of the calendar; every row of a table has the same ones."""
    lines = []
    for month in scale.months[:: scale.step]:
        if 0 < scale.at(month) < 100:
            is_year = month.month == 1 and scale.step < 12
            lines.append(_line(scale.at(month), "yr" if is_year else "mo"))
    return "".join(lines)


def _line(at: float, cls: str) -> str:
    return f'<line x1="{at:.2f}%" x2="{at:.2f}%" y1="0" y2="100%" class="{cls}"/>'


def _band(scale: Scale, when: When) -> str:
    left, right = _ends(scale, when)
    if right - left < _NARROWEST_BAND:
        left, right = (left + right - _NARROWEST_BAND) / 2, (left + right + _NARROWEST_BAND) / 2
    return f'<rect x="{left:.2f}%" width="{right - left:.2f}%" y="0" height="100%" class="band"/>'


def _period(scale: Scale, when: When, cls: str) -> list[str]:
    """Return the marks of a period: each of a set for itself, an arrow where it lies outside of the scale."""
    members = _members(when)
    marks = [mark for member in members for mark in _one(scale, member, cls)]
    if len(members) > 1:
        left, right = _ends(scale, when)
        marks.insert(0, _joint(left, right))
    return marks


def _one(scale: Scale, when: When, cls: str) -> list[str]:
    left, right = _ends(scale, when)
    if left >= 100:
        return [_arrow(cls, to_right=True)]
    if right <= 0:
        return [_arrow(cls, to_right=False)]
    about = " about" if when.is_approximate else ""
    if when.is_day:
        return [f'<circle cx="{(left + right) / 2:.2f}%" cy="50%" r="{_DAY_RADIUS}" class="d {cls}{about}"/>']
    high = _GHOST_THICKNESS if cls == GHOST else thickness(when.days or 1000)
    bar = (
        f'<rect x="{left:.2f}%" y="50%" width="{right - left:.2f}%" height="{high}" rx="{high / 2:g}"'
        f' transform="translate(0 -{high / 2:g})" class="w {cls}{about}"/>'
    )
    ends = [_arrow(cls, to_right=True)] if when.latest is None else []
    ends += [_arrow(cls, to_right=False)] if when.earliest is None else []
    return [bar, *ends]


def _arrow(cls: str, *, to_right: bool) -> str:
    """Return an arrow at the end of the picture: it goes on there."""
    shape, at = ("-10,-5 0,0 -10,5", "100%") if to_right else ("10,-5 0,0 10,5", "0")
    return f'<svg x="{at}" y="50%" class="over"><polygon points="{shape}" class="w {cls}"/></svg>'


def _joint(left: float, right: float) -> str:
    return f'<line x1="{left:.2f}%" x2="{right:.2f}%" y1="50%" y2="50%" class="move"/>'


def _move(scale: Scale, before: When, after: When) -> list[str]:
    """Return the line from what was believed before to what is now, where neither contains the other."""
    if before.contains(after) or after.contains(before):
        return []
    ends = [sum(_ends(scale, each)) / 2 for each in (before, after)]
    left, right = (max(-_BEYOND, min(100 + _BEYOND, end)) for end in sorted(ends))
    return [_joint(left, right)] if right - left > 2 else []


def _ends(scale: Scale, when: When) -> tuple[float, float]:
    """Return where a period begins and ends, cut a little outside of the picture."""
    left = -_BEYOND if when.earliest is None else scale.at(when.earliest)
    right = 100 + _BEYOND if when.latest is None else scale.at(_next(when.latest))
    low, high = -_BEYOND, 100 + _BEYOND
    return max(low, min(high, left)), max(low, min(high, right))


def _members(when: When) -> Sequence[When]:
    if not when.edtf.startswith("["):
        return (when,)
    return [When.parse(part.strip()) for part in when.edtf[1:-1].split(",")]


def _tick(month: date, step: int, locale: Locale) -> tuple[str, str]:
    """Return the name of a month, quarter or year on the axis, and its class."""
    if month.month == 1:
        return str(month.year), " y" if step < 12 else ""
    return str(format_skeleton("MMM", month, locale=locale)), ""


def _step(months: int) -> int:
    return 1 if months <= 18 else 3 if months <= 48 else 12


def _month(first: date, number: int) -> date:
    """Return the first day of the month `number` months after that of `first`."""
    months = min(max(first.year * 12 + first.month - 1 + number, 12), 9999 * 12 + 11)
    return date(months // 12, months % 12 + 1, 1)


def _months_between(first: date, end: date) -> int:
    return (end.year - first.year) * 12 + end.month - first.month


def _next(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)
