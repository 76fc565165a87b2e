"""A work is meant by its title, an alias, or a part of one, however it is typed; what is not known is never an empty list."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.lookup import matching, nearest
from tests.cli.archives import WATCH, WORK
from tests.cli.conftest import Run

WORKS = {
    "Hollow Knight: Silksong": ["Silksong"],
    "Baldur's Gate 3": [],
    "Diablo IV": [],
    "Hades": [],
    "Hades II": [],
    "The Legend of Zelda: Tears of the Kingdom": [],
    "The Legend of Zelda: Echoes of Wisdom": [],
    "Pokémon Legends: Z-A": [],
    "All of Us Are Dead": ["지금 우리 학교는", "AOUAD"],
    "오징어 게임": ["Squid Game"],
    "Wiedźmin: Łowca": [],
    "Mario & Luigi: Brothership": [],
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Hollow Knight: Silksong", ["Hollow Knight: Silksong"]),
        ("SILKSONG", ["Hollow Knight: Silksong"]),
        ("hollow knight", ["Hollow Knight: Silksong"]),
        ("knight silk", ["Hollow Knight: Silksong"]),
        ("baldurs gate", ["Baldur's Gate 3"]),
        ("Baldur’s Gate III", ["Baldur's Gate 3"]),
        ("BG3", ["Baldur's Gate 3"]),
        ("diablo 4", ["Diablo IV"]),
        ("hades", ["Hades"]),
        ("hades 2", ["Hades II"]),
        ("totk", ["The Legend of Zelda: Tears of the Kingdom"]),
        ("zelda", ["The Legend of Zelda: Tears of the Kingdom", "The Legend of Zelda: Echoes of Wisdom"]),
        ("zelda echoes", ["The Legend of Zelda: Echoes of Wisdom"]),
        ("pokemon legends za", ["Pokémon Legends: Z-A"]),
        ("aouad", ["All of Us Are Dead"]),
        ("우리 학교", ["All of Us Are Dead"]),
        ("학교", ["All of Us Are Dead"]),
        ("오징어", ["오징어 게임"]),
        ("squid", ["오징어 게임"]),
        ("WIEDZMIN lowca", ["Wiedźmin: Łowca"]),
        ("mario and luigi", ["Mario & Luigi: Brothership"]),
        ("ksong", ["Hollow Knight: Silksong"]),
        ("Half-Life 3", []),
        ("so", []),
        ("", []),
        ("…!", []),
    ],
)
def test_a_work_is_meant_by_alias_case_and_part(typed: str, meant: list[str]) -> None:
    assert matching(typed, WORKS) == meant


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Harbor of Glass", WORK),
        ("silksnog", "Hollow Knight: Silksong"),
        ("Squid Gmae", "오징어 게임"),
        ("baldrs gat", "Baldur's Gate 3"),
    ],
)
def test_near_names_are_suggested_the_likest_first(typed: str, first: str) -> None:
    assert nearest(typed, {**WORKS, WORK: ["HoG"]})[0] == first


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=30), max_size=5, unique=True))
def test_whatever_is_typed_only_known_names_are_meant(typed: str, names: list[str]) -> None:
    known = dict.fromkeys(names, ())
    assert set(matching(typed, known)) | set(nearest(typed, known)) <= set(names)
    for name in names:
        assert not any(c.isalnum() for c in name) or name in matching(name, known)


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    (tmp_path / "sources.yaml").write_text(f"{WATCH}  - Nothing Said Yet\nchannels: [console]\n")
    return tmp_path


@pytest.mark.parametrize("typed", ["hog", "유리 항구", "harbour", "GLASS"])
def test_every_command_takes_an_alias_or_a_part(
    run: Run, database: Path, configured: Path, typed: str
) -> None:
    whole = run("claims", "--db", database, "--title", WORK, "--format", "json").rows
    assert whole
    assert run("claims", "--db", database, "--title", typed, "--format", "json").rows == whole
    assert run("changes", "--db", database, "--title", typed, "--format", "json").rows
    assert run("timeline", typed, "--db", database, "--format", "json").rows
    assert run("export", "claims", "--title", typed, "--db", database).rows == whole
    assert WORK in run("rules", "explain", "--title", typed).out
    assert configured.exists()


@pytest.mark.parametrize(
    "command",
    [
        ("claims", "--title", "Harbor of Grass"),
        ("changes", "--title", "Harbor of Grass"),
        ("timeline", "Harbor of Grass"),
        ("export", "claims", "--title", "Harbor of Grass"),
        ("rules", "explain", "--title", "Harbor of Grass"),
    ],
    ids=lambda command: command[0],
)
def test_an_unknown_title_is_an_error_that_suggests_near_ones(
    run: Run, database: Path, configured: Path, command: tuple[str, ...]
) -> None:
    ran = run(*command, "--db", database, "--config", configured / "sources.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert f"no work is called 'Harbor of Grass'; did you mean '{WORK}'?" in ran.err


def test_what_is_like_nothing_is_told_what_there_is(run: Run, database: Path, configured: Path) -> None:
    ran = run("claims", "--title", "zzzz", "--db", database)
    assert ran.code == 2
    assert f"no work is called 'zzzz'; there are {WORK} and Nothing Said Yet" in ran.err
    assert configured.exists()


def test_a_watched_work_of_which_nothing_was_said_is_known(
    run: Run, database: Path, configured: Path
) -> None:
    assert (
        run("claims", "--title", "nothing said", "--db", database).out == "No claims of Nothing Said Yet.\n"
    )
    ran = run("timeline", "nothing said", "--db", database)
    assert (ran.code, ran.out) == (0, "Nothing has changed for Nothing Said Yet yet.\n")
    assert configured.exists()


def test_a_name_that_may_be_several_is_asked_for_more_of(run: Run, database: Path, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("watch: [Harbour of Sand, Harbour of Glass]\n")
    ran = run("timeline", "harbour", "--db", database)
    assert ran.code == 2
    assert "'harbour' may be Harbour of Sand or Harbour of Glass; write more of the name" in ran.err
    assert run("claims", "--title", "harbour", "--db", database, "--format", "json").rows


def test_mistakes_elsewhere_in_the_configuration_hide_no_name(
    run: Run, database: Path, tmp_path: Path
) -> None:
    (tmp_path / "sources.yaml").write_text(
        f"{WATCH}  - titel: X\nsources:\n  - feed: nowhere\nchannels:\n  - webhook: https://a.example/${{NOT_SET_HERE}}\n"
    )
    for config in ((), ("--config", "sources.yaml")):
        ran = run("claims", "--title", "hog", "--db", database, "--format", "json", *config)
        assert (ran.code, ran.err, len(ran.rows) > 0) == (0, "", True)


def test_a_configuration_that_cannot_be_read_leaves_the_names_of_the_ledger(
    run: Run, database: Path, tmp_path: Path
) -> None:
    (tmp_path / "sources.yaml").write_text("watch: [")
    ran = run("claims", "--title", "glass", "--db", database, "--format", "json")
    assert (ran.code, len(ran.rows) > 0) == (0, True)
    assert ran.err.startswith("note: aliases are not known: sources.yaml:2:1: ")
    named = run("claims", "--title", "glass", "--db", database, "--config", "sources.yaml")
    assert (named.code, named.out) == (2, "")


def test_a_source_or_a_channel_that_is_not_known_is_an_error(
    run: Run, database: Path, configured: Path
) -> None:
    assert len(run("claims", "--source", "LEAK", "--db", database, "--format", "json").rows) == 1
    ran = run("claims", "--source", "leak.exmaple", "--db", database)
    assert (ran.code, ran.out) == (2, "")
    assert "no source is called 'leak.exmaple'; did you mean 'leak.example'" in ran.err
    ran = run("deliveries", "--channel", "consol", "--db", database)
    assert ran.code == 0
    ran = run("deliveries", "--channel", "mail", "--db", database)
    assert (ran.code, ran.out) == (2, "")
    assert "no channel is called 'mail'" in ran.err
    assert configured.exists()
