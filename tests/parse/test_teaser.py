from __future__ import annotations

import pytest

from monitor.parse.teaser import is_teaser
from tests.builders import document

LONG = "The second season has a date and the harbour is glad of it. " * 20


@pytest.mark.parametrize(
    ("body", "teaser"),
    [
        ("", True),
        ("Short.", True),
        (f"<p>{LONG}</p>", False),
        (f"<p>{LONG}</p><p>The rest is […]</p>", True),
        (f"<p>{LONG} and then …</p>", True),
        (f"<p>{LONG} and then [&#8230;]</p>", True),
        (f'<p>{LONG}</p><p><a href="/x">Read more</a></p>', True),
        (f'<p>{LONG}</p><p><a href="/x">Continue reading Harbour Lights has a date →</a></p>', True),
        (f'<p>{LONG}</p><a href="/x">Weiterlesen &raquo;</a>', True),
        (f"<p>{LONG}</p><p>続きを読む</p>", True),
        (
            f"<p>{LONG} and then […]</p><p>The post <a href='x'>Lights</a> appeared first on <a href='y'>Lantern</a>.</p>",
            True,
        ),
        (
            f"<p>{LONG}</p><p>The post <a href='x'>Lights</a> appeared first on <a href='y'>Lantern</a>.</p>",
            False,
        ),
        (f"<p>{LONG} He went on to read more books.</p>", False),
        ("<p class='x' style='y'>" * 60 + "short" + "</p>" * 60, True),
        ("<p>" + LONG * 5 + "</p>", False),
        (LONG, False),
        (LONG + " Lire la suite", True),
    ],
)
def test_a_teaser_breaks_off_or_is_too_short(body: str, teaser: bool) -> None:
    fields = {"html": body} if body.startswith("<") else {"text": body}
    assert is_teaser(document(**fields)) is teaser


def test_without_an_address_there_is_no_article_to_tease() -> None:
    assert not is_teaser(document("Short.", url=""))
