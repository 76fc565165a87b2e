"""Build a Channel from an entry under `channels:`: `target` and `options` hold what may be shown, `secrets` what may not."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic_core import PydanticCustomError

from monitor.config import words
from monitor.config.addresses import local_path, web_address
from monitor.config.entries import (
    AppriseEntry,
    ChannelEntry,
    ConsoleEntry,
    EmailEntry,
    ExecEntry,
    FileEntry,
    RuleEntry,
    WebhookEntry,
    channel_entry,
)
from monitor.config.faults import nearest, shown
from monitor.config.report import Path_, Report
from monitor.config.secrets import REFERENCE
from monitor.config.source_builder import is_private
from monitor.model import Channel, ChannelFilter, ChannelKind

__all__ = ["FilterNames", "build_channel"]

# Services whose webhook address is itself the password.
_SECRET_HOSTS = frozenset(
    {
        "hooks.slack.com",
        "discord.com",
        "discordapp.com",
        "chat.googleapis.com",
        "outlook.office.com",
        "maker.ifttt.com",
    }
)
_SECRET_NAME = re.compile(r"auth|token|key|secret|passw|cookie|credential", re.IGNORECASE)
_MAIL = re.compile(
    r"(?:[^<>@,;]{1,100} <[^\s<>@,;]{1,64}@[^\s<>@,;]{1,253}>|[^\s<>@,;]{1,64}@[^\s<>@,;]{1,253})\Z"
)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")  # RFC 9110, 5.6.2: token
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}\Z")
_OURS = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection", "user-agent"})


@dataclass(frozen=True)
class FilterNames:
    """The names that a filter may use: the watched titles by title and alias, the sources by name, both casefolded; and the defaults."""

    titles: Mapping[str, str]
    sources: Mapping[str, str]
    timezone: str
    language: str
    base_url: str
    strict: bool
    """Whether an unknown name is a fault: not when an entry that could not be read may have it."""


@dataclass(frozen=True)
class _Parts:
    """The parts of a channel that depend on its kind."""

    name: str
    target: str = ""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    options: dict[str, Any] = field(default_factory=dict)


def build_channel(report: Report, path: Path_, value: Any, named: FilterNames) -> Channel | None:
    """Return the channel described by `value`; None when it has faults, which are added to `report`."""
    if isinstance(value, str):
        if value.casefold() != ChannelKind.CONSOLE:
            kinds = [kind.value for kind in ChannelKind]
            hint = f"write - {value}: and its address" if value in kinds else ""
            if not hint and (close := nearest(value, kinds)):
                hint = f"did you mean `{close}`?"
            report.fault(path, "only `console` is a channel by itself", hint or "write - webhook: https://…")
            return None
        value = {"console": None}
    try:
        model = channel_entry(value)
    except PydanticCustomError as error:
        key = (error.context or {}).get("key", "")
        report.fault((*path, key) if key else path, error.message(), key=bool(key))
        return None
    entry = report.read(model, value, path)
    if entry is None:
        return None
    before = len(report.faults)
    parts = _PARTS[entry.kind](report, path, entry)
    channel = Channel(
        name=entry.name or parts.name,
        kind=entry.kind,
        target=parts.target,
        secrets=parts.secrets,
        options={**parts.options, **_common_options(report, path, entry)},
        only=_rule(report, (*path, "only"), entry.only, named),
        excluding=_rule(report, (*path, "except"), entry.except_, named),
        digest=report.tried((*path, "digest"), lambda: words.digest(entry.digest or "", named.timezone))
        if entry.digest
        else "",
        quiet=report.tried((*path, "quiet"), lambda: words.quiet(entry.quiet or "", named.timezone))
        if entry.quiet
        else "",
        locale=_locale(report, path, entry, named),
        base_url=named.base_url,
        allow_private=getattr(entry, "allow_private", False),
    )
    return channel if len(report.faults) == before else None


def _locale(report: Report, path: Path_, entry: ChannelEntry, named: FilterNames) -> str:
    """Return the locale of the channel's language, with the country that `locale` names."""
    if entry.language and entry.locale and entry.language.partition("_")[0] != entry.locale.partition("_")[0]:
        report.fault(
            (*path, "locale"),
            f"{shown(entry.locale.replace('_', '-'))} is of another language than "
            f"{shown(entry.language.replace('_', '-'))}",
            "`locale` names a country of the language, as in en-US",
        )
    return entry.locale or entry.language or named.language


def _common_options(report: Report, path: Path_, entry: ChannelEntry) -> dict[str, Any]:
    options: dict[str, Any] = {} if entry.rate is None else {"rate": entry.rate}
    for key in ("template", "subject"):
        if source := getattr(entry, key, None):
            options[key] = source
            if trouble := _template_trouble(source):
                report.fault((*path, key), trouble)
    return options


def _template_trouble(source: str) -> str:
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 - only who writes templates pays for the import
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    try:
        SandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        return f"this is not a valid Jinja2 template, in its line {error.lineno}: {error.message}"
    except RecursionError:
        return "this template is nested too deeply"
    return ""


def _rule(report: Report, path: Path_, entry: RuleEntry | None, named: FilterNames) -> ChannelFilter | None:
    if entry is None:
        return None

    def known(key: str, given: Sequence[str], names: Mapping[str, str], none: str) -> tuple[str, ...]:
        for number, name in enumerate(given):
            if named.strict and name.casefold() not in names:
                close = names.get(nearest(name, names), "")
                report.fault(
                    (*path, key, number), f"{none} {shown(name)}", f"did you mean `{close}`?" if close else ""
                )
        return tuple(dict.fromkeys(names.get(name.casefold(), name) for name in given))

    return ChannelFilter(
        titles=known("titles", entry.titles, named.titles, "no watched work is called"),
        instalments=entry.instalments,
        events=tuple(event.value for event in entry.events),
        changes=tuple(change.value for change in entry.changes),
        certainty=entry.certainty.value if entry.certainty else "",
        origins=entry.origins or 0,
        scopes=entry.scopes,
        languages=entry.languages,
        sources=known("sources", entry.sources, named.sources, "no source is called"),
        trailers=entry.trailers.value if entry.trailers else "",
    )


def _console(_report: Report, _path: Path_, _entry: ConsoleEntry) -> _Parts:
    return _Parts("console")


def _webhook(report: Report, path: Path_, entry: WebhookEntry) -> _Parts:
    place = (*path, "webhook")
    literal = entry.webhook
    is_secret = "${" not in literal and _holds_secret(literal)
    url = report.filled(place, literal, is_secret=is_secret)
    secrets: dict[str, str] = {}
    target, host = url, ""
    if url:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            # The message does not contain the address, which may be the secret.
            web_address(
                url.replace(f"{parts.netloc.rpartition('@')[0]}@", "", 1) if "@" in parts.netloc else url
            )
        except ValueError:
            report.fault(place, "this is not a web address", "write https://, a host and a path")
            return _Parts("webhook")
        if is_secret or literal != url:
            secrets["url"] = url
            # A host that came from a reference is part of the secret too.
            is_open = (
                REFERENCE.search(literal.partition("://")[2].partition("/")[0]) is None and "://" in literal
            )
            target = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…" if is_open else "…"
            host = host if is_open else ""
        if parts.scheme == "http" and not is_private(url):
            report.note(place, "alerts go to this address unencrypted", "https:// is better")
        if is_private(url) and not entry.allow_private:
            report.note(
                place,
                "this is not a public address and will be refused",
                "add allow_private: true if you trust it",
            )
    keys = [report.filled((*path, "secret", number), key) for number, key in enumerate(entry.secret)]
    if keys:
        secrets["secret"] = " ".join(keys)
    headers: dict[str, str] = {}
    for header, text in entry.headers.items():
        here = (*path, "headers", header)
        if (
            not _HEADER.match(header)
            or header.casefold() in _OURS
            or header.casefold().startswith("webhook-")
        ):
            report.fault(here, f"{shown(header)} cannot be set", "use a header of your own", key=True)
            continue
        secrets[f"header:{header}"] = report.filled(here, text, is_secret=bool(_SECRET_NAME.search(header)))
        headers[header] = f"header:{header}"
    return _Parts(host or "webhook", target, secrets, {"headers": headers} if headers else {})


def _holds_secret(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return "@" in parts.netloc or bool(parts.query) or (parts.hostname or "") in _SECRET_HOSTS
    except ValueError:
        return True


def _email(report: Report, path: Path_, entry: EmailEntry) -> _Parts:
    to: list[str] = []
    for number, text in enumerate(entry.email):
        for part in text.split(","):
            if not _MAIL.match(part.strip()):
                report.fault((*path, "email", number), f"{shown(part.strip())} is not a mail address")
            to.append(part.strip())
    options: dict[str, Any] = {}
    if entry.from_:
        if not _MAIL.match(entry.from_):
            report.fault((*path, "from"), f"{shown(entry.from_)} is not a mail address")
        options["from"] = entry.from_
    if entry.unsubscribe:
        options["unsubscribe"] = entry.unsubscribe
    place = (*path, "smtp")
    literal_password = "${" not in entry.smtp and ":" in entry.smtp.partition("://")[2].rpartition("@")[0]
    # A password may hold what ends a URL's user part; written by reference it is encoded here.
    smtp = report.filled(
        place, entry.smtp, encode=lambda value: quote(value, safe=""), is_secret=literal_password
    )
    if smtp and (trouble := _smtp_trouble(smtp)):
        report.fault(place, trouble)
    elif smtp and not entry.allow_private and _is_elsewhere_at_home(smtp):
        report.note(
            place, "this mail server has no public address", "add allow_private: true to say that it is meant"
        )
    return _Parts(to[0] if to else "email", ", ".join(to), {"smtp": smtp}, options)


def _is_elsewhere_at_home(smtp: str) -> bool:
    """Return whether a mail server is on a private network but not on this machine."""
    host = unquote(urlsplit(smtp).hostname or "")
    with suppress(ValueError):
        if ip_address(host).is_loopback:
            return False
    return host != "localhost" and is_private(f"smtp://{f'[{host}]' if ':' in host else host}/")


def _smtp_trouble(url: str) -> str:
    meant = "write smtps://user:${PASSWORD}@host, or smtp:// where the server speaks STARTTLS"
    try:
        parts = urlsplit(url)
        host, port = unquote(parts.hostname or ""), parts.port
    except ValueError:
        return f"this is not the address of a mail server; {meant}"
    if parts.scheme not in ("smtp", "smtps") or not host or port == 0 or re.search(r"[\s\x00-\x1f]", url):
        return f"this is not the address of a mail server; {meant}"
    return ""


def _file(report: Report, path: Path_, entry: FileEntry) -> _Parts:
    file = report.tried((*path, "file"), lambda: str(local_path(entry.file, report.folder)))
    return _Parts(Path(file).name or "file", file)


def _exec(report: Report, path: Path_, entry: ExecEntry) -> _Parts:
    command = list(entry.exec)
    if len(command) == 1:
        try:
            command = shlex.split(command[0])
        except ValueError as error:
            report.fault((*path, "exec"), f"this command cannot be read: {error}", "write it as a list")
    secrets: dict[str, str] = {}
    env: dict[str, str] = {}
    for variable, text in entry.env.items():
        here = (*path, "env", variable)
        if not _VARIABLE.match(variable):
            report.fault(here, f"{shown(variable)} is not a valid name of a variable", key=True)
            continue
        secrets[f"env:{variable}"] = report.filled(here, text, is_secret=bool(_SECRET_NAME.search(variable)))
        env[variable] = f"env:{variable}"
    options: dict[str, Any] = {"command": command}
    if env:
        options["env"] = env
    if entry.timeout:
        options["timeout"] = entry.timeout.total_seconds()
    name = command[0].rpartition("/")[2] if command else ""
    return _Parts(name or "exec", shlex.join(command), secrets, options)


def _apprise(report: Report, path: Path_, entry: AppriseEntry) -> _Parts:
    urls = [report.filled((*path, "apprise", number), text) for number, text in enumerate(entry.apprise)]
    schemes = []
    for number, url in enumerate(urls):
        scheme, sign, rest = url.partition("://")
        if url and not (sign and rest and re.fullmatch(r"[a-z][a-z0-9]{1,20}", scheme)):
            report.fault(
                (*path, "apprise", number),
                "this is not an Apprise address",
                "write it as in discord://id/token",
            )
        # In the URLs of several services the token is in the place of the host.
        schemes.append(f"{scheme}://…")
    return _Parts(schemes[0].partition(":")[0], " ".join(schemes), {"url": " ".join(urls)})


_PARTS: dict[ChannelKind, Callable[[Report, Path_, Any], _Parts]] = {
    ChannelKind.CONSOLE: _console,
    ChannelKind.WEBHOOK: _webhook,
    ChannelKind.EMAIL: _email,
    ChannelKind.FILE: _file,
    ChannelKind.EXEC: _exec,
    ChannelKind.APPRISE: _apprise,
}
