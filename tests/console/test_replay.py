"""A form that was sent once is worth nothing more, at whatever address it is sent again."""

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel

from handlers.web_access import IssueLoginCode
from tests.console.office import from_shell
from tests.console.site import Site, Visit
from tests.console.test_scope import POSTED, addresses, lamp, village
from tests.town.town import DUTY, LEADER

__all__ = ["lamp"]

FORM = {
    "words": "换了新灯，亮了", "on": "true", "task": "2", "code": "1", "login": "abc", "password": "x",
    "once": "1", "second": "A", "period": "2025-07", "form": "xlsx", "tab": "figures", "reason": "上级要求核实",
    "chosen": "打电话问清情况", "case": "1", "numbers": "1", "kind": "word", "word": "黑灯瞎火", "category": "B02",
    "weight": "1", "looked": "", "view": "1", "query": "group=open", "days": "30", "hook": "grid", "row": "1",
    "rows": '[{"row":2,"no":"1","their_no":"7","state":"办理中","words":"","at":""}]', "text": "几点开门|八点",
    **POSTED,
}  # fmt: skip
STEPS = ("save", "publish")
"""What the buttons send that do something, where others of the same form only look."""
ONLY_LOOKS = {"/lexicon", "/handover/answers", "/big-type", "/notices/new"}
"""Nothing is kept there: whoever presses twice is shown the same twice."""
KEPT_OF_VISITS = {"web_session"}


def kept(engine: Engine) -> dict[str, list[Any]]:
    """All that is kept, table by table; when somebody was here last is no matter."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in SQLModel.metadata.sorted_tables
            if table.name not in KEPT_OF_VISITS
        }


def used(visit: Visit) -> str:
    """A token of a form that was sent and taken."""
    token = visit.token("/cases/1")
    taken = visit.client.post("/cases/1/note", data={"csrf": token, "words": "楼长也知道了"})
    assert (taken.status_code, "楼长也知道了" in taken.text) == (200, True)
    return token


@pytest.mark.parametrize("who", [LEADER, DUTY, "operator"])
def test_a_form_that_was_sent_once_is_refused_everywhere(lamp: Site, who: str) -> None:
    if who == "operator":
        visit = lamp.browser()
        visit.post("/login", "/login/code", code=str(from_shell(lamp, IssueLoginCode())["code"]))
        token = visit.token("/me")
        assert (
            visit.client.post("/views/save", data={"csrf": token, "name": "早上", "query": ""}).status_code
            == 200
        )
    else:
        visit = lamp.signed_in(who)
        token = used(visit)
    before, area = kept(lamp.town.engine), str(village(lamp))
    wrong = []
    for page in addresses(lamp, "POST"):
        forms = ({**FORM, "area": area, "csrf": token, "step": step} for step in STEPS)
        codes = [visit.client.post(page, data=form).status_code for form in forms]
        refused = any(400 <= code < 500 for code in codes) or page in ONLY_LOOKS
        if not refused or max(codes) >= 500:
            wrong.append((page, codes))
    assert wrong == []
    assert kept(lamp.town.engine) == before
