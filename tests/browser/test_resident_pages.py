"""What residents open without log-in, and the way to a printed board, in a real Chromium."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from sqlalchemy import select, update

from bot.parts import Parts
from bot.public_notices import PublicNotices
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from models.tables import Area, BoardLink, Case, Person
from tests.browser.conftest import DESK, PHONE, listen, open_context
from tests.browser.eyes import NAMELESS, SMALL_TARGETS
from tests.console.site import Site, serve_site
from tests.town.pages import residents_of, served_publicly
from tests.town.town import ACCOUNT, Town

pytestmark = pytest.mark.browser
HERE = "https://linli.example.cn"
CADRE, ORGANISER, RESIDENT = "two", "org", "home"
STAGE = Stage(
    preset="qingyang", channel="simulator", contact="村部", name="长垄村", quiet="21:30-07:00",
    paths=("青阳县/杜村乡/长垄村/一服务区", "青阳县/杜村乡/长垄村/二服务区"),
    people=(
        StagedPerson(RESIDENT),
        StagedPerson(ORGANISER, "李四方", "李", post="organizer", area="一服务区", verified=True, friend=True),
        StagedPerson("sup", "王五味", "王", post="supervisor", area="一服务区", verified=True, friend=True),
        StagedPerson(CADRE, "赵六合", "赵", post="village_contact", area="长垄村", verified=True, friend=True),
    ),
    rooms=(StagedRoom("s1", "一服务区群", "一服务区", account=ACCOUNT),),
)  # fmt: skip
MOST_BYTES, MOST_REQUESTS = 50_000, 6
SMALLEST, SIZES = {"width": 320, "height": 640}, [PHONE, DESK]
LONG = f"发通知 重要 全村 医保缴费开始，{'请带身份证到村部便民窗口办理。' * 30}"


@dataclass(frozen=True)
class Place:
    """A village, its console and its public pages; ``paths`` of what there is to open."""

    town: Town
    site: Site
    outside: str
    paths: dict[str, str]


@pytest.fixture(scope="module")
def parts(parts: Parts) -> Parts:
    """Lexicon and sentences, with an address for residents."""
    return replace(parts, standing=replace(parts.standing, public_url=HERE))


@pytest.fixture
def place(sqlite_url: str, parts: Parts) -> Iterator[Place]:
    """Somebody reported a lamp, the cadre sent notices, and the organiser agreed to stand there by name."""
    town = Town(sqlite_url, parts, STAGE)
    town.say("桥头路灯不亮好几天了", by=RESIDENT, room="s1")
    town.wait(minutes=11)
    for words in (LONG, "确认", "发通知 全村 明天上午停电检修，请备好热水", "确认"):
        town.say(words, by=CADRE, private=True)
        town.wait(minutes=3)
    town.say("亮牌写全名", by=ORGANISER, private=True)
    notices = PublicNotices(town.engine, town.machine.dispatch, town.clock)
    with served_publicly(notices, residents_of(town)) as outside, serve_site(town) as site:
        yield Place(town, site, outside, _paths(town, site))
    town.close()


def _paths(town: Town, site: Site) -> dict[str, str]:
    with town.session() as session:
        area = session.execute(select(Area.id).where(Area.name == "一服务区")).scalar_one()
        case = session.execute(select(Case.token)).scalar_one()
    visit = site.signed_in(CADRE)
    visit.post(f"/boards/{area}", f"/boards/{area}/make")
    with town.session() as session:
        board = session.execute(select(BoardLink.token)).scalar_one()
    return {
        "case": f"/c/{case}", "board": f"/b/{board}", "privacy": "/privacy", "wrong": "/b/nothing",
        "poster": f"/boards/{area}",
    }  # fmt: skip


def fits(page: Page, width: int) -> None:
    """Nothing is cut off, everything can be tapped, everything has a name."""
    page.wait_for_load_state()  # measured with its style sheet
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TARGETS, "button, .button, summary, .phone-number, .foot a") == []
    assert page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("size", [SMALLEST, *SIZES], ids=["small", "phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["", "no script"])
def test_every_page_fits_is_small_and_leaves_nothing_behind(
    browser: Browser,
    place: Place,
    size: dict[str, int],
    complaints: list[str],
    tmp_path: Path,
    *,
    script: bool,
):
    for name in ("case", "board", "privacy", "wrong"):
        for query in ("", "?big=1"):
            context = open_context(browser, size, place.outside, script=script)
            page = listen(context.new_page(), complaints)
            loaded: list[Response] = []
            page.on("response", lambda answer, loaded=loaded: loaded.append(answer))
            page.goto(place.paths[name] + query)

            fits(page, size["width"])
            assert page.evaluate("getComputedStyle(document.body).fontSize") == ("24px" if query else "19px")
            assert sum(len(answer.body()) for answer in loaded) < MOST_BYTES
            assert len(loaded) <= MOST_REQUESTS
            assert {answer.url.startswith(place.outside) for answer in loaded} == {True}
            assert context.cookies() == []
            page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
            context.close()
    assert [said for said in complaints if "404" not in said] == []


def test_a_resident_follows_a_case_in_large_letters_and_reads_what_to_say(browser: Browser, place: Place):
    context = open_context(browser, PHONE, place.outside, script=False)
    page = context.new_page()
    page.goto(place.paths["case"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("路灯")
    expect(page.get_by_text("已受理", exact=True)).to_be_visible()
    expect(page.get_by_text("回“催办 1”")).to_be_visible()
    page.get_by_text("大字", exact=True).click()
    expect(page.get_by_text("正常字", exact=True)).to_be_visible()

    place.town.say("办结 1 换了新的灯，晚上亮了", by=ORGANISER, room="s1")
    page.reload()
    expect(page.get_by_text("换了新的灯，晚上亮了")).to_be_visible()
    page.get_by_text("您的信息怎么保护").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您的信息怎么保护")
    context.close()


def test_whoever_scans_the_code_sees_who_answers_and_opens_a_notice(browser: Browser, place: Place):
    context = open_context(browser, PHONE, place.outside, script=False)
    page = context.new_page()
    page.goto(place.paths["board"])

    expect(page.get_by_role("heading", level=1)).to_have_text("一服务区，有事找谁")
    for words in ("组织员 李四方", "监督员 王", "志愿服务队队长", "联系村两委人员 赵"):
        expect(page.get_by_text(words).first).to_be_visible()
    for hidden in ("王五味", "赵六合"):
        expect(page.get_by_text(hidden)).to_have_count(0)
    page.get_by_role("link", name="医保缴费开始").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("医保缴费开始")
    context.close()


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_somebody_who_never_saw_it_prints_the_board_of_a_service_area(
    browser: Browser, place: Place, size: dict[str, int], complaints: list[str], tmp_path: Path
):
    context = open_context(browser, size, place.site.address)
    context.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1; }")
    page = listen(context.new_page(), complaints)
    page.goto("/")
    page.get_by_label("登录码").fill(place.site.code(CADRE))
    page.get_by_role("button", name="用登录码登录").click()
    menu = page.get_by_role("navigation", name="主菜单")
    if size is PHONE:
        menu.get_by_role("link", name="更多").click()
        menu = page.get_by_role("main")
    menu.get_by_role("link", name="亮牌", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("亮牌")
    fits(page, size["width"])
    page.screenshot(path=tmp_path / "boards.png", full_page=True)
    page.get_by_label("找一处").fill("二服务区")
    page.get_by_role("button", name="找", exact=True).click()
    page.get_by_role("link", name="二服务区").click()
    page.get_by_role("button", name="做亮牌").click()
    page.get_by_role("button", name="打印亮牌").click()

    assert page.evaluate("window.printed") == 1
    fits(page, size["width"])
    page.screenshot(path=tmp_path / "poster.png", full_page=True)
    with place.town.session() as session:
        tokens = list(session.execute(select(BoardLink.token).order_by(BoardLink.id)).scalars())
    expect(page.get_by_role("link", name=f"{HERE}/b/{tokens[-1]}")).to_be_visible()
    expect(page.get_by_role("img", name="二服务区亮牌的网页")).to_be_visible()
    context.close()
    assert complaints == []


def test_the_poster_is_one_sheet_of_paper_with_nothing_of_the_console_on_it(browser: Browser, place: Place):
    box = place.town.machine.dispatch.standing.secrets.box("13812345678")
    with place.town.engine.begin() as connection:
        connection.execute(update(Person).where(Person.name == "李四方").values(phone_box=box))
        long = "东到河边，西到公路，南到学校后面的围墙，北到老水塔，一共四十三户人家"
        connection.execute(update(Area).where(Area.name == "一服务区").values(boundary=long, centre="老戏台"))
    place.town.say("亮牌写电话", by=ORGANISER, private=True)
    context = open_context(browser, DESK, place.site.address)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("登录码").fill(place.site.code(CADRE))
    page.get_by_role("button", name="用登录码登录").click()
    page.goto(place.paths["poster"])
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page(?!s)", printed)) == 1

    page.emulate_media(media="print")
    for words in ("组织员 李四方", "13812345678", "东到河边", "老戏台", "着火、伤人、触电先打"):
        expect(page.locator("#poster").get_by_text(words).first).to_be_visible()
    for button in ("打印亮牌", "大字", "写上我的全名"):
        expect(page.get_by_role("button", name=button)).to_be_hidden()
    expect(page.get_by_role("link", name="诉求")).to_be_hidden()
    code = page.locator("#poster .qr svg").bounding_box()
    assert code
    assert code["width"] > 150  # 40 mm and more: old telephones read it
    context.close()


def test_the_poster_can_be_read_and_printed_without_javascript(browser: Browser, place: Place):
    context = open_context(browser, PHONE, place.site.address, script=False)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("登录码").fill(place.site.code(ORGANISER))
    page.get_by_role("button", name="用登录码登录").click()
    page.goto(place.paths["poster"])

    expect(page.get_by_role("button", name="打印亮牌")).to_be_hidden()
    expect(page.get_by_text("在浏览器菜单里选“打印”")).to_be_visible()
    page.get_by_role("button", name="去掉我的全名").click()
    expect(page.locator("#poster").get_by_text("组织员 李", exact=True)).to_be_visible()
    context.close()
