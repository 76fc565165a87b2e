"""A URL, politely, to bytes: what the network does is a value, never an exception."""

from monitor.fetch.fetcher import Fetcher

__all__ = ["Fetcher"]
