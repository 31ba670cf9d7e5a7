"""What two sides quarrel about is for the mediator and for those who watch over the work, in no list and no report."""

import io

import pytest
from openpyxl import load_workbook

from tests.console.site import Site, Visit
from tests.console.test_reports import export
from tests.console.villages import words_of
from tests.town.town import CHIEF, DUTY, OTHER_LEADER, OVERSIGHT, RESIDENT

SAID = "隔壁老李占了我家的地 天天骂人"
MEDIATOR = OTHER_LEADER


@pytest.fixture
def quarrel(site: Site) -> Site:
    """One case in the village, between two neighbours."""
    site.town.say(SAID, by=RESIDENT)
    site.town.wait(minutes=3)
    site.town.say("接单 1", by=MEDIATOR)
    site.town.wait(minutes=2)
    return site


def finds(visit: Visit) -> list[bool]:
    """Whether the case's page, the list and the search show it."""
    listed = (visit.get(f"/cases?group=all&words={words}").text for words in ("", "老李"))
    return [visit.get("/cases/1").status_code == 200, *('href="/cases/1"' in page for page in listed)]


def test_who_mediates_and_who_watches_over_the_work_read_it_and_other_posts_of_the_area_do_not(quarrel: Site):
    for who in (MEDIATOR, DUTY, OVERSIGHT):
        visit = quarrel.signed_in(who)
        assert (finds(visit), SAID in visit.get("/cases/1").text) == ([True] * 3, True), who
    chief = quarrel.signed_in(CHIEF)
    assert finds(chief) == [False] * 3
    for page in ("/console", "/cases?group=all"):
        assert [word for word in ("老李", "纠纷") if word in chief.get(page).text] == [], page


def test_whoever_only_stands_in_for_the_duty_desk_reads_none(quarrel: Site):
    quarrel.town.say("请假 今天到后天 由胡敏代办", by=DUTY, private=True)
    quarrel.town.wait(minutes=2)
    assert "转给片长胡" in quarrel.town.heard(DUTY)[-1]
    assert finds(quarrel.signed_in(CHIEF)) == [False] * 3


def test_a_report_counts_it_and_repeats_neither_words_nor_place(quarrel: Site):
    quarrel.town.say("已联系 1", by=MEDIATOR, private=True)
    quarrel.town.wait(minutes=11)
    quarrel.town.say("办结 1 老李和王家谈好了 地界立了石", by=MEDIATOR, private=True)
    quarrel.town.wait(minutes=3)
    for who in (MEDIATOR, DUTY):
        visit = quarrel.signed_in(who)
        page = words_of(visit.get("/reports?tab=register"))
        book = load_workbook(io.BytesIO(export(visit).content))
        cells = "".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
        for told in (page, cells, words_of(export(visit, "print", tab="register"))):
            assert [
                word for word in ("老李", "王家", "骂", "界") if word in told.replace("土地山林权属", "")
            ] == []
        assert "民情台账，1件" in page


def test_who_does_not_see_it_on_the_pages_does_not_open_it_again_by_its_number_either(quarrel: Site):
    town = quarrel.town
    town.say("已联系 1", by=MEDIATOR, private=True)
    town.wait(minutes=11)
    town.say("办结 1 两家谈好了 地界立了石", by=MEDIATOR, private=True)
    town.wait(minutes=3)

    town.say("重开 1 昨天又吵起来了", by=CHIEF, private=True)
    town.wait(minutes=2)
    assert [case.state for case in town.cases()] == ["resolved"]

    town.say("重开 1 昨天又吵起来了", by=DUTY, private=True)
    town.wait(minutes=2)
    assert [case.state for case in town.cases()] == ["new"]
