"""Origins: whose word an observation is in the end. Outlets repeat each other; origins are counted, not outlets.

Two observations have one origin when they credit the same name (the nearest is a step towards the last: "via X"
chains are followed), embed the same post, come from the same outlet without a credit, or carry the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit
from zlib import crc32

from monitor.model import Observation

__all__ = [
    "Origin",
    "first_said",
    "is_shared",
    "origins",
    "outlet",
    "said_at",
    "same_text",
]

# Hosts that many people share: whose word it is, the account says.
_SHARED = frozenset(
    [
        "youtube",
        "youtu",
        "reddit",
        "bsky",
        "twitter",
        "x",
        "mastodon",
        "threads",
        "facebook",
        "instagram",
        "tiktok",
        "medium",
        "substack",
        "weibo",
    ]
)
# Second-level labels under which countries sell names (co.uk, com.br): the name stands before them.
_GENERIC = frozenset(["co", "com", "net", "org", "gov", "ac", "edu", "or", "ne", "go"])
_WORD = re.compile(r"\w+")
# Below this a sentence is no text that travels: anyone may write "It comes out on May 2" by themselves.
_WORDS, _LETTERS = 8, 40
_ALIKE = 0.6
_SKETCH = 8


@dataclass(frozen=True)
class Origin:
    """One independent voice: its `name`, the observation by which it `first` spoke, and all that repeat it.

    `chain` is the longest line of credit that led to it, nearest first.
    """

    name: str
    first: Observation
    observations: tuple[Observation, ...]
    chain: tuple[str, ...] = ()


def origins(observations: Iterable[Observation]) -> tuple[Origin, ...]:
    """Return the independent origins of `observations`, who spoke first first. Linear in their number."""
    ordered = sorted(observations, key=_canonical)
    credited = frozenset(name(credit) for o in ordered for credit in o.claim.sources)
    return tuple(_origin(group) for group in _grouped(ordered, [_voices(o, credited) for o in ordered]))


def first_said(observations: Iterable[Observation]) -> Observation | None:
    """Return the observation by which the thing was first said: an embedded post speaks at its own time."""
    return min(observations, key=_canonical, default=None)


def said_at(observation: Observation) -> datetime:
    """Return when it was said: the embedded post's own time where there is one, else the document's."""
    post = observation.claim.post
    if post is not None and post.at is not None and post.at.tzinfo is not None:
        return min(post.at, observation.published)
    return observation.published


def same_text(one: str, other: str) -> bool:
    """Whether one of two passages is the other's copy, cosmetic edits aside."""
    mine, theirs = _shingles(one), _shingles(other)
    if not mine or not theirs:
        return False
    return len(mine & theirs) >= _ALIKE * len(mine | theirs)


@lru_cache(maxsize=8192)
def _shingles(text: str) -> frozenset[int]:
    """Return what a passage is compared by: hashes of three words in a row; empty when it is too short to travel.

    Scripts that write no spaces are compared by six letters in a row.
    """
    words = _WORD.findall(text.casefold())
    if len(words) >= _WORDS:
        units = zip(words, words[1:], words[2:], strict=False)
        return frozenset(crc32(" ".join(unit).encode("utf-8", "surrogatepass")) for unit in units)
    letters = "".join(words)
    if len(letters) < _LETTERS:
        return frozenset()
    return frozenset(
        crc32(letters[i : i + 6].encode("utf-8", "surrogatepass")) for i in range(len(letters) - 5)
    )


@lru_cache(maxsize=8192)
def _sketch(text: str) -> tuple[int, ...]:
    """Return the least few of the shingles: copies share one of them almost surely."""
    return tuple(sorted(_shingles(text))[:_SKETCH])


def outlet(observation: Observation) -> str:
    """Return the folded name of the place that said it: its site, or the account on a site that many share."""
    return _outlet(observation.url, observation.source, observation.author)


@lru_cache(maxsize=8192)
def _outlet(url: str, source: str, author: str) -> str:
    label = _label((_host(url) or _host(source)).casefold())
    if not label:
        return name(author) or name(source) or "?"
    if label in _SHARED:
        return name(author) or name(source) or label
    return name(label)


@lru_cache(maxsize=8192)
def is_shared(url: str) -> bool:
    """Whether `url` is on a site where every account speaks for itself, and posts what it says."""
    return _label(_host(url).casefold()) in _SHARED


@lru_cache(maxsize=8192)
def name(text: str) -> str:
    """Return a credit folded for comparison: letters and digits only, so that "Digital Spy" is digitalspy.com."""
    folded = "".join(_WORD.findall(text.casefold())).replace("_", "")
    return folded.removeprefix("the") if len(folded) > 6 else folded


@lru_cache(maxsize=8192)
def _host(url: str) -> str:
    """Return the host of `url`, empty when there is none to be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _label(host: str) -> str:
    labels = [label for label in host.split(".") if label]
    if len(labels) < 2:
        return host
    return labels[-3] if len(labels) > 2 and labels[-2] in _GENERIC else labels[-2]


def _voices(observation: Observation, credited: frozenset[str]) -> list[str]:
    """Return whose words it passes on; where others credit the outlet itself, theirs and its own are one chain."""
    claim = observation.claim
    voices = [f"name:{folded}" for credit in claim.sources if (folded := name(credit))]
    if claim.post is not None and claim.post.url:
        voices.append(f"post:{claim.post.url}")
    elif claim.post is not None and claim.post.author:
        voices.append(f"name:{name(claim.post.author)}")
    own = outlet(observation)
    return [*voices, f"name:{own}"] if own in credited or not voices else voices


def _origin(group: list[Observation]) -> Origin:
    chain = max((observation.claim.sources for observation in group), key=len)
    first = group[0]
    label = chain[-1] if chain else (first.claim.post.author if first.claim.post else "") or outlet(first)
    return Origin(label, first, tuple(group), chain)


def _canonical(observation: Observation) -> tuple[datetime, str, str, str]:
    return said_at(observation), observation.document, observation.url, observation.claim.quote


def _grouped(observations: list[Observation], voices: list[list[str]]) -> list[list[Observation]]:
    """Group what shares a voice or a text, in the order given; copies meet in their sketches, so this is linear."""
    links = _Links()
    texts: dict[int, int] = {}
    for index, observation in enumerate(observations):
        node = f"#{index}"
        for voice in voices[index]:
            links.join(node, voice)
        for value in _sketch(observation.claim.quote):
            twin = texts.setdefault(value, index)
            if twin != index and same_text(observations[twin].claim.quote, observation.claim.quote):
                links.join(node, f"#{twin}")
    groups: dict[str, list[Observation]] = {}
    for index, observation in enumerate(observations):
        groups.setdefault(links.root(f"#{index}"), []).append(observation)
    return list(groups.values())


class _Links:
    """Disjoint sets of names."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, node: str) -> str:
        parent = self._parent.setdefault(node, node)
        while parent != self._parent[parent]:
            self._parent[parent] = parent = self._parent[self._parent[parent]]
        return parent

    def join(self, one: str, other: str) -> None:
        self._parent[self.root(other)] = self.root(one)
