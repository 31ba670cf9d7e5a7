"""办理公开: a month's results stand in the open only as somebody approved them, and nothing private ever does."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select, update

from bot.parts import Parts
from bot.public_notices import PublicNotices
from models.rules.open_results import LONGEST_WORDS, MOST_MATTERS
from models.tables import Area, Case, OpenResults
from tests.console.site import Site, Visit, serve_site
from tests.town.pages import residents_of, served_publicly
from tests.town.town import CHIEF, DUTY, LEADER, RESIDENT, Town

HERE = "https://linli.example.cn"
LINK = re.compile(rf'href="{HERE}(/r/[\w-]{{22}})"')
MARK = re.compile(r'name="looked" value="(\w+)"')
SAID = (
    ("四组桥头路灯不亮好几天了", "换了新灯，晚上亮了"),
    ("家里揭不开锅了，想申请低保", "帮着交了低保申请"),
)
MOST_BYTES = 50_000


@pytest.fixture
def site(make_town: Callable[..., Town], parts: Parts) -> Iterator[Site]:
    """The village's pages, with an address for residents, and two ended cases, one of them private."""
    town = make_town(parts=replace(parts, standing=replace(parts.standing, public_url=HERE)))
    for no, (said, result) in enumerate(SAID, 1):
        town.say(said, by=RESIDENT)
        town.wait(minutes=2)
        with town.engine.begin() as connection:
            held = {
                "privacy": "P1" if no == 1 else "P3",
                "state": "claimed",
                "assignee_id": 1,
                "claimed_by": 1,
            }
            connection.execute(update(Case).where(Case.no == no).values(**held))
        town.say(f"办结 {no} {result}", by=LEADER, private=True)
    town.wait(minutes=2)
    with serve_site(town) as site:
        yield site


@pytest.fixture
def outside(site: Site) -> Iterator[httpx.Client]:
    """A telephone outside."""
    notices = PublicNotices(site.town.engine, site.town.machine.dispatch, site.town.clock)
    with (
        served_publicly(notices, residents_of(site.town)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def village(site: Site) -> int:
    with site.town.session() as session:
        return session.execute(select(Area.id).where(Area.name == "安全村")).scalar_one() or 0


def sent(visit: Visit, at: str, step: str, words: str = "换了新灯，晚上亮了", **more: str) -> httpx.Response:
    """One of the form's buttons, with the lamp ticked."""
    return visit.post(at, at, month="2025-07", step=step, no="1", show="1", words=words, **more)


def published(visit: Visit, at: str, words: str = "换了新灯，晚上亮了") -> str:
    looked = MARK.search(sent(visit, at, "look", words).text)
    assert looked
    done = LINK.search(sent(visit, at, "publish", words, looked=looked[1]).text)
    assert done
    return done[1]


def test_what_somebody_looked_at_and_approved_is_open_to_everybody_until_taken_down(
    site: Site, outside: httpx.Client
):
    visit, at = site.signed_in(DUTY), f"/results/{village(site)}"
    page = visit.get(f"{at}?month=2025-07").text
    assert ("收到 1 件、办结 1 件、还在办 0 件" in page, "还没有公开过" in page) == (True, True)
    assert ('value="换了新灯，晚上亮了"' in page, "低保" in page, "#2" in page) == (True, False, False)

    unseen = sent(visit, at, "publish")
    assert (unseen.status_code, "看过以后有改动" in unseen.text) == (409, True)
    look = sent(visit, at, "look")
    assert ("居民看到的样子" in look.text, "就这样公开" in look.text, LINK.search(look.text)) == (
        True,
        True,
        None,
    )
    path = published(visit, at)
    open_page = outside.get(path)
    assert (open_page.status_code, open_page.headers["cache-control"]) == (200, "public, max-age=60")
    assert len(open_page.content) < MOST_BYTES
    for words in ("安全村，2025年7月办得怎么样", "换了新灯，晚上亮了", "安全村村两委值班", "统计到"):
        assert words in open_page.text, words
    for words in ("低保", "#1", "四组", "桥头", "张", "谷"):
        assert words not in open_page.text.partition("<main")[2], words
    board = visit.post(f"/boards/{village(site)}", f"/boards/{village(site)}/make").text
    board_path = re.search(rf'href="{HERE}(/b/[\w-]{{22}})"', board)
    assert board_path
    assert f'href="{path}"' in outside.get(board_path[1]).text

    up = re.search(r'name="edition" value="(\d+)"', visit.get(at).text)
    assert up
    visit.post(at, f"{at}/withdraw", edition=up[1])
    gone = outside.get(path)
    assert (gone.status_code, "已撤下" in gone.text, "换了新灯" in gone.text) == (410, True, False)
    assert path not in outside.get(board_path[1]).text
    again = visit.post(at, f"{at}/withdraw", edition=up[1])
    assert (again.status_code, "已经撤下了" in again.text) == (409, True)


@pytest.mark.parametrize(
    "words", ["", "给张建国家换了灯", "给301室换了灯", "换了灯，电话13812345678", "黑榜上的人换了灯"]
)
def test_words_that_lead_to_somebody_are_not_published(site: Site, words: str):
    visit, at = site.signed_in(DUTY), f"/results/{village(site)}"
    looked = MARK.search(sent(visit, at, "look", words).text)
    assert looked
    refused = sent(visit, at, "publish", words, looked=looked[1])
    assert (refused.status_code, "#1 那一句" in refused.text) == (422, True)
    assert LINK.search(refused.text) is None
    assert f'value="{words}"' in refused.text


def test_a_later_edition_takes_the_place_of_the_first_and_what_became_private_is_gone(
    site: Site, outside: httpx.Client
):
    visit, at = site.signed_in(DUTY), f"/results/{village(site)}"
    first = published(visit, at)
    second = published(visit, at, "路灯修好了")
    assert first != second
    moved = outside.get(first)
    assert (moved.status_code, moved.headers["location"]) == (307, second)
    with site.town.engine.begin() as connection:
        connection.execute(update(Case).where(Case.no == 1).values(privacy="P3"))
    assert ("路灯修好了" in outside.get(second).text, outside.get(f"/r/{'A' * 22}").status_code) == (
        False,
        404,
    )


def test_a_case_that_begins_again_is_no_result_any_more_until_somebody_publishes_the_new_one(
    site: Site, outside: httpx.Client
):
    path, town = published(site.signed_in(DUTY), f"/results/{village(site)}"), site.town
    assert "换了新灯" in outside.get(path).text

    town.wait(hours=1)
    town.say("重开 1 晚上还是不亮", by=CHIEF, private=True)
    town.wait(minutes=2)
    assert "换了新灯" not in outside.get(path).text

    town.say("办结 1 整条线路都换了", by=LEADER, private=True)
    town.wait(minutes=2)
    assert [case.state for case in town.cases()] == ["resolved", "resolved"]
    assert [word for word in ("换了新灯", "线路") if word in outside.get(path).text] == []


def test_the_longest_page_is_light(site: Site, outside: httpx.Client):
    path = published(site.signed_in(DUTY), f"/results/{village(site)}")
    matters = [[1, f"类别{number:02}", "办" * LONGEST_WORDS] for number in range(MOST_MATTERS)]
    with site.town.session() as session:
        row = session.execute(select(OpenResults)).scalar_one()
        row.content = {**row.content, "matters": matters}
        session.commit()
    page = outside.get(path)
    assert (page.text.count("办" * LONGEST_WORDS), len(page.content) < MOST_BYTES) == (MOST_MATTERS, True)


def test_only_who_speaks_to_a_place_publishes_of_it(site: Site):
    for who in (LEADER, CHIEF):
        assert site.signed_in(who).get(f"/results/{village(site)}").status_code == 404
