"""Parse bytes to documents (:mod:`monitor.parse.parsers`), and documents to their typed blocks.

The package itself loads what finds blocks and no parser: the page and the commands that show a claim need no more.
"""

from monitor.parse.blocks import blocks_as_written, structured

__all__ = ["blocks_as_written", "structured"]
