"""A notice is read out over the loudspeaker in plain sentences, in a minute."""

import pytest

from models.rules.loudspeaker import script, spoken
from tests.town.town import CHIEF, DUTY, OUTSIDER, RESIDENT, ROOM, Town

SHORT = "发通知 三邻 明天8:00-11:30停电检修（城东线），请备好热水。详情https://a.cn/x 联系谷主任[玫瑰]"
ONCE = "明天8点到11点30分停电检修，城东线，请备好热水。详情 联系谷主任。"


def send(town: Town, words: str) -> None:
    """The cadre writes it and agrees."""
    town.say(words, by=DUTY, private=True)
    town.say("确认", by=DUTY, private=True)


def test_a_short_notice_is_read_out_twice_in_words_people_say(town: Town):
    send(town, SHORT)
    said = len(town.room())
    town.say("大喇叭 1", by=DUTY, private=True)

    words = f"各位乡亲，现在播一个通知。{ONCE}再播一遍。{ONCE}通知播完了，请大家互相转告。"
    assert town.heard(DUTY)[-1] == f"通知1广播稿，约{-(-len(words) // 4)}秒，照着念：\n{words}"
    town.say("广播稿 1", by=CHIEF, private=True)
    assert town.heard(CHIEF)[-1] == town.heard(DUTY)[-1]
    assert len(town.room()) == said


def test_a_long_notice_ends_at_a_whole_sentence_and_says_what_is_left_out(town: Town):
    lines = [f"第{number}件事是请大家把自家门口的垃圾清理干净不要堆在路边" for number in range(1, 15)]
    send(town, f"发通知 三邻 {'。'.join(lines)}。")
    town.say("大喇叭 1", by=DUTY, private=True)

    heard = town.heard(DUTY)[-1]
    seconds = int(heard.split("约")[1].split("秒")[0])
    assert 50 <= seconds <= 60
    assert heard.endswith("请大家互相转告。\n（一分钟念不完，后面7句没放进来）")
    assert "再播一遍" not in heard


def test_it_is_for_post_holders_of_that_place_and_stays_private(town: Town):
    send(town, SHORT)
    said = len(town.room())
    for words, who in (("大喇叭 1", RESIDENT), ("大喇叭 1", DUTY)):
        town.say(words, by=who, room=ROOM)
    town.say("大喇叭 1", by=OUTSIDER, private=True)
    town.say("大喇叭 9", by=DUTY, private=True)

    assert len(town.room()) == said
    assert town.heard(OUTSIDER)[-1].startswith("没有找到通知1。")
    assert town.heard(DUTY)[-1].startswith("没有找到通知9。")
    assert town.cases() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("气温降到-5℃，合格率95%", ["气温降到-5度，合格率百分之95"]),
        ("12月31日-1月5日放假！请相互转告~", ["12月31日到1月5日放假", "请相互转告"]),
        ("【紧急】今晚有大雨⛈️", ["紧急今晚有大雨"]),
        ("电话0736-4312345", ["电话0736-4312345"]),
        ("。。。", []),
    ],
)
def test_signs_become_words(words: str, said: list[str]):
    assert spoken(words) == said


def test_even_one_endless_sentence_is_read_out():
    assert len(script("长" * 500, 20).sentences) == 1
