"""Fetch a URL politely and within bounds; what the network does is returned as a value, never raised."""

from monitor.fetch.fetcher import Fetcher

__all__ = ["Fetcher"]
