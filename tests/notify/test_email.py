"""E-mail against a real SMTP server, with and without TLS."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import Envelope
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError, DeliveryError
from monitor.model import Certainty, Channel, ChannelKind, alert
from monitor.notify import composed
from monitor.notify.email import Email, SmtpServer
from tests.builders import NOW, observation
from tests.fakes_notify import HOSTILE, Mailbox, change, channel, open_mailbox, sent
from tests.notify.conftest import Certificates


def _channel(
    server: Mailbox | int,
    url: str = "smtp://127.0.0.1:{port}",
    to: str = "fans@example.com",
    **fields: object,
) -> Channel:
    port = server if isinstance(server, int) else server.port
    return channel(ChannelKind.EMAIL, to, **{"secrets": {"smtp": url.format(port=port)}, **fields})


async def _failure(own: Channel, *, timeout: float = 5) -> DeliveryError:  # noqa: ASYNC109 - the notifier's
    with pytest.raises(DeliveryError) as caught:
        await Email(own, timeout=timeout).send(sent())
    return caught.value


def _parsed(mail: Envelope) -> EmailMessage:
    assert mail.original_content is not None
    return email.message_from_bytes(mail.original_content, policy=email.policy.default)


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


async def test_a_mail_has_text_and_html_and_what_mail_programs_look_for() -> None:
    async with open_mailbox() as mailbox:
        await Email(
            _channel(mailbox, to="Fans <fans@example.com>", options={"from": "monitor@example.org"})
        ).send(sent())
    (envelope,) = mailbox.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("monitor@example.org", ["fans@example.com"])
    mail = _parsed(envelope)
    assert mail["Subject"] == "Alan Wake 2: moved to 27 October 2023"
    assert mail["To"] == "Fans <fans@example.com>"
    assert mail["Date"] == "Thu, 10 Aug 2023 12:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<mailto:monitor@example.org?subject=unsubscribe>"
    text, page = _part(mail, "plain"), _part(mail, "html")
    assert text.startswith("Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy.\n")
    assert "https://news.example/doc-1" in text
    assert ">Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy<" in page
    assert 'href="https://news.example/doc-1"' in page
    assert max(map(len, (envelope.original_content or b"").splitlines())) <= 998


async def test_mails_about_one_work_are_one_thread_and_each_mail_has_its_stable_id() -> None:
    async with open_mailbox() as mailbox:
        serving = Email(_channel(mailbox))
        await serving.send(sent(change()))
        await serving.send(sent(change(title="Hades II"), change()))
        await serving.send(sent(change(), attempt_at=NOW + timedelta(days=1)))
        await serving.send(sent(change(before="2023-10-27", after="2023-11-03"), change(instalment="dlc: X")))
    first, digest, again, other = map(_parsed, mailbox.mails)
    assert first["Message-ID"] == again["Message-ID"]
    assert first["References"] == other["References"] == other["In-Reply-To"]
    assert len({first["Message-ID"], digest["Message-ID"], other["Message-ID"]}) == 3 - (
        digest["Message-ID"] == other["Message-ID"]
    )
    assert digest["References"] is None


async def test_a_digest_is_one_readable_mail() -> None:
    async with open_mailbox() as mailbox:
        await Email(_channel(mailbox)).send(sent(change(), change(title="Hades II", kind=change().kind)))
    mail = _parsed(mailbox.mails[0])
    assert mail["Subject"] == "2 changes: Alan Wake 2 and Hades II"
    assert _part(mail, "plain").count("has moved from 17 to 27 October 2023") == 2
    assert _part(mail, "html").count("<blockquote") == 2


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_hostile_title_injects_no_header_and_no_markup(hostile: str) -> None:
    evidence = (observation("2023-10-27", quote=hostile, url=hostile, sources=(hostile,)),)
    async with open_mailbox() as mailbox:
        await Email(_channel(mailbox)).send(sent(change(title=hostile, evidence=evidence)))
    (envelope,) = mailbox.mails
    assert envelope.rcpt_tos == ["fans@example.com"]
    mail = _parsed(envelope)
    assert mail["Bcc"] is None
    assert mail["Subject"].isprintable()
    page = _part(mail, "html")
    assert "<script" not in page
    assert "{{" not in page or "{{ 7 * 7 }}" in page
    assert all(letter.isprintable() or letter in "\n\r" for letter in _part(mail, "plain") + page)


@given(st.text(), st.text())
def test_any_title_and_quote_make_a_mail(title: str, quote: str) -> None:
    told = alert(change(title=title, evidence=(observation("2023-10-27", quote=quote),)))
    mail = Email(_channel(25)).mail(sent(told))
    again = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
    assert again["To"] == "fans@example.com"
    assert again.keys() == mail.keys()


@pytest.mark.parametrize(
    "url", ["smtp://127.0.0.1:{port}?starttls=always", "smtp://localhost:{port}?starttls=always"]
)
async def test_starttls_with_a_login_over_a_verified_connection(trusted: Certificates, url: str) -> None:
    async with open_mailbox(starttls=trusted.right, login=("ann", "p@ss/word:e")) as mailbox:
        await Email(_channel(mailbox, url.replace("://", "://ann:p%40ss%2Fword%3Ae@"))).send(sent())
    assert mailbox.encrypted == [True]


async def test_tls_from_the_start_with_a_login(trusted: Certificates) -> None:
    async with open_mailbox(implicit=trusted.right, login=("ann", "s3cret")) as mailbox:
        await Email(_channel(mailbox, "smtps://ann:s3cret@127.0.0.1:{port}")).send(sent())
    assert mailbox.encrypted == [True]


async def test_a_login_that_is_refused_may_be_mended_and_shows_no_password(trusted: Certificates) -> None:
    async with open_mailbox(implicit=trusted.right, login=("ann", "s3cret")) as mailbox:
        failure = await _failure(_channel(mailbox, "smtps://ann:wrong-pass@127.0.0.1:{port}"))
    assert failure.retryable
    assert "refused the login: 535" in str(failure)
    assert "wrong-pass" not in str(failure)
    assert mailbox.mails == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_certificate_of_another_host_is_refused(trusted: Certificates, scheme: str) -> None:
    implicit = scheme == "smtps"
    async with open_mailbox(
        implicit=trusted.wrong if implicit else None, starttls=None if implicit else trusted.wrong
    ) as mailbox:
        failure = await _failure(_channel(mailbox, scheme + "://127.0.0.1:{port}?starttls=always"))
    assert failure.retryable
    assert "is not trusted" in str(failure)
    assert mailbox.mails == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_certificate_of_an_unknown_authority_is_refused(
    certificates: Certificates, scheme: str
) -> None:
    implicit = scheme == "smtps"
    async with open_mailbox(
        implicit=certificates.right if implicit else None, starttls=None if implicit else certificates.right
    ) as mailbox:
        failure = await _failure(_channel(mailbox, scheme + "://127.0.0.1:{port}?starttls=always"))
    assert "is not trusted" in str(failure)
    assert mailbox.mails == []


async def test_a_server_that_offers_no_tls_gets_neither_login_nor_mail() -> None:
    async with open_mailbox(login=("ann", "s3cret")) as mailbox:
        failure = await _failure(_channel(mailbox, "smtp://ann:s3cret@127.0.0.1:{port}?starttls=always"))
    assert failure.retryable
    assert "STARTTLS" in str(failure)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("url", "port", "implicit", "starttls"),
    [
        ("smtps://mail.example", 465, True, False),
        ("smtps://mail.example:2465", 2465, True, False),
        ("smtp://mail.example", 587, False, True),
        ("smtp://mail.example:25?starttls=never", 25, False, False),
        ("smtp://localhost", 587, False, False),
        ("smtp://127.0.0.1:25", 25, False, False),
        ("smtp://[::1]:25", 25, False, False),
        ("smtp://localhost:25?starttls=always", 25, False, True),
        ("smtp://localhost.evil.example", 587, False, True),
    ],
)
def test_tls_is_required_but_on_this_machine_or_where_the_user_writes_never(
    url: str, port: int, implicit: bool, starttls: bool
) -> None:
    server = SmtpServer.parse(url)
    assert (server.port, server.implicit_tls, server.starttls) == (port, implicit, starttls)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://u:p/w@mail.example:x",
        "smtp://h?starttls=maybe",
        "smtp://ann:p%C3%A9@h",
    ],
)
def test_an_address_that_is_none_is_a_fault_that_shows_nothing_of_it(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Email(_channel(1, url))
    assert "p/w" not in str(caught.value)


def test_a_server_shows_no_password() -> None:
    assert "s3cret" not in repr(SmtpServer.parse("smtps://ann:s3cret@mail.example"))


@pytest.mark.parametrize(
    ("reply", "retryable"),
    [
        ("451 try later", True),
        ("421 closing", True),
        ("552 too big", False),
        ("554 no such mail here", False),
    ],
)
async def test_4xx_to_the_mail_may_pass_and_5xx_is_final(reply: str, retryable: bool) -> None:
    async with open_mailbox() as mailbox:
        mailbox.reply = reply
        failure = await _failure(_channel(mailbox))
    assert failure.retryable is retryable
    assert reply in str(failure)


@pytest.mark.parametrize(("refusal", "retryable"), [("450 mailbox busy", True), ("550 no such user", False)])
async def test_an_address_that_is_refused_is_named(refusal: str, retryable: bool) -> None:
    async with open_mailbox() as mailbox:
        mailbox.refusals["fans@example.com"] = refusal
        failure = await _failure(_channel(mailbox))
    assert failure.retryable is retryable
    assert f"fans@example.com: {refusal}" in str(failure)


async def test_who_took_a_mail_does_not_get_it_again_while_others_are_retried() -> None:
    async with open_mailbox() as mailbox:
        serving = Email(_channel(mailbox, to="a@example.com, b@example.com, c@example.com"))
        mailbox.refusals = {"b@example.com": "450 busy", "c@example.com": "550 gone"}
        with pytest.raises(
            DeliveryError, match=r"refused 2 of 3 addresses: b@example.com: 450 busy; c@example.com: 550 gone"
        ) as caught:
            await serving.send(sent())
        assert caught.value.retryable
        mailbox.refusals = {"c@example.com": "550 gone"}
        with pytest.raises(
            DeliveryError, match=r"refused 1 of 3 addresses: c@example.com: 550 gone"
        ) as caught:
            await serving.send(sent())
        assert not caught.value.retryable
    assert [mail.rcpt_tos for mail in mailbox.mails] == [["a@example.com"], ["b@example.com"]]


async def test_a_server_that_says_nothing_ends_with_the_time_limit() -> None:
    async with open_mailbox() as mailbox:
        mailbox.hold = asyncio.Event()
        failure = await _failure(_channel(mailbox), timeout=0.2)
        mailbox.hold.set()
    assert failure.retryable
    assert "longer than 0.2 s" in str(failure)


async def test_a_server_that_does_not_even_greet_leaves_no_thread_behind() -> None:
    over = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        failure = await _failure(_channel(silent.sockets[0].getsockname()[1]), timeout=0.1)
        assert "longer than 0.1 s" in str(failure)
        for thread in threading.enumerate():
            if thread.name == "channel phone":
                await asyncio.to_thread(thread.join, 5)
                assert not thread.is_alive()
        over.set()


async def test_a_server_that_turns_us_away_at_the_door_may_let_us_in_later() -> None:
    async def turn_away(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 no service\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(turn_away, "127.0.0.1", 0) as server:
        failure = await _failure(_channel(server.sockets[0].getsockname()[1]))
    assert failure.retryable
    assert "turns us away: 554 no service" in str(failure)


async def test_nobody_at_the_address_is_a_failure_that_may_pass() -> None:
    async with open_mailbox() as mailbox:
        pass
    failure = await _failure(_channel(mailbox))
    assert failure.retryable
    assert "no connection to 127.0.0.1" in str(failure)


@pytest.mark.parametrize(
    ("wish", "header"),
    [
        ("", "<mailto:fans@example.com?subject=unsubscribe>"),
        ("stop@example.com", "<mailto:stop@example.com>"),
        ("https://example.com/stop?id=1", "<https://example.com/stop?id=1>"),
    ],
)
def test_list_unsubscribe_is_what_the_user_says(wish: str, header: str) -> None:
    assert Email(_channel(25, options={"unsubscribe": wish})).mail(sent())["List-Unsubscribe"] == header


@pytest.mark.parametrize("wish", ["x>\r\nBcc: all@example.com", "a, b", "<x>", "é"])
def test_an_unsubscribe_address_that_breaks_out_is_refused(wish: str) -> None:
    with pytest.raises(ConfigError):
        Email(_channel(25, options={"unsubscribe": wish}))


def test_a_domain_of_another_script_is_sent_in_ascii() -> None:
    mail = Email(_channel(25, to="Fan Ü <fans@exämple.com>")).mail(sent())
    assert b"fans@xn--exmple-cua.com" in mail.as_bytes()


def test_a_template_words_the_text_and_the_subject() -> None:
    own = _channel(
        25, options={"subject": "[{{ work }}] news", "template": "{{ sentence }}!\n{{ now }}: {{ after }}"}
    )
    mail = Email(own).mail(sent())
    assert mail["Subject"] == "[Alan Wake 2] news"
    assert _part(mail, "plain") == (
        "Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy!\nNow: 27 October 2023 (official)\n"
    )


async def test_a_mail_names_headline_address_ids_and_command_and_is_dark_where_the_reader_is() -> None:
    told = change(
        id=12,
        evidence=(
            observation(
                "2023-10-27", certainty=Certainty.OFFICIAL, headline="A word on our date", claim_id=31
            ),
        ),
    )
    async with open_mailbox() as mailbox:
        await Email(_channel(mailbox)).send(sent(composed(told)))
    mail = _parsed(mailbox.mails[0])
    text, page = _part(mail, "plain"), _part(mail, "html")
    for part in (text, page):
        assert "A word on our date" in part
        assert "Change 12, claim 31: monitor why 31" in part
    assert ">https://news.example/doc-1</a>" in page
    assert "@media (prefers-color-scheme: dark)" in page
    dark = page[page.index("@media") : page.index("</style>")]
    # What has a colour of its own in the light has another in the dark.
    styled = re.findall(r'<\w+ (?:class="(\w+)")?[^>]*style="[^"]*(?:color|background):', page)
    assert set(styled) <= {"page", "card", "quiet", "quote", "link"}
    assert all(f".{name} {{" in dark for name in styled)
