"""The board of an area: who answers there, what its groups were told, and what each person agreed to show."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from bot.parts import Parts
from bot.public_notices import PublicNotices
from handlers.actors import OPERATOR
from handlers.boards import MakeBoard, StopBoard
from handlers.dispatch import Status
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from models.presets import load_presets
from models.rules.actor import Actor, Door, Origin
from models.rules.boards import NEWS_FOR, board_of
from models.rules.ids import IdempotencyKey
from models.rules.permissions import EVERYBODY, Permission
from models.tables import Appointment, Area, BoardLink, Consent, Notice, Person, PostTypeRow
from tests.town.pages import residents_of, served_publicly
from tests.town.town import ACCOUNT, DUTY, FRIEND, LEADER, OTHER_LEADER, RESIDENT, Town, village

HERE = "https://linli.example.cn"
MOST_BYTES = 50_000
PHONE = "13812345678"


@pytest.fixture
def place(make_town: Callable[..., Town], parts: Parts) -> Town:
    """The village with a second group, and an address for its pages."""
    rooms = (*village().rooms, StagedRoom("nine", "九组群", "九组", account=ACCOUNT))
    return make_town(
        stage=village(rooms=rooms), parts=replace(parts, standing=replace(parts.standing, public_url=HERE))
    )


@pytest.fixture
def client(place: Town) -> Iterator[httpx.Client]:
    """A telephone outside."""
    notices = PublicNotices(place.engine, place.machine.dispatch, place.clock)
    with (
        served_publicly(notices, residents_of(place)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def area_of(town: Town, name: str) -> int:
    with town.session() as session:
        return (
            session.execute(select(Area.id).where(Area.name == name).order_by(Area.id)).scalars().first() or 0
        )


def cadre(town: Town) -> Actor:
    return town.machine.dispatch.actor("simulator", DUTY)


def made(town: Town, name: str = "三邻") -> str:
    """The path of a fresh board."""
    area = area_of(town, name)
    key = IdempotencyKey(f"web:{name}:{town.clock()}")
    done = town.machine.dispatch(MakeBoard(area), OPERATOR, Origin(Door.WEB, key, town.clock()))
    assert done.status is Status.DONE
    with town.session() as session:
        links = select(BoardLink.token).where(BoardLink.area_id == area).order_by(col(BoardLink.id).desc())
        return f"/b/{session.execute(links).scalars().first()}"


def say(town: Town, words: str, by: str) -> str:
    before = len(town.heard(by))
    town.say(words, by=by, private=True)
    town.wait(minutes=1)
    return (town.heard(by)[before:] or [""])[-1]


def notice(town: Town, words: str) -> None:
    say(town, words, DUTY)
    say(town, "确认", DUTY)
    town.wait(minutes=5)


def test_a_board_names_posts_and_surnames_and_how_to_say_something(place: Town, client: httpx.Client):
    page = client.get(made(place))

    assert page.status_code == 200
    for words in (
        "三邻，有事找谁", "邻长 张", "组长 刘", "片长 胡", "村两委值班 谷", "家里的事先找邻长", "在“三邻群”里",
        "桥头路灯不亮", "8:00 到 20:00", "21:30 到 7:00", "119", "村两委值班", "催办", "没有发过通知",
    ):  # fmt: skip
        assert words in page.text, words
    with place.session() as session:
        names = [name for name in session.execute(select(Person.name)).scalars() if len(name) > 1]
    assert [name for name in names if name in page.text] == []
    assert ("set-cookie" in page.headers, "<script" in page.text) == (False, False)
    assert page.headers["cache-control"] == "public, max-age=60"
    assert len(page.content) < MOST_BYTES
    again = client.get(page.url.path, headers={"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_full_name_and_a_phone_stand_there_only_as_long_as_their_owner_agrees(
    place: Town, client: httpx.Client
):
    path = made(place)
    assert say(place, "亮牌写全名", LEADER).startswith("好，亮牌网页上写您的全名")
    assert ("邻长 张建国" in client.get(path).text, "刘明" in client.get(path).text) == (True, False)

    assert say(place, "亮牌写电话", LEADER) == "名册里没有您的电话，先请村两委值班补上。"
    box = place.machine.dispatch.standing.secrets.box(PHONE)
    with place.engine.begin() as connection:
        connection.execute(update(Person).where(Person.name == "张建国").values(phone_box=box))
    assert PHONE not in client.get(path).text
    assert "谁都看得到" in say(place, "亮牌写电话", LEADER)
    assert f'href="tel:{PHONE}"' in client.get(path).text

    say(place, "亮牌不写电话", LEADER)
    say(place, "亮牌不写全名", LEADER)
    page = client.get(path).text
    assert ("邻长 张<" in page, "张建国" in page, PHONE in page) == (True, False, False)
    with place.session() as session:
        kept = session.execute(select(Consent).order_by(Consent.id)).scalars().all()
    assert [(row.purpose, row.fields, row.revoked_at is not None) for row in kept] == [
        ("board", ["name"], True), ("board", ["phone"], True),
    ]  # fmt: skip


def test_agreeing_twice_is_agreeing_once_and_a_group_is_no_place_for_it(place: Town, client: httpx.Client):
    for _ in range(2):
        say(place, "亮牌写全名", LEADER)
    place.say("亮牌写全名", by=OTHER_LEADER)
    assert "不能操作" in say(place, "亮牌写全名", FRIEND)

    with place.session() as session:
        assert len(session.execute(select(Consent)).scalars().all()) == 1
    assert "刘明" not in client.get(made(place)).text


def test_whoever_leaves_the_post_is_gone_from_the_page_at_once(place: Town, client: httpx.Client):
    path = made(place)
    with place.session() as session:
        person = session.execute(select(Person.id).where(Person.name == "张建国")).scalar_one()
    yesterday = (place.clock() - timedelta(days=1)).date()
    with place.engine.begin() as connection:
        connection.execute(
            update(Appointment).where(Appointment.person_id == person).values(valid_to=yesterday)
        )
        connection.exec_driver_sql("UPDATE deployment SET version = version + 1")

    page = client.get(path).text
    assert ("邻长 暂缺" in page, "组长 刘" in page) == (True, True)


def test_a_stand_in_is_named_while_somebody_is_away(place: Town, client: httpx.Client):
    path = made(place)
    say(place, "请假 3天 由刘明代", LEADER)
    assert "这几天由组长刘代" in client.get(path).text
    place.wait(days=4)

    assert "这几天" not in client.get(path).text


def test_what_the_groups_of_the_area_were_told_stands_there_for_thirty_days(
    place: Town, client: httpx.Client
):
    path, other = made(place), made(place, "九组")
    notice(place, "发通知 全村 明天上午停电检修，请备好热水")
    page = client.get(path).text
    assert ("明天上午停电检修" in page, "请备好热水。" in page) == (True, True)
    assert "停电" not in client.get(other).text
    place.clock.at += NEWS_FOR + timedelta(days=1)

    assert "停电" not in client.get(path).text


def test_a_notice_with_a_page_of_its_own_leads_there(place: Town, client: httpx.Client):
    path = made(place)
    notice(place, f"发通知 全村 医保缴费开始，{'请带身份证到村部办理。' * 40}")
    page = client.get(path).text
    link = page.partition('href="/n/')[2].partition('"')[0]

    assert "……" in page
    assert client.get(f"/n/{link}").status_code == 200
    assert len(client.get(path).content) < MOST_BYTES


def test_what_was_stopped_before_it_went_out_never_stood_there(place: Town, client: httpx.Client):
    path = made(place)
    say(place, "定时通知 明早8点 全村 明天下午停水", DUTY)
    say(place, "确认", DUTY)
    assert "停水" not in client.get(path).text
    say(place, "停发通知 1", DUTY)
    place.wait(days=1)

    assert "停水" not in client.get(path).text


def test_what_was_stopped_afterwards_is_marked_and_its_words_are_gone(place: Town, client: httpx.Client):
    path = made(place)
    notice(place, "发通知 全村 明天上午停电检修，请备好热水")
    with place.engine.begin() as connection:
        connection.execute(update(Notice).values(state="cancelled"))
    page = client.get(path).text

    assert ("已撤回" in page, "请备好热水" in page) == (True, False)


@pytest.mark.parametrize(
    "audience",
    [{"posts": ["lin_head"]}, {"tags": ["low_income"]}, {"without": None}],
    ids=["posts", "tag", "left out"],
)
def test_what_was_for_some_people_only_stands_on_no_board(
    place: Town, client: httpx.Client, audience: dict[str, list[str] | None]
):
    path = made(place)
    notice(place, "发通知 全村 明天上午停电检修，请备好热水")
    whom = {"areas": [area_of(place, "安全村")]}
    whom |= {name: value or [area_of(place, "四组")] for name, value in audience.items()}
    with place.engine.begin() as connection:
        connection.execute(update(Notice).values(audience=whom))

    assert "停电" not in client.get(path).text


def test_what_only_a_working_group_heard_stands_on_no_board(make_town: Callable[..., Town], parts: Parts):
    rooms = (
        *village().rooms,
        StagedRoom("work", "安全村工作群", "安全村", kind="working", tier=2, account=ACCOUNT),
    )
    town = make_town(stage=village(rooms=rooms), parts=parts)
    notice(town, "发通知 全村工作群 各片长明天开会")
    assert any("开会" in said for said in town.room("work"))

    residents = residents_of(town)
    near = [area.id for area in town.machine.dispatch.current_town().areas.values()]
    assert residents.boards.published(near, town.clock() - NEWS_FOR) == []


def test_a_stopped_board_says_so_and_a_new_one_has_another_address(place: Town, client: httpx.Client):
    path = made(place)
    area = area_of(place, "三邻")
    origin = Origin(Door.WEB, IdempotencyKey("web:stop"), place.clock())
    place.machine.dispatch(StopBoard(area), cadre(place), origin)
    gone = client.get(path)
    assert (gone.status_code, "已停用" in gone.text, "邻长" in gone.text) == (410, True, False)
    place.clock.at += timedelta(minutes=1)
    again = made(place)

    assert again != path
    assert (client.get(again).status_code, client.get(path).status_code) == (200, 410)


def test_a_board_that_stands_keeps_its_address(place: Town):
    first = made(place)
    place.clock.at += timedelta(minutes=1)

    assert made(place) == first
    assert len(first) == len("/b/") + 22


@pytest.mark.parametrize("path", ["/b/x", "/b/AAAAAAAAAAAAAAAAAAAAAA", "/b/%00", "/b/1"])
def test_a_wrong_address_says_what_to_do(place: Town, client: httpx.Client, path: str):
    made(place)
    page = client.get(path)

    assert page.status_code == 404
    assert "请再扫一次码" in page.text


def test_the_address_of_a_case_opens_no_board_and_no_notice(place: Town, client: httpx.Client):
    token = made(place).rpartition("/")[2]

    assert client.get(f"/c/{token}").status_code == 404
    assert client.get(f"/n/{token}").status_code == 404


@pytest.mark.parametrize("intent", [MakeBoard, StopBoard])
def test_who_may_not_speak_to_the_village_makes_and_stops_no_board(place: Town, intent: type):
    made(place)
    area, dispatch = area_of(place, "三邻"), place.machine.dispatch
    for number, who in enumerate((dispatch.actor("simulator", LEADER), Actor(permissions=EVERYBODY))):
        origin = Origin(Door.WEB, IdempotencyKey(f"web:{intent.__name__}{number}"), place.clock())
        assert dispatch(intent(area), who, origin).status is Status.REFUSED
    stranger = replace(cadre(place), seats=dispatch.actor("simulator", "outsider").seats)
    assert Permission.NOTICE_SEND in stranger.permissions
    origin = Origin(Door.WEB, IdempotencyKey("web:stranger"), place.clock())
    refused = dispatch(intent(area), stranger, origin)
    assert (refused.status, refused.refusal and refused.refusal.key) == (Status.REFUSED, "BOARD_NO_AREA_DM")

    with place.session() as session:
        assert (
            len(session.execute(select(BoardLink).where(BoardLink.stopped_at.is_(None))).scalars().all()) == 1
        )


def test_anybody_who_says_liangpai_hears_who_answers(place: Town):
    place.say("亮牌", by=RESIDENT)
    said = place.room()[-1]
    assert said == "三邻：邻长张、组长刘、片长胡、村两委值班谷。有事直接在群里说，不方便就私信我。"
    path = made(place)
    place.say("看亮牌", by=RESIDENT)

    assert place.room()[-1] == f"{said}\n亮牌：{HERE}{path}"
    assert len(place.room()[-1]) <= 120
    say(place, "亮牌写全名", LEADER)
    place.say("亮牌", by=RESIDENT)
    assert "张建国" not in place.room()[-1]


def test_liangpai_said_by_the_way_is_left_alone(place: Town):
    place.say("村口那个亮牌子掉了", by=RESIDENT)
    place.say("亮牌了吗今天", by=RESIDENT)
    place.wait(minutes=2)

    assert not any("邻长张、组长刘" in said for said in place.room())


def test_a_board_of_the_qingyang_kind_has_its_five_fields(make_town: Callable[..., Town]):
    stage = Stage(
        preset="qingyang", channel="simulator", paths=("杜村乡/长垄村/一服务区",), contact="村部",
        people=(
            StagedPerson("org", "李四", "李", post="organizer", area="一服务区", verified=True, friend=True),
            StagedPerson("sup", "王五", "王", post="supervisor", area="一服务区", verified=True, friend=True),
            StagedPerson("two", "赵六", "赵", post="village_contact", area="长垄村", verified=True, friend=True),
        ),
        rooms=(StagedRoom("s1", "一服务区群", "一服务区", account=ACCOUNT),),
    )  # fmt: skip
    town = make_town(stage=stage)
    with town.engine.begin() as connection:
        carried = select(PostTypeRow.id).where(PostTypeRow.code.in_(("team_leader", "team_deputy")))
        connection.execute(delete(Appointment).where(Appointment.post_id.in_(carried)))
        connection.exec_driver_sql("UPDATE deployment SET version = version + 1")
    snapshot = town.machine.dispatch.current_town()
    lines = board_of(snapshot, area_of(town, "一服务区"), town.clock().date())

    assert [(line.title, line.seat and line.seat.surname, bool(line.duties)) for line in lines] == [
        ("组织员", "李", True), ("监督员", "王", True), ("志愿服务队队长", "李", True),
        ("志愿服务队副队长", "王", True), ("联系村两委人员", "赵", True),
    ]  # fmt: skip


def test_every_preset_says_what_those_on_its_boards_do():
    for preset in load_presets().values():
        shown = [post for post in preset.posts.values() if post.board]
        assert shown, preset.code
        assert [post.code for post in shown if not 4 <= len(post.duties) <= 40] == []


def test_the_chief_of_a_whole_part_has_a_board_without_those_below(place: Town, client: httpx.Client):
    page = client.get(made(place, "一片")).text

    assert ("片长 胡" in page, "范围" in page, "四组" in page) == (True, True, True)
    assert ("邻长" in page.partition("怎么说")[0], "组长" in page.partition("怎么说")[0]) == (False, False)
