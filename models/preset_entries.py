"""What is wrong with an entry of a preset, in one sentence that names the file, the entry and the remedy."""

from collections.abc import Mapping
from typing import Any

_KINDS = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}


class PresetError(ValueError):
    """A preset cannot be used; the message names the file, the entry and the remedy."""


def need(where: str, entry: Mapping[str, Any], key: str, kind: type) -> Any:
    """The entry's value of that kind.

    Raises:
        PresetError: it is missing or of another kind.
    """
    value = entry.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise PresetError(f"{where} needs {key} = {_KINDS[kind]}: add or correct it")
    return value
