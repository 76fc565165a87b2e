"""Make a ledger of any size as the monitor of the schema before wrote it: invented works, outlets and words."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database, Migrations

from monitor.ledger.sqlite import schema

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
BIG_WORKS = 20
BIG = 2_000
"""Observations of a big work."""
_STEPS = (
    "foundation", "schedule_times", "weight_of_a_claim", "verdicts_and_their_changes", "readings", "trailers", "watched_works",
    "how_it_was_read", "accounts_and_deletions",
)  # fmt: skip
_LANGS = ("en",) * 12 + ("de", "de", "fr", "es", "pl", "ja", "ja", "ko", "zh", "pt-BR")
_CERTAINTIES = ("official",) * 2 + ("reported",) * 6 + ("expected", "rumoured", "rumoured")
_WORDS = [
    "amber",
    "anchor",
    "archive",
    "atlas",
    "autumn",
    "beacon",
    "bridge",
    "canyon",
    "captain",
    "castle",
    "cinder",
    "circle",
    "cobalt",
    "comet",
    "copper",
    "coral",
    "crown",
    "dagger",
    "delta",
    "desert",
    "echo",
    "ember",
    "empire",
    "engine",
    "falcon",
    "feather",
    "ferry",
    "forest",
    "frontier",
    "garden",
    "glacier",
    "granite",
    "harbour",
    "harvest",
    "hollow",
    "horizon",
    "island",
    "ivory",
    "jungle",
    "kingdom",
    "lantern",
    "legend",
    "lighthouse",
    "marble",
    "meadow",
    "meridian",
    "midnight",
    "mirror",
    "monarch",
    "mountain",
    "nebula",
    "northern",
    "oasis",
    "ocean",
    "orchard",
    "oracle",
    "palace",
    "paper",
    "phantom",
    "pilot",
    "prairie",
    "quarry",
    "quiet",
    "raven",
    "river",
    "road",
    "saffron",
    "scarlet",
    "shadow",
    "silent",
    "silver",
    "sparrow",
    "spire",
    "starlight",
    "station",
    "storm",
    "summit",
    "sunken",
    "thunder",
    "tide",
    "timber",
    "tower",
    "valley",
    "velvet",
    "vessel",
    "violet",
    "voyage",
    "winter",
    "wolf",
]
_EASTERN = (
    "灯台の夜明け",
    "銀河の旅人が発売",
    "유리 항구가 출시",
    "北方的城市上线",
    "静かな海の物語",
    "새벽의 기사단이 공개",
)
_SCOPES = ("[]",) * 7 + ('["PC"]', '["PS5"]', '["Japan"]')


def titles(works: int) -> list[str]:
    """Return as many different titles."""
    chosen = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < works:
        words = [word.capitalize() for word in chosen.sample(_WORDS, chosen.choice((1, 2, 2, 3)))]
        if chosen.random() < 0.1:
            words = [chosen.choice(_EASTERN), str(len(found))]
        found[" ".join(words)] = None
    return list(found)


def make(path: Path, *, claims: int = 1_000_000, works: int = 2_000, steps: int = len(_STEPS)) -> None:
    """Write a ledger of `claims` claims about `works` works to `path`, with the first `steps` steps of the schema."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    migrations = Migrations("ledger")
    for name in _STEPS[:steps]:
        migrations(name=name)(getattr(schema, name))
    migrations.apply(Database(connection))
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {steps}")
    connection.execute("BEGIN")
    _fill(connection, titles(works), claims)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _fill(connection: sqlite3.Connection, works: list[str], claims: int) -> None:
    chosen = random.Random(11)
    connection.executemany(
        "INSERT INTO watched VALUES (?, ?)", [(title, f'["{title.casefold()}"]') for title in works]
    )
    begins = NOW - timedelta(days=900)
    outlets = [f"{one}{two}.example" for one in _WORDS[:40] for two in _WORDS[40:50]]
    connection.executemany(
        "INSERT INTO sources (name, kind, target, url, configured, next_poll_at, baseline, last_poll_at, last_success_at, last_result,"
        " error, failures, documents, claims, published, moved_to, gone, silence_alerted, validators_url, etag, last_modified, body)"
        " VALUES (?, 'feed', ?, ?, 1, ?, 0, ?, ?, 'read', '', 0, 100, 100, '[]', '', 0, 0, '', '', '', '')",
        [
            (
                name,
                f"https://{name}/feed",
                f"https://{name}/feed",
                NOW.isoformat(),
                NOW.isoformat(),
                NOW.isoformat(),
            )
            for name in outlets
        ],
    )
    rows = _claims(works, claims, chosen)
    documents, readings, observed, claimed = [], [], [], []
    number = observation = 0
    beliefs: dict[str, tuple[int, str, str]] = {}
    step = timedelta(days=890) / (claims // 2 + 1)
    pending: list[tuple[str, str, str, str | None, str]] = []
    done = 0
    for row in rows:
        pending.append(row)
        if len(pending) < 2:
            continue
        number += 1
        at = (begins + step * number).isoformat()
        source = chosen.choice(outlets)
        title = pending[0][0]
        lang = chosen.choice(_LANGS)
        headline = f"{title}: {' '.join(chosen.sample(_WORDS, 4))}"
        quote = f"{title} {' '.join(chosen.sample(_WORDS, 9))}, it is said."
        if lang in ("ja", "ko", "zh"):
            quote = f"{chosen.choice(_EASTERN)}。{quote}"
        text = f"{' '.join(chosen.sample(_WORDS, 20))}. {quote} {' '.join(chosen.sample(_WORDS, 20))}."
        documents.append(
            (
                number,
                f"{number:032x}",
                f"e{number}",
                f"https://{source}/{number}",
                source,
                at,
                lang,
                headline,
                text,
                at,
            )
        )
        readings.append(
            (number, number, source, f"e{number}", f"https://{source}/{number}", 1, 1, number, at)
        )
        start = text.index(quote)
        for title, event, status, when, scope in pending:
            observation += 1
            certainty = chosen.choice(_CERTAINTIES)
            same = f"{title}\0{event}\0{status}\0{when}\0{scope}"
            if same not in beliefs:
                beliefs[same] = (observation, certainty, at)
                claimed.append((observation, title, event, status, when, scope))
                done += 1
            named = '["Northlight"]' if certainty == "official" else "[]"
            observed.append(
                (
                    observation,
                    beliefs[same][0],
                    number,
                    certainty,
                    named,
                    scope,
                    quote,
                    start,
                    start + len(quote),
                    number,
                    at,
                )
            )
        pending = []
        if len(documents) >= 20_000:
            _write(connection, documents, readings, claimed, observed)
        if done >= claims:
            break
    _write(connection, documents, readings, claimed, observed)
    _believe(connection, beliefs, chosen)


def _claims(
    works: list[str], claims: int, chosen: random.Random
) -> Iterator[tuple[str, str, str, str | None, str]]:
    """Yield what is claimed without end: each work in turn, the big ones with the same few dates again and again."""
    first = date(2026, 1, 1)
    extra = BIG_WORKS * (BIG - claims // len(works))
    turn = 0
    while True:
        for place, title in enumerate(works):
            turn += 1
            event = "trailer" if chosen.random() < 0.15 else "release"
            status = chosen.choice(("scheduled",) * 8 + ("released", "postponed"))
            when = (first + timedelta(days=(turn // len(works)) * 3 + chosen.randrange(3))).isoformat()
            yield title, event, status, when, chosen.choice(_SCOPES)
            if place < BIG_WORKS and extra > 0:
                for _ in range(max(1, (BIG * len(works)) // claims - 1)):
                    extra -= 1
                    yield (
                        title,
                        "release",
                        "scheduled",
                        f"2026-{chosen.choice((9, 10, 11)):02d}-{chosen.randrange(1, 20):02d}",
                        "[]",
                    )


def _write(
    connection: sqlite3.Connection, documents: list, readings: list, claimed: list, observed: list
) -> None:  # type: ignore[type-arg]
    connection.executemany(
        "INSERT INTO documents (id, fingerprint, entry, url, source, published, utc_offset, lang, title, html, text, author, official, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, '', ?, '', 0, ?)",
        documents,
    )
    connection.executemany(
        "INSERT INTO readings (id, place, source, entry, url, by_entry, by_url, document, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        readings,
    )
    connection.executemany("INSERT INTO claims VALUES (?, ?, NULL, ?, ?, ?, ?)", claimed)
    connection.executemany(
        'INSERT INTO observations (id, claim, document, certainty, sources, scope, quote, part, start, "end", rules, reading, said_at, confidence)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'text', ?, ?, '[\"en/releases\"]', ?, ?, 0.9)",
        observed,
    )
    for rows in (documents, readings, claimed, observed):
        rows.clear()


def _believe(
    connection: sqlite3.Connection, beliefs: dict[str, tuple[int, str, str]], chosen: random.Random
) -> None:
    """Write a belief, changes and deliveries for what was claimed of each key in the middle of its time."""
    chosen_of: dict[tuple[str, str, str], list[tuple[str, str | None, int, str, str]]] = {}
    for same, (observation, certainty, at) in beliefs.items():
        title, event, status, when, scope = same.split("\0")
        if status == "scheduled":
            chosen_of.setdefault((title, event, scope), []).append((status, when, observation, certainty, at))
    standings, changes, evidence, deliveries = [], [], [], []
    for (title, event, scope), held in chosen_of.items():
        for place in range(3):
            status, when, observation, certainty, at = held[min(len(held) - 1, len(held) * (place + 6) // 9)]
            number = len(changes) + 1
            changes.append((number, "moved_later", title, event, scope, status, when, certainty, at))
            evidence.append((number, 0, observation))
            deliveries.append(
                (
                    f"msg_{number:032x}",
                    number,
                    b'{"type":"release.moved_later","timestamp":"2026-01-01T00:00:00Z","data":{"title":"x","change":"moved_later","sentence":"It has moved."}}',
                    at,
                    at,
                )
            )
        standings.append(
            (
                title,
                event,
                scope,
                status,
                when,
                certainty,
                at,
                f"[{observation}]",
                chosen.randrange(1, 9),
                when,
            )
        )
    connection.executemany(
        'INSERT INTO standings (title, event, scope, status, "when", certainty, since, evidence, origins, rivals, disputed, overdue, told, times,'
        " latest_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', 0, 0, NULL, 1, ?)",
        standings,
    )
    connection.executemany(
        "INSERT INTO changes (id, kind, title, event, scope, after_status, after_when, after_certainty, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        changes,
    )
    kept = {number for (number,) in connection.execute("SELECT id FROM changes")}
    connection.executemany(
        "INSERT INTO change_evidence VALUES (?, ?, ?)", [row for row in evidence if row[0] in kept]
    )
    connection.executemany(
        "INSERT INTO deliveries (id, change, channel, state, attempts, body, error, created_at, delivered_at) VALUES (?, ?, 'hook', 'delivered', 1, ?, '', ?, ?)",
        [row for row in deliveries if row[1] in kept],
    )
