"""The first page: every number opens what it counts, and nothing of another village is in it."""

import re

import pytest
from sqlalchemy import update

from models.tables import Case
from tests.console.site import Site
from tests.town.town import DUTY, LEADER, NEIGHBOUR, OUTSIDER, RESIDENT

CASE = re.compile(r'class="row-link" href="/cases/(\d+)"')


@pytest.fixture
def busy(site: Site) -> Site:
    """Three cases: one that nobody has, one that came back, one that is done and rated; a day later."""
    town = site.town
    for words, by in (
        ("3栋2单元楼道灯坏了好几天了", RESIDENT),
        ("5栋1单元下水道堵了，污水都漫出来了", NEIGHBOUR),
        ("村口垃圾没人清", RESIDENT),
    ):
        town.say(words, by=by)
        town.wait(minutes=11)
    lamp, drain, rubbish = sorted(case.no for case in town.cases())
    for no in (drain, rubbish):
        town.say(f"接单 {no}", by=LEADER, private=True)
        town.say(f"办结 {no} 已经处理好了，现场看过", by=LEADER, private=True)
    town.wait(minutes=5)
    town.say(f"没解决 {drain}", by=NEIGHBOUR)
    town.say(f"{rubbish} 满意", by=RESIDENT)
    town.wait(days=1)
    with town.engine.begin() as connection:
        connection.execute(update(Case).where(Case.no == lamp).values(assignee_id=None, claimed_by=None))
    return site


def numbers_said(page: str) -> dict[str, int]:
    """What the first page counts, by its own words."""
    plain = re.sub(r"<[^>]+>", "", page)
    found = {
        "unhappy": r"(\d+) 件居民说没解决",
        "unassigned": r"(\d+) 件没有人管",
        "overdue": r"(\d+)\s+超期",
        "unclaimed": r"(\d+)\s+没人接",
    }
    return {name: int(m[1]) for name, words in found.items() if (m := re.search(words, plain))}


def test_each_number_opens_the_cases_it_counts(busy: Site):
    visit = busy.signed_in(DUTY)
    said = numbers_said(visit.get("/console").text)
    assert (said["unhappy"], said["unassigned"]) == (1, 1)
    for group, number in said.items():
        assert len(CASE.findall(visit.get(f"/cases?group={group}").text)) == number, group


def test_places_and_kinds_lead_to_their_cases(busy: Site):
    visit = busy.signed_in(DUTY)
    page = visit.get("/console").text
    places = re.findall(r'href="(/cases\?area=\d+)">[^<]+</a> <span class="since">(\d+) 件', page)
    kinds = re.findall(
        r'href="(/cases\?group=all&amp;category=\w+)">[^<]+</a> <span class="since">(\d+) 件', page
    )
    assert (len(places) > 0, sum(int(number) for _, number in kinds)) == (True, 3)
    for address, number in (*places, *kinds):
        listed = CASE.findall(visit.get(address.replace("&amp;", "&")).text)
        assert len(listed) == int(number), address


def test_two_weeks_are_told_as_lines_and_as_numbers(busy: Site):
    page = busy.signed_in(DUTY).get("/console").text
    label = re.search(r'aria-label="(\d+/\d+) 到 (\d+/\d+)：新报 (\d+) 件，办结 (\d+) 件"', page)
    rows = re.findall(r"<tr><td>\d+/\d+</td><td>(\d+)</td><td>(\d+)</td></tr>", page)
    assert label is not None
    assert (len(rows), sum(int(one) for one, _ in rows), sum(int(one) for _, one in rows)) == (
        14, int(label[3]), int(label[4]),
    )  # fmt: skip
    assert (label[3], label[4]) == ("3", "1")


def test_rates_are_those_that_chat_tells(busy: Site):
    page = re.sub(r"\s+", " ", busy.signed_in(DUTY).get("/console").text)
    told = {
        name: (float(a), int(b))
        for name, a, b in re.findall(r"<dt>(\S+)</dt> <dd><strong>([\d.]+) / (\d+)</strong>", page)
    }
    assert set(told) == {"响应率", "解决率", "满意率", "问到了多少"}  # so few: no per cent
    assert told["满意率"] == (1.0, 1)
    busy.town.say("三率", by=DUTY, private=True)
    said = busy.town.heard(DUTY)[-1]
    for numerator, denominator in told.values():
        assert f"{denominator}件中{int(numerator)}件" in said or f"{int(numerator)}/{denominator}" in said, (
            said
        )


def test_nothing_of_another_village_is_counted(busy: Site):
    page = busy.signed_in(OUTSIDER).get("/console").text
    assert ("没有在办的事" in page, "两星期来没有新报的" in page, "这 30 天没有人报事" in page) == (
        True,
        True,
        True,
    )
    assert numbers_said(page) == {"overdue": 0, "unclaimed": 0}
    assert not re.search(r"[1-9]\d* / [1-9]", re.sub(r"<[^>]+>", "", page))
