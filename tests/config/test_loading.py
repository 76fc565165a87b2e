"""Every kind of mistake in sources.yaml is one clear error with line, column and what was meant."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config import Config, Settings, load, starter
from monitor.errors import ConfigError
from monitor.model import Work, WorkKind

WATCH = "watch: [Alan Wake 2]\n"


def loaded(folder: Path, text: str | bytes, **environ: str) -> Config:
    path = folder / "sources.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, environ)


def complaint(folder: Path, text: str | bytes, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, **environ)
    return str(caught.value).replace(f"{folder}/", "")


MISTAKES = [
    # text, where, what
    ("watch:\n  - titel: Dune\n", "2:5", "unknown key `titel`; did you mean `title`?"),
    ("watch:\n  - kind: film\n", "2:5", "`title` is missing; the name that the claims are logged under"),
    ("watch:\n  - title: Dune\n    kind: movie\n", "3:11", "`movie` is not a known kind of work; write film"),
    ("watch:\n  - title: Dune\n    kind: gmae\n", "3:11", "`gmae` is not a known kind of work; did you mean `game`?"),
    ("watch:\n  - title: Dune\n    kind: 7\n", "3:11", "`7` is not a known kind of work; it is one of series, film, game"),
    ("watch:\n  - title: [a, b]\n", "2:12", "text was expected, not a list"),
    ("watch:\n  - title: Dune\n    aliases: [{a: b}]\n", "3:15", "text was expected, not a mapping"),
    ("watch:\n  - title:\n", "2:11", "text was expected, not nothing"),
    ('watch:\n  - title: " "\n', "2:12", "this is empty"),
    ('watch:\n  - title: "a\\u202eb"\n', "2:12", "this holds control characters"),
    ("watch:\n  - [a]\n", "2:5", "a list was found here; a work is a title, or a mapping with one"),
    ("watch:\n  - title: X\n    instalments: [2]\n", "3:19", "`2` is not an instalment; write it as in season 2"),
    ("watch:\n  - Dune\n  - Tron\n  - title: dune\n", "4:5", "`dune` is watched already, in line 2"),
    ("watch: Dune\n", "1:8", "`watch` is a list; begin each entry with a dash"),
    ("- Dune\n", "1:1", "a file begins with `watch:`"),
    ("Dune\n", "1:1", "a file begins with `watch:`"),
    ("sources: []\n", "1:1", "`watch` is missing"),
    ("watch: []\nwacth: []\n", "2:1", "unknown key `wacth`; did you mean `watch`?"),
    ("watch: []\nwatch: []\n", "2:1", "`watch` occurs twice; line 1 has it already"),
    ("watch:\n  - title: A\n    title: B\n", "3:5", "`title` occurs twice; line 2 has it already"),
    (WATCH + "timezone: Europe/Warszawa\n", "2:11", "`Europe/Warszawa` is not a time zone; did you mean Europe/Warsaw?"),
    (WATCH + "base_url: releases.example.org\n", "2:11", "is no address of a page; write it as in https://releases.example.org"),
    (WATCH + "base_url: https://releases.example.org/monitor\n", "2:11", "is no address of a page"),
    (WATCH + "base_url: https://u@releases.example.org\n", "2:11", "is no address of a page"),
    (WATCH + "base_url: http://releases.example.org:99999\n", "2:11", "is no address of a page"),
    (WATCH + "language: klingon\n", "2:11", "alerts are not written in `klingon`; they are in en, pl, de, es, fr, pt, it, ja, ko, zh, zh-Hant, tr, id"),
    (WATCH + "language: xx\n", "2:11", "alerts are not written in `xx`; they are in en, pl, de"),
    (WATCH + "channels:\n  - console:\n    language: jp\n", "4:15", "alerts are not written in `jp`; did you mean `ja`? they are in en, pl"),
    (WATCH + "channels:\n  - console:\n    language: Turkish\n", "4:15", "alerts are not written in `Turkish`; did you mean `tr`?"),
    (WATCH + "channels:\n  - console:\n    locale: xx\n", "4:13", "dates cannot be written in `xx`"),
    (WATCH + "channels:\n  - console:\n    language: de\n    locale: en-US\n", "5:13", "`en-US` is of another language than `de`; `locale` names a country of the language, as in en-US"),
    (WATCH + "contact: ${MAIL}\n", "2:10", "a secret is not possible here"),
    # sources
    (WATCH + "sources:\n  - fede: https://a.example/\n", "3:5", "unknown key `fede`; did you mean `feed`?"),
    (WATCH + "retention: 3 months\n", "2:12", "`3 months` is not an age; write days or weeks, as in 90d or 26w"),
    (WATCH + "retention: 3d\n", "2:12", "`3d` is out of bounds; what is kept is kept from 7d to 36500d"),
    (WATCH + "retention: ${AGE}\n", "2:12", "`${AGE}` is not an age"),
    (WATCH + "sources:\n  - every: 5m\n", "3:5", "this does not say what a source it is; it needs one of feed, page"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    page: https://b.example/\n", "3:5", "a source has one kind, and this has feed and page"),
    (WATCH + "sources:\n  - feed:\n", "3:5", "`feed` is empty"),
    (WATCH + "sources:\n  - https://a.example/feed\n", "3:5", "`https://a.example/feed` was found here; a source is written as in - feed"),
    (WATCH + "sources:\n  - feed: a.example/feed\n", "3:11", "an address begins with https://; write https://a.example/feed"),
    (WATCH + "sources:\n  - feed: ftp://a.example/feed\n", "3:11", "ftp:// is not read"),
    (WATCH + "sources:\n  - feed: https://u:p@a.example/\n", "3:11", "holds no user name or password"),
    (WATCH + "sources:\n  - feed: https://a.example/?key=${KEY}\n", "3:11", "a secret is not possible here"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    every: 15 minutes\n", "4:12", "`15 minutes` is not an interval; write 15m"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    every: 15\n", "4:12", "add a unit, as in 15s, 15m, 15h or 15d"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    every: 90d\n", "4:12", "out of bounds; an interval is from 1s to 30d"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    follow: sure\n", "4:13", "true or false was expected, not `sure`"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    select: p\n", "4:5", "`select` is for pages"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    site: domain\n", "4:11", "host was expected, not `domain`; leave the key out to space requests by the registrable domain"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    site: true\n", "4:11", "host was expected, not `true`"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    site:\n", "4:10", "host was expected, not nothing"),
    (WATCH + "sources:\n  - reddit: r/games\n    site: host\n", "4:5", "`site` is for feeds, pages, sitemaps and mastodon; leave it out"),
    (WATCH + "sources:\n  - file: a.xml\n    site: host\n", "4:5", "`site` is for feeds, pages, sitemaps and mastodon; leave it out"),
    (WATCH + "sources:\n  - page: https://a.example/\n    select: article > (\n", "4:13", "`article > (` is not a CSS selector: invalid character '(' position 10"),
    (WATCH + "sources:\n  - page: https://a.example/\n    select: a[href\n", "4:13", "`a[href` is not a CSS selector: malformed attribute selector at position 1"),
    (WATCH + "sources:\n  - page: https://a.example/\n    select: p::before\n", "4:13", "`p::before` is not a CSS selector: pseudo-element found at position 1"),
    (WATCH + "sources:\n  - page: https://a.example/\n    follow: true\n", "4:5", "`follow` is for feeds"),
    (WATCH + "sources:\n  - youtube: Netflix\n", "3:14", "a channel is named by its id, UC and 22 more characters"),
    (WATCH + "sources:\n  - bluesky: Netflix\n", "3:14", "an account is named by its handle"),
    (WATCH + "sources:\n  - mastodon: someone\n", "3:15", 'an account is written "@user@instance"'),
    (WATCH + "sources:\n  - reddit: television\n", "3:13", "a subreddit is written r/name"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    name: A\n  - page: https://b.example/\n    name: a\n", "5:5", "line 3 is called `a` already; set `name:`"),
    (WATCH + "sources:\n  - feed: https://a.example/\n    lang: english!\n", "4:11", "`english!` is not a language tag"),
    # channels
    (WATCH + "channels: [consle]\n", "2:12", "only `console` is a channel by itself; did you mean `console`?"),
    (WATCH + "channels: [email]\n", "2:12", "write - email: and its address"),
    (WATCH + "channels:\n  - console: loud\n", "3:14", "`console` takes no value"),
    (WATCH + "channels:\n  - wehbook: https://a.example/\n", "3:5", "unknown key `wehbook`; did you mean `webhook`?"),
    (WATCH + "channels:\n  - webhook: https://a.example/\n    smtp: x\n", "4:5", "unknown key `smtp`"),
    (WATCH + "channels:\n  - webhook: a.example\n", "3:14", "this is not a web address"),
    (WATCH + "channels:\n  - webhook: https://a.example/\n    secret: ${HOOK}\n", "4:13", "the environment variable HOOK is not set"),
    (WATCH + "channels:\n  - webhook: https://a.example/\n    secret: ${file:hook}\n", "4:13", "the secret's file hook is not there"),
    (WATCH + "channels:\n  - webhook: https://a.example/\n    secret: ${HOOK\n", "4:13", "a `${` is not closed"),
    (WATCH + "channels:\n  - webhook: https://a.example/\n    headers: {webhook-id: x}\n", "4:15", "`webhook-id` cannot be set"),
    (WATCH + "channels:\n  - webhook: https://a.example/\n    headers: x\n", "4:14", "a mapping of names to values was expected"),
    (WATCH + "channels:\n  - email: a@a.example\n", "3:5", "`smtp` is missing"),
    (WATCH + "channels:\n  - email: fans\n    smtp: smtps://a.example\n", "3:12", "`fans` is not a mail address"),
    (WATCH + "channels:\n  - email: a@a.example\n    smtp: https://a.example\n", "4:11", "this is not the address of a mail server"),
    (WATCH + "channels:\n  - email: a@a.example\n    smtp: smtps://a.example\n    digest: daily 8\n", "5:13", "`daily 8` is not a digest"),
    (WATCH + "channels:\n  - console:\n    quiet: nights\n", "4:12", "`nights` are not quiet hours; write 22:00-07:00"),
    (WATCH + "channels:\n  - console:\n    rate: a lot\n", "4:11", "`a lot` is not a rate"),
    (WATCH + "channels:\n  - console:\n    template: '{{ x'\n", "4:15", "this is not a valid Jinja2 template, in its line 1"),
    (WATCH + "channels:\n  - console:\n    only: {certainty: rumor}\n", "4:23", "`rumor` is not a known certainty; write rumoured"),
    (WATCH + "channels:\n  - console:\n    only: {change: [released]}\n", "4:12", "unknown key `change`; did you mean `changes`?"),
    (WATCH + "channels:\n  - console:\n    only: {changes: [cancled]}\n", "4:22", "`cancled` is not a known kind of change; did you mean `cancelled`?"),
    (WATCH + "channels:\n  - console:\n    only: {titles: [Alan Wake]}\n", "4:21", "no watched work is called `Alan Wake`; did you mean `Alan Wake 2`?"),
    (WATCH + "channels:\n  - console:\n    except: {origins: none}\n", "4:23", "a whole number from 1 was expected, not `none`"),
    (WATCH + "channels:\n  - console:\n    only: rumoured\n", "4:11", "a rule is a mapping"),
    (WATCH + "channels:\n  - console\n  - console\n", "4:5", "line 3 is called `console` already; set `name:`"),
    (WATCH + "channels:\n  - exec: 'a \"b'\n", "3:11", "this command cannot be read"),
    (WATCH + "channels:\n  - apprise: discord\n", "3:14", "this is not an Apprise address"),
    # YAML itself
    ("watch:\n\t- Dune\n", "2:1", "a tab indents this line; YAML indents with spaces"),
    ("watch:\n  - title: Dune: Part Three\n", "2:16", 'this `:` cannot be read; text with ": " in it needs quotes'),
    ("watch:\n  - @user\n", "2:5", "text cannot begin with @; put it in quotes"),
    ('watch:\n  - "Dune\n', "2:5", "this quotation mark is never closed"),
    ("watch: [Dune, Tron\n", "1:8", "this bracket is not closed"),
    ("watch:\n  - title: A\n   kind: film\n", "3:4", "this line does not fit the ones above"),
    ("watch:\n  - &a Dune\n  - *a\n", "2:5", "anchors (&) and aliases (*) are not read here"),
    ("watch:\n  - !!python/object/apply:os.system [ls]\n", "2:5", "tags (!) are not read here"),
    ("watch: [A]\n---\nwatch: [B]\n", "3:1", "a second YAML document begins here"),
    ("watch: " + "[" * 100_000, "1:19", "this is nested too deeply"),
    ("watch: []\n? [a]\n: b\n", "2:3", "a key must be one word"),
    (b"watch:\n  - \xff\n", "2:5", "this is not UTF-8; save the file as UTF-8"),
    ("watch: [A]\n".encode("utf-16"), "1:1", "this is not UTF-8"),
    ("watch:\n  - a\x07b\n", "2:6", "the control character U+0007 is not allowed; delete it"),
    ("", "1:1", "this file is empty; `monitor init` writes one"),
    ("# watch:\n", "1:1", "this file is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "what"), MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_was_meant(
    tmp_path: Path, text: str | bytes, where: str, what: str
) -> None:
    told = complaint(tmp_path, text)
    first = told.splitlines()[0]
    assert first.startswith(f"sources.yaml:{where}: "), told
    assert what in first


def test_the_line_is_shown_with_a_caret_under_the_place(tmp_path: Path) -> None:
    assert complaint(tmp_path, "watch:\n  - title: 지금\n    kind: 게임 게임\n") == (
        "sources.yaml:3:11: `게임 게임` is not a known kind of work; it is one of series, film, game, device, album, book, event, other\n"
        "  3 |     kind: 게임 게임\n"
        "    |           ^"
    )


def test_a_caret_stands_right_of_wide_characters(tmp_path: Path) -> None:
    _, line, caret = complaint(tmp_path, "watch: [{title: 게임, kind: x}]\n").splitlines()
    assert line.index("kind: x") + len("kind: ") + 2 == caret.index("^")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    told = complaint(
        tmp_path,
        "watch:\n  - kind: film\n  - title: A\n    title: B\nsources:\n  - every: x\n    feed: nowhere\nchannels:\n  - console: no\n",
    )
    places = [line.split(": ")[0] for line in told.splitlines() if line.startswith("sources.yaml")]
    assert places == ["sources.yaml:2:5", "sources.yaml:4:5", "sources.yaml:6:12", "sources.yaml:9:14"]


def test_hundreds_of_mistakes_are_cut_short(tmp_path: Path) -> None:
    told = complaint(tmp_path, "watch:\n" + "  - kind: film\n" * 300)
    assert told.splitlines()[-1] == "and 280 more"


@pytest.mark.parametrize(
    "channel",
    [
        "- webhook: https://hooks.example/hunter2\n    secret: hunter2\n    bogus: 1",
        "- webhook: https://u:hunter2@hooks.example/\n    every: 1",
        "- webhook: hunter2",
        "- webhook: https://hooks.example/\n    headers: {Authorization: [hunter2]}",
        "- webhook: https://hooks.example/\n    secret: [[hunter2]]",
        "- email: a@a.example\n    smtp: smtps://u:hunter2@\n",
        "- email: a@a.example\n    smtp: hunter2",
        "- email: a@a.example\n    smtp: smtps://${PASSWORD}:587:99/",
        "- email: a@a.example\n    smtp:\n      hunter2\n    bogus: 1",
        "- apprise: hunter2",
        "- apprise: 'discord:/hunter2",
        "- apprise: {discord: hunter2}",
        "- exec: [ls]\n    env: {TOKEN: hunter2, 1x: hunter2}",
        "- {webhook: https://hooks.example/hunter2, secert: hunter2}",
        "- {webhook: @x, secret: hunter2}",
        '- webhook: https://hooks.example/\n    secret: "hunter2" "x"',
        "- webhook: https://hooks.example/\n    secret: a: hunter2",
        "- webhook: https://hooks.example/\n    secret: ${PASSWORD}\n    only: 1",
        "- webhook: ${PASSWORD}\n",
        "- webhook: https://${PASSWORD}:x/\n",
    ],
)
def test_no_secret_is_ever_told(tmp_path: Path, channel: str) -> None:
    told = complaint(tmp_path, f"{WATCH}channels:\n  {channel}\n", PASSWORD="hunter2")
    assert told.startswith("sources.yaml:")
    assert "hunter2" not in told


def test_a_file_with_nothing_but_watch_is_enough(tmp_path: Path) -> None:
    config = loaded(
        tmp_path, 'watch:\n  - {"title": "Starfield", "kind": "game", "aliases": ["Starfield", "SF"]}\n'
    )
    assert config.watch == (Work("Starfield", WorkKind.GAME, ("SF",)),)
    assert (config.sources, config.channels, config.settings) == ((), (), Settings())


@pytest.mark.parametrize(
    "title", ["1899", "24", "On", "No", "1:30", "0x10", "3.10", "2024-01-01", "true", "'null'", "1_000"]
)
def test_a_title_that_yaml_takes_for_something_else_is_text(tmp_path: Path, title: str) -> None:
    assert loaded(tmp_path, f"watch:\n  - {title}\n").watch[0].title == title.strip("'")


def test_lists_may_be_written_as_their_one_item(tmp_path: Path) -> None:
    (work,) = loaded(tmp_path, "watch:\n  - title: A\n    aliases: B\n    instalments: S2\n").watch
    assert (work.aliases, work.instalments) == (("B",), ("season 2",))


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    assert loaded(tmp_path, b"\xef\xbb\xbfwatch:\r\n  - Dune\r\n").watch == (Work("Dune"),)


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ("sources:\n  - feed: http://127.0.0.1:8000/feed\n", "3:11: this is not a public address and will be refused"),
        ("sources:\n  - feed: http://nas/feed\n", "3:11: this is not a public address and will be refused"),
        ("sources:\n  - file: not-there.xml\n", "3:11: there is no such file yet"),
        ("sources:\n  - feed: https://a.example/\n  - feed: https://a.example/\n    name: B\n", "4:5: line 3 polls this address already"),
        ("sources:\n  - feed: https://a.example/\n    obey_robots: false\n", "4:18: this source is read whatever its site's robots.txt says; that is your call"),
        ("channels:\n  - webhook: https://a.example/\n    secret: abc\n", "4:13: this file contains a secret"),
        ("channels:\n  - webhook: https://a.example/?key=abc\n", "3:14: this file contains a secret"),
        ("channels:\n  - webhook: http://a.example/\n", "3:14: alerts go to this address unencrypted"),
        ("channels:\n  - webhook: http://10.0.0.1/\n", "3:14: this is not a public address and will be refused"),
    ],
)  # fmt: skip
def test_what_is_odd_but_works_is_a_note(tmp_path: Path, entry: str, note: str) -> None:
    (told,) = loaded(tmp_path, WATCH + entry).notes
    assert told.startswith(f"{tmp_path}/sources.yaml:{note}")


@pytest.mark.parametrize(
    ("name", "what"),
    [("nowhere.yaml", "there is no such file"), (".", "this is a folder"), ("a\0b", "cannot be read")],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, name: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        load(tmp_path / name, {})


def test_a_file_of_unreasonable_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    with path.open("wb") as file:
        file.truncate(10 * 2**30)  # a hole: takes no room
    with pytest.raises(ConfigError, match="larger than 32 MiB"):
        load(path, {})


def test_the_shipped_example_is_without_a_fault_and_is_the_one_that_init_writes(tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "sources.yaml").read_text(encoding="utf-8")
    config = loaded(tmp_path, shipped)
    assert shipped == starter()
    (note,) = config.notes
    assert "the robots.txt of YouTube disallows the feeds that it publishes" in note
    work = next(work for work in config.watch if work.title == "All of Us Are Dead")
    assert work.instalments == ("season 2",)
    assert "지금 우리 학교는" in work.aliases
    assert {source.kind for source in config.sources} >= {"feed", "page", "youtube"}
    assert sum(source.kind == "feed" for source in config.sources) >= 12


_WORDS = st.sampled_from(
    ["watch", "sources", "channels", "title", "feed", "webhook", "email", "smtp", "console", "only", "every", "${A}", "15m",
     ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", ",", "&a ", "*a", "!t ", '"', "'", "|", ">", "#", "@", "\t", "~", "지", "---\n", "? "]
)  # fmt: skip


@given(
    st.one_of(
        st.binary(max_size=200), st.lists(_WORDS, max_size=40).map(lambda words: "".join(words).encode())
    )
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_file_holds_it_is_read_or_a_config_error(tmp_path: Path, body: bytes) -> None:
    with contextlib.suppress(ConfigError):
        loaded(tmp_path, body)


def test_the_address_of_the_page_reaches_the_channels(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(
        "watch: [A]\nbase_url: https://releases.example.org/\nchannels: [console]\n", encoding="utf-8"
    )
    config = load(file, {})
    assert config.settings.base_url == "https://releases.example.org"
    assert config.channels[0].base_url == "https://releases.example.org"
