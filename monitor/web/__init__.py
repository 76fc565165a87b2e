"""The page: what is believed, who said it and what waits for a verdict, served to a browser on this machine.

The package renders the views of :mod:`monitor.review` and passes a person's verdicts to its commands; it decides nothing itself.
"""

from monitor.web.guard import Address, address
from monitor.web.listening import serve

__all__ = ["Address", "address", "serve"]
