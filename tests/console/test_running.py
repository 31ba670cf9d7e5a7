"""What is in doubt, or was not said, is decided on its page: by those whose groups they are, once, and never by itself."""

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from models.tables import AuditLine, ChatIdentity, OutageWindow, OutboxMessage, Room
from tests.console.site import Site
from tests.console.villages import words_of
from tests.town.town import DUTY, LEADER, OUTSIDER, RESIDENT

LAMP = "3栋2单元楼道灯坏了好几天了"


@pytest.fixture
def doubtful(site: Site) -> Site:
    """A receipt in the group is in doubt, a card to the leader was not said."""
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=2)
    stand(site, "unknown", "answer_lost", in_room=True)
    stand(site, "dead", "tries: the gateway answered UNAUTHENTICATED", in_room=False)
    return site


def stand(site: Site, state: str, why: str, *, in_room: bool) -> None:
    here = col(OutboxMessage.room_id).is_not(None) if in_room else col(OutboxMessage.room_id).is_(None)
    with site.town.engine.begin() as connection:
        change = update(OutboxMessage).where(here, col(OutboxMessage.state) == "sent")
        connection.execute(change.values(state=state, why=why, sent_at=None))


def rows(site: Site, *, in_room: bool = True) -> list[OutboxMessage]:
    here = col(OutboxMessage.room_id).is_not(None) if in_room else col(OutboxMessage.room_id).is_(None)
    with site.town.session() as session:
        found = select(OutboxMessage).where(here, ~col(OutboxMessage.key).startswith("LOGIN"))
        return list(session.execute(found.order_by(col(OutboxMessage.id))).scalars())


def test_a_doubt_is_shown_with_its_words_and_settled_as_heard(doubtful: Site):
    visit = doubtful.signed_in(LEADER)
    page = visit.get("/running")
    for told in ("条说不准发没发到", "三邻群", "发出去了，没等到回音", "群里听到了"):
        assert told in page.text, told
    row, said = rows(doubtful)[0], len(doubtful.town.room())
    visit.post("/running", f"/running/{row.id}/arrived", group="doubt")
    doubtful.town.wait(minutes=5)
    assert (rows(doubtful)[0].state, len(doubtful.town.room())) == ("sent", said)


def test_what_nobody_heard_is_said_again_once_a_person_says_so(doubtful: Site):
    visit, said = doubtful.signed_in(LEADER), len(doubtful.town.room())
    doubtful.town.wait(hours=1)
    assert len(doubtful.town.room()) == said
    row = rows(doubtful)[0]
    again = f"/running/{row.id}/again"
    visit.post("/running", again, group="doubt")
    doubtful.town.wait(minutes=5)
    assert doubtful.town.room()[said:] == [row.text]
    second = visit.post("/running", again, group="doubt")
    assert (second.status_code, len(doubtful.town.room())) == (409, said + 1)


def test_all_doubts_of_a_group_are_settled_at_once(doubtful: Site):
    visit = doubtful.signed_in(DUTY)
    with doubtful.town.session() as session:
        room = session.execute(select(Room.id)).scalars().first()
    answer = visit.post("/running", "/running/rooms", room=str(room), group="doubt", act="drop")
    assert answer.status_code == 200
    assert {row.state for row in rows(doubtful)} == {"cancelled"}


def test_private_words_are_a_number_for_everybody_and_nobody_here_decides_about_them(doubtful: Site):
    visit = doubtful.signed_in(DUTY)
    row = next(row for row in rows(doubtful, in_room=False) if row.state == "dead")
    with doubtful.town.engine.begin() as connection:  # its reader was last heard in the group
        here = select(Room.id).limit(1).scalar_subquery()
        reader = update(ChatIdentity).where(col(ChatIdentity.id) == row.identity_id)
        connection.execute(reader.values(home_room_id=here))
    page = visit.get("/running?group=failed").text
    assert (f"私信 第 {row.id} 条" in page, LAMP in page, row.text in page) == (True, False, False)
    assert (f"/running/{row.id}/" in page, "试了几次都没发出去" in page) == (False, True)
    answer = visit.client.post(f"/running/{row.id}/again", data={"csrf": visit.token("/me")})
    assert answer.status_code == 409
    assert next(r for r in rows(doubtful, in_room=False) if r.id == row.id).state == "dead"


def test_a_leader_leaves_nothing_unsaid_and_an_alarm_is_left_out_by_nobody(doubtful: Site):
    visit, row = doubtful.signed_in(LEADER), rows(doubtful)[0]
    assert "不用发了" not in visit.get("/running?group=doubt").text
    assert visit.post("/running", f"/running/{row.id}/drop").status_code == 409
    with doubtful.town.engine.begin() as connection:
        alarm = update(OutboxMessage).where(col(OutboxMessage.id) == row.id)
        connection.execute(alarm.values(state="queued", rank=0))
    duty = doubtful.signed_in(DUTY)
    assert duty.post("/running", f"/running/{row.id}/drop").status_code == 409


def test_nobody_of_another_village_sees_or_settles_them(doubtful: Site):
    other, row = doubtful.signed_in(OUTSIDER), rows(doubtful)[0]
    page = other.get("/running?group=doubt").text
    assert ("三邻群" in page, f"/running/{row.id}/" in page) == (False, False)
    answer = other.client.post(f"/running/{row.id}/arrived", data={"csrf": other.token("/me")})
    assert (answer.status_code, rows(doubtful)[0].state) == (404, "unknown")


def test_what_is_decided_stands_in_the_audit(doubtful: Site):
    visit, row = doubtful.signed_in(LEADER), rows(doubtful)[0]
    visit.post("/running", f"/running/{row.id}/arrived")
    with doubtful.town.session() as session:
        line = session.execute(select(AuditLine).where(col(AuditLine.intent) == "SettleUnsaid")).scalar_one()
    assert (line.outcome, line.person_id is not None) == ("done", True)


def test_when_nothing_was_heard_is_listed_with_what_waited(site: Site):
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=30)
    now = site.town.clock()
    with site.town.session() as session:
        began = now.replace(minute=0)
        session.add(OutageWindow(channel="simulator", account="main", began_at=began, ended_at=now, why=""))
        session.commit()
    page = words_of(site.signed_in(LEADER).get("/running/outages"))
    assert ("main" in page, "和微信断开" in page, "1个" in page, "等着说的0条" not in page) == (
        True,
        True,
        True,
        True,
    )
