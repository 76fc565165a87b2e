"""What is odd in a configuration is told before a person waits for weeks."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli.advice import advice, everyday, language_name, languages_read, short_alias
from monitor.config import load
from monitor.extract.claim_language import LANGUAGES, UNDETERMINED
from monitor.model import Work
from tests.cli.conftest import Run

REST = "sources:\n  - feed: https://a.example/feed\nchannels: [console]\n"


def noted(folder: Path, text: str) -> list[str]:
    """Return the notes of a configuration without the name of its file."""
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return [note.removeprefix(f"{path}:") for note in advice(load(path, {}))]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Control", "an everyday word"),
        ("The Boys", "an everyday word"),
        ("It", "an everyday word"),
        ("Die Hard", ""),
        ("Der Control", "an everyday word"),
        ("24", "a bare number"),
        ("1899", "a bare number"),
        ("X", "a single letter"),
        ("Starfield", ""),
        ("Silksong", ""),
        ("The Last of Us", ""),
        ("Alan Wake 2", ""),
        ("龍", ""),
        ("지금 우리 학교는", ""),
        ("!", ""),
    ],
)
def test_a_name_that_other_things_go_by_is_known(name: str, kind: str) -> None:
    assert everyday(name) == kind


@pytest.mark.parametrize(
    ("work", "alias"),
    [
        (Work("Hollow Knight: Silksong"), "Silksong"),
        (Work("Hollow Knight – Silksong"), "Silksong"),
        (Work("Suicide Squad: Kill the Justice League"), "Kill the Justice League"),
        (Work("Star Wars Jedi: Survivor"), "Jedi Survivor"),
        (Work("Dune: Part Three"), "Dune 3"),
        (Work("Alan Wake: Remastered"), ""),
        (Work("Metro: Exodus"), ""),
        (Work("Spider-Man 2"), ""),
        (Work("Re:Zero"), ""),
        (Work("Alan Wake 2"), ""),
        (Work("Hollow Knight: Silksong", aliases=("Silksong",)), ""),
        (Work("Hollow Knight: Silksong", aliases=("HKS",)), "Silksong"),
        (Work("Dune: Part Three", aliases=("Dune 3",)), ""),
    ],
)
def test_the_short_name_of_a_title_in_two_parts_is_proposed(work: Work, alias: str) -> None:
    assert short_alias(work) == alias


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("watch: [Alan Wake 2]\n" + REST, []),
        ("watch:\n  - Alan Wake 2\n  - Control\n" + REST, ["3:5: `Control` is an everyday word,"]),
        ("watch:\n  - title: Alan Wake 2\n    aliases: [AW2, Wake]\n" + REST, ["3:14: `Wake` is an everyday word,"]),
        ("watch:\n  - title: 'Hollow Knight: Silksong'\n" + REST, ["2:12: texts often say only `Silksong`; `aliases: [Silksong]` finds them"]),
        ("watch:\n  - title: 'Hollow Knight: Silksong'\n    aliases: [HKS]\n" + REST, ["2:12: texts often say only `Silksong`; add it to its `aliases`"]),
        ("watch: ['Hollow Knight: Silksong', Silksong]\n" + REST, []),
        ("watch: []\n" + REST, ["1:8: nothing is watched,"]),
        ("watch:\n" + REST, ["1:7: nothing is watched,"]),
        ("watch: [Alan Wake 2]\nchannels: [console]\n", ["1:1: there are no sources,"]),
        ("watch: [Alan Wake 2]\nsources: [feed: https://a.example/]\nchannels: []\n", ["3:11: there are no channels,"]),
        ("watch: [Alan Wake 2]\nsources: [feed: https://a.example/]\n", ["1:1: there are no channels,"]),
        ("watch: [Alan Wake 2]\nsources:\n  - feed: https://a.example/\n    lang: sw-KE\nchannels: [console]\n", ["4:11: claims are not read in Swahili, so"]),
        ("watch: [Alan Wake 2]\nsources:\n  - feed: https://a.example/\n    lang: en-GB\nchannels: [console]\n", []),
        ("watch:\n  - title: Alan Wake 2\n    aliases: [აlan]\n" + REST, ["3:14: `აlan` is Georgian, and"]),
        ("watch: [Alan Wake 2]\nsources: [feed: https://a.example/]\nchannels:\n  - console:\n    only: {languages: [en, sw]}\n", ["5:23: claims are not read in Swahili, so"]),
    ],
)  # fmt: skip
def test_each_oddity_is_noted_with_its_place(tmp_path: Path, text: str, notes: list[str]) -> None:
    found = noted(tmp_path, text)
    assert len(found) == len(notes)
    assert all(note.startswith(start) for note, start in zip(found, notes, strict=True))


def test_the_languages_are_those_that_have_a_file(run: Run, tmp_path: Path) -> None:
    assert languages_read() == sorted(language_name(code) for code in LANGUAGES if code != UNDETERMINED)
    (tmp_path / "sources.yaml").write_text("watch: [Alan Wake 2]\n" + REST)
    ran = run("check")
    assert f"  languages claims are read in {', '.join(languages_read())}\n" in ran.out
    assert "sources.yaml is right." in ran.out


def test_notes_leave_a_configuration_usable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("watch: []\n")
    ran = run("check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("note: sources.yaml:1:") == 3
    assert "sources.yaml can be used; 3 notes above." in ran.out


def test_a_program_that_is_not_there_is_a_mistake_of_this_machine(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "sources.yaml"
    config.write_text(
        "watch: [Alan Wake 2]\nchannels:\n  - console\n  - exec: nonesuch-program --now\n  - exec: [/nowhere/at/all]\n"
        f"  - exec: {config}\n  - exec: 'true'\n"
    )
    ran = run("check")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "monitor: sources.yaml:4:11: there is no program nonesuch-program in /usr/local/bin:/usr/bin:/bin; name it by its path, or install it",
        "sources.yaml:5:11: there is no program /nowhere/at/all",
        f"sources.yaml:6:11: {config} is not an executable program",
    ]
    assert len(load(config, {}).channels) == 5
