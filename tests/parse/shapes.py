"""Well-formed feeds of every format, put together at random from what feeds really carry.

Every element may be missing, the order is any, text comes escaped or as CDATA, in any script and with odd blanks. What is not here
is what no two readers take alike: an element of a kind twice (but for links and Atom's authors), HTML that is itself broken, ids that are
relative to an xml:base, an xml:base that holds for one entry only, and the language of an entry without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

from hypothesis import strategies as st

__all__ = ["feeds"]

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
WORDS = st.lists(
    st.sampled_from(
        ["Harbour", "Lights", "season", "2", "Żar-ptak", "한국 드라마", "第二季", "été", "“dated”", "—", "it's", "& more", "1 < 2", "#1",
         "100%", "😀", "Ω", "ё", "\u00a0", "\u200b", "\n", "  ", "…", "AT&T"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join).filter(str.strip)  # fmt: skip
MARKUP = st.lists(
    st.sampled_from(
        ["<p>Out <b>now</b>.</p>", "<ul><li>One</li><li>zwei: für</li></ul>", "one<br/>two", '<a href="https://news.example/x?a=1&amp;b=2">link</a>',
         "<!-- a comment -->", "&nbsp;", "&#8217;", "&lt;b&gt;", "plain words", "한국 드라마", "\n", "<p>Read more…</p>", '<img src="/i.png" alt="x"/>']
    ),
    min_size=1,
    max_size=5,
).map("".join).filter(str.strip)  # fmt: skip
XHTML = st.sampled_from(
    ["<p>Out <b>now</b>.</p>", "words only", "<p>für</p><p>1 &lt; 2</p>", '<ul><li>One</li></ul><p lang="ko">한국</p>', "one <em>two</em> three"]
)  # fmt: skip
LINKS = st.sampled_from(
    ["https://news.example/1", "http://news.example/2?x=1&y=2", "https://news.example/zażółć", " https://news.example/3 \n", "/4", "5.html",
     "//other.example/6", "javascript:alert(1)", "https://news.example/a b", "ftp://news.example/7", "#top"]
)  # fmt: skip
WHOLE_IDS = st.sampled_from(
    ["https://news.example/1", "tag:news.example,2023:1", "urn:uuid:6b5a", " https://news.example/3\n"]
)
IDS = WHOLE_IDS | LINKS | st.sampled_from(["abc123", " padded ", "한국"])
DATES = st.sampled_from(
    ["Thu, 10 Aug 2023 01:00:00 GMT", "Thu, 10 Aug 2023 23:30:00 +0900", "Wed, 9 Aug 2023 01:00:00 EST", "thu, 10 aug 2023 01:00 gmt",
     "2023-08-09T01:00:00+09:00", "2023-08-09T01:00:00.123Z", "2023-08-09", "August 9, 2023 2:03 PM", "2023年8月9日 14:03", "never",
     "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", " Thu, 10 Aug 2023 01:00:00\n GMT ", "1691629200"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["Ada Quill", "by Ada Quill", "Ó. Brien & Sons", "The Paper Lantern", "@adaquill", "김하늘"]
)
MAILED = NAMES | st.sampled_from(
    ["ada@news.example (Ada Quill)", "Ada Quill <ada@news.example>", "ada@news.example"]
)
LANGS = st.sampled_from(["en", "en-US", "ko", "pl_PL"])
BASES = st.sampled_from(["https://base.example/dir/", "https://base.example/a/b.html"])


@st.composite
def feeds(draw: st.DrawFn) -> str:
    """Return a feed of one to four entries, from its root element on."""
    make = draw(st.sampled_from([_rss, _rss, _rdf, _atom, _atom]))
    return make(draw)


def _rss(draw: st.DrawFn) -> str:
    version = draw(st.sampled_from(["0.91", "0.92", "2.0", "2.0"]))
    base = _base(draw)
    items = "".join(_item(draw, based=bool(base)) for _ in range(draw(st.integers(1, 4))))
    return f'<rss version="{version}"{_declared()}{base}><channel>{_about(draw)}{items}</channel></rss>'


def _rdf(draw: st.DrawFn) -> str:
    own = draw(st.sampled_from(["http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"]))
    base = _base(draw)
    items = "".join(_item(draw, based=bool(base), rdf=True) for _ in range(draw(st.integers(1, 4))))
    return f'<rdf:RDF xmlns="{own}"{_declared()}{base}><channel rdf:about="https://news.example/">{_about(draw)}</channel>{items}</rdf:RDF>'


def _atom(draw: st.DrawFn) -> str:
    old = draw(st.booleans())
    own = "http://purl.org/atom/ns#" if old else NAMESPACES["atom"]
    prefix = "" if old else draw(st.sampled_from(["", "", "atom:"]))
    tag = f"{prefix}feed"
    about = [f"<{prefix}title>{_text(draw, WORDS)}</{prefix}title>"]
    about += _perhaps(draw, lambda: f'<{prefix}link rel="self" href="https://news.example/feed"/>')
    about += _perhaps(
        draw, lambda: f"<{prefix}author><{prefix}name>{_text(draw, NAMES)}</{prefix}name></{prefix}author>"
    )
    about += _perhaps(draw, lambda: f"<{prefix}updated>2023-08-10T00:00:00Z</{prefix}updated>")
    base = _base(draw)
    entries = "".join(_entry(draw, prefix, based=bool(base), old=old) for _ in range(draw(st.integers(1, 4))))
    version = ' version="0.3"' if old else ""
    return f'<{tag} xmlns="{own}"{version}{_declared()}{_lang(draw)}{base}>{_mixed(draw, about)}{entries}</{tag}>'


def _about(draw: st.DrawFn) -> str:
    parts = [
        f"<title>{_text(draw, WORDS)}</title>",
        "<link>https://news.example/</link>",
        "<description>All of it.</description>",
    ]
    parts += _perhaps(draw, lambda: f"<language>{draw(LANGS)}</language>")
    parts += _perhaps(draw, lambda: f"<ttl>{draw(st.sampled_from(['60', ' 30 ', '0', 'soon']))}</ttl>")
    parts += _perhaps(
        draw, lambda: "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    )
    parts += _perhaps(
        draw, lambda: '<atom:link rel="self" href="https://news.example/feed" type="application/rss+xml"/>'
    )
    parts += _perhaps(
        draw,
        lambda: "<image><title>Logo</title><url>/logo.png</url><link>https://news.example/</link></image>",
    )
    return _mixed(draw, parts)


def _item(draw: st.DrawFn, *, based: bool, rdf: bool = False) -> str:
    parts: list[str] = []

    def may(name: str, texts: st.SearchStrategy[str], attributes: str = "") -> None:
        parts.extend(_perhaps(draw, lambda: f"<{name}{attributes}>{_text(draw, texts)}</{name}>"))

    may("title", WORDS | MARKUP)
    may("link", LINKS)
    if draw(st.booleans()):
        may("guid", IDS, ' isPermaLink="false"')
    else:
        may("guid", WHOLE_IDS if based else IDS, draw(st.sampled_from(["", ' isPermaLink="true"'])))
    may(*draw(st.sampled_from([("pubDate", DATES), ("dc:date", DATES), ("dcterms:issued", DATES)])))
    may("description", MARKUP | WORDS, _lang(draw))
    may("content:encoded", MARKUP)
    may(*draw(st.sampled_from([("author", MAILED), ("dc:creator", NAMES)])))
    may("dc:language", LANGS)
    may("source", NAMES, ' url="https://lantern.example/feed"')
    may("feedburner:origLink", st.just("https://news.example/original"))
    may("itunes:summary", WORDS)
    parts += _furniture(draw)
    about = f' rdf:about="{escape(draw(IDS))}"' if rdf and draw(st.booleans()) else ""
    return f"<item{about}{_base(draw) if based else ''}>{_mixed(draw, parts)}</item>"


def _entry(draw: st.DrawFn, prefix: str, *, based: bool, old: bool) -> str:
    parts: list[str] = []

    def may(name: str, inner: Callable[[], str], attributes: str = "") -> None:
        parts.extend(_perhaps(draw, lambda: f"<{prefix}{name}{attributes}>{inner()}</{prefix}{name}>"))

    for name in ("title", "summary", "content"):
        parts += _perhaps(draw, partial(_construct, draw, f"{prefix}{name}", old=old))
    for rel in draw(
        st.lists(
            st.sampled_from(["", ' rel="alternate"', ' rel="self"', ' rel="enclosure"', ' rel="replies"']),
            max_size=3,
            unique=True,
        )
    ):
        kind = draw(st.sampled_from(["", ' type="text/html"', ' type="application/json"']))
        parts.append(f'<{prefix}link{rel}{kind} href="{escape(draw(LINKS))}"/>')
    may("id", lambda: _text(draw, WHOLE_IDS if based else IDS))
    for name in ("issued", "modified", "created") if old else ("published", "updated"):
        may(name, lambda: draw(DATES))
    beside = st.sampled_from(
        ["", f"<{prefix}email>ada@news.example</{prefix}email>", f"<{prefix}uri>/ada</{prefix}uri>"]
    )
    for _ in range(2):
        may("author", lambda: f"<{prefix}name>{_text(draw, NAMES)}</{prefix}name>{draw(beside)}")
    may(
        "source",
        lambda: f"<{prefix}id>urn:other</{prefix}id><{prefix}title>{_text(draw, NAMES)}</{prefix}title>",
    )
    parts += _furniture(draw)
    lang = _lang(draw) if parts and parts[0].startswith(f"<{prefix}title") else ""
    return f"<{prefix}entry{lang}{_base(draw) if based else ''}>{_mixed(draw, parts)}</{prefix}entry>"


def _construct(draw: st.DrawFn, tag: str, *, old: bool) -> str:
    kind = draw(st.sampled_from(["", "text", "html", "xhtml"]))
    if kind == "xhtml":
        inner = f'<div xmlns="http://www.w3.org/1999/xhtml">{draw(XHTML)}</div>'
        attributes = ' type="application/xhtml+xml" mode="xml"' if old else ' type="xhtml"'
    else:
        inner = _text(draw, MARKUP if kind == "html" else WORDS)
        attributes = {
            "": "",
            "text": ' type="text/plain"' if old else ' type="text"',
            "html": ' type="text/html" mode="escaped"' if old else ' type="html"',
        }[kind]
    lang = "" if tag.endswith("title") else _lang(draw)
    return f"<{tag}{attributes}{lang}>{inner}</{tag}>"


def _furniture(draw: st.DrawFn) -> list[str]:
    """What stands in entries and says nothing of them that is read; captions are read only where nothing else is."""
    return draw(
        st.lists(
            st.sampled_from(
                ['<enclosure url="https://media.example/1.mp3" length="1" type="audio/mpeg"/>',
                 '<enclosure url="https://media.example/2.mp3" length="2" type="audio/mpeg"/>',
                 '<media:thumbnail url="https://media.example/1.jpg"/>',
                 '<media:content url="https://media.example/1.jpg"><media:description type="plain">A caption.</media:description></media:content>',
                 "<category>News &amp; more</category>", "<category><![CDATA[film]]></category>", "<slash:comments>3</slash:comments>",
                 "<!-- by hand -->", "<comments>https://news.example/1#comments</comments>"]
            ),
            max_size=3,
            unique=True,
        )
    )  # fmt: skip


def _text(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Return a text as it stands in XML: escaped, as CDATA, or with character references."""
    text = draw(texts)
    how = draw(st.sampled_from(["escaped", "escaped", "cdata", "references"]))
    if how == "cdata":
        return f"<![CDATA[{text}]]>"
    shown = escape(text, quote=False)
    return shown.replace("e", "&#101;").replace("ü", "&#xFC;") if how == "references" else shown


def _mixed(draw: st.DrawFn, parts: list[str]) -> str:
    gap = draw(st.sampled_from(["", "\n  ", "\r\n\t"]))
    return gap + gap.join(draw(st.permutations(parts))) + gap


def _perhaps(draw: st.DrawFn, part: Callable[[], str]) -> list[str]:
    return [part()] if draw(st.integers(0, 3)) else []


def _declared() -> str:
    return "".join(f' xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())


def _lang(draw: st.DrawFn) -> str:
    return f' xml:lang="{draw(LANGS)}"' if draw(st.integers(0, 7)) == 7 else ""


def _base(draw: st.DrawFn) -> str:
    return f' xml:base="{draw(BASES)}"' if draw(st.integers(0, 3)) == 3 else ""
