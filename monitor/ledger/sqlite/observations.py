"""Store observations: which document made which claim, append-only; and verdicts, a person's judgement of a claim.

One claim is one row, identified by its content; its id is that of its first observation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from monitor.errors import NotFoundError
from monitor.ledger.port import Subject
from monitor.ledger.sqlite.columns import (
    instant,
    json_text,
    local,
    moment,
    moment_or_none,
    scope_text,
    storable,
    strings,
    when_text,
)
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.documents import add_document, add_sightings, mark_seen
from monitor.ledger.sqlite.failures import legible
from monitor.ledger.sqlite.readings import (
    add_reading,
    basis_of,
    last_reading,
    says_the_same,
    statements,
)
from monitor.ledger.sqlite.sequences import draw
from monitor.ledger.sqlite.summaries import (
    COUNTS,
    STANDING_VERDICT,
    add_words,
    keep_verdict,
    note_observation,
    refresh_claims,
)
from monitor.model import (
    Certainty,
    Claim,
    Document,
    Event,
    Observation,
    Post,
    Span,
    Status,
    TrailerKind,
    Verdict,
    VerdictKind,
    When,
    observe,
)

__all__ = [
    "DELETED",
    "NEWEST_REREADING",
    "OBSERVED",
    "READING_OF_A_PERSON",
    "add_correction",
    "add_verdict",
    "corrected_with",
    "observation_of",
    "observations",
    "observed_in",
    "record_document",
    "record_found",
    "reread_document",
    "subjects",
    "verdict_of",
    "verdicts",
    "verdicts_of_claim",
]  # fmt: skip

DELETED = (
    "(SELECT gone.kind FROM readings own JOIN deletions gone ON gone.place = own.place WHERE own.id = {0}.reading"
    " ORDER BY gone.id DESC LIMIT 1) IS 'deleted'"
)
"""The condition on an observation, by the name of its table, that its post was deleted and has not come back."""

OBSERVED = (
    'SELECT o.id, o.claim, c.title, c.instalment, c.event, c.status, c."when", o.certainty, o.sources, o.scope, o.quote,'  # noqa: S608 - our own columns
    ' o.part, o.start, o."end", o.rules, o.post_author, o.post_at, o.post_url, o.passing, o.inherited,'
    " o.trailer, o.trailer_kind, o.confidence, o.reader,"
    " ifnull(r.rereads, r.id), r.place, o.replaces, d.fingerprint, r.source, r.url, ifnull(o.said_at, d.published), d.utc_offset,"
    f" r.at, d.title, d.author, d.lang, NOT {COUNTS.format('o')}, {DELETED.format('o')}"
    " FROM claims c JOIN observations o ON o.claim = c.id JOIN documents d ON d.id = o.document"
    " JOIN readings r ON r.id = o.reading"
)
"""The columns that :func:`observation_of` reads."""

_OF_READING = (
    f"{OBSERVED} WHERE o.document = (SELECT document FROM readings WHERE id = ?1)"  # noqa: S608 - as above
    f" AND ifnull(r.rereads, r.id) = ?1 AND o.actor = '' AND {COUNTS.format('o')} ORDER BY o.id"
)
_LAST_OBSERVED = (
    "SELECT l.id, l.place, l.at FROM observations o JOIN readings r ON r.id = o.reading"
    " JOIN readings l ON l.id = ifnull(r.rereads, r.id) WHERE o.document = ? ORDER BY l.id DESC LIMIT 1"
)
_CLAIMS_OF_TEXT = "SELECT DISTINCT o.claim FROM observations o JOIN readings r ON r.id = o.reading WHERE ifnull(r.rereads, r.id) = ?"
_REREAD = (
    "INSERT INTO readings (id, place, source, entry, url, by_entry, by_url, document, at, rereads, reader, reread_at)"
    " SELECT ?, place, source, entry, url, 0, 0, document, at, id, ?, ? FROM readings WHERE id = ? AND rereads IS NULL"
    " RETURNING id, document, place"
)
# All of them only grow: what is remembered of a subject holds as long as the sum stays.
NEWEST_REREADING = (
    "SELECT ifnull((SELECT max(id) FROM readings WHERE rereads IS NOT NULL), 0)"
    " + ifnull((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'deletions'), 0)"
    " + (SELECT count(*) FROM verdicts WHERE observation IS NOT NULL)"
    " + (SELECT count(*) FROM verdicts made JOIN verdicts back ON back.undoes = made.id WHERE made.observation IS NOT NULL)"
)
"""A number that grows when observations may count no more, or count again."""
_TITLES_OF_DOCUMENT = (
    "SELECT DISTINCT c.title FROM observations o JOIN claims c ON c.id = o.claim WHERE o.document = ?"
)
_OF_SUBJECT = "c.title = ? AND c.event = ?"
_NEWER_OF_SUBJECT = f"{OBSERVED} WHERE {_OF_SUBJECT} AND o.id > ?"
# A subject in the news is folded again at each document: its observations are cached, up to this many.
REMEMBERED = 20_000
_VERDICT = "SELECT v.id, v.claim, v.kind, v.at, v.note, v.actor FROM verdicts v"
_VERDICTS_OF_SUBJECT = (
    f"{_VERDICT} JOIN claims c ON c.id = v.claim WHERE {_OF_SUBJECT} AND {STANDING_VERDICT} ORDER BY v.id"
)
_VERDICTS_OF_CLAIM = f"{_VERDICT} WHERE v.claim = ? ORDER BY v.id"
_LAST_OF_CLAIM = f"{_VERDICT} WHERE v.claim = ? AND {STANDING_VERDICT} ORDER BY v.id DESC LIMIT 1"


def record_document(
    ledger: Connection,
    document: Document,
    seen_at: datetime,
    observed: Iterable[Observation],
    *,
    shared: Collection[str] = frozenset(),
) -> list[Observation]:
    """Store a document with its observations; return them with their ids.

    They are observations of this `document`, made at `seen_at`. The result is empty when nothing is added: the document is unchanged since
    its latest reading, or another one with the same text is stored. `shared` are the ids and addresses that several documents of one
    body have in common, so that they identify none of them.
    """
    with ledger.transaction():
        last = last_reading(ledger, document, shared)
        if last is not None and last.is_of(document):
            return []
        observed = list(observed)
        claims, readers = [each.claim for each in observed], [each.reader for each in observed]
        before = [] if last is None else observed_in(ledger, basis_of(ledger, last))
        said = statements(claims, before, document, last, seen_at)
        is_retold = says_the_same([each.claim for each in said], before)
        if last is not None and last.title == document.title and is_retold:
            # Only the surroundings of the claims differ: a counter, a date of publication.
            mark_seen(ledger, [document.fingerprint], seen_at)
            return []
        kept = add_document(ledger, document, seen_at, revises=last.document if last else None)
        if kept is None:
            row = int(ledger.value("SELECT id FROM documents WHERE fingerprint = ?", (document.fingerprint,)))
            add_sightings(ledger, [document], seen_at)
        row, fingerprint = kept or (row, document.fingerprint)
        reading, place = add_reading(ledger, document, row, seen_at, shared, last=last)
        if kept is None and last is None:
            return []
        recorded = [
            replace(
                observe(
                    each.claim, document, seen_at, reader=reader, said_at=each.said_at, replaces=each.replaces
                ),
                document=fingerprint,
                reading=reading,
                place=place,
            )
            for each, reader in zip(said, readers, strict=True)
        ]
        return _add_observations(ledger, recorded, row, reading)


def record_found(
    ledger: Connection, document: Document, seen_at: datetime, observed: Iterable[Observation]
) -> list[Observation]:
    """Store what a document that was read before claims about works that were not watched then; return it with its ids.

    A work with claims in the stored document gets no further ones. A document without claims is stored now, as read at `seen_at`.
    """
    with ledger.transaction():
        row = ledger.value("SELECT id FROM documents WHERE fingerprint = ?", (document.fingerprint,))
        if row is None:
            return record_document(ledger, document, seen_at, observed)
        known = {title for (title,) in ledger.rows(_TITLES_OF_DOCUMENT, (row,))}
        new = [each for each in observed if storable(each.claim.title) not in known]
        found = ledger.row(_LAST_OBSERVED, (row,))
        if found is None or not new:
            return []
        reading, place, at = found
        # Where that text was read again, new observations belong to the reading that counts.
        latest = ledger.value("SELECT max(id) FROM readings WHERE id = ?1 OR rereads = ?1", (reading,))
        recorded = [
            replace(
                observe(each.claim, document, moment(at), reader=each.reader),
                reading=reading,
                place=place,
            )
            for each in new
        ]
        return _add_observations(ledger, recorded, row, int(latest))


def _add_observations(
    ledger: Connection, observed: Iterable[Observation], document: int, reading: int
) -> list[Observation]:
    """Store what was `observed` in the text of the row `reading`; return it with the ids that it got."""
    observed = list(observed)
    first = draw(ledger, "observations", len(observed))
    added = [
        _add_observation(ledger, replace(each, id=number), document, reading)
        for number, each in enumerate(observed, first)
    ]
    add_words(ledger, [each.id for each in added])
    return added


def _add_observation(
    ledger: Connection, observation: Observation, document: int, reading: int, actor: str = ""
) -> Observation:
    claim = observation.claim
    span, post = claim.span, claim.post
    number = _claim_row(ledger, claim, observation.id)
    ledger.run(
        'INSERT INTO observations (id, claim, document, certainty, sources, scope, quote, part, start, "end", rules,'
        " post_author, post_at, post_url, passing, inherited, trailer, trailer_kind, confidence, reader, reading, said_at, replaces, actor)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            observation.id,
            number,
            document,
            claim.certainty.value,
            json_text(claim.sources),
            json_text(claim.scope),
            storable(claim.quote),
            *((None, None, None) if span is None else (span.part, span.start, span.end)),
            json_text(claim.rules),
            *((None, None, None) if post is None else _post_columns(post)),
            claim.passing,
            claim.inherited,
            storable(claim.trailer),
            claim.trailer_kind.value,
            claim.confidence,
            storable(observation.reader),
            reading,
            instant(observation.published),
            json_text(observation.replaces),
            storable(actor),
        ),
    )
    note_observation(ledger, observation.id)
    return replace(observation, claim_id=number)


def _claim_row(ledger: Connection, claim: Claim, number: int) -> int:
    columns = (
        storable(claim.title),
        None if claim.instalment is None else storable(claim.instalment),
        claim.event.value,
        claim.status.value,
        when_text(claim.when),
        scope_text(claim.scope),
    )
    known = ledger.value(
        "SELECT id FROM claims WHERE title = ? AND ifnull(instalment, '') = ifnull(?, '') AND event = ? AND status = ?"
        " AND ifnull(\"when\", '') = ifnull(?, '') AND scope = ?",
        columns,
    )
    if known is not None:
        return int(known)
    ledger.run(
        'INSERT INTO claims (id, title, instalment, event, status, "when", scope) VALUES (?, ?, ?, ?, ?, ?, ?)',
        (number, *columns),
    )
    return number


def _post_columns(post: Post) -> tuple[str, str | None, str]:
    return storable(post.author), None if post.at is None else instant(post.at), storable(post.url)


def observations(ledger: Connection, title: str, event: str) -> list[Observation]:
    """Return all observations of a subject, in the order of publication."""
    subject = title, event
    newest = ledger.value(NEWEST_REREADING) or 0
    if newest != ledger.reread:  # what is remembered may count no more
        ledger.remembered.clear()
        ledger.reread = newest
    kept = ledger.remembered.get(subject, [])
    last = max((observation.id for observation in kept), default=0)
    newer = [observation_of(row) for row in ledger.rows(_NEWER_OF_SUBJECT, (title, event, last))]
    if newer:
        kept = sorted([*kept, *newer], key=lambda observation: (observation.published, observation.id))
        ledger.remembered[subject] = kept
        _forget_some(ledger)
    if kept:
        ledger.remembered.move_to_end(subject)
    return list(kept)


def reread_document(
    ledger: Connection, reading: int, at: datetime, observed: Sequence[Observation], reader: str
) -> list[Observation]:
    """Replace what was observed in the text of a `reading` by what `reader` observes in it at `at`.

    Returns the new observations with their ids. The earlier ones are kept and no longer count; when `observed` is empty, the text has no
    claims. Raises NotFoundError when the reading does not exist.
    """
    with ledger.transaction():
        found = ledger.row(_REREAD, (draw(ledger, "readings"), storable(reader), instant(at), reading))
        if found is None:
            raise NotFoundError(f"no reading {reading} is recorded", where=str(ledger.path))
        number, document, place = found
        recorded = [
            replace(each, reading=reading, place=place, replaced=False, deleted=False) for each in observed
        ]
        added = _add_observations(ledger, recorded, document, number)
        refresh_claims(ledger, [claim for (claim,) in list(ledger.rows(_CLAIMS_OF_TEXT, (reading,)))])
        return added


def observed_in(ledger: Connection, reading: int) -> list[Observation]:
    """Return the observations of a `reading` that count, in the order in which they were made."""
    return [observation_of(row) for row in ledger.rows(_OF_READING, (reading,))]


def _forget_some(ledger: Connection) -> None:
    """Drop the least recently used subjects from the cache until it is within its limit."""
    total = sum(map(len, ledger.remembered.values()))
    while total > REMEMBERED and len(ledger.remembered) > 1:
        total -= len(ledger.remembered.popitem(last=False)[1])


@legible
def observation_of(row: Sequence[Any]) -> Observation:
    """Return the observation in a row of :data:`OBSERVED`."""
    (number, claim_id, title, instalment, event, status, when, certainty, sources, scope, quote,
     part, start, end, rules, post_author, post_at, post_url, passing, inherited,
     trailer, trailer_kind, confidence, reader, reading, place, replaces, fingerprint, source, url, published, utc_offset, seen_at,
     headline, author, lang, is_replaced, is_deleted) = row  # fmt: skip
    claim = Claim(
        title=title,
        event=_EVENT(event),
        status=_STATUS(status),
        instalment=instalment,
        when=None if when is None else _PERIOD(when),
        certainty=_CERTAINTY(certainty),
        sources=strings(sources),
        scope=strings(scope),
        quote=quote,
        span=None if part is None else Span(part, start, end),
        rules=strings(rules),
        post=None if post_author is None else Post(post_author, moment_or_none(post_at), post_url),
        passing=bool(passing),
        inherited=bool(inherited),
        trailer=trailer,
        trailer_kind=_TRAILER_KIND(trailer_kind),
        confidence=confidence,
    )
    return Observation(
        claim=claim,
        document=fingerprint,
        source=source,
        url=url,
        published=local(published, utc_offset),
        seen_at=moment(seen_at),
        headline=headline,
        author=author,
        lang=lang,
        id=number,
        reading=reading,
        place=place,
        replaces=strings(replaces),
        claim_id=claim_id,
        reader=reader,
        replaced=bool(is_replaced),
        deleted=bool(is_deleted),
    )


# A work has thousands of observations: a look into a cache is a tenth of making a member of an enumeration from its value, and
# observations that name the same period share one, which works out its days once.
_EVENT = lru_cache(maxsize=64)(Event)
_STATUS = lru_cache(maxsize=64)(Status)
_CERTAINTY = lru_cache(maxsize=64)(Certainty)
_TRAILER_KIND = lru_cache(maxsize=64)(TrailerKind)
_PERIOD = lru_cache(maxsize=4096)(When)


@legible
def _event(text: str) -> Event:
    return Event(text)


def subjects(ledger: Connection) -> Iterator[Subject]:
    """Yield every subject with claims, in a fixed order."""
    sql = "SELECT title, event FROM tallies ORDER BY title, event"
    # Read completely: they are few, and the caller writes in between.
    for title, event in list(ledger.rows(sql)):
        yield title, _event(event)


def add_verdict(ledger: Connection, verdict: Verdict) -> Verdict:
    """Record a person's verdict on the claim of the observation that it names; return it with its id.

    An `undone` takes back the last verdict on the claim that still counts, and where that is one half of a correction, the other half
    too. Raises NotFoundError.
    """
    claim = ledger.value("SELECT claim FROM observations WHERE id = ?", (verdict.observation,))
    if claim is None:
        raise NotFoundError(
            f"there is no claim {verdict.observation}; `monitor claims` lists them", where=str(ledger.path)
        )
    if verdict.kind is not VerdictKind.UNDONE:
        return _add_verdict(ledger, replace(verdict, observation=int(claim)))
    undone = ledger.row(_LAST_OF_CLAIM, (claim,))
    if undone is None:
        raise NotFoundError(
            f"no verdict on claim {claim} is left to undo; `monitor claims show {claim}` lists them",
            where=str(ledger.path),
        )
    with ledger.transaction():
        other = ledger.row(_OTHER_HALF, (undone[0], undone[0]))
        recorded = _add_verdict(ledger, replace(verdict, observation=int(claim)), undoes=undone[0])
        if other is not None:
            _add_verdict(ledger, replace(verdict, observation=other[1]), undoes=other[0])
            refresh_claims(ledger, [int(claim), other[1]])
    return recorded


_OTHER_HALF = (
    "SELECT v.id, v.claim FROM verdicts v WHERE (v.corrects = ? OR v.id = (SELECT corrects FROM verdicts WHERE id = ?))"
    " AND NOT EXISTS (SELECT 1 FROM verdicts u WHERE u.undoes = v.id)"
)
_ROWS_OF_OBSERVATION = "SELECT document, reading FROM observations WHERE id = ?"
READING_OF_A_PERSON = "a person's reading"
"""The rule of an observation that a person corrected."""


def _add_verdict(
    ledger: Connection,
    verdict: Verdict,
    *,
    undoes: int | None = None,
    corrects: int | None = None,
    observation: int | None = None,
) -> Verdict:
    number = ledger.value(
        "INSERT INTO verdicts (claim, kind, at, note, undoes, actor, corrects, observation) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            verdict.observation, verdict.kind.value, instant(verdict.at), storable(verdict.note), undoes, storable(verdict.actor),
            corrects, observation,
        ),
    )  # fmt: skip
    keep_verdict(ledger, verdict.observation)
    return replace(verdict, id=int(number))


def corrected_with(ledger: Connection, claim: int) -> int | None:
    """Return the other claim of the correction of which the last verdict on `claim` that counts is one half, None where that is not a correction."""
    last = ledger.row(_LAST_OF_CLAIM, (claim,))
    other = None if last is None else ledger.row(_OTHER_HALF, (last[0], last[0]))
    return None if other is None else int(other[1])


def add_correction(
    ledger: Connection, said: Observation, reading: Claim, verdict: Verdict
) -> tuple[Verdict, Verdict]:
    """Dismiss the claim of the recorded observation `said`, and confirm what a person reads in the same words: `reading`.

    The reading is kept as an observation of the same document, which counts as long as the confirmation does. `verdict` gives time, note
    and actor. Returns the dismissal and the confirmation.
    """
    document, text = ledger.row(_ROWS_OF_OBSERVATION, (said.id,)) or (0, 0)
    with ledger.transaction():
        dismissed = _add_verdict(
            ledger, replace(verdict, kind=VerdictKind.DISMISSED, observation=said.claim_id)
        )
        number = draw(ledger, "observations")
        own = replace(
            reading,
            rules=(READING_OF_A_PERSON,),
            confidence=None,
            quote=said.claim.quote,
            span=said.claim.span,
        )
        read = replace(said, claim=own, id=number, replaces=(), reader="")
        added = _add_observation(ledger, read, document, text, verdict.actor or "a person")
        add_words(ledger, [number])
        confirmed = _add_verdict(
            ledger,
            replace(verdict, kind=VerdictKind.CONFIRMED, observation=added.claim_id),
            corrects=dismissed.id,
            observation=number,
        )
        refresh_claims(ledger, [said.claim_id, added.claim_id])
    return dismissed, confirmed


def verdicts(ledger: Connection, title: str, event: str) -> list[Verdict]:
    """Return the verdict that counts for each claim of a subject, oldest first, each on the claim's first observation."""
    found = map(_verdict, ledger.rows(_VERDICTS_OF_SUBJECT, (title, event)))
    return sorted(
        {verdict.observation: verdict for verdict in found}.values(), key=lambda verdict: verdict.id
    )


def verdicts_of_claim(ledger: Connection, claim: int) -> list[Verdict]:
    """Return every verdict on a claim, oldest first, including those that were taken back and those that took them back."""
    return [_verdict(row) for row in ledger.rows(_VERDICTS_OF_CLAIM, (claim,))]


def verdict_of(ledger: Connection, number: int) -> Verdict | None:
    """Return the verdict with the given id, None without one."""
    found = ledger.row(f"{_VERDICT} WHERE v.id = ?", (number,))
    return None if found is None else _verdict(found)


@legible
def _verdict(row: Sequence[Any]) -> Verdict:
    number, claim, kind, at, note, actor = row
    return Verdict(claim, VerdictKind(kind), moment(at), note, number, actor)
