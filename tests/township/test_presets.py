"""Five places as configuration: they load through one loader, contradictions are named, and no code knows them."""

import ast
import shutil
from pathlib import Path

import pytest

from bot.parts import LEXICON
from models.lexicon import load_lexicon
from models.preset_entries import PresetError
from models.presets import FOLDER, load_presets, preset_named, unanswered_roles, unknown_matters
from models.rules.permissions import Permission
from tests.house.source import docstrings, named, parsed, python_files

PRESETS = load_presets()


def spoilt(folder: Path, right: str = "", wrong: str = "", file: str = "anxiang.toml") -> Path:
    """A copy of the presets with one word of one file changed."""
    shutil.copytree(FOLDER, folder / "presets")
    changed = folder / "presets" / file
    text = changed.read_text(encoding="utf-8")
    assert right in text
    changed.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return folder / "presets"


def test_all_five_places_load():
    assert [*PRESETS] == ["anxiang", "bagongshan", "luoshui", "qingyang", "wangdian"]
    assert [p.title[:3] for p in PRESETS.values()] == ["安全乡", "八公山", "罗水乡", "青阳县", "王店镇"]


@pytest.mark.parametrize("code", PRESETS)
def test_somebody_answers_for_every_key_of_the_lexicon(code: str):
    roles = {item.role for item in load_lexicon(LEXICON).items}

    assert unanswered_roles(PRESETS[code], roles) == ()


@pytest.mark.parametrize("code", PRESETS)
def test_matters_speak_of_what_the_lexicon_has(code: str):
    items = load_lexicon(LEXICON).items
    known = [item.code for item in items], [item.hotline_type for item in items]

    assert unknown_matters(PRESETS[code], *known) == ()
    assert unknown_matters(PRESETS["qingyang"], [], []) == ("C02", "建议")


def test_every_category_is_one_of_the_kinds_of_work_a_place_counts():
    kinds = PRESETS["luoshui"].extras["six_focus"]

    assert {item.focus for item in load_lexicon(LEXICON).items} == set(kinds)
    assert len(kinds) == len(set(kinds)) == 6


@pytest.mark.parametrize("code", PRESETS)
def test_complaints_about_officials_go_to_the_supervision_committee(code: str):
    preset = PRESETS[code]

    assert preset.post_for("R_DISCIPLINE") == preset.post_for("R_SUPERVISE") == preset.oversight_post
    assert preset.oversight_post not in preset.ladder
    assert Permission.CASE_DISPATCH not in preset.posts[preset.oversight_post].may


@pytest.mark.parametrize("code", PRESETS)
def test_the_ladder_can_act_and_those_who_hand_out_work_may(code: str):
    preset = PRESETS[code]
    acting = {
        Permission.CASE_CLAIM,
        Permission.CASE_RESOLVE,
        Permission.CASE_TRANSFER,
        Permission.CASE_ESCALATE,
    }

    assert all(acting <= preset.posts[post].may for post in preset.ladder)
    assert Permission.CASE_DISPATCH in preset.posts[preset.dispatcher_post].may
    assert Permission.NOTICE_SEND not in preset.posts[preset.ladder[0]].may
    assert Permission.NOTICE_SEND in preset.posts[preset.ladder[-1]].may


def test_the_centre_of_a_township_sends_notices_and_the_head_of_a_district_does_not():
    posts = PRESETS["luoshui"].posts

    assert Permission.NOTICE_SEND in posts["town_center"].may
    assert Permission.NOTICE_SEND not in posts["pianqu_head"].may


BAD: dict[str, tuple[str, str, str]] = {
    "broken TOML": ("seed = ", "x = [\nseed = ", r"anxiang.toml is not valid TOML .*: mend that line"),
    "rung of nobody": (
        'ladder = ["lin_head"',
        'ladder = ["moon_head"',
        r"ladder names the post 'moon_head': choose one of",
    ),
    "downhill": (
        '"lin_head", "zu_head"',
        '"zu_head", "lin_head"',
        r"lin_head stands after zu_head but at a deeper level: change their order",
    ),
    "rung twice": (
        '"lin_head", "zu_head"',
        '"lin_head", "lin_head"',
        r"ladder: lin_head stands twice: keep one",
    ),
    "no ladder": ("ladder = [", "was = [", r"needs ladder = a list: add or correct it"),
    "same height": (
        'name="组", rank=5',
        'name="组", rank=4',
        r"zu \(rank 4\) stands below pian \(rank 4\): give it a greater rank",
    ),
    "level of nobody": (
        'level="zu"',
        'level="moon"',
        r"posts\[zu_head\] names the level 'moon': choose one of",
    ),
    "right of nobody": ('may="duty"', 'may="king"', r"may = 'king': choose a set of permission_sets.toml"),
    "no seats": (
        'name="邻长", level="lin", max=1',
        'name="邻长", level="lin", max=0',
        r"max = 0: give a number from 1",
    ),
    "answer of nobody": (
        'R_FIRST = "lin_head"',
        'R_FIRST = "moon"',
        r"\[responsibility\] R_FIRST names the post 'moon'",
    ),
    "no oversight": ('oversight = "supervision"', "", r"needs oversight = a text"),
    "room of nowhere": ('bind="zu"', 'bind="moon"', r"groups\[tier 1\] names the level 'moon'"),
    "turned range": ("min=5, max=15", "min=15, max=5", r"min 15 is more than max 5: change them round"),
    "part of nobody": (
        'verb="主导", posts=["village_duty"]',
        'verb="主导", posts=["moon"]',
        r"participation\[主导\] names the post 'moon': choose one of",
    ),
    "nobody's part": ('verb="协同", residents=true', 'verb="协同"', r"participation\[协同\] says nobody"),
    "overdue to whom": (
        "residents=true",
        'residents=true, overdue="all"',
        r'overdue = .all.: write "to" or "copy"',
    ),
    "parts as text": (
        "participation = [",
        'participation = "x"\nwas = [',
        r"participation must be a list of tables",
    ),
    "matter of nothing": (
        "participation = [",
        'matters = [{name="文明", lead="lin_head"}]\nparticipation = [',
        r"matters\[文明\] speaks of nothing: add roles, categories or kinds",
    ),
    "matter of nobody": (
        "participation = [",
        'matters = [{name="文明", kinds=["建议"]}]\nparticipation = [',
        r"matters\[文明\] names nobody: add lead = a post or copy",
    ),
    "lead of nobody": (
        "participation = [",
        'matters = [{name="文明", kinds=["建议"], lead="moon"}]\nparticipation = [',
        r"matters\[文明\] names the post 'moon'",
    ),
    "skill past the law": (
        "[whistle]",
        '[skills]\nR_DISCIPLINE = ["lin_head"]\n[whistle]',
        r"\[skills\] R_DISCIPLINE goes past every post by law: take it out",
    ),
    "whistle off the ladder": (
        'calls = ["village_duty", "town_station"]',
        'calls = ["supervision"]',
        r"\[whistle\] calls names the step of the ladder 'supervision'",
    ),
    "whistle downhill": (
        'calls = ["village_duty", "town_station"]',
        'calls = ["town_station", "village_duty"]',
        r"\[whistle\] calls: name each post once, in the order of the ladder",
    ),
    "whistle for no time": ("service_hours = 2", "service_hours = 0", r"service_hours must be more than 0"),
    "whistle with more": ("service_hours = 2", "hours = 2", r"\[whistle\] has hours: choose from calls"),
    "tag twice": ('code="letting"', 'code="shop"', r"tags: shop stands twice: keep one"),
    "tag by halves": ('code="alone", ', "", r"tags\[None\] needs code = a text"),
    "tag half sensitive": (
        'name="低保户", also=["低保"], sensitive=true',
        'name="低保户", sensitive="yes"',
        r"tags\[low_income\] sensitive must be true or false",
    ),
    "second person above nothing": (
        "second_above=20",
        "second_above=-1",
        r"second_above must be a whole number",
    ),
    "groups without names": (
        'names=["居民群"]',
        'names="居民群"',
        r"groups\[tier 1\] names must be a list of texts",
    ),
    "a way of no kind": (
        'kind = "aloud"',
        'kind = "loud"',
        r"ways\[大喇叭\] kind = 'loud': choose one of aloud",
    ),
    "a way of no level": (
        'level = "pian"\nposts = ["pian_head"]',
        'level = "moon"\nposts = ["pian_head"]',
        r"ways\[大喇叭\] level = 'moon': choose one of",
    ),
    "a way in the wrong hands": (
        'posts = ["pian_head"]',
        'posts = ["lin_head"]',
        r"ways\[大喇叭\] names the post 'lin_head': choose one of pian_head",
    ),
    "a way twice": ('name = "宣传车"', 'name = "大喇叭"', r"ways: 大喇叭 stands twice"),
    "a way with more": (
        'kind = "board"',
        'kind = "board"\nsize = 3',
        r"ways\[公告栏\] has size: choose from also",
    ),
    "a day without a host": (
        'hosts = ["village_duty"]\n',
        "",
        r"starts = \"15:00\" and hosts = \[posts\] belong together",
    ),
    "a day at no hour": ('starts = "15:00"', 'starts = "25 Uhr"', r"starts = '25 Uhr': write a clock time"),
    "a day of a stranger": ('hosts = ["village_duty"]', 'hosts = ["moon"]', r"names the post 'moon'"),
    "rank as text": ('name="组", rank=5', 'name="组", rank="5"', r"levels\[zu\] needs rank = a whole number"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_preset_that_contradicts_itself_is_one_sentence(case: str, tmp_path: Path):
    right, wrong, told = BAD[case]

    with pytest.raises(PresetError, match=told) as raised:
        load_presets(spoilt(tmp_path, right, wrong))

    assert str(raised.value).startswith("anxiang.toml")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"case:claim"', '"case:eat"', r"\[first_line\] may 'case:eat': choose from"),
        ('["first_line"]', '["town"]', r"\[leader\] includes 'town': name a set that stands above"),
    ],
)
def test_permission_sets_are_checked_too(right: str, wrong: str, told: str, tmp_path: Path):
    with pytest.raises(PresetError, match=told):
        load_presets(spoilt(tmp_path, right, wrong, "permission_sets.toml"))


def test_an_unknown_preset_is_one_sentence():
    with pytest.raises(
        PresetError, match=r"there is no preset 'atlantis': choose one of anxiang, bagongshan"
    ):
        preset_named("atlantis")


def test_a_place_of_ones_own_is_one_more_file(tmp_path: Path):
    folder = spoilt(tmp_path)
    (folder / "mine.toml").write_text((folder / "anxiang.toml").read_text(encoding="utf-8"), encoding="utf-8")

    assert load_presets(folder)["mine"].ladder == PRESETS["anxiang"].ladder


def test_no_code_names_a_level_a_post_or_a_preset():
    words = {*PRESETS}
    words |= {post for preset in PRESETS.values() for post in preset.posts}
    words |= {level.code for preset in PRESETS.values() for level in preset.levels}
    # Everyday words that are keys of other things too; the longer ones tell.
    words -= {
        "town",
        "county",
        "district",
        "village",
        "community",
        "street",
        "grid",
    }
    held = [
        f"{named(path)}:{node.lineno} {node.value}"
        for path in python_files("bot", "handlers", "jobs", "models", "web")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and node.value in words and id(node) not in docstrings(parsed(path))
    ]

    assert held == []
