"""Webhooks after the Standard Webhooks specification, against a real receiver that verifies with the reference library."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from monitor.errors import DeliveryError
from monitor.model import Channel, ChannelKind
from monitor.notify.attempt import attempt
from monitor.notify.webhook import Webhook
from tests.builders import NOW
from tests.fakes_notify import Post, Receiver, change, channel, open_receiver, sent
from tests.notify.conftest import Certificates

OLD_KEY = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
NEW_KEY = "whsec_" + base64.b64encode(b"fedcba9876543210fedcba9876543210").decode()


def _channel(receiver: Receiver, *keys: str, **fields: object) -> Channel:
    secrets = {"secret": " ".join(keys)} if keys else {}
    return channel(ChannelKind.WEBHOOK, receiver.url, **{"secrets": secrets, "allow_private": True, **fields})


async def _send(own: Channel, *told: object, at: datetime | None = None, timeout: float = 5) -> None:  # noqa: ASYNC109 - the notifier's
    hook = Webhook(own, timeout=timeout)
    try:
        await hook.send(sent(*told, attempt_at=at or datetime.now(UTC)))  # type: ignore[arg-type]
    finally:
        await hook.aclose()


async def _failure(own: Channel, *, at: datetime = NOW, timeout: float = 5) -> DeliveryError:  # noqa: ASYNC109 - the notifier's
    with pytest.raises(DeliveryError) as caught:
        await _send(own, at=at, timeout=timeout)
    return caught.value


def _verified(key: str | bytes, post: Post) -> object:
    return Verifier(key).verify(post.body, post.headers)


async def test_the_receiver_verifies_what_it_got() -> None:
    async with open_receiver() as receiver:
        await _send(_channel(receiver, OLD_KEY))
    (post,) = receiver.posts
    told = _verified(OLD_KEY, post)
    assert isinstance(told, dict)
    assert told["type"] == "release.moved_later"
    assert told["data"]["to"]["when"] == "2023-10-27"
    assert post.headers["content-type"] == "application/json"
    assert post.headers["webhook-id"] == "msg_1"
    assert post.headers["user-agent"].startswith("monitor/")
    with pytest.raises(WebhookVerificationError):
        _verified(NEW_KEY, post)


async def test_the_body_is_the_bytes_of_the_delivery_untouched() -> None:
    odd = {
        "type": "release.appeared",
        "timestamp": "2023-08-10T12:00:00Z",
        "data": {"title": "지금 우리 학교는 \u2028 </script>"},
    }
    async with open_receiver() as receiver:
        await _send(_channel(receiver, OLD_KEY), odd)
    assert receiver.posts[0].body == json.dumps(odd, ensure_ascii=False, separators=(",", ":")).encode()
    assert _verified(OLD_KEY, receiver.posts[0]) == odd


async def test_every_attempt_has_its_own_time_and_signature_and_the_same_id_and_body() -> None:
    now = datetime.now(UTC)
    async with open_receiver() as receiver:
        own = _channel(receiver, OLD_KEY)
        await _send(own, at=now - timedelta(minutes=3))
        await _send(own, at=now)
    first, again = receiver.posts
    assert (first.body, first.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])
    assert int(again.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 180
    assert first.headers["webhook-signature"] != again.headers["webhook-signature"]
    assert _verified(OLD_KEY, first) == _verified(OLD_KEY, again)


async def test_while_keys_rotate_receivers_with_either_verify_even_between_retries() -> None:
    async with open_receiver() as receiver:
        receiver.answers = [503]
        assert (await _failure(_channel(receiver, OLD_KEY), at=datetime.now(UTC))).retryable
        await _send(_channel(receiver, NEW_KEY, OLD_KEY))
        await _send(_channel(receiver, NEW_KEY))
    before, during, after = receiver.posts
    assert before.body == during.body == after.body
    assert _verified(OLD_KEY, before)
    assert _verified(OLD_KEY, during)
    assert _verified(NEW_KEY, during)
    assert _verified(NEW_KEY, after)
    assert all(part.startswith("v1,") for part in during.headers["webhook-signature"].split(" "))


@pytest.mark.parametrize(
    "key",
    ["a-plain-passphrase!", "0123456789abcdef0123456789abcdef", base64.b64encode(b"k" * 32).decode(), "ключ"],
)
async def test_a_plain_key_verifies_as_text_and_as_base64(key: str) -> None:
    async with open_receiver() as receiver:
        await _send(_channel(receiver, key))
    assert _verified(key.encode(), receiver.posts[0])
    if key.isascii():
        assert _verified(key, receiver.posts[0])


async def test_without_a_key_nothing_is_signed() -> None:
    async with open_receiver() as receiver:
        await _send(_channel(receiver))
    assert "webhook-signature" not in receiver.posts[0].headers
    assert receiver.posts[0].headers["webhook-id"] == "msg_1"


async def test_headers_come_from_the_secrets_and_the_signed_ones_stay_ours() -> None:
    async with open_receiver() as receiver:
        own = _channel(
            receiver,
            secrets={"secret": OLD_KEY, "header:Authorization": "Bearer t0ken", "header:webhook-id": "mine"},
            options={"headers": {"Authorization": "header:Authorization", "webhook-id": "header:webhook-id"}},
        )
        await _send(own)
    assert receiver.posts[0].headers["authorization"] == "Bearer t0ken"
    assert receiver.posts[0].headers["webhook-id"] == "msg_1"


async def test_a_header_that_cannot_be_sent_is_a_failure_that_does_not_show_it() -> None:
    async with open_receiver() as receiver:
        own = _channel(
            receiver, secrets={"h": "t0ken\r\nX-Evil: 1"}, options={"headers": {"Authorization": "h"}}
        )
        failure = await _failure(own)
    assert "t0ken" not in str(failure)
    assert receiver.posts == []


STATUSES = [status for status in range(200, 600) if status != 205]


async def test_every_http_status_has_its_verdict() -> None:
    async with open_receiver() as receiver:
        hook = Webhook(_channel(receiver))
        try:
            for status in STATUSES:
                receiver.answers = [status]
                ended = await attempt(hook, sent(), timeout=5)
                assert ended.ok is (status < 300), status
                assert ended.disable is (status == 410), status
                assert ended.retryable is (status >= 300 and status != 410), status
                if not ended.ok:
                    assert f"HTTP {status}" in ended.error
        finally:
            await hook.aclose()
    assert len(receiver.posts) == len(STATUSES)


async def test_an_error_names_the_status_in_our_words_not_the_servers() -> None:
    async def chatty(_: Post) -> web.Response:
        return web.Response(status=500, reason="secret reason", text="a stack trace")

    async with open_receiver() as receiver:
        receiver.answers = [chatty]
        failure = await _failure(_channel(receiver))
    assert str(failure) == "channel phone: HTTP 500 Internal Server Error"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_failure_and_not_followed(status: int) -> None:
    async with open_receiver() as receiver, open_receiver() as elsewhere:
        receiver.answers = [(status, {"Location": elsewhere.url})]
        failure = await _failure(_channel(receiver, OLD_KEY))
    assert failure.retryable
    assert "redirects are not followed" in str(failure)
    assert elsewhere.posts == []


async def test_gone_disables_the_channel() -> None:
    async with open_receiver() as receiver:
        receiver.answers = [410]
        failure = await _failure(_channel(receiver))
    assert (failure.disable, failure.retryable) == (True, False)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        (
            {"Retry-After": "Thu, 10 Aug 2023 12:30:00 GMT", "Date": "Thu, 10 Aug 2023 12:10:00 GMT"},
            timedelta(minutes=20),
        ),
        ({"Retry-After": "Thu, 10 Aug 2023 12:30:00 GMT", "Date": "nonsense"}, timedelta(minutes=30)),
        ({"Retry-After": "99999999"}, timedelta(days=1)),
        ({"Retry-After": "-3"}, None),
        ({}, None),
    ],
)
async def test_retry_after_is_heard(status: int, headers: dict[str, str], wait: timedelta | None) -> None:
    async with open_receiver() as receiver:
        receiver.answers = [(status, headers)]
        failure = await _failure(_channel(receiver))
    assert failure.retryable
    assert failure.retry_after == wait


async def test_a_receiver_that_times_out_after_taking_it_gets_the_same_again() -> None:
    taken, let_go = asyncio.Event(), asyncio.Event()

    async def stall(_: Post) -> web.Response:
        taken.set()
        await let_go.wait()
        return web.Response()

    async with open_receiver() as receiver:
        receiver.answers = [stall]
        failure = await _failure(_channel(receiver, OLD_KEY), at=datetime.now(UTC), timeout=0.1)
        assert taken.is_set()
        assert failure.retryable
        assert "no answer within 0.1 s" in str(failure)
        let_go.set()
        await _send(_channel(receiver, OLD_KEY))
    first, again = receiver.posts
    assert first.body == again.body
    assert first.headers["webhook-id"] == again.headers["webhook-id"]


async def test_an_answer_without_end_is_cut_and_counts_by_its_status() -> None:
    async def flood(post: Post) -> web.StreamResponse:
        del post
        return web.Response(body=b"x" * 2**22)

    async with open_receiver() as receiver:
        receiver.answers = [flood]
        await _send(_channel(receiver))


async def test_nobody_at_the_address_is_a_failure_that_may_pass() -> None:
    async with open_receiver() as receiver:
        pass
    failure = await _failure(_channel(receiver))
    assert failure.retryable
    assert "no connection" in str(failure)


async def test_a_private_address_is_refused_unless_the_channel_opens_it() -> None:
    async with open_receiver() as receiver:
        failure = await _failure(_channel(receiver, allow_private=False))
    assert failure.retryable
    assert "allow_private: true" in str(failure)
    assert receiver.posts == []


async def test_tls_is_verified_with_ssl_cert_file(trusted: Certificates) -> None:
    async with open_receiver(trusted.right) as receiver:
        await _send(_channel(receiver))
    assert len(receiver.posts) == 1
    async with open_receiver(trusted.wrong) as impostor:
        failure = await _failure(_channel(impostor))
    assert failure.retryable
    assert "no secure connection" in str(failure)
    assert impostor.posts == []


async def test_tls_of_an_unknown_authority_is_refused(certificates: Certificates) -> None:
    async with open_receiver(certificates.right) as receiver:
        failure = await _failure(_channel(receiver))
    assert "no secure connection" in str(failure)
    assert receiver.posts == []


async def test_a_digest_is_one_post_that_lists_its_alerts() -> None:
    async with open_receiver() as receiver:
        await _send(_channel(receiver, OLD_KEY), change(), change(title="Hades II"))
    (post,) = receiver.posts
    told = _verified(OLD_KEY, post)
    assert isinstance(told, dict)
    assert told["type"] == "monitor.digest"
    assert [one["data"]["title"] for one in told["data"]["alerts"]] == ["Alan Wake 2", "Hades II"]
    assert post.headers["webhook-id"].startswith("digest_")
