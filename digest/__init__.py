"""The calculation: documents become a briefing. No input or output, no clock, no database, no web."""
