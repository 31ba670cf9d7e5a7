"""A notice with a picture, a file or a link card: nothing goes along unasked, and the words never wait for a picture."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot.channels.simulator.faults import Mishap
from bot.clocks import MovableClock
from bot.lanes import inline
from bot.machine import ACCOUNT
from bot.phones import Phones
from bot.sent_files import SentFiles
from handlers.actors import OPERATOR
from handlers.relay import ConfirmRelay
from handlers.rooms import NoteRecall
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from models.relay_files import RelayFiles
from models.rules.actor import Door, Origin
from models.rules.capabilities import Media
from models.rules.ids import IdempotencyKey
from models.rules.message import LinkCard, MessageKind
from models.rules.sent_files import content_of
from models.tables import OutboxMessage, SentFile
from tests.town.town import Town
from web.doors import PersonView

THREE, FIVE, DUTY, LEADER = "three", "five", "duty", "leader"
STAGE = Stage(
    preset="anxiang", channel="simulator", contact="村两委值班", quiet="21:30-07:00",
    paths=("安全乡/安全村/一片/四组/三邻", "安全乡/安全村/一片/五组/一邻"),
    people=(
        StagedPerson("home"),
        StagedPerson(LEADER, "张建国", "张", post="lin_head", area="三邻", verified=True, friend=True),
        StagedPerson(DUTY, "谷梅", "谷", post="village_duty", area="安全村", verified=True, friend=True),
    ),
    rooms=(StagedRoom(THREE, "三邻群", "三邻", account=ACCOUNT), StagedRoom(FIVE, "一邻群", "一邻", account=ACCOUNT)),
)  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n a poster"
PDF = b"%PDF-1.7 a letter"
WORDS = "发通知 全村 明天上午停电检修，请备好热水"
POST = "【通知】明天上午停电检修。请备好热水。"
PREVIEW = "将发2个群：“明天上午停电检修”。回“确认”发送，5分钟内有效。群：一邻群、三邻群。"
CARD = LinkCard("医保怎么交", "https://example.com/yibao", "三步")


@pytest.fixture
def village(make_town: Callable[..., Town]) -> Town:
    """Two neighbourhoods of one village."""
    return make_town(stage=STAGE)


def ask(town: Town, words: str, who: str = DUTY) -> str:
    """Somebody says something privately; the answer."""
    before = len(town.heard(who))
    town.say(words, by=who, private=True)
    heard = town.heard(who)[before:]
    return heard[-1] if heard else ""


def give(
    town: Town, content: bytes = PNG, kind: MessageKind = MessageKind.IMAGE, name: str = "", *, by: str = DUTY,
    fetched: bool = True,
) -> str:  # fmt: skip
    """Somebody sends us a picture or file privately; what is answered."""
    before = len(town.heard(by))
    message = town.wechat.say(by, kind=kind, picture=content, file_name=name, at=town.clock())
    town.machine.hear(message)
    town.wait(seconds=5)
    if fetched:
        fetch(town)
    heard = town.heard(by)[before:]
    return heard[-1] if heard else ""


def fetch(town: Town) -> None:
    """The channel hands out what is asked of it."""
    machine = town.machine
    files = SentFiles(machine.due, machine.dispatch, {ACCOUNT: machine.channel}, town.clock, inline)
    asyncio.run(files.step())


def arrived(town: Town, room: str = THREE) -> list[tuple[str, bytes | None, str]]:
    """What a group got: words, bytes, address."""
    said = [s for s in town.wechat.said if s.in_room and s.conversation == room]
    return [(s.text, s.picture, s.card.address if s.card else "") for s in said]


def states(town: Town) -> list[tuple[str, str]]:
    """State of each group's share, and why."""
    with town.session() as session:
        wanted = (
            select(OutboxMessage)
            .where(col(OutboxMessage.notice_id).is_not(None))
            .order_by(col(OutboxMessage.id))
        )
        return [(row.state, row.why) for row in session.execute(wanted).scalars()]


def test_a_picture_goes_along_once_the_cadre_says_so(village: Town):
    assert give(village) == ""
    first = ask(village, WORDS)
    assert first == f"{PREVIEW}您刚才发来的1张图片不会一起发，要带就回“带图”。"
    assert ask(village, "带图") == f"{PREVIEW}一起发：1张图片（不带就回“不带图”）。"
    ask(village, "确认")
    village.wait(minutes=2)

    for room in (THREE, FIVE):
        assert arrived(village, room) == [(POST, None, ""), ("", PNG, "")]
    assert states(village) == [("sent", ""), ("sent", "")]
    assert ask(village, "我的通知") == "最近的通知：\n1 明天上午停电检修：已发2，等发0，没发成0"


def test_nothing_goes_along_unasked(village: Town):
    give(village)
    ask(village, WORDS)
    ask(village, "确认")
    village.wait(minutes=2)

    assert arrived(village) == [(POST, None, "")]


def test_picture_file_and_card_go_in_the_order_they_were_sent(village: Town):
    ask(village, WORDS)
    assert give(village) == "收到。要和通知一起发，回“带图”；只发文字，回“确认”。"
    give(village, PDF, MessageKind.FILE, "缴费说明.pdf")
    give(village, content_of(CARD), MessageKind.LINK)
    assert (
        ask(village, "带上图片")
        == f"{PREVIEW}全部发完约2分钟。一起发：1张图片、文件“缴费说明.pdf”、链接“医保怎么交”（不带就回“不带图”）。"
    )
    ask(village, "确认")
    village.wait(minutes=3)

    assert arrived(village) == [(POST, None, ""), ("", PNG, ""), ("", PDF, ""), ("", None, CARD.address)]
    assert [s.file_name for s in village.wechat.said if s.picture == PDF] == ["缴费说明.pdf"] * 2


def test_said_at_once_and_taken_back(village: Town):
    give(village)
    assert ask(village, "发带图通知 全村 明天上午停电检修，请备好热水").endswith(
        "一起发：1张图片（不带就回“不带图”）。"
    )
    assert "不会一起发" in ask(village, "不带图")
    ask(village, "确认")
    village.wait(minutes=2)

    assert arrived(village) == [(POST, None, "")]


def test_what_cannot_go_along_is_said_in_one_sentence(village: Town):
    assert ask(village, "带图") == "先写通知，如“发通知 三组 内容”，看到预览再回“带图”。"
    ask(village, WORDS)
    assert ask(village, "带图").startswith("没有找到您刚发的图片或文件。")
    give(village, fetched=False)
    assert ask(village, "带图") == "您发的图片或文件还在接收，过几秒再说一次。"
    fetch(village)
    assert "一起发：1张图片" in ask(village, "带图")


def test_ten_megabytes_are_refused_with_the_limit(village: Town):
    ask(village, WORDS)
    give(village, b"x" * 10_000_000, MessageKind.FILE, "视频.mp4")

    assert ask(village, "带附件") == (
        "文件“视频.mp4”有10MB，微信这边一次最多发3MB。请压缩后再发给我，或只回“确认”发文字。"
    )
    ask(village, "确认")
    village.wait(minutes=2)
    assert arrived(village) == [(POST, None, "")]
    with village.session() as session:
        assert session.execute(select(SentFile)).scalar_one().content == b""


def test_a_picture_that_was_taken_back_goes_nowhere(village: Town):
    message = village.wechat.say(DUTY, kind=MessageKind.IMAGE, picture=PNG, at=village.clock())
    village.machine.hear(message)
    fetch(village)
    village.ask(NoteRecall(f"simulator:{message.id}"), "recall")

    assert ask(village, WORDS) == PREVIEW
    with village.session() as session:
        assert session.execute(select(SentFile)).all() == []


def test_an_old_picture_is_not_taken_up(village: Town):
    give(village)
    village.wait(minutes=61)

    assert ask(village, WORDS) == PREVIEW
    assert ask(village, "带图").startswith("没有找到")


def test_a_residents_or_leaders_picture_is_not_kept_for_notices(village: Town):
    give(village, by=LEADER)
    village.wechat.say("home", room=THREE, kind=MessageKind.IMAGE, picture=PNG)

    with village.session() as session:
        assert session.execute(select(SentFile)).all() == []
    assert village.say("带图", by="home", room=THREE).outcomes == ()


def test_a_picture_that_vanished_hides_nothing(village: Town):
    give(village)
    ask(village, WORDS)
    ask(village, "带图")
    with village.session() as session:
        session.execute(update(SentFile).values(content=b""))
        session.commit()
    ask(village, "确认")
    village.wait(minutes=10)

    assert arrived(village) == [(POST, None, "")]
    assert states(village) == [("sent", "file: gone")] * 2
    assert village.heard(DUTY)[-1] == (
        "通知1的文字都发到了，有2个群的图片或文件没发成。要补请在群里转发，或另发一条。"
    )


@pytest.mark.parametrize("mishap", [Mishap.LOST_AFTER, Mishap.REFUSED])
def test_a_picture_refused_or_in_doubt_is_never_sent_again(village: Town, mishap: Mishap):
    agree_with_picture(village)
    village.wechat.faults(ACCOUNT).mishaps.append(mishap)
    village.wait(hours=2)

    sent = [("", PNG, "")] if mishap is Mishap.LOST_AFTER else []
    assert arrived(village, FIVE) == [(POST, None, ""), *sent]
    assert arrived(village) == [(POST, None, ""), ("", PNG, "")]
    assert [state for state, _ in states(village)] == ["sent", "sent"]
    assert village.heard(DUTY)[-1].startswith("通知1的文字都发到了，有1个群的图片")


def test_a_stop_in_the_middle_of_a_picture_leaves_no_doubt_about_the_words(village: Town):
    agree_with_picture(village)
    with village.session() as session:
        began = (col(OutboxMessage.notice_id).is_not(None), col(OutboxMessage.text) != "")
        sending = update(OutboxMessage).where(*began)
        session.execute(sending.values(state="sending", sending_at=village.clock(), account=ACCOUNT))
        session.commit()
    village.machine.delivery.outbox.recover([ACCOUNT])

    assert ("sent", "file: stopped while it was said") in states(village)


def agree_with_picture(town: Town) -> None:
    """A notice with a picture is agreed to; when this returns the first group has heard the words."""
    give(town)
    ask(town, WORDS)
    ask(town, "带图")
    town.machine.hear(town.wechat.say(DUTY, "确认", at=town.clock()))
    while not arrived(town, FIVE):
        town.wait(seconds=1)


def test_stopping_between_words_and_picture_keeps_what_was_heard(village: Town):
    agree_with_picture(village)

    ask(village, "取消通知 1")
    village.wait(minutes=5)
    assert village.heard(DUTY)[-1] == "通知1已停：已发1个群，停下1个群。要接着发回“继续通知 1”。"
    assert arrived(village, FIVE) == [(POST, None, "")]
    assert arrived(village) == []


def test_other_words_do_not_say_a_notice_twice(village: Town):
    agree_with_picture(village)
    for words in ("改通知 1 内容 后天上午停电检修", "确认"):
        village.machine.hear(village.wechat.say(DUTY, words, at=village.clock()))
    village.wait(minutes=5)

    assert arrived(village, FIVE) == [(POST, None, ""), ("", PNG, "")]
    assert arrived(village) == [("【通知】后天上午停电检修。", None, ""), ("", PNG, "")]


def test_where_no_picture_can_be_sent_the_words_say_whom_to_ask(village: Town):
    channel = village.machine.channel
    channel.capabilities = replace(channel.capabilities, media=frozenset({Media.TEXT, Media.FILE}))
    give(village)
    give(village, PDF, MessageKind.FILE, "说明.pdf")
    ask(village, WORDS)
    ask(village, "带图")
    ask(village, "确认")
    village.wait(minutes=2)

    words = f"{POST}（另有图片或文件，这里发不了，请问村两委值班）"
    assert arrived(village) == [(words, None, ""), ("", PDF, "")]


def test_a_person_who_carries_the_words_finds_the_files_beside_them(village: Town):
    channel = village.machine.channel
    give(village)
    give(village, content_of(CARD), MessageKind.LINK)
    ask(village, WORDS)
    ask(village, "带图")
    channel.capabilities = replace(channel.capabilities, push_needs_human=True, media=frozenset({Media.TEXT}))
    ask(village, "确认")
    village.wait(minutes=1)

    rows, shelf = _ids(village, "relay"), RelayFiles(village.engine)
    assert len(rows) == 2
    for row in rows:
        picture, card = shelf.of(rows)[row]
        assert shelf.content(row, picture.id) is not None
        assert shelf.address(row, card) == CARD.address
    done = Origin(Door.WEB, IdempotencyKey("first"), village.clock())
    village.machine.dispatch(ConfirmRelay(rows[0]), OPERATOR, done)
    assert shelf.content(rows[0], picture.id) is None
    assert shelf.content(rows[1], 999) is None


def _ids(town: Town, state: str) -> list[int]:
    with town.session() as session:
        mine = (col(OutboxMessage.notice_id).is_not(None), col(OutboxMessage.state) == state)
        return [row.id or 0 for row in session.execute(select(OutboxMessage).where(*mine)).scalars()]


def test_a_long_text_comes_whole_and_in_order_before_its_picture(village: Town):
    body = "".join(f"第{i}条请大家按时到村部办理。" for i in range(1, 120))
    give(village)
    ask(village, f"发通知 全村 {body}")
    ask(village, "带图")
    ask(village, "确认")
    village.wait(minutes=5)

    said = arrived(village)
    parts = [words for words, content, _ in said if content is None]
    assert len(parts) == 3
    assert all(len(part.encode()) <= 2000 for part in parts)
    assert [part[:5] for part in parts] == ["(1/3)", "(2/3)", "(3/3)"]
    assert "".join(part[5:] for part in parts) == f"【通知】{body}"
    assert said[-1] == ("", PNG, "")


def test_a_phone_shows_the_file_and_the_card(village: Town):
    give(village, PDF, MessageKind.FILE, "说明.pdf")
    give(village, content_of(CARD), MessageKind.LINK)
    ask(village, WORDS)
    ask(village, "带附件")
    ask(village, "确认")
    village.wait(minutes=2)
    clock = MovableClock(village.clock, running=False)
    phones = Phones(village.wechat, ACCOUNT, [PersonView("home", "李", "居民")], clock)

    _, file, card = phones.phone("home", f"room:{THREE}").bubbles
    assert (file.file, file.picture) == ("说明.pdf", False)
    assert (card.file, card.address, card.about, card.picture) == (CARD.title, CARD.address, "三步", False)
