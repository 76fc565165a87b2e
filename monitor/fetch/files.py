"""Read `file:` sources: a regular file of this machine that the configuration names; redirects cannot lead to one."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import os
import stat
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from monitor.model import Fetched, FetchOutcome, NotModified, Trouble, Unreachable, Validators

__all__ = ["read_file"]


async def read_file(url: str, validators: Validators, cap: int) -> FetchOutcome:
    """Return the file named by a `file:` URL; its size and modification time are its validator."""
    try:
        parts = urlsplit(url)
        path = Path(url2pathname(parts.path))
        host = parts.netloc
    except ValueError:
        return _refused("the address cannot be read as a URL")
    if host not in {"", "localhost"}:
        return _refused(f"a file: address names a file of this machine, not of {host!r}: write file:///path")
    if not path.is_absolute():
        return _refused(f"the path must be absolute: {path}")
    if "\0" in str(path):
        return _refused("the path holds a NUL")
    return await asyncio.to_thread(_read, url, path, validators, cap)


def _read(url: str, path: Path, validators: Validators, cap: int) -> FetchOutcome:
    try:
        # Without O_NONBLOCK opening a named pipe would block this thread until somebody writes to it.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            found = os.fstat(number)
            if not stat.S_ISREG(found.st_mode):
                return _refused(f"{path} is not a regular file")
            etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
            if validators.url == url and validators.etag == etag:
                return NotModified(url=url, validators=validators)
            with os.fdopen(number, "rb", closefd=False) as file:
                body = file.read(cap + 1)
        finally:
            os.close(number)
    except OSError as error:
        return _refused(f"{path}: {error.strerror or error}")
    if len(body) > cap:
        return Unreachable(trouble=Trouble.TOO_LARGE, detail=f"{path} is larger than {cap / 2**20:g} MiB")
    digest = hashlib.sha256(body).hexdigest()
    current = Validators(url=url, etag=etag, body=digest)
    if digest == validators.body:
        return NotModified(url=url, validators=current)
    return Fetched(
        url=url, body=body, validators=current, content_type=mimetypes.guess_type(path.name)[0] or ""
    )


def _refused(detail: str) -> Unreachable:
    return Unreachable(trouble=Trouble.FILE, detail=detail)
