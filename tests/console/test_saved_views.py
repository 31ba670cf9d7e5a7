"""Named filters: private to whoever named them, and only filters."""

from handlers.saved_views import MOST_VIEWS
from tests.console.office import words_of
from tests.console.site import Site
from tests.town.town import DUTY, LEADER


def test_a_named_filter_is_a_chip_that_leads_to_its_list(site: Site):
    visit = site.signed_in(DUTY)
    page = "/cases?group=overdue&urgent=1&before=99"
    saved = visit.post(page, "/views/save", name="急的超期", query="group=overdue&urgent=1&before=99&x=1")

    assert saved.url.path == "/cases"
    assert dict(saved.url.params) == {"group": "overdue", "urgent": "1"}
    assert 'href="/cases?group=overdue&amp;urgent=1" aria-current="page">急的超期</a>' in saved.text
    assert 'aria-current="page">急的超期' not in visit.get("/cases").text


def test_the_page_itself_gives_the_form_what_stands_in_the_address(site: Site):
    visit = site.signed_in(DUTY)

    assert (
        'name="query" value="group=overdue&amp;urgent=1"' in visit.get("/cases?urgent=1&group=overdue").text
    )
    assert 'name="query" value="group=open"' in visit.get("/cases?category=none&x=javascript:1").text.replace(
        "&amp;category=none", ""
    )


def test_a_view_is_renamed_and_removed_without_javascript(site: Site):
    visit = site.signed_in(DUTY)
    visit.post("/cases", "/views/save", name="早上", query="group=unclaimed")
    renamed = visit.post("/views", "/views/1/rename", name="每天早上")
    assert (renamed.url.path, "每天早上" in renamed.text) == ("/views", True)
    assert "每天早上" not in visit.post("/views", "/views/1/remove").text
    assert "起个名字记下" in words_of(visit.get("/views"))


def test_nobody_sees_or_changes_the_views_of_another(site: Site):
    mine, other = site.signed_in(DUTY), site.signed_in(LEADER)
    mine.post("/cases", "/views/save", name="早上", query="group=unclaimed")

    assert "早上" not in other.get("/cases").text + other.get("/views").text
    for act in ("rename", "remove"):
        assert other.post("/views", f"/views/1/{act}", name="我的").status_code == 404
    assert "早上" in mine.get("/cases").text


def test_the_same_name_takes_the_new_filters_and_a_taken_name_is_refused(site: Site):
    visit = site.signed_in(DUTY)
    visit.post("/cases", "/views/save", name="早上", query="group=unclaimed")
    visit.post("/cases", "/views/save", name="早上", query="group=overdue")
    page = visit.get("/views").text
    assert ("group=overdue" in page, "group=unclaimed" in page) == (True, False)

    visit.post("/cases", "/views/save", name="晚上", query="group=done")
    taken = visit.post("/views", "/views/2/rename", name="早上")
    assert (taken.status_code, "已经有一个叫" in taken.text) == (422, True)


def test_a_name_is_short_and_twenty_are_enough(site: Site):
    visit = site.signed_in(DUTY)
    for name in ("", "   ", "一二三四五六七八九十一二三"):
        wrong = visit.post("/cases", "/views/save", name=name, query="group=overdue")
        assert wrong.status_code == 422
        assert "最多12个字" in wrong.text
        assert 'name="query" value="group=overdue"' in wrong.text
    for number in range(MOST_VIEWS):
        assert visit.post("/cases", "/views/save", name=f"第{number}个", query="group=all").status_code == 200
    full = visit.post("/cases", "/views/save", name="再一个", query="group=all")
    assert (full.status_code, "先删掉不用的" in full.text) == (409, True)
