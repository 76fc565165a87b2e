"""Render templates: Jinja with autoescape, where every text passes through :func:`~monitor.web.shown.shown`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from monitor.web.exchange import Ask
from monitor.web.shown import host_of, link, shown, shown_lines
from monitor.web.speech import Speech

__all__ = ["STATIC", "render", "static"]

_HERE: Final = Path(__file__).parent
STATIC: Final[Mapping[str, str]] = {
    "style.css": "text/css",
    "script.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
"""The files that pages refer to, with their media types."""


def render(template: str, ask: Ask, values: Mapping[str, Any]) -> str:
    """Return a page: `template` with `values`, in the language that was asked for."""
    speech = values.get("speech") or Speech(ask.words, ask.zone, ask.now)
    return _environment().get_template(f"{template}.html.j2").render({"ask": ask, **values, "speech": speech})


@cache
def static(name: str) -> tuple[bytes, str]:
    """Return a file of :data:`STATIC`, and the version that stands in its address, so that a browser may keep it for ever."""
    body = (_HERE / "static" / name).read_bytes()
    return body, hashlib.sha256(body).hexdigest()[:12]


def _address(name: str) -> str:
    return f"/static/{static(name)[1]}/{name}"


def _finalized(value: Any) -> Any:
    if value is None:
        return ""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"link": link, "host": host_of, "lines": shown_lines}
    environment.globals["static"] = _address
    return environment
