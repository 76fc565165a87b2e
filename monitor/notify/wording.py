"""What people read of an alert is worded here and nowhere else; channels only lay it out.

A language is one class like :class:`monitor.notify.english.English` and one line in `WORDINGS`. A locale whose language is not
among them is told in English with English dates, while the lines "Was" and "Now" keep the locale's dates: a sentence is never in
two languages. All text of a :class:`Telling` is plain (:mod:`monitor.notify.plain`); markup is for the channel to escape.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from babel import Locale

from monitor.model import Belief, Certainty, Change, ChangeKind, Event, Status, When
from monitor.model import alert as alert_of
from monitor.notify.dates import locale_of, spell_day
from monitor.notify.english import English
from monitor.notify.plain import link, plain

__all__ = [
    "NOTICE",
    "WORDINGS",
    "Telling",
    "composed",
    "digest_title",
    "further_trailers",
    "sentence",
    "tell",
    "title",
]

WORDINGS: dict[str, type[English]] = {"en": English}

NOTICE = "monitor.notice"
"""The `type` of what the monitor says about itself: `data` holds `title` and `text`."""

_NAME = 120
_NAMES = 3
_HEADLINE = 200
_NOTE = 300


@dataclass(frozen=True, kw_only=True)
class Telling:
    """An alert in words; empty where there is nothing to say.

    `sentence` has no full stop. `before` and `after` are the lines "Was" and "Now", labelled by `was` and `now`; where what is
    told does not replace what is believed (a rumour, a dispute), `stands` is true and they are labelled "Still" and "Heard". `link` is
    http(s) or empty, `place` its host, `headline` the document's own. `credit` is whose words `quote` is, `first` who said it first. `work` is the work's title.
    """

    work: str
    title: str
    sentence: str
    was: str = ""
    now: str = ""
    before: str = ""
    after: str = ""
    stands: bool = False
    quote: str = ""
    credit: str = ""
    link: str = ""
    place: str = ""
    first: str = ""
    headline: str = ""
    reference: str = ""
    timestamp: str = ""


def title(alert: Mapping[str, Any], locale: str) -> str:
    """Return a short title: "Alan Wake 2: moved to 27 October 2023"."""
    return tell(alert, locale).title


def sentence(alert: Mapping[str, Any], locale: str) -> str:
    """Return what a person would say: "Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy"."""
    return tell(alert, locale).sentence


def composed(change: Change, locale: str = "en") -> dict[str, Any]:
    """Return `change` as the alert that is sent: its JSON object, its sentence in words, and the command that shows it."""
    body = alert_of(change)
    data = body["data"]
    told = {"id": data["id"], "sentence": ended(sentence(body, locale)), "show": _command(data)}
    return {**body, "data": told | data}


def ended(said: str) -> str:
    """Return a sentence with its full stop."""
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _command(data: Mapping[str, Any]) -> str:
    return f"monitor why {data['claim'] or shlex.quote(plain(str(data['title']), _NAME))}"


def digest_title(alerts: Sequence[Mapping[str, Any]], locale: str) -> str:
    """Return the title of several alerts together: "3 changes: Alan Wake 2 and Hades II"."""
    words, _ = _wording(locale)
    works = dict.fromkeys(plain(str(alert["data"]["title"]), _NAME) for alert in alerts)
    return words.together(len(alerts), list(works))


def further_trailers(count: int, locale: str) -> str:
    """Return what a digest says of trailers that are logged and not told: "2 further trailers are logged: …"."""
    words, _ = _wording(locale)
    return words.further(count)


def tell(alert: Mapping[str, Any], locale: str) -> Telling:
    """Return `alert` (the JSON object of :func:`monitor.model.alert`, or a notice) in the words of `locale`."""
    data = alert["data"]
    if alert["type"] == NOTICE:
        heading = plain(str(data["title"]), 200)
        return Telling(
            work=heading,
            title=heading,
            sentence=plain(str(data["text"]), 1000),
            timestamp=str(alert["timestamp"]),
        )
    words, own = _wording(locale)
    kind, event = ChangeKind(data["change"]), Event(data["event"])
    before = _belief(data["from"]) if data["from"] else None
    after = _belief(data["to"]) if data["to"] else None
    by_verdict = data.get("by") == "monitor"
    stands = before is not None and kind in {ChangeKind.RUMOURED, ChangeKind.DISPUTED}
    work = plain(str(data["title"]), _NAME)
    scope = [plain(str(item), 40) for item in data["scope"]]
    trailer = plain(str(data.get("trailer") or ""), _NAME)
    subject = words.subject(work, plain(data["instalment"] or "", _NAME) or None, event, scope, trailer)
    evidence = list(data["evidence"])
    main = _main(evidence, after.certainty) if after else next(iter(evidence), None)
    first = min(evidence, key=lambda item: str(item["published"]), default=None)
    names, place = (_names(main), _place(main)) if main else ([], "")
    if by_verdict:
        said = words.verdict(subject, event, after, before, note=plain(str(data.get("note") or ""), _NOTE))
    elif after is None:
        said = words.retracted(subject, event, before)
    else:
        who = words.who(names, after.certainty, place)
        if against := data.get("against"):
            who = words.against(spell_day(_at(against), words.locale)) + who
        said = words.sentence(subject, kind, event, after, before, who=who)
    labels = type(words)(own)
    since = data["from"].get("since") if data["from"] else None
    return Telling(
        work=work,
        title=words.title(subject, kind, after, before, by_verdict=by_verdict),
        sentence=said,
        was=words.still if stands else words.was,
        now=words.heard if stands else words.now,
        stands=stands,
        before=labels.belief(before, spell_day(_at(since), own) if since else "", bare=by_verdict)
        if before
        else "",
        after=labels.belief(after, bare=by_verdict) if after else labels.nothing,
        quote=plain(str(main["quote"])) if main else "",
        credit=words.credit(names, place, spell_day(_at(main["published"]), words.locale)) if main else "",
        link=link(str(main["url"])) if main else "",
        place=place,
        first=words.first(_names(first), _place(first), spell_day(_at(first["published"]), words.locale))
        if first
        else "",
        headline=_headline(main),
        reference=words.reference(data.get("id"), data.get("claim"), str(data.get("show") or "")),
        timestamp=str(alert["timestamp"]),
    )


def _headline(evidence: Mapping[str, Any] | None) -> str:
    """Return the document's headline, "" where the quote says it already."""
    if evidence is None:
        return ""
    headline = plain(str(evidence.get("headline") or ""), _HEADLINE)
    return "" if headline == plain(str(evidence["quote"])) else headline


def _wording(tag: str) -> tuple[English, Locale]:
    """Return the wording for a locale, and the locale itself for what is not a sentence."""
    own = locale_of(tag)
    words = WORDINGS.get(own.language)
    return (words(own), own) if words else (English(locale_of("en")), own)


def _belief(belief: Mapping[str, Any]) -> Belief:
    when = belief["when"]
    return Belief(
        Status(belief["status"]),
        When.parse(when) if when else None,
        Certainty(belief["certainty"] or Certainty.REPORTED),  # none is told of a verdict, and none is worded
    )


def _main(evidence: Sequence[Mapping[str, Any]], certainty: Certainty) -> Mapping[str, Any] | None:
    """Return the piece of evidence that carries the change: the first as certain as the belief, one that credits somebody first."""
    fitting = [item for item in evidence if item["certainty"] == certainty.value] or list(evidence)
    return next((item for item in fitting if item["sources"]), fitting[0] if fitting else None)


def _names(evidence: Mapping[str, Any]) -> list[str]:
    """Return who said it: `sources` stands nearest first, so the last is the one whose word it is."""
    named = [plain(str(name), 80) for name in evidence["sources"]][-1:]
    return [name for name in named if name][:_NAMES]


def _place(evidence: Mapping[str, Any]) -> str:
    """Return where it stood: the site of the link, which an aggregator's name would hide, else the source's own name."""
    safe = link(str(evidence["url"]))
    host = (urlsplit(safe).hostname or "") if safe else ""
    site = "" if _is_address(host) else host.removeprefix("www.")
    return plain(site, _NAME) or plain(str(evidence["source"]), _NAME)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _at(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
