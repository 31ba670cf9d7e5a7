"""What leaders write down for others: evening talks, telephone calls."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.machine import ACCOUNT
from handlers.township.staging import StagedRoom
from models.rules.offline import is_offline
from models.tables import Case
from tests.town.town import (
    CHIEF,
    DUTY,
    FRIEND,
    LEADER,
    NEIGHBOUR,
    OTHER_LEADER,
    OUTSIDER,
    RESIDENT,
    Town,
    village,
)

WORKING = "working"
CANAL = "录入 屋场夜话 张三：想修水渠"


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """The village, with a group of its cadres."""
    cadres = StagedRoom(WORKING, "村干部群", "安全村", kind="working", tier=2, account=ACCOUNT)
    return make_town(stage=village(rooms=(*village().rooms, cadres)))


def row(town: Town, no: int = 1) -> Case:
    """The case's own row."""
    with town.session() as session:
        return session.execute(select(Case).where(col(Case.no) == no)).scalar_one()


def test_what_was_said_at_an_evening_talk_is_a_case_in_the_same_pool(town: Town):
    town.say(CANAL, by=OTHER_LEADER, private=True)
    case = row(town)

    assert (case.source, case.text, case.state, case.category) == ("屋场夜话", "想修水渠", "new", "I01")
    assert is_offline(case.source)
    assert town.case().area == "四组"
    assert town.heard(OTHER_LEADER) == [
        "记下了 #1 农田水利（屋场夜话）。转片长胡办，有结果我告诉您。类别不对请回“改类 1 …”。"
    ]
    assert "想修水渠" in town.heard(CHIEF)[0]
    assert town.room() == []


def test_who_said_it_is_told_to_the_handler_alone_and_kept_encrypted(town: Town):
    town.say("录入 电话 张三 13812345678：想修水渠", by=OTHER_LEADER, private=True)
    town.say("录入 屋场夜话 李四：水渠堵了", by=OTHER_LEADER, private=True)
    town.say("进度 2", by=LEADER, private=True)
    town.say("接单 2", by=CHIEF, private=True)
    town.say("接单 1", by=CHIEF, private=True)

    kept = str(town.rows()["case_file"]) + str(town.rows()["case_event"]) + str(town.rows()["case_line"])
    assert "张三" not in kept
    assert "李四" not in kept
    assert "13812345678" not in kept
    assert "#2 是屋场夜话收来的，反映人：李四。只供您联系用，别外传。" in town.heard(CHIEF)
    assert "#1 是电话收来的，反映人：张三 13812345678。只供您联系用，别外传。" in town.heard(CHIEF)
    assert not any("李四" in line for who in (LEADER, DUTY, OTHER_LEADER) for line in town.heard(who))
    assert town.room() == []


def test_whoever_wrote_it_down_hears_the_end_and_passes_it_on(town: Town):
    town.say(CANAL, by=OTHER_LEADER, private=True)
    town.say("接单 1", by=CHIEF, private=True)
    town.say("已联系 1", by=CHIEF, private=True)
    town.say("办结 1 水渠已清淤修补", by=CHIEF, private=True)

    assert (
        town.heard(OTHER_LEADER)[-1] == "您录入的 #1 办好了：水渠已清淤修补。请转告反映人，也问问满不满意。"
    )
    assert town.room() == []


def test_whoever_wrote_it_down_may_handle_it_himself_and_is_not_sent_a_card(town: Town):
    town.say("录入 板凳会 垃圾桶满了没人收", by=LEADER, private=True)
    assert "归您办" in town.heard(LEADER)[0]
    town.say("接单 1", by=LEADER, private=True)
    town.say("办结 1 垃圾已清运", by=LEADER, private=True)

    assert town.case().state == "resolved"
    assert not any("【" in line or "录入的" in line for line in town.heard(LEADER))


def test_a_working_group_may_be_used_and_hears_nothing_back(town: Town):
    town.say("录入 说事日 王婶：四组路灯不亮", by=DUTY, room=WORKING)

    case = town.case()
    assert (case.source, case.area, case.room, case.category) == ("说事日", "四组", "", "B02")
    assert town.room(WORKING) == []
    town.say("接单 1", by=CHIEF, private=True)
    assert town.room(WORKING) == []


def test_words_name_the_area_a_leader_speaks_of(town: Town):
    town.say("录入 电话 三邻的路灯不亮", by=DUTY, private=True)
    town.say("录入 电话 路灯不亮", by=DUTY, private=True)

    assert [case.area for case in town.cases()] == ["三邻", "安全村"]


def test_doubtful_words_are_opened_all_the_same_and_can_be_put_right(town: Town):
    town.say("录入 信箱 村里冷清得很", by=OTHER_LEADER, private=True)
    assert row(town).category == "L01"

    town.say("改类 1 路灯", by=CHIEF, private=True)
    assert row(town).category == "B02"


def test_a_channel_nobody_listed_is_kept_as_it_was_written(town: Town):
    for text in ("录入 红白喜事 李四:水渠堵了", "录入 水渠堵了", "录入 电话坏了好几天"):
        town.say(text, by=OTHER_LEADER, private=True)

    assert [case.source for case in town.cases()] == ["红白喜事", "线下", "线下"]


def test_a_private_matter_is_read_by_its_handler_alone(town: Town):
    town.say("录入 上门 李婶：儿子住院没钱，想申请低保", by=LEADER, private=True)

    assert town.heard(LEADER) == ["记下了 #1（上门）。这是私事，只有责任人能看，请您也别往外说。"]
    assert not any("低保" in line or "住院" in line for line in town.heard(DUTY))
    town.say("进度 1", by=DUTY, private=True)
    assert any("住院" in line for line in town.heard(DUTY))


def test_what_was_written_down_by_mistake_is_taken_back_by_whoever_wrote_it(town: Town):
    town.say(CANAL, by=OTHER_LEADER, private=True)
    town.say("撤回 1", by=LEADER, private=True)
    assert row(town).state == "new"

    town.say("撤回 1", by=OTHER_LEADER, private=True)
    assert row(town).state == "withdrawn"


def test_figures_tell_what_came_by_chat_from_what_was_written_down(town: Town):
    town.say("四组路灯不亮", by=RESIDENT)
    town.say("统计 本月", by=OTHER_LEADER, private=True)
    town.wait(minutes=1)
    assert not any("线下" in line for line in town.heard(OTHER_LEADER))

    for text in (CANAL, "录入 屋场夜话 李四：水渠堵了", "录入 电话 垃圾桶满了没人收"):
        town.say(text, by=OTHER_LEADER, private=True)
    town.say("统计 本月", by=OTHER_LEADER, private=True)
    town.wait(minutes=1)
    assert town.heard(OTHER_LEADER)[-1] == "其中线上1件，线下3件：屋场夜话2件、电话1件。"
    assert not any("按工作分" in line for line in town.heard(OTHER_LEADER))  # this place counts no kinds


def test_danger_that_is_written_down_rings_like_any_other(town: Town):
    town.say("录入 电话 三邻着火了 快来人", by=LEADER, private=True)

    assert row(town).urgency == "U0"
    assert "119" in town.heard(LEADER)[0]
    assert CHIEF in town.rung()


def test_a_residents_group_is_no_place_for_it_and_nothing_is_kept(town: Town):
    town.say(CANAL, by=OTHER_LEADER)

    assert town.cases() == []
    assert town.heard(OTHER_LEADER) == ["录入请私聊我，或者在工作群里说：群里的居民会看到。这次没有记。"]
    assert "张三" not in str(town.rows())


def test_residents_and_strangers_write_nothing_down_for_others(town: Town):
    town.say(CANAL, by=FRIEND, private=True)
    for who in (RESIDENT, NEIGHBOUR):
        town.say(CANAL, by=who)

    assert town.cases() == []
    assert "当面核验" in town.heard(FRIEND)[-1]
    assert town.room() == []


def test_a_leader_who_writes_nothing_hears_how(town: Town):
    town.say("录入 屋场夜话 张", by=OUTSIDER, private=True)

    assert town.cases() == []
    assert town.heard(OUTSIDER) == ["请写在哪儿听来的、谁说的、什么事，如“录入 屋场夜话 张三：想修水渠”。"]
