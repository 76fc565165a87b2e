"""A person judges claims: by keyboard alone, without JavaScript, and beside another person."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit, Visitor


def current(visit: Visit) -> str:
    return (visit.tab.locator(".queue .cur .id").text_content() or "").split()[-1]


def toast(visit: Visit) -> str:
    return (visit.tab.locator(".toast p").text_content() or "").strip()


def press(visit: Visit, keys: str) -> None:
    for key in keys.split():
        visit.tab.keyboard.press(key)
    visit.settled()


def test_the_review_is_done_by_keyboard_alone(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.go("/")
    with visit.tab.expect_navigation():
        press(visit, "g r")
    first = current(visit)
    press(visit, "j")
    expect(visit.tab.locator(f"#claim-{first}.cur")).to_have_count(0)
    second = current(visit)
    assert second != first
    press(visit, "k")
    expect(visit.tab.locator(f"#claim-{first}.cur")).to_have_count(1)

    press(visit, "n")
    visit.tab.wait_for_selector(".toast")
    assert toast(visit).startswith("Dismissed:")
    assert visit.tab.locator(f"#claim-{first}").count() == 0
    assert current(visit) == second
    assert visit.tab.evaluate("document.querySelector('#news').textContent").strip()

    press(visit, "u")
    visit.tab.wait_for_selector(f"#claim-{first}")
    assert toast(visit).startswith("Taken back:")

    press(visit, "y")
    expect(visit.tab.locator(".toast p")).to_contain_text("Confirmed")
    assert "due in summer 2027" in toast(visit)

    last = current(visit)
    press(visit, "l")
    expect(visit.tab.locator(f"#claim-{last}.cur")).to_have_count(0)
    assert (visit.tab.locator(".queue > li .id").last.text_content() or "").split()[-1] == last
    assert visit.said == []


def test_a_note_is_written_without_answering(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.go("/review")
    first = current(visit)
    visit.tab.focus(".cur input[name=note]")
    visit.tab.keyboard.type("yn jk u / ? g r")
    assert visit.tab.input_value(".cur input[name=note]") == "yn jk u / ? g r"
    assert current(visit) == first
    assert visit.tab.locator(".toast").count() == 0
    visit.tab.keyboard.press("Escape")
    press(visit, "n")
    visit.tab.wait_for_selector(".toast")
    visit.go(f"/claims/{first}")
    assert "yn jk u / ? g r" in (visit.tab.text_content("main") or "")


def test_the_article_search_help_and_pages_have_keys(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.tab.add_init_script("window.open = (...asked) => { window.asked = asked; }")
    visit.go("/review")
    visit.tab.keyboard.press("o")
    where, target, features = visit.tab.evaluate("window.asked")
    assert where.startswith("https://leakwatch.example/")
    assert (target, features) == ("_blank", "noopener,noreferrer")
    visit.tab.keyboard.press("?")
    assert visit.tab.locator("dialog[open]").count() == 1
    visit.tab.keyboard.press("n")
    assert visit.tab.locator(".toast").count() == 0
    visit.tab.keyboard.press("Escape")
    visit.tab.keyboard.press("/")
    assert visit.tab.evaluate("document.activeElement.id") == "q"
    visit.tab.keyboard.press("Escape")
    with visit.tab.expect_navigation():
        press(visit, "g u")
    assert "expected when" in (visit.tab.text_content("h1") or "")
    press(visit, "j j")
    assert visit.tab.locator("tr[aria-current]").count() == 1
    with visit.tab.expect_navigation():
        visit.tab.keyboard.press("Enter")
    assert "/works/" in visit.tab.url


def test_keys_can_be_turned_off(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.go("/keys")
    visit.tab.click("text=Turn keys off")
    visit.tab.wait_for_selector("text=Turn keys on")
    visit.go("/review")
    first = current(visit)
    press(visit, "n j ?")
    assert current(visit) == first
    assert visit.tab.locator(".toast, dialog[open]").count() == 0


def test_without_javascript_everything_works(visitor: Visitor, address: str) -> None:
    visit = visitor(address, java_script_enabled=False)
    visit.go("/review")
    first = current(visit)
    visit.tab.fill(".cur input[name=note]", "not this one")
    visit.tab.click(".cur button:has-text('Dismiss')")
    assert toast(visit).startswith("Dismissed:")
    visit.tab.click(".toast button:has-text('Undo')")
    assert toast(visit).startswith("Taken back:")
    assert current(visit) == first

    visit.tab.click(".cur button:has-text('Later')")
    assert current(visit) != first
    second = current(visit)
    visit.tab.locator(".queue > li:not(.cur) p a").first.click()
    assert current(visit) != second

    visit.tab.check("input[name=certainty][value=reported]")
    visit.tab.click("text=Show these")
    assert "certainty=reported" in visit.tab.url
    assert set(visit.tab.locator(".queue .line .c").all_text_contents()) == {"reported"}

    visit.tab.fill("#q", "lantern")
    visit.tab.press("#q", "Enter")
    assert "The Lantern Trade" in (visit.tab.text_content("main") or "")
    visit.go("/deliveries?state=dead")
    visit.tab.click("button:has-text('Retry')")
    assert "due again" in (visit.tab.text_content("main") or "")


def test_a_correction_is_seen_before_it_is_saved(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.go("/review")
    with visit.tab.expect_navigation():
        visit.tab.keyboard.press("c")
    visit.tab.fill("input[name=when]", "sometime")
    visit.tab.click("text=See what it would change")
    visit.tab.wait_for_selector("[role=alert]")
    assert visit.tab.locator("input[name=when][aria-invalid=true]").count() == 1
    visit.tab.fill("input[name=when]", "autumn 2027")
    visit.tab.click("text=See what it would change")
    visit.tab.wait_for_selector("text=If you save this")
    assert "autumn 2027" in (visit.tab.text_content("main") or "")
    visit.tab.click("text=Save the correction")
    visit.tab.wait_for_selector(".toast")
    assert "/review" in visit.tab.url


def test_two_people_at_once_do_not_overwrite_each_other(visitor: Visitor, address: str) -> None:
    for scripted in (True, False):
        anna, ben = (visitor(address, java_script_enabled=scripted) for _ in range(2))
        anna.go("/review")
        ben.go("/review")
        claim = current(ben)
        assert current(anna) == claim
        anna.tab.click(".cur button:has-text('Dismiss')")
        anna.tab.wait_for_selector(".toast")
        ben.tab.click(".cur button:has-text('Confirm')")
        ben.tab.wait_for_selector("text=Somebody else judged this meanwhile")
        told = ben.tab.text_content("main") or ""
        assert re.search(r"robin.*dismissed", told)
        assert "not recorded" in told
        ben.tab.click("text=Give it all the same")
        ben.tab.wait_for_selector(".toast")
        assert toast(ben).startswith("Confirmed:")


def test_a_conflict_is_accessible(visitor: Visitor, address: str) -> None:
    anna, ben = visitor(address), visitor(address, color_scheme="dark")
    anna.go("/review")
    ben.go("/review")
    anna.tab.click(".cur button:has-text('Dismiss')")
    anna.tab.wait_for_selector(".toast")
    assert anna.violations() == []
    ben.tab.click(".cur button:has-text('Confirm')")
    ben.tab.wait_for_selector("text=Somebody else judged")
    assert ben.violations() == []


def test_news_is_offered_and_nothing_moves_until_it_is_wanted(visitor: Visitor, address: str) -> None:
    anna, ben = visitor(address), visitor(address)
    anna.tab.clock.install()
    anna.go("/")
    before = anna.tab.text_content("main")
    ben.go("/review")
    ben.tab.click(".cur button:has-text('Confirm')")
    ben.tab.wait_for_selector(".toast")
    anna.tab.clock.fast_forward(21_000)
    anna.tab.wait_for_selector("#news .notice")
    assert "since you opened this page" in (anna.tab.text_content("#news") or "")
    assert anna.tab.text_content("main") == before
    anna.tab.click("#news a")
    expect(anna.tab.locator("#news .notice")).to_have_count(0)
    assert anna.tab.text_content("main") != before


def test_an_answer_that_cannot_be_sent_says_so_and_loses_nothing(visitor: Visitor, address: str) -> None:
    visit = visitor(address)
    visit.go("/review")
    first = current(visit)
    visit.tab.fill(".cur input[name=note]", "kept")
    visit.context.set_offline(True)
    visit.tab.click(".cur button:has-text('Dismiss')")
    visit.tab.wait_for_selector("#news .notice")
    assert "could not be sent" in (visit.tab.text_content("#news") or "")
    assert current(visit) == first
    assert visit.tab.input_value(".cur input[name=note]") == "kept"
    visit.context.set_offline(False)
    visit.tab.click(".cur button:has-text('Dismiss')")
    visit.tab.wait_for_selector(".toast")
