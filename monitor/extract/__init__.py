"""Document and works in, claims out: pure, and total on any text.

`Extractor(works)` holds the watched works; its methods never raise on what a document holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.extract.blocks import passage
from monitor.extract.claims import Article
from monitor.extract.draft import Draft
from monitor.extract.explain import DateFound, Explanation, Mark, explained, find_all_dates, span_of
from monitor.extract.fold import without_format
from monitor.extract.merging import merged
from monitor.extract.reading import read
from monitor.extract.trailers import Trailer, name_of
from monitor.extract.works import Catalogue
from monitor.model import Claim, Document, Event, TrailerKind, Work

__all__ = ["DateFound", "Explanation", "Extractor", "Mark"]


class Extractor:
    """Reads documents for what they claim about the watched works."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._catalogue = Catalogue(works)

    def claims(self, document: Document, lang: str = "") -> tuple[Claim, ...]:
        """Return the claims of `document`, each once, in reading order; `lang` is what a person says that it is in."""
        if not any(self.might_claim([document])):
            return ()
        return self._claims(document, self._article(document, lang))

    def might_claim(self, documents: Sequence[Document]) -> list[bool]:
        """Whether each of `documents` can have claims; False is certain, and costs a small part of looking for them."""
        return self._catalogue.might_name(
            [f"{document.title}\n{document.html or document.text}" for document in documents]
        )

    def dates(self, document: Document) -> tuple[DateFound, ...]:
        """Return every date expression of `document`, whatever is watched, with offsets into its parts as they came in."""
        return tuple(find_all_dates(document))

    def explain(self, document: Document) -> Explanation:
        """Return what was recognised in `document` and which rules made, or did not make, claims of it."""
        article = self._article(document)
        return explained(document, article, self._claims(document, article))

    def _article(self, document: Document, lang: str = "") -> Article:
        return Article(document, read(document, self._catalogue, lang))

    def _claims(self, document: Document, article: Article) -> tuple[Claim, ...]:
        drafts = merged(article.read())
        if not drafts:
            return ()
        in_headline = {named.work.title for named in self._catalogue.find(without_format(document.title))}
        headed = bool(document.title.strip())
        return tuple(
            _claim(document, draft, passing=headed and draft.work.title not in in_headline)
            for draft in drafts
        )


def _claim(document: Document, draft: Draft, *, passing: bool) -> Claim:
    """Return `draft` as a claim of `document`; `passing` when the document's headline does not name the work."""
    span = span_of(draft.block, draft.start, draft.end)
    quote = passage(document, span.part, span.start, span.end)
    trailer = (
        name_of(draft.work.title, document.title, quote)
        if draft.event is Event.TRAILER
        else Trailer("", TrailerKind.TRAILER)
    )
    return Claim(
        title=draft.work.title,
        event=draft.event,
        status=draft.status,
        instalment=draft.instalment,
        when=draft.when,
        certainty=draft.certainty,
        sources=tuple(draft.sources),
        scope=tuple(draft.scope),
        quote=quote,
        span=span,
        rules=tuple(dict.fromkeys(draft.rules)),
        post=draft.post,
        passing=passing,
        inherited=draft.inherited,
        trailer=trailer.name,
        trailer_kind=trailer.kind,
    )
