"""Two years after its end a case no longer knows whose it was, in no column of any table; its numbers stay."""

import re
import zlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session

from handlers.housekeeping import BATCH, SweepExpired
from handlers.registers import OpenRegister
from handlers.report_editions import FreezeReport
from handlers.reports import reckon
from handlers.work import Work
from models.case_search import CaseSearch, Hunt, Sought
from models.report_editions import edition_of
from models.rules.actor import Actor, Door, Origin
from models.rules.ids import CaseNo, IdempotencyKey
from models.rules.registers import Register
from models.rules.report_periods import period_coded
from models.rules.scope import Scope
from models.store.rows import TABLES
from models.tables import Case, ConsumedKey, RegisterOpening
from tests.town.test_rows_and_events import check_rows
from tests.town.town import CHIEF, DUTY, FRIEND, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, THIRD, Town

REPORTER, PHONE, SAID = "王二麻子", "13812345678", "晚上摔了一跤"
PRIVATE = "老头子住院没钱了"
OPEN = "李四娘家门口"
TOLD = (REPORTER, PHONE, SAID)
JULY = "2025-07"
BOX = re.compile(r"gAAAA[\w=-]+")
SEEN_BEFORE = {
    "approval.reason", "case_event.changes", "case_event.reason", "case_file.flags", "case_file.phone_box", "case_file.result",
    "case_file.text", "case_line.text", "follow_up.note", "outbox.blanks", "outbox.text", "rating.words",
    "register_opening.reason", "report_edition.content",
}  # fmt: skip
"""Where a name, a number or a sentence of the reporter stood."""


def lived(town: Town) -> None:
    """A street lamp is reported twice, rested, called up, ended and rated; help is asked for; somebody calls; one stays open."""
    for who, words in (
        (RESIDENT, f"四组桥头路灯不亮 {SAID} 我是{REPORTER} 电话{PHONE}"), (NEIGHBOUR, "四组桥头路灯不亮 好黑"),
        (CHIEF, "并件 2 到 1"), (LEADER, "接单 1"), (LEADER, f"上报 1 {REPORTER}家门口的灯杆断了"), (DUTY, "接单 1"),
        (DUTY, f"挂起 1 到后天 等{REPORTER}在家"),
    ):  # fmt: skip
        town.say(words, by=who)
        town.wait(minutes=3)
    for who, words in (
        (FRIEND, f"我家想申请低保 {PRIVATE}"), (FRIEND, "四组"), (DUTY, "接单 3"), (DUTY, "办结 3 低保已经申请"),
        (OTHER_LEADER, f"录入 电话 {REPORTER} {PHONE}：四组水渠堵了"), (CHIEF, "接单 4"), (CHIEF, "办结 4 水渠已经通了"),
    ):  # fmt: skip
        town.say(words, by=who, private=True)
        town.wait(minutes=3)
    for who, words in (
        (DUTY, f"已联系 1 {REPORTER}来接的"), (DUTY, f"办结 1 {REPORTER}家门口的灯换好了"),
        (RESIDENT, f"1 评 4 4 5 {REPORTER}谢谢师傅"), (CHIEF, f"回访 1 满意 {REPORTER}说灯亮了"),
    ):  # fmt: skip
        town.say(words, by=who)
        town.wait(minutes=3)
    town.wait(days=17)
    town.say(f"老井边上的垃圾桶满了 {OPEN}", by=THIRD)
    town.wait(minutes=3)


def by_web(town: Town, who: str, asked: Any) -> str:
    actor = town.machine.dispatch.actor("simulator", who)
    origin = Origin(Door.WEB, IdempotencyKey(f"web:{asked}"), town.clock())
    return str(town.machine.dispatch(asked, actor, origin).status)


def opened(town: Town, register: Register, no: int, reason: str) -> None:
    """Somebody of the township opened it."""
    with town.session() as session:
        case = session.execute(select(Case).where(Case.no == no)).scalar_one()
        session.add(
            RegisterOpening(
                person_id=1, kind=register, subject_id=case.id, subject_no=no, area_id=case.area_id, reason=reason,
                at=town.clock(),
            )
        )  # fmt: skip
        session.commit()


def village_of(town: Town) -> int:
    return next(
        node.id for node in town.machine.dispatch.current_town().areas.values() if node.name == "安全村"
    )


def swept(town: Town) -> int:
    """The broom of one night, batch after batch; how many batches it took."""
    for turn in range(1, 30):
        before = town.rows()
        town.ask(SweepExpired(town.clock().isoformat(), turn), f"sweep {town.clock()} {turn}")
        after = town.rows()
        if all(after[name] == before[name] for name in after if name not in {"consumed_key", "audit"}):
            return turn
    raise AssertionError


def readable(town: Town, value: Any) -> str:
    """What anybody could read of a value who has the database and the secret."""
    if isinstance(value, bytes) and value[:1] == b"x":
        return zlib.decompress(value).decode()
    said = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return said + "".join(map(town.parts.standing.secrets.open, BOX.findall(said)))


def places(town: Town, *words: str) -> set[str]:
    """``table.column`` of every column in which one of these stands, of every table there is."""
    found = set()
    for name, table in TABLES.items():
        with town.engine.connect() as connection:
            rows = list(connection.execute(select(table)))
        for row in rows:
            for column, value in zip(table.c.keys(), row, strict=True):
                if any(word in readable(town, value) for word in words):
                    found.add(f"{name}.{column}")
    return found


def found_by(town: Town, word: str) -> list[int]:
    """Cases that the search finds by a word; what its index knows of them by itself."""
    search, sought = CaseSearch(town.engine), Sought(word)
    with Session(town.engine) as session:
        named = search.newest(session, Hunt((sought.fits(search.database),), (sought.choice(),)))
        if search.database == "postgresql":
            kept = session.execute(
                text("SELECT no FROM case_words WHERE said LIKE :word"), {"word": f"%{word}%"}
            )
            assert {no for (no,) in kept} == {row.no for row in named}
    return [row.no for row in named]


def july(town: Town) -> dict[str, str]:
    """Every figure of the month, as the duty desk reads it."""
    actor: Actor = town.machine.dispatch.actor("simulator", DUTY)
    area, origin = village_of(town), Origin(Door.WEB, IdempotencyKey("look"), town.clock())

    def asked(work: Work) -> dict[str, str]:
        figures = reckon(work, area, period_coded(JULY)).figures()
        return {
            each.key: f"{each.share.numerator}/{each.share.denominator} {each.percent}" for each in figures
        }

    return town.machine.dispatch.look(asked, actor, origin)


def test_after_three_years_nobody_finds_who_reported_it_or_what_was_said(town: Town):
    lived(town)
    asked = OpenRegister(Register.CASE_PHONE, CaseNo(4), f"{REPORTER}要回访")
    assert by_web(town, CHIEF, asked) == "done"
    for register in Register:
        opened(town, register, 3, f"{PRIVATE}，去看看")
    assert by_web(town, DUTY, FreezeReport(village_of(town), JULY)) == "done"
    assert {case.no: case.state for case in town.cases()} == {
        1: "closed", 2: "merged", 3: "closed", 4: "closed", 5: "new",
    }  # fmt: skip
    assert places(town, *TOLD) >= SEEN_BEFORE
    assert places(town, PRIVATE) >= {"case_file.text", "case_line.text", "register_opening.reason"}
    assert found_by(town, SAID) == [1]
    counted = july(town)

    town.clock.at += timedelta(days=300)
    assert swept(town) < 5
    assert places(town, *TOLD) >= {"case_file.text", "case_line.text", "report_edition.content"}
    assert places(town, PRIVATE) >= {"case_file.text"}

    town.clock.at += timedelta(days=100)
    swept(town)
    assert places(town, PRIVATE) == set()
    assert places(town, *TOLD) >= {"case_file.text", "case_line.text", "report_edition.content"}

    town.clock.at += timedelta(days=700)
    assert swept(town) < 5
    assert places(town, *TOLD) == set()
    assert found_by(town, SAID) == []
    assert places(town, OPEN) >= {"case_file.text", "case_line.text"}
    assert (found_by(town, OPEN), july(town)) == ([5], counted)
    check_rows(town)


def test_a_forgotten_case_says_what_it_was_and_its_edition_its_numbers(town: Town):
    lived(town)
    by_web(town, DUTY, FreezeReport(village_of(town), JULY))
    town.clock.at += timedelta(days=1100)
    swept(town)

    with town.session() as session:
        case = session.get_one(Case, 1)
        edition = edition_of(session, Scope(whole=True), 1)
    assert (case.state, case.co_reporters, case.reporter_id, case.text) == ("closed", 1, None, "")
    assert case.forgotten_at is not None
    assert edition is not None
    assert edition[1].numbers("valid", "over") == [4, 3, 1]


def test_what_is_more_than_a_batch_is_forgotten_in_the_batches_after_it(town: Town):
    ago = town.clock() - timedelta(days=800)
    many = 130
    with town.session() as session:
        session.add_all(
            Case(
                no=no, token=f"old {no}", category="B02", hotline="求助", urgency="U2", privacy="P1", state="closed",
                area_id=1, text=REPORTER, said_at=ago, created_at=ago, heard_last_at=ago, closed_at=ago,
            )
            for no in range(1, many + 1)
        )  # fmt: skip
        session.add_all(ConsumedKey(key=f"old {n}", at=ago) for n in range(BATCH // 2 + 5))
        session.commit()
    town.ask(SweepExpired(town.clock().isoformat()), "sweep")
    assert places(town, REPORTER) == {"case_file.text"}

    town.wait(minutes=1)
    assert places(town, REPORTER) == set()
    with town.session() as session:
        assert {case.forgotten_at is None for case in session.execute(select(Case)).scalars()} == {False}
