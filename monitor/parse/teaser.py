"""Decide whether a document is only a teaser of the article at its address.

A body is a teaser when it is truncated (an ellipsis, "Read more"), or so short that the article must be
elsewhere. It decides only whether an article is fetched with `follow: true`, so doubtful cases count as teasers.
"""

from __future__ import annotations

from monitor.model import Document
from monitor.parse.clean import plain

__all__ = ["is_teaser"]

_SHORT = 400
"""The least characters of a complete article."""
_TAIL = 2500
"""The characters of HTML that are examined; a body with more is not short, however much of it is markup."""
_ELLIPSES = ("…", "...", "[…]", "[...]", "(…)", "(...)", "[&hellip;]")
_ARROWS = " \n\t\xa0.»›→>⟶➔➜]):!"
# The last words of a teaser, in the languages of known feeds.
_MORE = (
    "read more", "continue reading", "keep reading", "read the full story", "read the full article", "read full article",
    "read the rest", "full story", "learn more", "see more", "view article", "weiterlesen", "mehr lesen", "mehr erfahren",
    "lire la suite", "lire plus", "en savoir plus", "czytaj dalej", "czytaj więcej", "więcej", "leer más", "seguir leyendo",
    "sigue leyendo", "continua a leggere", "leggi tutto", "leggi di più", "leia mais", "continue lendo", "ler mais",
    "lees meer", "lees verder", "читать далее", "читать дальше", "подробнее", "続きを読む", "続きはこちら", "더보기", "더 보기",
    "계속 읽기", "阅读全文", "阅读更多", "查看全文", "閱讀全文", "繼續閱讀", "devamını oku", "läs mer", "les mer", "læs mere", "lue lisää",
)  # fmt: skip
# These are followed by the article's name: "Continue reading Some headline".
_MORE_ABOUT = ("continue reading", "keep reading", "read more:", "read more about")
_SIGNATURE = "appeared first on"


def is_teaser(document: Document) -> bool:
    """Return whether `document` has an address and its body is not a complete article."""
    if not document.url:
        return False
    body = document.html or document.text
    if len(body) < _SHORT:
        return True
    end = body if len(body) <= _TAIL else body[-_TAIL:]
    words = plain(end) if document.html else end
    if len(words) < _SHORT and end is body:
        return True
    tail = " ".join(words[-_SHORT:].split())
    if _SIGNATURE in tail:
        tail = tail[: max(tail.rfind("The post ", 0, tail.rfind(_SIGNATURE)), 0)]
    tail = tail.casefold().rstrip()
    return tail.endswith(_ELLIPSES) or tail.rstrip(_ARROWS).endswith(_MORE) or _names_article(tail[-200:])


def _names_article(tail: str) -> bool:
    return any(". " not in tail[start:] for phrase in _MORE_ABOUT if (start := tail.rfind(phrase)) >= 0)
