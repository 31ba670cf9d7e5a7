"""The menu leads everybody to pages that open, and to none that is empty for them by rule."""

import re

import pytest

from handlers.web_access import IssueLoginCode
from models.rules.actor import Actor
from tests.console.office import TOWN, from_shell, words_of
from tests.console.site import Site, Visit
from tests.town.town import DUTY, LEADER, OVERSIGHT
from web.menu import DEMO, MENU, entries_for, groups_for

LINK = re.compile(r'<a class="row-link" href="([^"]+)"')


def operator_in(site: Site) -> Visit:
    visit = site.browser()
    visit.post("/login", "/login/code", code=from_shell(site, IssueLoginCode())["code"])
    return visit


def listed(visit: Visit) -> list[str]:
    page = visit.get("/more").text
    return LINK.findall(page[page.index("<main") :])


@pytest.mark.parametrize("who", [LEADER, DUTY, OVERSIGHT, TOWN])
def test_every_entry_opens_for_whoever_is_shown_it(office: Site, who: str):
    visit = office.signed_in(who)
    entries = listed(visit)

    assert len(entries) >= 8
    assert {one: visit.get(one).status_code for one in entries} == dict.fromkeys(entries, 200)


def test_the_operator_is_led_to_all_but_what_only_posts_may_open(office: Site):
    visit = operator_in(office)
    entries = listed(visit)

    assert {one.address for one in MENU} - set(entries) == {"/registers"}
    assert {one: visit.get(one).status_code for one in entries} == dict.fromkeys(entries, 200)
    assert "管服务器的人看不到" in words_of(visit.get("/registers"))


def test_links_inside_the_first_page_open_too(office: Site):
    for who in (LEADER, DUTY, OVERSIGHT):
        visit = office.signed_in(who)
        page = visit.get("/console").text
        links = {one for one in re.findall(r'href="(/[^"]*)"', page) if not one.startswith("/static")}

        assert ("/reports" in links) == ("/reports" in listed(visit))
        assert {one: visit.get(one).status_code for one in links} == dict.fromkeys(links, 200)


def test_pushing_is_found_beside_the_tokens(office: Site):
    visit = operator_in(office)

    assert 'href="/webhooks"' in visit.get("/api").text
    assert 'href="/api"' in visit.get("/webhooks").text
    assert 'href="/webhooks"' not in office.signed_in(TOWN).get("/api").text


def test_every_entry_stands_in_one_group_and_what_cadres_need_daily_comes_first():
    anybody = Actor()
    shown = entries_for(anybody, demo=True)

    assert [one for group in groups_for(anybody, demo=True).values() for one in group] == list(shown)
    assert (shown[0], [one.name for one in MENU[:4]]) == (DEMO, ["今日", "诉求", "通知", "报表"])
