"""The same on the server: a package is written to a file, and a file of answers is taken."""

import zipfile
from itertools import count
from pathlib import Path

from bot.county_desk import CountyDesk
from models.handover_desk import HandoverDesk
from tests.console.site import Site
from tests.outward.desk import answered, broken_pipe, sheet


def test_the_operator_makes_a_package_and_takes_the_answers_once(villages: Site, tmp_path: Path):
    broken_pipe(villages)
    town, numbers = villages.town, count()
    dispatch = town.machine.dispatch
    desk = CountyDesk(
        dispatch, dispatch.standing, HandoverDesk(town.engine), town.clock, lambda: str(next(numbers))
    )
    good, lines = desk.make(tmp_path / "一包.zip", ())
    assert (good, "1 件" in lines[0]) == (True, True), lines
    with zipfile.ZipFile(tmp_path / "一包.zip") as packed:
        assert packed.namelist() == ["cases.xlsx", "cases.json"]
    assert desk.make(tmp_path / "二包.zip", ())[0] is False  # nothing is left that went nowhere
    assert desk.make(tmp_path / "二包.zip", (77,))[1] == [
        "没有转出：#77 不在办，或者不归您看。去掉再点一次。"
    ]

    file = tmp_path / "答复.xlsx"
    file.write_bytes(sheet(answered(1, "办理中", "水务公司明早八点到场")))
    before = town.rows()["case_event"]
    assert desk.answers(file, dry_run=True) == (True, ["2: #1 有答复：告诉报事人和首接人。"])
    assert town.rows()["case_event"] == before
    assert desk.answers(file, dry_run=False)[0]
    after = town.rows()["case_event"]
    assert len(after) == len(before) + 1
    assert desk.answers(file, dry_run=False) == (True, ["2: #1 这条以前收过，不重复。"])
    assert town.rows()["case_event"] == after
