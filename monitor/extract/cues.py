"""Find cues, phrases that say something about a release; all phrases of a language are matched in one pass over the tokens.

A phrase is words in order: ``a|b`` one of these words, ``[a b|c]`` one of these phrases, ``(x|y z)`` one of these or nothing,
``{name}`` one of the phrases of a word list, ``word*`` a word that begins so, ``<date>`` (or ``<work>``, ``<inst>``,
``<scope>``, ``<num>``) something recognised, ``..`` up to three words (or nine characters of a
script without spaces between words) of any kind. Adverbs that the language lists as fillers
may occur between the words of any phrase. The length of a match is bounded by its phrase, so matching is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from monitor.extract.normalise import is_cjk
from monitor.extract.tokens import Token, tokens

__all__ = ["Cue", "CueRule", "Phrasebook", "parse", "unelided"]

_GAP = 3
_CHARACTERS = 3
"""The characters that count as one word within a gap, in a script whose characters are tokens."""
_FILLERS = 3


@dataclass(frozen=True, eq=False, repr=False)
class CueRule:
    """A named rule of a language: the meaning of its phrases, with examples that it must and must not match."""

    name: str
    kind: str
    meaning: Mapping[str, Any]
    phrases: tuple[str, ...]
    accepts: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


class Cue(NamedTuple):
    """A match of a rule: the tokens from `first` up to, not including, `last`."""

    rule: CueRule
    first: int
    last: int

    @property
    def kind(self) -> str:
        """Return the kind of its rule."""
        return self.rule.kind

    def get(self, name: str, default: Any = None) -> Any:
        """Return the property `name` of its rule."""
        return self.rule.meaning.get(name, default)


class _Node:
    """A node in the graph of all phrases: the nodes for each next word, and the rules whose phrase ends here."""

    __slots__ = ("gaps", "is_plain", "lengths", "prefixes", "rules", "words")

    def __init__(self) -> None:
        self.words: dict[str, list[_Node]] = {}
        self.prefixes: dict[str, list[_Node]] = {}
        self.lengths: list[int] = []
        """The lengths of the prefixes, the shortest first."""
        self.gaps: list[_Node] = []
        self.rules: list[CueRule] = []
        self.is_plain = True
        """Whether it continues with fixed words only."""

    def behind(self, token: Token) -> Sequence[_Node]:
        """Return the nodes after `token`."""
        if token.kind:
            return self.words.get(f"<{token.kind}>", ())
        found = self.words.get(token.text, ())
        for length in self.lengths:
            if length > len(token.text):
                break
            if token.text[:length] in self.prefixes:
                found = [*found, *self.prefixes[token.text[:length]]]
        if not self.is_plain and "<num>" in self.words and token.text[0].isdigit():
            found = [*found, *self.words["<num>"]]
        return found


@dataclass(frozen=True)
class _Choice:
    """One of several sequences, or none of them when `optional`; a sequence is of words and choices."""

    options: tuple[_Sequence, ...]
    optional: bool = False


_Sequence = tuple["str | _Choice", ...]


class Phrasebook:
    """All rules of a language, compiled for matching in tokens. Raises ValueError when a phrase is malformed."""

    def __init__(
        self,
        rules: Sequence[CueRule],
        lists: Mapping[str, Sequence[str]],
        fillers: frozenset[str],
        elisions: frozenset[str] = frozenset(),
    ) -> None:
        """Compile the rules with the word lists that they name, the filler words, and the words that elide ("l'")."""
        self.rules = tuple(rules)
        self._fillers = fillers
        self._elisions = elisions
        self._root = _Node()
        parsed = _Lists(lists)
        for rule in rules:
            for phrase in rule.phrases:
                for end in _grow(_parsed(phrase, parsed), [self._root], None):
                    if end is self._root:
                        raise ValueError(f"the phrase {phrase!r} can be empty")
                    if rule not in end.rules:
                        end.rules.append(rule)
                if self._root.gaps:
                    raise ValueError(f"the phrase {phrase!r} begins with a gap")
        self._vocabulary = _vocabulary(self._root) if elisions else frozenset()
        self._pairs: dict[str, frozenset[str] | None] = {}

    def _unelided(self, token: Token) -> Token:
        """Return the word after an elided one in a token ("n'arrivera"), unless a phrase contains the whole token."""
        if token.kind or "'" not in token.text or token.text in self._vocabulary:
            return token
        word = unelided(token.text, self._elisions)
        return token._replace(text=word, start=token.end - len(word)) if word else token

    def find(self, stream: Sequence[Token]) -> list[Cue]:
        """Return the cues in `stream` by their start; of those with the same start the longest first."""
        found: list[Cue] = []
        if self._elisions:
            stream = [self._unelided(token) for token in stream]
        for first, nodes in self._openings(stream):
            ends: dict[CueRule, int] = {}
            self._go_on(stream, first + 1, nodes, ends)
            if ends:
                longest_first = sorted(ends.items(), key=lambda end: -end[1])
                found.extend(Cue(rule, first, last) for rule, last in longest_first)
        return list(_whole(stream, found)) if len(found) > 1 else found

    def _openings(self, stream: Sequence[Token]) -> Iterator[tuple[int, Sequence[_Node]]]:
        """Yield the positions where a phrase may begin, with the nodes after its first token, if the next token can continue it."""
        root, fillers, pairs = self._root, self._fillers, self._pairs
        if not root.is_plain:
            for first, token in enumerate(stream):
                nodes = root.behind(token)
                if nodes:
                    yield first, nodes
            return
        keys = [f"<{token.kind}>" if token.kind else token.text for token in stream]
        for first in [first for first, key in enumerate(keys) if key in root.words]:
            key = keys[first]
            if key not in pairs:
                pairs[key] = _words_behind(root.words[key])
            seconds = pairs[key]
            following = keys[first + 1] if first + 1 < len(keys) else ""
            if seconds is None or following in seconds or following in fillers:
                yield first, root.words[key]

    def _go_on(
        self, stream: Sequence[Token], at: int, nodes: Sequence[_Node], ends: dict[CueRule, int]
    ) -> None:
        """Continue from those of `nodes` whose phrase ends before token `at` or can continue with it."""
        if at >= len(stream):
            for node in nodes:
                for rule in node.rules:
                    ends[rule] = at
            return
        token = stream[at]
        if not token.kind and token.text in self._fillers:
            for node in nodes:
                self._walk(stream, at, node, ends)
            return
        key = f"<{token.kind}>" if token.kind else token.text
        for node in nodes:
            if node.rules or not node.is_plain or key in node.words:
                self._walk(stream, at, node, ends)

    def _walk(
        self, stream: Sequence[Token], at: int, node: _Node, ends: dict[CueRule, int], skipped: int = 0
    ) -> None:
        """Store in `ends` the furthest end of each rule whose phrase continues from `node` at token `at`."""
        for rule in node.rules:
            ends[rule] = max(ends.get(rule, at), at)
        if at >= len(stream):
            return
        token = stream[at]
        self._go_on(stream, at + 1, node.behind(token), ends)
        if token.text in self._fillers and not token.kind and skipped < _FILLERS:
            self._walk(stream, at + 1, node, ends, skipped + 1)
        for child in node.gaps:
            self._go_on(stream, at, (child,), ends)
            room = _GAP * _CHARACTERS
            for width, passed in enumerate(stream[at : at + room], 1):
                room -= 1 if not passed.kind and is_cjk(passed.text[0]) else _CHARACTERS
                if room < 0 or passed.kind == "date" or passed.text in _NO_GAP:
                    break
                self._go_on(stream, at + width, (child,), ends)


def _words_behind(nodes: Sequence[_Node]) -> frozenset[str] | None:
    """Return the words with which phrases continue from `nodes`; None if one ends there or continues with any word."""
    if any(node.rules or not node.is_plain for node in nodes):
        return None
    return frozenset(word for node in nodes for word in node.words)


def unelided(word: str, elisions: frozenset[str]) -> str:
    """Return the rest of a normalised token after an elided word ("europe" in "l'europe"), "" when there is none."""
    head, mark, tail = word.partition("'")
    return tail if mark and head in elisions else ""


def _vocabulary(root: _Node) -> frozenset[str]:
    """Return every word with which a phrase continues."""
    words: set[str] = set()
    seen = {root}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        words.update(node.words)
        for following in (*node.words.values(), *node.prefixes.values(), node.gaps):
            waiting.extend(one for one in following if one not in seen)
            seen.update(following)
    return frozenset(words)


def _whole(stream: Sequence[Token], cues: Sequence[Cue]) -> Iterator[Cue]:
    """Yield the cues except those that are part of a word of a longer cue of their kind, in a script without spaces between words.

    된 is a past participle, but not within 된다, which is to come.
    """
    reached: dict[tuple[str, Any], int] = {}
    for cue in cues:
        sort = cue.kind, cue.get("event")
        end = reached.get(sort, 0)
        if cue.last <= end and (
            (cue.last < end and _goes_on(stream, cue.last)) or _goes_on(stream, cue.first)
        ):
            continue
        reached[sort] = max(end, cue.last)
        yield cue


def _goes_on(stream: Sequence[Token], at: int) -> bool:
    """Return whether token `at` follows the one before it without a blank, and both are characters of such a script."""
    if not 0 < at < len(stream):
        return False
    before, behind = stream[at - 1], stream[at]
    apart = before.kind or behind.kind or before.end < behind.start
    return not apart and is_cjk(before.text[0]) and is_cjk(behind.text[0])


_NO_GAP = frozenset(".!?;:…。！？—–")


def parse(phrase: str, lists: Mapping[str, Sequence[str]]) -> _Sequence:
    """Return `phrase` as words and choices. Raises ValueError when it is malformed."""
    return _parsed(phrase, _Lists(lists))


class _Lists:
    """Word lists by name, each parsed once."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._lists = dict(lists)
        self._parsed: dict[str, list[_Sequence]] = {}

    def parsed(self, name: str) -> list[_Sequence]:
        if name not in self._parsed:
            if name not in self._lists:
                raise ValueError(f"there is no word list {{{name}}}, or it names itself")
            entries = self._lists.pop(name)
            self._parsed[name] = [_parsed(entry, self) for entry in entries]
        return self._parsed[name]


def _parsed(phrase: str, lists: _Lists) -> _Sequence:
    parsed, rest = _parse(phrase.strip(), lists, "")
    if rest or not parsed:
        raise ValueError(f"cannot read the phrase {phrase!r}")
    return parsed


# Outside of brackets a bar separates words: "one|other".
_WORD, _WORDS = re.compile(r"[^ ()\[\]|]+"), re.compile(r"[^ ()\[\]]+")
_BRACKETS = {"(": ")", "[": "]"}


def _parse(text: str, lists: _Lists, closing: str) -> tuple[_Sequence, str]:
    """Parse a sequence up to one of the marks in `closing`; return it and the rest."""
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
            word = (_WORD if closing else _WORDS).match(text)
            if word is None:
                raise ValueError(f"{text[0]!r} closes nothing")
            atom, text = word[0], text[word.end() :]
            choices = [option for word in atom.split("|") for option in _atom(word, lists)]
            found.extend(choices[0] if len(choices) == 1 else (_Choice(tuple(choices)),))
    return tuple(found), text


def _atom(word: str, lists: _Lists) -> list[_Sequence]:
    if word.isascii() and word.isalpha():
        return [(word.lower(),)]
    if word.startswith("{") and word.endswith("}"):
        return lists.parsed(word[1:-1])
    if word == ".." or (word.startswith("<") and word.endswith(">")):
        return [(word,)]
    star = word.endswith("*") and len(word) > 1
    parts = [token.text for token in tokens(word[:-1] if star else word)]
    if star and parts and not is_cjk(parts[-1]):
        parts[-1] += "*"
    return [tuple(parts)] if parts else []


def _grow(sequence: _Sequence, starts: list[_Node], end: _Node | None) -> list[_Node]:
    """Add a sequence after the nodes `starts`; return its last nodes (`end`, if given and possible)."""
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
    star = word.endswith("*") and len(word) > 1
    if word == "..":
        node.gaps.append(target)
    elif star:
        node.prefixes.setdefault(word[:-1], []).append(target)
        node.lengths = sorted({*map(len, node.prefixes)})
    else:
        node.words.setdefault(word, []).append(target)
    node.is_plain &= not star and word not in ("..", "<num>")
