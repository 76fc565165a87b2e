"""Documents read again by another reader: what differs is said, taken over when asked, and alerts nobody."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.extract import Extractor
from monitor.extract.scoring import Head, Weights, shipped
from monitor.ledger import Ledger, SqliteStore
from monitor.model import (
    Certainty,
    Channel,
    ChannelKind,
    Document,
    Event,
    Form,
    Observation,
    Status,
    Verdict,
    VerdictKind,
    When,
    Work,
)
from monitor.recording import Recorder, adopt_rules
from monitor.rereading import adopt, reread
from monitor.workers.worker import extracted
from tests.builders import NOW, at, claim, document, observation, work
from tests.fakes import record, replay

TITLE = "Alan Wake 2"
SUBJECT = (TITLE, Event.RELEASE)
TEXT = "Alan Wake 2 will be released on October 17, 2023."
HOOK = Channel(name="hook", kind=ChannelKind.FILE, target="alerts.jsonl")


def _other_weights() -> Weights:
    """Return the shipped weights, with a claim head that finds nothing a claim."""
    weights = shipped()
    head = weights["claim"]
    baseline = Head(head.classes, (-(2**14),), head.rows)
    return Weights({**weights.heads, "claim": baseline}, "other")


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A ledger in which a document was read by the shipped weights, and told."""
    path = tmp_path / "monitor.db"
    with Ledger.open(path) as ledger:
        adopt_rules(SqliteStore(ledger).run)
        read = extracted(Extractor([work(TITLE)]), document(TEXT, title="Alan Wake 2 gets a release date"))
        changes = record(ledger, Recorder({}, [HOOK]), read, now=NOW)
        assert [change.kind.value for change in changes] == ["appeared"]
    return path


def test_an_observation_keeps_the_reader_and_its_weights(recorded: Path) -> None:
    with Ledger.open(recorded) as ledger:
        (heard,) = ledger.observations(*SUBJECT)
    assert heard.reader == Extractor([]).version
    assert heard.reader.split() == [heard.reader.split()[0], shipped().version]


def test_other_weights_change_nothing_that_is_logged_and_alert_nobody(recorded: Path) -> None:
    with Ledger.open(recorded) as ledger:
        logged = ledger.observations(*SUBJECT), ledger.standings(*SUBJECT), list(ledger.deliveries())
        adopt_rules(SqliteStore(ledger).run)
        again = extracted(Extractor([work(TITLE)], _other_weights()), ledger.document(logged[0][0].document))
        assert again.claims == ()
        same = replace(again, claims=(claim("2023-11-01"),), reader="other")
        assert record(ledger, Recorder({}, [HOOK]), same, now=NOW) == ()
        assert (
            ledger.observations(*SUBJECT),
            ledger.standings(*SUBJECT),
            list(ledger.deliveries()),
        ) == logged


def test_the_same_reader_finds_nothing_to_differ(recorded: Path) -> None:
    with Ledger.open(recorded) as ledger:
        assert list(reread(ledger, Extractor([work(TITLE)]), {TITLE})) == [None]


def test_a_reading_that_finds_nothing_takes_back_what_was_read(recorded: Path) -> None:
    with Ledger.open(recorded) as ledger:
        found = [one for one in reread(ledger, Extractor([work(TITLE)], _other_weights()), {TITLE}) if one]
        assert [[str(gone.when) for gone in one.gone] for one in found] == [["2023-10-17"]]
        adopt(ledger, found, "other", NOW)
        (heard,) = ledger.observations(*SUBJECT)
        assert heard.replaced
        assert list(ledger.claims()) == []
        assert ledger.claim(1).row.documents == 0  # kept, and told of, under its id
        assert ledger.observed_in(1) == []
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            ledger.run("DELETE FROM readings")


def test_a_work_that_is_watched_no_more_keeps_what_was_read_of_it(recorded: Path) -> None:
    with Ledger.open(recorded) as ledger:
        assert list(reread(ledger, Extractor([work("Silo")]), {"Silo"})) == [None]


def test_another_connection_heeds_the_newer_reading(recorded: Path) -> None:
    with Ledger.open(recorded) as one, Ledger.open(recorded) as other:
        assert [o.replaced for o in one.observations(*SUBJECT)] == [False]
        other.reread_document(1, NOW, [observation("2024")], "x")
        heard = {str(o.claim.when): o.replaced for o in one.observations(*SUBJECT)}
        assert heard == {"2023-10-17": True, "2024": False}


def test_a_rereading_that_is_rolled_back_replaces_nothing(recorded: Path) -> None:
    with Ledger.open(recorded) as ledger:

        def fail() -> None:
            with ledger.transaction():
                ledger.reread_document(1, NOW, [], "x")
                assert [o.replaced for o in ledger.observations(*SUBJECT)] == [True]
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert [o.replaced for o in ledger.observations(*SUBJECT)] == [False]


EDITED = "Alan Wake 2 will be released on October 27, 2023."
SILENT = Work("Silo")


def _edited() -> Document:
    return replace(document(TEXT, title="Alan Wake 2 gets a release date"), text=EDITED)


def _said(ledger: Ledger) -> list[str]:
    return [str(one.belief.when) for one in ledger.standings(*SUBJECT).values()]


@pytest.fixture
def edited(recorded: Path) -> Path:
    """The same ledger after the document was edited to another day."""
    with Ledger.open(recorded) as ledger:
        read = extracted(Extractor([work(TITLE)]), _edited())
        record(ledger, Recorder({}, [HOOK]), read, now=NOW)
        assert _said(ledger) == ["2023-10-27"]
    return recorded


def test_an_earlier_text_that_is_read_again_does_not_become_the_latest(edited: Path) -> None:
    with Ledger.open(edited) as ledger:
        assert list(reread(ledger, Extractor([work(TITLE)]), {TITLE})) == [None, None]
        ledger.reread_document(1, NOW, [observation("2023-10-16")], "x")
        Recorder({}, []).revise(ledger, *SUBJECT, now=NOW, baseline=True)
        assert _said(ledger) == ["2023-10-27"]
        assert [str(one.claim.when) for one in ledger.observed_in(1)] == ["2023-10-16"]


def test_a_later_text_replaces_the_dates_that_are_read_in_the_text_before_it_today(edited: Path) -> None:
    with Ledger.open(edited) as ledger:
        ledger.reread_document(1, NOW, [observation("2023-10-16")], "x")
        ledger.reread_document(2, NOW, [observation("2023-10-26")], "x")
        found = [one for one in reread(ledger, Extractor([work(TITLE)]), {TITLE}) if one]
        assert [[str(o.claim.when) for o in one.observed] for one in found] == [
            ["2023-10-17"],
            ["2023-10-27"],
        ]
        assert [one.observed[0].replaces for one in found] == [(), ("2023-10-17",)]
        assert found[1].observed[0].published >= found[0].observed[0].published


def test_an_edit_replaces_what_was_read_again(recorded: Path) -> None:
    with Ledger.open(recorded) as ledger:
        ledger.reread_document(1, NOW, [observation("2023-10-16")], "x")
        read = extracted(Extractor([work(TITLE)]), _edited())
        record(ledger, Recorder({}, [HOOK]), read, now=NOW)
        assert _said(ledger) == ["2023-10-27"]
        assert ledger.observed_in(3)[0].replaces == ("2023-10-16",)


def test_a_work_that_is_watched_later_is_found_in_a_text_that_was_read_again(recorded: Path) -> None:
    with Ledger.open(recorded) as ledger:
        ledger.reread_document(1, NOW, [], "x")
        new = observation("2024", claim=claim("2024", title=SILENT.title))
        text = document(TEXT, title="Alan Wake 2 gets a release date")
        assert len(ledger.record_found(text, NOW, [new])) == 1
        assert [one.replaced for one in ledger.observations(SILENT.title, Event.RELEASE)] == [False]


@pytest.mark.parametrize("kind", [VerdictKind.CONFIRMED, VerdictKind.DISMISSED])
def test_a_verdict_outlasts_the_reading_that_it_was_given_on(recorded: Path, kind: VerdictKind) -> None:
    with Ledger.open(recorded) as ledger:
        recorder = Recorder({}, [])
        verdict = ledger.add_verdict(Verdict(1, kind, NOW))
        recorder.revise(ledger, *SUBJECT, now=NOW, applied=verdict)
        said = claim("2023-10-17", certainty=Certainty.OFFICIAL)
        for observed in ([observation(claim=said)], []):
            ledger.reread_document(1, NOW, observed, "x")
            recorder.revise(ledger, *SUBJECT, now=NOW, baseline=True)
            believed = [str(one.belief.when) for one in ledger.standings(*SUBJECT).values()]
            assert believed == (["2023-10-17"] if kind is VerdictKind.CONFIRMED else [])


@pytest.fixture
def misread(recorded: Path) -> Path:
    """A ledger in which an older reader took the wrong day, and missed a season; its configuration is beside it."""
    recorded.unlink()
    wrong = Observation(
        claim=claim("2023-10-18", title=TITLE), document="", source="", url="", published=NOW, seen_at=NOW
    )
    with Ledger.open(recorded) as ledger:
        adopt_rules(SqliteStore(ledger).run)
        read = document(TEXT, title="Alan Wake 2 gets a release date")
        with ledger.transaction():
            ledger.record_document(read, NOW, [wrong])
            Recorder({}, [HOOK]).revise(ledger, *SUBJECT, now=NOW)
    recorded.with_name("sources.yaml").write_text(f"watch: [{TITLE}]\n", encoding="utf-8")
    return recorded


def _told(ledger: Ledger) -> list[list[tuple[object, ...]]]:
    """Return every row of what was told, and of what shows it."""
    return [
        list(ledger.rows("SELECT * FROM changes")),
        list(ledger.rows("SELECT * FROM change_evidence")),
        list(ledger.rows("SELECT * FROM deliveries")),
    ]


def _rebuild(database: Path, *options: str) -> int:
    config = database.with_name("sources.yaml")
    return main(["rebuild", "--read", *options, "--db", str(database), "--config", str(config)])


def test_a_dry_run_says_what_would_differ_and_writes_nothing(
    misread: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _rebuild(misread, "--dry-run") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Alan Wake 2: 1 gone, 1 new, 0 changed"
    assert lines[1] == "  - due 18 October 2023 (reported); news.example, 2023-08-10"
    assert lines[2].startswith("  + due 17 October 2023 (")
    assert lines[3].endswith(": 1 say other than before, 0 only with another weight.")
    with Ledger.open(misread) as ledger:
        assert (ledger.count("readings"), ledger.count("observations")) == (1, 1)


def test_nothing_is_written_when_nobody_can_be_asked(
    misread: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _rebuild(misread) == 2
    assert "say --yes to write it" in capsys.readouterr().err
    with Ledger.open(misread) as ledger:
        assert ledger.count("readings") == 1


def test_what_is_taken_over_is_believed_and_alerts_nobody(
    misread: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(misread) as ledger:
        told = _told(ledger)
    assert _rebuild(misread, "--yes") == 0
    assert "1 gone, 1 new.\n" in capsys.readouterr().out
    with Ledger.open(misread) as ledger:
        (standing,) = ledger.standings(*SUBJECT).values()
        assert standing.belief.when == When.parse("2023-10-17")
        assert _told(ledger) == told
        assert [str(row.claim.when) for row in ledger.claims()] == ["2023-10-17"]
        # Who says the same later tells nothing new.
        late = extracted(
            Extractor([Work(TITLE)]), document(TEXT, title="Alan Wake 2: the date", id="2", url="")
        )
        assert late.claims
        assert record(ledger, Recorder({}, [HOOK]), late, now=NOW) == ()
    assert _rebuild(misread, "--yes") == 0
    assert ": 0 say other than before, 0 only with another weight." in capsys.readouterr().out


PREMIERE = document(
    "Wishlist now.", title=f"{TITLE} | Official Launch Trailer", official=True, form=Form.PREMIERE
)
LATE_POST = document(
    f"{TITLE} comes out tomorrow.",
    published=at("2023-08-11T03:00:00Z"),
    form=Form.POST,
    timezone="America/Los_Angeles",
)


@pytest.mark.parametrize(
    ("told", "event", "status", "when"),
    [
        (PREMIERE, Event.TRAILER, Status.SCHEDULED, None),
        (LATE_POST, Event.RELEASE, Status.SCHEDULED, "2023-08-11"),
    ],
    ids=["a premiere", "a post in its source's time zone"],
)
def test_form_and_time_zone_are_stored_and_heeded_by_a_replay_and_by_another_reading(
    tmp_path: Path, told: Document, event: Event, status: Status, when: str | None
) -> None:
    with Ledger.open(tmp_path / "monitor.db") as ledger:
        replay(ledger, [work(TITLE)], (), [told])
        (heard,) = ledger.observations(TITLE, event)
        assert (heard.claim.status, str(heard.claim.when or "") or None) == (status, when)
        kept = ledger.document(heard.document)
        assert (kept.form, kept.timezone) == (told.form, told.timezone)
        assert list(reread(ledger, Extractor([work(TITLE)]), {TITLE})) == [None]
