"""A draft is a claim as one sentence makes it, before the document's claims are merged."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.extract.blocks import Block
from monitor.model import Certainty, Event, Post, Status, When, Work

__all__ = ["Draft"]


@dataclass
class Draft:
    """A claim before it is merged with the others of its document; `inherited` when nothing in its sentence names the work."""

    work: Work
    instalment: str | None
    event: Event
    status: Status
    when: When | None
    certainty: Certainty
    sources: list[str]
    scope: list[str]
    block: Block
    start: int
    end: int
    rules: list[str]
    post: Post | None = None
    inherited: bool = False
