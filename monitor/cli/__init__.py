"""The command line. Errors end here, each as one message and one exit code.

Nothing heavy is imported before a command needs it: `monitor --help` answers at once.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO, cast

import typer

from monitor import clock
from monitor.cli.app import app
from monitor.cli.terminal import complain
from monitor.errors import ConfigError, LanguageError, MonitorError, NotFoundError

__all__ = ["BUG", "DONE", "FAILURES", "INTERRUPTED", "MISUSE", "main"]

DONE = 0
FAILURES = 1
"""Done, with some failures."""
MISUSE = 2
"""Wrong usage or configuration; nothing was done."""
BUG = 70
"""EX_SOFTWARE of sysexits.h: a bug of the monitor."""
INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every error is reported on stderr."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows its number.
        with suppress(AttributeError, ValueError):
            cast("TextIO", stream).reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]
    try:
        command = typer.main.get_command(app)
        result = command.main(args=arguments, prog_name="monitor", standalone_mode=False)
    except typer.TyperException as error:
        complain(_in_our_words(error.format_message()))
        path = getattr(getattr(error, "ctx", None), "command_path", "monitor")
        complain(f"`{path} --help` shows more", prefix="")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except (ConfigError, NotFoundError) as error:
        complain(str(error))
        return MISUSE
    except LanguageError as error:
        return _bug(error)
    except MonitorError as error:
        complain(str(error))
        return FAILURES
    except Exception as error:  # noqa: BLE001 - whatever else is raised is a bug, and says so
        return _bug(error)
    return result if isinstance(result, int) else DONE


# The library's messages about numbers and choices, and the ones shown instead.
_WORDINGS = (
    (re.compile(r"Input should be a valid integer, .*"), "a whole number was expected"),
    (re.compile(r"Input should be a valid number, .*"), "a number was expected"),
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"\1 is the least"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"\1 is the most"),
    (re.compile(r"Input should be "), "it should be "),
    (re.compile(r"Value error, "), ""),
)


def _in_our_words(message: str) -> str:
    for theirs, ours in _WORDINGS:
        message = theirs.sub(ours, message)
    return message


def _bug(error: BaseException) -> int:
    text = "".join(traceback.format_exception(error))
    complain(f"a bug of ours: {type(error).__name__}: {error}")
    try:
        import platformdirs  # noqa: PLC0415 - only a bug needs it

        folder = platformdirs.user_state_path("monitor")
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"bug-{clock.now():%Y%m%dT%H%M%S%f}.txt"
        file.write_text(
            f"{' '.join(map(str, sys.argv))}\n{sys.version}\n\n{text}", encoding="utf-8", errors="replace"
        )
        file.chmod(0o600)
    except OSError:
        sys.stderr.write(text)
    else:
        complain(f"its traceback is in {_short(file)}; please report it", prefix="")
    return BUG


def _short(path: Path) -> str:
    with suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)
