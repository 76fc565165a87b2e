"""The console: styled on a terminal, plain in a pipe, never commanded by outside text."""

from __future__ import annotations

import io
import re

import pytest

from monitor.errors import DeliveryError
from monitor.model import ChannelKind
from monitor.notify.console import Console
from tests.builders import observation
from tests.fakes_notify import HOSTILE, change, channel, sent

ESCAPE = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def _written(stream: io.StringIO, *told: object, **options: object) -> str:
    await Console(channel(ChannelKind.CONSOLE, options=options), stream=stream).send(sent(*told))  # type: ignore[arg-type]
    return stream.getvalue()


PLAIN = """\
Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy.

Was: 17 October 2023 (official, since 10 August 2023)
Now: 27 October 2023 (official)

“We need ten more days, says the studio.”
First said by Remedy, in news.example, 10 August 2023
A headline
https://news.example/doc-1

"""


async def test_in_a_pipe_it_is_plain_text() -> None:
    assert await _written(io.StringIO()) == PLAIN


async def test_on_a_terminal_it_is_styled_and_the_link_can_be_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = await _written(Terminal())
    assert "\x1b[1mAlan Wake 2" in text
    assert ";https://news.example/doc-1\x1b\\" in text
    assert ESCAPE.sub("", text) == PLAIN


async def test_a_terminal_breaks_lines_between_words_and_leaves_links_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    url = f"https://news.example/{'a' * 60}"
    told = change(
        evidence=(observation(url=url, quote="We need ten more days for the polish, says the studio."),)
    )
    lines = ESCAPE.sub("", await _written(Terminal(), told)).splitlines()
    assert lines[:2] == ["Alan Wake 2 has moved from 17 to 27", "October 2023, according to news.example."]
    assert "“We need ten more days for the polish," in lines
    assert url in lines
    assert all(len(line) <= 40 for line in lines if line != url)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
async def test_no_colour_is_shown_where_none_is_wanted(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv(name, value)
    assert not re.search(r"\x1b\[[0-9;]*3\d", await _written(Terminal()))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("make", [io.StringIO, Terminal])
async def test_outside_text_commands_no_terminal(
    hostile: str, make: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    evidence = (observation("2023-10-27", quote=hostile, url=hostile, sources=(hostile,)),)
    text = await _written(make(), change(title=hostile, evidence=evidence))
    rest = ESCAPE.sub("", text)
    assert all(line.isprintable() for line in rest.split("\n"))
    assert "\x1b]8;;https://evil" not in text
    assert not re.search(r"\x1b\]8;[^;]*;https://evil", text)
    if "[link=" in hostile:
        assert "[link=https://evil.example]click[/link] [bold]x[/bold]" in rest


async def test_what_an_encoding_lacks_is_replaced() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    await Console(channel(), stream=stream).send(sent(change(title="지금 우리 학교는")))
    assert raw.getvalue().startswith(b"?? ?? ???")


async def test_a_closed_console_is_a_failure_of_the_channel() -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(DeliveryError, match="cannot be written"):
        await Console(channel(), stream=stream).send(sent())


async def test_a_template_of_the_user_words_it() -> None:
    text = await _written(
        io.StringIO(), template="{{ title }} | {{ alert.data.to['when'] }} | {{ link }}\nsecond line"
    )
    assert (
        text
        == "Alan Wake 2: moved to 27 October 2023 | 2023-10-27 | https://news.example/doc-1\nsecond line\n\n"
    )


async def test_a_template_reaches_nothing_but_the_alert() -> None:
    text = await _written(
        io.StringIO(), template="{{ ''.__class__.__mro__ }}{{ cycler.__init__.__globals__ }}{{ title }}"
    )
    assert text == "Alan Wake 2: moved to 27 October 2023\n\n"


@pytest.mark.parametrize(
    "template",
    [
        "{{ 1 / 0 }}",
        "{{ alert.update({}) }}",
        "{% for i in range(10**9) %}{% endfor %}",
    ],
)
async def test_a_template_that_fails_or_reaches_out_costs_no_alert(
    template: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await _written(io.StringIO(), template=template) == PLAIN
    assert "its template failed" in caplog.text
