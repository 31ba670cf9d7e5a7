"""A notice as a letter on paper: one sheet for everybody, and for each leader the households to bring it to."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from bot.letters import Letters
from models.rules.scope import Scope
from models.tables import Area, Household, HouseholdArea
from tests.browser.stage import build_stage, served
from tests.town.town import DUTY, LEADER, MORNING, OTHER_LEADER, Town
from web.letters import MOST_IN_CODE, words_of

WORDS = "医保缴费截止12月31日，带身份证到村部交。手机上也能交<b>。不会的问邻长！"
HOMES = (("12户", "三邻"), ("3户", "三邻"), ("3户", "一邻"), ("周家", "四组"))


@pytest.fixture
def village(make_town: Callable[..., Town]) -> Town:
    """The village, with households in two villages."""
    town = make_town()
    with town.session() as session:
        areas = {area.name: area.id for area in session.execute(select(Area)).scalars()}
        for label, area in HOMES:
            home = Household(label=label)
            session.add(home)
            session.flush()
            session.add(
                HouseholdArea(household_id=home.id or 0, area_id=areas[area] or 0, valid_from=MORNING.date())
            )
        session.commit()
    return town


Page = Callable[[str], httpx.Response]


@pytest.fixture
def page(village: Town) -> Iterator[Page]:
    """Opens a page of this town in a browser."""
    stage = build_stage()
    stage.letter = Letters(village.engine, village.machine.dispatch, village.clock).letter
    with served(stage), httpx.Client(base_url=stage.address, trust_env=False) as client:
        yield client.get


def send(town: Town) -> None:
    """The cadre writes a notice for her village and agrees."""
    town.say(f"发通知 全村 {WORDS}", by=DUTY, private=True)
    town.say("确认", by=DUTY, private=True)


def test_a_notice_is_a_letter_with_a_code_and_a_round_for_each_leader(village: Town, page: Page):
    send(village)
    shown = page("/letters/1")

    assert shown.status_code == 200
    for words in ("致群众的一封信", "<h2>医保缴费截止12月31日</h2>", "带身份证到村部交。", "不会的问邻长！"):
        assert words in shown.text
    assert "手机上也能交&lt;b&gt;。" in shown.text
    assert "<svg" in shown.text
    assert "三邻邻长张，2 户" in shown.text
    assert "四组组长刘，1 户" in shown.text
    assert shown.text.index("3户") < shown.text.index("12户") < shown.text.index("周家")
    assert "一邻" not in shown.text


def test_whoever_answered_is_on_the_round_like_everybody_else(village: Town, page: Page):
    village.say(f"发通知 重要 全村 {WORDS}", by=DUTY, private=True)
    village.say("确认", by=DUTY, private=True)
    before = page("/letters/1").text.count('class="box"')
    village.say("3户收到", by=OTHER_LEADER)

    assert page("/letters/1").text.count('class="box"') == before == len(HOMES) - 1


def test_there_is_no_letter_of_what_was_not_written_or_was_stopped(village: Town, page: Page):
    village.say(f"定时通知 明早8点 全村 {WORDS}", by=DUTY, private=True)
    village.say("确认", by=DUTY, private=True)
    assert page("/letters/1").status_code == 200
    village.say("取消通知 1", by=DUTY, private=True)

    for path in ("/letters/1", "/letters/9", "/letters/x", "/letters/-1", "/letters/٣", f"/letters/{10**30}"):
        assert page(path).status_code == 404


def test_the_code_of_a_long_letter_says_where_the_rest_is(village: Town):
    send(village)
    letter = Letters(village.engine, village.machine.dispatch, village.clock).letter(1, Scope(whole=True))
    long = replace(letter, lines=("很长的一句话。" * 200,))

    assert words_of(letter).endswith("2025-07-15")
    assert "全文请看纸面，或问村两委值班" in words_of(long)
    assert len(words_of(long)) < MOST_IN_CODE * 2


def test_d07_a_letter_reaches_groups_paper_and_doors_and_is_counted(village: Town, page: Page):
    village.say(f"发通知 重要 全村 {WORDS}", by=DUTY, private=True)
    village.say("确认", by=DUTY, private=True)
    village.wait(minutes=1)
    assert village.room()[-1].startswith("【通知】医保缴费截止12月31日。")
    assert "三邻邻长张，2 户" in page("/letters/1").text

    village.say("告知 1 3户", by=LEADER, private=True)
    village.say("告知 1 12户", by=OTHER_LEADER, private=True)
    village.say("通知 1 情况", by=DUTY, private=True)
    assert "这些群约2户。回“收到”0户，上门告知1户，还没回音1户。" in village.heard(DUTY)[-1]
