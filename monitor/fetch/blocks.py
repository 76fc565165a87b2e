"""Pages that stand before the content and say 200: small ones, known by their title or by the wall's own machinery.

Each is the wall's own wording, so that an article about walls is not one.
"""

from __future__ import annotations

__all__ = ["wall"]

_HEAD_BYTES = 16 * 1024
_WALL_BYTES = 96 * 1024
_PROSE_BYTES = 8 * 1024

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
}

# Somewhere in the page, lower case. Machinery may stand in any small page; prose only makes a wall where there is little else.
_MACHINERY: tuple[tuple[bytes, str], ...] = (
    (b"window._cf_chl_opt", "Cloudflare"),
    (b"<h1>whoa there, pardner!", "Reddit"),
    (b"geo.captcha-delivery.com/captcha", "DataDome"),
    (b'id="px-captcha"', "HUMAN"),
    (b"sucuri_cloudproxy_js", "Sucuri"),
    (b"window.gokuprops", "AWS WAF"),
    (b"/.well-known/sgcaptcha/", "SiteGround"),
)
_PROSE: tuple[tuple[bytes, str], ...] = (
    (b"whoa there, pardner", "Reddit"),
    (b"incapsula incident id", "Imperva"),
    (b"our systems have detected unusual traffic from your computer network", "Google"),
    (b"checking your browser before accessing", "Cloudflare"),
)


def wall(body: bytes) -> str | None:
    """Return whose wall the page `body` is, or None when it is content. Linear in the size of a wall, not of the page."""
    head = body[:_HEAD_BYTES].lower()
    if b"<html" not in head and b"<title" not in head and not head.lstrip().startswith(b"<!doctype html"):
        return None
    if b"<rss" in head or b"<feed" in head or b"<rdf" in head:
        return None
    if len(body) > _WALL_BYTES:
        return None
    if owner := _TITLES.get(_title(head)):
        return owner
    page = body.lower()
    marks = _MACHINERY + _PROSE if len(page) <= _PROSE_BYTES else _MACHINERY
    return next((owner for mark, owner in marks if mark in page), None)


def _title(head: bytes) -> bytes:
    start = head.find(b"<title")
    start = head.find(b">", start) + 1 if start >= 0 else 0
    end = head.find(b"</title", start)
    return b" ".join(head[start:end].split()) if start > 0 and end > 0 else b""
