"""What is known of a source: its secrets stay out of sight, and its troubles are explained to the reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.model import SourceKind, SourceState, Trouble, Validators
from tests.builders import NOW, source

DOCS = Path(__file__).parents[2] / "docs"


def test_a_secret_is_not_shown() -> None:
    read = source(secret="key=hunter2")
    assert "hunter2" not in f"{read!r} {read}"
    assert read.secret == "key=hunter2"


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_is_explained(trouble: Trouble) -> None:
    assert re.search(rf"^\|[^|]*`{trouble}`", (DOCS / "fetching.md").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_of_source_is_a_key_of_the_configuration(kind: SourceKind) -> None:
    assert re.search(rf"^\| `{kind}`", (DOCS / "configuration.md").read_text("utf-8"), re.MULTILINE)


def test_a_new_source_has_no_past_and_its_first_pass_is_the_baseline() -> None:
    state = SourceState(name="news.example", next_poll_at=NOW)
    assert state.baseline
    assert state.validators == Validators()
    assert (state.last_poll_at, state.last_success_at, state.failures, state.documents) == (None, None, 0, 0)
    assert not any((state.gone, state.silence_alerted, state.listed, state.look_for))
