"""Word alerts for people, in this module only; channels only lay the words out.

The words come from the catalogue of the locale's language. A locale without a catalogue gets English with English
dates, while the lines "Was" and "Now" have the locale's dates: a sentence is never in two languages. All text of a
:class:`AlertText` is plain (:mod:`monitor.notify.plain`); markup is for the channel to escape.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.i18n import Catalogue, capitalised, direction, language_name, locale_of, words_for
from monitor.model import Belief, Certainty, Change, ChangeKind, Event, Status, When
from monitor.model import alert as alert_of
from monitor.notify.date_format import spell_day
from monitor.notify.notices import NOTICE
from monitor.notify.plain import link, plain
from monitor.notify.sentences import Sentences

__all__ = [
    "AlertText",
    "alert_text",
    "composed",
    "digest_title",
    "further_trailers",
    "language_of",
    "sentence",
    "title",
]

_NAME = 120
_NAMES = 3
_HEADLINE = 200
_NOTE = 300


@dataclass(frozen=True, kw_only=True)
class AlertText:
    """An alert in words; empty where there is nothing to say.

    `sentence` has no full stop, which is `full_stop`. `before` and `after` are the lines "Was" and "Now", labelled by `was`
    and `now` and `colon`; when the change does not replace the belief (a rumour, a dispute), `stands` is true and they are
    labelled "Still" and "Heard". `quote` is the document's words, `marked` the same in quotation marks, `quoted` with the name of their
    language behind them where that is not the reader's: `quote_language`; `quote_lang` is its tag and `quote_dir` "ltr" or "rtl", "" where the
    language is not known. `link` is http(s) or empty, `place` its host, `headline` the document's own. `credit` is whose words `quote`
    is, `first` who said it first, `is_first` whether that is the same. `work` is the work's title, `page` the
    address of the change on the page, "" for none. `language` is the tag of the words.
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
    marked: str = ""
    quoted: str = ""
    quote_language: str = ""
    quote_lang: str = ""
    quote_dir: str = ""
    credit: str = ""
    link: str = ""
    place: str = ""
    first: str = ""
    is_first: bool = False
    headline: str = ""
    reference: str = ""
    page: str = ""
    timestamp: str = ""
    language: str = "en"
    colon: str = ": "
    full_stop: str = "."


def title(alert: Mapping[str, Any], locale: str) -> str:
    """Return a short title: "Alan Wake 2: moved to 27 October 2023"."""
    return alert_text(alert, locale).title


def sentence(alert: Mapping[str, Any], locale: str) -> str:
    """Return the alert as a sentence: "Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy"."""
    return alert_text(alert, locale).sentence


def composed(change: Change, locale: str = "en", base_url: str = "") -> dict[str, Any]:
    """Return `change` as the alert that is sent: its JSON object, its sentence in words, and the command that shows it.

    With `base_url`, the public address of the page, it links to the change there.
    """
    body = alert_of(change)
    data = body["data"]
    worded = alert_text(body, locale)
    told = {
        "id": data["id"],
        "sentence": ended(worded.sentence, worded.full_stop),
        "language": worded.language,
        "show": _command(data),
    }
    if base_url and change.id:
        told["page"] = f"{base_url}/changes/{change.id}"
    return {**body, "data": told | data}


def ended(said: str, full_stop: str = ".") -> str:
    """Return a sentence with its full stop."""
    return said if said.endswith((".", "!", "?", "。", "！", "？")) else f"{said}{full_stop}"


def language_of(locale: str) -> str:
    """Return the BCP 47 tag of the language of a channel with this locale."""
    return words_for(locale).language


def _command(data: Mapping[str, Any]) -> str:
    return f"monitor why {data['claim'] or shlex.quote(plain(str(data['title']), _NAME))}"


def digest_title(alerts: Sequence[Mapping[str, Any]], locale: str) -> str:
    """Return the title of several alerts together: "3 changes: Alan Wake 2 and Hades II"."""
    words = Sentences(words_for(locale))
    works = dict.fromkeys(plain(str(alert["data"]["title"]), _NAME) for alert in alerts)
    return words.together(len(alerts), list(works))


def further_trailers(count: int, locale: str) -> str:
    """Return the line of a digest for trailers that are logged and not alerted: "2 further trailers are logged: …"."""
    return Sentences(words_for(locale)).further(count)


def alert_text(alert: Mapping[str, Any], locale: str) -> AlertText:
    """Return `alert` (the JSON object of :func:`monitor.model.alert`, or a notice) in the words of `locale`."""
    data = alert["data"]
    if alert["type"] == NOTICE:
        heading = plain(str(data["title"]), 200)
        language = str(data.get("language") or "en")
        return AlertText(
            work=heading,
            title=heading,
            sentence=plain(str(data["text"]), 1000),
            timestamp=str(alert["timestamp"]),
            language=language,
            full_stop=Sentences(words_for(language)).full_stop,
        )
    # What is no sentence is in the locale itself, also where its language has no catalogue.
    spoken, own = words_for(locale), locale_of(locale)
    words = Sentences(spoken)
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
    if by_verdict:
        said = words.verdict(subject, event, after, before, note=plain(str(data.get("note") or ""), _NOTE))
    elif after is None:
        said = words.retracted(subject, event, before)
    else:
        said = _begun(spoken, words.sentence(subject, kind, event, after, before))
        if kind not in {ChangeKind.DISPUTED, ChangeKind.OVERDUE}:
            if against := data.get("against"):
                said = words.against(said, spell_day(_at(against), words.locale))
            if main:
                said = words.on_the_word_of(said, _names(main), after.certainty, _place(main))
    labels = Sentences(replace(spoken, locale=own))
    since = data["from"].get("since") if data["from"] else None
    credit, first_credit = _credit(words, main), _credit(words, first)
    return AlertText(
        work=work,
        title=_begun(spoken, words.title(subject, kind, after, before, by_verdict=by_verdict)),
        sentence=said,
        was=words.still if stands else words.was,
        now=words.heard if stands else words.now,
        stands=stands,
        before=labels.belief(before, spell_day(_at(since), own) if since else "", bare=by_verdict)
        if before
        else "",
        after=labels.belief(after, bare=by_verdict) if after else labels.nothing,
        **_quoted(words, main),
        credit=credit,
        link=link(str(main["url"])) if main else "",
        place=_place(main) if main else "",
        first=words.first(first_credit) if first_credit else "",
        is_first=first_credit.endswith(credit),
        headline=_headline(main),
        reference=words.reference(data.get("id"), data.get("claim"), str(data.get("show") or "")),
        page=link(str(data.get("page") or "")),
        timestamp=str(alert["timestamp"]),
        language=spoken.language,
        colon=words.colon,
        full_stop=words.full_stop,
    )


def _begun(words: Catalogue, text: str) -> str:
    """Return a sentence with a capital first letter, except in English, where titles have no quotation marks (iPhone)."""
    return text if words.locale.language == "en" else capitalised(text, words.locale)


def _credit(words: Sentences, evidence: Mapping[str, Any] | None) -> str:
    """Return the author, the place and the time of a piece of evidence."""
    if evidence is None:
        return ""
    day = spell_day(_at(evidence["published"]), words.locale)
    return words.credit(_names(evidence), _place(evidence), day)


def _quoted(words: Sentences, evidence: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the fields of the quote: the words themselves, and what language they are in."""
    if evidence is None or not (quote := plain(str(evidence["quote"]))):
        return {}
    tag = plain(str(evidence.get("lang") or ""), 35)
    marked = words.quote(quote)
    name = language_name(tag, words.locale) if tag else ""
    return {
        "quote": quote,
        "marked": marked,
        "quoted": words.in_language(marked, name) if name else marked,
        "quote_language": name,
        "quote_lang": tag,
        "quote_dir": direction(tag),
    }


def _headline(evidence: Mapping[str, Any] | None) -> str:
    """Return the document's headline, "" when the quote contains it."""
    if evidence is None:
        return ""
    headline = plain(str(evidence.get("headline") or ""), _HEADLINE)
    return "" if headline == plain(str(evidence["quote"])) else headline


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
    """Return who said it: `sources` begins with the nearest, so the last is the origin."""
    named = [plain(str(name), 80) for name in evidence["sources"]][-1:]
    return [name for name in named if name][:_NAMES]


def _place(evidence: Mapping[str, Any]) -> str:
    """Return the place of publication: the site of the link, which is more exact than an aggregator's name, else the source's name."""
    safe = link(str(evidence["url"]))
    host = (urlsplit(safe).hostname or "") if safe else ""
    site = "" if _is_address(host) else host.removeprefix("www.")
    return plain(site, _NAME) or plain(str(evidence["source"]), _NAME)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _at(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
