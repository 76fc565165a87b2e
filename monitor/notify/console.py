"""Write alerts to the console: styled on a terminal, plain text in a pipe.

rich detects a terminal and honours NO_COLOR and TERM=dumb. Text from outside is passed as `Text`, never as markup.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console as RichConsole
from rich.text import Text

from monitor.errors import DeliveryError
from monitor.model import Channel, Message
from monitor.notify.layout import Layout, lines_of
from monitor.notify.threads import in_thread
from monitor.notify.wording import AlertText

__all__ = ["Console"]


class Console:
    """Serves channels of the kind `console`: writes to `stream`, standard output when None."""

    def __init__(self, channel: Channel, *, stream: TextIO | None = None) -> None:
        self._where = f"channel {channel.name}"
        self._layout = Layout(channel)
        self._own = bool(channel.options.get("template"))
        self._stream = stream
        self._turn = threading.Lock()

    async def send(self, message: Message) -> None:
        """Write the alerts. Raises DeliveryError when they cannot be written."""
        # A paused terminal (Ctrl-S) or a full pipe blocks: in its own thread.
        await in_thread(lambda: self._write(message), name=self._where)

    async def aclose(self) -> None:
        """Do nothing: the stream belongs to the caller."""

    def _write(self, message: Message) -> None:
        alerts, further = message.alerts, message.further_trailers
        stream = self._stream or sys.stdout
        is_terminal = RichConsole(file=stream).is_terminal
        if is_terminal and not self._own:
            lines = [_lines(worded) for worded in self._layout.alert_texts(alerts)]
            text = _styled([*lines, Text(f"{self._layout.further(further)}\n")] if further else lines, stream)
        else:
            text = self._layout.text(alerts, further) + "\n\n"
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            with self._turn:
                stream.write(text.encode(encoding, "replace").decode(encoding))
                stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            raise DeliveryError(f"the console cannot be written: {error}", where=self._where) from None


def _lines(worded: AlertText) -> Text:
    styles = {
        "sentence": "bold",
        "before": "dim",
        "after": "green",
        "link": f"blue underline link {worded.link}",
    }
    lines = [Text(line, style=styles.get(role, "not bold")) for line, role in lines_of(worded)]
    return Text("\n").join([*lines, Text("")])


def _styled(texts: Sequence[Text], stream: TextIO) -> str:
    """Return `texts` with the escape sequences that the terminal of `stream` supports."""
    real = RichConsole(file=stream, highlight=False)
    drawn = RichConsole(
        file=io.StringIO(),
        force_terminal=True,
        color_system=real.color_system,  # type: ignore[arg-type]  # its own name for it
        no_color=real.no_color,
        width=real.width,
        highlight=False,
        legacy_windows=False,
    )
    for text in texts:
        for line in text.split("\n", allow_blank=True):
            # Lines are broken between words only, so that links stay usable.
            pieces = list(line.wrap(drawn, drawn.width)) if " " in line.plain else [line]
            for piece in pieces:
                piece.rstrip()
                drawn.print(piece, soft_wrap=True)
    assert isinstance(drawn.file, io.StringIO)  # noqa: S101 - narrows what was passed above
    return drawn.file.getvalue()
