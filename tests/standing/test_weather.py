"""Dangerous weather: groups hear what to do, contacts privately hear which households, and nobody is named in a group."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session

from handlers.dispatch import Status
from handlers.weather import ReceiveAlert
from models.tables import Area, Household, HouseholdArea
from tests.standing.conftest import WANGDIAN, Days, MakeDays


@pytest.fixture
def days(make_days: MakeDays) -> Days:
    """The village at nine, with three households on the books."""
    made = make_days(WANGDIAN, "2026-07-15 09:00")
    with Session(made.town.engine) as session:
        area = session.execute(select(Area.id).where(Area.name == "一网格")).scalar_one()
        for label in ("李庄1户", "李庄2户", "李庄3户"):
            home = Household(label=label)
            session.add(home)
            session.flush()
            session.add(
                HouseholdArea(household_id=home.id or 0, area_id=area or 0, valid_from=date(2025, 1, 1))
            )
        session.commit()
    return made


def tell(days: Days, who: str, *lines: str) -> str:
    """Say these privately; what was answered last."""
    for line in lines:
        days.town.say(line, by=who, private=True)
    return days.said(who)[-1][1]


def test_a_heat_alert_reaches_the_groups_and_privately_those_who_look_in_on_households(days: Days):
    assert "记下了" in tell(days, "grid", "照看 李庄1户")
    tell(days, "grid", "照看 李庄3户")
    shown = tell(days, "host", "预警 高温 明后两天38度")
    assert shown == (
        "将发2个群：“【高温预警】明后两天38度。中午少出门，多喝水，家里老人孩子多看一眼。有难处随时说。”"
        "另外私信1位联系人去问2户，群里不提。确认后马上发。回“确认”，5分钟内有效。"
    )
    assert days.said("li1") == []

    tell(days, "host", "确认")
    assert [text for _, text in days.said("li1")] == [
        "【高温预警】明后两天38度。中午少出门，多喝水，家里老人孩子多看一眼。有难处随时说。"
    ]
    assert days.said("zhao") == []
    assert days.said("grid")[-1][1] == (
        "高温预警：请看一看或打电话问问您照看的2户：李庄1户、李庄3户。问到了回“走访 李庄1户 平安”。自己也注意安全。"
    )


def test_the_cadre_hears_once_how_many_were_asked(days: Days):
    tell(days, "grid", "照看 李庄1户", "照看 李庄3户")
    tell(days, "host", "预警 高温", "确认")
    tell(days, "grid", "走访 李庄1户 平安")
    days.run("2026-07-17 12:00")

    heard = [each for each in days.said("host") if "问到" in each[1] and "户里" in each[1]]
    assert heard == [
        ("2026-07-15 17:00", "高温预警：照看的2户里问到1户，还有1户没回话（网格员刘）。您私下问一声就好。")
    ]
    assert len([text for _, text in days.said("grid") if "高温预警" in text]) == 1
    assert not [text for room in ("li1", "li2", "zhao") for _, text in days.said(room) if "户" in text]


def test_the_same_alert_goes_out_once_a_day(days: Days):
    tell(days, "grid", "照看 李庄1户")
    tell(days, "host", "预警 高温", "确认")

    assert tell(days, "host", "预警 高温", "确认") == "这个预警今天发过了，没有重复发。有新情况请用“发通知”。"
    assert len(days.said("li1")) == 1
    tell(days, "host", "预警 霜冻", "确认")
    assert len(days.said("li1")) == 2


def test_at_night_heat_waits_for_the_morning_and_a_flood_does_not(days: Days):
    tell(days, "grid", "照看 李庄1户")
    days.run("2026-07-15 22:30")
    assert "现在是静默时段" in tell(days, "host", "预警 高温")
    tell(days, "host", "确认")
    days.run("2026-07-15 23:00")
    assert days.said("li1") == []
    tell(days, "host", "预警 暴雨 上游在泄洪", "确认")
    assert [text[:8] for _, text in days.said("li1")] == ["【暴雨洪水预警】"]
    assert days.said("grid")[-1][1].startswith("暴雨洪水预警：请看一看或打电话问问您照看的1户")
    days.run("2026-07-16 08:00")
    assert [text[:6] for _, text in days.said("li1")][1:] == ["【高温预警】"]


def test_whom_somebody_looks_in_on_is_said_privately_and_only_to_him(days: Days):
    days.town.say("照看 李庄1户", by="grid", room="li1")
    assert days.said("li1") == []
    assert "不在群里说" in days.said("grid")[-1][1]
    assert tell(days, "grid", "照看名单").startswith("您还没有登记")
    assert "没有“李庄9户”" in tell(days, "grid", "照看 李庄9户")
    assert "没有“李庄1户”" in tell(days, "other", "照看 李庄1户")
    tell(days, "grid", "照看 李庄1户")
    assert tell(days, "grid", "照看名单") == "您照看1户：李庄1户。"
    assert tell(days, "host", "照看名单").startswith("您还没有登记")
    assert "记录已删" in tell(days, "grid", "不照看 李庄1户")
    assert tell(days, "grid", "照看名单").startswith("您还没有登记")


def test_residents_and_leaders_without_the_permission_raise_no_alert(days: Days):
    days.town.say("预警 高温 明天很热", by="resident", room="li1")
    assert "权限" in tell(days, "grid", "预警 高温 明天很热")
    tell(days, "grid", "确认")
    assert days.said("li1") == []


def test_a_weather_service_says_nothing_of_its_own_and_only_once(days: Days):
    tell(days, "grid", "照看 李庄1户")
    for key in ("hook:1", "hook:2"):
        assert days.town.ask(ReceiveAlert("heat", "李庄村"), key).status is Status.DONE
    days.town.wait(minutes=5)

    assert [text for _, text in days.said("li1")] == [
        "【高温预警】中午少出门，多喝水，家里老人孩子多看一眼。有难处随时说。"
    ]
    assert len([text for _, text in days.said("grid") if "高温预警：" in text]) == 1
    assert days.town.ask(ReceiveAlert("meteor", "李庄村"), "hook:3").status is Status.REFUSED
    assert days.town.ask(ReceiveAlert("heat", "月亮村"), "hook:4").status is Status.REFUSED


def test_an_alert_for_somebody_elses_village_is_told_whom_to_ask_and_reaches_nobody(days: Days):
    assert "不在您负责的范围里" in tell(days, "host", "预警 高温 赵庄村 明后两天38度")
    assert days.said("li1") == days.said("zhao") == []


def test_where_nobody_is_looked_in_on_the_cadre_is_told_so_and_waits_for_no_count(days: Days):
    heard = tell(days, "host", "预警 高温 明天39度", "确认")
    assert heard.startswith("预警发出去了。这里还没人登记照看的户")
    days.run("2026-07-16 12:00")

    assert days.said("host")[-1][1] == heard
