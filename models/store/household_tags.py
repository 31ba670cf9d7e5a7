"""Tags of households, who of them is in the chat, and who looks in on them: a few statements, never one for each household."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, select
from sqlmodel import SQLModel, col

from models.store.rows import Rows
from models.tables import ChatIdentity, Household, HouseholdTag, LookedAfter, Person, arrived

LIVES_IN = SQLModel.metadata.tables["household_area"]


class Tagged(NamedTuple):
    """A household with one of the tags that were asked for, and where it lives."""

    household: int
    label: str
    area: int


class HouseholdTagStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def tagged(self, areas: Iterable[int], tags: Iterable[str]) -> list[Tagged]:
        """Households of these areas with one of these tags, each once."""
        here = (LIVES_IN.c.area_id.in_([*areas]), LIVES_IN.c.valid_to.is_(None), arrived(LIVES_IN.c))
        found = (
            select(col(Household.id), col(Household.label), LIVES_IN.c.area_id)
            .join(LIVES_IN, LIVES_IN.c.household_id == col(Household.id))
            .where(*here, arrived(Household), col(Household.id).in_(_with(tags)))
            .order_by(col(Household.id), LIVES_IN.c.id)
        )
        return list({row[0]: Tagged(*row) for row in self.session.execute(found)}.values())

    def contacts(self, tags: Iterable[str]) -> dict[int, dict[int, int]]:
        """Household with one of these tags → person → the contact verified last; who opted out is left alone."""
        verified = (
            col(ChatIdentity.verified_at).is_not(None), col(ChatIdentity.gone_at).is_(None),
            col(ChatIdentity.opted_out_at).is_(None),
        )  # fmt: skip
        found = (
            select(col(Person.household_id), col(Person.id), col(ChatIdentity.id))
            .join(ChatIdentity, col(ChatIdentity.person_id) == col(Person.id))
            .where(*verified, arrived(Person), col(Person.household_id).in_(_with(tags)))
            .order_by(col(ChatIdentity.verified_at), col(ChatIdentity.id))
        )
        contacts: dict[int, dict[int, int]] = defaultdict(dict)
        for household, person, identity in self.session.execute(found):
            contacts[household][person] = identity
        return contacts

    def watchers(self, tags: Iterable[str]) -> dict[int, list[int]]:
        """Household with one of these tags → persons who look in on it."""
        found = (
            select(col(LookedAfter.household_id), col(LookedAfter.person_id))
            .where(col(LookedAfter.household_id).in_(_with(tags)))
            .order_by(col(LookedAfter.id))
        )
        watchers: dict[int, list[int]] = defaultdict(list)
        for household, person in self.session.execute(found):
            watchers[household].append(person)
        return watchers

    def tags_of(self, household: int) -> list[str]:
        """Codes, the oldest first."""
        found = select(col(HouseholdTag.tag)).where(_of(household), arrived(HouseholdTag))
        return list(self.session.execute(found.order_by(col(HouseholdTag.id))).scalars())

    def tag(self, household: int, tag: str, by: int | None, now: datetime) -> bool:
        """Write it; whether it was new."""
        there = select(col(HouseholdTag.id)).where(_of(household), col(HouseholdTag.tag) == tag)
        if self.session.execute(there).first() is not None:
            return False
        self.session.add(HouseholdTag(household_id=household, tag=tag, since=now, set_by=by))
        self.session.flush()
        return True

    def untag(self, household: int, tag: str) -> bool:
        """Delete it, so that nothing is left of it; whether there was anything."""
        done: Any = self.session.execute(
            delete(HouseholdTag).where(_of(household), col(HouseholdTag.tag) == tag)
        )
        return bool(done.rowcount)

    def counts(self, areas: Iterable[int]) -> dict[str, int]:
        """Tag → how many households of these areas have it."""
        here = (LIVES_IN.c.area_id.in_([*areas]), LIVES_IN.c.valid_to.is_(None), arrived(LIVES_IN.c))
        found = (
            select(col(HouseholdTag.tag), func.count(col(HouseholdTag.household_id).distinct()))
            .join(LIVES_IN, LIVES_IN.c.household_id == col(HouseholdTag.household_id))
            .where(*here, arrived(HouseholdTag))
            .group_by(col(HouseholdTag.tag))
        )
        return {str(tag): int(number) for tag, number in self.session.execute(found)}


def _of(household: int) -> ColumnElement[bool]:
    return col(HouseholdTag.household_id) == household


def _with(tags: Iterable[str]) -> Any:
    return select(col(HouseholdTag.household_id)).where(
        col(HouseholdTag.tag).in_([*tags]), arrived(HouseholdTag)
    )
