"""The main job through ``python -m bot run`` and the real gateway, from the spreadsheet to the rating."""

from pathlib import Path

import pytest

from tests.databases import Postgres
from tests.gateway.driver import Gateway
from tests.gateway.running import Operator
from tests.gateway.village import (
    CHEN,
    FIVE,
    FOUR,
    HU,
    LIU,
    SIX,
    Village,
    found_village,
    number_in,
)

pytestmark = pytest.mark.gateway


def lamp_story(operator: Operator, village: Village) -> None:
    """A lamp is reported, claimed, mended and rated in its group."""
    wang = village.neighbour()

    village.say(wang, "四组桥头路灯不亮好几天了", FOUR)
    no = number_in(village.hears(FOUR, "记下了", "路灯"))
    assert f"接单 {no}" in village.hears(HU, f"#{no}", "桥头")
    village.say(LIU, "接单", FOUR)
    village.hears(FOUR, f"#{no}", "组长刘已接单")
    village.say(LIU, "办结 灯泡已换新", FOUR)
    village.hears(FOUR, f"#{no} 办好了：灯泡已换新")
    village.say(wang, "评 5 4 5", FOUR)

    operator.wait_for(lambda: f"#{no}" not in operator.page("/console"), "the case is closed")
    assert village.said_twice() == []


def notice_story(village: Village) -> None:
    """A cadre's notice reaches two of three groups, each once."""
    village.say(CHEN, "发通知 四组、五组 明早8点到11点停水检修，请提前存水")
    assert "将发2个群" in village.hears(CHEN, "停水")
    village.say(CHEN, "确认")

    for room in (FOUR, FIVE):
        village.hears(room, "【通知】", "停水检修")
    village.say(CHEN, "发通知 六组 后天上午查水表，请留人在家")
    village.hears(CHEN, "将发1个群")
    village.say(CHEN, "确认")
    assert "查水表" in village.hears(SIX, "【通知】")
    assert village.said_twice() == []


def test_a_lamp_is_reported_in_a_real_group_claimed_mended_and_rated(operator: Operator, village: Village):
    lamp_story(operator, village)


def test_a_cadres_notice_from_private_chat_reaches_two_of_three_groups(village: Village):
    notice_story(village)


@pytest.mark.postgres
def test_the_same_on_postgresql(node: Path, tmp_path: Path, postgres: Postgres):
    url = postgres.empty()
    with Gateway(node) as gateway, Operator(tmp_path, gateway, url) as operator:
        village = Village(gateway)
        found_village(operator, village)

        lamp_story(operator, village)
        notice_story(village)

        operator.stop()
        assert "database reached" in operator.command("doctor")
    postgres.drop(url)
