"""The page in a real browser: `make browser` runs these with Debian's Chromium and axe-core, and says why where one is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.ledger import Ledger
from tests.web import story
from tests.web.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

WANTED = os.environ.get("MONITOR_BROWSER", "")
CHROMIUM = Path(os.environ.get("MONITOR_CHROMIUM", "/usr/bin/chromium"))
AXE = Path(__file__).parents[2] / ".browser" / "node_modules" / "axe-core" / "axe.min.js"
"""Where `make browser-setup` puts what judges accessibility."""

# Without `make browser` they are no part of the tests at all.
collect_ignore_glob = [] if WANTED else ["test_*.py"]

SCHEMES = ("light", "dark")


def _needed() -> None:
    missing = [str(path) for path in (CHROMIUM, AXE) if not path.exists()]
    if missing:
        reason = f"{', '.join(missing)} is not there; `make browser-setup` installs it"
        if WANTED == "required":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    _needed()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Visit:
    """A tab of somebody who looks at the page, with what its console said and which hosts it asked."""

    tab: Tab
    context: BrowserContext
    address: str
    said: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def go(self, path: str) -> None:
        self.tab.goto(f"{self.address}{path}")

    def violations(self) -> list[str]:
        """Return what axe-core finds wrong, as lines."""
        self.tab.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {rule['help']}: {node['html'][:200]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def settled(self) -> None:
        """Wait until an answer in place is shown."""
        from playwright.sync_api import expect

        expect(self.tab.locator("main[aria-busy=true]")).to_have_count(0)


Visitor = Callable[..., Visit]


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the story's ledger and configuration; whoever writes to it copies it first."""
    folder = tmp_path_factory.mktemp("story")
    config, database = story.make(folder)
    story.judged(database, config)
    return folder


@pytest.fixture
def folder(told: Path, tmp_path: Path) -> Path:
    """A copy of the story's ledger and configuration."""
    for name in ("monitor.db", "sources.yaml"):
        shutil.copy(told / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The address of the story's page."""
    with served(folder / "monitor.db", folder / "sources.yaml", lambda: story.NOW) as where:
        yield where


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[str]:
    """The address of the page of a new ledger, with neither works nor sources."""
    with Ledger.open(tmp_path / "empty.db"):
        pass
    with served(tmp_path / "empty.db", tmp_path / "none.yaml", lambda: story.NOW) as where:
        yield where


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Open tabs: `visitor(address, color_scheme="dark")`, each in a browser profile of its own."""
    contexts: list[BrowserContext] = []

    def visit(address: str, **options: Any) -> Visit:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        visit = Visit(context.new_page(), context, address)
        visit.tab.on("console", lambda message: visit.said.append(message.text))
        visit.tab.on("pageerror", lambda error: visit.said.append(str(error)))
        visit.tab.on("request", lambda request: visit.asked.add(request.url.split("/")[2]))
        return visit

    yield visit
    for context in contexts:
        context.close()
