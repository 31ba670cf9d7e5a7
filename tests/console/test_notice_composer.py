"""A notice is written, looked at and sent on a page; nothing goes that was not looked at."""

import pytest

from tests.console.site import Site
from tests.console.villages import (
    DUTY,
    HEAD,
    MANY,
    OTHER,
    POST,
    TOWN,
    WORDS,
    Desk,
    bind_group,
    heard,
    marks,
    notices,
    words_of,
)


def test_looking_shows_what_would_happen_and_leaves_no_trace(villages: Site):
    desk = Desk(villages, TOWN)
    before = villages.town.rows()
    seen = desk.look("三组", "永和村", moment="明早8点", source="县供水公司")
    said = words_of(seen)

    assert seen.status_code == 200
    assert f"{POST}（县供水公司）" in seen.text
    assert "2个群：三组群、东组群" in said
    assert "没有群的地方：二片西组" in said
    assert "明天08:00发往2个群" in said
    assert villages.town.rows() == before


def test_what_was_looked_at_goes_when_it_was_said(villages: Site):
    sent = Desk(villages, TOWN).publish("三组", "永和村", moment="明早8点")
    assert (sent.url.path, "排好了" in sent.text) == ("/notices/1", True)
    villages.town.wait_until("07:55", day=1)
    assert heard(villages) == []
    villages.town.wait_until("08:05", day=1)

    assert sorted(heard(villages)) == ["三组", "东组"]
    assert villages.town.room("三组") == [POST]
    assert villages.town.heard(TOWN)[-1].startswith("登录码")  # the page answered, the chat did not


def test_one_group_now_is_answered_by_its_page(villages: Site):
    sent = Desk(villages, DUTY).publish("三组")

    assert (sent.url.path, sent.status_code) == ("/notices/1", 200)
    villages.town.wait(minutes=5)
    assert heard(villages) == ["三组"]


def test_the_second_button_says_how_far_it_goes(villages: Site):
    desk = Desk(villages, TOWN)

    assert ">发往 2 个群</button>" in desk.look("三组", "四组").text
    assert ">明天08:00 发往 1 个群</button>" in desk.look("三组", moment="明早8点").text
    assert ">排好，每次发往 1 个群</button>" in desk.look("三组", moment="每周五早8点").text
    assert ">请人同意，同意后发往 22 个群</button>" in desk.look("安全村").text
    villages.town.wait_until("22:00")
    assert ">明天07:00 发往 1 个群</button>" in desk.look("三组").text
    assert ">发往 1 个群</button>" in desk.look("三组", level="emergency").text


def test_a_series_shows_its_next_five_moments(villages: Site):
    said = words_of(Desk(villages, DUTY).look("三组", moment="每月10日18点，遇节假日顺延"))

    for moment in ("8月11日周一18:00（放假顺延）", "9月10日周三18:00", "10月10日周五18:00"):
        assert moment in said


def test_an_hour_nobody_said_and_the_night_are_told(villages: Site):
    desk = Desk(villages, DUTY)

    assert "没写几点，按09:00。" in desk.look("三组", moment="明天").text
    assert "明天23:00在静默时段，将顺延到07:00发。" in desk.look("三组", moment="明晚11点").text


def test_a_place_within_is_left_out(villages: Site):
    desk = Desk(villages, DUTY)
    without = ("四组", "五组", *MANY[8:])
    seen = desk.look("安全村", spared=without)
    assert "不发：四组、五组、九组" in words_of(seen)
    desk.publish("安全村", spared=without)
    villages.town.wait(minutes=10)

    assert sorted(heard(villages)) == sorted(set(MANY) - {*without})


def test_sent_and_left_out_at_once_is_a_mistake(villages: Site):
    desk = Desk(villages, DUTY)
    for without in ("四组", "一片"):
        seen = desk.look("四组", "三组", spared=(without,))
        assert (seen.status_code, "“四组”又选了发" in seen.text or "“三组”又选了发" in seen.text) == (
            422,
            True,
        )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"moment": "过几天吧"}, "没看懂“过几天吧”是什么时候"),
        ({"moment": "昨天8点"}, "昨天8点"),
        ({"words": "曝光老王家"}, "不宜在群里说"),
        ({"words": " \r\n "}, "在第二步写上要说的话"),
        ({"words": "停" * 2001}, "最多2000个字"),
        ({"words": "__明天停水"}, "还有没填的空"),
        ({"source": "县" * 41}, "请写短一点"),
        ({"whom": "post:zu_head", "level": "important"}, "第二步请选“普通”"),
        ({"moment": "每周五8点", "level": "important"}, "第二步请选“普通”"),
        ({"way": "飞鸽"}, "飞鸽"),
        ({"whom": "post:emperor"}, "现在没有了"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(villages: Site, fields: dict[str, str], words: str):
    typed = {"words": WORDS, "source": "县供水公司", "moment": "明早8点", "level": "important"} | fields
    desk = Desk(villages, DUTY)
    seen = desk.look("三组", **typed)

    assert (seen.status_code, words in seen.text) == (422, True)
    number = desk.places()["三组"]
    assert f'name="area" value="{number}" checked' in seen.text
    for kept in ("source", "moment"):
        assert f'value="{typed[kept]}"' in seen.text
    assert typed["words"].strip() in seen.text
    assert f'value="{typed["level"]}" checked' in seen.text
    assert notices(villages) == 0


def test_nothing_ticked_says_where_to_tick(villages: Site):
    seen = Desk(villages, DUTY).look()

    assert (seen.status_code, "先在第一步勾上要发的地方" in seen.text) == (422, True)
    assert WORDS in seen.text


def test_nothing_goes_that_was_not_looked_at(villages: Site):
    desk = Desk(villages, DUTY)
    blind = desk.send("send", "三组")
    assert (blind.status_code, "请再看一看" in blind.text) == (409, True)

    seen = desk.look("三组")
    changed = desk.send("send", "三组", "四组", **marks(seen))
    assert (changed.status_code, ">发往 2 个群</button>" in changed.text) == (409, True)
    villages.town.wait(hours=13)
    late = Desk(villages, DUTY).send("send", "三组", **marks(seen))
    assert late.status_code == 409
    assert (notices(villages), heard(villages)) == (0, [])


def test_a_group_that_came_meanwhile_is_looked_at_first(villages: Site):
    desk = Desk(villages, OTHER)
    seen = desk.look("永和村")
    bind_group(villages, "西组群", "西组")
    answer = desk.send("send", "永和村", **marks(seen))

    assert (answer.status_code, ">发往 2 个群</button>" in answer.text) == (409, True)


def test_tomorrow_is_counted_from_when_it_was_looked_at(villages: Site):
    villages.town.wait_until("23:50")
    desk = Desk(villages, DUTY)
    seen = desk.look("三组", moment="明早8点")
    villages.town.wait(minutes=20)
    desk.send("send", "三组", moment="明早8点", **marks(seen))
    villages.town.wait_until("08:05", day=1)

    assert heard(villages) == ["三组"]


def test_a_form_that_is_sent_twice_is_one_notice(villages: Site):
    desk = Desk(villages, DUTY)
    seen, form = desk.look("三组"), desk.visit.token("/notices/new")
    first = desk.send("send", "三组", csrf=form, **marks(seen))
    again = desk.send("send", "三组", csrf=form, **marks(seen))

    assert (first.status_code, again.status_code, notices(villages)) == (200, 409, 1)
    assert "这一条刚才已经交过了" in again.text


def test_a_form_without_our_token_is_refused(villages: Site):
    desk = Desk(villages, DUTY)

    assert desk.look("三组", csrf="x.y").status_code == 403
    assert desk.look("三组", csrf=Desk(villages, TOWN).visit.token("/notices/new")).status_code == 403


def test_people_by_post_are_told_privately_and_the_others_are_called(villages: Site):
    desk = Desk(villages, DUTY)
    said = words_of(desk.look("安全村", whom="post:zu_head"))
    assert "没绑微信，请您打电话：一片五组组长陈" in said
    assert "发往1个人" in said
    desk.publish("安全村", whom="post:zu_head")
    villages.town.wait(minutes=5)

    assert villages.town.heard(HEAD)[-1] == POST
    assert heard(villages) == []


def test_other_ways_are_ordered_with_it(villages: Site):
    seen = Desk(villages, DUTY).look("三组", way="大喇叭")

    assert "大喇叭" in words_of(seen).partition("①")[0]


def test_someone_elses_places_cannot_be_ticked(villages: Site):
    foreign = Desk(villages, TOWN).places()
    desk = Desk(villages, OTHER)
    assert "三组" not in desk.places()
    for area in (foreign["三组"], foreign["安全乡"], "999999", "0"):
        seen = desk.look("东组", area=[desk.places()["东组"], area])
        assert (seen.status_code, "不归您管" in seen.text) == (404, True)
        answer = desk.send("send", area=[area], **marks(seen))
        assert answer.status_code in {404, 409}
    assert notices(villages) == 0


@pytest.mark.parametrize("page", ["/notices", "/notices/new", "/notices/1"])
def test_who_may_not_send_sees_no_such_pages(villages: Site, page: str):
    Desk(villages, DUTY).publish("三组")
    leader = villages.signed_in(HEAD)

    assert 'href="/notices"' not in leader.get("/console").text
    answer = leader.get(page)
    assert (answer.status_code, "发通知要有通知权限" in answer.text, WORDS in answer.text) == (
        403,
        True,
        False,
    )
    form = {"csrf": leader.token("/me"), "step": "look", "words": WORDS, "area": "1"}
    assert leader.client.post("/notices/new", data=form).status_code == 403
    for act in ("stop", "go-on", "agree", "decline"):
        assert leader.client.post(f"/notices/1/{act}", data={"csrf": leader.token("/me")}).status_code == 403


@pytest.mark.parametrize(
    "odd",
    [
        {"area": ["x", "-1", "1" * 40, "٣"]},
        {"without": ["x"]},
        {"words": "停水\x00\x07了\ud7ff"},
        {"level": "royal"},
        {"said_at": "yesterday", "step": "send"},
        {"said_at": "2025-07-15T00:00:00", "step": "send"},
        {"said_at": "9" * 5000, "step": "send", "looked": "9" * 5000},
        {"step": "open:x"},
        {"step": "dance"},
        {"opened": ["x", "99999999"]},
        {"moment": "'; DROP TABLE notice; --"},
        {"source": "<script>alert(1)</script>"},
    ],
)
def test_nonsense_is_no_fault(villages: Site, odd: dict[str, object]):
    fields = {"step": "look"} | odd
    seen = Desk(villages, DUTY).send(str(fields.pop("step")), "三组", **fields)

    assert seen.status_code in {200, 404, 409, 422}
    assert "<script>alert" not in seen.text
    assert notices(villages) == 0


def test_an_earlier_notice_is_written_once_more(villages: Site):
    desk = Desk(villages, DUTY)
    desk.publish("安全村", spared=("三组", *MANY[8:]), source="县供水公司", level="important")
    again = desk.visit.get("/notices/new?like=1")
    places = desk.places()

    assert WORDS in again.text
    assert 'value="县供水公司"' in again.text
    assert 'value="important" checked' in again.text
    assert f'name="area" value="{places["安全村"]}" checked' in again.text
    assert f'name="without" value="{places["三组"]}" checked' in again.text
    assert WORDS not in Desk(villages, OTHER).visit.get("/notices/new?like=1").text
    assert desk.visit.get("/notices/new?like=x").status_code == 200
