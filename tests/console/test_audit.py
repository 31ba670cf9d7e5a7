"""Who did what when: in one's own areas, never what residents said, and changed by nobody."""

import ast
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select, text
from sqlmodel import col

from bot.parts import Parts
from handlers.registry import all_handlers, load_handlers
from handlers.web_access import IssueLoginCode
from models.rules.permissions import EVERYBODY, Permission
from models.rules.reporting import Export
from models.tables import Area, AuditLine, Case, RegisterOpening
from tests.console.office import (
    CALLED_IN,
    LAMP,
    PASSWORD,
    PLEA,
    TOWN,
    TOWNSHIP,
    from_shell,
    person,
    with_password,
    words_of,
)
from tests.console.site import Site, serve_site
from tests.house.source import parsed, python_files
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, OUTSIDER, OVERSIGHT, RESIDENT, Town
from web.audit_words import ACCESS, EVERYTHING, KINDS, REGISTERS, TAKEN

LEFT_OUT = {
    "AddLine", "AddPolicy", "AddToCase", "AgreeToBoard", "AttachFiles", "ChangeNotice", "ChangeStanding", "Confirm",
    "EndSessionsOf", "HandOut", "LookAfter", "ListActivities", "ListFollowUps", "ListMyCases", "NoteExport", "OfferPicture",
    "OpenRegister", "PostActivity", "ResetAccount", "ResumeNotice",
    "ScheduleNotice", "SendNotice", "ShowStats", "UnlockAccount", "WhyPolicy",
}  # fmt: skip
"""Looking, what nothing comes of before it is confirmed, and what is written down in words of its own."""


def worked(site: Site) -> None:
    """A morning's work: a case claimed in chat, a number opened, a notice sent on the page."""
    site.town.say(LAMP, by=RESIDENT)
    site.town.say("谢谢大家", by=NEIGHBOUR)
    site.town.wait(minutes=2)
    site.town.say("接单 1", by=LEADER)
    site.town.say("发通知 三邻 明早八点停水检修", by=DUTY, private=True)
    site.town.say("确认", by=DUTY, private=True)
    site.town.wait(minutes=2)


def test_what_people_did_in_ones_areas_is_listed_newest_first(office: Site):
    worked(office)
    said = words_of(office.signed_in(DUTY).get("/audit"))

    assert "邻长张建国 接单，诉求 #1" in said
    assert "发通知，通知 1" in said
    assert said.index("用登录码登录") < said.index("发通知") < said.index("接单，诉求")
    assert "微信" in said


def test_no_word_of_a_resident_stands_in_it_and_no_resident_does(office: Site):
    worked(office)
    office.town.say(CALLED_IN, by=DUTY, private=True)
    office.town.say("办结 1 换了新灯泡，亮了", by=LEADER)
    office.town.wait(minutes=2)
    page = words_of(office.signed_in(TOWN).get("/audit"))

    for word in ("楼道灯", "谢谢", "停水", "张三", "135", "新灯泡", RESIDENT):
        assert word not in page, word
    assert "代居民录入" in page


def test_another_village_sees_none_of_it(office: Site):
    worked(office)
    page = words_of(office.signed_in(OUTSIDER).get("/audit"))
    lines = page[page.index("清空") :]

    assert ("接单" in lines, "发通知" in lines, "张建国" in page) == (False, False, False)
    assert "用登录码登录" in lines  # his own


def test_whoever_has_no_right_to_it_sees_himself_alone(office: Site):
    worked(office)
    page = words_of(office.signed_in(LEADER).get("/audit"))

    assert ("接单，诉求 #1" in page, "发通知，通知 1" in page, "谷梅" in page) == (True, False, False)
    assert "下载成表格" not in page


@pytest.mark.parametrize(
    ("kind", "there", "gone"),
    [("case", "接单", "发通知"), ("notice", "发通知", "接单"), ("access", "登录码", "接单")],
)
def test_it_is_narrowed_by_kind(office: Site, kind: str, there: str, gone: str):
    worked(office)
    page = words_of(office.signed_in(DUTY).get(f"/audit?kind={kind}"))
    lines = page[page.index("清空") :]

    assert (there in lines, gone in lines) == (True, False)


def test_it_is_narrowed_by_person_and_day_and_nonsense_narrows_nothing(office: Site):
    worked(office)
    visit, head = office.signed_in(DUTY), person(office, "张建国")

    def lines(query: str) -> str:
        page = words_of(visit.get(f"/audit?{query}"))
        return page[page.index("清空") :]

    assert ("接单" in lines(f"person={head}"), "发通知" in lines(f"person={head}")) == (True, False)
    assert ("接单" in lines("day=2025-07-15"), "接单" in lines("day=2025-07-14")) == (True, False)
    stranger = person(office, "钱进")
    assert "没有这样的记录" in lines(f"person={stranger}")
    assert "接单" in lines("person=x&day=yesterday&kind=all&before=1~2~3")
    assert "接单" in lines("day=0001-01-01&before=0001-01-01T00:00:00%2B14:00~asked~1")
    assert "接单" in lines("day=9999-12-31&before=9999-12-31T23:00:00-14:00~asked~1")


def test_why_something_of_the_closest_kept_was_opened_is_for_nobody_above(office: Site):
    worked(office)
    with office.town.session() as session:
        case = session.execute(select(Case)).scalar_one()
        case.privacy = "P4"
        opening = RegisterOpening(
            person_id=person(office, "张建国"), kind="case_phone", subject_id=case.id or 0, subject_no=1,
            area_id=case.area_id, reason="约他当面核实", at=office.town.clock(),
        )  # fmt: skip
        session.add_all([case, opening])
        session.commit()
    above = words_of(office.signed_in(TOWN).get("/audit?kind=register"))

    assert ("看反映人电话" in above, "诉求 #1" in above, "当面核实" in above) == (True, False, False)


def test_a_private_case_has_no_number_and_no_reason_for_whoever_may_not_see_it(office: Site):
    office.town.say(PLEA, by=RESIDENT)
    office.town.wait(minutes=3)
    office.signed_in(TOWN).post("/registers/1/words", "/registers/1/words", reason="核实困难情况")
    lower, upper = (words_of(office.signed_in(who).get("/audit?kind=register")) for who in (OVERSIGHT, TOWN))

    assert ("看不公开的原话" in lower, "#1" in lower, "核实困难" in lower) == (True, False, False)
    assert "看不公开的原话，诉求 #1" in upper
    assert "理由：核实困难情况" in upper


def test_a_step_that_changed_nothing_of_a_private_case_tells_no_number(office: Site):
    office.town.say(PLEA, by=RESIDENT)
    office.town.wait(minutes=3)
    office.town.say("稍后 1", by=DUTY, private=True)
    office.town.wait(minutes=1)
    with office.town.session() as session:
        rows = session.execute(select(AuditLine).where(col(AuditLine.intent) == "SnoozeCase")).scalars().all()
    said = words_of(office.signed_in(OVERSIGHT).get("/audit?kind=case"))

    assert [(row.case_id, row.number) for row in rows] == [(None, 1)]
    assert ("稍后再提醒" in said, "#1" in said) == (True, False)


def test_whoever_is_complained_about_finds_no_line_of_it(office: Site):
    worked(office)
    with office.town.session() as session:
        case = session.execute(select(Case)).scalar_one()
        case.flags = {**case.flags, "accused": [person(office, "谷梅")]}
        session.add(case)
        session.commit()

    assert "接单" not in words_of(office.signed_in(DUTY).get("/audit?kind=case")).split("清空")[1]
    assert "接单，诉求 #1" in words_of(office.signed_in(OVERSIGHT).get("/audit?kind=case"))


def test_pages_go_on_where_the_last_one_ended_and_leave_nothing_out(office: Site):
    worked(office)
    visit = office.signed_in(DUTY)
    for number in range(100):
        at = office.town.clock() if number % 3 else office.town.clock().replace(microsecond=number)
        with office.town.session() as session:
            session.add(
                AuditLine(
                    at=at, door="web", key=f"k{number}", intent="ChangeNoticeNow", outcome="done", number=1000 + number,
                    person_id=person(office, "张建国"),
                )
            )  # fmt: skip
            session.commit()
    address, seen, pages = "/audit?kind=notice", list[str](), 0
    while address:
        page = visit.get(address).text
        seen += [line.split("<")[0].strip() for line in page.split("，通知 ")[1:]]
        found = page.split('href="/audit?')[1:]
        older = [one.split('"')[0] for one in found if "看更早的" in one.split("</a>")[0]]
        address = "/audit?" + older[0].replace("&amp;", "&") if older else ""
        pages += 1

    assert pages > 2
    assert sorted(map(int, seen)) == [1, *range(1000, 1100)]


def test_the_sheet_says_what_the_page_says_and_that_it_was_taken(office: Site):
    worked(office)
    visit = office.signed_in(DUTY)
    answer = visit.post("/audit", "/audit/export", kind="case")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))

    assert rows[0][:3] == ("时间", "谁", "做了什么")
    assert [row[1:4] for row in rows[1:]] == [("邻长张建国", "接单", "诉求 #1")]
    assert "导出操作记录" in words_of(visit.get("/audit?kind=export"))
    refused = office.signed_in(CHIEF).post("/audit", "/audit/export")
    assert refused.status_code == 403


def test_reports_that_left_stand_in_it_with_their_place_and_span(office: Site):
    worked(office)
    with office.town.session() as session:
        here = session.execute(select(Area.id).where(col(Area.name) == "安全村")).scalar_one()
    fields = {"area": str(here), "period": "2025-07", "form": "xlsx", "reason": "七月分析会"}
    taken = office.signed_in(DUTY).post("/reports", "/reports/export", **fields)
    assert taken.status_code == 200
    theirs, others, own = (
        words_of(office.signed_in(who).get("/audit?kind=export")) for who in (TOWN, OUTSIDER, LEADER)
    )

    assert (
        "村两委值班谷梅 下载报表，安全乡安全村 2025年7月，2 行" in theirs
    )  # in the register and in the list of problems
    assert "理由：七月分析会" in theirs
    assert ("下载报表" in others.split("清空")[1], "下载报表" in own.split("清空")[1]) == (False, False)


def test_wrong_passwords_locks_and_bindings_are_lines(office: Site):
    with_password(office)
    stranger = office.browser()
    for _ in range(5):
        stranger.post("/login", "/login/password", login="zhangjg", password="not the one", once="000000")
    said = words_of(office.signed_in(DUTY).get("/audit?kind=access"))

    assert said.count("密码或动态码输错") == 5
    assert ("连着输错，先停了" in said, "设了密码和验证器" in said, PASSWORD in said) == (True, True, False)


def test_the_operator_sees_every_place_and_codes_that_fitted_nobody_and_opens_nothing(office: Site):
    worked(office)
    office.town.say(PLEA, by=RESIDENT)
    office.town.wait(minutes=3)
    office.browser().post("/login", "/login/code", code="1234 5678")
    visit = office.browser()
    visit.post("/login", "/login/code", code=from_shell(office, IssueLoginCode())["code"])
    said, theirs = (words_of(one.get("/audit")) for one in (visit, office.signed_in(TOWN)))

    assert ("系统管理员 用登录码登录" in said, "邻长张建国 接单" in said) == (True, True)
    assert ("认不出是谁 登录码不对" in said, "登录码不对" in theirs) == (True, False)
    assert ("系统管理员" in theirs, "#2" in said) == (False, False)
    assert visit.get("/registers/2/words").status_code == 404


def test_nothing_that_handlers_do_changes_or_deletes_a_line():
    names = {"AuditLine", "AccessEvent", "RegisterOpening", "CaseEvent"}
    tables = {"audit", "access_event", "register_opening", "case_event"}
    wrong = [
        f"{path}:{node.lineno}"
        for path in python_files("handlers", "models", "jobs", "web", "bot")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"update", "delete"}
        and any(word in ast.unparse(node) for word in names | {f"'{table}'" for table in tables})
    ]

    assert wrong == []


def test_a_year_of_work_changes_no_line_that_stands(office: Site):
    worked(office)
    with_password(office)

    def lines() -> list[tuple[object, ...]]:
        with office.town.engine.connect() as connection:
            return [
                tuple(row)
                for table in ("audit", "access_event", "register_opening", "case_event")
                for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()  # noqa: S608
            ]

    before = lines()
    office.town.say("改类 1 垃圾", by=LEADER)
    office.town.wait(days=40)
    office.signed_in(LEADER).post("/me", "/me/sessions/end")

    assert len(lines()) > len(before)
    assert [line for line in before if line not in lines()] == []


def test_whatever_a_post_brings_about_has_a_word_for_it():
    load_handlers()
    known = {handler.intent.__name__: handler.may for handler in all_handlers()}
    worded = {name.partition(":")[0] for name in EVERYTHING.intents}
    theirs = {name for name, may in known.items() if may not in EVERYBODY | {Permission.CLOCK_TICK}}

    assert worded - known.keys() == set()
    # A new intent of posts gets a word in web/audit_words.py, or is left out by name.
    assert theirs - worded - LEFT_OUT == set()


def test_every_line_belongs_to_one_kind():
    kinds = [wanted for _, wanted in KINDS.values()]

    for part in ("intents", "access", "registers", "exports"):
        every = [one for wanted in kinds for one in getattr(wanted, part)]
        assert sorted(every) == sorted(getattr(EVERYTHING, part))
    assert set(EVERYTHING.access) == set(ACCESS)
    assert set(EVERYTHING.registers) == set(REGISTERS)
    assert set(EVERYTHING.exports) == set(TAKEN) == set(Export)


@pytest.mark.parametrize("narrowed", ["", "kind=case"])
def test_the_newest_lines_are_found_by_an_index(sqlite_url: str, parts: Parts, narrowed: str):
    town = Town(sqlite_url, parts, stage=TOWNSHIP)
    with serve_site(town) as site:
        worked(site)
        asked = statements(site, f"/audit?{narrowed}")
    with town.engine.connect() as wire:
        plans = [wire.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all() for one, values in asked]
    town.close()
    steps = [str(row[3]) for plan in plans for row in plan]

    assert any("ix_audit_people" in one for one in steps), steps
    assert [one for one in steps if one.startswith("USE TEMP B-TREE FOR ORDER BY")] == []


def statements(site: Site, page: str) -> list[tuple[str, tuple[object, ...]]]:
    """What a page asks the audit for; a small database of PostgreSQL would be read whole, whatever its indexes."""
    visit, asked = site.signed_in(TOWN), list[tuple[str, tuple[object, ...]]]()

    def listen(_: object, __: object, statement: str, values: tuple[object, ...], *___: object) -> None:
        if " FROM audit " in statement.replace("\n", " "):
            asked.append((statement, values))

    event.listen(site.town.engine, "before_cursor_execute", listen)
    visit.get(page)
    event.remove(site.town.engine, "before_cursor_execute", listen)
    return asked
