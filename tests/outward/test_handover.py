"""Cases go to the county's platform, and what it answers reaches whoever reported them, once."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from models.handover_desk import HandoverDesk
from models.rules.handover import FIELDS, HandoverMap, wrong_with
from models.rules.scope import Scope
from models.tables import Case
from tests.console.site import Site
from tests.console.villages import DUTY, HEAD, OTHER, TOWN, words_of
from tests.outward.desk import GROUP, PIPE, answered, broken_pipe, look, made, package, post, sheet, take


def last(site: Site) -> str:
    return site.town.room(GROUP)[-1]


def test_what_the_township_was_called_for_is_proposed_and_goes(villages: Site):
    broken_pipe(villages)
    visit = villages.signed_in(TOWN)
    assert "1 件到了最上一级" in visit.get("/handover").text
    assert "没有转出过" not in visit.get("/handover").text
    made(villages)

    rows, told = package(visit)
    heads, row = rows
    assert heads[:3] == ["来源编号", "诉求类型", "事项类别"]
    assert dict(zip(heads, row, strict=True)) == told[0]
    assert told[0]["诉求内容"] == PIPE
    assert told[0]["来源编号"] == "1"
    assert "1 件到了最上一级" not in visit.get("/handover").text


def test_who_has_no_right_finds_no_such_page(villages: Site):
    broken_pipe(villages)
    for who in (HEAD, DUTY, OTHER):
        visit = villages.signed_in(who)
        assert visit.get("/handover").status_code == 404
        token = visit.token("/me")
        for to in ("make", "packages/1/file", "answers", "answers/take"):
            sent = {"csrf": token, "case": "1", "rows": "[]"}
            assert visit.client.post(f"/handover/{to}", data=sent).status_code == 404


def test_what_begins_like_a_formula_stays_a_text(villages: Site):
    villages.town.say('=HYPERLINK("x") 三组口上水管断了', by="resident", room=GROUP)
    villages.town.wait(minutes=2)
    visit = villages.signed_in(TOWN)
    assert "做好了" in post(visit, "/handover/make", numbers="1").text

    rows, _ = package(visit)
    assert rows[1][rows[0].index("诉求内容")].startswith("=hyperlink")


def test_their_result_ends_the_case_once_and_its_group_hears_it(villages: Site):
    broken_pipe(villages)
    villages.town.say("接单 1", by=TOWN, private=True)
    villages.town.say("已联系 1", by=TOWN, private=True)
    visit = made(villages)
    file = sheet(answered(1, "已办结", "主管已修复，道路回填完毕", 答复时间="2025-07-16 10:00"))
    seen = look(visit, file)
    assert "还没有写" in seen.text
    assert villages.town.case().state != "resolved"

    take(visit, file)
    villages.town.wait(minutes=2)
    assert villages.town.case().state == "resolved"
    assert villages.town.case().result == "主管已修复，道路回填完毕"
    assert "主管已修复" in last(villages)
    assert "GD-77" in visit.get("/cases/1").text
    before = villages.town.rows()["case_event"]
    again = look(visit, file)
    assert "以前收过" in again.text
    take(visit, file)
    assert villages.town.rows()["case_event"] == before


def test_a_word_on_the_way_reaches_the_reporter_and_changes_no_state(villages: Site):
    broken_pipe(villages)
    visit = made(villages)
    state = villages.town.case().state
    take(visit, json.dumps([answered("1", "办理中", "水务公司明早八点到场")]).encode(), "a.json")
    villages.town.wait(minutes=2)

    assert "水务公司明早八点到场" in last(villages)
    assert villages.town.case().state == state
    assert "办理中" in visit.get("/cases/1").text


def test_an_earlier_answer_read_again_after_a_later_one_changes_nothing(villages: Site):
    broken_pipe(villages)
    visit = made(villages)
    first, second = answered(1, "办理中", "水务公司明早八点到场"), answered(1, "已受理", "已派给水务公司处理")
    take(visit, sheet(first, second))
    villages.town.wait(minutes=2)
    before = villages.town.rows()["case_event"]
    take(visit, sheet(first, second))

    assert villages.town.rows()["case_event"] == before


def test_what_they_send_back_stays_with_whoever_has_it(villages: Site):
    broken_pipe(villages)
    visit = made(villages)
    take(visit, sheet(answered(1, "退回", "属乡镇职责")))
    villages.town.wait(minutes=5)

    assert any("退回了：属乡镇职责" in words for words in villages.town.heard(TOWN))


def test_rows_that_cannot_be_used_are_told_and_hold_up_no_other(villages: Site):
    broken_pipe(villages)
    visit = made(villages)
    rows = (
        answered("甲", "办理中", "x"), answered(99, "办理中", "没有这件事情"), answered(1, "飞走了", "什么意思"),
        answered(None, "办理中", "没有编号的"), answered(1, "办理中", "长" * 501),
        answered(1, "办理中", "水务公司明早八点到场"),
    )  # fmt: skip
    seen = words_of(look(visit, sheet(*rows)))
    for told in ("“甲”不是我们的编号", "#99没有转出过", "“飞走了”不认识", "来源编号", "太长", "收下这1条"):
        assert told in seen, (told, seen)
    assert seen.count("跳过第") == 5
    assert "水务公司" in words_of(take(visit, sheet(*rows))) or "有答复" in words_of(visit.get("/handover"))


@pytest.mark.parametrize(
    "content", [b"", b"no json", b"[1, 2]", b"{}", b"PK\x03\x04 broken", b"[" * 100_000], ids=range(6)
)
def test_a_file_that_is_none_is_refused_in_a_sentence(villages: Site, content: bytes):
    visit = villages.signed_in(TOWN)
    answer = look(visit, content)

    assert answer.status_code in {200, 422}
    assert "收下这" not in answer.text
    assert "程序出了问题" not in answer.text


@pytest.mark.parametrize(
    "rows", ["", "{}", "[1]", '[{"row":1}]', '[{"no":1,"their_no":"","state":"","words":"","row":1,"at":""}]']
)
def test_forged_rows_are_refused(villages: Site, rows: str):
    visit = villages.signed_in(TOWN)
    assert post(visit, "/handover/answers/take", rows=rows).status_code == 422


def test_a_private_matter_needs_a_reason_and_goes_without_words(villages: Site):
    town = villages.town
    broken_pipe(villages)
    with town.session() as session:
        case = session.get(Case, 1)
        assert case is not None
        case.privacy = "P3"
        session.add(case)
        session.commit()
    visit = villages.signed_in(TOWN)  # it lies with the township itself
    page = visit.get("/handover").text
    assert "不公开的事" in page
    assert "三组口上" not in page
    refused = post(visit, "/handover/make", case=["1"])
    assert refused.status_code == 422
    assert "要写明为什么" in refused.text
    made(villages, reason="县里要协调断水")

    rows, told = package(visit)
    assert set(told[0]) == {"来源编号", "诉求类型", "受理时间"}
    assert PIPE not in str(rows)


def test_why_a_private_matter_went_is_for_whoever_may_see_it(villages: Site):
    broken_pipe(villages)
    villages.town.say("三组路灯坏了好几天", by="resident", room=GROUP)
    villages.town.wait(minutes=3)
    with villages.town.session() as session:
        case = session.get(Case, 1)
        assert case is not None
        case.privacy = "P3"
        session.add(case)
        session.commit()
    visit = villages.signed_in(TOWN)
    assert post(visit, "/handover/make", case=["1"], numbers="2", reason="县里要协调断水").status_code == 200
    assert "县里要协调断水" in visit.get("/handover").text

    town = villages.town.machine.dispatch.known_town()
    colleague = Scope(frozenset(town.areas), frozenset(), person=0)
    [line] = HandoverDesk(villages.town.engine).packages(colleague)
    assert (line.cases, line.reason) == (1, "")


def test_a_file_that_unpacks_to_more_than_answers_take_is_not_read(villages: Site):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (30 * 2**20))
    answer = look(villages.signed_in(TOWN), content.getvalue())
    assert (answer.status_code, "20" in answer.text) == (422, True)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_moment_out_of_all_time_is_no_moment(villages: Site, at: str):
    broken_pipe(villages)
    visit = made(villages)
    rows = json.dumps([{"row": 2, "no": "1", "their_no": "7", "state": "办理中", "words": "", "at": at}])
    assert post(visit, "/handover/answers/take", rows=rows).status_code == 422
    assert HandoverMap().read_moment(at) is None


def test_numbers_of_others_and_nonsense_go_nowhere_and_what_was_typed_stays(villages: Site):
    broken_pipe(villages)
    visit = villages.signed_in(TOWN)
    answer = post(visit, "/handover/make", numbers="1、77", reason="因为")
    assert answer.status_code == 404
    assert "#77" in answer.text
    assert 'value="1、77"' in answer.text
    assert post(visit, "/handover/make").status_code == 422
    assert "第 1 包" not in visit.get("/handover").text


def test_each_time_somebody_takes_a_package_is_written_down(villages: Site):
    broken_pipe(villages)
    visit = made(villages)
    package(visit)
    package(visit)

    taken = [row for row in villages.town.rows()["audit"] if "TakePackage" in row]
    assert len(taken) == 2
    assert post(visit, "/handover/packages/9/file").status_code == 404


WRONG: dict[str, Any] = {
    "fields: known": {"fields": (("phone", "电话"), ("no", "编号"))},
    "fields: no must": {"fields": (("words", "内容"),)},
    "fields: each": {"fields": (("no", "编号"), ("words", "编号"))},
    "private: choose": {"private": ("no", "result")},
    "answers: known": {"answers": (("no", "a"), ("state", "b"), ("name", "c"))},
    "answers: no and state": {"answers": (("no", "a"),)},
    "answer_states": {"answer_states": (("办结", "over"),)},
    "date": {"date": "yyyy"},
}


@pytest.mark.parametrize("told", WRONG)
def test_a_map_that_cannot_be_used_says_why(told: str):
    assert wrong_with(replace(HandoverMap(), **WRONG[told])).startswith(told)
    assert wrong_with(HandoverMap()) == ""
    assert "phone" not in FIELDS
