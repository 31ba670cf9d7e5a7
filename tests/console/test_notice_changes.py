"""A notice is changed on its page: another moment or other words for what was not said yet, looked at first."""

from typing import Any

import httpx
import pytest

from tests.console.site import Site
from tests.console.villages import DUTY, MANY, OTHER, POST, SECOND, Desk, heard, marks, words_of


def change(desk: Desk, step: str = "look", no: int = 1, **fields: Any) -> httpx.Response:
    form = {"csrf": desk.visit.token("/me"), "step": step, **fields}
    return desk.visit.client.post(f"/notices/{no}/change", data=form)


def changed(desk: Desk, **fields: Any) -> httpx.Response:
    seen = change(desk, **fields)
    assert seen.status_code == 200, words_of(seen)
    return change(desk, "send", **fields, **marks(seen))


def test_another_moment(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish("三组", moment="明早8点")
    before = villages.town.rows()["notice"]
    seen = change(desk, moment="明天上午10点")
    assert ">改到 明天10:00</button>" in seen.text
    assert villages.town.rows()["notice"] == before
    assert "明天10:00" in words_of(changed(desk, moment="明天上午10点"))
    villages.town.wait_until("09:00", day=1)
    assert heard(villages) == []
    villages.town.wait_until("10:05", day=1)

    assert villages.town.room("三组") == [POST]


def test_again_and_again_and_at_once(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish("三组", moment="明早8点")
    seen = change(desk, moment="每周五早8点")
    assert ("7月18日周五08:00" in seen.text, ">改成这样重复</button>" in seen.text) == (True, True)
    assert ">改成马上发</button>" in change(desk, moment="现在").text
    changed(desk, moment="现在")
    villages.town.wait(minutes=3)

    assert heard(villages) == ["三组"]


def test_other_words_for_those_who_have_not_heard_them(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish(*MANY[:6])
    villages.town.wait(seconds=8)
    first = heard(villages)
    new = "后天不停电了。\n原来的通知作废。"
    assert "【通知】后天不停电了。原来的通知作废。" in change(desk, words=new).text
    changed(desk, words=new)
    villages.town.wait(minutes=5)

    assert 0 < len(first) < 6
    for group in MANY[:6]:
        assert villages.town.room(group) == [
            POST if group in first else "【通知】后天不停电了。原来的通知作废。"
        ]


def test_new_words_are_agreed_to_anew(villages: Site):
    author = Desk(villages, DUTY)
    author.publish("安全村", moment="明早8点")
    Desk(villages, SECOND).act(1, "agree")
    seen = change(author, words="后天停电，改到9点到11点。")
    assert "要请第二个人重新同意" in seen.text
    changed(author, words="后天停电，改到9点到11点。")

    assert "等第二个人同意" in words_of(author.visit.get("/notices/1"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "写上要改成什么"),
        ({"moment": " ", "words": "\r\n"}, "写上要改成什么"),
        ({"moment": "过几天"}, "没看懂“过几天”"),
        ({"words": "曝光老王家"}, "不宜在群里说"),
        ({"words": "停" * 2001}, "最多2000个字"),
        ({"moment": "明" * 61}, "请写短一点"),
    ],
)
def test_what_was_typed_stays_when_it_cannot_be_that(villages: Site, fields: dict[str, str], words: str):
    desk = Desk(villages, DUTY)
    desk.publish("三组", moment="明早8点")
    seen = change(desk, **fields)

    assert (seen.status_code, words in seen.text) == (422, True)
    assert all(typed.strip() in seen.text for typed in fields.values())
    assert "明天08:00" in words_of(desk.visit.get("/notices/1"))


def test_nothing_changes_that_was_not_looked_at(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish("三组", moment="明早8点")
    assert change(desk, "send", moment="明早9点").status_code == 409
    seen = change(desk, moment="明早9点")
    other = change(desk, "send", moment="明早10点", **marks(seen))

    assert (other.status_code, ">改到 明天10:00</button>" in other.text) == (409, True)
    for odd in ({"said_at": "x"}, {"looked": "x" * 9999}, {"step": "dance"}):
        assert change(desk, **({"moment": "明早9点", "step": "send"} | odd)).status_code in {200, 409}
    assert "明天08:00" in words_of(desk.visit.get("/notices/1"))


def test_what_is_over_cannot_be_changed_and_offers_no_change(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish("三组")
    villages.town.wait(minutes=10)
    answer = change(desk, moment="明早9点")

    assert (answer.status_code, "已经发完或停了" in answer.text) == (409, True)
    assert "改时间" not in desk.visit.get("/notices/1").text


def test_another_village_changes_nothing(villages: Site):
    Desk(villages, DUTY).publish("三组", moment="明早8点")
    stranger, before = Desk(villages, OTHER), villages.town.rows()["notice"]
    for fields in ({"moment": "明早9点"}, {"words": "不停电了"}):
        assert change(stranger, **fields).status_code == 404
        assert change(stranger, "send", **fields).status_code == 404

    assert villages.town.rows()["notice"] == before


def test_a_change_that_is_sent_twice_is_one(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish("三组", moment="明早8点")
    seen, form = change(desk, moment="明早9点"), {"csrf": desk.visit.token("/notices/1")}
    first = change(desk, "send", moment="明早9点", **marks(seen), **form)
    again = change(desk, "send", moment="明早9点", **marks(seen), **form)

    assert (first.status_code, again.status_code) == (200, 409)
    assert "刚才已经交过了" in again.text
