"""Document: one entry, article or post as it was read; immutable, known by its fingerprint."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

__all__ = ["Document"]

# Raised when what the fingerprint covers changes, so that old and new ones never collide by chance.
_FINGERPRINT_VERSION = b"1"


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document, in the words of the contract's input.

    `published` is aware and keeps the offset that the source gave, since "today" is the writer's day.
    The body is `html` or `text`, never both. `id` is what the source calls it (a GUID or an address).
    `official` says that the document is the maker's own word, `author` whose byline or account it carries.
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

    @cached_property
    def fingerprint(self) -> str:
        """32 hex digits of SHA-256 over title and body; where it was found and when play no part."""
        digest = hashlib.sha256(_FINGERPRINT_VERSION)
        for part in (self.title, self.html or self.text):
            digest.update(b"\0" + " ".join(part.split()).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:32]
