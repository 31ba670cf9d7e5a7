"""Quarrels between neighbours: straight to the mediator, each side alone, neither's words repeated."""

from tests.town.town import CHIEF, FRIEND, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, Town

QUARREL = "隔壁老李占了我家的地 天天骂人"


def test_the_group_hears_neither_the_matter_nor_the_parties(town: Town):
    town.say(QUARREL, by=RESIDENT)
    town.wait(minutes=3)
    town.say("接单 1", by=OTHER_LEADER)
    town.say("已联系 1", by=OTHER_LEADER)
    town.wait(minutes=11)
    town.say("办结 1 老李和王家谈好了 地界立了石", by=OTHER_LEADER)

    said = "".join(town.room())
    assert "会有人单独联系您" in town.room()[0]
    assert not any(word in said for word in ("邻里", "地", "老李", "王家", "骂"))
    assert town.wechat.said[-1].mentions == ()
    assert town.case().state == "resolved"


def test_the_mediator_reads_the_words_in_private_chat_alone_and_nobody_else_does(town: Town):
    town.say(QUARREL, by=RESIDENT)
    town.wait(minutes=3)
    assert "老李" not in "".join(town.heard(OTHER_LEADER))

    town.say("进度 1", by=OTHER_LEADER)
    assert "老李" not in "".join(town.heard(OTHER_LEADER))
    for who in (OTHER_LEADER, LEADER, CHIEF):
        town.say("进度 1", by=who, private=True)
    assert QUARREL in town.heard(OTHER_LEADER)[-1]
    assert "老李" not in "".join(town.heard(LEADER) + town.heard(CHIEF) + town.room())


def test_a_party_that_can_be_reached_hears_the_end_alone(town: Town):
    town.say(QUARREL, by=FRIEND)
    town.wait(minutes=3)
    town.say("接单 1", by=OTHER_LEADER)
    said = len(town.room())
    town.wait(minutes=11)
    town.say("办结 1 两家谈好了 立了界石", by=OTHER_LEADER)

    assert town.heard(FRIEND)[-1].startswith("#1 办好了：两家谈好了")
    assert len(town.room()) == said


def test_the_other_side_is_not_counted_as_one_more_reporter(town: Town):
    town.say(QUARREL, by=RESIDENT)
    town.wait(minutes=3)
    town.say("我家也是 邻居占了我家的地", by=NEIGHBOUR)
    town.wait(minutes=3)

    assert town.case(1).co_reporters == 0
    assert town.case(1).text == QUARREL


def test_what_is_written_down_for_one_side_is_as_private(town: Town):
    town.say("录入 上门 王婶：隔壁老李占了她家的地", by=LEADER, private=True)
    town.wait(minutes=3)

    assert town.case().assignee_contact == OTHER_LEADER
    assert "老李" not in "".join(town.heard(OTHER_LEADER))
    assert town.room() == []
