"""How the words of alerts are laid out as text: one layout for consoles, mails and chats, or the user's own template."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.errors import ConfigError
from monitor.model import Channel
from monitor.notify.plain import plain
from monitor.notify.wording import Telling, digest_title, tell

__all__ = ["Layout", "text_of"]

_log = logging.getLogger(__name__)
_LONGEST = 20_000
_SUBJECT = 200


class Layout:
    """Words alerts for one channel, in its locale and with its templates; never fails on an alert.

    A template sees the fields of :class:`Telling` and `alert` (the JSON object, its text made plain), in a sandbox. Raises
    ConfigError when a template is not one.
    """

    def __init__(self, channel: Channel) -> None:
        self._where = f"channel {channel.name}"
        self.locale = channel.locale
        self._subject = self._compiled(channel, "subject")
        self._text = self._compiled(channel, "template")

    def tellings(self, alerts: Sequence[Mapping[str, Any]]) -> list[Telling]:
        """Return the alerts in words."""
        return [tell(alert, self.locale) for alert in alerts]

    def subject(self, alerts: Sequence[Mapping[str, Any]]) -> str:
        """Return the title of a message, one plain line."""
        if len(alerts) > 1:
            return plain(digest_title(alerts, self.locale), _SUBJECT)
        telling = tell(alerts[0], self.locale)
        return plain(self._rendered(self._subject, alerts[0], telling) or telling.title, _SUBJECT)

    def text(self, alerts: Sequence[Mapping[str, Any]]) -> str:
        """Return the message as plain text, a blank line apart the alerts of a digest."""
        return "\n\n\n".join(self._one(alert) for alert in alerts)

    def _one(self, alert: Mapping[str, Any]) -> str:
        telling = tell(alert, self.locale)
        own = self._rendered(self._text, alert, telling)
        return "\n".join(plain(line, 2000) for line in own.splitlines()) if own else text_of(telling)

    def _compiled(self, channel: Channel, option: str) -> jinja2.Template | None:
        source = channel.options.get(option)
        if not source:
            return None
        try:
            return _SANDBOX.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise ConfigError(
                f"the {option} is no Jinja2 template (line {error.lineno}): {error.message}",
                where=self._where,
            ) from None

    def _rendered(self, template: jinja2.Template | None, alert: Mapping[str, Any], telling: Telling) -> str:
        if template is None:
            return ""
        try:
            pieces: list[str] = []
            for piece in template.generate(**asdict(telling), alert=_plained(alert)):
                pieces.append(piece)
                if sum(map(len, pieces)) > _LONGEST:
                    break
            return "".join(pieces)[:_LONGEST]
        except Exception as error:  # noqa: BLE001 - a user's template may do anything; the alert goes out all the same
            _log.warning(
                "%s: its template failed, the usual wording was used: %s",
                self._where,
                plain(f"{type(error).__name__}: {error}"),
            )
            return ""


def text_of(telling: Telling) -> str:
    """Return one alert as lines of plain text."""
    lines = [telling.sentence if telling.sentence.endswith((".", "!", "?")) else f"{telling.sentence}."]
    if telling.after:
        lines.append("")
        width = max(len(telling.was), len(telling.now)) + 1
        if telling.before:
            lines.append(f"{telling.was + ':':{width}} {telling.before}")
        lines.append(f"{telling.now + ':':{width}} {telling.after}")
    if telling.quote:
        lines += ["", f"“{telling.quote}”"]
    if telling.credit and not telling.first.endswith(telling.credit):
        lines.append(telling.credit)
    lines += [line for line in (telling.first, telling.link) if line]
    return "\n".join(lines)


def _plained(value: Any) -> Any:
    match value:
        case str():
            return plain(value)
        case Mapping():
            return {plain(str(key)): _plained(item) for key, item in value.items()}
        case list() | tuple():
            return [_plained(item) for item in value]
        case _:
            return value


_SANDBOX = ImmutableSandboxedEnvironment(autoescape=False, undefined=jinja2.ChainableUndefined)
