"""What holds on every page and in every state without content: accessibility, the policy, and a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import SCHEMES, Visitor
from tests.web import story
from tests.web.serving import served

PAGES = (
    "/", "/?kind=game", "/works/harbour-of-glass", "/works/the-lantern-trade", "/works/quiet-engine", "/works/harbour-of-glass/claims",
    "/claims/1", "/claims/1/document", "/claims/1/correct", "/review", "/review?cause=all", "/review?work=Quiet+Engine", "/changes", "/changes/14",
    "/changes?words=nobody", "/sources", "/deliveries", "/deliveries?state=dead", "/search", "/search?q=glass", "/search?q=nobody+said", "/keys",
    "/nothing",
)  # fmt: skip
EMPTY = (
    "/",
    "/review",
    "/review?cause=all",
    "/changes",
    "/sources",
    "/deliveries",
    "/search?q=x",
    "/claims/1",
)


@pytest.fixture
def missing(tmp_path: Path) -> Iterator[str]:
    """The address of a page whose ledger is not there."""
    with served(tmp_path / "none.db", tmp_path / "none.yaml", lambda: story.NOW) as where:
        yield where


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_is_accessible(visitor: Visitor, address: str, scheme: str) -> None:
    visit = visitor(address, color_scheme=scheme)
    found = {}
    for path in PAGES:
        visit.go(path)
        found[path] = visit.violations()
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_without_content_is_accessible(visitor: Visitor, nothing: str, scheme: str) -> None:
    visit = visitor(nothing, color_scheme=scheme)
    found = {}
    for path in EMPTY:
        visit.go(path)
        found[path] = visit.violations()
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_without_a_ledger_is_accessible(visitor: Visitor, missing: str, scheme: str) -> None:
    visit = visitor(missing, color_scheme=scheme)
    visit.go("/")
    assert "ledger" in (visit.tab.text_content("main") or "")
    assert visit.violations() == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_narrow_screen_is_accessible_and_never_scrolls_sideways(
    visitor: Visitor, address: str, scheme: str
) -> None:
    visit = visitor(address, color_scheme=scheme, viewport={"width": 360, "height": 740})
    wide, found = {}, {}
    for path in PAGES:
        visit.go(path)
        width = visit.tab.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[path] = width
        if wrong := visit.violations():
            found[path] = wrong
    assert wide == {}
    assert found == {}


def test_text_at_twice_its_size_never_scrolls_sideways(visitor: Visitor, address: str) -> None:
    visit = visitor(address, viewport={"width": 640, "height": 740})
    wide = {}
    for path in PAGES:
        visit.go(path)
        visit.tab.evaluate("document.documentElement.style.fontSize = '32px'")
        width = visit.tab.evaluate("document.documentElement.scrollWidth")
        if width > 640:
            wide[path] = width
    assert wide == {}


def test_the_console_stays_empty_under_the_policy_and_no_other_host_is_asked(
    visitor: Visitor, address: str
) -> None:
    visit = visitor(address)
    for path in PAGES:
        visit.go(path)
        if path == "/nothing":  # the browser itself reports the status
            visit.said = [line for line in visit.said if "404" not in line]
    assert visit.said == []
    assert visit.asked == {address.removeprefix("http://")}


def test_the_policy_stops_what_is_not_ours(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.go("/")
    visit.tab.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s);"
        " const p = document.createElement('p'); p.setAttribute('style', 'color: red'); document.body.append(p);"
        " const i = new Image(); i.src = 'http://127.0.0.2:9/x.png'; document.body.append(i); }"
    )
    assert visit.tab.evaluate("window.ran") is None
    assert any("Content Security Policy" in line for line in visit.said)


def test_dark_and_light_follow_the_system(visitor: Visitor, address: str) -> None:
    grounds = {}
    for scheme in SCHEMES:
        visit = visitor(address, color_scheme=scheme)
        visit.go("/")
        grounds[scheme] = visit.tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert grounds["light"] != grounds["dark"]


def test_the_first_stop_of_the_tab_key_leads_to_the_content(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.go("/")
    visit.tab.keyboard.press("Tab")
    assert visit.tab.evaluate("document.activeElement.getAttribute('href')") == "#main"
    box = visit.tab.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    visit.tab.keyboard.press("Enter")
    assert visit.tab.evaluate("document.activeElement.id") == "main"


def test_what_has_the_focus_is_seen(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.go("/review")
    for _ in range(30):
        visit.tab.keyboard.press("Tab")
        outline = visit.tab.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + ' ' + s.outlineWidth; })()"
        )
        assert outline != "none 0px", visit.tab.evaluate("document.activeElement.outerHTML")
