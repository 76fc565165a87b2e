"""Parse a body and extract its claims, in a worker process of its own because markup may be hostile.

The process holds no secrets, is limited in memory, and ends when its daemon does.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.errors import ParseError
from monitor.extract import Extractor
from monitor.extract.claim_language import UNDETERMINED
from monitor.extract.recognition import recognise
from monitor.model import (
    Claim,
    Document,
    ExtractedBody,
    ExtractedDocument,
    Fetched,
    Source,
    SourceKind,
    Validators,
    Work,
)
from monitor.parse import structured
from monitor.parse.links import same_site
from monitor.parse.page import article
from monitor.parse.parsers import parse

__all__ = ["extracted", "read", "read_article", "warm_up"]

# A body of ten million bytes becomes a tree of some hundred million; beyond this a body is refused.
_ADDRESS_SPACE_BYTES = 2 * 2**30
_COLLECT_AFTER = 20_000
_WARM_UP_TITLE = "The Rehearsal"
_WARM_UP_AT = datetime(2027, 2, 1, tzinfo=UTC)
_WARM_UP_FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item>
<title>{_WARM_UP_TITLE} season 2 gets a release date</title><link>https://rehearsal.invalid/1</link>
<pubDate>Mon, 04 Jan 2027 10:00:00 GMT</pubDate><description>&lt;p&gt;According to the studio, the second season of
{_WARM_UP_TITLE} is out on Netflix on 3 May 2027. A trailer was shown last week.&lt;/p&gt;</description>
</item></channel></rss>""".encode()


def read(extractor: Extractor, fetched: Fetched, source: Source, now: datetime) -> ExtractedBody:
    """Parse a body and return the claims of its documents. Raises ParseError."""
    parsed = parse(fetched, source, now=now)
    with_claims: list[ExtractedDocument] = []
    teasers: list[ExtractedDocument] = []
    without_claims: list[str] = []
    candidates = _might_claim(extractor, parsed.documents)
    for document, might_claim in zip(parsed.documents, candidates, strict=True):
        reading = (
            None
            if might_claim is False
            else extracted(extractor, document, source.lang, is_candidate=might_claim)
        )
        if source.follow and document.id in parsed.teasers and same_site(document.url, source.url):
            teasers.append(reading or ExtractedDocument(document, ()))
        elif reading and (reading.claims or reading.bug):
            with_claims.append(reading)
        else:
            without_claims.append(document.fingerprint)
    return ExtractedBody(
        with_claims=tuple(with_claims),
        teasers=tuple(teasers),
        without_claims=tuple(without_claims),
        # An undated document counts as published when it is read, which says nothing about the source's rhythm.
        published=frozenset(document.published for document in parsed.documents) - {now},
        ttl=parsed.ttl,
        doubt=parsed.doubt,
        shared=_shared(parsed.documents),
        listed=parsed.listed,
        orphans=parsed.orphans,
        older=parsed.older,
    )


def _shared(documents: Sequence[Document]) -> frozenset[str]:
    """Return the ids and addresses that documents with different texts share in this body."""
    texts: dict[str, set[str]] = {}
    for each in documents:
        for name in {each.id, each.url}:
            texts.setdefault(name, set()).add(each.fingerprint)
    return frozenset(name for name, own in texts.items() if len(own) > 1)


def _might_claim(extractor: Extractor, documents: Sequence[Document]) -> Sequence[bool | None]:
    """Return for each of `documents` whether it can have claims; None for all where finding out met a bug."""
    try:
        return extractor.might_claim(documents)
    except Exception:  # noqa: BLE001 - a bug is met again, and contained, at the document that has it
        return [None] * len(documents)


def read_article(
    extractor: Extractor, fetched: Fetched, document: Document, source: Source
) -> ExtractedDocument:
    """Return the claims of the article behind a teaser. Raises ParseError."""
    return extracted(extractor, article(fetched, document, source), source.lang)


def extracted(
    extractor: Extractor, document: Document, lang: str = "", *, is_candidate: bool | None = None
) -> ExtractedDocument:
    """Return the claims of `document`, and with claims its language; never raises.

    `lang` is the language that the configuration gives for its source, `is_candidate` whether it might claim anything where that is known.
    """
    try:
        if is_candidate is None:
            (is_candidate,) = extractor.might_claim([document])
        claims = extractor.claims(structured(document), lang) if is_candidate else ()
        read = _in_its_language(document, claims) if claims else document
        return ExtractedDocument(read, claims, reader=extractor.version if claims else "")
    except Exception:  # noqa: BLE001 - a bug is contained at the document and stored, the others go on
        return ExtractedDocument(document, (), traceback.format_exc())


def _in_its_language(document: Document, claims: Sequence[Claim]) -> Document:
    """Return `document` with the language of its claims: the one that a source declares may be wrong or missing."""
    code = recognise(document.lang, " ".join(claim.quote for claim in claims)).code
    is_declared = code == UNDETERMINED or document.lang.partition("-")[0].lower() == code
    return document if is_declared else replace(document, lang=code)


_WORK: dict[str, Callable[..., ExtractedBody | ExtractedDocument]] = {
    "read": read,
    "read_article": read_article,
}


def serve(channel: socket.socket, lifeline: int, aside: socket.socket, most_bytes: int) -> None:
    """Answer the requests on `channel` in order until the daemon at the other end of `lifeline` is gone.

    Each request is a pickle, each answer its length (four bytes) and a pickle. The first request is the watch list with the adjustment of
    the weights (or None); its answer is the id of this process. Requests ("fork", ()) may follow before all others: each forks a process
    that serves the channel and the lifeline that come over `aside` and answers with its id. Every other request is
    ("read" | "read_article", arguments); its answer is a pair of the result or the exception, and whether this process ends here because it
    holds more than `most_bytes`.
    """
    # The daemon handles the signals that end it: it finishes the document in progress.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE_BYTES, _ADDRESS_SPACE_BYTES))
    requests = channel.makefile("rb")
    works, adjustment = pickle.load(requests)  # noqa: S301 - from our own daemon
    extractor = Extractor(works, adjustment=adjustment)
    _answer(channel, (os.getpid(), False))
    work, arguments = pickle.load(requests)  # noqa: S301 - as above
    if work == "fork":
        with suppress(Exception):  # an error here would occur with bodies as well, where it is contained
            warm_up()
    # What is loaded by now is permanent: the garbage collector need not scan it, and its pages stay shared with the forks.
    gc.collect()
    gc.freeze()
    # Trees and tokens are many and hardly any is part of a cycle: a collection seldom finds anything.
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    while work == "fork":
        copied = _fork(aside)
        if copied is not None:
            aside.close()
            requests.close()
            channel.close()
            os.close(lifeline)
            channel, lifeline = copied
            requests = channel.makefile("rb")
            _answer(channel, (os.getpid(), False))
        work, arguments = pickle.load(requests)  # noqa: S301 - as above
    aside.close()
    threading.Thread(target=_end_with, args=[lifeline], daemon=True).start()
    while True:
        result = _result(extractor, work, arguments)
        outgrown = _resident_bytes() > most_bytes
        _answer(channel, (result, outgrown))
        if outgrown:
            return
        work, arguments = pickle.load(requests)  # noqa: S301 - as above


def _fork(aside: socket.socket) -> tuple[socket.socket, int] | None:
    """Fork; return the channel and the lifeline received over `aside` in the child, None in this process."""
    _, received, _, _ = socket.recv_fds(aside, 1, 2)
    channel, lifeline = received
    # Nobody waits for the exit status of the child.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Where no further process can be started, the daemon sees the channel close, and goes on with this one.
    with suppress(OSError):
        if os.fork() == 0:
            return socket.socket(fileno=channel), lifeline
    os.close(channel)
    os.close(lifeline)
    return None


def warm_up() -> ExtractedBody:
    """Parse a typical feed, so that all modules are loaded before the process is forked."""
    url = "https://rehearsal.invalid/feed.xml"
    source = Source(name="rehearsal", kind=SourceKind.FEED, url=url, target=url)
    fetched = Fetched(url=url, body=_WARM_UP_FEED, validators=Validators())
    return read(Extractor([Work(title=_WARM_UP_TITLE)]), fetched, source, _WARM_UP_AT)


def _result(extractor: Extractor, work: str, arguments: tuple[Any, ...]) -> Any:
    try:
        return _WORK[work](extractor, *arguments)
    except ParseError as error:
        return error
    except MemoryError:
        return ParseError(
            "reading it takes more memory than it may; it is left out this time", where=arguments[0].url
        )
    except Exception:  # noqa: BLE001 - the daemon raises it where the body was asked for, and goes on
        return RuntimeError(f"while reading {arguments[0].url}:\n{traceback.format_exc()}")


def _answer(channel: socket.socket, answer: tuple[Any, bool]) -> None:
    packed = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    channel.sendall(struct.pack("!I", len(packed)) + packed)


def _resident_bytes() -> int:
    """Return the resident memory of this process in bytes (the maximum would include the daemon's at the fork)."""
    with suppress(OSError), Path("/proc/self/statm").open("rb") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()
    return 0


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)  # returns when nobody holds the other end any more
    os._exit(0)


if __name__ == "__main__":
    with suppress(EOFError, ConnectionError):  # the daemon is gone
        serve(
            socket.socket(fileno=int(sys.argv[1])),
            int(sys.argv[2]),
            socket.socket(fileno=int(sys.argv[3])),
            int(sys.argv[4]),
        )
