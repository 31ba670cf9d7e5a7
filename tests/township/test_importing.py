"""A whole township comes in from a spreadsheet, once, and the same file again changes nothing."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import Household, HouseholdArea, HouseholdTag, Person, RoomArea, TownImport
from tests.township.books import (
    AREAS,
    HOUSEHOLDS,
    PEOPLE,
    POSTS,
    SAFE_TOWN,
    SECRETS,
    anxiang_of_4555_households,
    book,
    importer,
    qingyang_of_46_villages,
    report,
    town_of,
)

NOW = datetime(2025, 7, 12, 2, 0, tzinfo=UTC)
TODAY = date(2025, 7, 12)


def test_a_small_township_comes_in_whole(engine: Engine, tmp_path: Path):
    outcome = importer(engine).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)

    assert outcome.written, report(outcome)
    assert "区域：新增 6，修改 0，不变 0" in report(outcome)
    town = town_of(engine)
    [lin] = town.areas_named("三邻")
    assert [a.name for a in town.upward(lin.id)] == ["三邻", "四组", "一片", "安全村", "安全乡"]
    assert [(s.post, s.surname) for s in town.chain(lin.id, TODAY)] == [
        ("lin_head", "张"), ("zu_head", "刘"), ("pian_head", "胡"),
    ]  # fmt: skip
    assert {(r.title, r.kind, r.tier, r.channel) for r in town.rooms.values()} == {
        ("四组交流群", "resident", 1, "relay"), ("安全村工作群", "working", 2, "relay"),
    }  # fmt: skip
    assert (town.name, town.preset.code, town.contact) == ("安全乡", "anxiang", "村值班")


def test_phones_and_addresses_are_never_stored_readable(engine: Engine, tmp_path: Path):
    importer(engine).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)

    with Session(engine) as session:
        liu = session.exec(select(Person).where(Person.name == "刘明")).one()
        home = session.exec(select(Household).where(Household.label == "四组1户")).one()
    assert liu.phone_box is not None
    assert b"13800000002" not in liu.phone_box
    assert SECRETS.open(liu.phone_box) == "13800000002"
    assert liu.phone_digest == SECRETS.digest("phone", "13800000002")
    assert home.address_box is not None
    assert SECRETS.open(home.address_box) == "四组桥头1号"


def test_the_same_file_twice_changes_nothing(engine: Engine, tmp_path: Path):
    file = book(tmp_path / "town.xlsx", SAFE_TOWN)
    importer(engine).run([file], NOW)
    version = town_of(engine).version

    again = importer(engine).run([file], NOW)

    assert not again.written
    assert again.plan.empty, again.plan
    assert "没有变化" in report(again)
    assert town_of(engine).version == version


def test_a_dry_run_tells_and_writes_nothing(engine: Engine, tmp_path: Path):
    outcome = importer(engine).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW, dry_run=True)

    assert "没有写入" in report(outcome)
    assert "户：新增 2" in report(outcome)
    with Session(engine) as session:
        assert session.exec(select(TownImport)).all() == []
        assert session.exec(select(Person)).all() == []


def test_46_villages_and_536_areas_come_in(engine: Engine, tmp_path: Path):
    file = book(tmp_path / "qingyang.xlsx", qingyang_of_46_villages())

    outcome = importer(engine, "qingyang").run([file], NOW)

    assert outcome.written, report(outcome)
    town = town_of(engine)
    levels = [a.level for a in town.areas.values()]
    assert (levels.count("village"), levels.count("service_area")) == (46, 536)
    assert len(town.seats) == 982


def test_4555_households_come_in(engine: Engine, tmp_path: Path):
    file = book(tmp_path / "anxiang.xlsx", anxiang_of_4555_households())

    outcome = importer(engine).run([file], NOW)

    assert outcome.written, report(outcome)
    with Session(engine) as session:
        assert len(session.exec(select(Household.id)).all()) == 4555
        assert session.exec(select(Household).where(Household.arrival.is_not(None))).all() == []  # type: ignore[union-attr]
    assert importer(engine).run([file], NOW).plan.empty


def test_a_second_file_adds_and_changes(engine: Engine, tmp_path: Path):
    importer(engine).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)
    change = {
        "区域": [(*AREAS, "中心场所"), ("一片", "四组", "组", "桥头广场"), ("安全村", "二片", "片", "")],
        "任职": [
            POSTS,
            ("刘明", "13800000002", "组长", "四组", "", "2025-07-01", ""),
            ("周平", "13800000009", "组长", "四组", "2025-07-02", "", "推选"),
        ],
        "户": [HOUSEHOLDS, ("四组2户", "五组", "", 5)],
        "人员": [PEOPLE, ("刘明", "13900000002", "")],
    }

    outcome = importer(engine).run([book(tmp_path / "more.xlsx", change)], NOW)

    assert outcome.written, report(outcome)
    assert "区域：新增 1，修改 1，不变 0" in report(outcome)
    assert "任职：新增 1，修改 1，不变 0" in report(outcome)
    town = town_of(engine)
    [zu] = town.areas_named("四组")
    assert [s.name for s in town.holders("zu_head", zu.id, TODAY)] == ["周平"]
    with Session(engine) as session:
        moved = session.exec(select(Household).where(Household.label == "四组2户")).one()
        stays = session.exec(select(HouseholdArea).where(HouseholdArea.household_id == moved.id)).all()
        assert moved.size == 5
        assert [s.valid_to for s in sorted(stays, key=lambda s: s.id or 0)] == [TODAY, None]
        liu = session.exec(select(Person).where(Person.name == "刘明")).one()
        assert liu.phone_digest == SECRETS.digest("phone", "13900000002")


def test_a_room_may_serve_several_areas(engine: Engine, tmp_path: Path):
    sheets = {**SAFE_TOWN, "群": [("群名", "区域"), ("一片大群", "四组、五组")]}

    importer(engine).run([book(tmp_path / "town.xlsx", sheets)], NOW)

    [room] = town_of(engine).rooms.values()
    assert len(room.areas) == 2
    assert (room.kind, room.tier) == ("resident", 1)
    more = {"群": [("群名", "区域"), ("一片大群", "一片")]}
    importer(engine).run([book(tmp_path / "more.xlsx", more)], NOW)
    with Session(engine) as session:
        assert len(session.exec(select(RoomArea)).all()) == 3


def test_several_files_make_one_township(sqlite: Engine, tmp_path: Path):
    areas = book(tmp_path / "areas.xlsx", {"区域": SAFE_TOWN["区域"]})
    rest = book(tmp_path / "rest.xlsx", {k: v for k, v in SAFE_TOWN.items() if k != "区域"})

    outcome = importer(sqlite).run([areas, rest], NOW)

    assert outcome.written, report(outcome, files=2)


def test_headers_may_stand_below_a_title_and_be_called_differently(sqlite: Engine, tmp_path: Path):
    sheets = {
        "Sheet1": [
            ("安全乡区域一览表（2025年）",),
            (),
            ("所属上级", "区域名称", "级 别"),
            ("", "安全乡", "乡"),
            ("安全乡", "安全村", "村(社区)"),
        ]
    }

    outcome = importer(sqlite).run([book(tmp_path / "town.xlsx", sheets)], NOW)

    assert outcome.written, report(outcome)
    assert len(town_of(sqlite).areas) == 2


TAGGED = {
    **SAFE_TOWN,
    "户": [
        (*HOUSEHOLDS, "标签"),
        ("四组1户", "三邻", "四组桥头1号", 4, "养殖户、低保"),
        ("四组2户", "三邻", "", "", ""),
    ],
}


def tags(engine: Engine) -> set[tuple[str, str]]:
    with Session(engine) as session:
        labels = {home.id: home.label for home in session.exec(select(Household)).all()}
        return {(labels[row.household_id], row.tag) for row in session.exec(select(HouseholdTag)).all()}


def test_tags_come_in_with_their_household_once_and_a_file_without_them_takes_none_away(
    engine: Engine, tmp_path: Path
):
    importer(engine).run([book(tmp_path / "town.xlsx", TAGGED)], NOW)
    assert tags(engine) == {("四组1户", "breeding"), ("四组1户", "low_income")}

    again = importer(engine).run([book(tmp_path / "again.xlsx", TAGGED)], NOW)
    without = importer(engine).run([book(tmp_path / "plain.xlsx", SAFE_TOWN)], NOW)
    assert again.plan.empty
    assert without.plan.empty
    assert tags(engine) == {("四组1户", "breeding"), ("四组1户", "low_income")}


def test_a_tag_the_place_does_not_have_stops_the_import(engine: Engine, tmp_path: Path):
    spoilt = {**TAGGED, "户": [(*HOUSEHOLDS, "标签"), ("四组1户", "三邻", "", "", "上访户")]}
    outcome = importer(engine).run([book(tmp_path / "town.xlsx", spoilt)], NOW)

    assert not outcome.written
    assert "不认识的标签“上访户”。可以写：养殖户、" in report(outcome)
    assert tags(engine) == set()
