"""Approved texts from a cadre's spreadsheet or TOML file: what comes in, and every row that must be mended first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select

from bot.demo_town import POLICIES
from bot.knowledge_desk import KnowledgeDesk, write_sheet
from bot.parts import load_parts
from handlers.dispatch import Dispatch
from handlers.township.staging import Stage, stage_town
from models.engine import open_engine
from models.rules.pacing import Pace
from models.tables import KnowledgeItem
from tests.township.books import book

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HEAD = ("标题", "答复", "来源", "日期", "有效到", "范围", "问法")
GOOD = ("高龄补贴", "满80岁每月50元", "镇民政办", "2026-03-01", "2026-12", "", "高龄补贴、老人补贴；长寿钱")
STRAW = ("秸秆禁烧", "全年不许烧", "四组", date(2026, 2, 1), date(2026, 6, 30), "安全村/一片/四组", "")
Row = tuple[Any, ...]


@dataclass
class Place:
    """A village's database and the desk before it."""

    desk: KnowledgeDesk
    folder: Path
    session: Callable[[], Session]

    def bring(self, *rows: Row, dry_run: bool = False, head: Row = HEAD) -> tuple[bool, str]:
        file = book(self.folder / "policies.xlsx", {"政策问答": [head, *rows]})
        good, told = self.desk.bring_in([file], dry_run=dry_run)
        return good, "\n".join(told)

    def items(self) -> list[KnowledgeItem]:
        with self.session() as session:
            return list(session.scalars(select(KnowledgeItem).order_by(KnowledgeItem.no)))


@pytest.fixture
def place(database_url: str, tmp_path: Path):
    engine = open_engine(database_url)
    stage_town(engine, Stage("anxiang", "simulator", ("安全村/一片/四组", "安全村/一片/五组"), (), ()), NOW)
    parts = load_parts(Pace(), "tests: a desk's secret", hears=False)
    keys = iter(range(1000))
    desk = KnowledgeDesk(
        Dispatch(engine, parts.standing, lambda: NOW), parts.standing, lambda: NOW, lambda: f"k{next(keys)}"
    )
    yield Place(desk, tmp_path, lambda: Session(engine, expire_on_commit=False))
    engine.dispose()


def test_a_sheet_comes_in_once(place: Place):
    assert place.bring(GOOD, STRAW) == (True, "新增2条，更新0条，相同0条。")
    assert place.bring(GOOD, STRAW) == (True, "新增0条，更新0条，相同2条。")

    first, second = place.items()
    assert (first.no, first.expires_on, first.asked) == (
        1,
        date(2026, 12, 31),
        ["高龄补贴", "老人补贴", "长寿钱"],
    )
    assert second.source == "四组"
    assert first.area_id != second.area_id


def test_a_changed_row_takes_the_place_of_the_old_one(place: Place):
    place.bring(GOOD)

    assert place.bring(("高龄补贴", "满80岁每月60元", *GOOD[2:])) == (True, "新增0条，更新1条，相同0条。")
    assert [item.answer for item in place.items()] == ["满80岁每月60元"]


def test_a_dry_run_tells_and_writes_nothing(place: Place):
    good, told = place.bring(GOOD, dry_run=True)

    assert good
    assert "新增1条" in told
    assert place.items() == []


def test_what_was_stopped_stays_stopped_until_it_is_changed(place: Place):
    place.bring(GOOD)
    assert "已停" in place.desk.stop(1)

    place.bring(GOOD)
    assert place.items()[0].stopped_at is not None
    place.bring(("高龄补贴", "满80岁每月60元", *GOOD[2:]))

    assert place.items()[0].stopped_at is None
    assert "高龄补贴" in place.desk.list()


def changed(**cells: Any) -> Row:
    names = ("title", "answer", "source", "date", "until", "area", "asked")
    return tuple(cells.get(name, old) for name, old in zip(names, GOOD, strict=True))


BAD = {
    "empty source": (changed(source=""), "“来源”是空的"),
    "no date": (changed(date="去年"), "去年"),
    "not yet": (changed(date="2026-05-01"), "还没到"),
    "over": (changed(until="2026-02"), "已经过了"),
    "before its paper": (changed(date="2026-03-01", until="2026-02-28"), "早于文件日期"),
    "too long": (changed(answer="长" * 90), "最多 84 个"),
    "too short": (changed(answer="去问"), "太短"),
    "unknown area": (changed(area="月亮村"), "“月亮村”不是系统里的区域"),
    "shaming": (changed(answer="不交的人要曝光名单"), "不宜在群里说"),
    "formula": (changed(answer='=HYPERLINK("http://x","补贴")'), "是公式"),
}


@pytest.mark.parametrize(("row", "told"), BAD.values(), ids=BAD)
def test_every_bad_row_is_named_and_nothing_comes_in(place: Place, row: Row, told: str):
    good, lines = place.bring(STRAW, row)

    assert not good
    assert "第3行" in lines
    assert told in lines
    assert place.items() == []


def test_the_same_title_twice_in_one_area_is_named(place: Place):
    good, told = place.bring(GOOD, GOOD)

    assert not good
    assert "与第 2 行" in told


def test_a_text_that_begins_like_a_formula_stays_text(place: Place):
    assert place.bring(changed(answer="+86区号不用拨，直接打村部"))[0]
    assert place.items()[0].answer == "+86区号不用拨，直接打村部"


def test_the_empty_form_is_what_import_reads(place: Place, tmp_path: Path):
    form = tmp_path / "form.xlsx"
    write_sheet(form)
    workbook = load_workbook(form)
    sheet = workbook.active
    assert [cell.value for cell in sheet[1]] == list(HEAD)

    assert place.desk.bring_in([form], dry_run=False)[0] is False
    sheet.append(GOOD)
    workbook.save(form)

    assert place.desk.bring_in([form], dry_run=False) == (True, ["新增1条，更新0条，相同0条。"])


def test_the_demo_s_own_file_comes_in(place: Place):
    good, told = place.desk.bring_in([POLICIES], dry_run=False)

    assert (good, told) == (True, ["新增12条，更新0条，相同0条。"])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[[item]]\ntitle = "低保"', "“答复”是空的"),
        ('[[item]]\ntitel = "低保"', "没有“titel”这一项"),
        ("[[item]", "读不了"),
        ("item = 3", "没有内容"),
        ("", "没有内容"),
    ],
)
def test_a_bad_toml_file_is_told_in_words(place: Place, tmp_path: Path, content: str, told: str):
    file = tmp_path / "texts.toml"
    file.write_text(content, encoding="utf-8")

    good, lines = place.desk.bring_in([file], dry_run=False)

    assert not good
    assert told in "\n".join(lines)


def test_why_tells_the_words_that_counted(place: Place):
    place.bring(GOOD, STRAW)

    assert next(place.desk.why("老人补贴怎么领", "")).startswith("会答 1《高龄补贴》")
    assert next(place.desk.why("秸秆能不能卖", "")).startswith("没有一条")
    assert "《秸秆禁烧》" in next(place.desk.why("秸秆禁烧是什么规定", "四组"))
    assert next(place.desk.why("我的高龄补贴怎么没到账", "")).startswith("这不是问政策")
    assert "不是系统里的区域" in next(place.desk.why("秸秆禁烧是什么规定", "月亮村"))


PAIRS = ("问题", "答案", "来源", "日期", "有效期至", "区域")
ASKED = ("低保怎么申请？", "写申请交村部，带户口本和收入证明", "镇民政办", "2026-02", "2026-12-31", "安全村")


def test_pairs_of_question_and_answer_come_in_by_the_same_command_and_answer_that_question(place: Place):
    twin = ("打狂犬疫苗要钱吗", "犬只免费打，带犬证到村部", "镇兽医站", "2026-01", "2026-06", "")
    assert place.bring(ASKED, twin, head=PAIRS) == (True, "新增2条，更新0条，相同0条。")
    assert place.bring(ASKED, twin, head=PAIRS) == (True, "新增0条，更新0条，相同2条。")

    assert [item.title for item in place.items()] == ["低保怎么申请", "打狂犬疫苗要钱吗"]
    assert next(iter(place.desk.why("请问低保怎么申请", "三组"))).startswith("“三组”不是系统里的区域")
    assert next(iter(place.desk.why("请问低保怎么申请", "四组"))).startswith("会答 1《低保怎么申请》")


def test_one_broken_pair_is_named_by_its_row_and_no_pair_comes_in(place: Place):
    bad = ("医保交多少", "每人400元", "", "2026-01", "2025-12-31", "月亮村")
    good, told = place.bring(ASKED, bad, head=PAIRS)

    assert not good
    assert all(words in told for words in ("第3行", "“来源”是空的", "已经过了", "“月亮村”不是系统里的区域"))
    assert place.items() == []
