"""Activities, the groups they stand in, and who comes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlmodel import col

from models.rules.signing_up import ActivityState, Party, Standing
from models.store.rows import Rows
from models.tables import Activity, ActivityRoom, ChatIdentity, DueFiring, OutboxMessage, Participant, Person

HERE = (Standing.IN, Standing.WAITING)
RUNNING = (ActivityState.OPEN, ActivityState.CLOSED)


class ActivityStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def add_activity(self, activity: Activity, rooms: Iterable[int]) -> Activity:
        """Write an activity and its groups; it has its row id afterwards."""
        self.session.add(activity)
        self.session.flush()
        self.session.add_all(
            ActivityRoom(activity_id=activity.id or 0, room_id=room) for room in dict.fromkeys(rooms)
        )
        self.session.flush()
        return activity

    def find_activity(self, *, no: int | None = None, row: int | None = None) -> Activity | None:
        """The activity with that number or row id, locked until the work ends and read anew: two phones, one place."""
        wanted = col(Activity.no) == no if no is not None else col(Activity.id) == row
        found = select(Activity).where(wanted).with_for_update().execution_options(populate_existing=True)
        return self.session.execute(found).scalar_one_or_none()

    def in_room(self, room: int, since: datetime) -> list[Activity]:
        """Activities announced in a group that are not over since that moment, newest first."""
        found = select(Activity).join(ActivityRoom, col(ActivityRoom.activity_id) == col(Activity.id))
        found = found.where(col(ActivityRoom.room_id) == room, col(Activity.starts_at) >= since)
        return list(self.session.execute(found.order_by(col(Activity.id).desc())).scalars())

    def with_contact(self, identity: int, since: datetime) -> list[Activity]:
        """Activities a contact signed up for that are not over since that moment, newest first."""
        found = select(Activity).join(Participant, col(Participant.activity_id) == col(Activity.id))
        found = found.where(
            col(Participant.identity_id) == identity,
            col(Participant.standing).in_(HERE),
            col(Activity.starts_at) >= since,
        )
        return list(self.session.execute(found.order_by(col(Activity.id).desc())).scalars())

    def coming(self, since: datetime) -> list[Activity]:
        """Every activity that is not over since that moment, newest first."""
        found = select(Activity).where(col(Activity.starts_at) >= since)
        return list(self.session.execute(found.order_by(col(Activity.id).desc())).scalars())

    def announced_by(self, seats: Iterable[int], limit: int = 8) -> list[Activity]:
        """Activities of these appointments, newest first."""
        found = select(Activity).where(col(Activity.seat_id).in_(list(seats)))
        return list(self.session.execute(found.order_by(col(Activity.id).desc()).limit(limit)).scalars())

    def rooms_of(self, activity: int) -> list[ActivityRoom]:
        """The groups it was announced in."""
        found = select(ActivityRoom).where(col(ActivityRoom.activity_id) == activity)
        return list(self.session.execute(found.order_by(col(ActivityRoom.room_id))).scalars())

    def participants(self, activity: int, standings: Sequence[str] = HERE) -> list[Participant]:
        """Who comes or waits, in the order of arrival."""
        found = select(Participant).where(
            col(Participant.activity_id) == activity, col(Participant.standing).in_(standings)
        )
        return list(self.session.execute(found.order_by(col(Participant.at), col(Participant.id))).scalars())

    def parties(self, activity: int) -> list[Party]:
        """The same for the rules: as columns, because every answer counts all of them."""
        found = select(col(Participant.id), col(Participant.people), col(Participant.standing)).where(
            col(Participant.activity_id) == activity, col(Participant.standing).in_(HERE)
        )
        rows = self.session.execute(found.order_by(col(Participant.at), col(Participant.id)))
        return [Party(key or 0, people, standing) for key, people, standing in rows]

    def participant_of(self, activity: int, identity: int | None) -> Participant | None:
        """What a contact answered, also who left again."""
        found = select(Participant).where(
            col(Participant.activity_id) == activity, col(Participant.identity_id) == identity
        )
        return self.session.execute(found).scalar_one_or_none()

    def participant(self, row: int) -> Participant | None:
        """The answer with that row id."""
        return self.session.get(Participant, row)

    def next_number(self, activity: int) -> int:
        """The next number of an activity's list; its row is locked by whoever asks."""
        found = select(func.coalesce(func.max(col(Participant.number)), 0)).where(
            col(Participant.activity_id) == activity
        )
        return int(self.session.execute(found).scalar_one()) + 1

    def reachable(self, identities: Iterable[int]) -> set[int]:
        """Which of these contacts can be told privately."""
        found = select(col(ChatIdentity.id)).where(
            col(ChatIdentity.id).in_(list(identities)),
            col(ChatIdentity.is_friend),
            col(ChatIdentity.gone_at).is_(None),
            col(ChatIdentity.opted_out_at).is_(None),
        )
        return {row for row in self.session.execute(found).scalars() if row is not None}

    def names_of(self, identities: Iterable[int]) -> dict[int, str]:
        """Contact → name, of those verifiably bound."""
        found = select(col(ChatIdentity.id), col(Person.name)).join(
            Person, col(ChatIdentity.person_id) == col(Person.id)
        )
        found = found.where(
            col(ChatIdentity.id).in_(list(identities)), col(ChatIdentity.verified_at).is_not(None)
        )
        return {int(who or 0): name for who, name in self.session.execute(found)}

    def hours_of(self, identity: int) -> float:
        """Service hours of a contact altogether."""
        found = select(func.coalesce(func.sum(col(Participant.hours)), 0.0)).where(
            col(Participant.identity_id) == identity
        )
        return float(self.session.execute(found).scalar_one())

    def take_back_lines(self, mark: str, room: int, key: str) -> datetime | None:
        """Take back a sentence about an activity that a group did not hear yet; when it was to be said."""
        unsaid = update(OutboxMessage).where(
            col(OutboxMessage.room_id) == room,
            col(OutboxMessage.state) == "queued",
            col(OutboxMessage.gathers) == mark,
            col(OutboxMessage.key) == key,
        )
        taken = unsaid.values(state="cancelled", why="counted anew").returning(col(OutboxMessage.not_before))
        return min(self.session.execute(taken).scalars(), default=None)

    def last_spoken(self, marks: Iterable[str], room: int) -> datetime | None:
        """When a group last heard of one of these activities."""
        found = select(func.max(col(OutboxMessage.sent_at))).where(
            col(OutboxMessage.room_id) == room,
            col(OutboxMessage.state) == "sent",
            col(OutboxMessage.gathers).in_(list(marks)),
        )
        return self.session.execute(found).scalar_one_or_none()

    def forget_words(self, identity: int, said: datetime, keys: Iterable[str]) -> None:
        """Take the words out of private sentences of that moment that are over and done with."""
        done = update(OutboxMessage).where(
            col(OutboxMessage.identity_id) == identity,
            col(OutboxMessage.created_at) == said,
            col(OutboxMessage.key).in_(list(keys)),
            col(OutboxMessage.state).in_(("sent", "unknown", "dead", "cancelled")),
        )
        self.session.execute(done.values(text="", blanks={}))

    def heard_of(self, mark: str) -> set[int]:
        """Groups that heard of an activity, or may have."""
        found = select(col(OutboxMessage.room_id)).where(
            col(OutboxMessage.gathers) == mark,
            col(OutboxMessage.room_id).is_not(None),
            col(OutboxMessage.state).in_(("sending", "sent", "unknown", "relay")),
        )
        return {room for room in self.session.execute(found.distinct()).scalars() if room is not None}

    def unsaid(self, mark: str) -> list[OutboxMessage]:
        """What is still to be said of an activity; locked until the work ends."""
        found = select(OutboxMessage).where(
            col(OutboxMessage.gathers) == mark, col(OutboxMessage.state) == "queued"
        )
        return list(self.session.execute(found.with_for_update()).scalars())

    def take_back(self, marks: Iterable[str], firings: str, why: str) -> None:
        """Nothing more is said of an activity, and nothing planned for it happens.

        ``firings`` is how the keys of its firings begin.
        """
        unsaid = (
            col(OutboxMessage.gathers).in_(list(marks)),
            or_(col(OutboxMessage.state) == "queued", col(OutboxMessage.state) == "relay"),
        )
        self.session.execute(update(OutboxMessage).where(*unsaid).values(state="cancelled", why=why))
        planned = (
            col(DueFiring.key).startswith(firings, autoescape=True),
            col(DueFiring.state) == "waiting",
        )
        self.session.execute(update(DueFiring).where(*planned).values(state="cancelled", why=why))
