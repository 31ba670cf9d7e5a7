"""What programs read of cases and do with them, and what they never see."""

import pytest
from sqlalchemy import select, update

from models.tables import AuditLine, Case, CaseEvent, Person
from tests.api.conftest import EVERYTHING, NAMES, Program, make_token, program
from tests.console.site import Site
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, RESIDENT, THIRD


def change(site: Site, no: int, **values: object) -> None:
    with site.town.engine.begin() as connection:
        connection.execute(update(Case).where(Case.no == no).values(**values))


def test_a_program_takes_a_case_through_its_life_and_everybody_sees_that_it_was_a_program(
    site: Site, lamp: int, leader: Program
):
    assert leader.get(f"/cases/{lamp}").json()["state"]["code"] == "new"
    for act, body in (("claim", {}), ("contact", {}), ("resolve", {"words": "换了新的声控灯，亮了"})):
        answer = leader.post(f"/cases/{lamp}/{act}", **body)
        assert answer.status_code == 200, answer.text
        assert [step["no"] for step in answer.json()["steps"]] == [lamp]
    site.town.wait(minutes=3)

    case = leader.get(f"/cases/{lamp}").json()
    assert (case["state"]["code"], case["result"], case["assignee"]) == (
        "resolved",
        "换了新的声控灯，亮了",
        "片长胡",
    )
    steps = leader.get(f"/cases/{lamp}/steps").json()["steps"]
    assert [(step["step"]["code"], step["by"], step["token"]) for step in steps[1:]] == [
        ("claim", "邻长张", "县12345"), ("contacted", "邻长张", "县12345"), ("resolve", "邻长张", "县12345"),
    ]  # fmt: skip
    assert (steps[0]["token"], any("换了新的声控灯" in said for said in site.town.room())) == ("", True)
    assert "由程序“县12345”办" in site.signed_in(DUTY).get(f"/cases/{lamp}").text
    with site.town.engine.connect() as connection:
        lines = connection.execute(
            select(AuditLine.door, AuditLine.token_id).where(AuditLine.case_id == 1)
        ).all()
        made = connection.execute(select(CaseEvent.token_id).order_by(CaseEvent.id)).scalars().all()
    assert [tuple(line) for line in lines][-3:] == [("api", 1)] * 3
    assert made[0] is None


def test_whoever_is_acted_for_hears_nothing_that_the_program_was_answered(
    site: Site, lamp: int, leader: Program
):
    before = len(site.town.heard(LEADER))
    answer = leader.post(f"/cases/{lamp}/claim").json()
    site.town.wait(minutes=3)

    assert answer["key"] == "CLAIMED_DM"
    assert answer["sentence"] not in site.town.heard(LEADER)[before:]


def test_a_case_from_another_system_reaches_whoever_answers_there(site: Site):
    duty = program(site, make_token(site.town, person=NAMES["duty"], acts=EVERYTHING))
    area = next(each["id"] for each in duty.get("/areas").json()["areas"] if each["name"] == "四组")
    words = "四组塘边的路灯坏了，电话13812345678"
    answer = duty.post("/cases", area=area, words=words, channel="县12345", name="王大爷")
    site.town.wait(minutes=3)

    no = answer.json()["steps"][0]["no"]
    case = duty.get(f"/cases/{no}").json()
    assert (answer.status_code, case["source"], case["area"], case["category"]["name"]) == (
        201,
        "县12345",
        "四组",
        "路灯",
    )
    assert "13812345678" not in str(case)
    assert "王大爷" not in str(case)
    card = site.town.heard(CHIEF)[-1]
    assert ("路灯" in card, f"#{no}" in card, "13812345678" in card) == (True, True, False), card


def test_the_other_acts_are_those_of_the_pages(site: Site):
    for block, who in ((2, RESIDENT), (4, NEIGHBOUR), (6, THIRD)):
        site.town.say(f"{block}栋1单元楼道灯坏了", by=who)
        site.town.wait(minutes=11)
    duty = program(site, make_token(site.town, person=NAMES["duty"], acts=EVERYTHING))

    assert duty.post("/cases/1/merge", into=2).json()["key"] == "MERGE_OK_DM"
    assert duty.get("/cases/1").json()["state"]["code"] == "merged"
    assert duty.post("/cases/2/correct", to="垃圾").json()["steps"][0]["step"] == "correct"
    assert duty.post("/cases/2/transfer", to="刘组长").json()["steps"][0]["step"] == "transfer"
    assert duty.post("/cases/3/claim").status_code == 200
    assert duty.post("/cases/3/escalate", words="要挖机来挖开看看").status_code in {200, 409}
    assert duty.post("/cases/3/return", words="不归我们村管，是国道").status_code in {200, 403, 409}
    late = duty.post("/cases/3/reopen", words="又不亮了")
    assert (late.status_code, late.json()["key"]) == (403, "RATE_DENY_DM")  # only who reported it may
    assert "transfer" in duty.get("/cases/3").json()["steps_open"]


@pytest.mark.parametrize("what", [{"privacy": "P3"}, {"privacy": "P4"}, {"category": "E01"}], ids=str)
def test_what_is_not_for_everybody_is_not_for_programs_either(
    site: Site, lamp: int, leader: Program, what: dict[str, str]
):
    whole = program(site, make_token(site.town, ""))
    with site.town.engine.begin() as connection:
        mine = select(Case.assignee_id).scalar_subquery()
        connection.execute(update(Case).values(**what, claimed_by=mine))

    for one in (leader, whole):
        assert one.get("/cases", group="all").json()["cases"] == []
        for path in ("", "/steps", "/lines"):
            assert one.get(f"/cases/{lamp}{path}").status_code == 404
    assert leader.post(f"/cases/{lamp}/claim").status_code == 404


def test_what_complains_about_somebody_is_not_for_programs(site: Site, lamp: int):
    with site.town.engine.connect() as connection:
        chief = connection.execute(select(Person.id).where(Person.name == "胡敏")).scalar_one()
    change(site, lamp, flags={"accused": [chief]})
    whole = program(site, make_token(site.town, ""))

    assert whole.get(f"/cases/{lamp}").status_code == 404
    assert whole.get("/cases", group="all").json()["cases"] == []


@pytest.mark.usefixtures("site")
def test_filters_narrow_and_a_wrong_one_is_said(lamp: int, reader: Program):
    def numbers(**asked: object) -> list[int]:
        return [case["no"] for case in reader.get("/cases", **asked).json()["cases"]]

    assert (numbers(), numbers(group="done"), numbers(group="unclaimed"), numbers(urgent=True)) == (
        [lamp],
        [],
        [lamp],
        [],
    )
    assert (numbers(category="B02"), numbers(category="A01")) == ([lamp], [])
    area = next(each["id"] for each in reader.get("/areas").json()["areas"] if each["name"] == "四组")
    assert (numbers(area=area), reader.get("/cases", area=99999).status_code) == ([lamp], 404)
    for wrong in (
        {"groop": "done"},
        {"group": "x"},
        {"limit": 0},
        {"limit": 101},
        {"category": "b"},
        {"area": 2**40},
    ):
        answer = reader.get("/cases", **wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, f"query.{next(iter(wrong))}")


def test_pages_follow_each_other_without_a_gap_though_new_cases_come(site: Site, reader: Program):
    def report(blocks: range) -> None:
        for block in blocks:
            site.town.say(f"{block}栋1单元楼道灯坏了", by=(RESIDENT, NEIGHBOUR, THIRD)[block % 3])
            site.town.wait(minutes=11)

    report(range(2, 9))
    known = sorted((case.no for case in site.town.cases()), reverse=True)
    first = reader.get("/cases", group="all", limit=3).json()
    report(range(20, 23))
    numbers, page = [case["no"] for case in first["cases"]], first
    while page["next"]:
        page = reader.get("/cases", group="all", limit=3, after=page["next"]).json()
        numbers += [case["no"] for case in page["cases"]]

    assert numbers == known
    assert str(known[2]) != first["next"]


@pytest.mark.usefixtures("site")
def test_every_list_goes_on_where_it_ended(reader: Program):
    for path, name in (("/areas", "areas"), ("/people", "people")):
        whole = reader.get(path).json()[name]
        found, after = [], None
        while True:
            page = reader.get(path, limit=2, **({"after": after} if after else {})).json()
            found += page[name]
            after = page["next"]
            if after is None:
                break
        assert sorted(map(str, found)) == sorted(map(str, whole))
        assert len(whole) > 2


@pytest.mark.parametrize(
    "word", ["x", "1", "YWJj", "Y2FzZXM6MTow", "%00", "=", "🙂", "Y2FzZXM6MTp4eHh4eHh4eHh4eHg"]
)
def test_a_cursor_that_is_none_of_ours_is_said(reader: Program, word: str):
    for path in ("/cases", "/areas", "/people", "/notices"):
        answer = reader.get(path, after=word)
        assert (answer.status_code, answer.json()["key"]) == (422, "API_CURSOR")


def test_a_cursor_of_another_list_is_said(reader: Program):
    after = reader.get("/areas", limit=1).json()["next"]

    assert reader.get("/areas", after=after).status_code == 200
    assert reader.get("/people", after=after).json()["key"] == "API_CURSOR"


@pytest.mark.usefixtures("site")
def test_everything_that_goes_wrong_has_one_shape(lamp: int, reader: Program, leader: Program):
    json = {"Content-Type": "application/json", "Idempotency-Key": "a-key-12345"}
    asked = leader.client
    answers = [
        asked.get("/nowhere"), asked.get("/cases/0"), asked.get("/cases/999"), asked.put("/cases"),
        asked.post(f"/cases/{lamp}/resolve", content=b"{", headers=json),
        asked.post(f"/cases/{lamp}/resolve", json={"words": "x\0y"}, headers=json),
        asked.post(f"/cases/{lamp}/resolve", content=b'{"words": "\\ud800"}', headers=json),
        asked.post(f"/cases/{lamp}/resolve", json={"words": "换好了", "more": 1}, headers=json),
        asked.post("/cases", content=b"[" * 70_000, headers=json), reader.post(f"/cases/{lamp}/claim"),
        leader.post(f"/cases/{lamp}/reopen", words="又坏了"), leader.post(f"/cases/{lamp}/merge", into=lamp),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [
        404,
        422,
        404,
        405,
        422,
        422,
        422,
        422,
        413,
        403,
        403,
        403,
    ]
    for answer in answers:
        said = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert said.keys() - {"field"} == {"type", "title", "status", "detail", "key"}
        assert (said["status"], said["detail"] != "") == (answer.status_code, True)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_no_count_for_programs_holds_what_complains_about_somebody(site: Site, lamp: int):
    whole = program(site, make_token(site.town, ""))
    assert whole.get("/figures").json()["open"] == 1
    with site.town.engine.connect() as connection:
        chief = connection.execute(select(Person.id).where(Person.name == "胡敏")).scalar_one()
    change(site, lamp, flags={"accused": [chief]})

    figures = whole.get("/figures").json()
    assert (figures["open"], figures["unclaimed"], figures["opened_today"]) == (0, 0, 0)
