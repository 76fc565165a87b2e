"""The read model: what people are shown of the ledger, and what they say of it. It prints nothing and knows no HTML.

:class:`Review` is the facade that the command line and the page call; :mod:`monitor.review.views` defines what it returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.review.read_model import Review

__all__ = ["Review"]


def __getattr__(name: str) -> Any:
    """Return :class:`Review`, imported on first use, so that looking up a name does not import the whole program."""
    if name == "Review":
        from monitor.review.read_model import Review  # noqa: PLC0415 - as above

        return Review
    raise AttributeError(name)
