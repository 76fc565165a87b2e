"""An archive of invented outlets, whose story goes from a rumour to a window to a day to a delay to the release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WORK = "Harbour of Glass"
WATCH = f'watch:\n  - title: {WORK}\n    kind: game\n    aliases: [HoG, "유리 항구"]\n'

STORY = (
    ("leak.example", "2023-02-01T09:00:00Z", f"{WORK} could come out in 2023, an insider claims."),
    (
        "news.example",
        "2023-03-01T09:00:00Z",
        f"{WORK} will be released in October 2023, Northlight confirmed.",
    ),
    (
        "daily.example",
        "2023-05-24T20:00:00Z",
        f"Northlight confirmed that {WORK} will be released on October 17, 2023.",
    ),
    ("echo.example", "2023-05-25T08:00:00Z", f"{WORK} launches on October 17, 2023, Northlight announced."),
    (
        "news.example",
        "2023-08-10T14:00:00Z",
        f"Northlight has delayed {WORK} from October 17 to October 27, 2023. The studio confirmed it will be released on October 27, 2023.",
    ),
    ("daily.example", "2023-10-27T08:00:00Z", f"{WORK} is out now."),
)


def lines(story: tuple[tuple[str, str, str], ...] = STORY, **fields: Any) -> list[dict[str, Any]]:
    """Return the story as documents in the form of the contract."""
    return [
        {
            "id": f"doc-{number}",
            "url": f"https://{source}/{number}",
            "source": source,
            "published": published,
            "lang": "en",
            "title": f"News of {WORK}, {number}",
            "text": text,
            **fields,
        }
        for number, (source, published, text) in enumerate(story, 1)
    ]


def write(path: Path, documents: list[dict[str, Any]]) -> Path:
    """Write documents as JSON Lines."""
    path.write_text("".join(f"{json.dumps(document)}\n" for document in documents), encoding="utf-8")
    return path
