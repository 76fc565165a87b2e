"""Word the notices of the monitor about itself: a silent source, a channel that accepts no alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from monitor.i18n import Catalogue, MessageText, message, nmessage, words_for
from monitor.model import Notice, NoticeKind
from monitor.model import instant as instant_of

__all__ = ["NOTICE", "notice", "notice_words"]

NOTICE: Final = "monitor.notice"
"""The `type` of a notice: `data` holds `title` and `text`, and the facts behind them."""

_TITLES: Final[Mapping[NoticeKind, MessageText]] = {
    NoticeKind.SOURCE_GONE: message("Source {source} is dead"),
    NoticeKind.SOURCE_DEAD: message("Source {source} is dead"),
    NoticeKind.SOURCE_BLOCKED: message("Source {source} is blocked"),
    NoticeKind.SOURCE_QUIET: message("Source {source} is quiet"),
    NoticeKind.SOURCE_RECOVERED: message("Source {source} has recovered"),
    NoticeKind.CHANNEL_RECOVERED: message("Channel {channel} accepts its alerts again"),
    NoticeKind.CHANNEL_GONE: message("Channel {channel} is gone for good and gets no more alerts"),
    NoticeKind.CHANNEL_FAILING: message("Channel {channel} does not accept its alerts"),
}
_DEAD: Final = "monitor deliveries --state dead"
_RETRY: Final = "monitor deliveries retry"


def notice(about: Notice, at: datetime, locale: str = "en") -> dict[str, Any]:
    """Return a notice as the alert that is sent: its JSON object, with title and text in the words of `locale`."""
    title, text = notice_words(about, locale)
    data = {
        "title": title,
        "text": text,
        "language": words_for(locale).language,
        "notice": about.kind.value,
        "name": about.name,
        **about.facts,
    }
    return {"type": NOTICE, "timestamp": instant_of(at), "data": data}


def notice_words(about: Notice, locale: str = "en") -> tuple[str, str]:
    """Return the title and the text of a notice."""
    words = words_for(locale)
    title = words.say(_TITLES[about.kind], source=about.name, channel=about.name)
    return title, _text(words, about)


def _text(words: Catalogue, about: Notice) -> str:
    say, facts = words.say, about.facts
    match about.kind:
        case NoticeKind.SOURCE_GONE:
            return say(message("it is gone for good and is not polled any more"))
        case NoticeKind.SOURCE_DEAD | NoticeKind.SOURCE_BLOCKED:
            failed = nmessage(
                "{count} poll in a row failed, last: {error}", "{count} polls in a row failed, last: {error}"
            )
            return say(failed, count=facts["failures"], error=facts["error"])
        case NoticeKind.SOURCE_QUIET:
            quiet = nmessage(
                "it can be read, but has published nothing for {count} day; before, never longer than {usual}",
                "it can be read, but has published nothing for {count} days; before, never longer than {usual}",
            )
            return say(quiet, count=facts["days"], usual=facts["usual_days"])
        case NoticeKind.SOURCE_RECOVERED:
            return say(message("it has recovered"))
        case _:
            advice = say(
                message("`{dead}` lists what was given up, `{retry}` sends it again."),
                dead=_DEAD,
                retry=_RETRY,
            )
            error = str(facts.get("error") or "")
            return say(message("{reason}. {advice}"), reason=error, advice=advice) if error else advice
