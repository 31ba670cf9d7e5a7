"""What was released, and what that asks of later migrations (decision 0067)."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.schema_change import chain

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@dataclass(frozen=True)
class Release:
    """One version that places may run."""

    version: str
    schema: str
    """The number of its last migration."""
    digest: str
    """Of its migrations: somebody has run them, so they change no more."""


@cache
def releases() -> tuple[Release, ...]:
    """All of them, the newest last."""
    with (MIGRATIONS / "releases.toml").open("rb") as file:
        return tuple(Release(**one) for one in tomllib.load(file)["release"])


def previous_release(schema: str) -> Release:
    """The last one before this schema; the first one where there is none before."""
    order = chain(str(MIGRATIONS))
    before = [one for one in releases() if order.index(one.schema) < order.index(schema)]
    return (before or [releases()[0]])[-1]


def oldest_served(schema: str) -> str:
    """The oldest schema whose programs work with this one."""
    order = chain(str(MIGRATIONS))
    return min(previous_release(schema).schema, schema, key=order.index)


def digest_upto(schema: str) -> str:
    """Of the text of every migration up to this number, in their order."""
    order = chain(str(MIGRATIONS))
    numbers = order[: order.index(schema) + 1]
    files = [next((MIGRATIONS / "versions").glob(f"{number}_*.py")) for number in numbers]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
