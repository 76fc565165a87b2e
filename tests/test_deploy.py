from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from monitor.ledger import Ledger
from tests.builders import NOW, source

DEPLOY = Path(__file__).parent.parent / "deploy"
PROGRAM = Path(sys.executable).with_name("monitor")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this system has no systemd-analyze")
def test_systemd_finds_nothing_to_say_about_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "monitor.service").read_text(encoding="utf-8")
    # The program is where the reader installs it; here any that exists will do.
    unit = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit, flags=re.MULTILINE)
    (tmp_path / "monitor.service").write_text(unit, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "monitor.service")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_image_copies_what_there_is_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, flags=re.MULTILINE):
        *sources, _ = line.split()
        assert all((DEPLOY.parent / name).exists() for name in sources), line
    assert re.search(r"^USER (?!root)\w+$", text, flags=re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", text, flags=re.MULTILINE)


def _pins(name: str) -> set[str]:
    return set(
        re.findall(r"^[a-z0-9-]+==\S+", (DEPLOY.parent / name).read_text(encoding="utf-8"), re.MULTILINE)
    )


def test_the_image_has_apprise_beside_what_is_locked() -> None:
    installed = re.search(r"-r (\S+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    assert installed
    pins = _pins(installed[1])
    assert any(pin.startswith("apprise==") for pin in pins)
    assert _pins("requirements.lock") <= pins <= _pins("requirements-dev.lock")
    ignored = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert f"!{installed[1]}" in ignored


def test_the_wheel_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    root = DEPLOY.parent
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=root, check=True, capture_output=True, timeout=100)
    (wheel,) = tmp_path.glob("monitor-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if name.startswith("monitor/")}
        packed.extractall(tmp_path / "site")
    files = {str(file.relative_to(root)) for file in (root / "monitor").rglob("*") if file.is_file()}
    assert names == {name for name in files if "__pycache__" not in name}
    # `make dist` runs the demo from it, in an environment of its own.
    line = '{"id": "1", "published": "2023-08-10", "text": "Northlight says that Alan Wake 2 will be released on May 3, 2031."}'
    for command, given, told in (
        (["init"], "", "sources.yaml"),
        (["extract", "--watch", "Alan Wake 2"], line, '"when": "2031-05-03"'),
    ):
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "monitor", *command], input=given,
            cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
            capture_output=True, encoding="utf-8", timeout=100, check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (0, "")
        assert told in ran.stdout


def test_the_composition_builds_that_image_and_shares_nothing_it_need_not() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["monitor"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "ports" not in service


def _beside(folder: Path) -> Path:
    """Return the script in a checkout whose environment is beside it, reached by a link."""
    (folder / "checkout" / ".venv" / "bin").mkdir(parents=True)
    (folder / "checkout" / "deploy").mkdir()
    (folder / "checkout" / ".venv" / "bin" / "monitor").symlink_to(PROGRAM)
    copy = Path(shutil.copy(DEPLOY / "backup.sh", folder / "checkout" / "deploy" / "backup.sh"))
    (folder / "backup.sh").symlink_to(copy)
    return folder / "backup.sh"


def _alone(folder: Path) -> Path:
    """Return the script without a checkout around it, and without what this machine may have in /opt."""
    copy = Path(shutil.copy(DEPLOY / "backup.sh", folder / "elsewhere.sh"))
    copy.write_text(copy.read_text(encoding="utf-8").replace("/opt/", f"{folder}/opt/"), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("script", "named"),
    [
        (_beside, {}),
        (_alone, {"PATH": f"{PROGRAM.parent}:/usr/bin:/bin"}),
        (_alone, {"MONITOR": str(PROGRAM)}),
    ],
    ids=["checkout", "path", "named"],
)
def test_the_backup_is_whole_while_the_ledger_is_written(
    tmp_path: Path, script: Callable[[Path], Path], named: dict[str, str]
) -> None:
    database = tmp_path / "monitor.db"
    with Ledger.open(database, checkpoint=True) as ledger:
        ledger.sync_sources([source(str(n)) for n in range(50)], NOW)
        assert Path(f"{database}-wal").stat().st_size > 0, "what was written stands in the log still"
        # As cron has it: the script finds the program by itself.
        program = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **named}
        command = [str(script(tmp_path)), str(database), str(tmp_path / "backups")]
        subprocess.run(command, env=program, check=True, timeout=60, stdout=subprocess.DEVNULL)
    (copy,) = (tmp_path / "backups").iterdir()
    with sqlite3.connect(copy) as db:
        assert db.execute("select count(*) from sources").fetchone() == (50,)
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    db.close()
    assert copy.stat().st_mode & 0o077 == 0


def test_a_backup_without_its_program_says_what_to_set(tmp_path: Path) -> None:
    command = [str(_alone(tmp_path)), "monitor.db", str(tmp_path / "backups")]
    done = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 127
    assert "set MONITOR" in done.stderr
    assert not (tmp_path / "backups").exists()
