"""The only reader of the clock: everything else is given the moment. It imports nothing else, so commands begin at once."""

from datetime import UTC, datetime


def now() -> datetime:
    """The moment, aware UTC."""
    return datetime.now(UTC)
