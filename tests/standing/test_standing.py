"""Standing reminders come at their moments, once, to those they are for, and can be seen, stopped and moved in chat."""

from tests.standing.conftest import ANXIANG, LUOSHUI, WANGDIAN, MakeDays


def test_the_talk_day_of_each_village_is_announced_reminded_held_and_summed_up(make_days: MakeDays):
    days = make_days(WANGDIAN, "2025-12-01 09:00")
    days.town.say("一网格桥头路灯不亮", by="resident", room="li1")
    days.run("2025-12-12 00:00")

    assert [each for each in days.said("li1") if "说事日" in each[1]] == [
        ("2025-12-05 09:00", "12月10日是支部说事日。想在会上说什么事，这几天在群里说或私信我都行。"),
        ("2025-12-09 18:00", "明天（12月10日）是支部说事日，有事想说的来村部，来不了的私信我也一样。"),
        ("2025-12-10 08:00", "今天是支部说事日，有事想说的来村部，来不了的私信我也一样。"),
        ("2025-12-11 09:00", "支部说事日小结：上次以来大家说了1件事，办好0件，还在办1件。"),
    ]
    assert [when for when, _ in days.said("zhao")] == [
        "2025-12-05 09:00", "2025-12-09 18:00", "2025-12-10 08:00", "2025-12-11 09:00",
    ]  # fmt: skip


def test_the_host_of_the_talk_day_hears_privately_what_is_open_in_his_own_village(make_days: MakeDays):
    days = make_days(WANGDIAN, "2025-12-01 09:00")
    days.town.say("一网格桥头路灯不亮", by="resident", room="li1")
    days.town.say("村里低保名额怎么定的，我家困难想申请低保", by="resident", private=True)
    days.run("2025-12-09 20:00")

    heard = [text for when, text in days.said("host") if when == "2025-12-09 18:00"]
    assert len(heard) == 1
    assert heard[0].startswith("12月10日支部说事日，您主持。李庄村上次以来")
    assert "路灯" in heard[0]
    assert "低保" not in heard[0]
    assert [text for when, text in days.said("other") if when == "2025-12-09 18:00"] == [
        "12月10日支部说事日，您主持。赵庄村上次以来0件，办好0件，没办完0件，超时0件。多的是：没有。"
    ]


def test_the_eve_of_the_volunteer_day_comes_on_thursday_evening_in_every_group_once(make_days: MakeDays):
    days = make_days(ANXIANG, "2025-12-01 09:00")
    days.run("2025-12-12 12:00")

    assert days.said("safe") == [
        (
            "2025-12-04 18:00",
            "【活动1】周五志愿日：12月5日周五15:00，自愿参加。能来的回“1”或“报名 2人”。",
        ),
        (
            "2025-12-11 18:00",
            "【活动2】周五志愿日：12月12日周五15:00，自愿参加。能来的回“1”或“报名 2人”。",
        ),
    ]
    # Nobody in that village could run the day: it is announced, and nobody is asked to sign up.
    assert days.said("peace") == [
        ("2025-12-04 18:00", "明天（12月5日）是周五志愿日，有空的邻居一起来，自愿参加。"),
        ("2025-12-11 18:00", "明天（12月12日）是周五志愿日，有空的邻居一起来，自愿参加。"),
    ]


def test_the_monthly_meeting_is_prepared_three_days_before_and_the_quarter_looked_back_on(
    make_days: MakeDays,
):
    days = make_days(LUOSHUI, "2025-12-20 09:00")
    days.run("2026-01-05 12:00")

    assert [each for each in days.said("head") if "民情分析会" in each[1]] == [
        (
            "2025-12-26 09:00",
            "12月29日民情分析会，请准备。一片区上次以来0件，没办完0件，超时0件，不满意0件。多的是：没有。",
        ),
    ]  # the 28th is a Sunday
    assert [each for each in days.said("town") if "季度" in each[1]] == [
        (
            "2026-01-04 09:00",
            "季度评比：罗水乡上季0件，办好0件，没办完0件，超时0件，不满意0件。多的是：没有。",
        ),
    ]  # a Sunday that is worked for New Year
    assert days.said("one") == []


def test_a_cadre_sees_the_reminders_of_his_village_and_stops_one_of_them(make_days: MakeDays):
    days = make_days(WANGDIAN, "2025-12-01 09:00")
    days.town.say("提醒 列表", by="host", private=True)
    days.town.say("停 提醒 2", by="host", private=True)
    days.town.say("提醒列表", by="host", private=True)

    listed, stopped, again = (text for _, text in days.said("host"))
    assert "2 支部说事日提醒：下次12月9日周二18:00\n" in listed
    assert stopped == "王店镇李庄村的“支部说事日提醒”已停，还没发的也不发了。要再发回“开提醒 2”。"
    assert "2 支部说事日提醒：已停，要再发回“开提醒 2”\n" in again

    days.run("2025-12-12 00:00")
    assert "2025-12-09 18:00" not in days.moments("li1")
    assert "2025-12-09 18:00" in days.moments("zhao")


def test_what_was_stopped_after_it_was_planned_and_even_written_is_not_said(make_days: MakeDays):
    days = make_days(ANXIANG, "2025-12-01 09:00")
    days.run("2025-12-04 17:59")
    days.town.say("停提醒 周五志愿日", by="town", private=True)
    days.run("2025-12-05 12:00")
    days.town.say("开提醒 周五志愿日", by="town", private=True)
    days.run("2025-12-12 12:00")

    assert days.moments("safe") == days.moments("peace") == ["2025-12-11 18:00"]


def test_another_moment_counts_after_it_was_confirmed(make_days: MakeDays):
    days = make_days(ANXIANG, "2025-12-01 09:00")
    days.town.say("改提醒 1 每周五17点", by="duty", private=True)
    shown = days.said("duty")[-1][1]
    assert shown.startswith(
        "“周五志愿日”改成“每周五17点”，接下来几次发：12月4日周四17:00、12月11日周四17:00、"
    )
    days.run("2025-12-01 09:03")
    days.town.say("确认", by="duty", private=True)
    days.run("2025-12-05 12:00")

    assert days.moments("safe") == ["2025-12-04 17:00"]
    assert days.moments("peace") == ["2025-12-04 18:00"]


def test_only_cadres_see_or_stop_reminders_and_residents_groups_hear_nothing_of_it(make_days: MakeDays):
    days = make_days(WANGDIAN, "2025-12-01 09:00")
    for words in ("提醒 列表", "停 提醒 2", "改提醒 2 每周四19点"):
        days.town.say(words, by="grid", private=True)
        days.town.say(words, by="resident", room="li1")
    days.run("2025-12-09 19:00")

    assert days.moments("li1") == ["2025-12-05 09:00", "2025-12-09 18:00"]
    assert {text for _, text in days.said("grid")} == {
        "发通知要有通知权限。请联系村两委值班，或把内容发给他代发。"
    }


def test_unknown_reminders_and_moments_that_do_not_repeat_are_answered_with_an_example(make_days: MakeDays):
    days = make_days(WANGDIAN, "2025-12-01 09:00")
    for words in ("停提醒 9", "停提醒 说事", "改提醒 2 明早8点", "改提醒 2 有空的时候"):
        days.town.say(words, by="host", private=True)

    assert [text[:11] for _, text in days.said("host")] == [
        "没找到这个提醒。回“提", "没找到这个提醒。回“提", "固定提醒要写怎么重复，", "没看懂“有空的时候”是",
    ]  # fmt: skip


def test_what_was_missed_comes_late_or_not_at_all_as_its_row_says(make_days: MakeDays):
    days = make_days(WANGDIAN, "2025-12-08 09:00")
    days.run("2025-12-09 12:00")
    days.skip("2025-12-10 10:00")
    days.run("2025-12-10 12:00")

    assert days.moments("li1") == []  # the eve's and the day's own line are of no use later
    late = days.said("host")[-1][1]
    assert late.endswith("（原定12月9日18:00，晚发了）")
