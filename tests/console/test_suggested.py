"""What leaders' corrections speak for is offered to the cadres of their areas, and counts only once somebody took it."""

import re

from tests.console.site import Site
from tests.console.villages import words_of
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, OUTSIDER, RESIDENT, THIRD

TOLD = ("报事 垃圾桶边上咕噜婆", "报事 咕噜婆那里的垃圾桶", "报事 一直是咕噜婆 垃圾桶")
"""Announced, so that cases are opened however their words are read."""


def corrected(site: Site) -> None:
    """Three people's requests that two leaders put into another category."""
    who = ((RESIDENT, LEADER), (NEIGHBOUR, CHIEF), (THIRD, LEADER))
    for no, (words, (by, leader)) in enumerate(zip(TOLD, who, strict=True), start=1):
        site.town.say(words, by=by)
        site.town.wait(minutes=12)
        site.town.say(f"改类 {no} 路灯", by=leader)
        site.town.wait(minutes=12)


def test_a_suggestion_is_taken_by_the_same_preview_and_offered_no_more(site: Site):
    corrected(site)
    visit = site.signed_in(DUTY)
    page = visit.get("/lexicon/suggested")
    assert ("咕噜婆" in page.text, "人更正" in page.text) == (True, True)
    link = re.search(r'href="(/lexicon/words\?[^"#]+)', page.text)[1].replace("&amp;", "&")
    form = visit.get(link).text
    assert 'value="咕噜婆"' in form
    assert "咕噜婆" not in site.signed_in(OUTSIDER).get("/lexicon/suggested").text


def test_what_is_set_aside_is_not_offered_again_and_the_list_says_so(site: Site):
    corrected(site)
    visit = site.signed_in(DUTY)
    page = visit.get("/lexicon/suggested").text
    fields = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]
        for name in ("word", "category", "weight", "area")
    }
    after = visit.post("/lexicon/suggested", "/lexicon/suggested", **fields)
    assert fields["word"] not in after.text
    listed = words_of(visit.get("/lexicon/words"))
    assert (f"{fields['word']}" in listed, "没有采用：谷" in listed) == (True, True)
