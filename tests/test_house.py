"""The habits of the house, held by tests: every dependency argued, every folder tested, no way out but the layers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = [
    re.split(r"[<>=!~ \[]", requirement)[0]
    for requirement in (
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["apprise"],
    )
]


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_every_dependency_has_a_reason_on_record(dependency: str) -> None:
    records = [path.read_text(encoding="utf-8").lower() for path in (ROOT / "docs/decisions").glob("*.md")]
    names = {
        dependency.lower(),
        dependency.lower().replace("-", "_"),
        dependency.lower().replace("-rs", "_rs"),
    }
    assert any(name in record for name in names for record in records)


def test_every_folder_of_the_product_has_its_tests() -> None:
    folders = {path.parent.relative_to(ROOT / "monitor") for path in (ROOT / "monitor").rglob("*.py")}
    assert {folder for folder in folders if not list((ROOT / "tests" / folder).glob("test_*.py"))} == set()


def test_the_locks_name_versions_and_hashes_and_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        packages = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert packages
        assert all(re.match(r"[a-z0-9._-]+==[^ ]+ ", line) for line in packages), name
        assert sum("--hash=sha256:" in line for line in lines) >= len(packages)
        assert not any("://" in line or "--index" in line or "--extra-index" in line for line in lines)


def test_numbers_of_decisions_are_given_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"
