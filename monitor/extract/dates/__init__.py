"""Every expression of a date in a text, with its place; what it says is kept apart from what it implies.

`find_dates` is total: it takes any text in any script and never raises on it. Its time grows with the text's length.
"""

from __future__ import annotations

from monitor.extract.dates.alternatives import DateReading
from monitor.extract.dates.date_language import LANGUAGES, language, puts_month_first
from monitor.extract.dates.finding import DateMention, find_dates

__all__ = ["LANGUAGES", "DateMention", "DateReading", "find_dates", "language", "puts_month_first"]
