"""What each page says of the story's ledger, and of one without content."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.web.conftest import Opened, Page


def plain(text: str) -> str:
    """Return what is read of a page: its text without markup."""
    body = text[text.index("<main") : text.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def row_of(text: str, title: str) -> str:
    rows = re.findall(r"<tr data-item>.*?</tr>", text, re.DOTALL)
    return str(next(row for row in rows if title in row))


async def test_the_first_page_has_works_by_date_with_what_was_believed_before(page: Page) -> None:
    text = (await page.get("/")).text
    titles = re.findall(r'<th scope="row"><a [^>]*><bdi>(.*?)</bdi>', text)
    assert titles.index("Paper Crown") < titles.index("Harbour of Glass") < titles.index("Moss Kingdom")
    row = row_of(text, "Harbour of Glass")
    assert 'aria-label="28 January 2027, official, before: 10 December 2026"' in row
    assert "in 59 days" in plain(f"<main>{row}</main>")
    assert 'class="w ghost"' in row or 'class="d ghost"' in row


async def test_a_year_stays_the_word_and_a_bar(page: Page) -> None:
    row = row_of((await page.get("/")).text, "Moss Kingdom")
    assert "<time>2027</time>" in row
    assert "no day yet" in row
    assert 'class="w rumoured"' in row
    assert "31 December" not in row


async def test_the_first_page_tells_the_week_who_said_it_and_what_is_in_trouble(page: Page) -> None:
    told = plain((await page.get("/")).text)
    assert "Orbit Nine is due on 7 October 2027 , narrowed down from October 2027, says Halden." in told
    assert "First said by Halden, in newsdesk.example" in told
    assert "a leaker claims. First said by leakwatch.example" in told
    assert "screenpaper.example" in told
    assert "the server is not available (503)" in told
    assert "5 of 6 sources answer" in told


async def test_kinds_choose_the_works(page: Page) -> None:
    text = (await page.get("/?kind=film")).text
    titles = re.findall(r'<th scope="row"><a [^>]*><bdi>(.*?)</bdi>', text)
    assert titles == ["The Long Thaw", "Salt and Signal"]


async def test_without_anything_the_first_page_has_the_lines_to_add(empty: Page) -> None:
    told = plain((await empty.get("/")).text)
    assert "watch:" in told
    assert "sources:" in told
    assert "monitor poll" in told


async def test_a_works_page_answers_in_one_line_and_shows_how_the_date_moved(page: Page) -> None:
    answer = await page.get("/works/harbour-of-glass")
    told = plain(answer.text)
    assert "28 January 2027 official In 59 days, on a Thursday." in told
    assert "First said by Northlight, in newsdesk.example" in told
    ladder = answer.text[answer.text.index('class="cal ladder"') :]
    rungs = re.findall(r'<td class="what"><a [^>]*><b>(.*?)</b>', ladder)
    assert rungs.index("10 December 2026") < rungs.index("28 January 2027")
    assert 'class="band"' in ladder
    assert "believed since" in plain(answer.text)
    assert "Side by side" in told


async def test_a_work_of_which_nothing_was_heard_says_by_which_names_it_is_looked_for(page: Page) -> None:
    told = plain((await page.get("/works/quiet-engine")).text)
    assert "Nothing was heard yet" in told
    assert "Quiet Engine" in told


async def test_each_part_and_scope_of_a_work_has_its_own_page(page: Page) -> None:
    told = plain((await page.get("/works/the-lantern-trade?event=release&part=season+3")).text)
    assert "April 2027" in told


async def test_a_claim_has_its_words_in_context_its_origins_and_its_verdict(page: Page) -> None:
    answer = await page.get("/claims/1")
    assert answer.heading == "Harbour of Glass is due in 2026"
    assert "<mark>Northlight confirmed that Harbour of Glass will be released in 2026.</mark>" in answer.text
    assert "ClaimReview" not in answer.text
    await page.answer(1, "confirm", note="seen in their trailer")
    text = (await page.get("/claims/1")).text
    assert 'itemtype="https://schema.org/ClaimReview"' in text
    assert 'itemprop="alternateName" content="Confirmed"' in text
    assert 'itemprop="reviewBody" content="seen in their trailer"' in text
    assert "robin" in plain(text)


async def test_a_document_is_shown_as_text_with_its_claims_marked(page: Page) -> None:
    text = (await page.get("/claims/1/document")).text
    assert re.search(r'<a href="/claims/1"><mark>.*Northlight confirmed', text)


async def test_a_korean_quote_says_its_language_and_direction(page: Page) -> None:
    text = (await page.get("/search?q=%ED%95%AD%EA%B5%AC")).text
    assert 'lang="ko" dir="ltr"' in text or "유리 항구" in text


async def test_the_review_opens_the_most_urgent_claim_and_previews_both_answers(page: Page) -> None:
    told = plain((await page.get("/review")).text)
    assert "The Lantern Trade season 3 is due in summer 2027" in told
    assert (
        "confirm : Corrected by your monitor: The Lantern Trade season 3 is due in summer 2027, not in April 2027."
        in told
    )
    assert "channels are told : editors" in told or "channel is told : editors" in told
    assert "dismiss : Nothing changes, and nobody is told." in told


async def test_facets_choose_and_say_how_many(page: Page) -> None:
    text = (await page.get("/review?cause=all")).text
    assert re.search(r'name="work" value="Nightferry"> <bdi>Nightferry</bdi> <b>\d+</b>', text)
    chosen = (await page.get("/review?cause=all&work=Nightferry")).text
    queue = chosen[chosen.index('class="queue"') : chosen.index("</ol>")]
    assert "Nightferry" in queue
    assert "Harbour" not in queue


async def test_a_review_without_content_says_what_was_judged_last(page: Page) -> None:
    await page.answer(1, "dismiss", note="old")
    told = plain((await page.get("/review?work=Quiet+Engine")).text)
    assert "No claim that nobody judged is like what you chose." in told
    assert "robin" in told[told.index("Judged last") :]


async def test_changes_can_be_chosen_and_what_hides_them_is_named(page: Page) -> None:
    assert "Orbit Nine" in (await page.get("/changes?kind=narrowed&since=7d")).text
    told = plain((await page.get("/changes?kind=cancelled&words=harbour")).text)
    assert "No change is like that" in told
    assert "“harbour”" in told
    assert "cancelled" in told


async def test_a_change_says_why_and_who_was_told_by_which_rule(page: Page) -> None:
    changes = (await page.get("/changes?words=kestrel")).text
    number = re.findall(r'href="(/changes/\d+)"', changes)[0]
    told = plain((await page.get(number)).text)
    assert "Kestrel Drift is out" in told
    assert "editors told" in told
    assert "fans not told" in told


async def test_sources_in_trouble_come_first(page: Page) -> None:
    text = (await page.get("/sources")).text
    assert text.index("screenpaper.example") < text.index("evening.example</a>")


async def test_what_was_given_up_can_be_sent_again(page: Page) -> None:
    shown = await page.get("/deliveries?state=dead")
    number = re.findall(r'name="id" value="([^"]+)"', shown.text)[0]
    answer = await page.post(
        "/deliveries/retry", {"token": shown.token, "id": number, "back": "/deliveries?state=dead"}
    )
    assert answer.status == 200
    assert "1 delivery is due again" in plain(answer.text)
    assert "robin" in plain((await page.get("/deliveries?state=pending")).text)


async def test_a_search_without_a_hit_offers_looser_words(page: Page) -> None:
    text = (await page.get("/search?q=harbour+nobody")).text
    assert 'href="/search?q=harbour"' in text
    near = plain((await page.get("/search?q=harbor+of+glas")).text)
    assert "Nothing has these words" in near or "Harbour of Glass" in near


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a\u202eb", "x" * 10_000, "{{ 7*7 }}"],
)
async def test_what_others_wrote_is_text(folder: Path, opened: Opened, hostile: str) -> None:
    with closing(sqlite3.connect(folder / "monitor.db")) as connection:
        # What is append-only is guarded by triggers; this stands for a document that said so from the first.
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE observations SET quote = ?", (hostile,))
        connection.execute("UPDATE documents SET title = ?, url = 'javascript:alert(1)'", (hostile,))
        connection.commit()
    page = await opened(folder)
    for path in ("/", "/works/harbour-of-glass", "/claims/1", "/review", "/changes", "/search?q=glass"):
        text = (await page.get(path)).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\u202e" not in text
        assert "javascript:" not in text
        assert ">49<" not in text


async def test_pages_say_in_open_graph_what_they_are(page: Page) -> None:
    text = (await page.get("/works/harbour-of-glass")).text
    assert '<meta property="og:title" content="Harbour of Glass">' in text
    assert '<meta property="og:description" content="28 January 2027 (official)">' in text


async def test_a_page_with_script_and_style_is_small(page: Page) -> None:
    import gzip

    total = {}
    for path in ("/", "/works/harbour-of-glass", "/review"):
        text = (await page.get(path)).text
        parts = [text] + [
            (await page.get(each)).text for each in re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
        ]
        total[path] = sum(len(gzip.compress(part.encode())) for part in parts)
    assert max(total.values()) <= 60_000, total


async def test_the_live_answer_counts_what_is_new(page: Page) -> None:
    import json

    seen = re.findall(r'data-seen="(\d+\.\d+)"', (await page.get("/")).text)[0]
    assert json.loads((await page.get(f"/live?seen={seen}")).text) == {
        "news": "",
        "seen": seen,
        "show": "Show",
    }
    await page.answer(1, "dismiss")
    news = json.loads((await page.get(f"/live?seen={seen}")).text)
    assert "since you opened this page" in news["news"]
    assert news["seen"] != seen
    assert (await page.get("/live?seen=x")).status == 404
