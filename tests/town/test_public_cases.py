"""The page of one case, for whoever has its link: what the group heard, and not a word more."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from bot.parts import Parts
from bot.public_notices import PublicNotices
from models.rules.case_life import State
from models.rules.public_case import OPEN_FOR
from models.tables import Case, Person
from tests.town.pages import residents_of, served_publicly
from tests.town.town import CHIEF, FRIEND, LEADER, NEIGHBOUR, RESIDENT, Town
from web.public_cases import NEXT

HERE = "https://linli.example.cn"
LINK = re.compile(rf"{HERE}(/c/[\w-]{{22}})(?![\w-])")
LAMP = "3栋2单元楼道灯坏了好几天了"
MOST_BYTES = 50_000


@pytest.fixture
def village(make_town: Callable[..., Town], parts: Parts) -> Town:
    """The village, with an address for its pages."""
    return make_town(parts=replace(parts, standing=replace(parts.standing, public_url=HERE)))


@pytest.fixture
def client(village: Town) -> Iterator[httpx.Client]:
    """A telephone outside."""
    notices = PublicNotices(village.engine, village.machine.dispatch, village.clock)
    with (
        served_publicly(notices, residents_of(village)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def report(town: Town, words: str = LAMP, by: str = RESIDENT, **how: bool) -> str:
    """Somebody reports something; the path of its page."""
    town.say(words, by=by, **how)
    town.wait(minutes=11)
    return path_of(town, max(case.no for case in town.cases()))


def path_of(town: Town, no: int) -> str:
    with town.session() as session:
        return f"/c/{session.execute(select(Case.token).where(Case.no == no)).scalar_one()}"


def change(town: Town, no: int, **values: object) -> None:
    with town.engine.begin() as connection:
        connection.execute(update(Case).where(Case.no == no).values(**values))


def test_a_case_of_the_group_is_followed_from_report_to_result(village: Town, client: httpx.Client):
    path = report(village)
    page = client.get(path)
    assert page.status_code == 200
    for words in ("第 1 号", "路灯", "3栋2单元", "已受理", "报上来", "应办好", "片长胡", "催办 1", "撤回 1"):
        assert words in page.text
    assert ("办好</dt>" in page.text.replace("应办好", ""), "有人接</dt>" in page.text) == (False, False)

    village.say("接单 1", by=LEADER)
    assert "有人接</dt>" in client.get(path).text
    village.say("办结 1 张建国换了新的声控灯，有问题打13812345678", by=LEADER)
    page = client.get(path).text
    for words in ("已办好", "换了新的声控灯", "邻长张换了", "138****5678", "1 评 5 5 5", "1 没解决"):
        assert words in page
    assert ("张建国" in page, "13812345678" in page, "催办" in page) == (False, False, False)


def test_nobody_who_reported_stands_on_the_page_and_nothing_is_left_in_the_browser(
    village: Town, client: httpx.Client
):
    path = report(village, "我是王桂香，3栋2单元301楼道灯坏了，打我电话13987654321")
    page = client.get(path)

    for words in ("王桂香", "13987654321", "139****", "301", "好几天"):
        assert words not in page.text
    assert ("set-cookie" in page.headers, "<script" in page.text) == (False, False)
    assert 'name="robots" content="noindex' in page.text
    assert page.headers["cache-control"] == "private, max-age=60"
    assert len(page.content) < MOST_BYTES


def test_a_page_that_did_not_change_is_not_sent_again(village: Town, client: httpx.Client):
    path = report(village)
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")

    village.say("接单 1", by=LEADER)
    assert client.get(path, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("privacy", ["P2", "P3", "P4"])
@pytest.mark.parametrize("state", ["new", "claimed", "resolved", "closed", "rejected"])
def test_what_is_not_public_says_only_how_it_stands(
    village: Town, client: httpx.Client, privacy: str, state: str
):
    path = report(village)
    change(village, 1, privacy=privacy, state=state, result="换了新灯")
    page = client.get(path).text

    assert "这件事不公开" in page
    assert "私信小助手" in page
    for words in ("路灯", "3栋", "三邻", "邻长", "张", "换了新灯", "报上来", "催办", "没解决"):
        assert words not in page.partition("<main")[2]


@pytest.mark.parametrize(
    "values",
    [{"flags": {"accused": [3]}}, {"room_id": None, "flags": {"anonymous": True}}, {"category": "E01"}, {"state": "withdrawn"}],
    ids=["accused", "whispered", "quarrel", "withdrawn"],
)  # fmt: skip
def test_a_complaint_a_whisper_a_quarrel_and_what_was_taken_back_say_only_how_they_stand(
    village: Town, client: httpx.Client, values: dict[str, object]
):
    path = report(village)
    change(village, 1, **values)
    page = client.get(path).text

    assert "这件事不公开" in page
    for words in ("路灯", "3栋", "三邻", "邻长张"):
        assert words not in page


def test_a_private_matter_said_privately_says_nothing(village: Town, client: httpx.Client):
    report(village, by=FRIEND)
    path = report(village, "我老公打我", by=FRIEND, private=True)
    page = client.get(path).text

    assert village.case(2).privacy in {"P3", "P4"}
    assert "这件事不公开" in page
    assert not re.search("家暴|打|邻长|值班|妇", page.partition("<main")[2])


def test_who_joined_a_case_is_led_to_the_one_that_goes_on(village: Town, client: httpx.Client):
    first = report(village)
    second = report(village, "5栋1单元楼道灯坏了", by=NEIGHBOUR)
    village.say("并件 2 到 1", by=CHIEF, private=True)
    village.say("接单 1", by=LEADER)
    page = client.get(second).text

    assert ("第 2 号" in page, "和别人报的是同一件" in page, "有人接了" in page) == (True, True, True)
    assert ("催办 2" in page, "和别人报的" in client.get(first).text) == (True, False)
    change(village, 1, privacy="P2")
    page = client.get(second).text
    assert ("这件事不公开" in page, "3栋" in page, "5栋" in page) == (True, False, False)


def test_a_page_says_when_the_promised_hour_has_passed(village: Town, client: httpx.Client):
    path = report(village)
    assert "超过了说好的时间" not in client.get(path).text
    village.wait(days=6)

    assert "超过了说好的时间" in client.get(path).text


@pytest.mark.parametrize("path", ["/c/x", "/c/AAAAAAAAAAAAAAAAAAAAAA", "/c/%00", "/c/1", "/c/" + "a" * 3000])
def test_a_wrong_link_says_one_clear_sentence(village: Town, client: httpx.Client, path: str):
    report(village)
    page = client.get(path)

    assert page.status_code == 404
    assert page.text.count("<p>") == 1
    assert "网址可能没有复制全" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_link_ends_ninety_days_after_its_case(village: Town, client: httpx.Client):
    path = report(village)
    village.say("撤回 1", by=RESIDENT)
    village.clock.at += OPEN_FOR - timedelta(days=1)
    assert client.get(path).status_code == 200
    village.clock.at += timedelta(days=1)

    assert client.get(path).status_code == 404


def test_large_letters_are_a_link_and_lead_back(village: Town, client: httpx.Client):
    path = report(village)

    assert f'href="{path}?big=1"' in client.get(path).text
    assert f'href="{path}"' in client.get(f"{path}?big=1").text
    assert 'class="resident large"' in client.get(f"{path}?big=1").text


def test_what_the_page_tells_people_to_say_is_understood(parts: Parts):
    said = {words.format(no=23) for offered in NEXT.values() for words, _ in offered} | {"进度 23"}
    found = {words: parts.understanding.match_commands(words, "resident", private=True)[0] for words in said}

    assert {each.intent for each in found.values()} == {
        "UrgeCase", "AddToCase", "WithdrawCase", "RateCase", "ReopenCase", "Appeal", "AskProgress",
    }  # fmt: skip
    assert {each.groups["no"] for each in found.values()} == {"23"}


def test_every_state_has_its_words(parts: Parts):
    assert all(parts.standing.texts.render(f"STATE_{state}", {}) for state in State)


def test_the_reporter_gets_the_link_privately_and_nobody_else_does(village: Town, client: httpx.Client):
    report(village, by=FRIEND)
    village.say("进度 1", by=FRIEND, private=True)
    said = village.heard(FRIEND)[-1]
    found = LINK.search(said)
    assert said.startswith("#1 ")
    assert found is not None
    assert client.get(found[1]).status_code == 200

    village.say("进度 1", by=FRIEND)
    village.say("进度 1", by=LEADER, private=True)
    village.wait(minutes=2)
    assert not any("http" in line for line in [*village.room(), *village.heard(LEADER)])


def test_a_private_matter_and_an_ended_one_get_no_link(village: Town):
    report(village, by=FRIEND)
    change(village, 1, privacy="P3")
    village.say("进度 1", by=FRIEND, private=True)
    assert "http" not in village.heard(FRIEND)[-1]
    change(village, 1, privacy="P1", state="closed")
    village.say("进度 1", by=FRIEND, private=True)
    assert "http" not in village.heard(FRIEND)[-1]


def test_without_an_address_there_is_no_link(town: Town):
    report(town, by=FRIEND)
    town.say("进度 1", by=FRIEND, private=True)

    assert "http" not in town.heard(FRIEND)[-1]


def test_a_stand_in_is_named_for_whoever_is_away(village: Town, client: httpx.Client):
    path = report(village)
    village.say("接单 1", by=LEADER)
    village.say("请假 3天 由刘明代", by=LEADER, private=True)
    village.wait(minutes=2)

    page = client.get(path).text
    assert ("组长刘" in page, "邻长张" in page) == (True, False)


def test_no_name_of_anybody_stands_on_any_page(village: Town, client: httpx.Client):
    paths = [report(village), report(village, "村口垃圾没人清", by=NEIGHBOUR)]
    with village.session() as session:
        names = [name for name in session.execute(select(Person.name)).scalars() if len(name) > 1]

    assert len(names) > 5
    for path in paths:
        assert [name for name in names if name in client.get(path).text] == []
