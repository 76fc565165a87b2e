"""Send alerts by e-mail: one mail for each message over SMTP, with verified TLS unless the server is on this machine.

Plain text and HTML (RFC 2046), one thread for each work (References, RFC 5322 3.6.4), marked as automatically generated (RFC 3834), with
List-Unsubscribe (RFC 2369). The mail depends only on the message: every attempt sends the same bytes with the same
Message-ID, by which mail systems drop duplicates. smtplib blocks, so it runs in a thread of its own (decision 0061).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ipaddress
import smtplib
import socket
import ssl
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import jinja2

from monitor.errors import ConfigError, DeliveryError
from monitor.model import Channel, ChannelKind, Message
from monitor.notify.attempt import TIME_LIMITS
from monitor.notify.layout import Layout
from monitor.notify.plain import plain
from monitor.notify.secrecy import redact
from monitor.notify.threads import in_thread

__all__ = ["TIMEOUT", "Email"]

TIMEOUT: Final = TIME_LIMITS[ChannelKind.EMAIL]
"""The time limit in seconds for a mail: greeting, TLS, login, every recipient, the text."""

_STEP = 20.0
_REMEMBERED = 1000
_READY = 220


@dataclass(frozen=True)
class SmtpServer:
    """A parsed SMTP URL; its repr holds no credentials."""

    host: str
    port: int
    implicit_tls: bool
    starttls: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> SmtpServer:
        """Return the server of `url`. Raises ValueError, whose message contains no part of the URL."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError(
                "the SMTP address is not smtps://user:password@host or smtp://user:password@host"
            )
        try:
            port = parts.port
        except ValueError:
            raise ValueError(
                "the port of the SMTP address is not a number; is the password percent-encoded?"
            ) from None
        wish = parse_qs(parts.query).get("starttls", ["always"])[-1]
        if wish not in {"always", "never"}:
            raise ValueError("starttls= of the SMTP address is neither always nor never")
        implicit = parts.scheme == "smtps"
        host, user, password = (
            unquote(parts.hostname),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )
        if not (user + password).isascii():
            raise ValueError(
                "user or password of the SMTP address has letters that an SMTP login cannot carry"
            )
        return cls(
            host=host,
            port=port or (465 if implicit else 587),
            implicit_tls=implicit,
            starttls=not implicit
            and wish == "always"
            and not (_is_loopback(host) and "starttls" not in parts.query),
            user=user,
            password=password,
        )


class Email:
    """Serves channels of the kind `email`. Raises ConfigError when the addresses or the server cannot be used."""

    def __init__(self, channel: Channel, *, timeout: float = TIMEOUT) -> None:
        self._where = f"channel {channel.name}"
        self._channel = channel.name
        self._secrets = channel.secrets
        self._timeout = timeout
        self._layout = Layout(channel)
        try:
            self._server = SmtpServer.parse(channel.secrets.get("smtp", ""))
            self._to = _addresses(channel.target)
            sender = channel.options.get("from") or (self._server.user if "@" in self._server.user else "")
            self._from = _addresses(sender)[0] if sender else self._to[0]
            self._unsubscribe = _unsubscribe(channel.options.get("unsubscribe", ""), self._from)
        except ValueError as error:
            raise ConfigError(str(error), where=self._where) from None
        # The recipients that accepted a mail which others refused: the next attempt goes to the others only.
        self._took: OrderedDict[str, set[str]] = OrderedDict()

    async def send(self, message: Message) -> None:
        """Send the mail to every address. Raises DeliveryError unless the server accepts it for all of them."""
        mail = self.mail(message).as_bytes(policy=SMTP)
        took = self._took.get(message.id, set())
        recipients = [address.addr_spec for address in self._to if address.addr_spec not in took]
        session = _Session(self._server)
        try:
            async with asyncio.timeout(self._timeout):
                refused = await in_thread(
                    lambda: session.send(self._from.addr_spec, recipients, mail), name=self._where
                )
        except TimeoutError:
            raise self._failure(f"{self._server.host} took longer than {self._timeout:g} s") from None
        except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
            raise self._worded(error) from None
        finally:
            session.abort()
        self._settle(message.id, recipients, refused)

    async def aclose(self) -> None:
        """Do nothing: no connection is kept between mails."""

    def _settle(self, id_: str, recipients: Sequence[str], refused: dict[str, tuple[int, bytes]]) -> None:
        if not refused:
            self._took.pop(id_, None)
            return
        self._took.setdefault(id_, set()).update(set(recipients) - set(refused))
        while len(self._took) > _REMEMBERED:
            self._took.popitem(last=False)
        said = "; ".join(f"{address}: {_reply(code, text)}" for address, (code, text) in refused.items())
        raise self._failure(
            f"the server refused {len(refused)} of {len(self._to)} addresses: {said}",
            retryable=any(code < 500 for code, _ in refused.values()),
        )

    def _worded(self, error: Exception) -> DeliveryError:
        host = self._server.host
        match error:
            case smtplib.SMTPAuthenticationError():
                # A person can mend it within the days of retries.
                return self._failure(f"{host} refused the login: {_reply(error.smtp_code, error.smtp_error)}")
            case smtplib.SMTPRecipientsRefused():
                codes = [code for code, _ in error.recipients.values()]
                said = "; ".join(
                    f"{to}: {_reply(code, text)}" for to, (code, text) in error.recipients.items()
                )
                return self._failure(
                    f"{host} refused every address: {said}", retryable=any(code < 500 for code in codes)
                )
            case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
                return self._failure(f"{host} turns us away: {_reply(error.smtp_code, error.smtp_error)}")
            case smtplib.SMTPResponseException():
                said = _reply(error.smtp_code, error.smtp_error)
                return self._failure(f"{host} refused the mail: {said}", retryable=error.smtp_code < 500)
            case smtplib.SMTPServerDisconnected():
                return self._failure(f"{host} broke off")
            case smtplib.SMTPNotSupportedError():
                return self._failure(f"{host}: {error}")
            case ssl.SSLCertVerificationError():
                return self._failure(f"the certificate of {host} is not trusted: {error.verify_message}")
            case ssl.SSLError():
                return self._failure(
                    f"no secure connection to {host}: {error.reason or 'the handshake failed'}"
                )
            case TimeoutError():
                return self._failure(f"{host} did not answer in time")
            case OSError():
                return self._failure(
                    f"no connection to {host}:{self._server.port}: {error.strerror or error}"
                )
            case _:
                return self._failure(f"the mail cannot be sent: {type(error).__name__}")

    def _failure(self, reason: str, *, retryable: bool = True) -> DeliveryError:
        secrets = {**self._secrets, "user": self._server.user, "password": self._server.password}
        return DeliveryError(redact(reason, secrets), where=self._where, retryable=retryable)

    def mail(self, message: Message) -> EmailMessage:
        """Return the mail that carries `message`, as text and as HTML."""
        domain = self._from.domain
        alert_texts = self._layout.alert_texts(message.alerts)
        subject = self._layout.subject(message.alerts)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._from
        mail["To"] = self._to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(message.created_at)
        mail["Message-ID"] = f"<{_token(message.id)}@{domain}>"
        works = {worded.work for worded in alert_texts}
        if len(works) == 1:
            # The root of the thread is never sent: mail programs group by it all the same.
            root = f"<{_token(f'{self._channel} {works.pop()}')}.work@{domain}>"
            mail["In-Reply-To"] = root
            mail["References"] = root
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Id"] = f"<{_token(self._channel)[:12]}.monitor.{domain}>"
        mail["List-Unsubscribe"] = self._unsubscribe
        mail.set_content(
            self._layout.text(message.alerts, message.further_trailers) + "\n", cte="quoted-printable"
        )
        page = _page().render(
            subject=subject,
            alert_texts=alert_texts,
            further=self._layout.further(message.further_trailers),
            channel=plain(self._channel),
            language=self._layout.language,
        )
        mail.add_alternative(page, subtype="html", cte="quoted-printable")
        # After the parts, since the first of them would inherit it.
        mail["Content-Language"] = self._layout.language
        mail.set_boundary(f"=_{_token(message.id)}")
        return mail


class _Session:
    """One SMTP session in a thread; `abort` ends it from outside, so that the thread cannot block for ever."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._is_over = False

    def send(self, sender: str, recipients: Sequence[str], mail: bytes) -> dict[str, tuple[int, bytes]]:
        """Send `mail` and return the refused recipients. Raises OSError or smtplib.SMTPException."""
        server = self._server
        # Created before it connects: `abort` must find the socket from the first byte on.
        name = _own_name()
        smtp: smtplib.SMTP = (
            _Encrypted(server.host, local_hostname=name, timeout=_STEP, context=_tls())
            if server.implicit_tls
            else _Late(server.host, local_hostname=name, timeout=_STEP)
        )
        self._smtp = smtp
        with smtp:
            self._check()
            code, said = smtplib.SMTP.connect(smtp, server.host, server.port)
            if code != _READY:
                raise smtplib.SMTPConnectError(code, said)
            self._check()
            smtp.ehlo_or_helo_if_needed()
            if server.starttls:
                smtp.starttls(context=_tls())
                smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
            return smtp.sendmail(sender, list(recipients), mail)

    def abort(self) -> None:
        """Close the connection if it is still open."""
        self._is_over = True
        sock = self._smtp.sock if self._smtp is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _check(self) -> None:
        if self._is_over:
            raise smtplib.SMTPServerDisconnected("nobody waits for this mail any more")


class _Late(smtplib.SMTP):
    """An SMTP client that has its host name for the certificate from the start, and connects only when `connect` is called."""

    def connect(
        self, host: str = "localhost", port: int = 0, source_address: Any = None
    ) -> tuple[int, bytes]:
        """Do nothing when called by the constructor."""
        del host, port, source_address
        return _READY, b""


class _Encrypted(_Late, smtplib.SMTP_SSL):
    """The same with TLS from the start."""


def _tls() -> ssl.SSLContext:
    """Return verified TLS with the system's authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR."""
    return ssl.create_default_context()


@lru_cache(maxsize=1)
def _own_name() -> str:
    """Return the name for EHLO without a DNS query (smtplib's default makes one, which may block)."""
    name = socket.gethostname()
    return name if name.isascii() and "." in name else "[127.0.0.1]"


@lru_cache(maxsize=1)
def _page() -> jinja2.Template:
    loader = jinja2.PackageLoader("monitor.notify", "templates")
    return jinja2.Environment(autoescape=True, loader=loader, undefined=jinja2.StrictUndefined).get_template(
        "mail.html.j2"
    )


def _addresses(text: str) -> tuple[Address, ...]:
    """Return the addresses of a header's value, domains in ASCII. Raises ValueError when one is not valid."""
    if any(ord(letter) < 32 for letter in text):
        raise ValueError("an e-mail address has a control character")
    found = [_address(name, spec) for name, spec in getaddresses([text])]
    if not found:
        raise ValueError("no e-mail address is named")
    return tuple(found)


def _address(name: str, spec: str) -> Address:
    local, at, domain = spec.rpartition("@")
    if at and local and local.isascii():
        with contextlib.suppress(ValueError, IndexError):  # UnicodeError is a ValueError
            return Address(plain(name, 80), local, domain.encode("idna").decode("ascii"))
    raise ValueError(f"not an e-mail address: {plain(spec, 80)!r}")


def _unsubscribe(wish: str, sender: Address) -> str:
    """Return a List-Unsubscribe value: the user's URL or address, else a mail to the sender."""
    if not wish:
        return f"<mailto:{sender.addr_spec}?subject=unsubscribe>"
    if not wish.isascii() or not wish.isprintable() or set("<> ,") & set(wish):
        raise ValueError("unsubscribe is neither a URL nor an e-mail address")
    return f"<{wish}>" if ":" in wish else f"<mailto:{wish}>"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _reply(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"{code} {plain(said, 120)}".strip()


def _token(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
