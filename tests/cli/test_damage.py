"""A database that is not what was written: said as such by every command, never as a bug of ours."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

COMMANDS = (
    ("claims", "--format", "json"), ("claims", "show", "1"), ("claims", "confirm", "1"), ("changes", "--format", "json"),
    ("timeline", "Alan Wake 2"), ("sources",), ("deliveries",), ("health",), ("export", "claims"), ("rebuild",),
)  # fmt: skip
PAGE = 4096


def _bytes(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((50, 200))):
        data[chance.randrange(100, len(data))] = chance.randrange(256)


def _page(data: bytearray, chance: random.Random) -> None:
    start = PAGE * chance.randrange(1, len(data) // PAGE)
    data[start : start + PAGE] = chance.choice((chance.randbytes(PAGE), bytes(PAGE)))


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data)) :]


def _header(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(16)] ^= 0xFF


def _text(data: bytearray, chance: random.Random) -> None:
    for _ in range(200):
        if (found := data.find(b"20", chance.randrange(len(data)))) > 0:
            data[found] = chance.choice(b"\xffxz")


@pytest.mark.parametrize("damage", [_bytes, _page, _cut, _header, _text])
def test_a_damaged_database_is_never_a_bug_of_ours(
    damage: Callable[[bytearray, random.Random], None], database: Path, run: Run, tmp_path: Path
) -> None:
    whole, chance, said = database.read_bytes(), random.Random(7), 0
    for number in range(3):
        data = bytearray(whole)
        damage(data, chance)
        for command in COMMANDS:
            hurt = tmp_path / f"hurt-{number}.db"
            hurt.write_bytes(data)
            ran = run(*command, "--db", hurt)
            assert ran.code in (0, 1, 2), (number, command, ran.err)
            assert "a bug of ours" not in ran.err
            said += "damaged" in ran.err
            for file in tmp_path.glob("hurt-*"):
                file.unlink()
    assert said


def test_the_newest_backup_near_it_is_named(database: Path, run: Run, tmp_path: Path) -> None:
    for name in ("old.db", "backups/new.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        assert run("backup", "--db", database, tmp_path / name).code == 0
    (tmp_path / "backups" / "newer.txt").write_text("no ledger", encoding="utf-8")
    hurt = Path(shutil.copy(database, tmp_path / "hurt.db"))
    hurt.write_bytes(b"SQLite format 3\0" + bytes(5000))
    ran = run("claims", "--db", hurt)
    assert ran.code == 1
    assert f"put a backup in its place (the newest near it is {tmp_path / 'backups' / 'new.db'})" in ran.err
