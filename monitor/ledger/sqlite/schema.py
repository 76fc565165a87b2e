"""The tables, and the migration steps that made them: a released step is never edited, a new one follows it.

The database itself enforces which tables are append-only, and that a delivery's bytes never change. Times are ISO 8601 in UTC, so
that they sort as text; `scope`, `sources`, `rules`, `rivals`, `told` and `evidence` are JSON. docs/ledger.md explains each table.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["APPLICATION_ID", "SCHEMA_VERSION", "TABLES", "upgrade"]

APPLICATION_ID = 0x4D4F4E31  # "MON1", in the file's header: `file ledger.db` shows it

_Step = Callable[["Database"], None]


class _Steps:
    """The steps in their order, as functions; sqlite-utils, which is 14 MB of memory with NumPy, is imported when some are applied."""

    def __init__(self) -> None:
        self._functions: list[_Step] = []

    def __call__(self) -> Callable[[_Step], _Step]:
        return self._added

    def _added(self, step: _Step) -> _Step:
        self._functions.append(step)
        return step

    def apply(self, db: Database) -> None:
        from sqlite_utils import Migrations  # noqa: PLC0415 - as above

        migrations = Migrations("ledger")
        for step in self._functions:
            migrations()(step)
        migrations.apply(db)


steps = _Steps()


def upgrade(connection: sqlite3.Connection) -> None:
    """Apply the steps that the database lacks; call it inside a transaction, so that either all of them hold or none.

    Foreign keys must be off, since a step may rebuild a table that others refer to.
    """
    from sqlite_utils import Database  # noqa: PLC0415 - as above

    db = Database(connection, execute_plugins=False)
    steps.apply(db)
    broken = db.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise RuntimeError(f"an upgrade left a row of {broken[0]!r} that refers to nothing")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@steps()
def foundation(db: Database) -> None:
    """Create the tables of version 1."""
    db.executescript(_FOUNDATION)


_FOUNDATION = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    url TEXT NOT NULL,
    configured INTEGER NOT NULL,
    next_poll_at TEXT NOT NULL,
    baseline INTEGER NOT NULL,
    last_poll_at TEXT,
    last_success_at TEXT,
    last_result TEXT NOT NULL,
    error TEXT NOT NULL,
    failures INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    claims INTEGER NOT NULL,
    published TEXT NOT NULL,
    moved_to TEXT NOT NULL,
    gone INTEGER NOT NULL,
    silence_alerted INTEGER NOT NULL,
    ttl INTEGER,
    validators_url TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX sources_due ON sources (next_poll_at) WHERE configured AND NOT gone;

CREATE TABLE seen (fingerprint BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    entry TEXT NOT NULL,
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    published TEXT NOT NULL,
    utc_offset INTEGER NOT NULL,
    lang TEXT NOT NULL,
    title TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    official INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    revises INTEGER REFERENCES documents
) STRICT;
CREATE INDEX documents_entry ON documents (source, entry);
CREATE INDEX documents_url ON documents (source, url);

CREATE TABLE sightings (
    document INTEGER NOT NULL REFERENCES documents,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    entry TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (document, source, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    instalment TEXT,
    event TEXT NOT NULL,
    status TEXT NOT NULL,
    "when" TEXT,
    scope TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX claims_identity ON claims
    (title, event, ifnull(instalment, ''), status, ifnull("when", ''), scope);

CREATE TABLE observations (
    id INTEGER PRIMARY KEY,
    claim INTEGER NOT NULL REFERENCES claims,
    document INTEGER NOT NULL REFERENCES documents,
    certainty TEXT NOT NULL,
    sources TEXT NOT NULL,
    scope TEXT NOT NULL,
    quote TEXT NOT NULL,
    part TEXT,
    start INTEGER,
    "end" INTEGER,
    rules TEXT NOT NULL,
    post_author TEXT,
    post_at TEXT,
    post_url TEXT
) STRICT;
CREATE INDEX observations_claim ON observations (claim);
CREATE INDEX observations_document ON observations (document);

CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    claim INTEGER NOT NULL REFERENCES claims,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX verdicts_claim ON verdicts (claim);

CREATE TABLE standings (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    instalment TEXT,
    event TEXT NOT NULL,
    scope TEXT NOT NULL,
    status TEXT NOT NULL,
    "when" TEXT,
    certainty TEXT NOT NULL,
    since TEXT NOT NULL,
    evidence TEXT NOT NULL,
    origins INTEGER NOT NULL,
    rivals TEXT NOT NULL,
    disputed INTEGER NOT NULL,
    overdue INTEGER NOT NULL,
    told TEXT,
    times INTEGER NOT NULL,
    latest_on TEXT
) STRICT;
CREATE UNIQUE INDEX standings_key ON standings (title, event, ifnull(instalment, ''), scope);
CREATE INDEX standings_awaited ON standings (latest_on) WHERE status = 'scheduled' AND NOT overdue;

CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    instalment TEXT,
    event TEXT NOT NULL,
    scope TEXT NOT NULL,
    before_status TEXT,
    before_when TEXT,
    before_certainty TEXT,
    since TEXT,
    after_status TEXT NOT NULL,
    after_when TEXT,
    after_certainty TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX changes_identity ON changes
    (title, event, ifnull(instalment, ''), scope, at, kind, after_status, ifnull(after_when, ''), after_certainty);

CREATE TABLE change_evidence (
    change INTEGER NOT NULL REFERENCES changes ON DELETE CASCADE,
    position INTEGER NOT NULL,
    observation INTEGER NOT NULL REFERENCES observations,
    PRIMARY KEY (change, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_evidence_observation ON change_evidence (observation);

CREATE TABLE deliveries (
    id TEXT PRIMARY KEY CHECK (instr(id, '.') = 0),
    change INTEGER REFERENCES changes,
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT CHECK ((next_attempt_at IS NOT NULL) = (state = 'pending')),
    body BLOB NOT NULL,
    error TEXT NOT NULL,
    created_at TEXT NOT NULL,
    delivered_at TEXT,
    message TEXT,
    attempted_at TEXT,
    UNIQUE (change, channel)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (channel, next_attempt_at) WHERE state = 'pending';
CREATE INDEX deliveries_together ON deliveries (message) WHERE state = 'pending';
CREATE INDEX deliveries_sent ON deliveries (channel, delivered_at) WHERE state = 'delivered';

CREATE TABLE channels (
    name TEXT PRIMARY KEY,
    trouble TEXT NOT NULL CHECK (trouble IN ('failing', 'disabled')),
    since TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE bugs (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    traceback TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    UNIQUE (source, document, traceback)
) STRICT;

CREATE TRIGGER documents_stay BEFORE UPDATE ON documents
    BEGIN SELECT RAISE(ABORT, 'documents are immutable'); END;
CREATE TRIGGER documents_keep BEFORE DELETE ON documents
    BEGIN SELECT RAISE(ABORT, 'documents are kept'); END;
CREATE TRIGGER observations_stay BEFORE UPDATE ON observations
    BEGIN SELECT RAISE(ABORT, 'observations are append-only'); END;
CREATE TRIGGER observations_keep BEFORE DELETE ON observations
    BEGIN SELECT RAISE(ABORT, 'observations are append-only'); END;
CREATE TRIGGER verdicts_stay BEFORE UPDATE ON verdicts
    BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;
CREATE TRIGGER verdicts_keep BEFORE DELETE ON verdicts
    BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;
CREATE TRIGGER deliveries_frozen BEFORE UPDATE OF id, change, channel, body, created_at ON deliveries
    BEGIN SELECT RAISE(ABORT, 'a delivery says the same on every attempt'); END;
CREATE TRIGGER deliveries_keep BEFORE DELETE ON deliveries
    BEGIN SELECT RAISE(ABORT, 'deliveries are kept'); END;

CREATE VIEW claim_log AS
    SELECT o.id, o.claim, c.title, c.instalment, c.event, c.status, c."when", o.certainty, o.sources, o.scope, o.quote,
        d.source, d.url, d.title AS headline, d.published, d.seen_at, d.lang,
        (SELECT v.kind FROM verdicts v WHERE v.claim = c.id ORDER BY v.id DESC LIMIT 1) AS verdict
    FROM observations o JOIN claims c ON c.id = o.claim JOIN documents d ON d.id = o.document;

CREATE VIEW alert_log AS
    SELECT l.id, l.channel, l.state, l.attempts, l.next_attempt_at, l.error, l.created_at, l.delivered_at,
        c.kind, c.title, c.instalment, c.event, c.before_when, c.after_when, CAST(l.body AS TEXT) AS body
    FROM deliveries l LEFT JOIN changes c ON c.id = l.change;
"""


@steps()
def schedule_times(db: Database) -> None:
    """Add when a poll was scheduled and its interval, so that clock skew and missed polls can be detected; and rests."""
    db.execute("ALTER TABLE sources ADD COLUMN scheduled_at TEXT")
    db.execute("ALTER TABLE sources ADD COLUMN usual INTEGER")
    db.execute("UPDATE sources SET scheduled_at = last_poll_at")
    db.execute("CREATE INDEX sources_scheduled ON sources (scheduled_at) WHERE configured AND NOT gone")
    db.execute(
        "CREATE TABLE rests (place TEXT PRIMARY KEY, until TEXT NOT NULL, set_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@steps()
def weight_of_a_claim(db: Database) -> None:
    """Add columns for what weighs an observation, which version 1 kept as two names among its `rules`."""
    db.executescript(_WEIGHT)


_WEIGHT = """
ALTER TABLE observations ADD COLUMN passing INTEGER NOT NULL DEFAULT 0 CHECK (passing IN (0, 1));
ALTER TABLE observations ADD COLUMN inherited INTEGER NOT NULL DEFAULT 0 CHECK (inherited IN (0, 1));
DROP TRIGGER observations_stay;
UPDATE observations SET
    passing = EXISTS (SELECT 1 FROM json_each(rules) WHERE value = 'a passing mention'),
    inherited = EXISTS (SELECT 1 FROM json_each(rules) WHERE value = 'an inherited subject');
CREATE TRIGGER observations_stay BEFORE UPDATE ON observations
    BEGIN SELECT RAISE(ABORT, 'observations are append-only'); END;
"""


@steps()
def verdicts_and_their_changes(db: Database) -> None:
    """Let a verdict be undone, a change name the verdict that caused it, and a change end in no belief.

    The table `changes` is written anew, since its last belief could not be null; whatever other columns it has are kept.
    """
    views: dict[str, str] = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    (table,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'changes'").fetchone()
    for name in views:
        db.execute(f"DROP VIEW {name}")
    db.execute("ALTER TABLE verdicts ADD COLUMN undoes INTEGER REFERENCES verdicts")
    db.execute("ALTER TABLE standings ADD COLUMN confirmed_at TEXT")
    for column in ("after_status", "after_certainty"):
        table = table.replace(f"{column} TEXT NOT NULL", f"{column} TEXT")
    db.execute(
        table.replace("CREATE TABLE changes", "CREATE TABLE changes_anew").replace(
            '"changes"', "changes_anew"
        )
    )
    db.executescript(_CHANGES_ANEW)
    for name, sql in views.items():
        db.execute(sql.replace(_LAST_VERDICT, _STANDING_VERDICT) if name == "claim_log" else sql)


_CHANGES_ANEW = """
INSERT INTO changes_anew SELECT * FROM changes;
DROP TABLE changes;
ALTER TABLE changes_anew RENAME TO changes;
ALTER TABLE changes ADD COLUMN verdict INTEGER REFERENCES verdicts;
ALTER TABLE changes ADD COLUMN against TEXT;
CREATE UNIQUE INDEX changes_identity ON changes
    (title, event, ifnull(instalment, ''), scope, at, kind, ifnull(after_status, ''), ifnull(after_when, ''),
    ifnull(after_certainty, ''));
"""
_LAST_VERDICT = "(SELECT v.kind FROM verdicts v WHERE v.claim = c.id ORDER BY v.id DESC LIMIT 1)"
_STANDING_VERDICT = (
    "(SELECT v.kind FROM verdicts v WHERE v.claim = c.id AND v.kind <> 'undone'"
    " AND NOT EXISTS (SELECT 1 FROM verdicts u WHERE u.undoes = v.id) ORDER BY v.id DESC LIMIT 1)"
)


@steps()
def readings(db: Database) -> None:
    """Add each reading of a document under its id or address, so that the latest one is known."""
    for statement in _READINGS:
        db.execute(statement)
    places: dict[tuple[str, str, str], int] = {}
    first: dict[tuple[int, str, str], int] = {}
    rows = list(db.execute(_READ_BEFORE))
    for number, (document, source, entry, url, at) in enumerate(rows, 1):
        names = [(source, "entry", entry)] + ([(source, "url", url)] if url else [])
        place = next((places[name] for name in names if name in places), number)
        places.update((name, place) for name in names)
        first.setdefault((document, source, url), number)
        db.execute(
            "INSERT INTO readings VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
            (number, place, source, entry, url, bool(url), document, at),
        )
    for document, source, url in db.execute("SELECT id, source, url FROM documents").fetchall():
        db.execute(
            "UPDATE observations SET reading = ? WHERE document = ?",
            (first[(document, source, url)], document),
        )
    db.execute(_OBSERVATIONS_STAY)


_READ_BEFORE = """
SELECT id, source, entry, url, seen_at AS at FROM documents
UNION ALL SELECT document, source, entry, url, at FROM sightings ORDER BY at, id
"""
_OBSERVATIONS_STAY = (
    "CREATE TRIGGER observations_stay BEFORE UPDATE ON observations"
    " BEGIN SELECT RAISE(ABORT, 'observations are append-only'); END"
)
_READINGS = (
    (
        "CREATE TABLE readings (id INTEGER PRIMARY KEY, place INTEGER NOT NULL, source TEXT NOT NULL, entry TEXT NOT NULL,"
        " url TEXT NOT NULL, by_entry INTEGER NOT NULL, by_url INTEGER NOT NULL,"
        " document INTEGER NOT NULL REFERENCES documents, at TEXT NOT NULL) STRICT"
    ),
    "CREATE INDEX readings_entry ON readings (source, entry)",
    "CREATE INDEX readings_url ON readings (source, url)",
    "CREATE TRIGGER readings_stay BEFORE UPDATE ON readings BEGIN SELECT RAISE(ABORT, 'readings are append-only'); END",
    "CREATE TRIGGER readings_keep BEFORE DELETE ON readings BEGIN SELECT RAISE(ABORT, 'readings are append-only'); END",
    "ALTER TABLE observations ADD COLUMN reading INTEGER REFERENCES readings",
    "ALTER TABLE observations ADD COLUMN said_at TEXT",
    "ALTER TABLE observations ADD COLUMN replaces TEXT NOT NULL DEFAULT '[]'",
    "DROP INDEX documents_entry",
    "DROP INDEX documents_url",
    "DROP TRIGGER observations_stay",
)


@steps()
def trailers(db: Database) -> None:
    """Add the name of a trailer, whether it is a milestone, and from whom a change was held back."""
    for statement in _TRAILERS:
        db.execute(statement)


_TRAILERS = (
    "ALTER TABLE observations ADD COLUMN trailer TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE observations ADD COLUMN trailer_kind TEXT NOT NULL DEFAULT 'trailer'",
    "ALTER TABLE changes ADD COLUMN trailer TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE changes ADD COLUMN milestone TEXT NOT NULL DEFAULT ''",
    (
        "CREATE TABLE held_back (change INTEGER NOT NULL REFERENCES changes ON DELETE CASCADE, channel TEXT NOT NULL,"
        " rule TEXT NOT NULL, reasons TEXT NOT NULL, PRIMARY KEY (change, channel)) STRICT, WITHOUT ROWID"
    ),
)


@steps()
def watched_works(db: Database) -> None:
    """Add the works that are watched, with their names, and what the next poll of a source is to search for."""
    for statement in _WATCHED:
        db.execute(statement)


_WATCHED = (
    "CREATE TABLE watched (title TEXT PRIMARY KEY, names TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """ALTER TABLE sources ADD COLUMN look_for TEXT NOT NULL DEFAULT '{"all": [], "new": []}'""",
)


@steps()
def how_it_was_read(db: Database) -> None:
    """Add to an observation its confidence and its reader, and to a reading which earlier one it replaces."""
    for statement in _HOW_IT_WAS_READ:
        db.execute(statement)


_HOW_IT_WAS_READ = (
    "ALTER TABLE observations ADD COLUMN confidence REAL CHECK (confidence BETWEEN 0 AND 1)",
    "ALTER TABLE observations ADD COLUMN reader TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE readings ADD COLUMN rereads INTEGER REFERENCES readings",
    "ALTER TABLE readings ADD COLUMN reader TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE readings ADD COLUMN reread_at TEXT",
    "CREATE INDEX readings_rereads ON readings (rereads) WHERE rereads IS NOT NULL",
    "CREATE INDEX readings_anew ON readings (id) WHERE rereads IS NOT NULL",
    "CREATE INDEX readings_place ON readings (place)",
)


@steps()
def accounts_and_deletions(db: Database) -> None:
    """Keep which account a source's name was resolved to, what an account last listed, which posts were deleted, and what a document is."""
    for statement in _ACCOUNTS:
        db.execute(statement)


_ACCOUNTS = (
    (
        "CREATE TABLE deletions (place INTEGER NOT NULL, id INTEGER NOT NULL, source TEXT NOT NULL, entry TEXT NOT NULL,"
        " kind TEXT NOT NULL CHECK (kind IN ('deleted', 'returned')), at TEXT NOT NULL, PRIMARY KEY (place, id))"
        " STRICT, WITHOUT ROWID"
    ),
    "CREATE TRIGGER deletions_stay BEFORE UPDATE ON deletions BEGIN SELECT RAISE(ABORT, 'deletions are append-only'); END",
    "CREATE TRIGGER deletions_keep BEFORE DELETE ON deletions BEGIN SELECT RAISE(ABORT, 'deletions are append-only'); END",
    "ALTER TABLE sources ADD COLUMN listed TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE sources ADD COLUMN account TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN form TEXT NOT NULL DEFAULT ''",
)


@steps()
def time_zones(db: Database) -> None:
    """Add to a document the time zone of its writer, where the configuration gives one."""
    db.execute("ALTER TABLE documents ADD COLUMN timezone TEXT NOT NULL DEFAULT ''")


@steps()
def what_listings_ask(db: Database) -> None:
    """Keep with a claim what listings ask of it, the turns of a belief, the words to search, and who judged and retried.

    The columns of rows that exist are filled by :mod:`monitor.ledger.sqlite.backfill`, some rows at a time, since a large ledger takes
    longer than one transaction should.
    """
    for statement in _LISTINGS:
        db.execute(statement)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('backfill', '[0, 0]')")


_LISTINGS = (
    "ALTER TABLE claims ADD COLUMN surest INTEGER",
    "ALTER TABLE claims ADD COLUMN certainty TEXT NOT NULL DEFAULT 'rumoured'",
    "ALTER TABLE claims ADD COLUMN documents INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE claims ADD COLUMN origins INTEGER",
    "ALTER TABLE claims ADD COLUMN first_seen TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE claims ADD COLUMN last_seen TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE claims ADD COLUMN first_said TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE claims ADD COLUMN last_said TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE claims ADD COLUMN lang TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE claims ADD COLUMN verdict TEXT",
    "ALTER TABLE claims ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE claims ADD COLUMN cause INTEGER",
    "CREATE TABLE claim_langs (lang TEXT NOT NULL, claim INTEGER NOT NULL, PRIMARY KEY (lang, claim)) STRICT, WITHOUT ROWID",
    (
        "CREATE TABLE tallies (title TEXT NOT NULL, event TEXT NOT NULL, claims INTEGER NOT NULL, unjudged INTEGER NOT NULL,"
        " waiting INTEGER NOT NULL, ranked INTEGER NOT NULL DEFAULT 0, folded INTEGER NOT NULL DEFAULT 0,"
        " PRIMARY KEY (title, event)) STRICT, WITHOUT ROWID"
    ),
    (
        "CREATE TABLE turns (id INTEGER PRIMARY KEY, title TEXT NOT NULL, event TEXT NOT NULL, instalment TEXT, scope TEXT NOT NULL,"
        " at TEXT NOT NULL, before_status TEXT, before_when TEXT, before_certainty TEXT, after_status TEXT NOT NULL, after_when TEXT,"
        " after_certainty TEXT NOT NULL, reason TEXT NOT NULL, voices TEXT NOT NULL, told INTEGER NOT NULL) STRICT"
    ),
    "CREATE INDEX turns_subject ON turns (title, event)",
    (
        "CREATE VIRTUAL TABLE words USING fts5(title, quote, headline, credits, content='', columnsize=0,"
        " tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\")"
    ),
    "ALTER TABLE verdicts ADD COLUMN actor TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE verdicts ADD COLUMN corrects INTEGER REFERENCES verdicts",
    "ALTER TABLE verdicts ADD COLUMN observation INTEGER REFERENCES observations",
    "CREATE INDEX verdicts_undoes ON verdicts (undoes) WHERE undoes IS NOT NULL",
    "CREATE INDEX verdicts_corrects ON verdicts (corrects) WHERE corrects IS NOT NULL",
    "CREATE INDEX verdicts_observation ON verdicts (observation) WHERE observation IS NOT NULL",
    "ALTER TABLE observations ADD COLUMN actor TEXT NOT NULL DEFAULT ''",
    (
        "CREATE TABLE retries (id INTEGER PRIMARY KEY, delivery TEXT NOT NULL REFERENCES deliveries, actor TEXT NOT NULL,"
        " at TEXT NOT NULL) STRICT"
    ),
    "CREATE INDEX retries_delivery ON retries (delivery)",
    "CREATE INDEX changes_at ON changes (at, id)",
    "CREATE INDEX changes_title ON changes (title, at, id)",
    "CREATE INDEX deliveries_change ON deliveries (change)",
    "CREATE INDEX deliveries_state ON deliveries (state)",
    "CREATE INDEX standings_when ON standings (event, status, latest_on, title)",
)


@steps()
def leases_and_sequences(db: Database) -> None:
    """Add sites and their leases, senders, duties, robots.txt files and sequences; and what a source is configured as."""
    db.conn.create_function("host_of", 1, _host_of, deterministic=True)
    db.executescript(_LEASES)
    for name, table in (("observations", "observations"), ("readings", "readings")):
        db.execute(f"INSERT INTO sequences SELECT '{name}', ifnull(max(id), 0) FROM {table}")  # noqa: S608 - our own names


def _host_of(url: str) -> str:
    """Return the host of a URL, the URL itself without one; the next start finds the registrable domain."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


# A site is due when the first of its sources is, and triggers keep that true whoever writes to a source.
_SITE_DUE = (
    "INSERT INTO sites (site, due_at) VALUES (NEW.site, (SELECT min(next_poll_at) FROM sources"
    " WHERE site = NEW.site AND configured AND NOT gone))"
    " ON CONFLICT (site) DO UPDATE SET due_at = excluded.due_at;"
)
_SITE_LEFT = (
    "UPDATE sites SET due_at = (SELECT min(next_poll_at) FROM sources"
    " WHERE site = OLD.site AND configured AND NOT gone) WHERE site = OLD.site;"
)
_LEASES = f"""
ALTER TABLE sources ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN settings TEXT NOT NULL DEFAULT '{{}}';
ALTER TABLE sources ADD COLUMN silent_at TEXT;
UPDATE sources SET site = host_of(url);
DROP INDEX sources_due;
CREATE INDEX sources_due ON sources (site, next_poll_at) WHERE configured AND NOT gone;
CREATE INDEX sources_next ON sources (next_poll_at) WHERE configured AND NOT gone;
CREATE INDEX sources_silent ON sources (silent_at) WHERE configured AND silent_at IS NOT NULL;

CREATE TABLE sites (
    site TEXT PRIMARY KEY,
    due_at TEXT,
    holder TEXT,
    lease INTEGER NOT NULL DEFAULT 0,
    leased_until REAL NOT NULL DEFAULT 0,
    free_at REAL NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX sites_due ON sites (due_at) WHERE holder IS NULL AND due_at IS NOT NULL;
CREATE INDEX sites_leased ON sites (leased_until) WHERE holder IS NOT NULL;
INSERT INTO sites (site, due_at) SELECT site, min(CASE WHEN configured AND NOT gone THEN next_poll_at END) FROM sources GROUP BY site;
CREATE TRIGGER sources_added AFTER INSERT ON sources BEGIN {_SITE_DUE} END;
CREATE TRIGGER sources_moved AFTER UPDATE OF site ON sources WHEN OLD.site IS NOT NEW.site BEGIN {_SITE_DUE} {_SITE_LEFT} END;
CREATE TRIGGER sources_scheduled AFTER UPDATE OF next_poll_at, configured, gone ON sources
    WHEN OLD.next_poll_at IS NOT NEW.next_poll_at OR OLD.configured IS NOT NEW.configured OR OLD.gone IS NOT NEW.gone
    BEGIN {_SITE_DUE} END;

CREATE TABLE senders (
    channel TEXT PRIMARY KEY,
    holder TEXT,
    lease INTEGER NOT NULL,
    leased_until REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE duties (name TEXT PRIMARY KEY, done_at TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    read_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX robots_expire ON robots (expires_at);

CREATE TABLE sequences (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO sequences VALUES ('leases', 0);
"""  # noqa: S608 - our own statements


@steps()
def messages_of_several(db: Database) -> None:
    """Index only the deliveries that went in a message with others: most go alone, and their index was written twice for each."""
    db.execute("DROP INDEX deliveries_together")
    db.execute(
        "CREATE INDEX deliveries_together ON deliveries (message) WHERE state = 'pending' AND message <> id"
    )


@steps()
def retention(db: Database) -> None:
    """Add when a content was read and what each source listed last, and let the text of a delivered alert be shortened."""
    for statement in _RETENTION:
        db.execute(statement)


_FROZEN = "BEGIN SELECT RAISE(ABORT, 'a delivery says the same on every attempt'); END"
_RETENTION = (
    "ALTER TABLE seen ADD COLUMN read_on INTEGER",
    "CREATE TABLE listings (source TEXT PRIMARY KEY, entries BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "DROP TRIGGER deliveries_frozen",
    f"CREATE TRIGGER deliveries_frozen BEFORE UPDATE OF id, change, channel, created_at ON deliveries {_FROZEN}",
    (
        "CREATE TRIGGER deliveries_body BEFORE UPDATE OF body ON deliveries"
        f" WHEN OLD.state <> 'delivered' OR ifnull(length(NEW.body), 0) NOT BETWEEN 1 AND length(OLD.body) - 1 {_FROZEN}"
    ),
)


TABLES = (
    *re.findall(
        r"CREATE TABLE (\w+)",
        "\n".join(
            (_FOUNDATION, *_READINGS, *_TRAILERS, *_WATCHED, *_ACCOUNTS, *_LISTINGS, _LEASES, *_RETENTION)
        ),
    ),
    "rests",
)
"""The tables that there are."""

SCHEMA_VERSION = 14
"""How many steps there are; in the file's header as `user_version`."""
