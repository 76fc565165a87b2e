"""Count origins: the independent sources that observations are attributed to, since outlets repeat each other.

Two observations have one origin when they credit the same name (the nearest credit leads to the last: chains of "via X" are
followed), embed the same post, come from the same outlet without a credit, or have the same text.
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
    "count_origins",
    "first_said",
    "forget_texts",
    "host_of",
    "is_shared",
    "origins",
    "outlet",
    "said_at",
    "same_text",
]

# Hosts that many accounts share: the attribution is to the account.
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
# Addresses of posts, by the part that all addresses of one post share.
_POSTS = (
    (re.compile(r"bsky\.app/profile/[^/]{1,300}/post/([2-7a-z]{13})\Z"), "bsky"),
    (re.compile(r"(?:twitter|x)\.com/\w{1,30}/status(?:es)?/(\d{5,20})\Z"), "x"),
)
_TOOT = re.compile(r"https?://([^/\s]{3,260})/(?:@[\w.@-]{1,200}|users/[\w.-]{1,100}/statuses)/(\d{5,20})")
# Most addresses by far: what is not like it is left to the parser of addresses.
_PLAIN = re.compile(r"https?://([a-z0-9.-]+)(?:/|\Z)")
_ACCOUNT = re.compile(r"\s\(@[^()\s]{1,200}\)\Z")
# Second-level labels under which countries register names (co.uk, com.br): the name is the label before them.
_GENERIC = frozenset(["co", "com", "net", "org", "gov", "ac", "edu", "or", "ne", "go"])
_WORD = re.compile(r"\w+")
# A shorter sentence is no sign of a copy: anyone may write "It comes out on May 2" independently.
_WORDS, _LETTERS = 8, 40
_ALIKE = 0.6
_SKETCH = 8


@dataclass(frozen=True)
class Origin:
    """One independent origin: its `name`, its `first` observation, and all observations that repeat it.

    `chain` is the longest chain of credits that led to it, nearest first.
    """

    name: str
    first: Observation
    observations: tuple[Observation, ...]
    chain: tuple[str, ...] = ()


def origins(observations: Iterable[Observation]) -> tuple[Origin, ...]:
    """Return the independent origins of `observations`, earliest first, in linear time."""
    ordered = sorted(observations, key=_canonical)
    groups: dict[int, list[Observation]] = {}
    for observation, root in zip(ordered, _linked(ordered), strict=True):
        groups.setdefault(root, []).append(observation)
    return tuple(_origin(group) for group in groups.values())


def count_origins(observations: Iterable[Observation]) -> int:
    """Return the number of independent origins of `observations`, as :func:`origins` finds them."""
    return len(set(_linked(sorted(observations, key=_canonical))))


def first_said(observations: Iterable[Observation]) -> Observation | None:
    """Return the earliest observation; an embedded post counts at its own time."""
    return min(observations, key=_canonical, default=None)


def said_at(observation: Observation) -> datetime:
    """Return when it was said: the time of the embedded post where there is one, else the document's."""
    post = observation.claim.post
    if post is not None and post.at is not None and post.at.tzinfo is not None:
        return min(post.at, observation.published)
    return observation.published


def same_text(one: str, other: str) -> bool:
    """Return whether one of two passages is a copy of the other, apart from cosmetic edits."""
    mine, theirs = _shingles(one), _shingles(other)
    if not mine or not theirs:
        return False
    return len(mine & theirs) >= _ALIKE * len(mine | theirs)


@lru_cache(maxsize=8192)
def _shingles(text: str) -> frozenset[int]:
    """Return the hashes that passages are compared by, of three words each; empty when the passage is too short to compare.

    Scripts without spaces are compared by six letters in a row.
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
    """Return the smallest shingles (a MinHash sketch): copies share one of them almost certainly."""
    return tuple(sorted(_shingles(text))[:_SKETCH])


def outlet(observation: Observation) -> str:
    """Return the normalised name of the outlet: its site, or the account on a shared site."""
    return _outlet(observation.url, observation.source, observation.author)


@lru_cache(maxsize=8192)
def _outlet(url: str, source: str, author: str) -> str:
    label = _label((host_of(url) or host_of(source)).casefold())
    if not label:
        return name(author) or name(source) or "?"
    if label in _SHARED or _TOOT.fullmatch(url):
        return name(_ACCOUNT.sub("", author)) or name(author) or name(source) or label
    return name(label)


@lru_cache(maxsize=8192)
def is_shared(url: str) -> bool:
    """Return whether `url` is on a site where each account is an outlet of its own."""
    return _label(host_of(url).casefold()) in _SHARED


@lru_cache(maxsize=8192)
def name(text: str) -> str:
    """Return a credit normalised for comparison: letters and digits only, so that "Digital Spy" equals digitalspy.com."""
    folded = "".join(_WORD.findall(text.casefold())).replace("_", "")
    return folded.removeprefix("the") if len(folded) > 6 else folded


@lru_cache(maxsize=8192)
def host_of(url: str) -> str:
    """Return the host of `url`, "" when it has none."""
    if found := _PLAIN.match(url):
        return found[1]
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _label(host: str) -> str:
    labels = [label for label in host.split(".") if label]
    if len(labels) < 2:
        return host
    return labels[-3] if len(labels) > 2 and labels[-2] in _GENERIC else labels[-2]


def _attributions(observation: Observation, credited: frozenset[str], embedded: frozenset[str]) -> list[str]:
    """Return whom an observation is attributed to; where others credit the outlet itself, its credits and its own name are one chain.

    A post that others embed has one origin with those who embed it.
    """
    claim = observation.claim
    attributions = [f"name:{folded}" for credit in claim.sources if (folded := name(credit))]
    own_post = _post_key(observation.url) if embedded and observation.url else ""
    if claim.post is None and own_post in embedded:
        return [*attributions, f"post:{own_post}", f"name:{outlet(observation)}"]
    if claim.post is not None and claim.post.url:
        attributions.append(f"post:{_post_key(claim.post.url)}")
    elif claim.post is not None and claim.post.author:
        attributions.append(f"name:{name(claim.post.author)}")
    own = outlet(observation)
    return [*attributions, f"name:{own}"] if own in credited or not attributions else attributions


@lru_cache(maxsize=8192)
def _post_key(url: str) -> str:
    """Return the address of a post in one spelling, whichever of its author's names and of its site's hosts it is under."""
    plain = url.partition("?")[0].partition("#")[0].rstrip("/")
    for pattern, site in _POSTS:
        if found := pattern.search(plain):
            return f"{site}/{found[1]}"
    if found := _TOOT.fullmatch(plain):
        return f"{found[1].casefold()}/{found[2]}"
    return plain


def forget_texts(most: int) -> None:
    """Forget what was remembered of texts and addresses where it is of more than `most` of one kind; it is worked out again when needed.

    The daemon meets the same ones in every fold. A process that shows one work after another does not.
    """
    for remembered in (_shingles, _sketch, _outlet, is_shared, host_of, _post_key):
        if remembered.cache_info().currsize > most:
            remembered.cache_clear()


def _origin(group: list[Observation]) -> Origin:
    chain = max((observation.claim.sources for observation in group), key=len)
    first = group[0]
    label = chain[-1] if chain else (first.claim.post.author if first.claim.post else "") or outlet(first)
    return Origin(label, first, tuple(group), chain)


def _canonical(observation: Observation) -> tuple[datetime, str, str, str]:
    return said_at(observation), observation.document, observation.url, observation.claim.quote


def _linked(observations: list[Observation]) -> list[int]:
    """Return a number for each of `observations`, the same for those that share an attribution or a text.

    Linear, since copies of a text meet in their sketches.
    """
    credited = frozenset(name(credit) for o in observations for credit in o.claim.sources)
    embedded = frozenset(
        _post_key(o.claim.post.url) for o in observations if o.claim.post and o.claim.post.url
    )
    links = _Links(len(observations))
    attributed: dict[str, int] = {}
    texts: dict[int, int] = {}
    for index, observation in enumerate(observations):
        for attribution in _attributions(observation, credited, embedded):
            links.join(index, attributed.setdefault(attribution, index))
        quote = observation.claim.quote
        for value in _sketch(quote):
            twin = texts.setdefault(value, index)
            if (
                twin != index
                and not links.has(index, twin)
                and same_text(observations[twin].claim.quote, quote)
            ):
                links.join(index, twin)
    return [links.root(index) for index in range(len(observations))]


class _Links:
    """Disjoint sets of the numbers below `size`."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, node: int) -> int:
        parent = self._parent
        while node != parent[node]:
            parent[node] = node = parent[parent[node]]
        return node

    def has(self, one: int, other: int) -> bool:
        return self.root(one) == self.root(other)

    def join(self, one: int, other: int) -> None:
        if one != other:
            self._parent[self.root(other)] = self.root(one)
