"""Match rules bottom-up with an active chart parser over a short run of tokens.

The patterns of all rules are one tree, so that common beginnings are matched once. The number of tokens in a run and
the number of readings of a stretch are bounded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from monitor.extract.dates.date_language import DateLanguage, DateRule, RuleNode
from monitor.extract.dates.grammar import Constituent

__all__ = ["read"]

_READINGS = 6
"""The most readings of one stretch as one kind."""


class _Chart:
    def __init__(self, patterns: RuleNode) -> None:
        self._patterns = patterns
        self._starting: dict[int, list[Constituent]] = defaultdict(list)
        self._open: dict[int, list[tuple[RuleNode, tuple[Constituent, ...]]]] = defaultdict(list)
        self._count: dict[tuple[int, int, str], int] = defaultdict(int)
        self._known: set[tuple[int, int, str, object, int]] = set()
        self._agenda: list[Constituent] = []
        self.marks: list[Constituent] = []

    def add(self, marks: Iterable[Constituent]) -> None:
        self._agenda.extend(marks)
        while self._agenda:
            mark = self._agenda.pop()
            place = (mark.start, mark.end, mark.kind)
            reading = (*place, mark.value, mark.doubt)
            if self._count[place] >= _READINGS or reading in self._known:
                continue
            self._count[place] += 1
            self._known.add(reading)
            self.marks.append(mark)
            self._starting[mark.start].append(mark)
            self._follow(self._patterns, (), mark)
            for node, found in tuple(self._open.get(mark.start, ())):
                self._follow(node, found, mark)

    def _follow(self, node: RuleNode, found: tuple[Constituent, ...], mark: Constituent) -> None:
        child = node.children.get(mark.kind)
        if child is None:
            return
        found = (*found, mark)
        for rule in child.rules:
            self._complete(rule, found)
        if child.children:
            self._open[mark.end].append((child, found))
            for following in tuple(self._starting.get(mark.end, ())):
                self._follow(child, found, following)

    def _complete(self, rule: DateRule, found: tuple[Constituent, ...]) -> None:
        made = rule.meaning(found)
        if made is None:
            return
        kind, value, doubt = made
        rules = tuple(dict.fromkeys([*(name for mark in found for name in mark.rules), rule.name]))
        traits = rule.traits.union(*(mark.traits for mark in found))
        self._agenda.append(
            Constituent(
                found[0].start,
                found[-1].end,
                rule.kind or kind,
                value,
                doubt if rule.doubt is None else rule.doubt,
                rules,
                traits,
            )
        )


def read(language: DateLanguage, lexical: Iterable[Constituent]) -> list[Constituent]:
    """Return every date, span and doubtful date ("loose") that the rules derive from the `lexical` constituents of one run of tokens."""
    chart = _Chart(language.patterns)
    chart.add(sorted(lexical, key=lambda mark: (-mark.start, mark.end)))
    return [mark for mark in chart.marks if mark.kind in ("date", "span", "loose")]
