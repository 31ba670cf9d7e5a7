"""Indexes over the rows that are looked for, and no others."""

from sqlalchemy import Index, text


def index_where_known(name: str, *columns: str, known: str = "") -> Index:
    """An index over the rows where ``known`` (else its first column) holds something.

    Nobody looks for what is empty, and a page of an index that is not touched is not written with each request.
    """
    filled = text(f"{known or columns[0]} IS NOT NULL")
    return Index(name, *columns, sqlite_where=filled, postgresql_where=filled)
