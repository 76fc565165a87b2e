from __future__ import annotations

from datetime import timedelta

from monitor.ledger import Bug, Ledger
from tests.builders import NOW, document

LATER = NOW + timedelta(hours=1)


def test_a_bug_is_kept_once_and_counted(ledger: Ledger) -> None:
    ledger.add_bug("news.example", document(), "Traceback…", NOW)
    ledger.add_bug("news.example", document(), "Traceback…", LATER)

    assert list(ledger.bugs()) == [Bug("news.example", "https://news.example/doc-1", "Traceback…", 2, LATER)]


def test_bugs_come_last_met_first(ledger: Ledger) -> None:
    ledger.add_bug("a", None, "one", NOW)
    ledger.add_bug("b", document(url=""), "two", LATER)
    ledger.add_bug("a", None, "three", LATER)

    assert [(bug.source, bug.document, bug.traceback) for bug in ledger.bugs()] == [
        ("a", "", "three"),
        ("b", "doc-1", "two"),
        ("a", "", "one"),
    ]
    assert [bug.traceback for bug in ledger.bugs(limit=1)] == ["three"]


def test_an_endless_traceback_is_cut_in_its_middle(ledger: Ledger) -> None:
    ledger.add_bug("a", None, "first" + "x" * 100_000 + "last", NOW)

    (bug,) = ledger.bugs()

    assert len(bug.traceback) < 20_010
    assert bug.traceback.startswith("first")
    assert bug.traceback.endswith("last")
