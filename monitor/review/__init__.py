"""The read model: what people are shown of the ledger, and what they say of it. It prints nothing and knows no HTML.

:class:`Review` is the facade that the command line and the page call; :mod:`monitor.review.views` defines what it returns.
"""

from monitor.review.read_model import Review

__all__ = ["Review"]
