"""Define the keys of sources.yaml: one model for each entry, from which the JSON Schema for editors is generated too.

Types only; entries are converted in `source_builder.py`, `channel_builder.py` and `loading.py`. Every scalar arrives as the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from monitor.config import words
from monitor.config.faults import nearest, shown, suggestion
from monitor.config.secrets import REFERENCE
from monitor.model import Certainty, ChangeKind, ChannelKind, Event, SourceKind, WorkKind

__all__ = ["CHANNELS", "ChannelEntry", "RuleEntry", "SourceEntry", "SourcesFile", "WorkEntry"]

_LONGEST = 2000
# Escapes in quoted YAML can produce characters that a file may not hold: line breaks, controls, bidirectional overrides.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MemberT = TypeVar("_MemberT", bound=StrEnum)


def wrong(message: str, hint: str = "", key: str = "") -> PydanticCustomError:
    """Return the error of a validator, whose message reaches the user unchanged; `key` is the one at fault."""
    return PydanticCustomError(
        "monitor", "{told}", {"told": f"{message}; {hint}" if hint else message, "key": key}
    )


def validator_of(function: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Return a validator that calls `function` with text and reports the message of its ValueError unchanged."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise wrong(f"text was expected, not {shown(value)}")
        try:
            return function(_text(value))
        except ValueError as error:
            raise wrong(str(error)) from None

    return validate


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong(f"text was expected, not {shown(value)}")
    text = " ".join(value.split())
    if not text:
        raise wrong("this is empty")
    if len(text) > _LONGEST:
        raise wrong(f"this is longer than {_LONGEST} characters")
    if _CONTROL.search(text):
        raise wrong("this holds control characters")
    return text


def _public(value: Any) -> str:
    text = _text(value)
    if REFERENCE.search(text):
        raise wrong(
            "a secret is not possible here: this value is shown in listings",
            "${…} is read in the addresses, keys and headers of channels",
        )
    return text


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _flag(value: Any) -> bool:
    if isinstance(value, str) and value.casefold() in ("true", "yes", "on", "false", "no", "off"):
        return value.casefold() in ("true", "yes", "on")
    raise wrong(f"true or false was expected, not {shown(value)}")


def _own_site(value: Any) -> bool:
    """Return True for what `site` may say, "host"."""
    if isinstance(value, str) and value.strip().casefold() == "host":
        return True
    raise wrong(
        f"host was expected, not {shown(value)}",
        "leave the key out to space requests by the registrable domain",
    )


def _count(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7 and int(value) > 0:
        return int(value)
    raise wrong(f"a whole number from 1 was expected, not {shown(value)}")


def _one_of(kind: type[_MemberT], noun: str, synonyms: dict[str, str]) -> Callable[[Any], _MemberT]:
    known = [member.value for member in kind]

    def validate(value: Any) -> _MemberT:
        text = _text(value).casefold().replace(" ", "_").replace("-", "_")
        if text in known:
            return kind(text)
        meant = synonyms.get(text)
        hint = f"write {meant}" if meant else suggestion(text, known)
        raise wrong(f"{shown(value)} is not a known {noun}", hint)

    return validate


_KINDS = {"movie": "film", "tv": "series", "show": "series", "tv_show": "series", "anime": "series", "drama": "series",
          "videogame": "game", "video_game": "game", "phone": "device", "hardware": "device", "console": "device",
          "music": "album", "novel": "book", "comic": "book", "manga": "book"}  # fmt: skip
_CHANGES = {
    "delayed": "moved_later or postponed",
    "moved": "moved_earlier, moved_later",
    "new": "appeared",
    "out": "released",
}
_CERTAINTIES = {
    "rumour": "rumoured",
    "rumored": "rumoured",
    "rumor": "rumoured",
    "confirmed": "official",
    "likely": "expected",
}
_EVENTS = {"premiere": "release", "launch": "release", "teaser": "trailer"}

_INTERVAL = {"type": "string", "pattern": "^\\d+[smhdw](\\d+[smhdw])?$", "examples": ["15m", "6h", "1h30m"]}

# 1899 and 24 are titles: in the file every scalar is text.
PlainText = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "number"]})]
Public = Annotated[str, BeforeValidator(_public)]
Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"type": "boolean"})]
CountValue = Annotated[int, PlainValidator(_count), WithJsonSchema({"type": "integer", "minimum": 1})]
Interval = Annotated[timedelta, PlainValidator(validator_of(words.duration)), WithJsonSchema(_INTERVAL)]
Pause = Annotated[timedelta, PlainValidator(validator_of(words.pause)), WithJsonSchema(_INTERVAL)]
BaseUrl = Annotated[
    str,
    PlainValidator(validator_of(words.base_url)),
    WithJsonSchema({"type": "string", "examples": ["https://releases.example.org"]}),
]
Age = Annotated[
    timedelta,
    PlainValidator(validator_of(words.retention)),
    WithJsonSchema({"type": "string", "pattern": "^\\d+[dw]$", "examples": ["90d", "26w"]}),
]
OwnSite = Annotated[bool, PlainValidator(_own_site), WithJsonSchema({"const": "host"})]
Zone = Annotated[
    str,
    PlainValidator(validator_of(words.zone)),
    WithJsonSchema({"type": "string", "examples": ["Europe/Warsaw"]}),
]
RateText = Annotated[
    str,
    PlainValidator(validator_of(words.rate)),
    WithJsonSchema({"type": "string", "examples": ["20/1h", "none"]}),
]
InstalmentText = Annotated[
    str,
    PlainValidator(validator_of(words.instalment)),
    WithJsonSchema({"type": "string", "examples": ["season 2"]}),
]


def _language(text: str) -> str:
    """Return a BCP 47 tag in its usual spelling."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", text):
        raise ValueError(f"{shown(text)} is not a language tag; write en, ko or pt-BR")
    first, *rest = text.replace("_", "-").split("-")
    return "-".join(
        [first.lower(), *(s.upper() if len(s) == 2 else s.title() if len(s) == 4 else s for s in rest)]
    )


def _locale(text: str) -> str:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - CLDR is read only where a locale is named

    tag = _language(text)
    try:
        return str(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        raise ValueError(
            f"dates cannot be written in {shown(text)}; write a language as in en, pl or pt-BR"
        ) from None


def _spoken(text: str) -> str:
    from monitor.i18n import spoken  # noqa: PLC0415 - as above

    try:
        return str(spoken(text))
    except ValueError as error:
        raise ValueError(f"alerts are not written in {shown(text)}; {error}") from None


LanguageTag = Annotated[
    str,
    PlainValidator(validator_of(_language)),
    WithJsonSchema({"type": "string", "examples": ["en", "ko", "pt-BR"]}),
]
LocaleName = Annotated[
    str,
    PlainValidator(validator_of(_locale)),
    WithJsonSchema({"type": "string", "examples": ["en", "pl", "pt-BR"]}),
]

SpokenLanguage = Annotated[
    str,
    PlainValidator(validator_of(_spoken)),
    WithJsonSchema(
        {
            "type": "string",
            "examples": ["en", "pl", "de", "es", "fr", "pt-BR", "it", "ja", "ko", "zh", "zh-TW", "tr", "id"],
        }
    ),
]


ItemT = TypeVar("ItemT")
# A list that may also be written as its one item.
Many = Annotated[tuple[ItemT, ...], BeforeValidator(_listed), Field(max_length=1000)]


class ConfigEntry(BaseModel):
    """A mapping of the file: no key but the known ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class WorkEntry(ConfigEntry):
    """Something you wait for."""

    title: Annotated[PlainText, Field(description="The name that the claims are logged under.")]
    kind: Annotated[
        WorkKind,
        BeforeValidator(_one_of(WorkKind, "kind of work", _KINDS)),
        Field(description="What kind of work it is."),
    ] = WorkKind.OTHER
    aliases: Annotated[Many[PlainText], Field(description="Other names it goes by, in any language.")] = ()
    instalments: Annotated[
        Many[InstalmentText],
        Field(description="Alert about these only, as in season 2; everything is logged."),
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return (
            {"title": value}
            if isinstance(value, str)
            else _mapping(value, "a work is a title, or a mapping with one")
        )


UNREAD = {
    "x": "X", "twitter": "X", "instagram": "Instagram", "threads": "Threads", "tiktok": "TikTok", "discord": "Discord",
    "facebook": "Facebook",
}  # fmt: skip
"""Networks whose accounts cannot be polled without an account, by the key that a user might try."""
WHY_UNREAD = "it has no public feed of an account, and its terms allow none to be made"
INSTEAD = "name the maker's YouTube channel, Bluesky account or blog, or a bridge of your own as feed:"


class SourceEntry(ConfigEntry):
    """A place that is polled: exactly one of feed, page, sitemap, file, youtube, bluesky, mastodon, reddit, and how."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [kind.value]} for kind in SourceKind]}
    )

    feed: Annotated[Public | None, Field(description="Address of an RSS, Atom, RDF or JSON feed.")] = None
    page: Annotated[Public | None, Field(description="Address of a web page.")] = None
    sitemap: Annotated[Public | None, Field(description="Address of a sitemap, best one for news.")] = None
    file: Annotated[Public | None, Field(description="A local feed or page, relative to this file.")] = None
    youtube: Annotated[
        Public | None, Field(description="A channel (UC… or @handle) or a playlist (PL…).")
    ] = None
    bluesky: Annotated[Public | None, Field(description="Handle or DID of a Bluesky account.")] = None
    mastodon: Annotated[Public | None, Field(description='"@user@instance" or "#tag@instance".')] = None
    reddit: Annotated[Public | None, Field(description='r/name, r/one+two, u/name or "search: words".')] = (
        None
    )
    name: Annotated[Public | None, Field(max_length=100, description="What listings call it.")] = None
    every: Annotated[Interval | None, Field(description="Fixed interval; adaptive when left out.")] = None
    pause: Annotated[
        Pause | None,
        Field(description="Pause between two requests to this site; 0s on a server of one's own."),
    ] = None
    site: Annotated[
        OwnSite,
        Field(
            description="host: space requests by this host, not together with all hosts of its domain.",
        ),
    ] = False
    select: Annotated[Public | None, Field(description="CSS selector of the part of a page to read.")] = None
    follow: Annotated[
        Flag,
        Field(description="Read the article behind a teaser; a sitemap's are read unless this is false."),
    ] = False
    official: Annotated[
        Many[Public], Field(description="Accounts or outlets whose own word is the maker's.")
    ] = ()
    lang: Annotated[LanguageTag | None, Field(description="Language, where the source does not say it.")] = (
        None
    )
    timezone: Annotated[
        Zone | None,
        Field(description='Zone in which its writers count days ("tomorrow"), where a text says none.'),
    ] = None
    allow_private: Annotated[Flag, Field(description="Open this source's host though it is not public.")] = (
        False
    )
    obey_robots: Annotated[
        Flag, Field(description="Keep to the site's robots.txt; of youtube and reddit false when left out.")
    ] = True
    api: Annotated[
        Public | None,
        Field(description="Server that is asked instead of the network's own; social kinds only."),
    ] = None
    shorts: Annotated[Flag, Field(description="YouTube: read short videos and broadcasts too.")] = True
    token: Annotated[
        PlainText | None,
        Field(description="Reddit: the private feed's query, feed=…&user=…, as ${REDDIT_FEED}."),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, value: Any) -> Any:
        kinds = [kind.value for kind in SourceKind]
        for key in value if isinstance(value, dict) else ():
            if key in UNREAD and not any(kind in value for kind in kinds):
                raise wrong(f"accounts of {UNREAD[key]} are not read: {WHY_UNREAD}", INSTEAD, key)
        return _with_one(value, kinds, "a source", "- feed: https://…", tuple(cls.model_fields))


class Trailers(StrEnum):
    """Which trailers a channel gets, beside those that everyone gets."""

    ALL = "all"


class RuleEntry(ConfigEntry):
    """Which alerts: every key that is given must hold."""

    titles: Annotated[Many[PlainText], Field(description="Watched works, by title or alias.")] = ()
    instalments: Annotated[Many[InstalmentText], Field(description="As in season 2.")] = ()
    events: Annotated[
        Many[Annotated[Event, BeforeValidator(_one_of(Event, "event", _EVENTS))]],
        Field(description="release, trailer."),
    ] = ()
    changes: Annotated[
        Many[Annotated[ChangeKind, BeforeValidator(_one_of(ChangeKind, "kind of change", _CHANGES))]],
        Field(description="Kinds of change."),
    ] = ()
    certainty: Annotated[
        Certainty | None,
        BeforeValidator(_one_of(Certainty, "certainty", _CERTAINTIES)),
        Field(description="This certain, or more."),
    ] = None
    origins: Annotated[CountValue | None, Field(description="At least so many independent origins.")] = None
    scopes: Annotated[Many[PlainText], Field(description="Platforms, shops, territories, media.")] = ()
    languages: Annotated[Many[LanguageTag], Field(description="Languages of the evidence.")] = ()
    sources: Annotated[Many[PlainText], Field(description="Names of sources of the evidence.")] = ()
    trailers: Annotated[
        Trailers | None,
        BeforeValidator(_one_of(Trailers, "choice of trailers", {})),
        Field(description="all: every trailer, not only the first ones and the launch trailer."),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _keys(cls, value: Any) -> Any:
        return _mapping(value, "a rule is a mapping, as in only: {certainty: reported}")


class ChannelEntry(ConfigEntry):
    """What channels of every kind take."""

    kind: ClassVar[ChannelKind]

    name: Annotated[Public | None, Field(max_length=100, description="What listings call it.")] = None
    only: Annotated[RuleEntry | None, Field(description="Alerts that fit this, and no others.")] = None
    except_: Annotated[
        RuleEntry | None, Field(alias="except", description="Alerts that fit this are left out.")
    ] = None
    digest: Annotated[
        Public | None, Field(description="hourly, daily 08:00 or weekly monday 08:00, with a zone.")
    ] = None
    quiet: Annotated[
        Public | None, Field(description="Hours in which alerts wait, 22:00-07:00, with a zone.")
    ] = None
    language: Annotated[SpokenLanguage | None, Field(description="Language of the alerts.")] = None
    locale: Annotated[
        LocaleName | None, Field(description="Country whose dates are written, as in en-US.")
    ] = None
    rate: Annotated[
        RateText | None, Field(description="So many messages in a while, as in 20/1h; the rest is summed up.")
    ] = None


class _Worded(ChannelEntry):
    subject: Annotated[str | None, Field(description="Jinja2 source of the title.")] = None
    template: Annotated[str | None, Field(description="Jinja2 source of the text.")] = None


class ConsoleEntry(_Worded):
    """Alerts on the terminal or in the daemon's log."""

    kind = ChannelKind.CONSOLE
    console: Annotated[None, Field(description="Takes no value.")] = None


class WebhookEntry(ChannelEntry):
    """One POST an alert, signed per Standard Webhooks when there is a secret."""

    kind = ChannelKind.WEBHOOK
    webhook: Annotated[PlainText, Field(description="Address that alerts are posted to.")]
    secret: Annotated[
        Many[PlainText], Field(description="Signing key, whsec_… or any text; several while keys rotate.")
    ] = ()
    headers: Annotated[dict[str, PlainText], Field(description="Further headers.")] = {}
    allow_private: Annotated[Flag, Field(description="Open this host though it is not public.")] = False


class EmailEntry(_Worded):
    """A mail by SMTP."""

    kind = ChannelKind.EMAIL
    email: Annotated[Many[Public], Field(description="To whom.")]
    smtp: Annotated[PlainText, Field(description="smtps://user:${PASSWORD}@host, or smtp:// for STARTTLS.")]
    from_: Annotated[Public | None, Field(alias="from", description="Sender.")] = None
    unsubscribe: Annotated[Public | None, Field(description="Address for List-Unsubscribe.")] = None
    allow_private: Annotated[
        Flag, Field(description="The mail server is meant to be on your own network.")
    ] = False


class FileEntry(ChannelEntry):
    """One JSON line an alert, appended."""

    kind = ChannelKind.FILE
    file: Annotated[Public, Field(description="Path, relative to this file.")]


class ExecEntry(ChannelEntry):
    """A program that gets the alert as JSON on its standard input."""

    kind = ChannelKind.EXEC
    exec: Annotated[Many[Public], Field(description="Program and arguments.")]
    timeout: Annotated[Interval | None, Field(description="How long it may run.")] = None
    env: Annotated[dict[str, PlainText], Field(description="Its environment.")] = {}


class AppriseEntry(_Worded):
    """Any of the services that Apprise knows."""

    kind = ChannelKind.APPRISE
    apprise: Annotated[Many[PlainText], Field(description="Apprise address, or several.")]
    allow_private: Annotated[Flag, Field(description="The service is meant to be on your own network.")] = (
        False
    )


CHANNELS: dict[ChannelKind, type[ChannelEntry]] = {
    entry.kind: entry
    for entry in (ConsoleEntry, WebhookEntry, EmailEntry, FileEntry, ExecEntry, AppriseEntry)
}


def channel_entry(value: Any) -> type[ChannelEntry]:
    """Return the model of a channel's mapping. Raises PydanticCustomError when its kind cannot be determined."""
    kinds = [kind.value for kind in ChannelKind]
    known = {key for entry in CHANNELS.values() for key in keys_of(entry)}
    _with_one(value, kinds, "a channel", "- console", tuple(known))
    return CHANNELS[next(ChannelKind(kind) for kind in kinds if kind in value)]


def keys_of(entry: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys of an entry as they are written in the file."""
    return tuple(field.alias or name for name, field in entry.model_fields.items())


class SourcesFile(ConfigEntry):
    """What monitor watches, where it reads, and whom it tells."""

    model_config = ConfigDict(title="sources.yaml")

    watch: Annotated[tuple[str | WorkEntry, ...], Field(description="What you wait for.")]
    sources: Annotated[tuple[SourceEntry, ...], Field(description="Where it might be said.")] = ()
    channels: Annotated[
        tuple[str | ConsoleEntry | WebhookEntry | EmailEntry | FileEntry | ExecEntry | AppriseEntry, ...],
        Field(description="Whom to tell."),
    ] = ()
    contact: Annotated[
        Public | None, Field(description="Address or URL that sites may write to; sent with each request.")
    ] = None
    timezone: Annotated[
        Zone | None, Field(description="Zone of digests and quiet hours that name none; UTC when left out.")
    ] = None
    language: Annotated[
        SpokenLanguage | None, Field(description="Language of the alerts; English when left out.")
    ] = None
    base_url: Annotated[
        BaseUrl | None, Field(description="Public address of the page, which alerts link to.")
    ] = None
    retention: Annotated[
        Age | None,
        Field(description="How long what is no evidence is kept; everything for ever when left out."),
    ] = None


def _mapping(value: Any, meant: str) -> Any:
    if not isinstance(value, dict):
        raise wrong(f"{shown(value)} was found here", meant)
    return value


def _with_one(value: Any, kinds: list[str], what: str, example: str, known: tuple[str, ...]) -> Any:
    """Return `value` if it has exactly one of the keys `kinds`. Raises PydanticCustomError otherwise."""
    found = [kind for kind in kinds if kind in _mapping(value, f"{what} is written as in {example}")]
    if len(found) > 1:
        raise wrong(f"{what} has one kind, and this has {' and '.join(found)}", "write one entry for each")
    if found:
        if value[found[0]] is None and found[0] != ChannelKind.CONSOLE:
            raise wrong(f"`{found[0]}` is empty", key=found[0])
        return value
    for key in value:
        if key not in known and (close := nearest(key, kinds)):
            raise wrong(f"unknown key {shown(key)}", f"did you mean `{close}`?", key)
    raise wrong(f"this does not say what {what} it is", f"it needs one of {', '.join(kinds)}")
