"""Every command ends in one exit code and one message."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import __version__
from monitor.cli import main
from monitor.cli.app import COMMANDS, Command
from tests.cli.conftest import Run

MONITOR = [sys.executable, "-m", "monitor"]


def all_commands(
    commands: tuple[Command, ...] = COMMANDS, parents: tuple[str, ...] = ()
) -> list[tuple[str, ...]]:
    names: list[tuple[str, ...]] = []
    for command in commands:
        names += [(*parents, command.name), *all_commands(tuple(command.commands), (*parents, command.name))]
    return names


def environment(folder: Path, **more: str) -> dict[str, str]:
    own = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root, **own, **more}


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    ran = run()
    assert ran.code == 0
    assert all(
        re.search(rf"^  {command.name} +{re.escape(command.about)}$", ran.out, re.MULTILINE)
        for command in COMMANDS
    )


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out == f"monitor {__version__}\n"


@pytest.mark.parametrize("command", all_commands(), ids=" ".join)
def test_every_command_has_help_with_an_example_and_takes_both_files(
    run: Run, command: tuple[str, ...]
) -> None:
    ran = run(*command, "--help")
    assert ran.code == 0
    assert f"Example: monitor {' '.join(command)}" in " ".join(ran.out.split())
    if command not in (("demo",), ("notify",), ("rules",)):
        assert "--config FILE" in ran.out
        assert "--db FILE" in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["clams"], 2, "No such command 'clams'"),
        (["claims", "--limt", "3"], 2, "No such option: --limt"),
        (["claims", "--status", "maybe"], 2, "'maybe'"),
        (["claims", "--since", "yesterday-ish"], 2, "is not a time; write 2023-08-10"),
        (["claims", "--limit", "-1"], 2, "--limit"),
        (["claims", "show", "x"], 2, "'ID': a whole number was expected"),
        (["timeline"], 2, "TITLE"),
        (["check", "--config", "nowhere.yaml"], 2, "nowhere.yaml: there is no such file; `monitor init` writes one"),
        (["run", "--config", "nowhere.yaml"], 2, "nowhere.yaml: there is no such file"),
        (["claims", "--db", "nowhere.db"], 1, "nowhere.db: there is no database yet; `monitor poll` or `monitor run` makes it"),
        (["replay", "nowhere.jsonl", "--config", "works.yaml"], 2, "nowhere.jsonl cannot be read: No such file"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_message_and_a_code(
    run: Run, tmp_path: Path, arguments: list[str], code: int, told: str
) -> None:
    (tmp_path / "works.yaml").write_text("watch: [A]\n")
    ran = run(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("monitor: ")
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_configuration_is_told_whole_on_stderr(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("watch:\n  - titel: Dune\nsources:\n  - feed: nowhere\n")
    ran = run("check")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == "monitor: sources.yaml:2:5: unknown key `titel`; did you mean `title`?"
    assert "sources.yaml:4:11: an address begins with https://" in ran.err


def test_a_database_that_is_none_of_ours_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.db").write_text(
        "certainly no database, and long enough not to be taken for an empty one " * 9
    )
    ran = run("claims", "--db", "other.db")
    assert ran.code == 1
    assert "other.db" in ran.err


def test_a_bug_is_short_and_says_where_its_traceback_is(tmp_path: Path) -> None:
    program = (
        "import sys; from monitor.cli import main; from monitor.cli.app import app\n"
        "def boom(): raise KeyError('inside')\n"
        "app.command('boom')(boom); sys.exit(main(['boom']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 70
    first, second = ran.stderr.splitlines()
    assert first == "monitor: a bug of ours: KeyError: 'inside'"
    (file,) = (tmp_path / "monitor").glob("bug-*.txt")
    assert file.name in second
    assert "raise KeyError('inside')" not in ran.stderr
    assert "in boom" in file.read_text()


def test_help_answers_without_importing_what_only_work_needs(tmp_path: Path) -> None:
    program = (
        "import sys; from monitor.cli import main; main(['--help'])\n"
        "heavy = {'trafilatura', 'httpx', 'aiohttp', 'apscheduler', 'sqlite_utils', 'pydantic', 'babel', 'jinja2', 'lxml'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*MONITOR, "extract", "-"],
        env={**environment(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write('{"id": "1", "published": "2023-08-10", "text": "x", "watch": []}\n')
        process.stdin.flush()
        assert process.stdout.readline()  # it waits for the next document
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    document = '{"id": "1", "published": "2023-08-10", "text": "tomorrow and on May 3", "watch": []}\n'
    (tmp_path / "many.jsonl").write_text(document * 5000)
    with subprocess.Popen(
        [*MONITOR, "extract", "many.jsonl"],
        cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith('{"id": "1"')
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=60)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        ("export", "claims"), ("export", "claims", "--format", "csv"), ("export", "changes", "--format", "jsonl"),
        ("claims",), ("changes", "--format", "jsonl"),
    ],
)  # fmt: skip
def test_a_listing_whose_reader_is_gone_ends_quietly(
    command: tuple[str, ...], database: Path, tmp_path: Path
) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run(
            [*MONITOR, *command, "--db", str(database)],
            env=environment(tmp_path), stdout=writes, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(writes)
    assert (done.returncode, done.stderr) == (0, "")


def test_main_takes_its_arguments_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["monitor", "--version"])
    assert main() == 0
    assert capsys.readouterr().out == f"monitor {__version__}\n"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["claims", "--limit", "x"], "'--limit': a whole number was expected"),
        (["claims", "show", "x"], "'ID': a whole number was expected"),
        (["claims", "--limit", "-1"], "'--limit': 0 is the least"),
        (["demo", "--seconds", "x"], "'--seconds': a number was expected"),
        (["claims", "--event", "x"], "'--event': 'x' is not one of 'release', 'trailer'."),
        (["rules", "explain", "--origins", "x"], "'--origins': a whole number was expected"),
    ],
)
def test_wrong_usage_is_told_in_our_own_words(command: list[str], told: str, run: Run) -> None:
    ran = run(*command)
    assert ran.code == 2
    assert told in ran.err
    assert "Input" not in ran.err
    assert "parse" not in ran.err
    assert "Value error" not in ran.err


def test_a_number_that_no_database_holds_is_an_unknown_one(run: Run, database: Path) -> None:
    for command in (["claims", "show", "9" * 30], ["claims", "--limit", "9" * 30]):
        ran = run(*command, "--db", database)
        assert ran.code == 2
        assert "has a number that large" in ran.err or "1000000000 is the most" in ran.err
