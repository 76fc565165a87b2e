"""Recognise block pages: CAPTCHA, bot-check and consent pages that are sent in place of the content, often with status 200.

They are small pages with little text, recognised by title, scripts or opening words. Each phrase counts only in the place where the block page
has it, so that an article that quotes one is not taken for a block page.
"""

from __future__ import annotations

__all__ = ["block_page_owner"]

_HEAD_BYTES = 16 * 1024
_BLOCK_PAGE_BYTES = 96 * 1024
# The most visible text: a block page has a few sentences, a consent page a few paragraphs and a list of languages.
_PROSE_BYTES = 2000
_CONSENT_BYTES = 4000
_BLANKS = b"\xef\xbb\xbf \t\r\n"

# The whole title, lower case.
_TITLES: dict[bytes, str] = {
    b"just a moment...": "Cloudflare",
    b"attention required! | cloudflare": "Cloudflare",
    b"please wait... | cloudflare": "Cloudflare",
    b"ddos-guard": "DDoS-Guard",
    b"making sure you're not a bot!": "Anubis",
    b"making sure you&#39;re not a bot!": "Anubis",
    b"pardon our interruption": "Imperva",
    b"access to this page has been denied": "HUMAN",
    b"human verification": "AWS WAF",
    b"whoa there, pardner!": "Reddit",
    b"before you continue to youtube": "YouTube's consent page",
    b"before you continue to google": "Google's consent page",
    b"bot verification": "SiteGround",
    b"sucuri website firewall": "Sucuri",
    b"vercel security checkpoint": "Vercel",
    b"client challenge": "Fastly",
    b"your access to this site has been limited": "Wordfence",
}

_TITLE_END = (b"used cloudflare to restrict access", "Cloudflare")

# In tags and scripts, lower case: an article that mentions them has them in its visible text.
_MACHINERY: tuple[tuple[bytes, str], ...] = (
    (b"window._cf_chl_opt", "Cloudflare"),
    (b"geo.captcha-delivery.com/captcha", "DataDome"),
    (b'id="px-captcha"', "HUMAN"),
    (b"sucuri_cloudproxy_js", "Sucuri"),
    (b"window.gokuprops", "AWS WAF"),
    (b"/.well-known/sgcaptcha/", "SiteGround"),
    (b"/_incapsula_resource?cwudnsai=", "Imperva"),
)
# The beginning of a heading or paragraph, lower case: an article that quotes one has words before it.
_PROSE: tuple[tuple[bytes, str], ...] = (
    (b"whoa there, pardner", "Reddit"),
    (b"you've been blocked by network security", "Reddit"),
    ("you\u2019ve been blocked by network security".encode(), "Reddit"),
    (b"request unsuccessful. incapsula incident id", "Imperva"),
    (b"our systems have detected unusual traffic from your computer network", "Google"),
    (b"checking your browser before accessing", "Cloudflare"),
    (b"the requested url was rejected. please consult with your administrator", "F5"),
    (b"https&#58;&#47;&#47;errors&#46;edgesuite&#46;net", "Akamai"),
)
_MARKS = tuple(mark for mark, _ in _MACHINERY + _PROSE)
_FEEDS = (b"<rss", b"<feed", b"<rdf", b":rss", b":feed", b":rdf")
_UNREAD = ((b"<!--", b"-->"), (b"<script", b"</script"), (b"<style", b"</style"))


def block_page_owner(body: bytes) -> str | None:
    """Return the owner of the block page `body`, or None when it is content. The cost is bounded by the size of a block page, whatever the body's."""
    head = body[:_HEAD_BYTES].lower()
    if b"<html" not in head and b"<title" not in head and not head.lstrip().startswith(b"<!doctype html"):
        return None
    if not head.lstrip(_BLANKS).startswith(b"<") or any(root in head for root in _FEEDS):
        return None
    if len(body) > _BLOCK_PAGE_BYTES:
        return None
    title, page = _title(head), body.lower()
    owner = _TITLES.get(title) or (_TITLE_END[1] if title.endswith(_TITLE_END[0]) else None)
    if owner is None and not any(mark in page for mark in _MARKS):
        return None
    words, machinery = _parted(page)
    read = sum(map(len, words))
    if owner is not None and read <= _CONSENT_BYTES:
        return owner
    if read > _PROSE_BYTES:
        return None
    return next((name for mark, name in _MACHINERY if mark in machinery), None) or next(
        (name for mark, name in _PROSE if any(run.startswith(mark) for run in words)), None
    )


def _title(head: bytes) -> bytes:
    start = head.find(b"<title")
    start = head.find(b">", start) + 1 if start >= 0 else 0
    end = head.find(b"</title", start)
    return b" ".join(head[start:end].split()) if start > 0 and end > 0 else b""


def _parted(page: bytes) -> tuple[list[bytes], bytes]:
    """Return the runs of visible text with single spaces, and all the rest: tags, scripts, comments."""
    words, rest, position = [], [], 0
    while (start := page.find(b"<", position)) >= 0:
        words.append(page[position:start])
        closing = next((close for opening, close in _UNREAD if page.startswith(opening, start)), b"")
        end = page.find(closing, start) if closing else start
        end = page.find(b">", end) if end >= 0 else -1
        position = end + 1 if end >= 0 else len(page)
        rest.append(page[start:position])
    words.append(page[position:])
    return [run for each in words if (run := b" ".join(each.split()))], b"".join(rest)
