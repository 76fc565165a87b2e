"""One server that answers as Bluesky, Mastodon, YouTube and Reddit do: pages, quotas, refusals, walls, broken answers, and the news of an account."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from aiohttp import web

from tests.fakes import serving

__all__ = ["CHANNEL", "DID", "TOKEN", "Network", "Posted", "open_network"]

DID = "did:plc:lanternlanternlanternla"
CHANNEL = "UClanternlanternlanternl"
TOKEN = "0123456789abcdef0123456789abcdef"
KINDS = ("bluesky", "mastodon", "tag", "youtube", "reddit")
LOGIN = "<html><head><title>Log in to Reddit</title></head><body><form>Log in</form></body></html>"
CONSENT = '<html><head><title>Bevor Sie zu YouTube weitergehen</title></head><form action="https://consent.youtube.com/save">Alle ablehnen</form></html>'


@dataclass
class Posted:
    """A post, a video or a submission."""

    key: str
    text: str
    at: datetime
    views: int = 5
    edited: datetime | None = None
    replies_to: str = ""


@dataclass
class Fault:
    """An answer that is given in place of the right one."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Network:
    """What the accounts have posted, newest first, and how the server is disposed. `asked` notes each request of a kind and when."""

    posts: dict[str, list[Posted]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    handle: str = "lantern.example"
    page: int = 50
    remaining: int = 300
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    asked: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    alerts: list[dict[str, Any]] = field(default_factory=list)
    happened: asyncio.Condition = field(default_factory=asyncio.Condition)
    url: str = ""
    is_open: bool = True
    """Whether Mastodon's API is open to visitors."""

    def post(self, kind: str, key: str, text: str, **fields: Any) -> Posted:
        made = Posted(key, text, datetime.now(UTC) - timedelta(seconds=1), **fields)
        self.posts[kind].insert(0, made)
        return made

    def delete(self, kind: str, key: str) -> None:
        self.posts[kind] = [each for each in self.posts[kind] if each.key != key]

    async def until(self, holds: Any) -> None:
        """Wait until `holds()` is true, which is looked at after every request and alert."""
        async with self.happened, asyncio.timeout(60):
            await self.happened.wait_for(holds)

    @web.middleware
    async def noted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        kind = _kind(request.path)
        self.asked[kind].append((asyncio.get_running_loop().time(), request.path_qs))
        try:
            if self.faults[kind]:
                fault = self.faults[kind].popleft()
                return web.Response(status=fault.status, text=fault.body, headers=fault.headers, content_type="application/json" if fault.body[:1] == "{" else "text/html")  # fmt: skip
            answered: web.StreamResponse = await handler(request)
            return answered
        finally:
            async with self.happened:
                self.happened.notify_all()

    async def alert(self, request: web.Request) -> web.Response:
        self.alerts.append(await request.json())
        return web.Response(status=204)

    # Bluesky

    async def resolve(self, request: web.Request) -> web.Response:
        if request.query.get("handle") == self.handle:
            return web.json_response({"did": DID})
        return web.json_response(
            {"error": "InvalidRequest", "message": "Unable to resolve handle"}, status=400
        )

    async def author_feed(self, request: web.Request) -> web.Response:
        if request.query.get("actor") not in (DID, self.handle):
            return web.json_response({"error": "InvalidRequest", "message": "Profile not found"}, status=400)
        start = int(request.query.get("cursor") or 0)
        size = min(int(request.query.get("limit", "50")), self.page)
        posts = self.posts["bluesky"]
        views = [self._view(post) for post in posts[start : start + size]]
        answer: dict[str, Any] = {"feed": views}
        if start + size < len(posts):
            answer["cursor"] = str(start + size)
        return web.json_response(answer)

    def _view(self, post: Posted) -> dict[str, Any]:
        author = {"did": DID, "handle": self.handle, "displayName": "Lantern Works"}
        record: dict[str, Any] = {"text": post.text, "createdAt": _iso(post.at), "langs": ["en"]}
        if post.replies_to:
            record["reply"] = {name: {"uri": _uri(post.replies_to)} for name in ("parent", "root")}
        return {
            "post": {"uri": _uri(post.key), "author": author, "record": record, "indexedAt": _iso(post.at)}
        }

    # Mastodon

    def _quota(self) -> dict[str, str]:
        self.remaining -= 1
        return {
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": str(max(self.remaining, 0)),
            "X-RateLimit-Reset": _iso(datetime.now(UTC) + timedelta(minutes=5)),
        }

    async def lookup(self, request: web.Request) -> web.Response:
        if not self.is_open:
            return web.json_response({"error": "This method requires an authenticated user"}, status=401)
        if request.query.get("acct") != "lantern":
            return web.json_response({"error": "Record not found"}, status=404)
        return web.json_response(self._account(), headers=self._quota())

    @staticmethod
    def _account() -> dict[str, Any]:
        return {"id": "77", "acct": "lantern", "username": "lantern", "display_name": "Lantern Works"}

    async def statuses(self, request: web.Request) -> web.Response:
        if not self.is_open:
            return web.json_response({"error": "This method requires an authenticated user"}, status=401)
        kind = "tag" if "/tag/" in request.path else "mastodon"
        posts = self.posts[kind]
        if last := request.query.get("max_id"):
            posts = posts[[each.key for each in posts].index(last) + 1 :]
        size = min(int(request.query.get("limit", "20")), self.page)
        return web.json_response([self._status(each) for each in posts[:size]], headers=self._quota())

    def _status(self, post: Posted) -> dict[str, Any]:
        return {
            "id": post.key,
            "url": f"{self.url}/@lantern/{post.key}",
            "account": self._account(),
            "content": f"<p>{escape(post.text)}</p>",
            "created_at": _iso(post.at),
            "edited_at": _iso(post.edited) if post.edited else None,
            "language": "en",
            "in_reply_to_id": post.replies_to or None,
            "in_reply_to_account_id": "77" if post.replies_to else None,
        }

    async def toots(self, request: web.Request) -> web.Response:
        kind = "tag" if "/tags/" in request.path else "mastodon"
        items = "".join(
            f"<item><guid>{self.url}/@lantern/{each.key}</guid><link>{self.url}/@lantern/{each.key}</link>"
            f"<pubDate>{each.at:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>{escape(f'<p>{escape(each.text)}</p>')}</description></item>"
            for each in self.posts[kind][:20]
        )
        return web.Response(text=f"<rss version='2.0'><channel><title>Lantern Works</title>{items}</channel></rss>", content_type="application/rss+xml")  # fmt: skip

    # YouTube

    async def channel(self, request: web.Request) -> web.Response:
        del request
        return web.Response(text=f'<html><head><link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}"></head></html>', content_type="text/html")  # fmt: skip

    async def videos(self, request: web.Request) -> web.Response:
        if request.query.get("channel_id") != CHANNEL:
            return web.Response(status=404, text="<html>Error 404</html>", content_type="text/html")
        entries = "".join(
            f"<entry><id>yt:video:{each.key}</id><yt:videoId>{each.key}</yt:videoId><yt:channelId>{CHANNEL}</yt:channelId>"
            f"<title>{escape(each.text)}</title><link rel='alternate' href='https://www.youtube.com/watch?v={each.key}'/>"
            f"<author><name>Lantern Works</name></author><published>{_iso(each.at)}</published><media:group>"
            f"<media:description>{escape(each.text)}</media:description><media:community>"
            f'<media:statistics views="{each.views}"/></media:community></media:group></entry>'
            for each in self.posts["youtube"][:15]
        )
        head = "xmlns:yt='http://www.youtube.com/xml/schemas/2015' xmlns:media='http://search.yahoo.com/mrss/' xmlns='http://www.w3.org/2005/Atom'"
        return web.Response(
            text=f"<feed {head}><title>Lantern Works</title>{entries}</feed>", content_type="text/xml"
        )

    # Reddit

    async def submissions(self, request: web.Request) -> web.Response:
        if request.query.get("feed") != TOKEN:
            return web.Response(text=LOGIN, content_type="text/html")
        entries = "".join(
            f"<entry><id>t3_{each.key}</id><title>{escape(each.text)}</title><author><name>/u/lampkeeper</name></author>"
            f"<link href='https://www.reddit.com/r/games/comments/{each.key}/?feed={TOKEN}'/><published>{_iso(each.at)}</published></entry>"
            for each in self.posts["reddit"][:25]
        )
        # Reddit's feeds name their own address, with the token in it.
        own = f"<link rel='self' href='https://www.reddit.com{escape(request.path_qs)}'/><id>{escape(request.path_qs)}</id>"
        return web.Response(text=f"<feed xmlns='http://www.w3.org/2005/Atom'><title>newest submissions : games {TOKEN}</title>{own}{entries}</feed>", content_type="application/atom+xml")  # fmt: skip

    def sources(self) -> list[dict[str, Any]]:
        """Return one source of each kind, as in sources.yaml."""
        common = {"api": self.url, "allow_private": True, "every": "1s", "pause": "0s", "obey_robots": False}
        return [
            {"bluesky": "lantern.example", "name": "bluesky", "official": ["lantern.example"], **common},
            {"mastodon": "@lantern@toot.example", "name": "mastodon", "official": ["lantern"], **common},
            {
                "mastodon": "#games@toot.example",
                "name": "tag",
                "official": ["@someone@evil.example"],
                **common,
            },
            {"youtube": "@lantern", "name": "youtube", "official": ["@lantern"], **common},
            {"reddit": "r/games", "name": "reddit", "token": "${REDDIT_FEED}", **common},
        ]


def _uri(key: str) -> str:
    return f"at://{DID}/app.bsky.feed.post/{key}"


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _kind(path: str) -> str:
    for part, kind in (
        ("/xrpc/", "bluesky"), ("/tag", "tag"), ("/api/v1/", "mastodon"), ("/@lantern.rss", "mastodon"),
        ("/@", "youtube"), ("/feeds/", "youtube"), ("/r/", "reddit"),
    ):  # fmt: skip
        if part in path:
            return kind
    return path


@contextlib.asynccontextmanager
async def open_network(port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[Network]:
    """Serve a network on loopback."""
    network = Network()
    app = web.Application(middlewares=[network.noted])
    app.add_routes(
        [
            web.post("/alert", network.alert),
            web.get("/xrpc/com.atproto.identity.resolveHandle", network.resolve),
            web.get("/xrpc/app.bsky.feed.getAuthorFeed", network.author_feed),
            web.get("/api/v1/accounts/lookup", network.lookup),
            web.get("/api/v1/accounts/77/statuses", network.statuses),
            web.get("/api/v1/timelines/tag/{tag}", network.statuses),
            web.get("/@lantern.rss", network.toots),
            web.get("/tags/{tag}.rss", network.toots),
            web.get("/@lantern", network.channel),
            web.get("/feeds/videos.xml", network.videos),
            web.get("/r/games/new/.rss", network.submissions),
        ]
    )
    async with serving(app, port, host=host) as network.url:
        yield network


def faulty() -> list[tuple[Fault, str]]:
    """Return each wrong answer, and a part of the line that says what it was."""
    return [
        (Fault(401, '{"error": "Authentication Required"}'), "Authentication Required"),
        (Fault(403, '{"message": "Forbidden"}'), "403"),
        (Fault(404, "<html>Error 404</html>"), "404"),
        (Fault(422, '{"error": "This method requires an authenticated user"}'), "422"),
        (Fault(429, "{}", {"Retry-After": "1"}), "429"),
        (Fault(500, "<html>Error 500</html>"), "500"),
        (Fault(200, ""), "empty body"),
        (Fault(200, json.dumps({"feed": [{"post": {"uri": "at://x"}}]})[:-9]), ""),
        (Fault(200, LOGIN), ""),
        (Fault(200, CONSENT), ""),
        (Fault(410, '{"error": "Gone"}'), "410"),
    ]
