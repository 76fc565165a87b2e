"""The command health: whether the daemon is at work, as one line and an exit code for a health check or a cron job."""

from __future__ import annotations

from datetime import timedelta

from monitor import clock
from monitor.cli.opening import ledger
from monitor.cli.options import ConfigFile, Database
from monitor.cli.terminal import complain, counted, say
from monitor.schedule import late as is_late

__all__ = ["health"]

# Housekeeping records once a minute that the daemon is alive; three missed in a row are no coincidence.
_LATE = timedelta(minutes=3)
_SHOWN = 5


def health(
    config: ConfigFile = None,  # noqa: ARG001 - every command takes it
    db: Database = None,
) -> int:
    """Return whether the daemon was at work within the last three minutes and polls every source; exit 1 when not.

    A source is unhealthy that was not polled for three times its interval.
    """
    now = clock.now()
    with ledger(db) as log:
        alive_at = log.alive_at()
        late = [
            f"{row.state.name}: {why}"
            for row in log.sources()
            if row.configured and (why := is_late(row.state, now))
        ]
    if alive_at is None:
        complain("no daemon has ever worked on this database; `monitor run` starts one")
        return 1
    age = now - alive_at
    if age < -_LATE:
        complain(
            f"the daemon was last at work at {alive_at:%Y-%m-%d %H:%M:%S} UTC, which is ahead of the clock; is it running?"
        )
        return 1
    if age > _LATE:
        complain(f"the daemon was last at work at {alive_at:%Y-%m-%d %H:%M:%S} UTC; is it running?")
        return 1
    for line in late[:_SHOWN]:
        complain(line)
    if late:
        complain(
            f"{counted(len(late), 'source')} not polled in time; `monitor sources` lists them", prefix=""
        )
        return 1
    say(f"The daemon was at work {max(0, round(age.total_seconds()))} seconds ago.")
    return 0
