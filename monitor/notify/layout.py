"""Lay out alerts as text: one layout for consoles, mails and chats, or the user's own template."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.errors import ConfigError
from monitor.model import Channel
from monitor.notify.plain import plain
from monitor.notify.wording import AlertText, alert_text, digest_title, ended, further_trailers, language_of

__all__ = ["Layout", "lines_of", "text_of"]

_log = logging.getLogger(__name__)
_LONGEST = 20_000
_SUBJECT = 200


class Layout:
    """The layout of one channel, in its locale and with its templates; never fails on an alert.

    A template sees the fields of :class:`AlertText` and `alert` (the JSON object, its text made plain), in a sandbox that
    also bounds its cost. Raises ConfigError when a template is not valid, or could run for ever.
    """

    def __init__(self, channel: Channel) -> None:
        self._where = f"channel {channel.name}"
        self.locale = channel.locale
        self.language = language_of(channel.locale)
        self._subject = self._compiled(channel, "subject")
        self._text = self._compiled(channel, "template")

    def alert_texts(self, alerts: Sequence[Mapping[str, Any]]) -> list[AlertText]:
        """Return the texts of the alerts."""
        return [alert_text(alert, self.locale) for alert in alerts]

    def subject(self, alerts: Sequence[Mapping[str, Any]]) -> str:
        """Return the title of a message, one plain line."""
        if len(alerts) > 1:
            return plain(digest_title(alerts, self.locale), _SUBJECT)
        worded = alert_text(alerts[0], self.locale)
        return plain(self._rendered(self._subject, alerts[0], worded) or worded.title, _SUBJECT)

    def text(self, alerts: Sequence[Mapping[str, Any]], further_trailers: int = 0) -> str:
        """Return the message as plain text: the alerts, separated by blank lines, and the number of trailers left out."""
        return "\n\n\n".join([*map(self._one, alerts), *filter(None, [self.further(further_trailers)])])

    def further(self, trailers: int) -> str:
        """Return the line with the number of trailers that a digest leaves out, "" for none."""
        return further_trailers(trailers, self.locale) if trailers else ""

    def _one(self, alert: Mapping[str, Any]) -> str:
        worded = alert_text(alert, self.locale)
        own = self._rendered(self._text, alert, worded)
        return "\n".join(plain(line, 2000) for line in own.splitlines()) if own else text_of(worded)

    def _compiled(self, channel: Channel, option: str) -> jinja2.Template | None:
        source = channel.options.get(option)
        if not source:
            return None
        try:
            if trouble := _endless(_SANDBOX.parse(source)):
                raise ConfigError(f"the {option} may not have {trouble}", where=self._where)
            return _SANDBOX.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise ConfigError(
                f"the {option} is not a valid Jinja2 template (line {error.lineno}): {error.message}",
                where=self._where,
            ) from None
        except RecursionError:
            raise ConfigError(f"the {option} is nested too deeply", where=self._where) from None

    def _rendered(self, template: jinja2.Template | None, alert: Mapping[str, Any], worded: AlertText) -> str:
        if template is None:
            return ""
        try:
            pieces: list[str] = []
            for piece in template.generate(**asdict(worded), alert=_plained(alert)):
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


def text_of(worded: AlertText) -> str:
    """Return one alert as lines of plain text."""
    return "\n".join(line for line, _ in lines_of(worded))


def lines_of(worded: AlertText) -> list[tuple[str, str]]:
    """Return the lines of one alert, each with its role: "sentence", "before", "after", "link" or ""."""
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - the page only words

    lines = [(ended(worded.sentence, worded.full_stop), "sentence")]
    if worded.after:
        lines.append(("", ""))
        labels = [f"{label}{worded.colon}" for label in (worded.was, worded.now)]
        # Width in terminal cells: a Chinese character takes two.
        width = max(map(cell_len, labels))
        if worded.before:
            lines.append((f"{set_cell_size(labels[0], width)}{worded.before}", "before"))
        lines.append((f"{set_cell_size(labels[1], width)}{worded.after}", "after"))
    if worded.quote:
        lines += [("", ""), (worded.quoted, "")]
    if worded.credit and not worded.is_first:
        lines.append((worded.credit, ""))
    rest = ((worded.first, ""), (worded.headline, ""), (worded.link, "link"))
    lines += [(line, role) for line, role in rest if line]
    if worded.reference:
        lines += [("", ""), (worded.reference, "")]
        lines += [(worded.page, "link")] if worded.page else []
    return lines


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


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox without operations that produce large results from small input: no padding, no powers, ranges up to a thousand."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(autoescape=False, undefined=jinja2.ChainableUndefined)
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.globals = {"range": _range}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute; padding methods are refused in addition to what the sandbox refuses."""
        return (
            self.unsafe_undefined(obj, attribute)
            if attribute in _GROWING
            else super().getattr(obj, attribute)
        )

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item; the same names are refused."""
        refused = isinstance(argument, str) and argument in _GROWING and not isinstance(obj, Mapping)
        return self.unsafe_undefined(obj, argument) if refused else super().getitem(obj, argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return the result of an operator; operands must be small."""
        if operator == "**" or not all(
            isinstance(each, int | float) and abs(each) < 1e9 for each in (left, right)
        ):
            raise SecurityError(f"{operator} is for small numbers")
        return super().call_binop(context, operator, left, right)


_FILTERS = (
    "abs", "capitalize", "d", "default", "e", "escape", "first", "int", "join", "last", "length", "list", "lower", "max", "min",
    "replace", "reverse", "round", "sort", "string", "striptags", "title", "trim", "truncate", "unique", "upper", "wordcount",
)  # fmt: skip
_GROWING = frozenset({"center", "expandtabs", "format", "format_map", "ljust", "rjust", "zfill", "translate"})
_RANGE = 1000
_NESTED = 2


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > _RANGE:
        raise SecurityError(f"a range has at most {_RANGE} numbers")
    return numbers


def _endless(node: nodes.Node, loops: int = 0) -> str:
    """Return the construct of a template that could run too long, "" when there is none."""
    if isinstance(
        node, nodes.Macro | nodes.CallBlock | nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends
    ):
        return "macros or other templates"
    if isinstance(node, nodes.For):
        loops += 1
        if node.recursive or loops > _NESTED:
            return "loops in loops in loops"
    return next(filter(None, (_endless(child, loops) for child in node.iter_child_nodes())), "")


_SANDBOX = _Sandbox()
