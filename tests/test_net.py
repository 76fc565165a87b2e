"""The guard: what may be dialled, on real sockets, with a loopback address in the part of the internet."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
import trustme
from aiohttp import web

from monitor.net import (
    OPEN_HOST,
    Address,
    RefusedAddressError,
    ResolutionError,
    TlsError,
    is_public,
    open_client,
    user_agent,
)

INTERNET = ip_address("127.0.0.2")
"""The one loopback address that these tests take for public; 127.0.0.1 stays private."""


def dialable(address: Address) -> bool:
    return address == INTERNET or is_public(address)


class Names:
    """A name server that gives one answer after another, the last one for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str) -> Iterable[str]:
        self.asked.append(host)
        answers = self.answers.get(host.rstrip("."))
        if not answers:
            raise OSError("no such name")
        return answers.pop(0) if len(answers) > 1 else answers[0]


Serve = Callable[..., Awaitable[int]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server that answers "hello" and counts: returns its port."""
    runners: list[web.AppRunner] = []

    async def start(host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> int:
        async def hello(request: web.Request) -> web.Response:
            answer = web.Response(text=f"hello {request.headers.get('Cookie', '')}")
            answer.set_cookie("session", "1")
            return answer

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", hello)
        runner = web.AppRunner(app)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, host, port, ssl_context=tls)
        await site.start()
        return int(runner.addresses[0][1])

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::200e"])
def test_the_public_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "192.0.0.8",
        "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:100.64.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "5f00::1",
        "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_everything_else_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",
        "127.0.0.1.", "localhost", "localhost.", "LOCALHOST", "[::1]", "[::]", "[0:0:0:0:0:ffff:127.0.0.1]",
        "127.0.1", "0x7f.1", "127。0。0。1", "１２７.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "127.0.0.1%00.example", "[::1%25lo]", "[fe80::1%25lo]",
        "[::ffff:7f00:1]", "[::127.0.0.1]", "169.254.169.254", "10.0.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    ],
)  # fmt: skip
async def test_no_spelling_of_a_private_address_is_dialled(serve: Serve, host: str) -> None:
    """Some are no URL to httpx, some no name to the resolver: what they may not be is an answer."""
    port = await serve()
    async with open_client() as client:
        with pytest.raises(
            (RefusedAddressError, ResolutionError, httpx.UnsupportedProtocol, httpx.InvalidURL)
        ):
            await client.get(f"http://{host}:{port}/")


async def test_a_name_is_judged_by_the_address_that_is_dialled(serve: Serve) -> None:
    port = await serve("127.0.0.2")
    names = Names(site_example=[["127.0.0.2"]], inside_example=[["127.0.0.1"]])
    async with open_client(look_up=names, is_dialable=dialable) as client:
        assert (await client.get(f"http://site.example:{port}/")).text == "hello "
        with pytest.raises(
            RefusedAddressError, match=r"inside\.example \(127\.0\.0\.1\) is not a public address"
        ):
            await client.get(f"http://inside.example:{port}/")


async def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(serve: Serve) -> None:
    """DNS rebinding: the first answer is public and dead, the second private and alive."""
    port = await serve("127.0.0.1")
    names = Names(rebound_example=[["127.0.0.2"], ["127.0.0.1"]])
    async with open_client(look_up=names, is_dialable=dialable) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://rebound.example:{port}/")
        await asyncio.sleep(0)
    async with open_client(look_up=names, is_dialable=dialable) as client:
        with pytest.raises(RefusedAddressError):
            await client.get(f"http://rebound.example:{port}/")


async def test_of_public_and_private_addresses_only_the_public_are_dialled(serve: Serve) -> None:
    inside = await serve("127.0.0.1")
    names = Names(mixed_example=[["127.0.0.1", "127.0.0.2"]])
    async with open_client(look_up=names, is_dialable=dialable) as client:
        with pytest.raises(httpx.ConnectError, match=r"no connection to mixed\.example"):
            await client.get(f"http://mixed.example:{inside}/")


async def test_the_last_word_is_spoken_where_the_socket_is_made(serve: Serve) -> None:
    """Whatever was thought of the address before: what counts is what is thought of the one about to be dialled."""
    port = await serve()
    thoughts = [True]
    async with open_client(is_dialable=lambda _: bool(thoughts and thoughts.pop())) as client:
        with pytest.raises(RefusedAddressError, match=r"127\.0\.0\.1 is not a public address"):
            await client.get(f"http://127.0.0.1:{port}/")
    assert thoughts == []


async def test_a_name_that_idna_refuses_is_a_resolution_error() -> None:
    async with open_client(allow_private_hosts=frozenset({"a..example"})) as client:
        with pytest.raises(httpx.TransportError):
            await client.get("http://a..example/")


async def test_a_look_up_that_comes_too_late_is_let_go() -> None:
    answered = threading.Event()

    def slow(_: str) -> list[str]:
        answered.wait(5)
        return ["127.0.0.1"]

    async with open_client(look_up=slow, timeout=httpx.Timeout(0.05)) as client:
        with pytest.raises(httpx.TimeoutException):
            await client.get("http://slow.example/")
    answered.set()


async def test_a_host_that_a_person_named_is_opened_and_no_other(serve: Serve) -> None:
    port = await serve()
    async with open_client(allow_private_hosts=frozenset({"127.0.0.1"})) as client:
        assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 200
        with pytest.raises(RefusedAddressError):
            await client.get(f"http://localhost:{port}/")


async def test_a_connection_that_was_opened_for_one_request_does_not_serve_another(serve: Serve) -> None:
    port = await serve()
    async with open_client() as client:
        opened = client.build_request("GET", f"http://localhost:{port}/", extensions={OPEN_HOST: True})
        assert (await client.send(opened)).status_code == 200
        with pytest.raises(RefusedAddressError):
            await client.get(f"http://localhost:{port}/")


async def test_an_opened_host_must_read_the_same_to_both_parsers(serve: Serve) -> None:
    port = await serve()
    async with open_client(allow_private_hosts=frozenset({"example.com"})) as client:
        with pytest.raises(httpx.TransportError):
            await client.get(f"http://127.0.0.1:{port}\\@example.com/")


async def test_a_name_that_does_not_exist_is_a_resolution_error() -> None:
    async with open_client(look_up=Names()) as client:
        with pytest.raises(
            ResolutionError, match=r"the name nowhere\.example does not resolve: no such name"
        ):
            await client.get("http://nowhere.example/")


async def test_redirects_are_not_followed_and_cookies_not_kept(serve: Serve) -> None:
    port = await serve()
    async with open_client(allow_private_hosts=frozenset({"127.0.0.1"})) as client:
        for _ in range(2):
            assert (await client.get(f"http://127.0.0.1:{port}/")).text == "hello "
        assert client.follow_redirects is False


async def test_certificates_are_verified_and_ssl_cert_file_is_honoured(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    port = await serve(tls=tls)
    hosts = frozenset({"127.0.0.1"})
    async with open_client(allow_private_hosts=hosts) as client:
        with pytest.raises(TlsError, match=r"no secure connection to 127\.0\.0\.1"):
            await client.get(f"https://127.0.0.1:{port}/")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with open_client(allow_private_hosts=hosts) as client:
        assert (await client.get(f"https://127.0.0.1:{port}/")).text == "hello "


async def test_an_error_names_the_host_and_never_the_rest_of_the_url() -> None:
    async with open_client(look_up=Names()) as client:
        with pytest.raises(httpx.TransportError) as caught:
            await client.get("https://hooks.example/T0PSECRET?key=T0PSECRET")
    error: BaseException | None = caught.value
    assert "T0PSECRET" not in str(error)
    assert error is not None
    assert error.__cause__ is None


def test_the_user_agent_says_who_asks_and_how_to_reach_them() -> None:
    assert user_agent("https://example.org/bot").startswith("monitor/")
    assert user_agent("https://example.org/bot").endswith(" (+https://example.org/bot)")
    assert "(" not in user_agent()
