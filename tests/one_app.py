"""The web application, built once a process for all tests: making its two hundred addresses takes longer than most tests.

What it was built with are places that hold nothing; each looks at the doors of the test that has the application just
now. Two tests never share one: whoever comes while it is lent gets another.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any

from fastapi import FastAPI

from web.app import create_app
from web.doors import Doors
from web.serve import server

PLAIN = (type(None), bool, int, float, str, bytes, tuple, frozenset)
"""What an application may read while it is built."""


@dataclass
class Lent:
    """An application and the doors behind it at the moment."""

    doors: Doors
    is_building: bool = True
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(
            replace(self.doors, **{name: Place(self, (name,)) for name in _filled(self.doors)})
        )
        self.app.openapi()
        self.is_building = False


class Place:
    """Stands for what lies at a path behind the doors, whichever they are."""

    def __init__(self, lent: Lent, path: tuple[str, ...]) -> None:
        self._lent = lent
        self._path = path

    def _itself(self) -> Any:
        found: Any = self._lent.doors
        for name in self._path:
            found = getattr(found, name)
        return found

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._itself(), name)
        if not self._lent.is_building or isinstance(found, PLAIN):
            return found
        return Place(self._lent, (*self._path, name))

    def __call__(self, *words: Any, **named: Any) -> Any:
        return self._itself()(*words, **named)


_IDLE: dict[tuple[object, ...], list[Lent]] = {}


@contextmanager
def app_over(doors: Doors, *, fresh: bool = False) -> Iterator[FastAPI]:
    """The application over these doors until the end of the block; ``fresh``: one that has counted nothing yet."""
    idle = [] if fresh else _IDLE.setdefault(_kind(doors), [])
    lent = idle.pop() if idle else Lent(doors)
    lent.doors = doors
    lent.app.state.streams._closing = False  # noqa: SLF001 - its last server ended them
    yield lent.app
    idle.append(lent)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port until the end of the block; its address."""
    web = server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    ready = threading.Event()
    while not web.started and thread.is_alive():
        ready.wait(0.02)
    yield f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
    web.should_exit = True
    thread.join(20)


def _filled(doors: Doors) -> list[str]:
    return [one.name for one in fields(doors) if not isinstance(getattr(doors, one.name), PLAIN)]


def _kind(doors: Doors) -> tuple[object, ...]:
    """What is fixed when an application is built: which doors there are, and what is plain in them."""
    named = {one.name: getattr(doors, one.name) for one in fields(doors)}
    filled = _filled(doors)
    limits = (doors.api.per_minute, doors.api.most_wrong) if doors.api is not None else ()
    return (
        *filled,
        *sorted((name, str(value)) for name, value in named.items() if name not in filled),
        *limits,
    )
