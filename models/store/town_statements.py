"""What the snapshot of the town is read by: plain rows, for a year has hundreds of snapshots and one has thousands of rows."""

from sqlalchemy import Table, select

from models.prepared import Prepared
from models.store.rows import DEPLOYMENT, TABLES
from models.tables import (
    AddedWord,
    Appointment,
    Area,
    AreaCover,
    AreaLevel,
    ChatIdentity,
    KnowledgeItem,
    Leave,
    Person,
    PostTypeRow,
    Room,
    RoomArea,
    SettingChange,
    arrived,
)

_LEVEL: Table = TABLES[AreaLevel.__tablename__]
_AREA: Table = TABLES[Area.__tablename__]
_COVER: Table = TABLES[AreaCover.__tablename__]
_CONTACT: Table = TABLES[ChatIdentity.__tablename__]
_SEAT: Table = TABLES[Appointment.__tablename__]
_PERSON: Table = TABLES[Person.__tablename__]
_POST: Table = TABLES[PostTypeRow.__tablename__]
_ROOM: Table = TABLES[Room.__tablename__]
_SERVED: Table = TABLES[RoomArea.__tablename__]
_WORD: Table = TABLES[AddedWord.__tablename__]
_LEAVE: Table = TABLES[Leave.__tablename__]

PLACE = Prepared(
    select(DEPLOYMENT.c.preset, DEPLOYMENT.c.version, DEPLOYMENT.c.contact, DEPLOYMENT.c.name).where(
        DEPLOYMENT.c.id == 1
    )
)
# As an AreaNode takes them.
AREAS = Prepared(
    select(_AREA.c.id, _AREA.c.name, _LEVEL.c.scheme, _LEVEL.c.code, _LEVEL.c.rank, _AREA.c.parent_id)
    .join_from(_AREA, _LEVEL, _AREA.c.level_id == _LEVEL.c.id)
    .where(_AREA.c.valid_to.is_(None), arrived(_AREA.c))
    .order_by(_AREA.c.id)
)
_KNOWN: Table = TABLES[KnowledgeItem.__tablename__]
ANSWERING = Prepared(select(_KNOWN.c.area_id).where(_KNOWN.c.stopped_at.is_(None)).distinct())
COVERS = Prepared(select(_COVER.c.area_a, _COVER.c.area_b, _COVER.c.kind))
# Verified contacts in force, by id.
BOUND = Prepared(
    select(_CONTACT.c.id, _CONTACT.c.person_id, _CONTACT.c.channel, _CONTACT.c.contact)
    .where(
        _CONTACT.c.person_id.is_not(None), _CONTACT.c.verified_at.is_not(None), _CONTACT.c.gone_at.is_(None)
    )
    .order_by(_CONTACT.c.id)
)
SEATS = Prepared(
    select(
        _SEAT.c.id, _POST.c.code, _SEAT.c.area_id, _PERSON.c.id, _PERSON.c.surname, _PERSON.c.name,
        _SEAT.c.title, _POST.c.name, _SEAT.c.valid_from, _SEAT.c.valid_to,
    )
    .join_from(_SEAT, _PERSON, _SEAT.c.person_id == _PERSON.c.id)
    .join(_POST, _SEAT.c.post_id == _POST.c.id)
    .where(arrived(_SEAT.c))
    .order_by(_SEAT.c.id)
)  # fmt: skip
_SET: Table = TABLES[SettingChange.__tablename__]
# What was set last for the whole place, by name.
CHANGED = Prepared(
    select(_SET.c.name, _SET.c.value)
    .where(_SET.c.room_id.is_(None), _SET.c.undone_at.is_(None))
    .order_by(_SET.c.id)
)
# As an AreaWord takes them, in the order in which they were added.
WORDS = Prepared(
    select(_WORD.c.area_id, _WORD.c.kind, _WORD.c.plain, _WORD.c.category, _WORD.c.weight)
    .where(_WORD.c.ended_at.is_(None))
    .order_by(_WORD.c.id)
)
SERVED = Prepared(select(_SERVED.c.room_id, _SERVED.c.area_id).order_by(_SERVED.c.position))
ROOMS = Prepared(
    select(
        _ROOM.c.id, _ROOM.c.channel, _ROOM.c.platform_id, _ROOM.c.title, _ROOM.c.kind, _ROOM.c.tier, _ROOM.c.mode,
        _ROOM.c.quiet, _ROOM.c.owner_id, _ROOM.c.listener, _ROOM.c.read_only_at.is_not(None),
        _ROOM.c.listens_from, _ROOM.c.listened_before,
    )
    .where(_ROOM.c.dissolved_at.is_(None), arrived(_ROOM.c))
    .order_by(_ROOM.c.id)
)  # fmt: skip
# As an Away takes them, oldest first.
ABSENCES = Prepared(
    select(_LEAVE.c.person_id, _LEAVE.c.since, _LEAVE.c.until, _LEAVE.c.stand_in_id)
    .where(_LEAVE.c.ended_at.is_(None))
    .order_by(_LEAVE.c.id)
)
