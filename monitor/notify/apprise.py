"""Send alerts by Apprise to the services of that library (Discord, Telegram, ntfy, Matrix…); an optional extra.

Apprise has its own HTTP client: the address guard of :mod:`monitor.net` does not apply, and there is no idempotency key, so a
service that accepted an alert without confirming it shows it twice (decision 0064).
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
import threading
from typing import Any, Final

from monitor.errors import ConfigError, DeliveryError
from monitor.model import Channel, ChannelKind, Message
from monitor.notify.attempt import TIME_LIMITS
from monitor.notify.layout import Layout
from monitor.notify.secrecy import redact
from monitor.notify.threads import in_thread

__all__ = ["TIMEOUT", "Apprise"]

TIMEOUT: Final = TIME_LIMITS[ChannelKind.APPRISE]
"""The time limit in seconds for all services of a channel."""

# These loggers log addresses, and an Apprise address is a key: the reason is taken from the result instead, and redacted.
_TALKATIVE = ("apprise", "urllib3", "requests", "paho", "slixmpp")


class Apprise:
    """Serves channels of the kind `apprise`. Raises ConfigError when the extra is missing or an address is unknown."""

    def __init__(self, channel: Channel, *, timeout: float = TIMEOUT) -> None:
        self._where = f"channel {channel.name}"
        self._secrets = channel.secrets
        self._timeout = timeout
        self._layout = Layout(channel)
        if importlib.util.find_spec("apprise") is None:
            raise ConfigError("Apprise is not installed: pip install 'monitor[apprise]'", where=self._where)
        _silence()
        urls = channel.secrets.get("url", "").split() or channel.target.split()
        library = importlib.import_module("apprise")
        self.services: list[Any] = []
        for number, url in enumerate(urls, 1):
            service = library.Apprise.instantiate(url)
            if service is None:
                raise ConfigError(
                    f"Apprise does not know its address {number} of {len(urls)}", where=self._where
                )
            if "overflow=" not in url:
                # Otherwise a service with a limit of 2000 characters refuses a digest on every attempt.
                service.overflow_mode = library.OverflowMode.SPLIT
            self.services.append(service)
        if not self.services:
            raise ConfigError("no Apprise address is named", where=self._where)
        self._turn = threading.Lock()
        self._took: dict[str, set[int]] = {}

    async def send(self, message: Message) -> None:
        """Send title and text to every service. Raises DeliveryError unless all of them accept it."""
        title = self._layout.subject(message.alerts)
        text = self._layout.text(message.alerts, message.further_trailers)
        took = self._took.setdefault(message.id, set())
        try:
            async with asyncio.timeout(self._timeout):
                failures = await in_thread(lambda: self._notify(title, text, took), name=self._where)
        except TimeoutError:
            raise DeliveryError(
                f"the service took longer than {self._timeout:g} s", where=self._where
            ) from None
        if not failures:
            self._took.pop(message.id, None)
            return
        while len(self._took) > 1000:
            del self._took[next(iter(self._took))]
        raise DeliveryError(redact("; ".join(failures), self._secrets), where=self._where)

    async def aclose(self) -> None:
        """Do nothing: no connection is kept open."""

    def _notify(self, title: str, text: str, took: set[int]) -> list[str]:
        library = importlib.import_module("apprise")
        failures: list[str] = []
        with self._turn:
            for number, service in enumerate(self.services):
                if number in took:
                    continue
                one = library.Apprise()
                one.add(service)
                # Its own `timeout` uses threads for which the interpreter waits at exit.
                result = one.notify(title=title, body=text, body_format=library.NotifyFormat.TEXT)
                if result:
                    took.add(number)
                else:
                    failures.append(f"{service.service_name} did not take it{_reason(result)}")
        return failures


def _silence() -> None:
    """Silence the library's log outside of its results."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _reason(result: Any) -> str:
    """Return the reason of a failure from the library's result."""
    said = [
        entry.message
        for outcome in getattr(result, "results", ())
        for entry in outcome.logs()
        if entry.level != "DEBUG"
    ]
    return f" ({said[-1]})" if said else ""
