"""The SQLite ledger, the only package with SQL: what was read, what it claims, what is believed, and who was alerted.

A :class:`Ledger` is one connection; each line of its class body names a function of the module that keeps a table. Model values go in
and come out. docs/ledger.md describes the tables to those who query them.
"""

from __future__ import annotations

from monitor.ledger.sqlite import accounts as _accounts
from monitor.ledger.sqlite import bugs as _bugs
from monitor.ledger.sqlite import changes as _changes
from monitor.ledger.sqlite import claims as _claims
from monitor.ledger.sqlite import deletions as _deletions
from monitor.ledger.sqlite import deliveries as _deliveries
from monitor.ledger.sqlite import documents as _documents
from monitor.ledger.sqlite import duties as _duties
from monitor.ledger.sqlite import health as _health
from monitor.ledger.sqlite import judged as _judged
from monitor.ledger.sqlite import names as _names
from monitor.ledger.sqlite import observations as _observations
from monitor.ledger.sqlite import paging as _paging
from monitor.ledger.sqlite import readings as _readings
from monitor.ledger.sqlite import replays as _replays
from monitor.ledger.sqlite import rests as _rests
from monitor.ledger.sqlite import retention as _retention
from monitor.ledger.sqlite import sites as _sites
from monitor.ledger.sqlite import sources as _sources
from monitor.ledger.sqlite import standings as _standings
from monitor.ledger.sqlite import turns as _turns
from monitor.ledger.sqlite import works as _works
from monitor.ledger.sqlite.bugs import Bug
from monitor.ledger.sqlite.claims import ClaimHistory, ClaimRow
from monitor.ledger.sqlite.columns import folded
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.deletions import Deletion
from monitor.ledger.sqlite.judged import JudgedClaim
from monitor.ledger.sqlite.observations import READING_OF_A_PERSON
from monitor.ledger.sqlite.paging import OPEN_END, QueueFilter
from monitor.ledger.sqlite.readings import RecordedReading, statements
from monitor.ledger.sqlite.sources import SourceRow
from monitor.ledger.sqlite.turns import Tally

__all__ = [
    "OPEN_END",
    "READING_OF_A_PERSON",
    "Bug",
    "ClaimHistory",
    "ClaimRow",
    "Deletion",
    "JudgedClaim",
    "Ledger",
    "QueueFilter",
    "RecordedReading",
    "SourceRow",
    "Tally",
    "folded",
    "statements",
]


class Ledger(Connection):
    """An open ledger: ``with Ledger.open(path) as ledger, ledger.transaction(): …``.

    Every method raises LedgerError or a subclass when the database cannot be read or written; the transaction is then rolled back.
    Listings are read row by row. A ledger belongs to the thread that opened it.
    """

    def prepare(self) -> None:
        """Set up a connection that was opened, and end the leases of processes that are gone."""
        super().prepare()
        _sites.end_leases(self)

    # What is watched.
    sync_works = _works.sync_works
    look_for = _works.look_for

    # What is polled, and when next.
    sync_sources = _sources.sync_sources
    take_sites = _sites.take_sites
    has_due_sites = _sites.has_due_sites
    renew = _sites.renew
    release = _sites.release
    settle = _sites.settle
    silent_sources = _sources.silent_sources
    put_off_sources = _sources.put_off_sources
    sources_after = _sources.sources_after
    site = _sites.site
    keep_robots = _sites.keep_robots
    gone = _sources.gone
    state = _sources.state
    save_states = _sources.save_states
    sources = _sources.source_rows
    keep_rest = _rests.keep_rest
    end_rest = _rests.end_rest
    rests = _rests.rests
    account = _accounts.account
    keep_account = _accounts.keep_account

    # What was read: each content once.
    unseen = _documents.unseen
    unrecorded_from_maker = _documents.unrecorded_from_maker
    mark_seen = _documents.mark_seen
    unread = _readings.unread
    record_document = _observations.record_document
    record_found = _observations.record_found
    reread_document = _observations.reread_document
    readings = _readings.readings
    earlier_reading = _readings.earlier_reading
    basis_of = _readings.basis_of
    observed_in = _observations.observed_in
    document = _documents.document
    documents_after = _documents.documents_after
    newest_documents = _documents.newest_documents
    languages = _documents.languages
    mark_deleted = _deletions.mark_deleted
    mark_returned = _deletions.mark_returned
    deletions = _deletions.deletions
    has_reading = _deletions.has_reading

    # What was claimed, and what a person says of it.
    subjects = _observations.subjects
    observations = _observations.observations
    add_verdict = _observations.add_verdict
    add_correction = _observations.add_correction
    corrected_with = _observations.corrected_with
    verdicts = _observations.verdicts
    judged = _judged.judged
    undone = _judged.undone
    observations_of = _judged.observations_of
    adjustment = _judged.adjustment
    keep_adjustment = _judged.keep_adjustment
    titles = _names.titles
    source_names = _names.source_names
    channel_names = _names.channel_names
    claims = _claims.claims
    claim = _claims.claim
    claim_row = _claims.claim_row

    # What is believed, and how that changed.
    standings = _standings.standings
    all_standings = _standings.standing_rows
    put_standings = _standings.put_standings
    stale_standings = _standings.stale_standings
    put_turns = _turns.put_turns
    turns = _turns.turns
    unfolded = _turns.unfolded
    unranked = _turns.unranked
    summaries = _turns.summaries
    put_causes = _turns.put_causes
    put_origins = _turns.put_origins
    rules = _standings.rules
    keep_rules = _standings.keep_rules
    add_changes = _changes.add_changes
    change = _changes.change
    changes = _changes.changes
    timeline = _changes.timeline

    # Which channels were alerted of it.
    take_channel = _deliveries.take_channel
    add_delivery = _deliveries.add_delivery
    add_deliveries = _deliveries.add_deliveries
    hold_back = _deliveries.hold_back
    held_back = _deliveries.held_back
    further_trailers = _deliveries.further_trailers
    due_channels = _deliveries.due_channels
    due_deliveries = _deliveries.due_deliveries
    mark_attempting = _deliveries.mark_attempting
    mark_delivered = _deliveries.mark_delivered
    reschedule = _deliveries.reschedule
    mark_dead = _deliveries.mark_dead
    take_back = _deliveries.take_back
    retime = _deliveries.retime
    sent_at = _deliveries.sent_at
    retry = _deliveries.retry
    delivery = _deliveries.delivery
    deliveries = _deliveries.deliveries
    mark_failing = _deliveries.mark_failing
    mark_well = _deliveries.mark_well
    disable_channel = _deliveries.disable_channel
    enable_channel = _deliveries.enable_channel
    disabled_channels = _deliveries.disabled_channels

    # What the read model asks.
    add_retries = _paging.add_retries
    believed_titles = _paging.believed_titles
    change_reasons = _paging.change_reasons
    changes_after = _paging.changes_after
    claim_rows = _paging.claim_rows
    configured_sources = _paging.configured_sources
    count_changes = _paging.count_changes
    count_deliveries = _paging.count_deliveries
    deliveries_of = _paging.deliveries_of
    first_observations = _paging.first_observations
    found = _paging.found
    held_back_from = _paging.held_back_from
    last_changes = _paging.last_changes
    last_retries = _paging.last_retries
    last_turns = _paging.last_turns
    latest_verdicts = _paging.latest_verdicts
    observations_by_id = _paging.observations_by_id
    queued = _paging.queued
    queued_facets = _paging.queued_facets
    sent_of_title = _paging.sent_of_title
    standings_by_date = _paging.standings_by_date
    standings_in = _paging.standings_in
    subject_state = _paging.subject_state
    tallies_of = _paging.tallies_of
    titles_by_date = _paging.titles_by_date
    titles_state = _paging.titles_state
    totals = _paging.totals
    verdicts_after = _paging.verdicts_after

    # How far an archive was replayed.
    position = _replays.position
    keep_position = _replays.keep_position
    mark_written = _replays.mark_written

    # What one of all machines does, whether the daemon goes on, and what went wrong in us.
    take_duty = _duties.take_duty
    prune = _retention.prune
    note_alive = _health.note_alive
    alive_at = _health.alive_at
    add_bug = _bugs.add_bug
    bugs = _bugs.bugs
