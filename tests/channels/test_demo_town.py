"""Each of the five presets has a demo town that can be staged and talked in."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, create_engine, select

from bot.clocks import MovableClock
from bot.demo_town import ACCOUNT, load_demo_town
from bot.phones import Phones
from handlers.township.staging import stage_town
from models.presets import load_presets
from models.rules.permissions import Permission
from models.tables import Room

NOON = datetime(2025, 7, 12, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("preset", sorted(load_presets()))
def test_every_preset_has_a_demo_town_with_three_groups_and_five_phones(preset: str, sqlite_url: str):
    town = load_demo_town(preset)
    engine = create_engine(sqlite_url)
    stage_town(engine, town.stage, NOON)
    with Session(engine) as session:
        titles = session.exec(select(Room.title).order_by(col(Room.id))).all()
    engine.dispose()

    assert titles == [room.title for room in town.stage.rooms]
    assert len(titles) == 3
    assert len(town.phones) == 5


@pytest.mark.parametrize("preset", sorted(load_presets()))
def test_a_leader_can_claim_and_a_cadre_can_send_notices(preset: str):
    town = load_demo_town(preset)
    posts = load_presets()[preset].posts
    held = {person.contact: posts[person.post].may for person in town.stage.people if person.post}

    assert Permission.CASE_CLAIM in held["leader"]
    assert Permission.NOTICE_SEND in held["cadre"]


def test_residents_sit_in_one_group_and_leaders_are_friends():
    town = load_demo_town("anxiang")
    clock = MovableClock(lambda: NOON, running=False)
    phones = Phones(town.wechat(clock), ACCOUNT, town.phones, clock)

    resident, cadre = phones.phone("wang", None), phones.phone("cadre", "private")
    assert [chat.title for chat in resident.chats] == ["四组群", "小助手"]
    assert [chat.title for chat in cadre.chats] == ["四组群", "五组群", "六组群", "小助手"]
    assert cadre.can_write
    assert not phones.phone("wang", "private").can_write
