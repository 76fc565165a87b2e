"""Rules are matched bottom-up: marks beside each other make larger marks until nothing new comes of it.

An active chart over a short run of tokens. How many tokens one run may have, and how many readings one stretch, is
bounded, so that the work grows with the length of the text and no faster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from monitor.extract.dates.grammar import Mark
from monitor.extract.dates.language import Language, Rule

__all__ = ["read"]

_READINGS = 6


class _Chart:
    def __init__(self, language: Language) -> None:
        self._first = language.first
        self._done: dict[tuple[int, str], list[Mark]] = defaultdict(list)
        self._open: dict[tuple[int, str], list[tuple[Rule, tuple[str, ...], int, tuple[Mark, ...]]]] = (
            defaultdict(list)
        )
        self._seen: dict[tuple[int, int, str], int] = defaultdict(int)
        self._values: set[tuple[int, int, str, object, int]] = set()
        self.marks: list[Mark] = []
        self._agenda: list[Mark] = []

    def add(self, marks: Iterable[Mark]) -> None:
        self._agenda.extend(marks)
        while self._agenda:
            mark = self._agenda.pop()
            place = (mark.start, mark.end, mark.kind)
            if self._seen[place] >= _READINGS or (*place, mark.value, mark.doubt) in self._values:
                continue
            self._seen[place] += 1
            self._values.add((*place, mark.value, mark.doubt))
            self.marks.append(mark)
            self._done[mark.start, mark.kind].append(mark)
            for rule, sequence in self._first.get(mark.kind, ()):
                self._advance(rule, sequence, 1, (mark,))
            for rule, sequence, dot, found in tuple(self._open.get((mark.start, mark.kind), ())):
                self._advance(rule, sequence, dot + 1, (*found, mark))

    def _advance(self, rule: Rule, sequence: tuple[str, ...], dot: int, found: tuple[Mark, ...]) -> None:
        end = found[-1].end
        if dot == len(sequence):
            self._complete(rule, found)
            return
        wanted = (end, sequence[dot])
        self._open[wanted].append((rule, sequence, dot, found))
        for mark in tuple(self._done.get(wanted, ())):
            self._advance(rule, sequence, dot + 1, (*found, mark))

    def _complete(self, rule: Rule, found: tuple[Mark, ...]) -> None:
        made = rule.meaning(found)
        if made is None:
            return
        kind, value, doubt = made
        if rule.doubt is not None:
            doubt = rule.doubt
        kind = rule.kind or kind
        rules = tuple(dict.fromkeys([*(name for mark in found for name in mark.rules), rule.name]))
        self._agenda.append(Mark(found[0].start, found[-1].end, kind, value, doubt, rules))


def read(language: Language, lexical: Iterable[Mark]) -> list[Mark]:
    """Return every date and span that the rules make of the `lexical` marks of one run of tokens."""
    chart = _Chart(language)
    chart.add(sorted(lexical, key=lambda mark: (-mark.start, mark.end)))
    return [mark for mark in chart.marks if mark.kind in ("date", "span")]
