"""Whoever is complained about does not learn that there is a complaint: not from counts, not from what was frozen."""

import re

import pytest
from sqlalchemy import update

from models.tables import Case
from tests.console.office import LAMP, person, words_of
from tests.console.site import Site
from tests.town.town import CHIEF, DUTY, RESIDENT


@pytest.fixture
def accused(office: Site) -> Site:
    """One case in the village, and it complains about the one on duty there."""
    office.town.say(LAMP, by=RESIDENT)
    office.town.wait(minutes=2)
    flags = {"accused": [person(office, "谷梅")]}
    with office.town.engine.begin() as connection:
        connection.execute(update(Case).where(Case.no == 1).values(flags=flags))
    return office


def numbers(page: str) -> set[int]:
    """Every number of cases that a page counts."""
    plain = re.sub(r"<[^>]+>", " ", page[page.index("<main") :])
    return {int(one) for one in re.findall(r"(\d+)\s*(?:件|没人接|超期|在办)", plain)}


def test_the_first_page_and_the_list_count_nothing_that_speaks_against_whoever_looks(accused: Site):
    own, chief = accused.signed_in(DUTY), accused.signed_in(CHIEF)
    for page in ("/console", "/cases"):
        counted = [1 in numbers(visit.get(page).text) for visit in (own, chief)]
        assert counted == [False, True], page
    drawn = words_of(own.get("/console"))
    assert ("路灯" in drawn, "楼道" in drawn) == (False, False)


@pytest.mark.parametrize("group", ["open", "unclaimed", "all"])
def test_no_group_of_the_list_holds_it(accused: Site, group: str):
    assert "/cases/1" not in accused.signed_in(DUTY).get(f"/cases?group={group}").text
    assert "/cases/1" in accused.signed_in(CHIEF).get(f"/cases?group={group}").text
