"""Read sources.yaml, the user's only file, as a whole or not at all: all mistakes are reported at once, each with line and column."""

from monitor.config.json_schema import json_schema
from monitor.config.loading import Config, Settings, load, load_readable, starter

__all__ = ["Config", "Settings", "json_schema", "load", "load_readable", "starter"]
