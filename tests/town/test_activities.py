"""What a leader does with an activity: time, places, an end before its time, and the day itself."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from bot.lanes import inline
from bot.naming import Namer
from bot.parts import LOCALE
from handlers.housekeeping import SweepExpired
from handlers.township.exporting import export_all
from handlers.township.staging import StagedRoom
from handlers.township.wording import load_wording
from models.presets import preset_named
from models.rules.message import LinkState
from models.tables import Activity, Participant
from tests.town.test_sign_ups import CLEANING, announced, listed
from tests.town.town import (
    ACCOUNT,
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    RESIDENT,
    ROOM,
    THIRD,
    Town,
    village,
)

EVIL = '=HYPERLINK("http://x","y")'


def activity(town: Town, no: int = 1) -> Activity:
    """An activity as it stands."""
    with town.session() as session:
        return session.execute(select(Activity).where(Activity.no == no)).scalar_one()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "post"),
    [
        ("发活动 周五15点 村口大扫除", "【活动1】村口大扫除，7月18日周五15:00。自愿参加"),
        ("发活动：明早8点 义诊 地点村部 限30人", "【活动1】义诊，7月16日周三08:00，村部，限30人。"),
        (
            "发活动 7月20日下午3点到5点 亲子活动 在文化广场集合",
            "【活动1】亲子活动，7月20日周日15:00–17:00，文化广场。",
        ),
        (
            "发活动 大扫除 周五下午三点 限二十人 周四18点截止",
            "大扫除，7月18日周五15:00，限20人，7月17日周四18:00前报名。",
        ),
        (
            "发活动 20号9点 植树 请自带铁锹、手套和水，老人孩子走路慢一点",
            "植树 请自带铁锹、手套和水，7月20日周日09:00，老人孩子",
        ),
        ("约 周六清河 09:00", "【相约1】清河，7月19日周六09:00。邻长张相约，自愿来，能来的回“1”。"),
        ("发活动 周五15点 和张建国一起打扫", "【活动1】和邻长张一起打扫，"),
    ],
)
def test_day_hour_place_and_places_are_found_wherever_they_stand(town: Town, words: str, post: str):
    town.say(words, by=LEADER, private=True)

    assert post in town.room()[-1]
    assert len(town.room()) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("发活动 大扫除 限20人", "哪天几点？"),
        ("发活动 周五大扫除", "哪天几点？"),
        ("发活动 周五15点", "做什么？"),
        ("发活动 7月1日15点 大扫除", "“7月1日15点”已经过了"),
        ("发活动 今天8点 大扫除", "“今天8点”已经过了"),
        ("发活动 2月30日8点 大扫除", "没有“2月30日8点”这一天"),
        ("发活动 每周五15点 大扫除", "活动一次发一场"),
        ("发活动 周五15点 大扫除 限0人", "名额要写1到9999"),
        ("发活动 周五15点 去曝光李四家", "不宜在群里说的"),
        ("发活动 周五15点 " + "很长的说明，" * 30, "写得太长"),
    ],
)
def test_what_cannot_be_announced_gets_one_private_sentence(town: Town, words: str, answer: str):
    town.say(words, by=LEADER, private=True)

    assert len(town.heard(LEADER)) == 1
    assert any(each in town.heard(LEADER)[0] for each in answer.split("|"))
    assert town.room() == []
    assert town.rows()["activity"] == []


def test_residents_cannot_announce_and_their_appointments_are_talk(town: Town):
    town.say("约 周六打牌 14:00", by=FRIEND)
    town.say("名单", by=FRIEND)
    town.say("发活动 周五15点 大扫除", by=RESIDENT)
    assert town.room() == town.heard(FRIEND) == []

    town.say("发活动 周五15点 大扫除", by=FRIEND)
    assert town.room() == []
    assert len(town.heard(FRIEND)) == 1


def test_a_leaders_talk_of_a_meeting_without_an_hour_is_no_call(town: Town):
    town.say("约 个时间一起吃饭", by=LEADER)

    assert town.room() == town.heard(LEADER) == []


@pytest.mark.parametrize(
    "words",
    [
        "名单 1",
        "关闭报名 1",
        "取消活动 1 下雨",
        "活动1 改到周六9点",
        "活动1 限30人",
        "签到 1 全到",
        "时长 1 2小时",
    ],
)
def test_only_who_announced_it_and_those_above_may_run_it(town: Town, words: str):
    announced(town)
    town.say("报名", by=FRIEND)
    town.wait(minutes=2)
    before, rows = len(town.room()), town.rows()["activity"]
    town.say(words, by=OUTSIDER, private=True)
    town.say(words, by=FRIEND, private=True)

    assert "没有找到这个活动" in town.heard(OUTSIDER)[-1]
    assert not any("1." in line for line in town.heard(FRIEND))
    assert (len(town.room()), town.rows()["activity"]) == (before, rows)
    town.say("名单 1", by=CHIEF, private=True)
    assert "1. friend 1人" in town.heard(CHIEF)[-1]


def test_who_stands_in_runs_what_the_other_announced(town: Town):
    announced(town)
    town.say("请假 3天，由刘明代", by=LEADER, private=True)
    town.say("报名", by=FRIEND)
    town.say("名单 1", by=OTHER_LEADER, private=True)

    assert "1. friend 1人" in town.heard(OTHER_LEADER)[-1]


def test_the_list_is_never_said_in_the_group(town: Town):
    announced(town)
    town.say("报名", by=FRIEND)
    town.wait(minutes=2)
    before = len(town.room())
    town.say("名单 1", by=LEADER)
    town.say("签到 1 friend", by=LEADER)

    assert len(town.room()) == before
    assert "1. friend 1人" in town.heard(LEADER)[-2]
    assert town.heard(LEADER)[-1].startswith("谁到了不在群里说")


def test_another_time_is_told_to_the_group_and_to_everybody_who_signed_up(town: Town):
    announced(town)
    town.say("报名", by=FRIEND)
    town.say("报名", by=RESIDENT)
    town.wait(minutes=2)
    town.say("活动1 改到周六上午9点", by=LEADER, private=True)

    assert town.room()[-1] == ("【活动1】村口大扫除改到7月19日周六09:00了。报了名来不了的，回“取消报名”。")
    assert town.heard(FRIEND)[-1].startswith("您报名的活动1 村口大扫除改到7月19日周六09:00了")
    assert town.heard(LEADER)[-1].endswith("群里和报名的人都告诉了；1位没加好友，只在群里看得到。")
    for words, answer in (
        ("改期 1 16点", "改到7月19日周六16:00"),
        ("活动1 改到昨天", "没看懂|已经过了"),
        ("活动1 改到周六16点", "本来就是"),
    ):
        town.say(words, by=LEADER, private=True)
        assert any(each in town.heard(LEADER)[-1] for each in answer.split("|"))
    # Reminded once, for the day it really is.
    town.wait_until("20:00", day=3)
    assert sum("提醒您" in line for line in town.heard(FRIEND)) == 1
    town.wait_until("20:00", day=6)
    assert sum("提醒您" in line for line in town.heard(FRIEND)) == 1


def test_a_count_that_waits_while_the_time_changes_says_the_new_time(town: Town):
    announced(town)
    town.say("报名", by=RESIDENT)
    town.say("活动1 改到周六9点", by=LEADER, private=True)
    town.wait(minutes=2)

    assert "已报1人" in town.room()[-1]
    assert "7月19日周六09:00" in town.room()[-1]


def test_called_off_it_is_told_once_and_nothing_more_is_said_of_it(town: Town):
    announced(town)
    for who in (FRIEND, RESIDENT):
        town.say("报名", by=who)
    town.say("取消活动 1 下雨", by=LEADER, private=True)
    town.wait_until("20:00", day=4)

    assert town.room()[1:] == [
        "【活动1】村口大扫除（7月18日周五15:00）取消了（下雨）。报了名的不用来，谢谢大家。"
    ]
    assert town.heard(FRIEND) == ["您报名的活动1 村口大扫除（7月18日周五15:00）取消了（下雨），不用来了。"]
    assert (
        town.heard(LEADER)[-1] == "活动1 村口大扫除取消了，报名的2人都告诉了；1位没加好友，只在群里看得到。"
    )
    for words in ("取消活动 1", "活动1 改到周日9点", "签到 1 全到"):
        town.say(words, by=LEADER, private=True)
        assert town.heard(LEADER)[-1] == "活动1 村口大扫除已经取消了。"


def test_what_no_group_heard_of_is_called_off_without_a_word(town: Town):
    town.wait_until("22:00")
    town.say("发活动 周五15点 大扫除", by=LEADER, private=True)
    assert "现在是静默时段，07:30发" in town.heard(LEADER)[-1]
    town.say("取消活动", by=LEADER, private=True)
    town.wait_until("09:00", day=1)

    assert town.room() == []


def test_more_places_go_to_those_who_wait_and_fewer_send_nobody_away(town: Town):
    announced(town, CLEANING.format(n=2))
    town.say("报名", by=RESIDENT)
    town.say("报名 2人", by=FRIEND)
    town.say("活动1 限3人", by=LEADER, private=True)
    assert (
        town.heard(LEADER)[-1] == "活动1 村口大扫除名额改好了：3人，名额满了，补上1位。已报的人不会被退掉。"
    )
    assert "补上了" in town.heard(FRIEND)[-1]

    town.say("活动1 限2人", by=LEADER, private=True)
    assert len(listed(town)) == 2
    town.say("活动1 不限人数", by=LEADER, private=True)
    town.say("报名 10人", by=NEIGHBOUR)
    assert listed(town)[-1] == "3. neighbour 10人"


def test_the_evening_before_everybody_who_comes_is_reminded_and_nobody_else(town: Town):
    announced(town, CLEANING.format(n=3))
    town.say("报名 2人", by=FRIEND)
    town.say("报名", by=RESIDENT)
    town.say("报名", by=OTHER_LEADER)
    town.wait_until("17:59", day=2)
    before = len(town.room())
    town.wait_until("18:02", day=2)

    assert town.heard(FRIEND)[-1].startswith(
        "提醒您：活动1 村口大扫除，7月18日周五15:00，您报了2人。到场回“签到”"
    )
    assert not any("提醒您" in line for line in town.heard(OTHER_LEADER))
    assert "已报3人，名额满了，候补1人" in town.heard(LEADER)[-1]
    assert [line[:13] for line in town.room()[before:]] == ["【活动1】村口大扫除：7月"]


def test_on_the_day_who_came_is_said_by_whoever_came_or_ticked_by_the_organiser(town: Town):
    announced(town)
    for who, words in ((RESIDENT, "报名 3人"), (NEIGHBOUR, "报名"), (FRIEND, "报名"), (THIRD, "报名")):
        town.say(words, by=who)
    town.say("签到 1 全到", by=LEADER, private=True)
    assert town.heard(LEADER)[-1] == "活动1 村口大扫除7月18日周五15:00才开始，到时候再记。"
    town.wait_until("14:30", day=3)
    before = len(town.room())
    town.say("签到 2人", by=RESIDENT)
    town.say("签到", by=FRIEND, private=True)
    town.say("签到", by=CHIEF, private=True)
    town.say("签到", by=FRIEND, private=True)
    town.wait(minutes=2)

    assert town.room()[before:] == ["【活动1】村口大扫除：到场2人。"]
    assert town.heard(CHIEF)[-1] == "签到了：活动1 村口大扫除，1人。"
    town.say("签到 1 2、third 老王", by=LEADER, private=True)
    assert town.heard(LEADER)[-1] == "活动1 村口大扫除：记了2位，到场共6人；没对上：老王。"
    assert listed(town)[0] == "1. resident 3人（到2人）"
    town.wait_until("18:30", day=3)
    assert town.room()[-1] == "【活动1】村口大扫除办完了，谢谢到场的6位。"
    assert town.heard(LEADER)[-1].startswith("活动1 村口大扫除：报名7人，记到场6人。")


def test_nobody_is_asked_to_check_in_and_who_did_not_is_named_nowhere(town: Town):
    announced(town)
    for who in (FRIEND, OTHER_LEADER):
        town.say("报名", by=who)
    town.wait_until("14:50", day=3)
    heard = {who: len(town.heard(who)) for who in (FRIEND, OTHER_LEADER)}
    before = len(town.room())
    town.say("签到", by=OTHER_LEADER)
    town.wait_until("20:00", day=6)

    assert len(town.heard(FRIEND)) == heard[FRIEND]
    assert [line[-9:] for line in town.room()[before:]] == ["大扫除：到场1人。", "，谢谢到场的1位。"]
    assert not any("没" in line for line in town.heard(LEADER)[-1:])


def test_hours_are_certified_by_the_organiser_for_those_who_came(town: Town):
    announced(town)
    for who in (FRIEND, OTHER_LEADER):
        town.say("报名", by=who)
    town.say("时长 大扫除 2小时", by=LEADER, private=True)
    assert town.heard(LEADER)[-1] == "活动1 村口大扫除还没开始，办完再记时长。"
    town.wait_until("15:10", day=3)
    town.say("签到", by=FRIEND, private=True)
    town.say("时长 大扫除 全员 1.5小时", by=LEADER, private=True)
    assert town.heard(LEADER)[-1] == "活动1 村口大扫除：给1位各记1.5小时，已私信本人，群里不公布。"
    assert town.heard(FRIEND)[-1].startswith("村口大扫除记了1.5小时，您累计1.5小时")

    # Certified again it is corrected, not added.
    town.say("时长 活动1 2 3小时", by=LEADER, private=True)
    town.say("时长 活动1 1 2小时", by=LEADER, private=True)
    town.say("时长 活动1 99小时", by=LEADER, private=True)
    assert town.heard(LEADER)[-1].startswith("时长写0.5到24小时")
    town.say("我的时长", by=FRIEND, private=True)
    assert town.heard(FRIEND)[-1] == "您报名的：\n志愿服务累计2小时"
    assert "累计3小时" in town.heard(OTHER_LEADER)[-1]


def test_the_organiser_sees_his_own_activities(town: Town):
    town.say("我的活动", by=LEADER, private=True)
    assert town.heard(LEADER)[-1].startswith("您还没有发过活动")
    announced(town)
    town.say("约 周六清河 9点", by=LEADER)
    town.say("取消活动", by=LEADER, private=True)
    assert town.heard(LEADER)[-1] == "您有几个活动：相约2 清河、活动1 村口大扫除。请写上编号，如“名单 2”。"
    town.say("取消相约 2", by=LEADER, private=True)
    town.say("我的活动", by=LEADER, private=True)

    assert town.heard(LEADER)[-1].splitlines()[1:] == [
        "相约2 清河，7月19日周六09:00，0人，已取消", "活动1 村口大扫除，7月18日周五15:00，0人，还有20个名额，在报名",
    ]  # fmt: skip


def test_a_leader_whose_area_has_no_group_speaks_in_the_one_above(make_town: Callable[..., Town]):
    rooms = (StagedRoom(ROOM, "四组群", "四组", account=ACCOUNT),)
    town = make_town(stage=village(rooms=rooms))
    announced(town)

    assert activity(town).areas


def test_names_are_kept_encrypted_and_forgotten_after_half_a_year(town: Town):
    announced(town)
    town.say("报名", by=FRIEND)
    with town.session() as session:
        (row,) = session.execute(select(Participant)).scalars()
        assert row.name_box is not None
        assert b"friend" not in row.name_box
    town.ask(SweepExpired((town.clock() + timedelta(days=181)).isoformat()), "sweep")

    assert listed(town) == ["1. 没有名字 1人"]


def test_a_list_that_the_organiser_read_is_not_kept_in_what_we_said(town: Town):
    announced(town, CLEANING.format(n=1))
    town.say("报名", by=THIRD)
    town.say("报名", by=NEIGHBOUR)
    assert len(listed(town)) == 2
    town.say("取消报名", by=THIRD)
    assert "候补的neighbour" in town.heard(LEADER)[-1]
    said = [row for row in town.rows()["outbox"] if "neighbour" in str(row)]
    assert len(said) == 2
    town.wait(days=8)

    assert not any("neighbour" in str(row) for row in town.rows()["outbox"])


def test_a_name_that_the_channel_does_not_tell_by_itself_is_asked_for(town: Town):
    announced(town)
    unnamed(town, "报名", FRIEND)
    assert listed(town) == ["1. 没有名字 1人"]
    channel = town.machine.channel
    namer = Namer(town.machine.due, town.machine.dispatch, {ACCOUNT: channel}, town.clock, inline)

    assert asyncio.run(namer.step()) == 1
    assert asyncio.run(namer.step()) == 0
    assert listed(town) == ["1. friend 1人"]


def unnamed(town: Town, words: str, who: str) -> None:
    """Somebody says something through a channel that does not tell displayed names."""
    message = town.wechat.say(who, words, room=ROOM, at=town.clock())
    object.__setattr__(message, "sender_name", "")
    town.machine.hear(message)
    town.wait(seconds=6)


def test_the_operator_exports_who_comes_and_no_name_is_a_formula(town: Town, tmp_path: Path):
    announced(town)
    town.say("报名 2人", by=FRIEND)
    town.wechat.book.contact(RESIDENT)
    message = town.wechat.say(RESIDENT, "报名", room=ROOM, at=town.clock())
    object.__setattr__(message, "sender_name", EVIL)
    town.machine.hear(message)
    town.say("取消报名", by=FRIEND)
    secrets = town.machine.listener._secrets  # noqa: SLF001 - the secret of this town
    files = export_all(town.engine, tmp_path, load_wording(LOCALE), preset_named("anxiang"), secrets)

    named = {file.name: file for file in files}
    sheet = load_workbook(named["报名.xlsx"])["报名"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:7] == ["活动编号", "做什么", "开始", "序号", "称呼", "人数", "报名状态"]
    assert [row[4:7] for row in rows[1:]] == [["friend", "2", "已取消"], [EVIL, "1", "已报"]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    lines = [json.loads(line) for line in named["活动.jsonl"].read_text(encoding="utf-8").splitlines()]
    assert [(line["no"], line["title"], line["starts_at"]) for line in lines] == [
        (1, "村口大扫除", "2025-07-18 15:00")
    ]


def test_the_day_after_an_answer_explains_itself(town: Town):
    announced(town)
    town.wait_until("16:00", day=3)
    town.say("报名", by=FRIEND)
    assert town.heard(FRIEND)[-1] == "活动1 村口大扫除报名截止了。还想来，请问一声邻长张。"
    town.wait_until("10:00", day=5)
    town.say("活动1 改到下周五9点", by=LEADER, private=True)
    assert town.heard(LEADER)[-1].startswith("活动1 村口大扫除已经办过了")


def test_a_lost_way_to_wechat_delays_the_count_and_says_it_once(town: Town):
    announced(town)
    town.wechat.faults(ACCOUNT).state = LinkState.OFFLINE
    town.machine.delivery.note_link(ACCOUNT, LinkState.OFFLINE)
    for who in (RESIDENT, NEIGHBOUR, FRIEND):
        town.say("报名", by=who)
    town.wait(minutes=30)
    town.wechat.faults(ACCOUNT).state = LinkState.ONLINE
    town.machine.delivery.note_link(ACCOUNT, LinkState.ONLINE)
    town.wait(minutes=30)

    assert [line[10:14] for line in town.room()[1:]] == ["已报3人"]
    assert DUTY not in town.rung()
