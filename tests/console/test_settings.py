"""Settings that a cadre may change: each by its effect, at once, within bounds, with who did it, and undone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.township.staging import StagedPerson
from models.rules.pacing import SHANGHAI
from models.rules.place_settings import OF_PLACE, OF_PRESET, OF_ROOM, habits_here, second_above_of, usable
from models.tables import DueFiring, FollowUp
from tests.console.site import Site, serve_site
from tests.console.villages import words_of
from tests.town.town import CAST, DUTY, LEADER, OUTSIDER, RESIDENT, Town, village

ALL = "all"
LAMP = "3栋2单元楼道灯坏了好几天了"


@pytest.fixture
def site(make_town: Callable[..., Town]) -> Iterator[Site]:
    """The village with somebody who may speak to all of it."""
    chief = StagedPerson(ALL, "丁勇", "丁", post="town_station", area="乡", verified=True, friend=True)
    with serve_site(make_town(stage=replace(village(), people=(*CAST, chief)))) as site:
        yield site


def room(site: Site) -> str:
    return str(next(r.id for r in site.town.machine.dispatch.current_town().rooms.values()))


def set_room(site: Site, who: str, name: str, value: str) -> int:
    visit = site.signed_in(who)
    code = visit.post("/settings", "/settings/room", room=room(site), name=name, value=value).status_code
    site.town.machine.dispatch.current_town()  # as the heartbeat does
    return code


def test_a_group_that_is_not_to_be_heard_opens_nothing_until_it_is_heard_again(site: Site):
    assert set_room(site, DUTY, "mode", "listen_off") == 200
    site.town.say(LAMP, by=RESIDENT)
    assert site.town.cases() == []
    set_room(site, DUTY, "mode", "active")
    site.town.say(LAMP, by=RESIDENT)
    assert len(site.town.cases()) == 1


def test_quiet_hours_of_a_group_hold_back_what_would_have_been_said(site: Site):
    set_room(site, DUTY, "quiet", "20:00-08:00")
    site.town.wait_until("20:30")
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait_until("21:15")
    assert site.town.room() == []
    site.town.wait_until("09:00", day=1)
    assert len(site.town.room()) == 1


@pytest.mark.parametrize(
    "value", ["07:00-21:00", "22:00-05:00", "18:00-09:00", "夜里", "23:30-06:00", "22:00"]
)
def test_a_night_in_which_people_would_be_woken_is_refused_and_stays_in_the_form(site: Site, value: str):
    visit = site.signed_in(DUTY)
    answer = visit.post("/settings", "/settings/room", room=room(site), name="quiet", value=value)
    assert (answer.status_code, "这个值不行" in answer.text, f'value="{value}"' in answer.text) == (
        422,
        True,
        True,
    )


def set_place(site: Site, name: str, value: str) -> None:
    visit = site.signed_in(ALL)
    answer = visit.post("/settings", "/settings/place", name=name, value=value)
    assert (answer.status_code, "改过，原来" in answer.text) == (200, True)
    site.town.machine.dispatch.current_town()  # as the heartbeat does


def test_hours_of_the_whole_place_stand_on_its_boards_and_count_for_reminders(site: Site):
    set_place(site, "service_hours", "10:00-16:00")
    area = site.town.machine.dispatch.current_town().rooms_by_platform["simulator", "room"].areas[0]
    assert "10:00到16:00" in words_of(site.signed_in(DUTY).get(f"/boards/{area}"))
    site.town.wait_until("09:05")
    site.town.say("通知 三邻 重要 明天停电检修", by=DUTY, private=True)
    site.town.say("确认", by=DUTY, private=True)
    site.town.wait(minutes=2)
    with site.town.session() as session:
        looks = (
            session.execute(select(DueFiring).where(col(DueFiring.intent) == "TellOpenHomes")).scalars().all()
        )
    assert [look.due_at.astimezone(SHANGHAI).hour for look in looks] == [10]


def test_an_urgent_case_is_pressed_for_when_the_place_says_and_told_above_only_if_it_wishes(site: Site):
    set_place(site, "urgent_claim_min", "5")
    set_place(site, "urgent_tells_above", "off")
    site.town.say("三邻停水了", by=RESIDENT)
    site.town.wait(minutes=6)
    assert site.town.rung() == {site.town.case().assignee_contact}
    told = [line for who in ("leader", "other", "chief", "duty") for line in site.town.heard(who)]
    assert sum("5分钟没人接" in line for line in told) == 1


@pytest.mark.parametrize(("minutes", "receipts"), [("1", 2), ("60", 1)])
def test_one_person_is_answered_as_often_as_the_place_says(site: Site, minutes: str, receipts: int):
    set_place(site, "receipt_per_sender_min", minutes)
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=20)
    site.town.say("村口垃圾没人清", by=RESIDENT)
    site.town.wait(minutes=5)
    assert sum("记下了" in line for line in site.town.room()) == receipts


def test_one_person_gets_no_more_messages_a_day_than_the_place_set(site: Site):
    """Effect of ``person_daily``: with four a day the fifth card waits for the morning."""
    site.signed_in(ALL).post("/settings", "/settings/place", name="person_daily", value="4")
    site.town.machine.dispatch.current_town()
    for number in range(1, 8):
        site.town.say(f"{number}栋楼道灯坏了好几天了", by=RESIDENT)
        site.town.wait(minutes=11)
    assert sum("一般" in words for words in site.town.heard("chief")) <= 4


def test_a_change_says_who_made_it_and_is_undone_once(site: Site):
    set_room(site, DUTY, "quiet", "20:00-08:00")
    visit = site.signed_in(DUTY)
    page = visit.get("/settings").text
    assert (
        "三邻群：夜里不打扰，21:30-07:00→20:00-08:00谷" in words_of(visit.get("/settings")),
        "撤销" in page,
    ) == (True, True)
    change = re.search(r'name="change" value="(\d+)"', page)[1]
    visit.post("/settings", "/settings/undo", change=change)
    assert next(iter(site.town.machine.dispatch.current_town().rooms.values())).quiet == "21:30-07:00"
    again = visit.post("/settings", "/settings/undo", change=change)
    assert again.status_code == 409


def test_a_reminder_is_stopped_and_started_on_its_page(site: Site):
    visit = site.signed_in(DUTY)
    code = re.search(r'name="code" value="(\w+)"', visit.get("/settings").text)[1]
    stopped = words_of(visit.post("/settings", "/settings/reminder", code=code, step="stop"))
    assert "停着" in stopped
    started = words_of(visit.post("/settings", "/settings/reminder", code=code, step="start"))
    assert "停着" not in started


def test_a_reminder_is_moved_on_its_page_after_a_look_and_moved_back(site: Site):
    visit = site.signed_in(DUTY)
    plain = words_of(visit.get("/settings"))
    assert "每天7点半" in plain
    digest = {"code": "digest", "moment": "每天8点"}
    wrong = visit.post("/settings", "/settings/reminder", **{**digest, "moment": "每天20点", "step": "look"})
    assert (wrong.status_code, "只能放在早上" in wrong.text, 'value="每天20点"' in wrong.text) == (
        422,
        True,
        True,
    )
    once = visit.post("/settings", "/settings/reminder", **{**digest, "moment": "明天8点", "step": "move"})
    assert (once.status_code, "要写怎么重复" in once.text) == (422, True)
    look = words_of(visit.post("/settings", "/settings/reminder", **digest, step="look"))
    assert ("08:00" in look.partition("接下来几次：")[2][:20], "就改成这个时间" in look) == (True, True)
    assert words_of(visit.get("/settings")) == plain

    moved = words_of(visit.post("/settings", "/settings/reminder", **digest, step="move"))
    assert ("08:00" in moved.partition("每天8点；下次")[2][:12], "照原来的时间" in moved) == (True, True)
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait_until("07:55", day=1)
    before = len(site.town.heard("chief"))
    site.town.wait_until("08:05", day=1)
    assert "#1" in site.town.heard("chief")[before:][-1]
    back = words_of(visit.post("/settings", "/settings/reminder", **digest, step="back"))
    assert ("07:30" in back.partition("每天7点半；下次")[2][:12], "照原来的时间" in back) == (True, False)


def test_who_agrees_and_who_is_asked_again_follow_what_the_place_set(site: Site):
    """``second_above``, ``follow_up_percent``, ``follow_up_days``: as the preset says until set, and after undo."""
    dispatch = site.town.machine.dispatch
    for name, value in (("follow_up_percent", "100"), ("follow_up_days", "5"), ("second_above", "1")):
        set_place(site, name, value)
    town = dispatch.current_town()
    assert second_above_of(town.preset, town.changed) == 1
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=2)
    site.town.say("办结 1 换了新的声控灯", by="chief", private=True)
    with site.town.session() as session:
        row = session.execute(select(FollowUp)).scalar_one()
    assert (row.why, (row.due_at - row.made_at).days) == ("sample", 5)

    visit = site.signed_in(ALL)
    page = visit.get("/settings").text
    assert "办结的件抽百分之几回访，照原来的→100丁" in words_of(visit.get("/settings"))
    for change in re.findall(r'name="change" value="(\d+)"', page):
        visit.post("/settings", "/settings/undo", change=change)
    town = dispatch.current_town()
    habits = habits_here(town.preset, town.changed)
    assert (second_above_of(town.preset, town.changed), habits.share, habits.due_days) == (20, 0.2, 3)


@pytest.mark.parametrize(
    ("name", "value"), [("second_above", "0"), ("follow_up_percent", "0"), ("follow_up_days", "8")]
)
def test_nobody_does_away_with_the_second_person_or_with_asking_again(name: str, value: str):
    assert usable(OF_PRESET[name], value) is None


def test_nobody_sets_what_is_not_theirs(site: Site):
    for who, page, form in (
        (LEADER, "/settings/room", {"room": room(site), "name": "mode", "value": "listen_off"}),
        (OUTSIDER, "/settings/room", {"room": room(site), "name": "mode", "value": "listen_off"}),
        (DUTY, "/settings/place", {"name": "person_daily", "value": "4"}),
        (LEADER, "/settings/place", {"name": "person_daily", "value": "4"}),
    ):
        visit = site.signed_in(who)
        assert visit.client.post(page, data={"csrf": visit.token("/me"), **form}).status_code == 403, (
            who,
            page,
        )
    town = site.town.machine.dispatch.current_town()
    assert (town.changed, {r.mode for r in town.rooms.values()}) == ({}, {"active"})


@pytest.mark.parametrize("name", OF_PLACE)
def test_nonsense_is_no_setting(name: str):
    for value in ("", "９９", "-1", "999999", "maybe", "08:00", "20:00-08:00", "1e3", "\x00"):
        assert usable(OF_PLACE[name], value) is None
    assert usable(OF_ROOM["mode"], "notice_only") is None
