"""The read model: each view tells what the ledger holds."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.config import Config
from monitor.errors import ConflictError, CursorError, SlowError
from monitor.ledger import Ledger
from monitor.model import Event, VerdictKind, When
from monitor.recording import Recorder
from monitor.review import Review
from monitor.review.views import Answer, ClaimFilter, Correction
from monitor.teaching import labels
from tests.builders import NOW, document, observation, source


def test_every_view_can_be_read_of_a_replayed_ledger(review: Review) -> None:
    home = review.home()
    assert not home.is_empty
    for work in review.works():
        shown = review.work(work.slug)
        assert shown.work.title == work.title
        for card in shown.claims.rows:
            told = review.claim(card.id)
            assert told.passage is not None
            assert told.passage.quote in review.document(card.id).text
    assert review.queue().page.rows
    assert review.changes().rows
    assert review.change(1).sentence


def test_a_claim_is_the_row_that_the_command_line_writes(
    review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    cards = review.claims(limit=100).rows
    assert len(cards) > 4
    for card in cards:
        assert main(["claims", "show", str(card.id), "--db", str(review.path), "--format", "json"]) == 0
        (row,) = json.loads(capsys.readouterr().out)
        shown = review.claim(card.id, with_row=True)
        assert shown.to_dict() == row
        assert [origin.name for origin in shown.origins] == [origin["name"] for origin in row["origins"]]
        assert (shown.is_believed, shown.reason) == (row["why"]["believed"], row["why"]["reason"])


def test_pages_follow_each_other_without_a_gap(review: Review) -> None:
    every = [card.id for card in review.claims(limit=1000).rows]
    paged: list[int] = []
    cursor = ""
    while True:
        page = review.claims(cursor=cursor, limit=2)
        paged += [card.id for card in page.rows]
        cursor = page.cursor
        if not cursor:
            break
    assert paged == every
    assert len(every) > 4


def test_pages_of_sources_follow_each_other_those_in_trouble_first(path: Path, config: Config) -> None:
    names = [f"source {number:02d}" for number in range(23)]
    with Ledger.open(path) as ledger:
        addresses = {name: f"https://{name[-2:]}.example/" for name in names}
        ledger.sync_sources([source(name=name, url=url) for name, url in addresses.items()], NOW)
        failing = [replace(ledger.state(name), failures=3, last_result="failed") for name in names[::7]]
        ledger.save_states(failing)
    review = Review(path, config, clock=lambda: NOW)
    seen: list[str] = []
    cursor = ""
    while True:
        page = review.sources_page(cursor=cursor, limit=5)
        seen += [one.name for one in page.rows]
        if not (cursor := page.cursor):
            break
    assert seen == [*names[::7], *(name for name in names if name not in names[::7])]


def test_a_cursor_of_other_filters_is_refused(review: Review) -> None:
    cursor = review.claims(limit=1).cursor
    with pytest.raises(CursorError):
        review.claims(ClaimFilter(is_unjudged=True), cursor=cursor)
    with pytest.raises(CursorError):
        review.claims(cursor="AAAA")


def test_a_preview_is_what_the_command_does(review: Review) -> None:
    cards = review.claims(limit=1000).rows
    assert cards
    for card in cards:
        for kind in (VerdictKind.DISMISSED, VerdictKind.CONFIRMED):
            seen = review.claim(card.id).card.version
            foreseen = review.judge(card.id, kind, actor="me", seen=seen, preview=True)
            done = review.judge(card.id, kind, actor="me", seen=seen)
            assert [change.sentence for change in foreseen.changes] == [c.sentence for c in done.changes]
            assert [s.belief for s in foreseen.standings] == [s.belief for s in done.standings]
        undone = review.undo(card.id, actor="me", preview=True)
        done = review.undo(card.id, actor="me")
        assert [s.belief for s in undone.standings] == [s.belief for s in done.standings]


def test_who_judged_what_another_judged_meanwhile_is_told_so(review: Review) -> None:
    card = review.claims(limit=1).rows[0]
    review.judge(card.id, VerdictKind.CONFIRMED, actor="ann", seen=card.version)

    with pytest.raises(ConflictError, match="another person judged it since you saw it"):
        review.judge(card.id, VerdictKind.DISMISSED, actor="ben", seen=card.version)
    with pytest.raises(ConflictError):
        review.judge(card.id, VerdictKind.DISMISSED, actor="ben", seen=card.version, preview=True)

    (verdict,) = review.claim(card.id).verdicts
    assert (verdict.kind, verdict.actor, verdict.is_taken_back) == (VerdictKind.CONFIRMED, "ann", False)
    assert review.claim(card.id).card.version == verdict.id


def test_a_correction_dismisses_the_claim_and_keeps_the_persons_reading_of_the_same_words(
    review: Review,
) -> None:
    wrong = next(card for card in review.claims().rows if str(card.claim.when) == "2023-10-27")
    reading = replace(Correction.of(wrong.claim), when=When.parse("2023-11-03"))
    foreseen = review.correct(
        wrong.id, reading, actor="ann", seen=wrong.version, note="read it again", preview=True
    )
    done = review.correct(wrong.id, reading, actor="ann", seen=wrong.version, note="read it again")

    assert [c.sentence for c in foreseen.changes] == [c.sentence for c in done.changes]
    assert {s.belief for s in foreseen.standings} == {s.belief for s in done.standings}
    assert done.corrected_to is not None
    own = review.claim(done.corrected_to)
    assert own.card.verdict is VerdictKind.CONFIRMED
    assert str(own.card.claim.when) == "2023-11-03"
    assert own.card.claim.quote == wrong.claim.quote
    assert own.passage is not None
    assert own.passage.quote in review.document(done.corrected_to).text
    assert own.verdicts[0].actor == "ann"
    assert review.claim(wrong.id).verdicts[0].corrected_to == done.corrected_to
    assert review.claim(wrong.id).card.verdict is VerdictKind.DISMISSED


@pytest.mark.parametrize("through", ["the claim", "the reading"])
def test_an_undone_correction_leaves_everything_as_it_was(review: Review, through: str) -> None:
    wrong = next(card for card in review.claims().rows if str(card.claim.when) == "2023-10-27")
    before = [(s.key, s.belief) for s in review.ledger.all_standings()]
    listed = [card.id for card in review.claims().rows]
    reading = replace(Correction.of(wrong.claim), when=When.parse("2023-11-03"))
    done = review.correct(wrong.id, reading, actor="ann")
    assert [(s.key, s.belief) for s in review.ledger.all_standings()] != before

    number = wrong.id if through == "the claim" else done.corrected_to or 0
    foreseen = review.undo(number, actor="ben", preview=True)
    review.undo(number, actor="ben")

    after = [(s.key, s.belief) for s in review.ledger.all_standings()]
    assert after == before
    assert {s.belief for s in foreseen.standings} <= {belief for _, belief in after}
    assert [card.id for card in review.claims().rows] == listed
    assert all(v.is_taken_back for v in review.claim(wrong.id).verdicts if v.kind is VerdictKind.DISMISSED)


def test_a_correction_is_a_label_for_training(review: Review, config: Config) -> None:
    wrong = next(card for card in review.claims().rows if str(card.claim.when) == "2023-10-27")
    review.correct(wrong.id, replace(Correction.of(wrong.claim), when=When.parse("2023-11-03")), actor="ann")

    required = [
        (claim["when"], claim["quote"])
        for label in labels(review.ledger, config.watch)
        for claim in label.label["claims"]
        if not claim["optional"]
    ]
    said = [claim["when"] for label in labels(review.ledger, config.watch) for claim in label.label["claims"]]
    assert required == [("2023-11-03", wrong.claim.quote)]
    assert "2023-10-27" not in said


def test_a_correction_survives_another_reading_of_the_document(review: Review) -> None:
    wrong = next(card for card in review.claims().rows if str(card.claim.when) == "2023-10-27")
    review.correct(wrong.id, replace(Correction.of(wrong.claim), when=When.parse("2023-11-03")), actor="ann")
    with Ledger.open(review.path) as ledger:
        (said,) = [o for o in ledger.claim(wrong.id).observations if o.id == wrong.observation]
        ledger.reread_document(said.reading, NOW, [said], "9")
        recorder = Recorder({}, ())
        with ledger.transaction():
            recorder.revise(ledger, said.claim.title, said.claim.event, now=NOW)
        (held,) = [s for s in ledger.all_standings() if s.key.event is Event.RELEASE]
        assert str(held.belief.when) == "2023-11-03"


def test_a_correction_that_says_the_same_is_refused(review: Review) -> None:
    card = review.claims(limit=1).rows[0]
    with pytest.raises(ConflictError, match="that is what the claim says already"):
        review.correct(card.id, Correction.of(card.claim), actor="ann")


def test_what_happened_since_is_told_once(review: Review) -> None:
    first = review.since(0, 0)
    assert [view.id for view in first.changes] == sorted(change.id for change in review.ledger.changes())
    assert not review.since(first.change_id, first.verdict_id).changes
    card = review.claims(limit=1).rows[0]
    review.judge(card.id, VerdictKind.DISMISSED, actor="ann")
    later = review.since(first.change_id, first.verdict_id)
    assert [(view.claim, view.actor) for view in later.verdicts] == [(card.id, "ann")]
    assert [view.id for view in review.since(0, 0, limit=2).changes] == [1, 2]
    assert review.since(0, 0, limit=2).has_more


def test_the_queue_puts_first_what_would_change_belief_and_is_empty_when_all_is_judged(
    review: Review,
) -> None:
    queue = review.queue(limit=100)
    order = [item.cause.rank for item in queue.page.rows]
    assert order == sorted(order, reverse=True)
    assert queue.unjudged.number == len(queue.page.rows) == queue.claims.number
    first = queue.page.rows[0]
    assert set(first.effects) == {Answer.CONFIRM, Answer.DISMISS}
    assert not queue.page.rows[1].effects
    paged, cursor = [], ""
    while True:
        page = review.queue(limit=2, previews=0, cursor=cursor).page
        paged += [item.card.id for item in page.rows]
        cursor = page.cursor
        if not cursor:
            break
    assert paged == [item.card.id for item in queue.page.rows]
    for item in queue.page.rows:
        review.judge(item.card.id, VerdictKind.DISMISSED, actor="ann")
    done = review.queue()
    assert (done.page.rows, done.waiting.number, done.unjudged.number) == ((), 0, 0)
    assert done.judged[0].claim == queue.page.rows[-1].card.id


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("Harbour Northlight", True),
        ("harb north", True),
        ("NORTHLIGHT delayed", True),
        ("harbour nowhere", False),
        ("\"'()*:^ AND OR NEAR", False),
        ("", False),
    ],
)
def test_claims_are_found_by_words_and_their_beginnings(review: Review, words: str, is_found: bool) -> None:
    found = review.search(words)
    assert bool(found.claims.rows) is is_found
    ids = [card.id for card in found.claims.rows]
    assert len(ids) == len(set(ids))


def test_parts_of_words_of_scripts_without_blanks_are_found(path: Path) -> None:
    texts = {
        "葬送のフリーレンの新作が発売": "リーレン",
        "新作今天上线了": "上线",
        "지금우리학교는 공개": "학교",
        "第2季播出": "第2季",
    }
    with Ledger.open(path) as ledger:
        for number, text in enumerate(texts):
            said = observation(f"2030-01-0{number + 1}", quote=text)
            ledger.record_document(document(f"{text} {number}"), NOW, [said])
        for text, part in texts.items():
            found = ledger.observations_by_id(number for _, number in ledger.found(part, limit=9))
            assert [one.claim.quote for one in found.values()] == [text], part
        assert not ledger.found("フレン", limit=9)


def test_names_are_suggested_where_nothing_is_found(review: Review) -> None:
    assert review.search("Harbor of Glas").suggestions == ("Harbour of Glass",)
    assert review.search("HoG").works[0].title == "Harbour of Glass"


def test_a_query_that_takes_too_long_is_given_up(path: Path, config: Config) -> None:
    review = Review(path, config, clock=lambda: NOW, patience=0.0)
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000) SELECT count(*) FROM n"
    with pytest.raises(SlowError, match="took too long and was given up"):
        review.bounded(lambda: review.ledger.value(slow))
    review.close()


def test_each_thread_reads_through_a_connection_of_its_own(review: Review) -> None:
    expected = [card.id for card in review.claims().rows]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: [card.id for card in review.claims().rows], range(20)))
    assert found == [expected] * 20


def test_a_retry_is_recorded_with_who_asked(review: Review) -> None:
    delivery = review.deliveries(limit=1).rows[0].delivery
    (view,) = review.retry([delivery.id[:12]], actor="ann")
    assert (view.delivery.state.value, view.retried_by, view.retried_at) == ("pending", "ann", NOW)
