"""What somebody may see, as a condition of a statement."""

from typing import Any

from sqlalchemy import ColumnElement, false, true
from sqlmodel import col

from models.rules.scope import Scope


def within(scope: Scope, area: Any) -> ColumnElement[bool]:
    """SQL: whether a column holds an area of somebody's scope."""
    if scope.whole:
        return true()
    return col(area).in_(sorted(scope.areas)) if scope.areas else false()
