"""What a channel may show, and what it keeps to itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.config import load
from monitor.model import Channel, ChannelFilter, ChannelKind
from tests.config.test_loading import loaded

WATCH = """watch:
  - title: All of Us Are Dead
    aliases: [AOUAD]
sources:
  - feed: https://a.example/feed
    name: The Feed
"""
ENVIRON = {"TOKEN": "s3cret/@:#", "OTHER": "0ther", "URL": "https://hooks.example/s3cret?a=b"}


def channel(folder: Path, text: str) -> Channel:
    (only,) = loaded(
        folder, f"{WATCH}timezone: Asia/Seoul\nlanguage: pl\nchannels:\n  - {text}\n", **ENVIRON
    ).channels
    assert "s3cret" not in f"{only!r} {only.name} {only.target} {only.options}"
    return only


SHAPES: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
    # text, target, secrets, options
    ("console", "", {}, {}),
    ("webhook: https://hooks.example/x", "https://hooks.example/x", {}, {}),
    (
        "webhook: https://hooks.example/x\n    secret: ${TOKEN}",
        "https://hooks.example/x",
        {"secret": "s3cret/@:#"},
        {},
    ),
    (
        "webhook: https://hooks.example/x\n    secret: ['${TOKEN}', '${OTHER}']",
        "https://hooks.example/x",
        {"secret": "s3cret/@:# 0ther"},
        {},
    ),
    (
        "webhook: https://hooks.example/${OTHER}",
        "https://hooks.example/…",
        {"url": "https://hooks.example/0ther"},
        {},
    ),
    ("webhook: ${URL}", "…", {"url": ENVIRON["URL"]}, {}),
    (
        "webhook: https://me:s3cret@hooks.example/x",
        "https://hooks.example/…",
        {"url": "https://me:s3cret@hooks.example/x"},
        {},
    ),
    (
        "webhook: https://hooks.slack.com/services/s3cret",
        "https://hooks.slack.com/…",
        {"url": "https://hooks.slack.com/services/s3cret"},
        {},
    ),
    (
        "webhook: https://hooks.example/x\n    headers: {Authorization: 'Bearer ${TOKEN}'}",
        "https://hooks.example/x",
        {"header:Authorization": "Bearer s3cret/@:#"},
        {"headers": {"Authorization": "header:Authorization"}},
    ),
    (
        "email: [a@a.example, 'B <b@b.example>']\n    smtp: smtps://me:${TOKEN}@mail.example\n    from: m@a.example",
        "a@a.example, B <b@b.example>",
        {"smtp": "smtps://me:s3cret%2F%40%3A%23@mail.example"},
        {"from": "m@a.example"},
    ),
    ("file: /var/alerts.jsonl", "/var/alerts.jsonl", {}, {}),
    (
        "exec: [/usr/bin/notify, --once, a b]\n    timeout: 5s\n    env: {TOKEN: '${TOKEN}'}",
        "/usr/bin/notify --once 'a b'",
        {"env:TOKEN": "s3cret/@:#"},
        {"command": ["/usr/bin/notify", "--once", "a b"], "timeout": 5.0, "env": {"TOKEN": "env:TOKEN"}},
    ),
    ("exec: notify 'a b'", "notify 'a b'", {}, {"command": ["notify", "a b"]}),
    ("apprise: discord://id/${OTHER}", "discord://…", {"url": "discord://id/0ther"}, {}),
    (
        "apprise: ['tgram://s3cret/1', 'json://a']",
        "tgram://… json://…",
        {"url": "tgram://s3cret/1 json://a"},
        {},
    ),
    (
        "console:\n    template: '{{ title }}'\n    rate: none",
        "",
        {},
        {"template": "{{ title }}", "rate": ""},
    ),
]


@pytest.mark.parametrize(("text", "target", "secrets", "options"), SHAPES)
def test_a_channel_shows_its_target_and_keeps_its_secrets(
    tmp_path: Path, text: str, target: str, secrets: dict[str, str], options: dict[str, Any]
) -> None:
    made = channel(tmp_path, text)
    assert (made.target, made.secrets, made.options) == (target, secrets, options)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("console", "console"),
        ("webhook: https://hooks.example/x", "hooks.example"),
        ("webhook: ${URL}", "webhook"),
        ("email: a@a.example\n    smtp: smtps://mail.example", "a@a.example"),
        ("file: out/alerts.jsonl", "alerts.jsonl"),
        ("exec: /usr/bin/notify x", "notify"),
        ("apprise: discord://a/b", "discord"),
        ("console:\n    name: The terminal", "The terminal"),
    ],
)
def test_a_channel_is_called_by_what_may_be_shown_of_it(tmp_path: Path, text: str, name: str) -> None:
    assert channel(tmp_path, text).name == name


def test_paths_are_relative_to_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("whsec_abc\n")
    made = channel(tmp_path, "webhook: https://hooks.example/x\n    secret: ${file:key}")
    assert made.secrets["secret"] == "whsec_abc"
    assert channel(tmp_path, "file: out/a.jsonl").target == str(tmp_path / "out/a.jsonl")


def test_rules_name_works_and_sources_by_any_of_their_names(tmp_path: Path) -> None:
    made = channel(
        tmp_path,
        "console:\n    only: {titles: aouad, instalments: [S2], events: [trailer], changes: [moved later], "
        "certainty: reported, origins: 2, scopes: [PS5], languages: [KO], sources: [the feed]}\n    except: {changes: rumoured}",
    )
    assert made.kind is ChannelKind.CONSOLE
    assert made.excluding == ChannelFilter(changes=("rumoured",))


def test_a_rule_is_kept_in_the_words_of_the_model(tmp_path: Path) -> None:
    made = channel(
        tmp_path,
        "console:\n    only: {titles: aouad, instalments: [S2], events: [trailer], changes: [moved later], "
        "certainty: reported, origins: 2, scopes: [PS5], languages: [KO], sources: [the feed]}",
    )
    assert made.only == ChannelFilter(
        titles=("All of Us Are Dead",),
        instalments=("season 2",),
        events=("trailer",),
        changes=("moved_later",),
        certainty="reported",
        origins=2,
        scopes=("PS5",),
        languages=("ko",),
        sources=("The Feed",),
    )


def test_the_file_s_zone_and_language_hold_where_a_channel_names_none(tmp_path: Path) -> None:
    made = channel(tmp_path, "console:\n    digest: daily 8:00\n    quiet: 22:00-7:00 Europe/Warsaw")
    assert (made.digest, made.quiet, made.locale) == (
        "daily 08:00 Asia/Seoul",
        "22:00-07:00 Europe/Warsaw",
        "pl",
    )


@pytest.mark.parametrize(
    ("keys", "locale"),
    [
        ("language: ja", "ja"),
        ("language: zh-TW", "zh_Hant_TW"),
        ("language: pt-PT", "pt_PT"),
        ("language: en\n    locale: en-US", "en_US"),
        ("locale: pt-BR", "pt_BR"),  # as configurations had it before there was `language`
        ("locale: sv", "sv"),
    ],
)
def test_a_channel_has_a_language_and_a_country_of_it(tmp_path: Path, keys: str, locale: str) -> None:
    assert channel(tmp_path, f"console:\n    {keys}").locale == locale


@pytest.mark.parametrize(
    "channel",
    [
        "webhook: http://10.0.0.5/hook",
        "email: ann@example.com\n    smtp: smtp://10.0.0.5:25?starttls=never",
        "apprise: json://10.0.0.5/alerts",
    ],
)
def test_every_channel_that_dials_may_be_on_the_own_network(tmp_path: Path, channel: str) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(
        f"watch: [Alan Wake 2]\nchannels:\n  - {channel}\n    allow_private: true\n", encoding="utf-8"
    )
    config = load(path, {})
    (built,) = config.channels
    assert built.allow_private
    assert "allow_private" not in "".join(config.notes)
    path.write_text(f"watch: [Alan Wake 2]\nchannels:\n  - {channel}\n", encoding="utf-8")
    config = load(path, {})
    (built,) = config.channels
    assert not built.allow_private
    assert ("allow_private" in "".join(config.notes)) == (built.kind != "apprise")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:2525", "[::1]:25", "smtp.example.com"])
def test_a_mail_server_on_this_machine_or_the_internet_needs_no_word(tmp_path: Path, host: str) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(
        f'watch: [Alan Wake 2]\nchannels:\n  - email: ann@example.com\n    smtp: "smtp://{host}"\n',
        encoding="utf-8",
    )
    assert load(path, {}).notes == ()
