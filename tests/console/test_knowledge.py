"""Approved texts on pages: seen as residents hear them, counting at once, silent after their day or when stopped."""

import re

from tests.console.site import Site, Visit
from tests.console.villages import words_of
from tests.town.town import DUTY, LEADER, OUTSIDER, RESIDENT

LOOKED = re.compile(r'name="looked" value="(\w+)"')
ASKED = "高龄补贴怎么领"


def typed(visit: Visit, **more: str) -> dict[str, str]:
    area = re.search(r'<option value="(\d+)"[^>]*>[^<]*安全村<', visit.get("/knowledge/new").text)
    assert area
    return {
        "title": "高龄补贴", "answer": "满80岁每月50元，带身份证到村部申请", "source": "镇民政办", "date": "2025-03",
        "until": "2025-12-31", "asked": "高龄补贴怎么领、老人补贴", "area": area[1], **more,
    }  # fmt: skip


def write(visit: Visit, page: str = "/knowledge/new", **more: str) -> str:
    fields = typed(visit, **more)
    seen = visit.post(page, page, step="look", **fields)
    looked = LOOKED.search(seen.text)
    assert looked, words_of(seen)
    return words_of(visit.post(page, page, step="save", looked=looked[1], **fields))


def test_a_text_is_seen_as_residents_hear_it_and_answers_at_once(site: Site):
    visit = site.signed_in(DUTY)
    seen = words_of(visit.post("/knowledge/new", "/knowledge/new", step="look", **typed(visit)))
    assert "据《高龄补贴》（镇民政办2025-03）：满80岁每月50元，带身份证到村部申请。" in seen
    listed = write(visit)
    assert ("1高龄补贴" in listed, "答到2025-12-31" in listed) == (True, True)
    site.town.machine.dispatch.current_town()  # as the heartbeat does
    site.town.say(ASKED, by=RESIDENT)
    site.town.wait(minutes=2)
    assert (site.town.room()[-1][:7], site.town.cases()) == ("据《高龄补贴》", [])


def test_a_changed_text_takes_the_place_of_the_old_one_and_a_stopped_one_is_silent(site: Site):
    visit = site.signed_in(DUTY)
    write(visit)
    listed = write(visit, "/knowledge/1", title="老年人高龄补贴", answer="满80岁每月60元，带身份证到村部申请")
    assert ("每月60元" in listed, "每月50元" in listed) == (True, False)
    assert "每月50元" in words_of(visit.get("/knowledge?group=stopped"))
    visit.post("/knowledge/2", "/knowledge/2", step="stop")
    assert "还没有。把居民常问的先录一条" in words_of(visit.get("/knowledge"))
    site.town.machine.dispatch.current_town()
    site.town.say(ASKED, by=RESIDENT)
    site.town.wait(minutes=2)
    assert len(site.town.cases()) == 1


def test_questions_no_text_answered_are_counted_and_lead_to_their_cases(site: Site):
    site.town.say("请问医保几号截止缴费", by=RESIDENT)
    site.town.wait(minutes=2)
    category = site.town.cases()[0].category
    page = site.signed_in(DUTY).get("/knowledge").text
    assert (f"category={category}" in page, "1 件" in page) == (True, True)


def test_what_is_wrong_is_told_and_what_was_typed_stays(site: Site):
    visit = site.signed_in(DUTY)
    for more, told in (
        ({"answer": ""}, "还缺答复"),
        ({"until": "2024-12-31"}, "没有录入"),
        ({"date": "去年"}, "没有录入"),
        ({"answer": "满80岁" * 40}, "没有录入"),
    ):
        answer = visit.post("/knowledge/new", "/knowledge/new", step="look", **typed(visit, **more))
        assert (answer.status_code, told in answer.text) == (422, True), (more, words_of(answer))
        assert 'value="高龄补贴"' in answer.text


def test_only_whoever_may_send_notices_there_writes_and_others_read(site: Site):
    write(site.signed_in(DUTY))
    leader = site.signed_in(LEADER)
    page = leader.get("/knowledge/1").text
    assert ("每月50元" in page, 'name="step"' in page) == (True, False)
    form = {"csrf": leader.token("/me"), "step": "stop"}
    assert leader.client.post("/knowledge/1", data=form).status_code == 403
    other = site.signed_in(OUTSIDER)
    assert ("高龄补贴" in other.get("/knowledge").text, other.get("/knowledge/1").status_code) == (False, 404)
