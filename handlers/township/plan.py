"""What an import will write: new rows with references to each other, and changes of rows that are there."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlmodel import SQLModel

from handlers.township.sheets import Line

Ref = int
"""A row's id; negative for a row that is still to come."""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to come. Columns that point to other rows hold a ``Ref``."""

    table: type[SQLModel]
    ref: Ref
    columns: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """New values for a row that is there."""

    table: type[SQLModel]
    id: int
    columns: dict[str, Any]


@dataclass
class Plan:
    """Everything one import adds and changes, in an order in which rows follow those they point to."""

    new: list[NewRow] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    """Lines by kind of sheet."""
    lines: list[tuple[str, Line, bool]] = field(default_factory=list)
    """Kind of sheet, line, and whether it is new (otherwise it changes what is there)."""
    _refs: Any = field(default_factory=lambda: count(-1, -1), repr=False)

    def add(self, table: type[SQLModel], **columns: Any) -> Ref:
        """A new row; its reference."""
        ref = next(self._refs)
        self.new.append(NewRow(table, ref, columns))
        return int(ref)

    def change(
        self, table: type[SQLModel], row: Ref, wanted: Mapping[str, Any], now: Mapping[str, Any]
    ) -> bool:
        """Note what differs; an empty wish (None or "") changes nothing. Whether anything differs."""
        columns = {k: v for k, v in wanted.items() if v not in {None, ""} and now.get(k) != v}
        if columns:
            self.changes.append(Change(table, row, columns))
        return bool(columns)

    def count(self, kind: str, line: Line, *, new: bool, changed: bool) -> None:
        """Count one line of a sheet."""
        (self.added if new else self.changed if changed else self.same)[kind] += 1
        if new or changed:
            self.lines.append((kind, line, new))

    def mark(self) -> str:
        """Tells this plan from another one: a workbook that was only saved again has the same."""
        rows = (
            f"{kind}:{line.place.sheet}:{line.place.row}:{new}:{line.cells}" for kind, line, new in self.lines
        )
        columns = (f"{change.table.__name__}:{change.id}:{sorted(change.columns)}" for change in self.changes)
        return hashlib.sha256("\n".join((*rows, *columns)).encode()).hexdigest()[:32]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.new and not self.changes
