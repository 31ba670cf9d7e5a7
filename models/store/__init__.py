"""Reading and writing rows for handlers. Dispatch owns the transaction; nothing here commits."""

from models.store.alarms import AlarmStore
from models.store.attachments import AttachmentStore
from models.store.cases import CaseStore
from models.store.corrections import CorrectionStore
from models.store.feedback import FeedbackStore
from models.store.figures import FiguresStore
from models.store.hands import HandStore
from models.store.joining import JoinStore
from models.store.people import PeopleStore
from models.store.places import PlaceStore
from models.store.rows import fill, new_row


class Store(
    PlaceStore,
    PeopleStore,
    CaseStore,
    CorrectionStore,
    JoinStore,
    FeedbackStore,
    FiguresStore,
    AlarmStore,
    AttachmentStore,
    HandStore,
):
    """Everything a handler reads or writes, on one session."""


__all__ = ["Store", "fill", "new_row"]
