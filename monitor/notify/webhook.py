"""Send alerts by webhook: one POST each, by the Standard Webhooks specification; the body is the stored bytes of the delivery.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (decision 0060)
"""

from __future__ import annotations

import asyncio
import binascii
import contextlib
import email.utils
import http
import logging
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import httpx
from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from monitor.errors import ConfigError, DeliveryError
from monitor.model import Channel, ChannelKind, Message
from monitor.net import OPEN_HOST, open_client
from monitor.notify.attempt import TIME_LIMITS
from monitor.notify.retry import retry_after
from monitor.notify.secrecy import redact

__all__ = ["TIMEOUT", "Webhook"]

TIMEOUT: Final = TIME_LIMITS[ChannelKind.WEBHOOK]
"""The time limit of the exchange in seconds; the specification recommends 15 to 30."""

# Read so that the connection can be reused; a longer response is not read to its end.
_ANSWER = 64 * 1024


class Webhook:
    """Serves channels of the kind `webhook`. Raises ConfigError when a key or the address cannot be used."""

    def __init__(
        self, channel: Channel, *, timeout: float = TIMEOUT, client: httpx.AsyncClient | None = None
    ) -> None:
        self._where = f"channel {channel.name}"
        self._secrets = channel.secrets
        self._url = channel.secrets.get("url") or channel.target
        if urlsplit(self._url).scheme not in {"http", "https"} or not urlsplit(self._url).hostname:
            raise ConfigError("the webhook's address is not http:// or https://", where=self._where)
        self._signers = [
            signer for key in channel.secrets.get("secret", "").split() for signer in self._signers_of(key)
        ]
        self._headers = {
            name: channel.secrets[secret] for name, secret in channel.options.get("headers", {}).items()
        }
        self._is_open = channel.allow_private
        self._timeout = timeout
        self._client = client or open_client(timeout=timeout)
        # httpx logs the URL of every request, and a hook's URL may be its key.
        logging.getLogger("httpx").setLevel(logging.WARNING)

    async def send(self, message: Message) -> None:
        """POST the message's body. Raises DeliveryError on anything but a 2xx within the time limit."""
        headers = {**self._headers, **self._signed(message), "Content-Type": "application/json"}
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(
                    "POST",
                    self._url,
                    content=message.body,
                    headers=headers,
                    extensions={OPEN_HOST: self._is_open},
                ) as response,
            ):
                self._judge(response, message.attempt_at)
                await _drain(response)
        except TimeoutError:
            raise self._failure(f"no answer within {self._timeout:g} s") from None
        except httpx.HTTPError as error:
            raise self._failure(str(error) or type(error).__name__) from None
        except (httpx.InvalidURL, UnicodeError, ValueError):
            raise self._failure("the address or a header cannot be sent") from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _judge(self, response: httpx.Response, now: datetime) -> None:
        status = response.status_code
        if 200 <= status < 300:
            return
        phrase = f"HTTP {status} {_phrase(status)}".rstrip()
        if status == http.HTTPStatus.GONE:
            raise self._failure(
                f"{phrase}: the receiver wants no more of these", retryable=False, disable=True
            )
        if 300 <= status < 400:
            phrase += ": redirects are not followed, write the final address"
        raise self._failure(
            phrase, wait=retry_after(response.headers.get("retry-after", ""), _server_time(response) or now)
        )

    def _signed(self, message: Message) -> dict[str, str]:
        at = message.attempt_at.astimezone(UTC)
        body = message.body.decode("utf-8")
        headers = {"webhook-id": message.id, "webhook-timestamp": str(int(at.timestamp()))}
        if self._signers:
            headers["webhook-signature"] = " ".join(
                signer.sign(message.id, at, body) for signer in self._signers
            )
        return headers

    def _signers_of(self, key: str) -> list[Signer]:
        """Return the signers for `key`: with `whsec_` it is base64; any other text is the key itself.

        Libraries differ on a key without the prefix: some take the text, some decode it as base64. Both signatures are sent, so that the
        receiver can verify with either.
        """
        if key.startswith("whsec_"):
            try:
                return [Signer(key)]
            except (binascii.Error, ValueError, EmptyWebhookSecretError):
                raise ConfigError(
                    "the webhook's secret begins with whsec_ but no base64 follows", where=self._where
                ) from None
        signers = [Signer(key.encode())]
        with contextlib.suppress(binascii.Error, ValueError, EmptyWebhookSecretError):
            signers.append(Signer(key))
        return signers

    def _failure(
        self, reason: str, *, retryable: bool = True, wait: timedelta | None = None, disable: bool = False
    ) -> DeliveryError:
        return DeliveryError(
            redact(reason, self._secrets),
            where=self._where,
            retryable=retryable,
            retry_after=wait,
            disable=disable,
        )


async def _drain(response: httpx.Response) -> None:
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read > _ANSWER:
            return


def _phrase(status: int) -> str:
    """Return the standard reason phrase of `status`, not the server's."""
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def _server_time(response: httpx.Response) -> datetime | None:
    """Return the server's time, to which a Retry-After date refers."""
    try:
        at = email.utils.parsedate_to_datetime(response.headers.get("date", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
