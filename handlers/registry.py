"""Which function answers which intent, and what that takes: filled by ``@handles``, read by dispatch."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from handlers.intents import Intent
from models.rules.permissions import Permission

if TYPE_CHECKING:
    from handlers.work import Reply, Work

I = TypeVar("I", bound=Intent)  # noqa: E741 - the one intent type of a handler


@dataclass(frozen=True, slots=True)
class Handler:
    """One intent's function, the permission it takes, and what an unentitled asker hears privately."""

    intent: type[Intent]
    function: Callable[[Any, Any], Any]
    may: Permission
    refusal: str | None
    prepare: "Callable[[Any, Work], object] | None" = None
    """What takes long and writes nothing: found before the transaction begins, and handed over as ``Work.prepared``."""


_HANDLERS: dict[type[Intent], Handler] = {}
_BY_NAME: dict[str, type[Intent]] = {}


def handles(
    intent: type[I],
    *,
    may: Permission,
    refusal: str | None = "NOT_AUTH_DM",
    prepare: "Callable[[I, Work], object] | None" = None,
) -> Callable[[Callable[[I, "Work"], "Reply | None"]], Callable[[I, "Work"], "Reply | None"]]:
    """Declare the one function for an intent. ``refusal`` is said privately to askers without ``may`` (None: silence).

    ``prepare`` looks without writing while everybody else may still write; what it found may be out of date by then.
    """

    def declare(function: Callable[[I, "Work"], "Reply | None"]) -> Callable[[I, "Work"], "Reply | None"]:
        if intent in _HANDLERS:
            raise RuntimeError(f"{intent.__name__} has two handlers")
        _HANDLERS[intent] = Handler(intent, function, may, refusal, prepare)
        _BY_NAME[intent.__name__] = intent
        return function

    return declare


def handler_of(intent: Intent) -> Handler:
    """The handler of an intent. Raises KeyError when none was declared."""
    return _HANDLERS[type(intent)]


def intent_named(name: str) -> type[Intent] | None:
    """The intent class with that name, None when no handler knows it (a phrase for a later capability)."""
    return _BY_NAME.get(name)


def all_handlers() -> tuple[Handler, ...]:
    """Every declared handler, by intent name."""
    return tuple(sorted(_HANDLERS.values(), key=lambda h: h.intent.__name__))


def load_handlers() -> None:
    """Import every topic module of this package, so that a new file is known without being listed anywhere."""
    package = importlib.import_module("handlers")
    for found in pkgutil.iter_modules(package.__path__):
        if not found.ispkg:
            importlib.import_module(f"handlers.{found.name}")
