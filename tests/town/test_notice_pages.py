"""The page of a notice: what it shows, what it counts, and what it never tells."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO

import httpx
import pytest
from PIL import Image
from sqlalchemy import select
from sqlmodel import col

from bot.parts import Parts
from bot.public_notices import PublicNotices
from handlers.housekeeping import SweepExpired
from models.rules.message import MessageKind
from models.tables import NoticeLink, NoticeReceipt, SentFile
from tests.town.pages import served_publicly
from tests.town.test_notice_forms import DUTY, PDF, STAGE, THREE, WORDS, arrived, ask, give
from tests.town.test_notice_receipts import settle_homes
from tests.town.town import LEADER, Town

HERE = "https://linli.example.cn"
LINK = re.compile(rf"{HERE}(/n/[\w-]{{22}})(?![\w-])")
STAMP = re.compile(r'name="stamp" value="([^"]+)"')
IMPORTANT = "发通知 重要 全村 明天上午停电检修，请备好热水"
MOST_BYTES = 50_000


@pytest.fixture
def village(make_town: Callable[..., Town], parts: Parts) -> Town:
    """Two neighbourhoods with five households, and an address for the pages."""
    here = replace(parts, standing=replace(parts.standing, public_url=HERE))
    town = make_town(stage=STAGE, parts=here)
    settle_homes(town)
    return town


@pytest.fixture
def client(village: Town) -> Iterator[httpx.Client]:
    """A telephone outside."""
    notices = PublicNotices(village.engine, village.machine.dispatch, village.clock)
    with served_publicly(notices) as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def send(town: Town, words: str = IMPORTANT) -> str:
    """The cadre writes it and agrees; the path of its page."""
    ask(town, words)
    ask(town, "确认")
    town.wait(minutes=3)
    with town.session() as session:
        newest = select(NoticeLink.token).order_by(col(NoticeLink.id).desc()).limit(1)
        return f"/n/{session.execute(newest).scalar_one()}"


def tap(client: httpx.Client, path: str, stamp: str = "") -> httpx.Response:
    """Somebody taps 我看到了."""
    found = STAMP.search(client.get(path).text)
    return client.post(f"{path}/seen", data={"stamp": stamp or (found[1] if found else "")})


def test_an_important_notice_ends_with_the_address_of_its_page(village: Town, client: httpx.Client):
    path = send(village)
    said = arrived(village)[0][0]

    assert said.startswith("【通知】明天上午停电检修。请备好热水。（看到请回“收到”，不回也没关系）")
    found = LINK.search(said)
    assert found is not None
    assert said.endswith(f"\n全文：{HERE}{path}")
    page = client.get(found[1])
    assert page.status_code == 200
    for words in (
        "<h1>明天上午停电检修</h1>",
        "请备好热水。",
        "2025年7月15日",
        "安全村村两委值班",
        "我看到了",
    ):
        assert words in page.text
    assert "谷" not in page.text
    assert len(page.content) < MOST_BYTES
    assert page.headers["cache-control"] == "private, max-age=60"
    assert "set-cookie" not in page.headers


def test_a_short_everyday_notice_carries_no_address_and_a_long_one_does(village: Town, client: httpx.Client):
    send(village, WORDS)
    assert arrived(village)[-1][0] == "【通知】明天上午停电检修。请备好热水。"

    path = send(village, f"发通知 全村 医保缴费开始，{'请带身份证到村部办理。' * 20}")
    assert arrived(village)[-1][0].endswith(f"\n全文：{HERE}{path}")
    assert "我看到了" not in client.get(path).text


def test_looking_counts_nothing_and_a_tap_counts_once(village: Town, client: httpx.Client):
    path = send(village)
    for _ in range(20):
        client.get(path)
        client.head(path)
    assert "网页" not in ask(village, "回执 1")

    page = client.get(path)
    stamp = STAMP.search(page.text)[1]  # type: ignore[index]
    for _ in range(3):
        answer = tap(client, path, stamp)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?seen=1")
    assert "谢谢，记下了。只记个数，不记是谁。" in client.get(f"{path}?seen=1").text
    tap(client, path)

    assert ask(village, "回执 1").endswith("网页上有2人次点了“我看到了”。")
    with village.session() as session:
        assert session.execute(select(NoticeReceipt)).all() == []


def test_a_forged_tap_counts_nothing(village: Town, client: httpx.Client):
    path = send(village)
    other = send(village, "发通知 重要 全村 后天停水，请存水")
    stamp = STAMP.search(client.get(other).text)[1]  # type: ignore[index]

    for forged in ("", "x", "x.y", stamp):
        assert client.post(f"{path}/seen", data={"stamp": forged}).headers["location"] == path
    assert "网页" not in ask(village, "回执 1")


@pytest.mark.parametrize(
    "path", ["/n/x", "/n/AAAAAAAAAAAAAAAAAAAAAA", "/n/../console", "/n/%00", "/n/" + "a" * 3000]
)
def test_a_wrong_link_says_what_to_do(village: Town, client: httpx.Client, path: str):
    send(village)
    page = client.get(path)

    assert page.status_code == 404
    assert "请回到群里重新点一次" in page.text


@pytest.mark.parametrize(
    "path", ["/", "/console", "/relay", "/status", "/healthz", "/letters/1", "/hooks/weather"]
)
def test_nothing_else_is_served_to_the_public(client: httpx.Client, path: str):
    assert client.get(path).status_code == 404


def test_a_stopped_notice_says_so_and_asks_for_nothing(village: Town, client: httpx.Client):
    path = send(village)
    stamp = STAMP.search(client.get(path).text)[1]  # type: ignore[index]
    ask(village, "发通知 全村 明天上午开会")
    ask(village, "取消")
    with village.session() as session:
        session.connection().exec_driver_sql("UPDATE notice SET state = 'cancelled'")
        session.commit()
    page = client.get(path).text

    assert "已撤回" in page
    assert "请备好热水" not in page
    assert "我看到了" not in page
    client.post(f"{path}/seen", data={"stamp": stamp})
    with village.session() as session:
        assert set(session.execute(select(NoticeLink.seen)).scalars()) == {0}


def test_after_three_months_the_link_leads_nowhere_and_the_bytes_are_gone(
    village: Town, client: httpx.Client
):
    give(village, PDF, MessageKind.FILE, "说明.pdf")
    ask(village, WORDS)
    ask(village, "带附件")
    path = send(village, "确认")
    assert client.get(path).status_code == 200
    village.clock.at = village.clock.at.replace(month=11)

    assert client.get(path).status_code == 404
    village.ask(SweepExpired(since=village.clock().isoformat()))
    with village.session() as session:
        assert [row.content for row in session.execute(select(SentFile)).scalars()] == [b""]
        assert session.execute(select(NoticeLink)).all() == []


def test_pictures_are_shown_small_and_without_a_place_and_files_can_be_saved(
    village: Town, client: httpx.Client
):
    give(village, photo())
    give(village, PDF, MessageKind.FILE, "缴费说明.pdf")
    ask(village, WORDS)
    ask(village, "带图")
    path = send(village, "确认")
    page = client.get(path).text

    shown = client.get(re.search(r'src="(/n/[^"]+)"', page)[1])  # type: ignore[index]
    drawn = Image.open(BytesIO(shown.content))
    assert max(drawn.size) == 1280
    assert dict(drawn.getexif()) == {}
    saved = client.get(re.search(r'href="(/n/[^"]+/files/\d+)"', page)[1])  # type: ignore[index]
    assert saved.content == PDF
    assert "filename*=UTF-8''%E7%BC%B4%E8%B4%B9%E8%AF%B4%E6%98%8E.pdf" in saved.headers["content-disposition"]
    other = send(village, "发通知 全村 后天停水")
    assert client.get(re.search(r'src="(/n/[^"]+)"', page)[1].replace(path, other)).status_code == 404  # type: ignore[index]


def photo() -> bytes:
    """A large one, with the place it was taken at."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (3000, 2000), "navy").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_households_own_link_answers_for_it_once(village: Town, client: httpx.Client):
    send(village)
    said = ask(village, "链接 1 12户", LEADER)
    found = LINK.search(said)
    assert found is not None
    assert said.startswith("把下面的网址转给12户，他们点“我看到了”就算这户有回音：\n")
    assert ask(village, "链接 1 12户", LEADER) == said
    assert "您家就算收到了" in client.get(found[1]).text
    before = ask(village, "告知 1", LEADER)
    assert "12户" in before

    tap(client, found[1])
    tap(client, found[1])
    assert "12户" not in ask(village, "告知 1", LEADER)
    assert "网页上" not in ask(village, "回执 1")


def test_whose_household_it_is_not_gets_no_link(village: Town):
    send(village)

    assert ask(village, "链接 1 7户", LEADER).startswith("您这边没找到“7户”。")
    assert village.say("链接 1 12户", by="home", room=THREE).outcomes == () or not village.heard("home")
    assert not ask(village, "链接 1 12户", DUTY).startswith("把下面")


def test_without_an_address_no_message_carries_one(make_town: Callable[..., Town]):
    town = make_town(stage=STAGE)
    settle_homes(town)
    ask(town, IMPORTANT)
    ask(town, "确认")
    town.wait(minutes=3)

    assert "http" not in arrived(town)[0][0]
    assert ask(town, "链接 1 12户", LEADER) == "这里还没有开通通知网页，请打电话或上门说一声，再回“告知”。"
