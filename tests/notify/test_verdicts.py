"""What a person's word tells: withdrawn or corrected, with the note, without a certainty and on no maker's word."""

from __future__ import annotations

import email
import email.policy
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Change, ChangeKind, ChannelFilter, ChannelKind, Status, Verdict, VerdictKind, alert
from monitor.notify.console import Console
from monitor.notify.email import Email
from monitor.notify.file import File
from monitor.notify.routing import decide
from monitor.notify.webhook import Webhook
from monitor.notify.wording import alert_text, sentence, title
from tests.builders import NOW
from tests.fakes_notify import change, channel, open_mailbox, open_receiver, sent

SECRET = "whsec_bW9uaXRvcnMgdGVzdCBzZWNyZXQgb2YgMzIgYnl0ZXM="


def judged(kind: ChangeKind, after: str | None, *, note: str = "", **fields: Any) -> Change:
    """Return a change that a dismissal caused; to nothing where `after` is None."""
    told = change(
        kind, after=after or "2023-10-27", verdict=Verdict(1, VerdictKind.DISMISSED, NOW, note), **fields
    )
    return told if after else Change(**{**told.__dict__, "after": None})


# fmt: off
SAID = [
    (judged(ChangeKind.RETRACTED, None, note="another game"), "withdrawn, 17 October 2023",
     "Withdrawn by your monitor: Alan Wake 2 is no longer believed to come out on 17 October 2023 – another game"),
    (judged(ChangeKind.MOVED_LATER, "2023-10-27"), "corrected, 27 October 2023",
     "Corrected by your monitor: Alan Wake 2 is due on 27 October 2023, not on 17 October 2023"),
    (judged(ChangeKind.MOVED_EARLIER, "2023-10-07", note="a typing mistake"), "corrected, 7 October 2023",
     "Corrected by your monitor: Alan Wake 2 is due on 7 October 2023, not on 17 October 2023 – a typing mistake"),
    (judged(ChangeKind.POSTPONED, "2023-10-17", status=Status.POSTPONED), "corrected, postponed from 17 October 2023",
     "Corrected by your monitor: Alan Wake 2 has been postponed from 17 October 2023"),
    (judged(ChangeKind.RELEASED, "2023-10-17", status=Status.RELEASED), "corrected, out since 17 October 2023",
     "Corrected by your monitor: Alan Wake 2 came out on 17 October 2023"),
    (judged(ChangeKind.CONFIRMED, "2023-10-17"), "corrected, 17 October 2023",
     "Corrected by your monitor: Alan Wake 2 is due on 17 October 2023"),
]
# fmt: on


@pytest.mark.parametrize(("told", "heading", "said"), SAID)
def test_a_verdict_is_worded_as_the_monitors_own_correction(told: Change, heading: str, said: str) -> None:
    body = alert(told)
    assert title(body, "en") == f"Alan Wake 2: {heading}"
    assert sentence(body, "en") == said


def test_what_is_withdrawn_leaves_nothing_that_is_believed() -> None:
    telling = alert_text(alert(judged(ChangeKind.RETRACTED, None)), "en")
    assert (telling.before, telling.after) == (
        "17 October 2023 (since 10 August 2023)",
        "nothing that is believed",
    )
    assert (telling.quote, telling.credit, telling.first, telling.link) == ("", "", "", "")


@pytest.mark.parametrize("told", [judged(ChangeKind.RETRACTED, None, note="no such listing"), judged(ChangeKind.MOVED_LATER, "2023-10-27", note="no such listing")])  # fmt: skip
async def test_every_channel_tells_the_note_and_no_certainty_and_no_maker(
    told: Change, tmp_path: Path
) -> None:
    shown = io.StringIO()
    await Console(channel(ChannelKind.CONSOLE), stream=shown).send(sent(told))
    async with open_mailbox() as mailbox:
        by_mail = channel(
            ChannelKind.EMAIL, "fans@example.com", secrets={"smtp": f"smtp://127.0.0.1:{mailbox.port}"}
        )
        await Email(by_mail, timeout=5).send(sent(told))
    mail = email.message_from_bytes(mailbox.mails[0].original_content or b"", policy=email.policy.default)
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    async with open_receiver() as receiver:
        hook = Webhook(channel(ChannelKind.WEBHOOK, receiver.url, secrets={"secret": SECRET}, allow_private=True))  # fmt: skip
        await hook.send(sent(told))
        await hook.aclose()
    await File(channel(ChannelKind.FILE, str(tmp_path / "alerts.jsonl"))).send(sent(told))
    texts = [
        shown.getvalue(),
        *(part.get_content() for part in parts if part is not None),
        receiver.posts[0].body.decode(),
        (tmp_path / "alerts.jsonl").read_text(encoding="utf-8"),
    ]
    assert len(texts) == 5
    for text in texts:
        assert "no such listing" in text
        assert not [word for word in ("official", "Remedy", "says", "reported") if word in text]
    assert json.loads(texts[3])["data"]["verdict"] == "dismissed"


def test_the_json_of_a_verdict_says_whose_word_it_is() -> None:
    data = alert(judged(ChangeKind.RETRACTED, None, note="x" * 900))["data"]
    assert (data["by"], data["verdict"], data["to"], data["evidence"]) == ("monitor", "dismissed", None, [])
    assert data["from"] == {"status": "scheduled", "when": "2023-10-17", "certainty": None, "since": "2023-08-10T12:00:00Z"}  # fmt: skip
    assert len(data["note"]) == 600
    assert {"by", "verdict", "note", "against"}.isdisjoint(alert(change())["data"])


def test_the_makers_word_against_a_confirmation_says_so() -> None:
    body = alert(change(against=NOW - timedelta(days=99)))
    assert body["data"]["against"] == "2023-05-03T12:00:00Z"
    assert sentence(body, "en") == (
        "Alan Wake 2 has moved from 17 to 27 October 2023, against your confirmation of 3 May 2023, says Remedy"
    )


def test_what_a_document_no_longer_says_is_withdrawn() -> None:
    body = alert(Change(**{**change(ChangeKind.RETRACTED).__dict__, "after": None}))
    assert sentence(body, "en") == (
        "Withdrawn: Alan Wake 2 is no longer believed to come out on 17 October 2023; what said so does not say it any more"
    )


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (
            ChannelFilter(certainty="official"),
            True,
        ),  # who was told of an official date is told that it is withdrawn
        (ChannelFilter(changes=("retracted",)), True),
        (ChannelFilter(changes=("released",)), False),
        (ChannelFilter(sources=("news.example",)), True),
    ],
)
def test_who_was_told_is_told_that_it_is_withdrawn(rule: ChannelFilter, wanted: bool) -> None:
    told = judged(ChangeKind.RETRACTED, None)
    assert decide(channel(only=rule), told).wanted is wanted
