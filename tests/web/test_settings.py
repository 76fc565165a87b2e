"""The configuration as the page reads it: anew when it changes, and the last right one while it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.web.settings import Configured, PageSettings

RIGHT = "watch: [Alan Wake 2]\ntimezone: {zone}\nlanguage: pl\nsources: []\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sources.yaml"


def test_without_a_file_the_defaults_hold(path: Path) -> None:
    configured = Configured(path, {})
    assert configured.current() == configured.known == PageSettings()


def test_a_file_is_read_once_and_again_when_it_changes(path: Path) -> None:
    path.write_text(RIGHT.format(zone="Europe/Warsaw"))
    configured = Configured(path, {})
    assert configured.known == PageSettings()
    first = configured.current()
    assert (first.zone.key, first.language, first.mistake) == ("Europe/Warsaw", "pl", "")
    assert configured.current() is configured.known is first
    path.write_text(RIGHT.format(zone="Asia/Seoul"))
    assert configured.current().zone.key == "Asia/Seoul"


def test_a_broken_file_is_named_and_the_last_right_one_holds(path: Path) -> None:
    path.write_text(RIGHT.format(zone="Europe/Warsaw"))
    configured = Configured(path, {})
    right = configured.current()
    path.write_text("wach: [Alan Wake 2]\n")
    broken = configured.current()
    assert (broken.config, broken.zone, broken.language) == (right.config, right.zone, right.language)
    assert f"{path}:1" in broken.mistake
    path.unlink()
    assert configured.current() == PageSettings()
