"""Document: one entry, article or post as it was read; immutable, known by its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

__all__ = ["Document"]

# Raised when the fingerprint covers other fields, so that old and new fingerprints never collide by chance.
_FINGERPRINT_VERSION = "1"
_BLANKS_AS_SPACES = bytes.maketrans(b"\t\n\v\f\r\x1c\x1d\x1e\x1f", b" " * 9)


@dataclass(frozen=True, kw_only=True, init=False)
class Document:
    """One document, with the fields of the contract's input.

    `published` is aware and keeps the UTC offset of the source, since "today" means the writer's day. The body is `html` or `text`,
    never both. `id` is the source's own id of it (a GUID or an address). `official` says that the document is the maker's
    own word; `author` is its byline or account.
    """

    id: str
    url: str = ""
    source: str = ""
    published: datetime
    lang: str = ""
    title: str = ""
    html: str = ""
    text: str = ""
    author: str = ""
    official: bool = False

    # The generated one sets each field through object.__setattr__, which takes five times as long; a first pass makes a document
    # of every entry of every feed.
    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the field's name
        url: str = "",
        source: str = "",
        published: datetime,
        lang: str = "",
        title: str = "",
        html: str = "",
        text: str = "",
        author: str = "",
        official: bool = False,
    ) -> None:
        fields = self.__dict__
        fields["id"] = id
        fields["url"] = url
        fields["source"] = source
        fields["published"] = published
        fields["lang"] = lang
        fields["title"] = title
        fields["html"] = html
        fields["text"] = text
        fields["author"] = author
        fields["official"] = official

    @property
    def fingerprint(self) -> str:
        """Return 32 hex digits of SHA-256 over title and body; address, source and time are left out."""
        known: str | None = self.__dict__.get("_fingerprint")
        if known is None:
            known = _fingerprint(self.title.strip(), (self.html or self.text).strip())
            self.__dict__["_fingerprint"] = known
        return known


def _fingerprint(title: str, body: str) -> str:
    return sha256(_single_spaced(f"{_FINGERPRINT_VERSION}\0{title}\0{body}")).hexdigest()[:32]


def _single_spaced(text: str) -> bytes:
    """Return the words of `text` with one space between them; `text` neither begins nor ends with white space."""
    # Every white-space character beyond ASCII is unprintable. Nearly all texts have none and need not be split.
    if not text.isascii() and not text.replace("\n", " ").replace("\0", " ").isprintable():
        return " ".join(text.split()).encode("utf-8", "surrogatepass")
    words = text.encode().translate(_BLANKS_AS_SPACES)
    while (shorter := words.replace(b"  ", b" ")) != words:
        words = shorter
    return words
