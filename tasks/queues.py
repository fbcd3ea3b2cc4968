"""The queues, most urgent first: a worker takes from the first one that has something."""

INTERACTIVE = "interactive"
INGEST = "ingest"
VISION = "vision"
SPEECH = "speech"
BACKFILL = "backfill"
MAINTENANCE = "maintenance"

ALL = (INTERACTIVE, INGEST, VISION, SPEECH, BACKFILL, MAINTENANCE)
BACKGROUND = frozenset({BACKFILL, MAINTENANCE})
"""Queues that must leave one slot free for live work."""
