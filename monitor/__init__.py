"""monitor: what is claimed about release dates and trailers, logged once with its evidence, alerted when it changes."""

__version__ = "0.2.0"
