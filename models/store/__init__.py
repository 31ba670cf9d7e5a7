"""Reading and writing rows for handlers. Dispatch owns the transaction; nothing here commits."""

from models.store.cases import CaseStore
from models.store.corrections import CorrectionStore
from models.store.hands import HandStore
from models.store.people import PeopleStore
from models.store.places import PlaceStore
from models.store.rows import fill, new_row


class Store(PlaceStore, PeopleStore, CaseStore, CorrectionStore, HandStore):
    """Everything a handler reads or writes, on one session."""


__all__ = ["Store", "fill", "new_row"]
