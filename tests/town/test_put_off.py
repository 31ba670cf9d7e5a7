"""A reminder put off comes when it was asked for; the clock itself goes on."""

from tests.town.town import LEADER, NEIGHBOUR, OUTSIDER, RESIDENT, Town

GARBAGE = "桥头垃圾桶满了好几天没人收"


def report(town: Town, text: str = GARBAGE) -> None:
    town.say(text, by=RESIDENT)
    town.wait(seconds=30)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=5)


def put_off(town: Town, words: str, by: str = LEADER) -> str:
    town.say(words, by=by, private=True)
    return town.heard(by)[-1]


def test_a_case_put_off_is_reminded_of_once_with_what_came_meanwhile(town: Town):
    report(town)
    due = town.case().due_resolve_at
    answer = put_off(town, "稍后 1")
    before = len(town.heard(LEADER))
    town.say("催办 1", by=RESIDENT)
    town.wait(minutes=60)
    assert answer.startswith("#1 今天11:05再提醒您。时间照算")
    assert len(town.heard(LEADER)) == before

    town.wait(minutes=70)
    assert len(town.heard(LEADER)) == before + 1
    assert town.heard(LEADER)[-1].startswith("#1 垃圾到您说的时候了（居民催）")
    assert town.case().due_resolve_at == due


def test_tomorrow_means_the_morning_and_a_day_beyond_the_due_date_is_cut(town: Town):
    report(town)

    assert put_off(town, "1 明天再提醒").startswith("#1 明天07:30再提醒您")
    assert put_off(town, "稍后 1 下午").startswith("#1 今天14:30再提醒您")
    assert put_off(town, "稍后 1 到7月30日").startswith("#1 不能缓过到期的时候")


def test_an_urgent_case_waits_two_hours_and_an_emergency_not_at_all(town: Town):
    report(town, "三邻停水了")
    town.say("厨房着火了 快来人", by=NEIGHBOUR)

    assert put_off(town, "稍后 1 到周五").startswith("#1 是急件，最多缓两小时")
    assert put_off(town, "稍后 2") == "#2 是紧急件，不能缓。人到了回“我到了”。"


def test_done_meanwhile_means_no_reminder(town: Town):
    report(town)
    put_off(town, "稍后 1")
    town.say("办结 1 已清运干净", by=LEADER)
    before = len(town.heard(LEADER))
    town.wait(hours=3)

    assert len(town.heard(LEADER)) == before


def test_words_without_a_moment_and_cases_of_others_get_one_private_sentence(town: Town):
    report(town)

    assert put_off(town, "稍后 1 等有空").startswith("没看懂缓到什么时候")
    assert put_off(town, "稍后 1 昨天").startswith("没看懂缓到什么时候")
    assert put_off(town, "稍后 99").startswith("没有 #99 这一件")
    assert put_off(town, "稍后 1", by=OUTSIDER) == "这件不在您负责的区域，不能操作。"
    said = len(town.room())
    town.say("稍后 1", by=RESIDENT)
    assert len(town.room()) == said
    assert town.heard(RESIDENT) == []
