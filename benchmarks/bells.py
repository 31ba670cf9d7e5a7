"""What a job of APScheduler's does in ``benchmarks.due_table``: a store keeps it by the name of its module."""

RUNG: set[str] = set()


def ring(key: str) -> None:
    """Note that it was done."""
    RUNG.add(key)
