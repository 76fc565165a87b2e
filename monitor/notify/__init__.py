"""Deliver alerts: one notifier for each kind of channel, which returns nothing or raises DeliveryError.

The fields of a :class:`monitor.model.Channel` for each kind (`target`, `secrets`, `options`); a value that came from
`${NAME}` or `${file:PATH}` is a secret and never in `target` or `options`:

console
    `target` unused.
webhook
    `target` the URL, or its part without a secret; `secrets["url"]` the whole URL where a secret is in it.
    `secrets["secret"]` signs: `whsec_` + base64, or any text; several, separated by spaces, while keys are rotated.
    `options["headers"]` header name → name of the secret that holds its value, e.g. `{"Authorization": "header:Authorization"}`.
    `allow_private` opens the host of the URL.
email
    `target` the addresses, separated by commas. `secrets["smtp"]` `smtps://user:password@host[:465]` (TLS from the start) or
    `smtp://user:password@host[:587]` (STARTTLS, required but on loopback or with `?starttls=never`), user and password
    percent-encoded. `options["from"]` the sender (default: the user of the SMTP URL if it is an address, else the first of
    `target`). `options["unsubscribe"]` a URL or address for List-Unsubscribe.
file
    `target` the path of the JSON Lines file.
exec
    `target` the command as it is shown. `options["command"]` program and arguments, a list of strings. `options["timeout"]`
    seconds (default 30). `options["env"]` variable name → name of the secret that holds its value.
apprise
    `target` the scheme and host as shown. `secrets["url"]` the Apprise URL; several, separated by spaces.

Every kind: `options["template"]` and `options["subject"]` Jinja2 sources of the text and the title, sandboxed (console, email,
apprise); `options["rate"]` at most so many messages in a while, "20/1h" (default 30/1h for email and apprise, none
else; "" for none): what exceeds it arrives in one summary. `digest`: `hourly`, `daily HH:MM [Zone]`, `weekly DAY HH:MM [Zone]`;
`quiet`: `HH:MM-HH:MM [Zone]`; Zone is an IANA name and UTC when left out; DAY is `monday` … `sunday`.
"""

from __future__ import annotations

from collections.abc import Callable

from monitor.model import Channel, ChannelKind
from monitor.notify.apprise import Apprise
from monitor.notify.attempt import Attempt, Notifier, attempt
from monitor.notify.exec import Exec, program_trouble
from monitor.notify.file import File
from monitor.notify.message import alert_body, message
from monitor.notify.notices import notice, notice_words
from monitor.notify.retry import next_attempt_at
from monitor.notify.sample import sample_alert, sample_change
from monitor.notify.timetable import batches, check_timetable, rate_of, send_at
from monitor.notify.wording import composed

__all__ = [
    "NOTIFIERS", "Attempt", "Notifier", "alert_body", "attempt", "batches", "composed", "message", "next_attempt_at", "notice", "notice_words", "notifier",
    "program_trouble", "rate_of", "sample_alert", "sample_change", "send_at",
]  # fmt: skip


# These import httpx, rich and smtplib, of which a process that only words changes, the page, has no use.


def _webhook(channel: Channel) -> Notifier:
    from monitor.notify.webhook import Webhook  # noqa: PLC0415 - as above

    return Webhook(channel)


def _console(channel: Channel) -> Notifier:
    from monitor.notify.console import Console  # noqa: PLC0415 - as above

    return Console(channel)


def _email(channel: Channel) -> Notifier:
    from monitor.notify.email import Email  # noqa: PLC0415 - as above

    return Email(channel)


NOTIFIERS: dict[ChannelKind, Callable[[Channel], Notifier]] = {
    ChannelKind.CONSOLE: _console,
    ChannelKind.WEBHOOK: _webhook,
    ChannelKind.EMAIL: _email,
    ChannelKind.FILE: File,
    ChannelKind.EXEC: Exec,
    ChannelKind.APPRISE: Apprise,
}


def notifier(channel: Channel) -> Notifier:
    """Return the notifier of `channel`; needs a running event loop. Raises ConfigError for every fault that the configuration shows."""
    check_timetable(channel)
    return NOTIFIERS[channel.kind](channel)
