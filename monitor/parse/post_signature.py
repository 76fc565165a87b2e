"""Read the author and the time of an embedded post: from the attributes of its quote, or from the signature at its end.

The attributes are those that parsing gives a post of any network (`class="post"`, `data-author`, `data-at`, `cite`,
`lang`); a signature is a dash, a name, a handle in brackets, and a date, as in the networks' own embeds.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.model import Embed

__all__ = ["EmbedDraft", "Repost", "Signature", "read_embed", "read_repost", "read_signature"]

_HANDLE = re.compile(r"\((@[\w.@-]{1,60})\)\s{0,3}([^()]{0,60})\Z")
_MONTHS = {
    name: month
    for month, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
_DATE = re.compile(
    r"([A-Za-z]{3,9})\.? (\d{1,2}), (\d{4})|(\d{1,2})\.? ([A-Za-z]{3,9})\.? (\d{4})|(\d{4})-(\d{2})-(\d{2})"
)
_DASH = re.compile(r"\s{0,3}[—–―-]{1,2}\s{0,3}")
_LONGEST_ATTRIBUTES = 4_000
_LONGEST_VALUE = 300
_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(data-author|data-at|cite|lang)\s{0,3}=\s{0,3}(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
_AUTHOR = re.compile(r"(.*)\((@[\w.@-]{1,60})\)\Z", re.DOTALL)


@dataclass(frozen=True)
class Signature:
    """The author, the handle and the time in a signature; `start` is the offset where it begins."""

    start: int
    author: str
    handle: str
    at: datetime | None


@dataclass(eq=False)
class EmbedDraft:
    """One embedded post, shared by the blocks of its text, until its signature is read; `lang` is the language that it declares."""

    author: str = ""
    handle: str = ""
    at: datetime | None = None
    url: str = ""
    lang: str = ""

    def sign(self, signature: Signature) -> None:
        """Fill in from a signature the fields that the attributes did not give."""
        if not (self.author or self.handle):
            self.author, self.handle = signature.author, signature.handle
        self.at = self.at or signature.at

    def finished(self) -> Embed:
        """Return the post as it is now."""
        return Embed(self.author, self.handle, self.at, self.url)


def read_embed(attributes: str) -> EmbedDraft:
    """Return the embedded post described by the attributes of a quote."""
    said: dict[str, str] = {}
    for name, double, single in _ATTRIBUTE.findall(attributes[:_LONGEST_ATTRIBUTES]):
        value = " ".join(html.unescape(double or single).split())
        if len(value) <= _LONGEST_VALUE:
            said.setdefault(name.lower(), value)
    author, handle = said.get("data-author", ""), ""
    if named := _AUTHOR.match(author):
        author, handle = named[1].strip(), named[2]
    elif author.startswith("@"):
        author, handle = "", author
    return EmbedDraft(
        author, handle, _instant(said.get("data-at", "")), said.get("cite", ""), said.get("lang", "")
    )


_REPOST = re.compile(
    r"\s{0,3}(?:RT|MT|QT|♻️?|🔁|🔄)\s{0,3}(@[\w.@-]{1,60})\s{0,3}:\s{0,3}(?=\S)"
    r"|\s{0,3}(?:Forwarded from|Weitergeleitet von|Reenviado de|Transféré de|Encaminhado de|Przekazano od|Inoltrato da)\s{1,3}"
    r"([^\n:]{1,80}?)\s{0,3}(?:[:\n]|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Repost:
    """The post that a text reposts; `start` is the offset where its words begin."""

    start: int
    embed: EmbedDraft


def read_repost(text: str) -> Repost | None:
    """Return the post that `text` reposts word for word ("RT @name: …", "Forwarded from NAME"); None when it is not a repost."""
    head = _REPOST.match(text)
    if head is None:
        return None
    return Repost(head.end(), EmbedDraft(handle=head[1]) if head[1] else EmbedDraft(author=head[2].strip()))


def read_signature(text: str) -> Signature | None:
    """Return the signature at the end of `text`, None when it is not a post."""
    tail_at = max(0, len(text) - 260)
    tail = text[tail_at:].rstrip()
    handle = _HANDLE.search(tail)
    if handle is None:
        return None
    dashes = [
        dash for dash in _DASH.finditer(tail, 0, handle.start()) if dash[0].strip() in ("—", "–", "―", "--")
    ]
    if not dashes:
        return None
    dash = dashes[-1]
    author = tail[dash.end() : handle.start()].strip()
    if len(author) > 100:
        return None
    return Signature(tail_at + dash.start(), author, handle[1], _date(handle[2]))


def _date(text: str) -> datetime | None:
    found = _DATE.search(text)
    if found is None:
        return None
    if found[1]:
        month, day, year = _MONTHS.get(found[1].lower()), found[2], found[3]
    elif found[4]:
        month, day, year = _MONTHS.get(found[5].lower()), found[4], found[6]
    else:
        month, day, year = int(found[8]), found[9], found[7]
    if not month:
        return None
    try:
        return datetime(int(year), month, int(day), 12, tzinfo=UTC)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    """Return an aware ISO 8601 time; None for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
