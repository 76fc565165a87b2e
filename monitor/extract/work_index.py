"""Find watched works in texts: the longest title wins, and titles match by their words, without punctuation.

One Aho-Corasick automaton holds every alias of every work, so that the cost of a text does not grow with the works watched
(docs/decisions/0011-aho-corasick.md).
"""

from __future__ import annotations

import html
import re
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import attrgetter

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from monitor.extract.normalise import compact, compacted, is_cjk, normalise
from monitor.extract.spelling import end_of_mark, placed, spelled, stands_apart, varies
from monitor.extract.variants import forms, joined, stem, uninflected
from monitor.model import Work, WorkKind
from monitor.model.invisible import without_format

__all__ = ["WorkIndex", "WorkMention"]

_PLACES = 1024
_STEM = 1 << 62
"""The flag of the owner of a name without its last letter."""
# Characters: a hostile text may have a watched name in every line.
_TOGETHER = 200_000
_TAGS = frozenset("/!?")
_ARTICLE = 3
"""The letters of the longest article before a name."""
_WORD = 40
_TAG_SIGNS = ("#", "＃")
_TAG = re.compile(r"[#＃]([^\W\d_]\w{2,79})")
_SEASON_OF_TAG = re.compile(r"(.{3,}?)(?:s|season)?[0-9]{1,2}")
_LEAST_LOWER_TAG = 8
"""The least characters of a title in a hashtag without capitals: #thelast may be any words."""
_ALT = re.compile(r"""alt\s{0,3}=\s{0,3}(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


@dataclass(frozen=True)
class WorkMention:
    """A mention of a watched work: `extra` is the part of the alias after the title ("Burning Shores")."""

    start: int
    end: int
    work: Work
    alias: str
    extra: str = ""
    own: bool = False
    """Whether the alias has no word of the title: it may be the name of a part of the work."""


class WorkIndex:
    """The watched works, compiled for search in texts."""

    def __init__(self, works: Sequence[Work]) -> None:
        # Sorted, so that of two works with one name the same one is found in whatever order they are watched.
        self._works = sorted(works, key=attrgetter("title", "kind", "aliases"))
        by_pattern: dict[str, int] = {}
        stems: dict[str, int] = {}
        for index, work in enumerate(self._works):
            aliases = dict.fromkeys((work.title, *work.aliases)) if work.aliases else (work.title,)
            for place, alias in enumerate(aliases):
                owner = index * _PLACES + min(place, _PLACES - 1)
                for pattern in forms(without_format(alias)):
                    if base := stem(pattern):
                        stems.setdefault(base, _STEM | owner)
                    # A work's own title comes before another's alias.
                    if by_pattern.setdefault(pattern, owner) % _PLACES and not place:
                        by_pattern[pattern] = owner
        for pattern in stems.keys() - by_pattern.keys():
            by_pattern[pattern] = stems[pattern]
        self._owners = array("Q", by_pattern.values())
        self._automaton = _automaton(by_pattern, MatchKind.Standard)
        # The longest word of each name: few texts contain any, and the test ignores tags and blanks.
        longest = {max(pattern.split(), key=len) for pattern in by_pattern}
        # The library's leftmost search for few words is several times as fast.
        self._hints = _automaton(longest, MatchKind.LeftmostFirst)

    def might_name(self, sources: Sequence[str]) -> list[bool]:
        """Return for each of some texts, with their original markup, whether it can name a watched work; False is certain.

        Most texts of most feeds name none: testing all texts of a feed at once costs half of testing each.
        """
        found = [False] * len(sources)
        if self._automaton is None or self._hints is None:
            return found
        if len(sources) > 1 and sum(map(len, sources)) > _TOGETHER:
            half = len(sources) // 2
            return self.might_name(sources[:half]) + self.might_name(sources[half:])
        plain = [without_format(html.unescape(source) if "&" in source else source) for source in sources]
        ends = [*accumulate(len(source) + 1 for source in plain)]
        joined = "\n".join(plain)
        for _, at, _ in self._hints.find_matches_as_indexes(compacted(joined)):
            found[bisect_right(ends, at)] = True
        if varies(joined):
            # The words of these are separated only by their spelling.
            found = [hinted or varies(source) for hinted, source in zip(found, plain, strict=True)]
        for index, hinted in enumerate(found):
            if hinted:
                text = without_format(html.unescape(_without_tags(sources[index])))
                if "alt=" in sources[index]:
                    # The description of a picture is in its tag.
                    text += " " + " ".join(map("".join, _ALT.findall(html.unescape(sources[index]))))
                found[index] = self._names_any(text)
        return found

    def _names_any(self, text: str) -> bool:
        """Return whether a text without markup can name a work, whatever its language."""
        automaton = self._automaton
        if automaton is None:
            return False
        spaced = spelled(text)
        if automaton.find_matches_as_indexes(spaced):
            return True
        others = [other for other, *_ in uninflected(spaced, None)]
        if others and automaton.find_matches_as_indexes("\n".join(others)):
            return True
        return any(True for _ in self._tagged(text))

    def find(self, text: str, suffixes: frozenset[str] = frozenset()) -> list[WorkMention]:
        """Return the works named in `text`, in order, without overlaps.

        `suffixes` are the endings that names may have in the text's language.
        """
        if self._automaton is None:
            return []
        spaced = spelled(text)
        others = [*uninflected(spaced, suffixes)] if suffixes else []
        tagged = [*self._tagged(text)]
        matches = self._automaton.find_matches_as_indexes(spaced, overlapping=True)
        if not matches and not others and not tagged:
            return []
        spaced, origin = placed(text)
        found: list[tuple[int, int, int]] = []
        for index, start, end in matches:
            begin = start + 1 if spaced[start] == " " else start
            if self._owners[index] & _STEM:
                stop = _end_of_stem(spaced, end, self._alias(index), suffixes)
            else:
                stop = _end_of_name(spaced, end, suffixes) if not is_cjk(spaced[end - 1]) else end
            if stop is not None:
                found.append((origin(begin), end_of_mark(text, origin(stop - 1) + 1), index))
        for other, at, stop, word in others:
            for index, start, end in self._automaton.find_matches_as_indexes(other, overlapping=True):
                # A name that ends with the number and contains the word whose ending was removed.
                if end == len(other) - 1 and start < word and not self._owners[index] & _STEM:
                    begin = start + 1 if other[start] == " " else start
                    found.append((origin(at + begin), origin(stop - 1) + 1, index))
        meant = [match for match in found if self._is_meant(match, text, suffixes)]
        # The sign of a hashtag is a part of the name.
        meant = [(begin - (text[begin - 1 : begin] in _TAG_SIGNS), end, index) for begin, end, index in meant]
        return list(self._longest(tagged + meant))

    def _is_meant(self, match: tuple[int, int, int], text: str, suffixes: frozenset[str]) -> bool:
        """Return whether a match is really the name, by its capitals and its context."""
        begin, end, index = match
        alias = self._alias(index)
        named = text[begin:end]
        if not _looks_named(alias, named) or _is_number_of_another(alias, text, begin):
            return False
        return stands_apart(alias, text, begin, end, suffixes) and joined(alias, named)

    @cached_property
    def _tags(self) -> dict[str, int]:
        """Return each name as a hashtag with its pattern; computed for the first text with a hashtag."""
        return {
            compact(self._alias(index)).replace(" ", ""): index
            for index in range(len(self._owners))
            if not self._owners[index] & _STEM
        }

    def _tagged(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the hashtags that are a name of several words, without a season at the end: #AllOfUsAreDeadS2."""
        if not any(sign in text for sign in _TAG_SIGNS):
            return
        for tag in _TAG.finditer(text):
            name = compact(tag[1]).replace(" ", "")
            if len(name) < _LEAST_LOWER_TAG and tag[1].islower():
                continue
            index, end = self._tags.get(name), tag.end()
            season = _SEASON_OF_TAG.fullmatch(name) if index is None and len(name) == len(tag[1]) else None
            if season is not None:
                index, end = self._tags.get(season[1]), tag.start(1) + len(season[1])
                if (
                    index is not None
                    and self._works[(self._owners[index] & ~_STEM) // _PLACES].kind is not WorkKind.SERIES
                ):
                    # Of a film or game a number makes another work.
                    index = None
            if index is not None:
                yield tag.start(), end, index

    def _longest(self, found: list[tuple[int, int, int]]) -> Iterator[WorkMention]:
        found.sort(key=lambda match: (match[0], -match[1]))
        last = -1
        held: tuple[int, int, int] | None = None
        for match in found:
            if match[0] < last:
                # A longer title that starts later still wins over what it overlaps.
                if held is not None and match[1] - match[0] > held[1] - held[0] and match[1] > held[1]:
                    held, last = match, match[1]
                continue
            if held is not None:
                yield self._named(held)
            held, last = match, match[1]
        if held is not None:
            yield self._named(held)

    def _alias(self, pattern: int) -> str:
        work, place = divmod(self._owners[pattern] & ~_STEM, _PLACES)
        if not place:
            return self._works[work].title
        return list(dict.fromkeys((self._works[work].title, *self._works[work].aliases)))[place]

    def _named(self, match: tuple[int, int, int]) -> WorkMention:
        work = self._works[(self._owners[match[2]] & ~_STEM) // _PLACES]
        alias = self._alias(match[2])
        if alias == work.title:
            return WorkMention(match[0], match[1], work, alias)
        of_title, of_alias = spelled(work.title).split(), spelled(alias).split()
        extra = _extra(work, alias)
        own = len(of_alias) > 1 and alias.isascii() and set(of_alias).isdisjoint(of_title)
        return WorkMention(match[0], match[1], work, alias, extra, own)


def _automaton(patterns: Collection[str], matches: MatchKind) -> AhoCorasick | None:
    if not patterns:
        return None
    return AhoCorasick(
        patterns,
        matchkind=matches,
        store_patterns=False,
        implementation=Implementation.ContiguousNFA,
    )


def _without_tags(source: str) -> str:
    """Return `source` with a space for each tag and for each "<" that does not begin a tag: "<파묘>" is a title."""
    text, *pieces = source.split("<")
    return " ".join(
        [
            text,
            *(piece.partition(">")[2] if ">" in piece and _begins_tag(piece) else piece for piece in pieces),
        ]
    )


def _begins_tag(piece: str) -> bool:
    return piece[:1] in _TAGS or (piece[:1].isascii() and piece[:1].isalpha())


def _end_of_name(spaced: str, end: int, suffixes: frozenset[str]) -> int | None:
    if spaced[end] == " ":
        return end
    stop = spaced.index(" ", end)
    return stop if spaced[end:stop] in suffixes else None


def _end_of_stem(spaced: str, end: int, alias: str, suffixes: frozenset[str]) -> int | None:
    """Return the end of a name without its last letter, after the ending that replaces that letter; None when it has another ending."""
    stop = spaced.index(" ", end)
    return stop if f"{normalise(alias[-1])}'{spaced[end:stop]}" in suffixes else None


@lru_cache(maxsize=4096)
def _words(alias: str) -> tuple[str, ...]:
    """Return the words of a watched name as it is spelled."""
    return tuple(spelled(alias).split())


def _looks_named(alias: str, text: str) -> bool:
    """Return whether a title of one word, or of an article and a word, is written like a name."""
    if not alias[:1].isupper():
        return True
    words = _words(alias)
    if len(words) == 1:
        return not (alias[0].isascii() and alias[0].isalpha()) or text[:1].isupper() or text[:1] == "#"
    slight = len(words) == 2 and (len(words[0]) <= _ARTICLE or ("-" in alias and "-" not in text))
    return not slight or words[-1].isdecimal() or any(map(str.isupper, text))


def _is_number_of_another(alias: str, text: str, start: int) -> bool:
    """Return whether a name of one letter or a Roman numeral follows a capitalised word: "Mega Man X"."""
    if not (alias.isascii() and alias.isupper() and (len(alias) == 1 or not set(alias) - set("IVX"))):
        return False
    before = text[max(0, start - _WORD) : start]
    words = before.split()
    return before.endswith(" ") and bool(words) and words[-1][0].isupper() and words[-1][-1].isalnum()


@lru_cache(maxsize=4096)
def _extra(work: Work, alias: str) -> str:
    """Return what an alias says beyond the title, or beyond the longest other name of the work that it begins with."""
    names = sorted(
        {work.title, *work.aliases} - {alias}, key=lambda name: (name != work.title, -len(name), name)
    )
    return next(filter(None, (_beyond(name, alias, work.title) for name in names)), "")


def _beyond(name: str, alias: str, title: str) -> str:
    """Return what an alias says behind another name of its work, "" where that is a part of the title."""
    extra = _behind_name(name, alias).strip(" :–—-·：・")
    return "" if name != title and set(spelled(extra).split()) & set(spelled(title).split()) else extra


def _behind_name(title: str, alias: str) -> str:
    """Return what an alias says behind the name that it begins with, "" when it begins otherwise."""
    name, (whole, origin) = spelled(title)[:-1], placed(alias)
    if not whole.startswith(name) or whole[len(name) :] == " ":
        return ""
    if whole[len(name)] != " " and not is_cjk(whole[len(name)]):
        return ""
    return alias[origin(len(name) - 1) + 1 :]
