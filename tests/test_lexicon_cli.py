"""From a leader's corrections to the place's own words, as a cadre goes through it on the command line."""

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.known_sentences import OWN, sentences
from bot.lexicon_desk import LexiconDesk, PatchError
from bot.local_words import with_local, wording
from bot.parts import LEXICON, LOCALE, ROOT, Parts, load_parts
from handlers.learning.patches import read
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from models.engine import open_engine
from models.lexicon import LexiconError, load_lexicon
from models.rules.pacing import Pace
from tests.shell import CONFIG, Shell
from tests.town.town import CHIEF, LEADER, NEIGHBOUR, RESIDENT, THIRD, Town

WORD = "咕噜婆"
TOLD = ("报事 垃圾桶边上咕噜婆", "报事 咕噜婆那里的垃圾桶", "报事 一直是咕噜婆 垃圾桶")
"""Announced, so that cases are opened however their words are read."""
SHARP = """
[[learned]]
word = "垃圾桶"
category = "B02"
weight = 3.0

[[learned]]
word = "没人收"
category = "B02"
weight = 3.0

[[learned]]
word = "桥头"
category = "B02"
weight = 3.0
"""
"""A patch that turns rubbish into lamps."""
ONE = '[[learned]]\nword = "咕噜婆"\ncategory = "B02"\nweight = {weight}\n'


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Pace(), "tests: a town's secret")


@dataclass
class Place:
    """A folder with a local file, and the desk that works on it."""

    folder: Path
    url: str

    @property
    def local(self) -> Path:
        return self.folder / "words" / "local.toml"

    @property
    def patch(self) -> Path:
        return self.folder / "patch.toml"

    @property
    def rows(self) -> Path:
        return self.folder / "rows.tsv"

    def desk(self) -> LexiconDesk:
        """Opened anew, as each command does."""
        return LexiconDesk(open_engine(self.url), self.local, NOW)

    def propose(self) -> list[str]:
        return list(self.desk().suggest(self.patch, [self.rows]))

    def differ(self) -> list[str]:
        return list(self.desk().diff(self.patch, [self.rows]))

    def take(self) -> tuple[bool, list[str]]:
        return self.desk().apply(self.patch, [self.rows])


NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Place:
    """A place with a cadre's words, and sentences of known meaning."""
    made = Place(tmp_path, sqlite_url)
    made.local.parent.mkdir()
    made.local.write_text(OURS, encoding="utf-8")
    lines = ("meant\ttext", "C01\t报事 桥头垃圾桶满了好几天没人收", "B02\t报事 村头咕噜婆", "NEG\t今晚吃什么")
    made.rows.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


@pytest.fixture
def shell(place: Place) -> Shell:
    """The command line in that place."""
    made = Shell(place.folder)
    made.configure(f'database = "{place.url}"\n[understanding]\nlocal_lexicon = "words/local.toml"\n')
    return made


OURS = '# 我们村的话\nplaces = ["老井头"]  # 谁都知道\n\n[words]\n"土路稀巴烂" = "道路破损"'


@pytest.fixture
def corrected(sqlite_url: str, parts: Parts) -> None:
    """Three lines that were read as rubbish; two leaders said that they were about lamps."""
    town = Town(sqlite_url, parts)
    for no, (reporter, leader) in enumerate(
        ((RESIDENT, LEADER), (NEIGHBOUR, CHIEF), (THIRD, LEADER)), start=1
    ):
        town.say(TOLD[no - 1], by=reporter)
        town.wait(minutes=12)
        assert town.case(no).category != "B02"
        town.say(f"改类 {no} 路灯", by=leader)
        town.wait(minutes=12)
    town.close()


@pytest.mark.usefixtures("corrected")
def test_what_leaders_corrected_becomes_a_patch_with_its_evidence(place: Place):
    told = place.propose()

    assert "更正 3 件（2 人）" in told[0]
    text = place.patch.read_text(encoding="utf-8")
    assert text.startswith("# 词典修改建议，2026-03-02")
    [entry] = [e for e in read(text) if WORD in e["word"] and e["category"] == "B02"]
    assert (entry["corrections"], entry["people"], entry["weight"]) == (3, 2, 1.0)
    assert entry["counts"][0] == 3
    assert "2 人更正" in entry["why"]


def test_without_corrections_there_is_nothing_to_propose(place: Place):
    assert "要有 3 件更正、来自 2 个人" in place.propose()[-1]
    assert not place.patch.exists()


@pytest.mark.usefixtures("corrected")
def test_a_diff_shows_cases_by_number_and_sentences_by_their_words(place: Place):
    place.patch.write_text(ONE.format(weight=3.0), encoding="utf-8")

    *lines, last = place.differ()

    assert [line.split("：")[0] for line in lines[:3]] == ["#1", "#2", "#3"]
    assert all("（人定的是B02 路灯照明）变对" in line for line in lines[:3])
    assert not any(said in "".join(lines) for said in TOLD)
    assert lines[3].startswith("rows.tsv:3")
    assert "村头咕噜婆" in lines[3]
    assert "件：变对 3，变错 0" in last


@pytest.mark.usefixtures("corrected")
def test_a_reviewed_patch_is_written_beside_what_the_cadre_wrote(place: Place, shell: Shell):
    before = shipped()
    asked = shell("lexicon", "suggest", "--rows", str(place.rows))
    shown = shell("lexicon", "diff", "patch.toml", "--rows", str(place.rows))
    taken = shell("lexicon", "apply", "patch.toml", "--rows", str(place.rows))

    assert (asked.returncode, shown.returncode, taken.returncode) == (0, 0, 0), taken.stderr
    assert "写进了 local.toml" in taken.stdout
    text = place.local.read_text(encoding="utf-8")
    assert text.startswith(OURS)
    assert tomllib.loads(text)["learned"] == read(place.patch.read_text(encoding="utf-8"))
    assert shipped() == before
    ours = Understanding(with_local(load_lexicon(LEXICON), place.local), load_phrases(LOCALE))
    assert ours.understand("报事 咕噜婆").category == "B02"
    assert place.take() == (True, ["local.toml 里已经都有了，没有写入。"])


def test_a_patch_that_breaks_a_sentence_is_not_written(place: Place, shell: Shell):
    place.patch.write_text(SHARP, encoding="utf-8")

    done = shell("lexicon", "apply", "patch.toml", "--rows", str(place.rows))

    assert done.returncode == 1
    assert "报事 桥头垃圾桶满了好几天没人收" in done.stderr
    assert "d09:1：" in done.stderr  # an acceptance dialogue, though only our own rows were named
    assert re.search("没有写入：\\d+ 句验收句会变错", done.stderr)
    assert place.local.read_text(encoding="utf-8") == OURS


def test_a_patch_may_change_nothing(place: Place):
    place.patch.write_text(ONE.replace("咕噜婆", "谁也不说的话").format(weight=1.0), encoding="utf-8")

    assert place.differ() == ["没有变化。"]


def test_the_first_patch_makes_the_file(place: Place):
    place.local.unlink()
    place.patch.write_text(ONE.format(weight=1.0), encoding="utf-8")

    assert place.take()[0]
    assert tomllib.loads(place.local.read_text(encoding="utf-8"))["learned"][0]["word"] == WORD


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        ("", r"里没有 \[\[learned\]\]"),
        ("[[learned]\n", "patch.toml: "),
        ("learned = 3\n", "patch.toml: learned"),
        ('[[learned]]\nword = "咕噜婆"\ncategory = "火星"\n', "类别“火星”没有"),
        ('[[learned]]\nword = "灯"\ncategory = "B02"\n', "“灯”太短或太长"),
    ],
)
def test_a_patch_that_cannot_be_used_is_refused_in_one_sentence(place: Place, patch: str, told: str):
    place.patch.write_text(patch, encoding="utf-8")

    with pytest.raises((PatchError, LexiconError), match=told) as refused:
        place.take()
    assert "\n" not in str(refused.value)
    assert place.local.read_text(encoding="utf-8") == OURS


def test_sentences_that_cannot_be_read_are_named(place: Place):
    place.patch.write_text(ONE.format(weight=1.0), encoding="utf-8")
    place.rows.write_text("a\tb\n1\t2\n", encoding="utf-8")
    with pytest.raises(PatchError, match="要有表头"):
        place.take()
    place.rows.unlink()
    with pytest.raises(PatchError, match="不在"):
        place.take()


def test_the_projects_own_sentences_have_a_meaning():
    lines = [line for path in OWN for line in sentences(path)]

    assert len(lines) > 200
    assert {"C01", "NEG", "FIRE"} <= {line.meant for line in lines}
    assert any(line.source.startswith("d") for line in lines)


def test_a_table_may_only_say_whether_a_line_is_a_request(place: Place):
    place.rows.write_text("id\ty\ttext\n1\t1\t路灯坏了\n2\t0\t吃了吗\n", encoding="utf-8")

    assert [(line.meant, line.source) for line in sentences(place.rows)] == [
        ("ANY", "rows.tsv:2"),
        ("NEG", "rows.tsv:3"),
    ]


def test_a_file_can_be_tried_on_a_sentence_before_it_is_used(place: Place, shell: Shell):
    place.local.write_text('[words]\n"咕噜婆" = { category = "路灯", weight = 3 }\n', encoding="utf-8")
    asked = json.dumps({"id": "x1", "text": "报事 咕噜婆"}) + "\n"

    with_words = json.loads(shell("understand", "--local", "words/local.toml", given=asked).stdout)
    without = json.loads(shell("understand", given=asked).stdout)

    assert with_words["category"] == "B02"
    assert ["咕噜婆", 6.0] in with_words["because"]
    assert without["category"] != "B02"


def test_every_sentence_about_learning_is_said():
    files = ("bot/lexicon_desk.py", "handlers/learning/proposing.py", "handlers/learning/comparing.py")
    source = "".join((ROOT / file).read_text(encoding="utf-8") for file in files)
    said = {key for key in wording()["learning"] if f'"{key.removeprefix("why_")}"' in source}

    assert wording()["learning"].keys() == said


def test_where_no_file_is_named_nothing_is_written(place: Place, shell: Shell):
    shell.configure(text=CONFIG, more=f'database = "{place.url}"\n')
    place.patch.write_text(SHARP, encoding="utf-8")

    done = shell("lexicon", "apply", "patch.toml")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("linli: ")
    assert "local_lexicon" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_mistake_in_the_local_file_is_told_by_check_and_stops_the_start(place: Place, shell: Shell):
    good = shell("check")
    place.local.write_text('places = ["王家湾"，"老井头"]\n', encoding="utf-8")
    asked = shell("check")
    started = shell("notice", "list")

    assert "local words: 1 words, 1 places" in good.stdout
    assert asked.returncode == 1
    assert "bad  local.toml：第1行用了中文标点 ，" in asked.stdout
    assert started.returncode == 2
    assert started.stderr.startswith("linli: local.toml：第1行用了中文标点 ，")
    assert len(started.stderr.splitlines()) == 1


def shipped() -> str:
    """What the shipped lexicon holds, as one digest."""
    whole = hashlib.sha256()
    for file in sorted(LEXICON.iterdir()):
        whole.update(file.read_bytes())
    return whole.hexdigest()
