"""A post that is deleted counts no more, and counts again when it is back; its observations stay."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.ledger import Ledger
from monitor.model import Event
from tests.builders import NOW, document, observation

POST = document("a post")
SUBJECT = ("Alan Wake 2", Event.RELEASE)
LATER = NOW + timedelta(hours=1)


def test_what_a_deleted_post_claims_is_marked_until_it_is_back(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_document(POST, NOW, [observation()])
        assert [o.deleted for o in ledger.observations(*SUBJECT)] == [False]
        assert ledger.mark_deleted(POST.source, [POST.id], LATER) == [SUBJECT]
        assert [o.deleted for o in ledger.observations(*SUBJECT)] == [True]
        assert ledger.mark_deleted(POST.source, [POST.id], LATER) == []
        assert ledger.mark_returned(POST.source, [POST.id], LATER) == [SUBJECT]
        assert [o.deleted for o in ledger.observations(*SUBJECT)] == [False]
        assert ledger.mark_returned(POST.source, [POST.id], LATER) == []
        assert [(each.kind, each.at, each.claim) for each in ledger.deletions("Alan Wake 2")] == [
            ("deleted", LATER, 1),
            ("returned", LATER, 1),
        ]


def test_another_process_hears_of_a_deletion(path: Path) -> None:
    with Ledger.open(path) as ledger, Ledger.open(path) as other:
        ledger.record_document(POST, NOW, [observation()])
        assert [o.deleted for o in other.observations(*SUBJECT)] == [False]
        ledger.mark_deleted(POST.source, [POST.id], LATER)
        assert [o.deleted for o in other.observations(*SUBJECT)] == [True]


def test_a_post_that_claimed_nothing_is_not_missed(path: Path) -> None:
    with Ledger.open(path) as ledger:
        assert not ledger.has_reading("news.example", "nothing")
        assert ledger.mark_deleted("news.example", ["nothing"], NOW) == []
        assert ledger.count("deletions") == 0


def test_a_deletion_is_never_changed(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_document(POST, NOW, [observation()])
        ledger.mark_deleted(POST.source, [POST.id], NOW)
        for sql in ("UPDATE deletions SET kind = 'returned'", "DELETE FROM deletions"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                ledger.run(sql)
