"""health: is the daemon at work? One line and an exit code, for a container's health check or a cron job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.cli.options import ConfigFile, Database
from monitor.cli.places import ledger
from monitor.cli.terminal import complain, say

__all__ = ["health"]

# Housekeeping notes once a minute that it goes on; three missed are no coincidence.
_LATE = timedelta(minutes=3)


def health(
    config: ConfigFile = None,  # noqa: ARG001 - every command takes it
    db: Database = None,
) -> int:
    """Say whether the daemon was at work within the last three minutes; exit 1 when it was not."""
    with ledger(db) as log:
        alive_at = log.alive_at()
    if alive_at is None:
        complain("no daemon has ever worked on this database; `monitor run` starts one")
        return 1
    silent = datetime.now(UTC) - alive_at
    if silent > _LATE:
        complain(f"the daemon was last at work at {alive_at:%Y-%m-%d %H:%M:%S} UTC; is it running?")
        return 1
    say(f"The daemon was at work {max(0, round(silent.total_seconds()))} seconds ago.")
    return 0
