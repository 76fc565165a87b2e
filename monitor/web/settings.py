"""The configuration as the page sees it: read when it is first needed, and again when the file has changed."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.config import Config

__all__ = ["Configured", "PageSettings"]


_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True)
class PageSettings:
    """What holds for a request: the configuration (None without one), its zone and language, and the mistake of a broken file."""

    config: Config | None = None
    zone: ZoneInfo = _UTC
    language: str = "en"
    base: str = ""
    mistake: str = ""


class Configured:
    """Reads the configuration at `path`; one that is broken is reported, and the last one that was right stays in use."""

    def __init__(self, path: Path, environ: Mapping[str, str] = os.environ) -> None:
        self.path = path
        self._environ = environ
        self._reading = threading.Lock()
        self._read_at: tuple[int, int, int] | None = None
        self._settings = PageSettings()
        self._is_read = False

    @property
    def known(self) -> PageSettings:
        """The settings that were read last, without a look at the file."""
        return self._settings

    def current(self) -> PageSettings:
        """Return the settings of now; takes some tenths of a second where the file was not read yet."""
        with self._reading:
            stamp = self._stamp()
            if not self._is_read or stamp != self._read_at:
                self._settings = self._load(exists=stamp is not None)
                self._read_at, self._is_read = stamp, True
            return self._settings

    def _stamp(self) -> tuple[int, int, int] | None:
        with suppress(OSError):
            status = self.path.stat()
            return status.st_ino, status.st_mtime_ns, status.st_size
        return None

    def _load(self, *, exists: bool) -> PageSettings:
        if not exists:
            return PageSettings()
        from monitor.config import load  # noqa: PLC0415 - the page answers before pydantic is imported

        try:
            config = load(self.path, self._environ)
        except ConfigError as error:
            return replace(self._settings, mistake=str(error).splitlines()[0])
        zone = _UTC
        with suppress(ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo(config.settings.timezone)
        # The tree of the file, which says where in it a value stands, is as large as everything else.
        kept = replace(config, root=None)
        return PageSettings(kept, zone, config.settings.language, config.settings.base_url)
