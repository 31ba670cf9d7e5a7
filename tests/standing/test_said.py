"""Notices for later as cadres write them in chat: planned, moved, reworded and stopped."""

from tests.standing.conftest import WANGDIAN, Days, MakeDays


def cadre(days: Days, *lines: str) -> str:
    """The village secretary says these privately; what he hears last."""
    for line in lines:
        days.town.say(line, by="host", private=True)
    return days.said("host")[-1][1]


def test_a_repeated_notice_is_planned_moved_reworded_and_stopped_in_chat(make_days: MakeDays):
    days = make_days(WANGDIAN, "2026-03-02 09:00")
    shown = cadre(days, "定时通知 每周五早8点 全村 带好工具来大扫除")
    assert "接下来几次：3月6日周五08:00、3月13日周五08:00、" in shown
    assert cadre(days, "确认") == "通知1已排好，3月6日08:00发2个群。要停回“取消通知 1”。"
    assert "3月7日周六08:00" in cadre(days, "改 通知 1 每周六早8点")
    assert cadre(days, "确认") == "通知1改好了，3月7日08:00发。要停回“停通知 1”。"
    cadre(days, "改通知 1 内容 带好扫把来大扫除", "确认")
    days.run("2026-03-08 12:00")
    assert [each for each in days.said("li1") if "通知" in each[1]] == [
        ("2026-03-07 08:00", "【通知】带好扫把来大扫除。")
    ]

    assert cadre(days, "停 通知 1").startswith("通知1已停")
    days.run("2026-03-22 12:00")
    assert len([text for _, text in days.said("li1") if "通知" in text]) == 1


def test_a_monthly_notice_that_moves_off_days_off_is_said_without_the_word_for_later(make_days: MakeDays):
    days = make_days(WANGDIAN, "2026-04-20 09:00")
    shown = cadre(days, "每月1日9点，遇节假日顺延 全村 通知 到村部领报表")
    assert (
        "5月6日周三09:00（放假顺延）、6月1日周一09:00、7月1日周三09:00、8月3日周一09:00（放假顺延）" in shown
    )


def test_words_for_a_moment_that_can_mean_two_things_are_asked_back_with_an_example(make_days: MakeDays):
    days = make_days(WANGDIAN, "2026-03-02 09:00")
    assert "农历还是公历" in cadre(days, "定时通知 八月十五8点 全村 看戏")
    assert "可以写：明早8点" in cadre(days, "定时通知 有空的时候 全村 看戏")
    assert "已经过了" in cadre(days, "定时通知 今天8点 全村 看戏")
    days.town.say("确认", by="host", private=True)
    days.run("2026-03-03 12:00")
    assert days.said("li1") == []


def test_residents_who_use_the_same_words_move_nothing(make_days: MakeDays):
    days = make_days(WANGDIAN, "2026-03-02 09:00")
    cadre(days, "定时通知 每周五早8点 全村 大扫除", "确认")
    for words in ("改 通知 1 每周六早8点", "停 通知 1", "每天8点 通知 大家跳舞"):
        days.town.say(words, by="resident", room="li1")
    days.run("2026-03-06 12:00")
    assert ("2026-03-06 08:00", "【通知】大扫除。") in days.said("li1")
