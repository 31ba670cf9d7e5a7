"""Notices on a page: found, followed, stopped, agreed to by those to whose places they go, and by nobody else."""

import re
from collections import deque

import pytest

from bot.channels.simulator import Mishap
from bot.machine import ACCOUNT
from handlers.actors import OPERATOR
from handlers.notices import PublishNotice
from handlers.web_access import IssueLoginCode
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.permissions import Permission
from tests.console.site import Site
from tests.console.villages import DUTY, HEAD, MANY, OTHER, POST, SECOND, TOWN, WORDS, Desk, heard, words_of

ACTS = ("stop", "go-on", "agree", "decline")


def page(desk: Desk, no: int = 1) -> str:
    return words_of(desk.visit.get(f"/notices/{no}"))


def test_an_empty_list_says_how_to_begin(villages: Site):
    seen = Desk(villages, DUTY).visit.get("/notices")

    assert "还没有发过通知。按“写一条通知”" in words_of(seen)
    assert 'href="/notices/new"' in seen.text


def test_the_list_says_in_words_how_each_stands(villages: Site):
    desk = Desk(villages, DUTY)
    villages.town.wechat.faults(ACCOUNT).mishaps_in["四组"] = deque([Mishap.REFUSED])
    villages.town.wechat.faults(ACCOUNT).mishaps_in["五组"] = deque([Mishap.LOST_BEFORE])
    desk.publish("三组", "四组", "五组")
    desk.publish("三组", moment="每周五早8点")
    villages.town.wait(seconds=4)
    assert "正在发已发1个群，等发2" in words_of(desk.visit.get("/notices"))
    villages.town.wait(minutes=45)
    said = words_of(desk.visit.get("/notices"))

    assert "1后天停电检修有的没发成已发1个群，没发成1，说不准1三组、四组、五组，09:00写的" in said
    assert "2后天停电检修排好了三组，下次7月18日08:00发" in said


def test_a_page_follows_the_sending_and_tells_why_a_group_has_it_not(villages: Site):
    villages.town.wechat.faults(ACCOUNT).mishaps_in["四组"] = deque([Mishap.REFUSED])
    villages.town.wechat.faults(ACCOUNT).mishaps_in["五组"] = deque([Mishap.LOST_BEFORE])
    desk = Desk(villages, DUTY)
    sent = desk.publish("三组", "四组", "五组", "六组", source="县供电公司")
    assert (f"{POST}（县供电公司）" in sent.text, "村两委值班谷，09:00" in words_of(sent)) == (True, True)
    assert re.search(r'<main[^>]* data-every="5"', sent.text)
    assert re.search(r'<section[^>]* id="progress" data-live>', sent.text)
    villages.town.wait(minutes=2)
    said = page(desk)

    assert "一共4个群：1没发成1说不准2已发" in said
    assert "四组群没发成微信没让发，看看小助手还在不在群里" in said
    assert "五组群说不准可能发了，不会重发，请到群里看一眼" in said
    assert "三组群，已发" in said
    assert "印成一封信" in said


def test_a_group_that_was_mended_gets_it_after_all(villages: Site):
    villages.town.wechat.faults(ACCOUNT).mishaps_in["四组"] = deque([Mishap.REFUSED])
    desk = Desk(villages, DUTY)
    desk.publish("三组", "四组")
    villages.town.wait(minutes=40)
    assert "接着发：1个群" in page(desk)
    after = words_of(desk.act(1, "go-on"))
    villages.town.wait(minutes=2)

    assert "正在发" in after
    assert sorted(heard(villages)) == ["三组", "四组"]
    villages.town.wait(minutes=40)
    assert ("发完了" in page(desk), "接着发" in page(desk)) == (True, False)
    again = desk.act(1, "go-on")
    assert (again.status_code, "没有要接着发的了" in again.text) == (409, True)


def test_what_is_stopped_goes_on_where_it_stood(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish(*MANY[:9])
    villages.town.wait(seconds=8)
    stopped = words_of(desk.act(1, "stop"))
    before = heard(villages)
    villages.town.wait(minutes=10)
    assert heard(villages) == before
    assert f"{9 - len(before)}停下{len(before)}已发" in stopped
    assert f"接着发：{9 - len(before)}个群" in stopped
    desk.act(1, "go-on")
    villages.town.wait(minutes=10)

    assert sorted(heard(villages)) == sorted(MANY[:9])
    over = desk.act(1, "stop")
    assert over.status_code in {200, 404}


def test_a_planned_one_can_be_stopped_and_planned_again(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish("三组", "四组", moment="明早8点")
    assert "几时发明天08:00" in page(desk)
    assert "2个群：三组群、四组群" in page(desk)
    desk.act(1, "stop")
    assert "明天08:00起接着发：2个群" in page(desk)
    desk.act(1, "go-on")
    villages.town.wait_until("08:10", day=1)

    assert sorted(heard(villages)) == ["三组", "四组"]
    gone = desk.act(1, "agree")
    assert (gone.status_code, "没有等您同意" in gone.text) == (404, True)


def test_many_groups_wait_for_a_second_person_on_his_page(villages: Site):
    author, second = Desk(villages, DUTY), Desk(villages, SECOND)
    asked = words_of(author.publish("安全村"))
    assert "等第二个人同意" in asked
    assert "在等村两委值班秦、乡镇站所联系人丁" in asked
    assert "请您看看" not in asked
    villages.town.wait(minutes=5)
    assert heard(villages) == []
    own = author.act(1, "agree")
    assert (own.status_code, "是您写的" in own.text) == (403, True)

    assert "1条通知等您答，去看→" in words_of(second.visit.get("/notices"))
    assert "同意，发往22个群" in page(second)
    second.act(1, "agree")
    villages.town.wait(minutes=30)

    assert sorted(heard(villages)) == sorted(MANY)
    assert "村两委值班秦同意了" in page(author)
    assert villages.town.heard(DUTY)[-1] == "村两委值班秦同意了通知1，照发。"
    assert "等您答" not in words_of(second.visit.get("/notices"))


def test_no_needs_a_reason_and_the_author_hears_it(villages: Site):
    Desk(villages, DUTY).publish("安全村")
    second = Desk(villages, SECOND)
    short = second.act(1, "decline", words="不")
    assert (short.status_code, 'value="不"' in short.text, "写上为什么不同意" in short.text) == (
        422,
        True,
        True,
    )
    second.act(1, "decline", words="日期写错了")
    villages.town.wait(minutes=30)

    assert heard(villages) == []
    assert "村两委值班秦不同意：日期写错了" in page(second)
    assert "日期写错了" in villages.town.heard(DUTY)[-1]


def test_an_emergency_goes_at_once_and_is_countersigned(villages: Site):
    author, second = Desk(villages, DUTY), Desk(villages, SECOND)
    assert "事后请村两委值班秦" in words_of(author.look("三组", level="emergency"))
    author.publish("三组", level="emergency", words="上游泄洪，马上离开河边")
    villages.town.wait(minutes=1)
    assert heard(villages) == ["三组"]
    assert "请您会签" in page(second)
    second.act(1, "agree")

    assert "村两委值班秦会签了" in page(author)


def test_an_important_one_counts_households(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish("三组", level="important")
    villages.town.wait(minutes=2)

    assert "通知1：1个群已发1个，这些群约0户" in page(desk)


@pytest.mark.parametrize("act", ACTS)
def test_a_form_that_is_sent_twice_does_nothing_twice(villages: Site, act: str):
    Desk(villages, DUTY).publish("安全村")
    desk = Desk(villages, SECOND)
    form = {"csrf": desk.visit.token("/notices/1"), "words": "日期写错了"}
    desk.visit.client.post(f"/notices/1/{act}", data=form)
    state = villages.town.rows()["notice"]
    again = desk.visit.client.post(f"/notices/1/{act}", data=form)

    assert (again.status_code, "这一条刚才已经交过了" in again.text) == (409, True)
    assert villages.town.rows()["notice"] == state


@pytest.mark.parametrize("act", ACTS)
def test_another_village_sees_and_moves_nothing(villages: Site, act: str):
    Desk(villages, DUTY).publish("安全村", moment="明早8点")
    Desk(villages, TOWN).publish("三组", "东组", moment="明早8点")
    stranger, before = Desk(villages, OTHER), villages.town.rows()["notice"]

    listed = stranger.visit.get("/notices")
    assert (WORDS in listed.text, 'href="/notices/1"' in listed.text, 'href="/notices/2"' in listed.text) == (
        False,
    ) * 3
    for no in (1, 2):
        assert stranger.visit.get(f"/notices/{no}").status_code == 404
        # The letter of the second goes to his own village too: he reads it, with nobody else's round.
        assert stranger.visit.get(f"/letters/{no}").status_code == (404 if no == 1 else 200)
        assert stranger.act(no, act, words="日期写错了").status_code == 404
    assert villages.town.rows()["notice"] == before


def test_those_above_and_beside_see_what_goes_to_their_places(villages: Site):
    Desk(villages, DUTY).publish("三组", moment="明早8点")
    Desk(villages, OTHER).publish("东组", moment="明早8点")
    for who, seen in ((TOWN, [2, 1]), (SECOND, [1]), (OTHER, [2])):
        listed = Desk(villages, who).visit.get("/notices").text
        assert [int(no) for no in re.findall(r'class="row-link" href="/notices/(\d+)"', listed)] == seen


def test_a_form_of_somebody_else_is_refused(villages: Site):
    Desk(villages, DUTY).publish("三组", moment="明早8点")
    foreign = Desk(villages, TOWN).visit.token("/notices/1")
    mine = Desk(villages, DUTY).visit.client

    assert mine.post("/notices/1/stop", data={"csrf": foreign}).status_code == 403
    assert mine.post("/notices/1/stop").status_code == 422


def test_pages_follow_each_other_without_a_gap(villages: Site):
    town = villages.town
    for number in range(1, 66):
        origin = Origin(Door.SHELL, IdempotencyKey(f"test:{number}"), town.clock())
        whom = "三组" if number % 2 else "东组"
        town.machine.dispatch(PublishNotice(f"第{number}条", whom, "明早8点"), OPERATOR, origin)
    for who, known in ((DUTY, range(65, 0, -2)), (TOWN, range(65, 0, -1))):
        visit, numbers, address = villages.signed_in(who), [], "/notices"
        while address:
            answer = visit.get(address)
            numbers += re.findall(r'class="row-link" href="/notices/(\d+)"', answer.text)
            older = re.search(r'href="(/notices\?before=\d+)"', answer.text)
            address = older[1] if older else ""
        assert [int(no) for no in numbers] == list(known)


def test_nonsense_in_the_address_is_no_fault(villages: Site):
    Desk(villages, DUTY).publish("三组")
    desk = Desk(villages, DUTY)

    for odd in ("?before=x", "?before=-1", "?before=99999999999999999999"):
        assert desk.visit.get(f"/notices{odd}").status_code == 200
    for odd in ("0", "x", "99999999999999", "%E4%B8%80", "1/stop"):
        assert desk.visit.get(f"/notices/{odd}").status_code in {404, 405}
    assert desk.act(1, "burn").status_code == 404
    assert desk.act(1, "decline", words="为\x00何").status_code in {404, 422}


def test_sensitive_tags_are_no_words_of_the_page(villages: Site):
    town = villages.town
    assert Permission.HOUSEHOLD_TAG in town.machine.dispatch.known_town().preset.posts["village_duty"].may
    seen = Desk(villages, DUTY).look("三组", whom="tag:low_income", words="请低保户来村部")

    assert (seen.status_code, "通知里别写“低保户”" in seen.text) == (422, True)


def test_the_operator_speaks_to_every_place_and_agrees_to_nothing(villages: Site):
    origin = Origin(Door.SHELL, IdempotencyKey("test:code"), villages.town.clock())
    made = villages.town.machine.dispatch(IssueLoginCode(), OPERATOR, origin).reply
    assert made is not None
    visit = villages.browser()
    visit.post("/login", "/login/code", code=made.blanks["code"])
    desk = Desk(villages, TOWN, visit)
    desk.publish("三组", "东组")
    Desk(villages, DUTY).publish("安全村")
    villages.town.wait(minutes=5)

    assert sorted(heard(villages)) == ["三组", "东组"]
    assert "请您看看" not in page(desk, 2)
    assert desk.act(2, "agree").status_code == 403


def test_whoever_stands_in_for_a_cadre_sends_no_notices(villages: Site):
    villages.town.say("请假 3天 由张建国代", by=DUTY, private=True)
    villages.town.wait(minutes=1)

    assert villages.signed_in(HEAD).get("/notices").status_code == 403
