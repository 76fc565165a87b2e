"""A program of the user's, in a clean environment and with its time limit."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from monitor.errors import DeliveryError
from monitor.model import ChannelKind
from monitor.notify.exec import Exec, program_trouble
from tests.fakes_notify import change, channel, sent
from tests.waiting import ended, until


def _exec(script: str, *arguments: str, secrets: dict[str, str] | None = None, **options: object) -> Exec:
    command = ["/bin/sh", "-c", script, "sh", *arguments]
    return Exec(
        channel(ChannelKind.EXEC, "sh", secrets=secrets or {}, options={"command": command, **options})
    )


async def test_the_alert_is_on_standard_input_byte_for_byte(tmp_path: Path) -> None:
    told = sent(change(title="지금 우리 학교는"))
    await _exec('cat > "$1"', str(tmp_path / "alert")).send(told)
    assert (tmp_path / "alert").read_bytes() == told.body


async def test_the_environment_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "hunter22")
    script = 'env | sort > "$1"; pwd >> "$1"; ls /proc/self/fd | wc -l >> "$1"'
    serving = _exec(script, str(tmp_path / "env"), secrets={"env:TOKEN": "t0ken"}, env={"TOKEN": "env:TOKEN"})
    await serving.send(sent())
    *variables, folder, descriptors = (tmp_path / "env").read_text().split("\n")[:-1]
    names = {line.partition("=")[0] for line in variables} - {"_", "PWD", "SHLVL", "OLDPWD"}
    assert names == {"HOME", "LANG", "MONITOR_ALERT_ID", "PATH", "TOKEN"}
    assert "MONITOR_ALERT_ID=msg_1" in variables
    assert folder == "/"
    assert int(descriptors) <= 4


async def test_arguments_reach_no_shell(tmp_path: Path) -> None:
    hostile = f"$(touch {tmp_path}/owned); `id`"
    own = channel(ChannelKind.EXEC, "printf", options={"command": ["/usr/bin/env", "printf", "%s", hostile]})
    await Exec(own).send(sent())
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("exit 3", "/bin/sh failed with status 3"),
        ("echo one >&2; echo two >&2; exit 1", "/bin/sh failed with status 1: two"),
        ("printf '\\033[2Jx' >&2; exit 1", "/bin/sh failed with status 1: [2Jx"),
        ("kill -9 $$", "/bin/sh was ended by SIGKILL"),
        ("echo the key is $KEY >&2; exit 1", "/bin/sh failed with status 1: the key is ***"),
    ],
)
async def test_a_program_that_fails_is_a_failure_with_its_last_words(script: str, complaint: str) -> None:
    serving = _exec(script, secrets={"env:KEY": "hunter22"}, env={"KEY": "env:KEY"})
    with pytest.raises(DeliveryError) as caught:
        await serving.send(sent())
    assert str(caught.value) == f"channel phone: {complaint}"
    assert caught.value.retryable


@pytest.mark.parametrize("command", [["/nonexistent/program"], ["/etc/passwd"], ["/"]])
async def test_a_program_that_cannot_be_started_is_named(command: list[str]) -> None:
    own = channel(ChannelKind.EXEC, "x", options={"command": command})
    with pytest.raises(DeliveryError, match=f"{command[0]} cannot be started: "):
        await Exec(own).send(sent())


async def test_a_program_that_reads_nothing_is_judged_by_its_status() -> None:
    await _exec("exit 0").send(sent(change(title="x" * 10**6)))


async def test_a_program_that_shouts_does_not_block() -> None:
    await _exec("head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero").send(sent())


async def test_what_a_program_leaves_behind_does_not_hold_up_the_delivery(tmp_path: Path) -> None:
    await _exec('sleep 30 >&2 & echo $! > "$1"', str(tmp_path / "pid")).send(sent())
    os.kill(int((tmp_path / "pid").read_text()), 9)


async def test_when_its_time_is_up_all_that_it_started_ends(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    with pytest.raises(DeliveryError, match=r"did not end within 0.2 s and was stopped"):
        await _exec('sleep 30 & echo $! > "$1"; wait', str(path), timeout=0.2).send(sent())
    await ended(int(path.read_text()))


async def test_a_cancelled_delivery_ends_its_program(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    task = asyncio.create_task(
        _exec('echo $$ > "$1.new"; mv "$1.new" "$1"; sleep 30', str(path)).send(sent())
    )
    await until(path.exists, tmp_path)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await ended(int(path.read_text()))


def test_a_program_is_looked_for_where_it_will_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def trouble(*command: str, **options: object) -> str:
        secrets = {"env:PATH": str(tmp_path)}
        return program_trouble(
            channel(ChannelKind.EXEC, "x", secrets=secrets, options={"command": command, **options})
        )

    program = tmp_path / "tell"
    program.write_text("#!/bin/sh\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert trouble(str(program)) == f"{program} is not an executable program"
    program.chmod(0o700)
    assert trouble(str(program)) == trouble("sh", "-c", "nothing") == trouble("bin/sh") == ""
    assert trouble("tell").startswith("there is no program tell in /usr/local/bin:/usr/bin:/bin")
    assert trouble("./tell") == "there is no program /tell"
    assert trouble("tell", env={"PATH": "env:PATH"}) == ""
