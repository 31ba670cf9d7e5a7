"""Reading and writing rows for handlers. Dispatch owns the transaction; nothing here commits."""

from models.store.cases import CaseStore
from models.store.people import PeopleStore
from models.store.places import PlaceStore


class Store(PlaceStore, PeopleStore, CaseStore):
    """Everything a handler reads or writes, on one session."""


__all__ = ["Store"]
