"""Take pictures of the page: home, a work and the review, at 1280 and 360 pixels, light and dark, of a ledger made by real polls.

make screenshots            into docs/img
.venv/bin/python bench/screenshots.py FOLDER
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.web import story
from tests.web.serving import served

PAGES = {"home": "/", "work": "/works/harbour-of-glass", "review": "/review"}
CHROMIUM = "/usr/bin/chromium"
# What is below is more of the same.
_HIGHEST = {1280: 1500, 360: 2000}
_WEBP = """async png => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL('image/webp', 0.7).split(',')[1];
}"""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        config, database = story.make(Path(made))
        story.judged(database, config)
        with served(database, config, lambda: story.NOW) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            converter = browser.new_page()
            for scheme in ("light", "dark"):
                for width in (1280, 360):
                    context = browser.new_context(
                        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB"
                    )
                    page = context.new_page()
                    for name, path in PAGES.items():
                        page.goto(f"{address}{path}")
                        height = page.evaluate("document.documentElement.scrollHeight")
                        clip = {"x": 0, "y": 0, "width": width, "height": min(height, _HIGHEST[width])}
                        picture = webp(converter, page.screenshot(full_page=True, clip=clip))
                        (folder / f"page-{name}-{width}-{scheme}.webp").write_bytes(picture)
                    context.close()
            browser.close()


def webp(converter: Page, png: bytes) -> bytes:
    """Return a picture as WebP, which the browser makes itself."""
    return base64.b64decode(converter.evaluate(_WEBP, base64.b64encode(png).decode()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/img"))
