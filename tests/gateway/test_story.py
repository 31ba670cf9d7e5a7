"""The main job through ``python -m bot run`` and the real gateway, from the spreadsheet to the rating."""

import base64
from pathlib import Path

import pytest

from tests.databases import Postgres
from tests.gateway.driver import Gateway
from tests.gateway.running import Operator
from tests.gateway.town import BOT
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
FORMS = {"海报.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400, "说明.pdf": b"%PDF" + b"1" * 40_000}


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

    operator.wait_for(lambda: f'/cases/{no}"' not in operator.page("/console"), "the case is closed")
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


def forms_story(village: Village) -> None:
    """A picture, a file and a link card follow the words of a notice into one group, in that order."""
    coded = {name: base64.b64encode(content).decode() for name, content in FORMS.items()}
    village.gateway.do("sendFile", **{"from": CHEN}, to=BOT, name="海报.png", base64=coded["海报.png"])
    village.gateway.do(
        "sendFile", **{"from": CHEN}, to=BOT, name="说明.pdf", base64=coded["说明.pdf"], type=1
    )
    village.gateway.do(
        "sendCard", **{"from": CHEN}, to=BOT, title="怎么交医保", url="https://example.com/yibao"
    )
    village.say(CHEN, "发通知 六组 医保缴费开始了，请按说明办理")
    village.hears(CHEN, "将发1个群")
    taken = ""
    while "一起发" not in taken:  # the files are still on their way
        village.say(CHEN, "带附件")
        taken = village.hears(CHEN)
    assert all(words in taken for words in ("1张图片", "文件“说明.pdf”", "链接“怎么交医保”"))
    village.say(CHEN, "确认")

    assert "医保缴费开始了" in village.hears(SIX, "【通知】")
    for name, content in FORMS.items():
        deed = village.sees_bot("file")
        assert (deed["conversation"], base64.b64decode(deed["base64"])) == (SIX, content)
        assert name.endswith(".png") == deed["name"].endswith(".png")
    card = village.sees_bot("card")
    assert (card["conversation"], card["url"]) == (SIX, "https://example.com/yibao")


def test_a_lamp_is_reported_in_a_real_group_claimed_mended_and_rated(operator: Operator, village: Village):
    lamp_story(operator, village)


def test_a_cadres_notice_from_private_chat_reaches_two_of_three_groups(village: Village):
    notice_story(village)


def test_a_notice_with_a_picture_a_file_and_a_link_card_arrives_in_order(village: Village):
    forms_story(village)


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
