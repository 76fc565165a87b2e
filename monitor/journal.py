"""Log polls: failures when they begin or change, what was found, and one line where the network is down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from monitor.cycle import Polled
from monitor.model import SourceKind, SourceState, Trouble, counted

__all__ = ["PollLog", "no_network"]

log = logging.getLogger(__name__)

_UNREACHED = frozenset({Trouble.DNS, Trouble.CONNECT, Trouble.TIMEOUT})
# Sources that fail together within a moment have one cause; up to this many are still logged one by one.
_TOGETHER = 3
MOMENT_SECONDS = 2.0


def _note(polled: Polled) -> None:
    log.debug(
        "%s: polled (%s), %s, %s; next poll at %s",
        polled.source.name,
        polled.error or polled.state.last_result,
        counted(polled.new, "new document"),
        counted(polled.claims, "claim"),
        f"{polled.state.next_poll_at:%Y-%m-%d %H:%M:%S} UTC",
    )


def _log(polled: Polled) -> None:
    before, after = polled.before, polled.state
    name = polled.source.name
    documents, claims = counted(polled.new, "document"), counted(polled.claims, "claim")
    if after.error and after.error != before.error:
        log.warning("%s: %s; next poll at %s", name, after.error, f"{after.next_poll_at:%Y-%m-%d %H:%M} UTC")
    elif before.failures and not after.failures:
        log.info("%s: reached again", name)
    if after.moved_to and after.moved_to != before.moved_to:
        log.warning("%s: it moved for good to %s; write that into sources.yaml", name, after.moved_to)
    if before.baseline and not after.baseline:
        log.info("%s: first pass, %s read, %s logged, no alerts", name, documents, claims)
    elif polled.claims:
        log.info("%s: %s, %s", name, claims, counted(len(polled.changes), "change"))


def no_network(polled: Sequence[Polled]) -> str:
    """Return the one line for polls of which none reached its site, "" where one did or at most three were made.

    File sources do not count, since they do not use the network.
    """
    remote = [each for each in polled if each.source.kind is not SourceKind.FILE]
    if len(remote) <= _TOGETHER or not all(_is_unreached(each) for each in remote):
        return ""
    return f"none of {len(remote)} sources can be reached ({remote[0].state.error}, and the like); is this machine offline?"


def _is_unreached(polled: Polled) -> bool:
    return bool(polled.state.failures) and polled.state.last_result in _UNREACHED


class PollLog:
    """Logs one line for each poll in which trouble begins or changes or something is found, and at DEBUG one for every poll.

    Where the network is down it logs one line for all sources, and one when it is up again. A source that becomes unreachable is
    held back for `MOMENT_SECONDS`, until it is known whether any other can be reached; call :meth:`close` at the end.
    """

    def __init__(self) -> None:
        self._held: list[Polled] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_offline = False
        self._back = 0

    def hides(self, state: SourceState) -> bool:
        """Return whether the network is known to be down and therefore the reason why a source cannot be reached."""
        return self._is_offline and bool(state.failures) and state.last_result in _UNREACHED

    def __call__(self, polled: Polled) -> None:
        """Log a poll, at once or a moment later."""
        _note(polled)
        is_new = polled.state.error != polled.before.error
        if _is_unreached(polled) and is_new:
            self._hold(polled)
        elif self._is_offline and _was_unreached(polled):
            self._back += 1
            self._hold(polled)
        else:
            if not polled.state.failures and polled.source.kind is not SourceKind.FILE:
                self._release(is_reached=True)
                self._is_offline = False
            _log(polled)

    def _hold(self, polled: Polled) -> None:
        self._held.append(polled)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(MOMENT_SECONDS, self._release)

    def _release(self, *, is_reached: bool = False) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, []
        back, self._back = self._back, 0
        if back:
            self._is_offline = False
            log.info("the network is back: %d sources reached again", back)
        lost = [polled for polled in held if _is_unreached(polled)]
        if not is_reached and not back and (self._is_offline or no_network(lost)):
            if not self._is_offline:
                log.warning("%s", no_network(lost))
            self._is_offline = True
            return
        for polled in held:
            if _is_unreached(polled) or polled.claims:
                _log(polled)

    def close(self) -> None:
        """Log what is held back."""
        self._release()


def _was_unreached(polled: Polled) -> bool:
    return not polled.state.failures and polled.before.last_result in _UNREACHED
