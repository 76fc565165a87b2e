"""What the page keeps in memory: what it imports, and what it is after every kind of page was shown."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

MOST_MEGABYTES = 90
ROUTES = (
    "/",
    "/review",
    "/changes",
    "/sources",
    "/deliveries",
    "/search?q=garden",
    "/keys",
    "/claims/1",
    "/claims/1/document",
)


def test_the_page_imports_nothing_that_only_work_needs() -> None:
    program = (
        "import sys, monitor.web, monitor.web.listening, monitor.notify.wording\n"
        "heavy = {'numpy', 'sqlite_utils', 'rich', 'httpx', 'smtplib', 'pydantic', 'yaml', 'lxml', 'trafilatura', 'apscheduler'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_page_keeps_within_its_memory_whatever_was_shown(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "monitor",
        "serve",
        "--bind",
        "127.0.0.1:0",
        "--db",
        str(folder / "monitor.db"),
    ]
    command += ["--config", str(folder / "sources.yaml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            (address,) = re.findall(r"http://[\d.:]+", process.stdout.readline())
            works = re.findall(r'href="(/works/[^"?]+)', _got(f"{address}/", "en"))
            for language in ("en", "de", "ja", "pl"):
                for path in (*ROUTES, *works[:10]):
                    _got(f"{address}{path}", language)
            peak = re.findall(
                r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            )
            assert int(peak[0]) / 1024 <= MOST_MEGABYTES
        finally:
            process.terminate()


def _got(address: str, language: str) -> str:
    request = urllib.request.Request(address, headers={"Accept-Language": language})  # noqa: S310 - our own page
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        assert answer.status == 200
        return str(answer.read().decode())
