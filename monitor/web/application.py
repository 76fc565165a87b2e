"""The web application: the checks of each request, and how an answer or an error becomes a response.

A handler is a plain function of an :class:`~monitor.web.exchange.Ask` and the read model, which runs in a thread of
:class:`~monitor.web.reader_threads.Pool`: SQLite blocks, and the event loop never does.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from monitor.errors import CursorError, LedgerError, NotFoundError
from monitor.review import Review
from monitor.web.desk import Desk, Waiting
from monitor.web.exchange import Ask, Data, HtmlPage, Redirect, RefusedError, Reply
from monitor.web.guard import HEADERS, SESSION, Guard, new_session, session_of
from monitor.web.negotiation import spoken_for
from monitor.web.reader_threads import Pool
from monitor.web.rendering import STATIC, render, static
from monitor.web.routes import ANSWERS, PAGES
from monitor.web.settings import Configured, PageSettings

__all__ = ["MOST_BODY", "Server", "application"]

log = logging.getLogger(__name__)

MOST_BODY: Final = 64 * 1024
_BODY_SECONDS: Final = 10.0
_LATER: Final = "monitor_later"
_KEYS: Final = "monitor_keys"
_MOST_LATER: Final = 60
_COMPRESSED_FROM: Final = 1000
_YEAR: Final = 365 * 86_400
_SAFE: Final = frozenset({"GET", "HEAD"})
_NUMBERS: Final = re.compile(r"[0-9]{1,18}")
_BODIES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")

_Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]
_TEMPLATES: Final = {
    400: ("This request cannot be read", ""),
    403: ("This form is not from here", ""),
    404: ("There is no such page", "It may have been taken back, or its address was cut on the way."),
    405: ("That cannot be done here", ""),
    408: ("The request took too long", ""),
    413: ("That is too much", "A form may have 64 kB."),
    421: ("This page is not served under that name", ""),
}


@dataclass(frozen=True)
class _Checked:
    """What the checks of a request found: its session, and the fields of its form."""

    session: str
    form: Mapping[str, str] = field(default_factory=dict)


_CHECKED: Final = web.RequestKey("checked", _Checked)
_TOOK: Final = web.RequestKey("took", tuple[float, float])


@dataclass(frozen=True)
class Server:
    """What all requests share."""

    guard: Callable[[], Guard]
    pool: Pool
    configured: Configured
    clock: Callable[[], datetime]
    actor: str
    waiting: Waiting = field(default_factory=Waiting)


def application(server: Server) -> web.Application:
    """Return the application that serves the pages."""
    app = web.Application(client_max_size=MOST_BODY, middlewares=[_contained(server), _checked(server)])
    app.on_response_prepare.append(_add_headers)
    for path, handler in PAGES.items():
        app.router.add_get(path, _page(server, handler))
    for path, handler in ANSWERS.items():
        app.router.add_post(path, _answer(server, handler))
    app.router.add_get("/static/{version}/{name}", _static)
    app.router.add_get("/favicon.ico", _icon)
    return app


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    if (took := request.get(_TOOK)) is not None:
        response.headers["Server-Timing"] = f"page;dur={took[0] * 1000:.1f}, cpu;dur={took[1] * 1000:.1f}"


def _contained(server: Server) -> Middleware:
    """Turn every error into a page with its status."""

    @web.middleware
    async def contain(request: web.Request, handler: _Respond) -> web.StreamResponse:
        try:
            return await handler(request)
        except RefusedError as refused:
            return await _error(server, request, refused.status, refused.headline, refused.advice)
        except NotFoundError as error:
            return await _error(server, request, 404, "There is nothing of that number", str(error.message))
        except CursorError as error:
            return await _error(server, request, 400, "This part of the list is not there", error.message)
        except LedgerError as error:
            log.warning("%s", error)
            return await _error(server, request, 503, "The ledger cannot be read now", str(error))
        except TimeoutError:
            return await _error(server, request, 408, *_TEMPLATES[408])
        except web.HTTPException as error:
            if error.status < 400:
                raise
            headline, advice = _TEMPLATES.get(error.status, (error.reason, ""))
            response = await _error(server, request, error.status, headline, advice)
            if "Allow" in error.headers:
                response.headers["Allow"] = error.headers["Allow"]
            return response
        except (asyncio.CancelledError, ConnectionError):
            raise
        except Exception:
            log.exception("a bug of ours at %s", request.path[:200])
            return await _error(
                server, request, 500, "A bug of ours", "Its traceback is in the log of `monitor serve`."
            )

    return contain


def _checked(server: Server) -> Middleware:
    """Refuse what is not meant for this page, before anything is looked up."""

    @web.middleware
    async def check(request: web.Request, handler: _Respond) -> web.StreamResponse:
        guard = server.guard()
        hosts = request.headers.getall("Host", [])
        if len(hosts) != 1 or not guard.is_served(hosts[0]):
            raise RefusedError(421, *_TEMPLATES[421])
        cookie = session_of(request.cookies.get(SESSION, ""))
        session, form = cookie or new_session(), {}
        request[_CHECKED] = _Checked(session)
        if request.method not in _SAFE:
            if request.method != "POST":
                raise RefusedError(405, *_TEMPLATES[405])
            if not guard.is_ours(request.headers.get("Origin", "")):
                raise RefusedError(
                    403, "This form is not from here", "It was sent by another site, so nothing was done."
                )
            form = await _form(request)
            if not guard.is_valid(form.get("token", ""), cookie):
                raise RefusedError(
                    403,
                    "This form is too old",
                    "The page was started anew since, or your browser keeps no cookies. Nothing was done: go back, load the page again,"
                    " and answer once more.",
                )
            request[_CHECKED] = _Checked(session, form)
        response = await handler(request)
        if not cookie:
            response.set_cookie(SESSION, session, httponly=True, samesite="Strict", path="/")
        return response

    return check


async def _form(request: web.Request) -> dict[str, str]:
    """Return the fields of a form, the first of each name. Raises RefusedError, or HTTPRequestEntityTooLarge."""
    if request.content_type not in _BODIES:
        raise RefusedError(400, "This request cannot be read", "A form was expected.")
    async with asyncio.timeout(_BODY_SECONDS):
        try:
            posted = await request.post()
        except (ValueError, UnicodeError, LookupError, AssertionError):
            raise RefusedError(400, *_TEMPLATES[400]) from None
    fields: dict[str, str] = {}
    for name, value in posted.items():
        if isinstance(value, str):
            fields.setdefault(name, value)
    return fields


def _page(server: Server, handler: Callable[[Ask, Desk], Reply]) -> _Respond:
    async def respond(request: web.Request) -> web.StreamResponse:
        return _response(*await server.pool.read(_work(server, request, handler)))

    return respond


def _answer(server: Server, handler: Callable[[Ask, Desk], Reply]) -> _Respond:
    async def respond(request: web.Request) -> web.StreamResponse:
        return _response(*await server.pool.write(_work(server, request, handler)))

    return respond


def _work(
    server: Server, request: web.Request, handler: Callable[[Ask, Desk], Reply]
) -> Callable[[Review], tuple[Reply, str]]:
    """Return what a thread does for a request: it looks up and renders."""

    def work(review: Review) -> tuple[Reply, str]:
        started, used = time.perf_counter(), time.thread_time()
        settings = server.configured.current()
        review.config = settings.config
        ask = _ask(server, request, settings)
        reply = handler(ask, Desk(review, settings, ask, server.waiting))
        text = _rendered(reply, ask, settings)
        request[_TOOK] = (time.perf_counter() - started, time.thread_time() - used)
        return reply, text

    return work


def _ask(server: Server, request: web.Request, settings: PageSettings) -> Ask:
    checked = request.get(_CHECKED, _Checked(""))
    later = tuple(int(number) for number in _NUMBERS.findall(request.cookies.get(_LATER, "")[:2000]))
    return Ask(
        path=request.path,
        values=dict(request.match_info),
        query=tuple(request.query.items()),
        form=checked.form,
        words=spoken_for(request.headers.get("Accept-Language", ""), settings.language),
        now=server.clock(),
        zone=settings.zone,
        token=server.guard().token(checked.session),
        actor=server.actor,
        later=later[:_MOST_LATER],
        keys_off=request.cookies.get(_KEYS) == "off",
    )


def _rendered(reply: Reply, ask: Ask, settings: PageSettings) -> str:
    if not isinstance(reply, HtmlPage):
        return ""
    return render(reply.template, ask, {"settings": settings, **reply.values})


def _response(reply: Reply, text: str) -> web.Response:
    match reply:
        case Redirect(to=to, later=later, keys_off=keys_off):
            response = web.Response(status=303, headers={"Location": to})
            if later is not None:
                value = ".".join(map(str, later[-_MOST_LATER:]))
                response.set_cookie(_LATER, value, httponly=True, samesite="Strict", path="/")
            if keys_off is not None:
                value = "off" if keys_off else "on"
                response.set_cookie(_KEYS, value, httponly=True, samesite="Strict", path="/", max_age=_YEAR)
            return response
        case Data(value=data):
            return web.Response(text=json.dumps(data), content_type="application/json")
        case HtmlPage(status=status):
            response = web.Response(text=text, content_type="text/html", charset="utf-8", status=status)
            response.headers["Vary"] = "Accept-Language, Cookie"
            if len(text) > _COMPRESSED_FROM:
                response.enable_compression()
            return response


async def _error(
    server: Server, request: web.Request, status: int, headline: str, advice: str
) -> web.Response:
    """Return an error as a page; it needs neither ledger nor configuration."""
    values = {"status": status, "headline": headline, "advice": advice, "settings": PageSettings()}
    text = render("error", _ask(server, request, PageSettings()), values)
    response = web.Response(text=text, content_type="text/html", charset="utf-8", status=status)
    if status == 503:
        response.headers["Retry-After"] = "5"
    if status in {413, 408}:
        response.force_close()
    return response


async def _static(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    if name not in STATIC:
        raise web.HTTPNotFound
    body, version = static(name)
    is_current = request.match_info["version"] == version
    response = web.Response(body=body, content_type=STATIC[name], charset="utf-8")
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if is_current else "no-store"
    response.enable_compression()
    return response


async def _icon(_: web.Request) -> web.StreamResponse:
    body, _version = static("icon.svg")
    return web.Response(body=body, content_type=STATIC["icon.svg"])
