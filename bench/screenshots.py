"""Take pictures of the page: home, a work and the review, at 1280 and 360 pixels, light and dark, of a ledger made by real polls.

make screenshots            into docs/img
.venv/bin/python bench/screenshots.py FOLDER
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.web import story
from tests.web.serving import served

PAGES = {"home": "/", "work": "/works/harbour-of-glass", "review": "/review"}
CHROMIUM = "/usr/bin/chromium"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        config, database = story.make(Path(made))
        story.judged(database, config)
        with served(database, config, lambda: story.NOW) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for scheme in ("light", "dark"):
                for width in (1280, 360):
                    context = browser.new_context(
                        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB"
                    )
                    page = context.new_page()
                    for name, path in PAGES.items():
                        page.goto(f"{address}{path}")
                        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                    context.close()
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/img"))
