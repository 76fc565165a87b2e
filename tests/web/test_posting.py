"""Answers: what a form does, where it leads, and that nobody overwrites another."""

from __future__ import annotations

import pytest

from tests.web.conftest import Page
from tests.web.test_pages import plain


async def test_an_answer_is_told_with_what_it_changed_and_can_be_taken_back(page: Page) -> None:
    queue = await page.get("/review")
    claim = int(queue.text.split('id="claim-')[1].split('"')[0])
    answer = await page.answer(claim, "confirm", note="the studio told me")
    told = plain(answer.text)
    assert "Confirmed: The Lantern Trade season 3 is due in summer 2027." in told
    assert "Corrected by your monitor" in told
    assert "Undo" in told
    undone = await page.answer(claim, "undo")
    assert "Taken back:" in plain(undone.text)
    verdicts = plain((await page.get(f"/claims/{claim}")).text)
    assert "the studio told me" in verdicts
    assert "taken back since" in verdicts


async def test_an_answer_to_what_another_judged_is_not_recorded(page: Page) -> None:
    mine = await page.get("/claims/1")
    assert (await page.answer(1, "dismiss", note="theirs")).status == 200
    form = {
        "token": mine.token,
        "version": mine.version(1),
        "answer": "confirm",
        "note": "mine",
        "back": "/review",
    }
    conflict = await page.post("/claims/1/judge", form)
    assert conflict.status == 409
    told = plain(conflict.text)
    assert "robin" in told
    assert "theirs" in told
    assert "mine" not in plain((await page.get("/claims/1")).text)
    again = await page.post("/claims/1/judge", {**form, "version": conflict.version(1)})
    assert again.status == 200
    assert "mine" in plain((await page.get("/claims/1")).text)


async def test_later_puts_a_claim_at_the_end_of_this_browsers_queue(page: Page) -> None:
    def order(text: str) -> list[str]:
        return [part.split('"')[0] for part in text.split('id="claim-')[1:]]

    first, *_ = before = order((await page.get("/review")).text)
    await page.answer(int(first), "later")
    after = order((await page.get("/review")).text)
    assert after[-1] == first
    assert sorted(after) == sorted(before)


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/a\nb",
        "x" * 5000,
    ],
)
async def test_a_form_leads_to_our_own_pages_only(page: Page, back: str) -> None:
    assert (await page.answer(1, "dismiss", back=back)).address.startswith("/review")


async def test_a_correction_is_previewed_then_kept_as_the_persons_own_reading(page: Page) -> None:
    shown = await page.get("/claims/1/correct")
    form = {
        "token": shown.token, "version": shown.version(1), "title": "Harbour of Glass", "instalment": "", "event": "release",
        "status": "scheduled", "when": "autumn 2027", "scope": "PC, PS5", "certainty": "reported", "note": "misread", "back": "/review",
    }  # fmt: skip
    preview = await page.post("/claims/1/correct", {**form, "do": "preview"})
    assert preview.status == 200
    assert "If you save this" in plain(preview.text)
    assert "Nobody yet" in plain((await page.get("/claims/1")).text)
    saved = await page.post("/claims/1/correct", {**form, "do": "save"})
    assert saved.status == 200
    told = plain((await page.get("/claims/1")).text)
    assert "misread" in told
    assert "what they read instead" in told


@pytest.mark.parametrize(
    ("field", "value"), [("when", "sometime soon"), ("instalment", "???"), ("title", "Nobody's work")]
)
async def test_a_field_that_is_not_understood_is_named_and_what_was_written_stays(
    page: Page, field: str, value: str
) -> None:
    shown = await page.get("/claims/1/correct")
    form = {
        "token": shown.token, "version": shown.version(1), "title": "Harbour of Glass", "event": "release", "status": "scheduled",
        "when": "2027", "certainty": "reported", "note": "kept", "do": "save",
    }  # fmt: skip
    answer = await page.post("/claims/1/correct", {**form, field: value})
    assert answer.status == 422
    assert 'value="kept"' in answer.text
    assert 'role="alert"' in answer.text


async def test_a_form_with_values_of_its_own_is_refused(page: Page) -> None:
    shown = await page.get("/claims/1/correct")
    form = {
        "token": shown.token,
        "version": shown.version(1),
        "title": "Harbour of Glass",
        "event": "party",
        "status": "scheduled",
        "certainty": "sure",
    }
    assert (await page.post("/claims/1/correct", form)).status == 400
    assert (
        await page.post("/claims/1/judge", {"token": shown.token, "version": "x", "answer": "confirm"})
    ).status == 404
    assert (
        await page.post("/claims/99999/judge", {"token": shown.token, "version": "0", "answer": "confirm"})
    ).status == 404
    assert (await page.post("/deliveries/retry", {"token": shown.token, "id": "msg_none"})).status == 404


async def test_keys_are_turned_off_and_on_for_this_browser(page: Page) -> None:
    shown = await page.get("/keys")
    off = await page.post("/keys", {"token": shown.token, "keys": "off"})
    assert 'data-keys="off"' in off.text
    on = await page.post("/keys", {"token": off.token, "keys": "on"})
    assert 'data-keys="on"' in on.text
