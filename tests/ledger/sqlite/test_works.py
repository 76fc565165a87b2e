"""The watch list in the ledger: what was added, what got a name, and what was renamed with its log."""

from __future__ import annotations

import pytest

from monitor.ledger import Ledger
from monitor.model import Event, Work, WorkKind
from tests.builders import NOW, document, observation, source


def work(title: str, *aliases: str) -> Work:
    return Work(title, WorkKind.GAME, aliases)


@pytest.mark.parametrize(
    ("before", "after", "added", "names", "renamed"),
    [
        ([], [work("A")], (), (), ()),
        ([work("A")], [work("A")], (), (), ()),
        ([work("A")], [work("A"), work("B")], ("B",), (), ()),
        ([work("A")], [], (), (), ()),
        ([work("A")], [work("A", "Other")], (), ("A",), ()),
        ([work("A", "Other")], [work("A")], (), (), ()),
        ([work("A")], [work("B", "a")], (), ("B",), (("A", "B"),)),
        ([work("A")], [work("A"), work("B", "A")], ("B",), (), ()),
        ([work("A"), work("B")], [work("C", "A", "B")], (), ("C",), (("A", "C"), ("B", "C"))),
    ],
)  # fmt: skip
def test_the_differences_of_two_watch_lists(
    ledger: Ledger,
    before: list[Work],
    after: list[Work],
    added: tuple[str, ...],
    names: tuple[str, ...],
    renamed: tuple[tuple[str, str], ...],
) -> None:
    ledger.sync_works(before)
    watched = ledger.sync_works(after)
    assert (watched.added, watched.names, watched.renamed) == (added, names, renamed)
    again = ledger.sync_works(after)
    assert (again.added, again.names, again.renamed) == ((), (), ())


def test_the_log_of_a_renamed_work_is_kept_under_its_new_name(ledger: Ledger) -> None:
    ledger.sync_works([work("Alan Wake 2")])
    ledger.record_document(document("one"), NOW, [observation("2023-10-17"), observation("2023-10-27")])
    ledger.sync_works([work("Alan Wake II", "Alan Wake 2")])
    assert ledger.observations("Alan Wake 2", Event.RELEASE) == []
    moved = ledger.observations("Alan Wake II", Event.RELEASE)
    assert [str(each.claim.when) for each in moved] == ["2023-10-17", "2023-10-27"]


def test_a_claim_under_both_names_becomes_one(ledger: Ledger) -> None:
    ledger.sync_works([work("Alan Wake 2"), work("Alan Wake II")])
    ledger.record_document(document("one"), NOW, [observation("2023-10-17")])
    ledger.record_document(document("two"), NOW, [observation("2023-10-17", title="Alan Wake II")])
    ledger.sync_works([work("Alan Wake II", "Alan Wake 2")])
    assert len({each.claim_id for each in ledger.observations("Alan Wake II", Event.RELEASE)}) == 1
    assert len(ledger.observations("Alan Wake II", Event.RELEASE)) == 2
    ledger.check()


def test_sources_look_for_what_was_added_until_they_are_read(ledger: Ledger) -> None:
    ledger.sync_sources([source("a"), source("gone")], NOW)
    ledger.sync_sources([source("a")], NOW)
    ledger.sync_works([work("A")])
    ledger.look_for(ledger.sync_works([work("A", "Other"), work("B")]), NOW)
    kept = dict(ledger.rows("SELECT name, look_for FROM sources"))
    assert kept["a"] == '{"all": ["B", "A"], "new": ["B"]}'
    assert "B" not in str(kept["gone"])
