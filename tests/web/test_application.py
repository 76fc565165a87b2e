"""What every page holds to: the checks of a request, the headers of an answer, and errors as pages."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import quote

import pytest
from yarl import URL

from monitor.ledger import Ledger
from monitor.ledger.sqlite import connection
from monitor.web.guard import HEADERS
from monitor.web.listening import MOST_CONNECTIONS
from monitor.web.routes import ANSWERS, PAGES
from tests.web.conftest import Answer, Opened, Page

CONCRETE = (
    "/", "/?kind=game", "/works/harbour-of-glass", "/works/harbour-of-glass/claims", "/claims/1", "/claims/1/document", "/claims/1/correct",
    "/review", "/review?cause=all", "/changes", "/changes/1", "/sources", "/deliveries", "/search", "/search?q=glass", "/keys", "/live?seen=0.0",
)  # fmt: skip


def test_the_list_has_every_route() -> None:
    patterns = [re.compile(re.sub(r"\{\w+(?::([^}]*\}?))?\}", "[^/]+", path)) for path in PAGES]
    paths = [path.partition("?")[0] for path in CONCRETE]
    assert len(patterns) > 10
    assert all(any(pattern.fullmatch(path) for path in paths) for pattern in patterns)


@pytest.mark.parametrize("path", CONCRETE)
async def test_every_page_answers_with_every_guarding_header(page: Page, path: str) -> None:
    answer = await page.get(path)
    assert answer.status == 200, answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [path for path in CONCRETE if not path.startswith("/live")])
async def test_no_page_asks_another_host_or_has_anything_inline(page: Page, path: str) -> None:
    text = (await page.get(path)).text
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?!/)", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\s(?:style|on\w+)=", text)
    assert "<style" not in text


@pytest.mark.parametrize("path", ["/", "/claims/1", "/nothing"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1", ""])
async def test_under_the_name_of_another_site_nothing_is_served(page: Page, path: str, host: str) -> None:
    answer = await page.get(path, headers={"Host": host})
    assert answer.status == 421
    assert "Harbour" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(page: Page, method: str) -> None:
    assert (await page.ask(method, "/claims/1/judge", headers={"Origin": page.origin})).status == 405


async def test_a_form_needs_our_origin_and_its_token(page: Page) -> None:
    shown = await page.get("/claims/1")
    form = {"token": shown.token, "version": shown.version(1), "answer": "dismiss", "back": "/review"}
    for origin in ("http://evil.example", "null", "https://127.0.0.1", ""):
        assert (await page.post("/claims/1/judge", form, origin)).status == 403
    assert (await page.ask("POST", "/claims/1/judge", data=form)).status == 403
    for token in ("", "0" * 64, shown.token[:-1], shown.token + "0"):
        assert (await page.post("/claims/1/judge", {**form, "token": token})).status == 403
    assert "dismissed" not in (await page.get("/claims/1")).text
    assert (await page.post("/claims/1/judge", form)).status == 200
    assert "dismissed" in (await page.get("/claims/1")).text


async def test_a_token_of_another_browser_is_refused(page: Page) -> None:
    theirs = await page.get("/claims/1")
    page.client.session.cookie_jar.clear()
    mine = await page.get("/claims/1")
    assert theirs.token != mine.token
    answer = await page.post(
        "/claims/1/judge", {"token": theirs.token, "version": mine.version(1), "answer": "confirm"}
    )
    assert answer.status == 403


@pytest.mark.parametrize("path", [path for path in ANSWERS if "{" not in path])
async def test_every_form_is_guarded(page: Page, path: str) -> None:
    assert (await page.post(path, {})).status == 403


async def test_the_cookie_is_for_this_site_only_and_no_script_reads_it(page: Page) -> None:
    cookie = (await page.get("/")).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_a_body_has_a_limit(page: Page) -> None:
    shown = await page.get("/claims/1")
    answer = await page.post(
        "/claims/1/judge", {"token": shown.token, "version": "0", "answer": "confirm", "note": "x" * 70_000}
    )
    assert answer.status == 413
    assert (
        await page.post("/claims/1/judge", {"token": shown.token, "version": "0", "answer": "maybe"})
    ).status == 400


async def test_a_body_that_is_no_form_is_refused(page: Page) -> None:
    headers = {"Origin": page.origin, "Content-Type": "application/json"}
    assert (await page.ask("POST", "/keys", headers=headers, data=b"{}")).status == 400
    broken = {"Origin": page.origin, "Content-Type": "multipart/form-data; boundary=x"}
    assert (await page.ask("POST", "/keys", headers=broken, data=b"--y\r\n")).status in {400, 403}


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "/claims/99999999", "/claims/1" + "0" * 30, "/claims/٣", "/claims/-1", "/claims/0x1", "/claims/1.0", "/changes/99999999",
        "/changes/1" + "0" * 30, "/works/nobody", "/works/" + "x" * 3000, "/works/..%2f..%2fetc%2fpasswd", "/works/%00", "/works/%ff", "/static/x/../../pages.py",
        "/static/0/secret", "/claims/1/nothing",
    ],
)  # fmt: skip
async def test_what_is_not_there_is_a_page_with_the_search(page: Page, path: str) -> None:
    answer = await page.get(path)
    assert answer.status == 404
    assert 'action="/search"' in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/works/harbour-of-glass/claims", "/review", "/changes", "/deliveries", "/search?q=glass"]
)
@pytest.mark.parametrize("cursor", ["x", "0", "é", "a" * 2000, "WzFd", "\x00", "../..", "eyJhIjoxfQ=="])
async def test_a_forged_cursor_is_the_first_page_or_a_page_that_says_so(
    page: Page, path: str, cursor: str
) -> None:
    answer = await page.get(f"{path}{'&' if '?' in path else '?'}cursor={quote(cursor)}")
    assert answer.status in {200, 400, 404}, answer.text


@pytest.mark.parametrize(
    "query",
    [
        "kind=٣",
        "kind=",
        "since=99999d",
        "event=x&kind=y",
        "at=1e9",
        "judged=1" + "0" * 30,
        "judged=٣",
        "judged=0",
        "lang=%F0%9F",
        "work=%00",
        "cause=x",
        "scope=a&scope=b&event=release&part=x",
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/review", "/changes", "/works/harbour-of-glass", "/deliveries", "/search"]
)
async def test_no_query_is_too_odd(page: Page, path: str, query: str) -> None:
    assert (await page.get(f"{path}?{query}")).status in {200, 404}


async def test_a_head_request_has_no_body(page: Page) -> None:
    answer = await page.ask("HEAD", "/")
    assert answer.status == 200
    assert answer.text == ""


async def test_script_and_style_are_kept_by_their_content_and_small(page: Page) -> None:
    text = (await page.get("/")).text
    script = re.findall(r'<script src="([^"]+)"', text)[0]
    style = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)[0]
    for path, kind in ((script, "text/javascript"), (style, "text/css")):
        answer = await page.get(path)
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith(kind)
        assert "immutable" in answer.headers["Cache-Control"]
    assert len((await page.get(script)).text.encode()) <= 10_000
    assert (await page.get("/static/another/script.js")).headers["Cache-Control"] == "no-store"


# A ledger that cannot be read.


async def test_a_missing_ledger_is_a_page_that_says_so(tmp_path: Path, opened: Opened) -> None:
    page = await opened(tmp_path)
    answer = await page.get("/")
    assert answer.status == 503
    assert "Retry-After" in answer.headers
    assert "no ledger" in answer.text or "no database" in answer.text


async def test_a_ledger_that_comes_later_is_found(tmp_path: Path, opened: Opened) -> None:
    page = await opened(tmp_path)
    assert (await page.get("/")).status == 503
    with Ledger.open(tmp_path / "monitor.db"):
        pass
    assert (await page.get("/")).status == 200


async def test_a_damaged_ledger_is_a_page_that_says_so(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "monitor.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    answer = await (await opened(tmp_path)).get("/")
    assert answer.status == 503
    assert "damaged" in answer.text


async def test_a_ledger_that_is_damaged_inside_is_a_page_that_says_so(folder: Path, opened: Opened) -> None:
    with closing(sqlite3.connect(folder / "monitor.db")) as connection:
        connection.execute("UPDATE standings SET certainty = 'certain'")
        connection.commit()
    assert (await (await opened(folder)).get("/")).status == 503


async def test_a_newer_ledger_is_a_page_that_says_so(folder: Path, opened: Opened) -> None:
    with closing(sqlite3.connect(folder / "monitor.db")) as connection:
        connection.execute("PRAGMA user_version = 999")
    answer = await (await opened(folder)).get("/")
    assert answer.status == 503
    assert "newer" in answer.text


async def test_a_ledger_of_another_program_is_a_page_that_says_so(tmp_path: Path, opened: Opened) -> None:
    with closing(sqlite3.connect(tmp_path / "monitor.db")) as connection:
        connection.execute("CREATE TABLE other (id)")
    answer = await (await opened(tmp_path)).get("/")
    assert answer.status == 503
    assert "another program" in answer.text


async def test_a_locked_ledger_is_read_and_cannot_be_answered(page: Page) -> None:
    with closing(sqlite3.connect(page.database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert (await page.get("/")).status == 200
        answer = await page.answer(1, "dismiss")
        holder.execute("ROLLBACK")
    assert answer.status == 503
    assert (await page.answer(1, "dismiss")).status == 200


async def test_a_ledger_that_cannot_be_written_is_shown(folder: Path, opened: Opened) -> None:
    page = await opened(folder)
    shown = await page.get("/claims/1")
    with closing(sqlite3.connect(page.database)) as connection:
        connection.execute(
            "CREATE TRIGGER no_verdicts BEFORE INSERT ON verdicts BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        connection.commit()
    answer = await page.post(
        "/claims/1/judge", {"token": shown.token, "version": shown.version(1), "answer": "confirm"}
    )
    assert answer.status in {500, 503}
    assert (await page.get("/claims/1")).status == 200


def _restore(backup: Path, folder: Path) -> None:
    for stale in folder.glob("monitor.db-*"):
        stale.unlink()
    Path(shutil.copy(backup / "monitor.db", folder / "restored")).replace(folder / "monitor.db")


async def test_a_backup_in_its_place_is_read(folder: Path, told: Path, opened: Opened) -> None:
    page = await opened(folder)
    assert (await page.answer(1, "dismiss")).status == 200
    assert "dismissed" in (await page.get("/claims/1")).text
    _restore(told, folder)
    assert "dismissed" not in (await page.get("/claims/1")).text


async def test_a_configuration_with_a_mistake_is_named_and_the_last_right_one_used(
    folder: Path, opened: Opened
) -> None:
    page = await opened(folder)
    assert "CET" in (await page.get("/claims/1")).text or "CEST" in (await page.get("/claims/1")).text
    (folder / "sources.yaml").write_text("watch: [\n", encoding="utf-8")
    answer = await page.get("/claims/1")
    assert answer.status == 200
    assert "has a mistake" in answer.text
    assert "CEST" in answer.text


async def test_the_readers_language_has_its_dates(page: Page) -> None:
    polish = await page.get("/works/harbour-of-glass", headers={"Accept-Language": "pl"})
    assert "28 stycznia 2027" in polish.text
    assert 'lang="pl"' in polish.text
    american = await page.get("/works/harbour-of-glass", headers={"Accept-Language": "en-US"})
    assert "January 28, 2027" in american.text


# Connections.


async def test_half_a_request_is_dropped_and_holds_up_nobody(folder: Path) -> None:
    from tests.web import story
    from tests.web.serving import served

    def ask() -> None:
        with served(folder / "monitor.db", folder / "sources.yaml", lambda: story.NOW) as address:
            port = int(address.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port), timeout=30) as half:
                half.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode())
                with urllib.request.urlopen(f"{address}/keys", timeout=10) as whole:  # noqa: S310 - our own page
                    assert whole.status == 200
                half.settimeout(20)
                assert half.recv(1000) == b""

    await asyncio.to_thread(ask)


FORMS = ("/claims/1/judge", "/claims/1/correct", "/deliveries/retry")


@pytest.mark.parametrize("path", CONCRETE)
async def test_a_page_whose_queries_take_too_long_is_a_page_that_says_so(
    folder: Path, opened: Opened, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "STEPS_BETWEEN", 1)
    answer = await (await opened(folder, seconds=0.0)).get(path)
    assert (answer.status, answer.headers.get("Retry-After")) == (503, "5")
    assert "cannot be read now" in answer.text


@pytest.mark.parametrize("path", FORMS)
async def test_an_answer_whose_queries_take_too_long_is_not_recorded(
    folder: Path, opened: Opened, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await opened(folder)
    shown = await page.get("/claims/1")
    with Ledger.open(page.database, read_only=True) as ledger:
        delivery = next(iter(ledger.deliveries())).id
        before = ledger.count("verdicts"), ledger.count("retries")
    form = {"token": shown.token, "version": shown.version(1), "answer": "dismiss", "id": delivery}
    form |= {
        "title": "Harbour of Glass",
        "event": "release",
        "status": "scheduled",
        "when": "2031",
        "certainty": "official",
    }
    slow = await opened(folder, seconds=0.0)
    token = _token_for(slow, page)
    monkeypatch.setattr(connection, "STEPS_BETWEEN", 1)
    answer = await slow.post(path, {**form, "token": token(shown)})
    assert (answer.status, answer.headers.get("Retry-After")) == (503, "5")
    with Ledger.open(page.database, read_only=True) as ledger:
        assert (ledger.count("verdicts"), ledger.count("retries")) == before


def _token_for(slow: Page, page: Page) -> Callable[[Answer], str]:
    """Give `slow` the session of `page`: no page of its own can be shown to get one."""
    for cookie in page.client.session.cookie_jar:
        slow.client.session.cookie_jar.update_cookies({cookie.key: cookie.value}, URL(slow.origin))
    return lambda shown: shown.token


async def test_a_ledger_on_a_medium_that_cannot_be_written_is_shown_and_says_so(
    folder: Path, opened: Opened
) -> None:
    page = await opened(folder)
    shown = await page.get("/claims/1")
    with closing(sqlite3.connect(page.database)) as holder:
        holder.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with page.database.open("rb+") as file:
        file.seek(18)
        file.write(
            b"\x03"
        )  # a format that SQLite reads and must not write (its documentation, section 1.3.3)
    again = await opened(folder)
    assert (await again.get("/")).status == 200
    token = _token_for(again, page)
    fields = {"token": token(shown), "version": shown.version(1), "answer": "confirm"}
    answer = await again.post("/claims/1/judge", fields)
    assert answer.status == 503
    assert "cannot be written" in answer.text or "read-only" in answer.text, answer.text


async def test_connections_beyond_the_limit_are_told_to_come_again(folder: Path) -> None:
    from tests.web import story
    from tests.web.serving import served

    def ask() -> None:
        with served(folder / "monitor.db", folder / "sources.yaml", lambda: story.NOW) as address:
            port = int(address.rpartition(":")[2])
            with ExitStack() as opened:
                request = f"GET /keys HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
                held = [
                    opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
                    for _ in range(MOST_CONNECTIONS)
                ]
                for one in (held[0], held[-1]):
                    one.sendall(request)
                    assert one.recv(20).startswith(b"HTTP/1.1 200")
                with socket.create_connection(("127.0.0.1", port), timeout=30) as refused:
                    refused.sendall(request)
                    told = refused.makefile("rb").read()
                assert told.startswith(b"HTTP/1.1 503")
                assert b"Retry-After: 5" in told
                assert told.endswith(b"Too many connections\n")
            assert any(
                _is_answered(f"{address}/keys") for _ in range(200)
            )  # as soon as the others have ended

    await asyncio.to_thread(ask)


def _is_answered(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own page
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False
