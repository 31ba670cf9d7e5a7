"""The picture of a report goes along with a notice: looked at first like any other, and nobody else's."""

import re

from sqlalchemy import select

from models.tables import ExportLog
from tests.console.site import Site, Visit
from tests.console.villages import DUTY, TOWN, Desk, heard, marks

CHOSEN = re.compile(r'name="file" value="(\d+)" checked')
WORDS = "这个月大家说得最多的事。请看图。"


def put_into_a_notice(visit: Visit) -> str:
    """Press the button of the report's page; the form that comes of it."""
    page = visit.get("/reports").text
    area = re.search(r'<option value="(\d+)" selected', page[page.index('id="area"') :])
    assert area
    filled = {"area": area[1], "period": "2025-07", "form": "notice", "reason": "发群里"}
    return visit.post("/reports", "/reports/export", **filled).text


def test_a_reports_picture_goes_out_behind_the_words_of_a_notice(villages: Site):
    desk = Desk(villages, TOWN)
    form = put_into_a_notice(desk.visit)
    chosen = CHOSEN.search(form)
    assert chosen
    assert "2025年7月民情。大家说得最多的事，请看图。" in form
    seen = desk.visit.get(f"/notices/pictures/{chosen[1]}")
    assert (seen.headers["content-type"], seen.content[:4]) == ("image/png", b"\x89PNG")

    look = desk.look("三组", words=WORDS, file=chosen[1])
    assert ("一起发：1 张图片" in look.text, CHOSEN.search(look.text) is not None) == (True, True)
    without = desk.send("send", "三组", words=WORDS, **marks(look))
    assert (without.status_code, heard(villages)) == (409, [])
    sent = desk.publish("三组", words=WORDS, file=chosen[1])
    assert sent.url.path == "/notices/1"
    villages.town.wait(minutes=5)
    said = [s for s in villages.town.wechat.said if s.in_room and s.conversation == "三组"]
    assert [bool(s.picture) for s in said] == [False, True]
    assert said[1].picture == seen.content
    assert CHOSEN.search(desk.visit.get("/notices/new?picture=1").text) is None
    with villages.town.session() as session:
        log = session.execute(select(ExportLog)).scalar_one()
    assert (log.kind, log.reason) == ("report_png", "发群里")


def test_a_picture_is_there_for_an_hour_and_for_whoever_made_it(villages: Site):
    desk, other = Desk(villages, TOWN), Desk(villages, DUTY)
    chosen = CHOSEN.search(put_into_a_notice(desk.visit))
    assert chosen
    assert other.visit.get(f"/notices/pictures/{chosen[1]}").status_code == 404
    assert "只留一小时" in other.look("三组", words=WORDS, file=chosen[1]).text
    assert "带上图片" not in other.visit.get("/notices/new").text
    villages.town.wait(minutes=61)
    assert desk.visit.get(f"/notices/pictures/{chosen[1]}").status_code == 404
    late = desk.look("三组", words=WORDS, file=chosen[1])
    assert (late.status_code, "没有了" in late.text) == (409, True)
