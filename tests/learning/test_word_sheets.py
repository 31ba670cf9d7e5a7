"""A cadre's spreadsheet of local words: what it brings in, and every row that must be mended first."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.lexicon_sheets import SheetDesk, write_sheet
from bot.local_words import with_local, wording
from bot.parts import LEXICON, LOCALE, ROOT
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from models.lexicon import LexiconError, load_lexicon
from tests.shell import CONFIG, Shell
from tests.township.books import book

WORDS = ("词语", "类别", "分量", "说明")
GOOD: dict[str, Any] = {
    "词语": [
        WORDS,
        ("夜光棒瞎了", "路灯", "", "灯坏了"),
        ("土路稀巴烂", "B01 道路破损", 1.5, ""),
        ("河里翻白肚", "c04", None, None),
    ],
    "地名": [("地名", "说明"), ("王家湾井边", ""), ("老井头", "村口")],
    "不算诉求": [("不算诉求的话",), ("打牌三缺一",)],
}
OURS = '# 我们村的话\nplaces = ["供销社门口"]\n\n[words]\n"咕噜婆" = "路灯"'


@pytest.fixture
def local(tmp_path: Path) -> Path:
    return tmp_path / "words" / "local.toml"


@pytest.fixture
def bring(tmp_path: Path, local: Path) -> Callable[..., tuple[bool, list[str]]]:
    """Writes a workbook of these sheets and imports it."""

    def run(
        sheets: dict[str, Any], change: Any = None, *, dry_run: bool = False, name: str = "words.xlsx"
    ) -> tuple[bool, list[str]]:
        file = book(tmp_path / name, sheets, change)
        return SheetDesk(local, "2026-03-02").bring_in([file], dry_run=dry_run)

    return run


Bring = Callable[..., tuple[bool, list[str]]]


def imported(local: Path) -> list[dict[str, Any]]:
    return tomllib.loads(local.read_text(encoding="utf-8")).get("imported", [])


def test_a_sheet_of_words_places_and_sayings_is_taken_up_by_the_local_file(bring: Bring, local: Path):
    good, told = bring(GOOD)

    assert good
    assert told[0] == "导入完成："
    assert "  词语：新增 3，修改 0，不变 0" in told
    assert local.read_text(encoding="utf-8").startswith("# 2026-03-02 words.xlsx\n")
    assert imported(local)[0] == {"word": "夜光棒瞎了", "category": "B02", "weight": 1.0, "why": "灯坏了"}
    lexicon = with_local(load_lexicon(LEXICON), local)
    assert {"王家湾井边", "老井头"} <= set(lexicon.places.names)
    heard = Understanding(lexicon, load_phrases(LOCALE))
    assert heard.understand("报事 土路稀巴烂").category == "B01"
    assert heard.understand("报事 夜光棒瞎了").category == "B02"


def test_a_dry_run_says_what_would_come_and_writes_nothing(bring: Bring, local: Path):
    good, told = bring(GOOD, dry_run=True)

    assert good
    assert told[0].startswith("检查通过，没有写入")
    assert "  地名：新增 2，修改 0，不变 0" in told
    assert not local.exists()


def test_what_a_cadre_wrote_stays_as_it_is_and_the_same_sheet_again_changes_nothing(
    bring: Bring, local: Path
):
    local.parent.mkdir()
    local.write_text(OURS, encoding="utf-8")
    bring(GOOD)
    first = local.read_text(encoding="utf-8")

    assert first.startswith(OURS + "\n")
    assert bring(GOOD) == (True, ["local.toml 里已经都有了，没有写入。"])
    assert local.read_text(encoding="utf-8") == first


def test_a_word_that_is_put_right_in_the_sheet_takes_the_place_of_the_earlier_one(bring: Bring, local: Path):
    bring(GOOD)
    _, told = bring({"词语": [WORDS, ("夜光棒瞎了", "公共设施损坏", "", ""), ("河里翻白肚", "C04", "", "")]})

    assert "  词语：新增 0，修改 1，不变 1" in told
    lexicon = with_local(load_lexicon(LEXICON), local)
    owners = [item.code for item in lexicon.items if "夜光棒瞎了" in item.dialect]
    assert owners == ["B07"]


BAD_ROWS = [
    (("灯", "路灯", "", ""), "“灯”太短或太长：一个词要 2 到 20 个字"),
    (("夜光棒瞎了", "火星", "", ""), "“夜光棒瞎了”的类别“火星”没有"),
    (("夜光棒瞎了", "水", "", ""), "“夜光棒瞎了”的类别“水”可能是：停水水压、"),
    (("夜光棒瞎了", "路灯", "很多", ""), "“夜光棒瞎了”的分量 很多 不行"),
    (("夜光棒瞎了", "路灯", 9, ""), "“夜光棒瞎了”的分量 9"),
    (("夜光棒瞎了", "", "", ""), "“类别”是空的"),
    (("", "路灯", "", ""), "“词语”是空的"),
    (("=A1", "路灯", "", ""), "“词语”是公式"),
    (("夜光棒瞎了", "=B1", "", ""), "“类别”是公式"),
    (("土路稀巴烂", "道路破损", "", ""), "“土路稀巴烂”与词语 第3行重复"),
    (("土路稀巴爛", "路灯", "", ""), "“土路稀巴爛”与词语 第3行重复"),
]


@pytest.mark.parametrize(("row", "says"), BAD_ROWS)
def test_one_bad_row_stops_everything_and_is_named_with_its_reason(
    bring: Bring, local: Path, row: tuple[Any, ...], says: str
):
    good, told = bring({"词语": [WORDS, ("河里翻白肚", "C04"), ("土路稀巴烂", "道路破损"), row]})

    assert not good
    assert told[0] == "共有 1 处要改，什么都没有写入："
    assert told[1].startswith(f"  词语 第4行：{says}")
    assert not local.exists()


@pytest.mark.parametrize(
    ("said", "says"),
    [("着火", "碰到紧急词（火情）"), ("路灯", "“路灯”是“路灯照明”常用的词"), ("河里翻白肚", "在词语 第2行又是诉求的词")],
)  # fmt: skip
def test_nobody_silences_an_alarm_a_category_or_his_own_word(bring: Bring, said: str, says: str):
    good, told = bring({"词语": [WORDS, ("河里翻白肚", "C04")], "不算诉求": [("不算诉求的话",), (said,)]})

    assert not good
    assert told[1].startswith("  不算诉求 第2行：")
    assert says in told[1]


def test_every_bad_row_is_named_not_only_the_first(bring: Bring):
    _, told = bring({"词语": [WORDS, *(row for row, _ in BAD_ROWS[:7])], "地名": [("地名",), ("湾",)]})

    assert told[0] == "共有 8 处要改，什么都没有写入："


def test_merged_cells_are_named_and_not_guessed(bring: Bring):
    good, told = bring(GOOD, lambda made: made["词语"].merge_cells("B2:B3"))

    assert not good
    assert any("单元格 B2:B3 是合并的" in line for line in told)


def test_a_title_above_other_names_of_columns_and_a_nameless_sheet_are_understood(bring: Bring, local: Path):
    good, told = bring(
        {"Sheet1": [("安全村本地话",), ("本地话", "算作", "例句", "手机"), ("夜光棒瞎了", "B02", "", 1)]}
    )

    assert good
    assert any("没有用到“手机”这一列" in line for line in told)
    assert imported(local)[0]["word"] == "夜光棒瞎了"


def test_a_word_that_makes_a_known_sentence_wrong_is_named_with_the_sentence(bring: Bring, local: Path):
    good, told = bring(
        {"词语": [WORDS, ("夜光棒瞎了", "路灯"), ("垃圾桶", "路灯", 3), ("没人收", "路灯", 3)]}
    )

    assert not good
    wrong = [line for line in told if "这句话会听错" in line]
    assert any(line.startswith("  词语 第3行：加了“垃圾桶”，") for line in wrong)
    assert not any("第2行" in line for line in told)
    assert not local.exists()


def test_a_sheet_does_not_overrule_what_was_written_by_hand(bring: Bring, local: Path):
    local.parent.mkdir()
    local.write_text(OURS, encoding="utf-8")
    good, told = bring({"词语": [WORDS, ("咕噜婆", "垃圾清运保洁")]})

    assert not good
    assert "“咕噜婆”在 local.toml 里已经写成“路灯照明”（分量 1）" in told[1]
    assert local.read_text(encoding="utf-8") == OURS
    assert bring({"词语": [WORDS, ("咕噜婆", "路灯")]})[1] == ["local.toml 里已经都有了，没有写入。"]


def test_a_broken_local_file_is_told_before_anything_is_read(bring: Bring, local: Path):
    local.parent.mkdir()
    local.write_text('places = ["王家湾"，"老井头"]\n', encoding="utf-8")

    with pytest.raises(LexiconError, match="第1行用了中文标点"):
        bring(GOOD)


def test_files_that_are_no_spreadsheets_are_told(tmp_path: Path, local: Path):
    (tmp_path / "old.xls").write_bytes(b"not a workbook")
    good, told = SheetDesk(local, "2026-03-02").bring_in(
        [tmp_path / "old.xls", tmp_path / "gone.xlsx"], dry_run=False
    )

    assert not good
    assert [line.split("：")[0].strip() for line in told[1:]] == ["gone.xlsx", "old.xls"]


def test_the_empty_workbook_offers_every_category_and_can_be_filled_in(tmp_path: Path, local: Path):
    file = tmp_path / "本地词.xlsx"
    write_sheet(file)
    empty = SheetDesk(local, "2026-03-02").bring_in([file], dry_run=False)
    filled = load_workbook(file)
    names = [cell.value for cell in filled["全部类别"]["A"][1:]]
    for row, name in enumerate(names, start=2):
        filled["词语"].cell(row, 1, f"呱呱唧唧{row}")
        filled["词语"].cell(row, 2, name)
    filled.save(file)
    good, told = SheetDesk(local, "2026-03-02").bring_in([file], dry_run=False)

    assert empty == (
        False,
        ["共有 1 处要改，什么都没有写入：", "  表格里一行词、地名也没有。在列名下面一行一个填上。"],
    )
    assert good, told
    codes = [item.code for item in load_lexicon(LEXICON).items]
    assert [each["category"] for each in imported(local)] == codes


def test_a_cadre_goes_through_it_on_the_command_line(tmp_path: Path, local: Path):
    shell = Shell(tmp_path)
    book(tmp_path / "words.xlsx", GOOD)
    book(tmp_path / "bad.xlsx", {"词语": [WORDS, ("灯", "路灯")]})

    apart = shell("lexicon", "import", "words.xlsx", "--into", "words/local.toml", "--dry-run")
    nowhere = shell("lexicon", "import", "words.xlsx")
    shell.configure('[understanding]\nlocal_lexicon = "words/local.toml"\n', CONFIG)
    bad = shell("lexicon", "import", "bad.xlsx")
    empty = shell("lexicon", "sheet", "new.xlsx")
    there = local.exists()
    good = shell("lexicon", "import", "words.xlsx")

    assert (apart.returncode, nowhere.returncode, bad.returncode, empty.returncode) == (0, 2, 1, 0)
    assert "词语 第2行：“灯”太短或太长" in bad.stdout
    assert (tmp_path / "new.xlsx").exists()
    assert not there
    assert good.returncode == 0, good.stderr
    assert "6 条写进了 local.toml，重启程序后生效。" in good.stdout
    assert len(imported(local)) == 6
    assert not list(tmp_path.glob("*.db"))


def test_every_sentence_about_sheets_is_said():
    files = ("bot/lexicon_sheets.py", "handlers/learning/from_sheets.py")
    source = "".join((ROOT / file).read_text(encoding="utf-8") for file in files)

    assert {key for key in wording()["sheet_problems"] if f'"{key}"' not in source} == set()
