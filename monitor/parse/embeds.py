"""Convert posts embedded in articles to one form for all networks.

Each embed becomes, in the kept fragment::

    <blockquote class="post" data-author="Name (@handle)" data-at="2022-06-06T01:30:11Z" cite="https://…/status/1" lang="ko">
    <p>first paragraph</p><p>second,<br>in two lines</p></blockquote>

`data-author` is the signature as the embed shows it, or the handle that the address names. `data-at` is UTC to the second:
exact where the post's id holds its time (X and Twitter, Bluesky, Mastodon, Instagram, Threads, TikTok), else the day that the
embed shows, at midnight. `cite` is the address of the post without its query. Each is left out when it is not known, and the
signature line ("— Name (@handle) June 6, 2022") is removed from the text, so that its date is not taken for a date of the article.

Sources: developer.x.com "Snowflake IDs"; atproto.com/specs/tid; Mastodon `lib/mastodon/snowflake.rb`; Instagram Engineering,
"Sharding & IDs at Instagram"; TikTok ids carry Unix seconds in their upper half.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from monitor.parse.clean import clean
from monitor.parse.html_tree import has_class, text_of
from monitor.parse.links import absolute, host
from monitor.parse.timestamps import read_date

__all__ = ["may_embed_posts", "normalise_posts", "post_element"]

_CLASSES = (
    "twitter-tweet", "twitter-video", "instagram-media", "bluesky-embed", "mastodon-embed", "tiktok-embed",
    "text-post-media", "fb-xfbml-parse-ignore", "reddit-embed-bq", "reddit-card",
)  # fmt: skip
_PERMALINKS = (
    "cite", "data-instgrm-permalink", "data-text-post-permalink", "data-embed-url", "data-url", "data-bluesky-uri",
)  # fmt: skip
_AT_URI = re.compile(r"at://([^/\s]{1,300})/app\.bsky\.feed\.post/([2-7a-z]{13})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 4_102_444_800_000
_X_EPOCH, _INSTAGRAM_EPOCH = 1_288_834_974_657, 1_314_220_021_721
_FIRST_SNOWFLAKE = 30_000_000_000
_BASE32 = "234567abcdefghijklmnopqrstuvwxyz"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# Compiled for the first post: few feeds have one, and compiling takes longer than parsing a feed.
_POST = (
    r"https?://(?:[a-z0-9-]+\.)*(?:"
    r"(?:twitter|x)\.com/(?P<x>\w{1,30})/status(?:es)?/(?P<x_id>\d{5,20})"
    r"|bsky\.app/profile/(?P<sky>[^/?#\s]{1,300})/post/(?P<sky_id>[2-7a-z]{13})"
    r"|(?:instagram\.com/(?:[\w.]{1,40}/)?(?:p|reel|tv)|threads\.(?:net|com)/@(?P<threads>[\w.]{1,40})/post)/(?P<insta_id>[\w-]{8,40})"
    r"|tiktok\.com/@(?P<tiktok>[\w.]{1,40})/video/(?P<tiktok_id>\d{15,20})"
    r"|facebook\.com/[^?#\s/]{1,200}/[^?#\s]{1,300}"
    r"|reddit\.com/r/\w{1,40}/comments/[^?#\s]{1,300}"
    r"|[a-z0-9-]+\.[a-z]{2,20}/@(?P<toot>[\w.]{1,60})/(?P<toot_id>\d{15,20})"
    r")"
)
_SHARED_BY = r"(?:A (?:post|video|photo|reel) shared by|Post by|Posted by)\s+(.{1,200})"
_SHOWN_DATE = r"\s+on\s+(?:[A-Z][a-z]+day,\s+)?([A-Z][a-z]+ \d{1,2},? \d{4}|\d{1,2} [A-Z][a-z]+ \d{4})\b.*$"
_FURNITURE = (
    r"(?:View this post on Instagram|View (?:this post )?on (?:Mastodon|Threads)|\[image or embed\]|Posted by\b.{0,200}|"
    r"A (?:post|video|photo|reel) shared by\b.{0,200}|Post by @\S{1,200})"
)
_DASHES = "—–-\u2015 \xa0\n.…"
_MAX_TEXT = 20_000


class _Embed(NamedTuple):
    author: str
    at: datetime | None
    url: str
    lang: str
    paragraphs: tuple[str, ...]


def may_embed_posts(body: str) -> bool:
    """Return whether HTML may embed posts, so that it must be parsed; False is certain."""
    return "<blockquote" in body and any(name in body for name in _CLASSES)


def normalise_posts(root: _Element, base: str = "") -> list[_Element]:
    """Replace every embedded post below `root` by its normal form; return the new elements in document order."""
    found: list[_Element] = []
    for element in [quote for quote in root.iter("blockquote") if has_class(quote, *_CLASSES)]:
        parent = element.getparent()
        if parent is None or any(
            has_class(ancestor, *_CLASSES) for ancestor in element.iterancestors("blockquote")
        ):
            continue
        embed = _read(element, base)
        new = post_element(embed.paragraphs, author=embed.author, at=embed.at, url=embed.url, lang=embed.lang)
        new.tail = element.tail
        parent.replace(element, new)
        found.append(new)
    return found


def post_element(
    paragraphs: tuple[str, ...], *, author: str, at: datetime | None, url: str, lang: str = ""
) -> _Element:
    """Return one post in the normal form; a line feed in a paragraph is a line break."""
    quote = etree.Element("blockquote")
    quote.set("class", "post")
    shown = "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name, value in (("data-author", author), ("data-at", shown), ("cite", url), ("lang", lang)):
        if value:
            quote.set(name, _xml(value))
    for paragraph in paragraphs:
        lines = paragraph.split("\n")
        node = etree.SubElement(quote, "p")
        node.text = _xml(lines[0])
        for line in lines[1:]:
            etree.SubElement(node, "br").tail = _xml(line)
    return quote


def _read(element: _Element, base: str) -> _Embed:
    url, match = _address(element, base)
    lines = list(_paragraphs(element))
    signature = _signature(element)
    shared = next(
        (found[1] for line in (*lines, signature) if (found := re.search(_SHARED_BY, line, re.IGNORECASE))),
        "",
    )
    if shared:
        signature = shared
    shown = re.search(_SHOWN_DATE, signature)
    if shown:
        signature = signature[: shown.start()]
    author = signature.strip(_DASHES) or _account(match)
    moment = _moment(match) or _stamped(element) or (read_date(shown[1]) if shown else None)
    language = next((lang for node in element.iter() if (lang := node.get("lang"))), "")
    text = tuple(
        kept for line in lines if (kept := re.sub(_FURNITURE, "", line, flags=re.IGNORECASE).strip())
    )
    return _Embed(author[:200], moment, url, language[:35], text)


def _address(element: _Element, base: str) -> tuple[str, re.Match[str] | None]:
    links = [link.get("href") or "" for link in element.iter("a")]
    named = [element.get(name) or "" for name in _PERMALINKS]
    for candidate in (*named, *reversed(links)):
        if at_uri := _AT_URI.match(candidate):
            candidate = f"https://bsky.app/profile/{at_uri[1]}/post/{at_uri[2]}"  # noqa: PLW2901 - the same post by its web name
        if match := re.match(_POST, candidate, re.IGNORECASE):
            url = absolute(candidate, base)
            return url.partition("?")[0].partition("#")[0].removesuffix("/embed"), match
    return absolute(element.get("cite") or "", base), None


def _paragraphs(element: _Element) -> Iterator[str]:
    nodes = [node for node in element.iter("p") if not any(True for _ in node.iterancestors("p"))]
    for node in nodes or [element]:
        text = "".join(_pieces(node))[:_MAX_TEXT]
        for paragraph in re.split(r"\n[ \t]*\n", text):
            lines = "\n".join(line for raw in paragraph.split("\n") if (line := " ".join(raw.split())))
            if lines:
                yield lines


def _pieces(node: _Element) -> Iterator[str]:
    for event, inner in etree.iterwalk(node, events=("start", "end")):
        if event == "start":
            yield "\n" if inner.tag == "br" else " ".join((inner.text or "").split("\n"))
        else:
            if inner.tag in ("div", "section"):
                yield "\n"
            if inner is not node and inner.tail:
                yield " ".join(inner.tail.split("\n"))


def _signature(element: _Element) -> str:
    """Return the line outside the paragraphs that names the author: "— Name (@handle)", "Posted by Name on …"."""
    rest = copy.deepcopy(element)
    for link in rest.iter("a"):
        if re.match(_POST, link.get("href") or "", re.IGNORECASE):
            link.tag = "p"
    etree.strip_elements(rest, "p", with_tail=False)
    line = text_of(rest)
    return line.strip(_DASHES) if line.startswith(("—", "–", "\u2015", "-", "Posted by")) else ""


def _account(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    names = match.groupdict()
    name = names["x"] or names["sky"] or names["threads"] or names["tiktok"] or ""
    if names["toot"]:
        return f"@{names['toot']}@{host(match[0])}"
    return f"@{name}" if name and not name.startswith("did:") else ""


def _moment(match: re.Match[str] | None) -> datetime | None:
    """Return the time encoded in the id of a post."""
    if match is None:
        return None
    ids = match.groupdict()
    milliseconds = 0
    if ids["x_id"] and int(ids["x_id"]) >= _FIRST_SNOWFLAKE:
        milliseconds = (int(ids["x_id"]) >> 22) + _X_EPOCH
    elif ids["sky_id"]:
        milliseconds = (_number(ids["sky_id"].lower(), _BASE32) >> 10) // 1000
    elif ids["insta_id"]:
        milliseconds = (_number(ids["insta_id"][:11], _BASE64) >> 23) + _INSTAGRAM_EPOCH
    elif ids["tiktok_id"]:
        milliseconds = (int(ids["tiktok_id"]) >> 32) * 1000
    elif ids["toot_id"]:
        milliseconds = int(ids["toot_id"]) >> 16
    moment = _EPOCH + timedelta(milliseconds=min(milliseconds, _LATEST))
    return moment if 2006 <= moment.year < 2100 else None


def _number(digits: str, alphabet: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(alphabet) + alphabet.index(digit)
    return number


def _stamped(element: _Element) -> datetime | None:
    for node in element.iter("time"):
        if moment := read_date(node.get("datetime") or ""):
            return moment
    return next((moment for link in element.iter("a") if (moment := read_date(text_of(link, 60)))), None)


def _xml(text: str) -> str:
    """Return `text` without the characters that XML 1.0 does not allow and lxml refuses."""
    return clean(text, _MAX_TEXT)
