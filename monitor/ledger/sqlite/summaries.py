"""Keep on each claim what listings need: its most certain observation, how often, when and in which languages it was said, and its verdict.

Everything here follows from observations, readings and verdicts, and is refreshed when one is added. The counts by subject in
`tallies` are kept by triggers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.ledger.sqlite.connection import Connection

__all__ = [
    "COUNTED", "COUNTS", "REFRESH", "STANDING_VERDICT", "TEXTS", "add_words", "forget_words", "keep_verdict", "note_observation", "refresh_claims",
]  # fmt: skip

COUNTS = (
    "NOT EXISTS (SELECT 1 FROM readings own JOIN readings later ON later.rereads = ifnull(own.rereads, own.id)"
    " WHERE own.id = {0}.reading AND later.id > own.id)"
    " AND ({0}.actor = '' OR EXISTS (SELECT 1 FROM verdicts own WHERE own.observation = {0}.id"
    " AND NOT EXISTS (SELECT 1 FROM verdicts back WHERE back.undoes = own.id)))"
)
"""The condition on an observation, by the name of its table: its text was not read again since, and a person's reading was not undone."""
COUNTED = COUNTS.format("o")
STANDING_VERDICT = "v.kind <> 'undone' AND NOT EXISTS (SELECT 1 FROM verdicts u WHERE u.undoes = v.id)"
"""The condition on a verdict `v` that it was not taken back; the last such of a claim counts."""

_RANK = "CASE o.certainty WHEN 'official' THEN 3 WHEN 'reported' THEN 2 WHEN 'expected' THEN 1 ELSE 0 END"
# A claim is shown by its most certain observation that counts, the earliest of those: the greatest of numbers that end in the id.
_IDS = 1 << 40
_BEST = f"max((({COUNTED}) * 4 + {_RANK} + 1) * {_IDS} - o.id)"
SUMMARY = (
    f"SELECT a.claim AS claim, w.id AS surest, w.certainty AS certainty, wd.lang AS lang, a.documents AS documents,"
    " a.first_seen AS first_seen, a.last_seen AS last_seen, a.first_said AS first_said, a.last_said AS last_said"
    f" FROM (SELECT o.claim AS claim, {_BEST} AS best, sum({COUNTED}) AS documents,"
    " min(d.seen_at) AS first_seen, max(d.seen_at) AS last_seen,"
    " min(ifnull(o.said_at, d.published)) AS first_said, max(ifnull(o.said_at, d.published)) AS last_said"
    " FROM observations o JOIN documents d ON d.id = o.document WHERE {0} GROUP BY o.claim) AS a"
    f" JOIN observations w ON w.id = {_IDS} - a.best % {_IDS} JOIN documents wd ON wd.id = w.document"
)
"""The query for the kept columns, by the condition on observations `o`."""
_KEPT = "surest, certainty, lang, documents, first_seen, last_seen, first_said, last_said"
REFRESH = (
    f"UPDATE claims SET ({_KEPT}) = ({', '.join(f's.{name}' for name in _KEPT.split(', '))}),"
    " origins = CASE WHEN s.documents = 1 THEN 1 END, cause = {1}"
    f" FROM ({SUMMARY}) AS s WHERE claims.id = s.claim"
)
"""The statement that stores them, by the same condition and the cause of the claims."""
_NOTE = (
    "UPDATE claims SET documents = claims.documents + 1, cause = NULL, origins = NULL,"
    " first_seen = CASE WHEN claims.first_seen = '' THEN n.seen ELSE min(claims.first_seen, n.seen) END,"
    " last_seen = max(claims.last_seen, n.seen),"
    " first_said = CASE WHEN claims.first_said = '' THEN n.said ELSE min(claims.first_said, n.said) END,"
    " last_said = max(claims.last_said, n.said),"
    " surest = CASE WHEN n.better THEN n.id ELSE claims.surest END,"
    " certainty = CASE WHEN n.better THEN n.sure ELSE claims.certainty END,"
    " lang = CASE WHEN n.better THEN n.tag ELSE claims.lang END FROM ("
    "SELECT o.id AS id, o.claim AS claim, o.certainty AS sure, d.lang AS tag, d.seen_at AS seen, ifnull(o.said_at, d.published) AS said,"
    f" k.documents = 0 OR {_RANK} > {_RANK.replace('o.', 'k.')} AS better"
    " FROM observations o JOIN documents d ON d.id = o.document JOIN claims k ON k.id = o.claim WHERE o.id = ?) AS n"
    " WHERE claims.id = n.claim"
)
_LANG = "INSERT OR IGNORE INTO claim_langs SELECT lower(d.lang), o.claim FROM observations o JOIN documents d ON d.id = o.document WHERE"
_VERDICT = (
    f"UPDATE claims SET verdict = (SELECT v.kind FROM verdicts v WHERE v.claim = claims.id AND {STANDING_VERDICT} ORDER BY v.id DESC LIMIT 1),"
    " version = ifnull((SELECT max(v.id) FROM verdicts v WHERE v.claim = claims.id), 0) WHERE id = ?"
)
TEXTS = "indexed(c.title), indexed(o.quote), indexed(d.title), indexed(o.sources)"
"""What is indexed of an observation `o` of a claim `c` in a document `d`."""
_OBSERVED = "FROM observations o JOIN claims c ON c.id = o.claim JOIN documents d ON d.id = o.document"
_ADD_WORDS = f"INSERT INTO words (rowid, title, quote, headline, credits) SELECT o.id, {TEXTS} {_OBSERVED} WHERE o.id = ?"
_FORGET_WORDS = f"INSERT INTO words (words, rowid, title, quote, headline, credits) SELECT 'delete', o.id, {TEXTS} {_OBSERVED} WHERE o.id = ?"


def note_observation(ledger: Connection, number: int) -> None:
    """Bring the claim of the observation `number` up to date, which was just added and counts."""
    ledger.run(_NOTE, (number,))
    ledger.run(f"{_LANG} o.id = ?", (number,))


def refresh_claims(ledger: Connection, claims: Iterable[int]) -> None:
    """Bring `claims` up to date after observations of theirs stopped or began to count."""
    for claim in dict.fromkeys(claims):
        ledger.run(REFRESH.format("o.claim = ?", "NULL"), (claim,))
        ledger.run(f"{_LANG} o.claim = ?", (claim,))
        keep_verdict(ledger, claim)


def keep_verdict(ledger: Connection, claim: int) -> None:
    """Store the verdict on a claim that counts, and its version: the id of the last verdict of any kind."""
    ledger.run(_VERDICT, (claim,))


def add_words(ledger: Connection, observations: Iterable[int]) -> None:
    """Index the title, quote, headline and credits of observations."""
    ledger.run_many(_ADD_WORDS, [(number,) for number in observations])


def forget_words(ledger: Connection, observations: Iterable[int]) -> None:
    """Take observations from the index; it has no copy of its texts, so call it before any of them changes."""
    ledger.run_many(_FORGET_WORDS, [(number,) for number in observations])
