"""Document: one entry, article or post as it was read; immutable, known by its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

__all__ = ["Document", "Form"]

# Raised when the fingerprint covers other fields, so that old and new fingerprints never collide by chance.
_FINGERPRINT_VERSION = "1"
_LONGEST_POST = 10_000
_BLANKS_AS_SPACES = bytes.maketrans(b"\t\n\v\f\r\x1c\x1d\x1e\x1f", b" " * 9)


class Form(StrEnum):
    """The form of a document at its source, as far as its parser knows; it may decide how its words are read."""

    ARTICLE = ""
    POST = "post"
    THREAD = "thread"
    """A post and its author's own continuations of it, in one text."""
    REPLY = "reply"
    """An author's continuation of an own post that was not read with it."""
    VIDEO = "video"
    PREMIERE = "premiere"
    """A video that is listed before it can be seen: the trailer in its title is still to come."""


@dataclass(frozen=True, kw_only=True, init=False)
class Document:
    """One document, with the fields of the contract's input.

    `published` is aware and keeps the UTC offset of the source, since "today" means the writer's day. The body is `html` or `text`,
    never both. `id` is the source's own id of it (a GUID or an address). `official` says that the document is the maker's
    own word; `author` is its byline or account. `form` is the document's form at its source; an official video is the account's own.
    `timezone` is the IANA name of the zone in which the writer counts days where neither `published` nor the text says one, "" if unknown.
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
    form: Form = Form.ARTICLE
    timezone: str = ""

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
        form: Form = Form.ARTICLE,
        timezone: str = "",
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
        fields["form"] = form
        fields["timezone"] = timezone

    @property
    def is_post(self) -> bool:
        """Return whether it reads as a post of a social network, whatever its form: it is short and has no headline."""
        return not self.title.strip() and len(self.html or self.text) <= _LONGEST_POST

    @property
    def fingerprint(self) -> str:
        """Return 32 hex digits of SHA-256 over title, body and whether it is out; address, source and time are left out."""
        known: str | None = self.__dict__.get("_fingerprint")
        if known is None:
            # A video is read again when it comes out, though its words are unchanged.
            mark = "\0premiere" if self.form is Form.PREMIERE else ""
            known = _fingerprint(self.title.strip(), (self.html or self.text).strip() + mark)
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
