"""Visits and patrols: what is a row, what is a case, what is sealed, and what must not be said in a group."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.parts import Parts
from handlers.housekeeping import SweepExpired
from models.presets import load_presets
from models.tables import Area, Case, Household, HouseholdArea, Visit
from tests.town.town import CHIEF, DUTY, FRIEND, LEADER, MORNING, OTHER_LEADER, RESIDENT, Town


def house(town: Town, label: str, area: str) -> None:
    """A household of an area."""
    with town.session() as session:
        home = Household(label=label)
        session.add(home)
        session.flush()
        where = session.execute(select(col(Area.id)).where(col(Area.name) == area)).scalars().first()
        session.add(HouseholdArea(household_id=home.id or 0, area_id=where or 0, valid_from=MORNING.date()))
        session.commit()


def visits(town: Town) -> list[Visit]:
    """All visits, oldest first."""
    with town.session() as session:
        return list(session.execute(select(Visit).order_by(col(Visit.id))).scalars())


def test_a_visit_that_heard_a_request_is_a_row_and_a_case_in_one(town: Town):
    house(town, "3户", "三邻")
    town.say("走访 3户 反映水压低", by=LEADER, private=True)

    (visit,) = visits(town)
    case = town.case()
    assert (visit.case_id, visit.kind, visit.note, visit.sensitive) == (case.id, "走访", "反映水压低", None)
    assert visit.household_id is not None
    assert (case.category, case.source, case.place) == ("A01", "走访", "3户")
    assert town.heard(LEADER) == ["走访记下了：3户。另立 #1 停水，归您办，请回“接单 1”。"]
    assert town.room() == []


def test_a_patrol_that_found_something_is_a_visit_of_the_area_and_a_case(town: Town):
    town.say("巡访 四组 发现井盖破损", by=CHIEF, private=True)

    (visit,) = visits(town)
    assert (visit.kind, visit.household_id, visit.note) == ("巡访", None, "发现井盖破损")
    assert (town.case().category, town.case().area, town.case().source) == ("B03", "四组", "巡访")


def test_somebody_named_is_told_to_the_handler_and_noted_nowhere_else(town: Town):
    town.say("走访 李婶 反映:水压低", by=OTHER_LEADER, private=True)

    assert town.case().category == "A01"
    tables = town.rows()
    assert "李婶" not in str(tables["visit"]) + str(tables["case_file"]) + str(tables["case_line"])
    town.say("接单 1", by=LEADER, private=True)
    assert any("反映人：李婶" in line for line in town.heard(LEADER))


def test_health_is_sealed_and_opens_no_case(town: Town):
    house(town, "王家湾3户", "三邻")
    town.say("走访 王家湾3户 老人感冒已送药", by=LEADER, private=True)

    (visit,) = visits(town)
    assert visit.note == ""
    assert visit.sensitive is not None
    assert "感冒" not in str(town.rows())
    assert town.cases() == []
    assert town.heard(LEADER) == ["走访记下了：王家湾3户。私事那部分加了密，180天后自动删。"]


def test_of_one_sentence_the_request_is_open_and_the_illness_sealed(town: Town):
    town.say("走访 3户 反映路灯不亮，老人高血压", by=LEADER, private=True)

    (visit,) = visits(town)
    assert visit.note == "反映路灯不亮"
    assert visit.sensitive is not None
    assert town.case().text == "反映路灯不亮"
    assert "高血压" not in str(town.rows())


def test_sealed_notes_are_gone_after_half_a_year_and_the_visit_stays(town: Town):
    town.say("走访 3户 老人住院了", by=LEADER, private=True)
    half = town.clock() + timedelta(days=181)
    town.ask(SweepExpired(half.isoformat()), "sweep")

    (visit,) = visits(town)
    assert visit.sensitive is None


@pytest.mark.parametrize("preset", sorted(load_presets()))
def test_every_kind_of_visit_that_a_place_knows_is_understood(parts: Parts, preset: str):
    kinds = (*load_presets()[preset].extras.get("visit_kinds", ()), "走访", "巡访", "入户")
    for kind in kinds:
        found = parts.understanding.match_commands(f"{kind} 王家湾3户 反映水压低", "leader", private=True)
        assert [(each.intent, each.groups["household"]) for each in found] == [
            ("VisitHousehold", "王家湾3户")
        ], kind


def test_own_work_and_nothing_found_open_no_case(town: Town):
    for text in (
        "走访 3户 一切正常",
        "走访 3户 送了米和油",
        "走访 3户 开展防诈骗宣传",
        "敲门回访 3户 路灯已修好",
    ):
        town.say(text, by=LEADER, private=True)

    assert [visit.kind for visit in visits(town)] == ["走访", "走访", "走访", "敲门回访"]
    assert town.cases() == []


def test_an_unknown_household_is_said_and_the_visit_kept_for_the_area(town: Town):
    house(town, "1户", "三邻")
    town.say("走访 9户 聊了聊收成", by=LEADER, private=True)

    (visit,) = visits(town)
    assert visit.household_id is None
    assert town.heard(LEADER) == ["没找到“9户”这一户，先按三邻记了。三邻登记的有：1户。"]


def test_a_code_that_fits_several_households_is_asked_to_be_written_in_full(town: Town):
    house(town, "3户", "三邻")
    house(town, "3户", "四组")
    town.say("走访 3户 聊了聊收成", by=CHIEF, private=True)
    assert "不止一户" in town.heard(CHIEF)[-1]

    town.say("走访 四组3户 聊了聊收成", by=CHIEF, private=True)
    assert visits(town)[-1].household_id is not None


def test_a_household_of_another_area_is_not_known_to_this_leader(town: Town):
    house(town, "9-201", "九组")
    town.say("走访 9-201 聊了聊收成", by=LEADER, private=True)

    assert visits(town)[0].household_id is None
    assert "没找到“9-201”" in town.heard(LEADER)[-1]


def test_what_is_private_said_in_the_group_is_not_kept_and_taken_back(town: Town):
    for text in ("走访 王家湾3户 老人感冒已送药", "走访 3户 反映水压低"):
        town.say(text, by=LEADER)

    assert visits(town) == []
    assert town.cases() == []
    assert "感冒" not in str(town.rows())
    assert town.heard(LEADER)[-1] == "走访的事别发群里：请两分钟内撤回，再私聊我说一遍。这次没有记。"
    assert town.room() == []


def test_a_patrol_without_anybodys_house_may_be_told_in_the_group(town: Town):
    town.say("巡访 三邻 发现井盖破损", by=LEADER)

    assert len(visits(town)) == 1
    assert town.case().room == ""
    assert town.room() == []


def test_nobody_without_a_post_visits(town: Town):
    town.say("走访 3户 反映水压低", by=FRIEND, private=True)
    town.say("走访 3户 反映水压低", by=RESIDENT)

    assert visits(town) == []
    assert "当面核验" in town.heard(FRIEND)[-1]
    assert town.heard(DUTY) == []
    with town.session() as session:
        assert session.execute(select(Case)).all() == []
