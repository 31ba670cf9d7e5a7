"""Terms of office begin and end at midnight in Shanghai, whatever the server's clock shows."""

from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from models.tables import Appointment, ChatIdentity, Deployment
from tests.town.town import CHIEF, LEADER, OTHER_LEADER, RESIDENT, Town

FIRST_DAY, SECOND_DAY = date(2025, 7, 15), date(2025, 7, 16)


def change_term(town: Town, holder: str, **term: Any) -> None:
    """Let a post holder's term begin or end on another day."""
    person = select(col(ChatIdentity.person_id)).where(col(ChatIdentity.contact) == holder).scalar_subquery()
    with town.session() as session:
        session.execute(update(Appointment).where(col(Appointment.person_id) == person).values(**term))
        session.execute(update(Deployment).values(version=col(Deployment.version) + 1))
        session.commit()


def test_after_midnight_whoever_held_the_post_until_yesterday_is_told_nothing(town: Town):
    change_term(town, LEADER, valid_to=FIRST_DAY)
    town.wait_until("00:30", day=1)
    town.say("厨房着火了 快来人", by=RESIDENT)

    assert OTHER_LEADER in town.rung()
    assert LEADER not in town.rung()


def test_after_midnight_whoever_holds_the_post_from_today_is_rung(town: Town):
    change_term(town, CHIEF, valid_from=SECOND_DAY)
    town.wait_until("00:30", day=1)
    town.say("厨房着火了 快来人", by=RESIDENT)

    assert CHIEF in town.rung()


def test_until_midnight_a_term_that_ends_today_holds(town: Town):
    change_term(town, LEADER, valid_to=FIRST_DAY)
    town.wait_until("23:30")
    town.say("厨房着火了 快来人", by=RESIDENT)

    assert LEADER in town.rung()
