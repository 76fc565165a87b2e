"""One JSON line an alert, whole or not at all."""

from __future__ import annotations

import asyncio
import json
import resource
from pathlib import Path

import pytest

from monitor.errors import DeliveryError
from monitor.model import ChannelKind
from monitor.notify.file import File
from monitor.notify.message import message
from tests.builders import NOW
from tests.fakes_notify import change, channel, delivery, sent


def _file(path: Path) -> File:
    return File(channel(ChannelKind.FILE, str(path)))


async def test_a_line_is_the_alert_with_its_delivery_id(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    await _file(path).send(sent(change(), change(title="지금 우리 학교는")))
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(line["id"], line["data"]["title"]) for line in lines] == [
        ("msg_1", "Alan Wake 2"),
        ("msg_2", "지금 우리 학교는"),
    ]


async def test_a_line_torn_by_a_crash_spoils_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(b'{"id": "torn')
    await _file(path).send(sent())
    torn, line = path.read_text().splitlines()
    assert torn == '{"id": "torn'
    assert json.loads(line)["id"] == "msg_1"


async def test_a_full_disk_leaves_no_half_line() -> None:
    with pytest.raises(
        DeliveryError, match=r"/dev/full cannot be written: No space left on device"
    ) as caught:
        await _file(Path("/dev/full")).send(sent())
    assert caught.value.retryable


async def test_a_line_that_does_not_fit_whole_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    serving = _file(path)
    await serving.send(sent())
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, limits[1]))
    try:
        with pytest.raises(DeliveryError, match="File too large"):
            await serving.send(sent())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        DeliveryError, match=r"nowhere/alerts.jsonl cannot be written: No such file or directory"
    ):
        await _file(tmp_path / "nowhere" / "alerts.jsonl").send(sent())


async def test_a_rotated_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    serving = _file(path)
    await serving.send(sent())
    path.rename(tmp_path / "alerts.jsonl.1")
    await serving.send(sent())
    assert path.read_bytes() == (tmp_path / "alerts.jsonl.1").read_bytes()


async def test_many_writers_mix_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    messages = [message([delivery(number, change(title="x" * 5000))], attempt_at=NOW) for number in range(40)]
    await asyncio.gather(*(_file(path).send(one) for one in messages))
    ids = {json.loads(line)["id"] for line in path.read_text().splitlines()}
    assert ids == {f"msg_{number}" for number in range(40)}


async def test_a_file_is_nobody_elses_to_write(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    await _file(path).send(sent())
    assert path.stat().st_mode & 0o022 == 0
