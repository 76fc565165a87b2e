"""A cue is a phrase that says something of a release; every phrase of a language is matched in one walk over the tokens.

A phrase is words in order: ``a|b`` one of these words, ``[a b|c]`` one of these phrases, ``(x|y z)`` one of these or nothing,
``{name}`` one of the phrases of a word list, ``word*`` a word that begins so, ``<date>`` (or ``<work>``, ``<inst>``,
``<scope>``, ``<num>``) something recognised, ``..`` up to three words of any kind. Adverbs that the language lists as fillers
may stand between the words of any phrase. No phrase is longer than its writer made it, so matching is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.extract.fold import fold, is_cjk
from monitor.extract.tokens import Token, tokens

__all__ = ["Cue", "Phrasebook", "Rule", "parse"]

_GAP = 3
_FILLERS = 3


@dataclass(frozen=True)
class Rule:
    """A named rule of a language: what its phrases mean, with phrases that it must and must not take."""

    name: str
    kind: str
    meaning: Mapping[str, Any]
    phrases: tuple[str, ...]
    accepts: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """A rule that took the tokens from `first` up to, not including, `last`."""

    rule: Rule
    first: int
    last: int

    @property
    def kind(self) -> str:
        """The kind of its rule."""
        return self.rule.kind

    def get(self, name: str, default: Any = None) -> Any:
        """Return what its rule says of `name`."""
        return self.rule.meaning.get(name, default)


@dataclass(eq=False)
class _Node:
    words: dict[str, list[_Node]] = field(default_factory=dict)
    prefixes: dict[str, list[_Node]] = field(default_factory=dict)
    gaps: list[_Node] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True)
class _Choice:
    """One of several sequences, or none of them when `optional`; a sequence is of words and choices."""

    options: tuple[_Sequence, ...]
    optional: bool = False


_Sequence = tuple["str | _Choice", ...]


class Phrasebook:
    """Every rule of a language, ready to be found in tokens. ValueError when a phrase is malformed."""

    def __init__(
        self, rules: Sequence[Rule], lists: Mapping[str, Sequence[str]], fillers: frozenset[str]
    ) -> None:
        self.rules = tuple(rules)
        self._fillers = fillers
        self._root = _Node()
        for rule in rules:
            for phrase in rule.phrases:
                for end in _grow(parse(phrase, lists), [self._root], None):
                    if end is self._root:
                        raise ValueError(f"the phrase {phrase!r} can be empty")
                    if rule not in end.rules:
                        end.rules.append(rule)

    def find(self, stream: Sequence[Token]) -> list[Cue]:
        """Return the cues in `stream`, longest first where they start together, in order of their start."""
        found: list[Cue] = []
        for first in range(len(stream)):
            ends: dict[int, tuple[Rule, int]] = {}
            for rule, last in self._walk(stream, first, self._root, 0, first):
                if id(rule) not in ends or ends[id(rule)][1] < last:
                    ends[id(rule)] = (rule, last)
            found.extend(
                Cue(rule, first, last) for rule, last in sorted(ends.values(), key=lambda end: -end[1])
            )
        return found

    def _walk(
        self, stream: Sequence[Token], at: int, node: _Node, skipped: int, first: int
    ) -> Iterator[tuple[Rule, int]]:
        for rule in node.rules:
            yield rule, at
        if at >= len(stream):
            return
        token = stream[at]
        key = f"<{token.kind}>" if token.kind else token.text
        for child in node.words.get(key, ()):
            yield from self._walk(stream, at + 1, child, 0, first)
        if not token.kind:
            if node.prefixes:
                for length in range(2, min(len(token.text), 24) + 1):
                    for child in node.prefixes.get(token.text[:length], ()):
                        yield from self._walk(stream, at + 1, child, 0, first)
            if token.text[0].isdigit():
                for child in node.words.get("<num>", ()):
                    yield from self._walk(stream, at + 1, child, 0, first)
            if at > first and token.text in self._fillers and skipped < _FILLERS:
                yield from self._walk(stream, at + 1, node, skipped + 1, first)
        for child in node.gaps:
            for width in range(_GAP + 1):
                if at + width > len(stream) or any(not _in_gap(one) for one in stream[at : at + width]):
                    break
                yield from self._walk(stream, at + width, child, 0, first)


def _in_gap(token: Token) -> bool:
    return token.kind != "date" and token.text not in (
        ".",
        "!",
        "?",
        ";",
        ":",
        "…",
        "。",
        "！",
        "？",
        "—",
        "–",
    )


def parse(phrase: str, lists: Mapping[str, Sequence[str]]) -> _Sequence:
    """Return `phrase` as words and choices. ValueError when it is malformed."""
    parsed, rest = _parse(phrase.strip(), lists, "")
    if rest or not parsed:
        raise ValueError(f"cannot read the phrase {phrase!r}")
    return parsed


_BRACKETS = {"(": ")", "[": "]"}


def _parse(text: str, lists: Mapping[str, Sequence[str]], closing: str) -> tuple[_Sequence, str]:
    """Read a sequence up to one of the marks of `closing`; return it and what follows."""
    found: list[str | _Choice] = []
    while text and text[0] not in closing:
        if text[0] == " ":
            text = text.lstrip()
        elif text[0] in _BRACKETS:
            mark = _BRACKETS[text[0]]
            options: list[_Sequence] = []
            text = "|" + text[1:]
            while text[:1] == "|":
                inner, text = _parse(text[1:], lists, "|" + mark)
                options.append(inner)
            if text[:1] != mark:
                raise ValueError(f"a bracket is not closed by {mark}")
            text = text[1:]
            optional = mark == ")" or () in options
            found.append(_Choice(tuple(option for option in options if option), optional=optional))
        else:
            stops = " ()[]|" if closing else " ()[]"
            size = next((i for i, char in enumerate(text) if char in stops), len(text))
            if not size:
                raise ValueError(f"{text[0]!r} closes nothing")
            atom, text = text[:size], text[size:]
            choices = [option for word in atom.split("|") for option in _atom(word, lists)]
            found.extend(choices[0] if len(choices) == 1 else (_Choice(tuple(choices)),))
    return tuple(found), text


def _atom(word: str, lists: Mapping[str, Sequence[str]]) -> list[_Sequence]:
    if word.startswith("{") and word.endswith("}"):
        if word[1:-1] not in lists:
            raise ValueError(f"there is no word list {word}")
        return [parse(entry, lists) for entry in lists[word[1:-1]]]
    if word == ".." or (word.startswith("<") and word.endswith(">")):
        return [(word,)]
    star = word.endswith("*") and len(word) > 1
    parts = [token.text for token in tokens(word[:-1] if star else word)]
    if star and parts and not is_cjk(parts[-1]):
        parts[-1] += "*"
    return [tuple(parts)] if parts else []


def _grow(sequence: _Sequence, starts: list[_Node], end: _Node | None) -> list[_Node]:
    """Add a sequence behind the nodes of `starts`; return where it ends (in `end`, if given, where it can)."""
    nodes = starts
    for index, part in enumerate(sequence):
        last = index == len(sequence) - 1
        if isinstance(part, str):
            target = end if last and end is not None else _Node()
            for node in nodes:
                _link(node, part, target)
            nodes = [target]
        else:
            target = _Node()
            ends = [target]
            for option in part.options:
                ends.extend(node for node in _grow(option, nodes, target) if node not in ends)
            nodes = [*ends, *(node for node in nodes if node not in ends)] if part.optional else ends
    return nodes


def _link(node: _Node, word: str, target: _Node) -> None:
    if word == "..":
        node.gaps.append(target)
    elif word.endswith("*") and len(word) > 1:
        node.prefixes.setdefault(word[:-1], []).append(target)
    else:
        node.words.setdefault(word, []).append(target)


def folded(words: Sequence[str]) -> frozenset[str]:
    """Return words as they stand in a stream of tokens."""
    return frozenset(fold(word) for word in words)
