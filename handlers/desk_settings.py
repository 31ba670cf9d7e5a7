"""Cadres set what is theirs to set: hours and habits of the place, quiet hours and hearing of a group (decision 0058)."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.notice_steps import entitled, own_areas
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.permissions import Permission
from models.rules.place_settings import FOR_PLACE, OF_ROOM, usable
from models.rules.refusals import Refusal, RefusalKind
from models.store.desk_settings import SettingStore
from models.tables import SettingChange


@dataclass(frozen=True, slots=True)
class SetPlace(Intent):
    """A limit of the whole place; ``value`` empty: as the settings' file says."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SetRoom(Intent):
    """Quiet hours of a group, or whether it is listened to; ``value`` empty: as everywhere."""

    room: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class UndoSetting(Intent):
    """As it was before the last change. ``change`` is its row."""

    change: int


@handles(SetPlace, may=Permission.NOTICE_SEND)
def set_place(ask: SetPlace, work: Work) -> Reply:
    """By whoever speaks to all of it."""
    limit = FOR_PLACE.get(ask.name)
    if not speaks_to_all(work):
        raise Refusal(RefusalKind.NOT_ALLOWED, "SETTING_NOT_YOURS")
    value = usable(limit, ask.value) if limit is not None and ask.value else ""
    if limit is None or value is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "SETTING_HOW")
    _keep(work, None, ask.name, value)
    return Reply("SETTING_KEPT")


@handles(SetRoom, may=Permission.ROOM_BIND)
def set_room(ask: SetRoom, work: Work) -> Reply:
    """By whoever binds groups there; delivery and listener ask the group's row each time."""
    limit, card = OF_ROOM.get(ask.name), work.town.rooms.get(ask.room)
    if card is None or not _reaches(work, card.areas):
        raise Refusal(RefusalKind.NOT_ALLOWED, "SETTING_NOT_YOURS")
    value = usable(limit, ask.value) if limit is not None and ask.value else ""
    if limit is None or value is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "SETTING_HOW")
    row = work.store.room_row(ask.room)
    before = row.quiet or "" if ask.name == "quiet" else row.mode
    if ask.name == "quiet":
        row.quiet = value or None
    else:
        row.mode = value or "active"
    _keep(work, ask.room, ask.name, value, before)
    return Reply("SETTING_KEPT")


@handles(UndoSetting, may=Permission.NOTICE_SEND)
def undo_setting(ask: UndoSetting, work: Work) -> Reply | None:
    """Another change, that one back; once somebody changed it again there is nothing to undo."""
    change = SettingStore(work.store.session).change(ask.change)
    if change is None or change.undone_at is not None:
        raise Refusal(RefusalKind.NOT_NOW, "SETTING_GONE")
    if change.room_id is None:
        return set_place(SetPlace(change.name, change.before), work)
    if Permission.ROOM_BIND not in work.actor.permissions:
        raise Refusal(RefusalKind.NOT_ALLOWED, "SETTING_NOT_YOURS")
    return set_room(SetRoom(change.room_id, change.name, change.before), work)


def speaks_to_all(work: Work) -> bool:
    """Whether somebody may send notices to every last part of this place."""
    entitled(work)
    reach = {below for own in own_areas(work) for below in work.town.downward(own)}
    return reach.issuperset(area for area in work.town.areas if not work.town.children.get(area))


def _reaches(work: Work, areas: tuple[int, ...]) -> bool:
    reach = {below for own in own_areas(work) for below in work.town.downward(own)}
    return bool(areas) and reach.issuperset(areas)


def _keep(work: Work, room: int | None, name: str, value: str, before: str | None = None) -> None:
    last = SettingStore(work.store.session).in_force(room, name)
    if before is None:
        before = last.value if last is not None else ""
    if last is not None:
        last.undone_at = work.now
    work.store.session.add(
        SettingChange(
            room_id=room, name=name, value=value, before=before, changed_by=work.actor.person, at=work.now
        )
    )
    work.store.touch_town()
