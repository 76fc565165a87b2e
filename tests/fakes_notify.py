"""Real receivers on loopback, and the alerts that are sent to them."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Event,
    Key,
    Message,
    Observation,
    Status,
    When,
    alert,
)
from monitor.notify import alert_body, message
from tests.builders import NOW, observation
from tests.fakes import serving

__all__ = [
    "HOSTILE",
    "Mailbox",
    "Post",
    "Receiver",
    "change",
    "channel",
    "delivery",
    "open_mailbox",
    "open_receiver",
    "sent",
]

HOSTILE = (
    "<script>alert(1)</script>",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[31mred",
    "[link=https://evil.example]click[/link] [bold]x[/bold]",
    "safe\u202egnp.exe\u2066\u2069\u200b\ufeff",
    "Alan\r\nBcc: all@example.com\r\n\r\nbody",
    "tab\tnull\x00bell\x07c1\x9b31m line\u2028separator",
    "{{ 7 * 7 }} {% for x in y %} ${HOME} `id` $(id)",
    "z" + "\u0301" * 500,
    "lone \ud800 surrogate",
    "A" * 5000,
    "\n.\r\n",
)
"""Titles that want to be more than a title."""


def change(
    kind: ChangeKind = ChangeKind.MOVED_LATER,
    before: str | None = "2023-10-17",
    after: str | None = "2023-10-27",
    **fields: Any,
) -> Change:
    """Return a change of Alan Wake 2's date, officially."""
    key = Key(
        fields.pop("title", "Alan Wake 2"),
        fields.pop("instalment", None),
        fields.pop("event", Event.RELEASE),
        fields.pop("scope", ()),
    )
    status, certainty = fields.pop("status", Status.SCHEDULED), fields.pop("certainty", Certainty.OFFICIAL)
    evidence: tuple[Observation, ...] = fields.pop(
        "evidence",
        (
            observation(
                after,
                certainty=certainty,
                sources=("Remedy",),
                quote="We need ten more days, says the studio.",
            ),
        ),
    )
    old = Belief(Status.SCHEDULED, When.parse(before), Certainty.OFFICIAL) if before else None
    return Change(
        kind=kind,
        key=key,
        before=old,
        since=NOW if old else None,
        after=Belief(status, When.parse(after) if after else None, certainty),
        at=NOW,
        evidence=evidence,
        **fields,
    )


def channel(kind: ChannelKind = ChannelKind.CONSOLE, target: str = "", **fields: Any) -> Channel:
    return Channel(name=fields.pop("name", "phone"), kind=kind, target=target, **fields)


def delivery(number: int = 1, told: Change | dict[str, Any] | None = None, **fields: Any) -> Delivery:
    body = told if isinstance(told, dict) else alert(told or change())
    defaults: dict[str, Any] = {
        "id": f"msg_{number}",
        "change": number,
        "channel": "phone",
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_attempt_at": NOW,
        "body": alert_body(body),
        "created_at": NOW,
    }
    return Delivery(**{**defaults, **fields})


def sent(*told: Change | dict[str, Any], attempt_at: datetime = NOW) -> Message:
    """Return the message that carries what is `told`, one alert about Alan Wake 2 when nothing is."""
    return message(
        [delivery(number, one) for number, one in enumerate(told or (change(),), 1)], attempt_at=attempt_at
    )


@dataclass(frozen=True)
class Post:
    """One request as it arrived."""

    headers: dict[str, str]
    body: bytes


Answer = Callable[[Post], Awaitable[web.StreamResponse]]


@dataclass
class Receiver:
    """An HTTP server that keeps what it is sent and answers from a script, then with 204."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: list[int | tuple[int, dict[str, str]] | Answer] = field(default_factory=list)

    def forget(self) -> None:
        """Drop what arrived and the rest of the script."""
        self.posts.clear()
        self.answers.clear()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        post = Post({name.lower(): value for name, value in request.headers.items()}, await request.read())
        self.posts.append(post)
        next_ = self.answers.pop(0) if self.answers else 204
        if isinstance(next_, int):
            return web.Response(status=next_)
        if isinstance(next_, tuple):
            return web.Response(status=next_[0], headers=next_[1])
        return await next_(post)


@contextlib.asynccontextmanager
async def open_receiver(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application(client_max_size=2**24)
    application.router.add_route("*", "/{path:.*}", receiver.answer)
    async with serving(application, tls=tls) as address:
        receiver.url = f"{address}/hook"
        yield receiver


@dataclass
class Mailbox:
    """An SMTP server that keeps what it takes; `refusals` are replies to RCPT by address, `reply` the one to DATA."""

    port: int = 0
    mails: list[Envelope] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    reply: str = "250 taken"
    encrypted: list[bool] = field(default_factory=list)
    hold: asyncio.Event | None = None
    """While set on the mailbox and not yet happened, DATA is answered to nobody."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        if self.hold is not None:
            await self.hold.wait()
        if self.reply.startswith("2"):
            self.mails.append(envelope)
        return self.reply


@contextlib.asynccontextmanager
async def open_mailbox(
    *,
    starttls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
) -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        is_right = login is not None and (given.login.decode(), given.password.decode()) == login
        return AuthResult(success=is_right, handled=False)

    def session() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of logins without TLS, which some tests want
            return SMTP(
                mailbox,
                hostname="mail.example",
                tls_context=starttls,
                require_starttls=starttls is not None,
                auth_require_tls=starttls is not None,
                auth_required=login is not None,
                authenticator=authenticate,
                loop=asyncio.get_running_loop(),
                ident="test",
            )

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0, ssl=implicit)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await server.wait_closed()
