"""Which scopes a claim may have, and what is seen of each."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.extract.candidates import Candidate, candidates, survey
from monitor.extract.features import Seen
from monitor.extract.marks import mark as read
from monitor.extract.scopes import ScopeOption, scope_options
from monitor.extract.work_index import WorkIndex
from monitor.model import Document, Work, WorkKind
from monitor.parse import structured

WORKS = (Work("Silo", WorkKind.GAME), Work("Lumen Fold", WorkKind.DEVICE))


def offered(text: str, date: int = 0, **known: object) -> dict[str, ScopeOption]:
    document = Document(id="1", published=datetime(2023, 8, 10, tzinfo=UTC), lang="en", text=text, **known)  # type: ignore[arg-type]
    surveyed = survey(document, read(structured(document), WorkIndex(WORKS)))
    seen = Seen(surveyed)
    found: list[Candidate] = [one for one in candidates(surveyed) if one.date is not None]
    return {one.name: one for one in scope_options(seen, found[date], "rs")}


def test_every_platform_of_a_sentence_is_an_option() -> None:
    assert set(offered("Silo is out on PS5, PC and Switch on May 4.")) == {"PS5", "PC", "Switch"}


def test_early_access_is_an_option() -> None:
    assert "early access" in offered("Silo enters early access on May 4.")


def test_a_list_is_led_by_what_stands_before_it() -> None:
    found = offered("Silo is out on PS5, PC and Switch on May 4.")
    assert [name for name, one in found.items() if "here|l<on" in one.features] == list(found)
    assert len(found) == 3


def test_each_scope_knows_the_date_that_is_its_own() -> None:
    text = "Silo is out on PS5 on May 4, and on PC on June 1."
    first, second = offered(text), offered(text, 1)
    assert "here|D nearest=True" in first["PS5"].features
    assert "here|D nearest=False" in first["PC"].features
    assert "here|D nearest=True" in second["PC"].features


def test_the_headlines_scope_is_known_as_such() -> None:
    found = offered("Silo is out on May 4.", date=0, title="Silo is coming to Switch")
    assert "ways=headline" in found["Switch"].features


def test_a_version_is_told_from_a_place() -> None:
    found = offered("The Switch version of Silo is out on May 4.")
    assert "here|version" in found["Switch"].features


def test_a_device_may_be_unveiled() -> None:
    assert "unveiling" in offered("The Lumen Fold will be unveiled on May 4.")
    assert "unveiling" not in offered("Silo is out on May 4.")
