"""Who comes, by name: for the organiser alone, encrypted in our rows, and not kept in what we said."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from handlers.work import Work
from models.rules.attending import Line
from models.rules.outliving import FETCH_NAME
from models.rules.signing_up import Standing
from models.secrets import UnreadableBox
from models.store.activities import ActivityStore
from models.tables import Activity, Participant

NAMES_SAID_KEPT = timedelta(days=7)


def store_of(work: Work) -> ActivityStore:
    """The rows of activities, in this piece of work."""
    return ActivityStore(work.store.session)


def name_of(work: Work, row: Participant, known: dict[int, str]) -> str:
    """What the organiser reads: the name of whoever is bound, else what the group calls the contact."""
    if row.identity_id in known:
        return known[row.identity_id]
    try:
        return work.standing.secrets.open(row.name_box or b"")
    except UnreadableBox:  # nobody told it, or it was forgotten
        return work.standing.texts.render("NO_NAME", {})


def new_row(work: Work, activity: Activity, identity: int) -> Participant:
    """Somebody's first answer, with the name the group knows him by; the organiser's list is by these numbers."""
    store = store_of(work)
    row = Participant(
        activity_id=activity.id or 0, identity_id=identity, number=store.next_number(activity.id or 0),
        room_id=work.origin.room, at=work.now, changed_at=work.now,
    )  # fmt: skip
    store.session.add(row)
    note_name(work, row)
    return row


def note_name(work: Work, row: Participant) -> None:
    """What the group calls whoever speaks, encrypted; a channel that tells it only when asked is asked (bot.naming)."""
    message = work.origin.message
    if message is not None and message.sender_name:
        row.name_box = work.standing.secrets.box(message.sender_name)
    elif message is not None and row.name_box is None:
        store_of(work).session.flush()
        asked = {"participant_id": row.id, "room": message.room, "contact": message.sender}
        work.store.plan(
            [
                {
                    "key": f"{FETCH_NAME}:{message.account}:{row.id}:{work.now.isoformat()}",
                    "intent": FETCH_NAME, "due_at": work.now, "state": "waiting", "attempts": 0, "why": "",
                    "fields": asked,
                }
            ]
        )  # fmt: skip


def forget_later(work: Work, identities: Iterable[int]) -> None:
    """Names said to an organiser are taken out of what we keep of our own words after a week; he has read them."""
    asked = {"identities": sorted(identities), "said": work.now.isoformat()}
    work.store.plan(
        [
            {
                "key": f"activity:names:{work.origin.key}", "intent": "ForgetNamesSaid", "fields": asked,
                "due_at": work.now + NAMES_SAID_KEPT, "state": "waiting", "attempts": 0, "why": "",
            }
        ]
    )  # fmt: skip


def lines_of(work: Work, rows: Sequence[Participant]) -> list[Line]:
    """The organiser's list: number, name, and whether without a place."""
    known = store_of(work).names_of(row.identity_id for row in rows)
    return [Line(row.number, name_of(work, row, known), row.standing == Standing.WAITING) for row in rows]
