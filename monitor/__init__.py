"""monitor: claims about release dates and trailers, logged once with their evidence, and alerts when a belief changes."""

__version__ = "0.2.0"
