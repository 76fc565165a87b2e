"""Find every date expression in a text; what it states is kept apart from what it implies.

`find_dates` is total: it accepts any text in any script and never raises. It is linear in the length of the text.
"""

from __future__ import annotations

from monitor.extract.dates.alternatives import DateReading
from monitor.extract.dates.date_language import LANGUAGES, language, puts_month_first
from monitor.extract.dates.finding import DateMention, find_dates

__all__ = ["LANGUAGES", "DateMention", "DateReading", "find_dates", "language", "puts_month_first"]
