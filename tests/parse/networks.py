"""Answers of the networks, in the shapes that they have."""

from __future__ import annotations

import json
from typing import Any

from monitor.model import Parsed, SourceKind
from monitor.parse.parsers import parse
from tests.builders import NOW
from tests.parse.cases import fetched, of_kind

YOUTUBE = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">
 <link rel="self" href="http://www.youtube.com/feeds/videos.xml?channel_id=UC0"/><id>yt:channel:0</id><yt:channelId>0</yt:channelId>
 <title>Lantern Works</title><author><name>Lantern Works</name><uri>https://www.youtube.com/channel/UC0</uri></author>
 <entry><id>yt:video:aBcDeFg</id><yt:videoId>aBcDeFg</yt:videoId><title>Iron Bell &amp; Fox – Official Trailer</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v=aBcDeFg"/>
  <author><name>Lantern Works</name><uri>https://www.youtube.com/channel/UC0</uri></author>
  <published>2023-08-09T15:00:01+00:00</published><updated>2023-08-10T01:00:00+00:00</updated>
  <media:group><media:title>Iron Bell &amp; Fox – Official Trailer</media:title>
   <media:content url="https://www.youtube.com/v/aBcDeFg" type="application/x-shockwave-flash" width="640" height="390"/>
   <media:description>Out on October 26 &lt;3

Follow us: https://lantern.example</media:description>
   <media:community><media:statistics views="5"/></media:community></media:group></entry>
</feed>"""


MASTODON = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:webfeeds="http://webfeeds.org/rss/1.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Lantern Works</title>
 <description>Public posts from @lantern@toot.example</description><link>https://toot.example/@lantern</link>
 <item><guid isPermaLink="true">https://toot.example/@lantern/110858000000000000</guid><link>https://toot.example/@lantern/110858000000000000</link>
  <pubDate>Wed, 09 Aug 2023 15:00:00 +0000</pubDate><description>&lt;p&gt;Iron Bell comes on October 26.&lt;/p&gt;</description>
  <media:content url="https://files.toot.example/1.png" type="image/png" fileSize="1" medium="image"><media:rating scheme="urn:simple">nonadult</media:rating>
  <media:description type="plain">A poster with a bell and the words: only in cinemas.</media:description></media:content></item>
</channel></rss>"""


REDDIT = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
 <category term="television" label="r/television"/><updated>2023-08-10T10:00:00+00:00</updated><id>/r/television/new/.rss</id><title>newest submissions : television</title>
 <entry><author><name>/u/lampkeeper</name><uri>https://www.reddit.com/user/lampkeeper</uri></author><category term="television" label="r/television"/>
  <content type="html">&lt;!-- SC_OFF --&gt;&lt;div class=&quot;md&quot;&gt;&lt;p&gt;Season 2 may come in &lt;em&gt;October&lt;/em&gt;.&lt;/p&gt; &lt;/div&gt;&lt;!-- SC_ON --&gt; &amp;#32; submitted by &amp;#32; &lt;a href=&quot;https://www.reddit.com/user/lampkeeper&quot;&gt; /u/lampkeeper &lt;/a&gt; &lt;br/&gt; &lt;span&gt;&lt;a href=&quot;https://www.reddit.com/r/television/comments/1/&quot;&gt;[link]&lt;/a&gt;&lt;/span&gt; &amp;#32; &lt;span&gt;&lt;a href=&quot;https://www.reddit.com/r/television/comments/1/&quot;&gt;[comments]&lt;/a&gt;&lt;/span&gt;</content>
  <id>t3_1</id><link href="https://www.reddit.com/r/television/comments/1/"/><updated>2023-08-10T09:00:00+00:00</updated><published>2023-08-10T09:00:00+00:00</published><title>Harbour Lights rumour</title></entry>
 <entry><author><name>/u/foxglove</name></author>
  <content type="html">&lt;table&gt; &lt;tr&gt;&lt;td&gt; &lt;a href=&quot;https://www.reddit.com/r/television/comments/2/&quot;&gt; &lt;img src=&quot;https://b.thumbs.example/x.jpg&quot; alt=&quot;Moss dated&quot;/&gt; &lt;/a&gt; &lt;/td&gt;&lt;td&gt; &amp;#32; submitted by &amp;#32; &lt;a href=&quot;https://www.reddit.com/user/foxglove&quot;&gt; /u/foxglove &lt;/a&gt; &lt;br/&gt; &lt;span&gt;&lt;a href=&quot;https://lantern.example/moss&quot;&gt;[link]&lt;/a&gt;&lt;/span&gt; &amp;#32; &lt;span&gt;&lt;a href=&quot;https://www.reddit.com/r/television/comments/2/&quot;&gt;[comments]&lt;/a&gt;&lt;/span&gt; &lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;</content>
  <id>t3_2</id><link href="https://www.reddit.com/r/television/comments/2/"/><published>2023-08-10T08:00:00+00:00</published><title>Moss dated</title></entry>
</feed>"""


def read(kind: SourceKind, body: str, **fields: Any) -> Parsed:
    return parse(fetched(body, "https://network.example/feed"), of_kind(kind, **fields), now=NOW)


UC = "UCabcdefghijklmnopqrstuv"


def post(text: str = "Iron Bell comes on October 26.", **fields: Any) -> dict[str, Any]:
    record = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2023-08-09T15:00:00.000Z",
        "langs": ["en"],
    }
    return {
        "uri": "at://did:plc:abc/app.bsky.feed.post/3k4abcdefgh2i",
        "cid": "x",
        "author": {"did": "did:plc:abc", "handle": "lantern.example", "displayName": "Lantern Works"},
        "record": {**record, **fields.pop("record", {})},
        "indexedAt": "2023-08-09T15:00:02.000Z",
        **fields,
    }


def bluesky(*views: Any, **fields: Any) -> Parsed:
    return read(SourceKind.BLUESKY, json.dumps({"feed": list(views), "cursor": "x"}), **fields)


def reply(
    text: str, key: str, to: str, *, root: str = "", at: str = "2023-08-09T15:01:00Z", **fields: Any
) -> Any:
    """Return a view of a post that replies to the post `to`, in a thread that `root` begins."""
    uris = [uri(to), uri(root or to)]
    record = {"createdAt": at, "reply": {"parent": {"uri": uris[0]}, "root": {"uri": uris[1]}}}
    return {"post": post(text, uri=uri(key), record=record, indexedAt=at), **fields}


def uri(key: str) -> str:
    return key if key.startswith("at:") else f"at://did:plc:abc/app.bsky.feed.post/{key}"


def toot(key: str = "1", content: str = "<p>Iron Bell comes on October 26.</p>", **fields: Any) -> dict[str, Any]:  # fmt: skip
    account = {"id": "77", "acct": "lantern", "username": "lantern", "display_name": "Lantern Works"}
    return {"id": key, "url": f"https://toot.example/@lantern/{key}", "account": account, "content": content, "created_at": "2023-08-09T15:00:00.000Z", "language": "en", **fields}  # fmt: skip


def toots(*statuses: dict[str, Any]) -> Parsed:
    return read(SourceKind.MASTODON, json.dumps(statuses), target="@lantern@toot.example", official=("lantern",))  # fmt: skip
