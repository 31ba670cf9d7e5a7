"""Exceptions, kinds of groups, posts and tags in the words of a cadre; what is content stays content."""

import pytest

from models.presets import preset_named
from models.rules.audience_words import read_places, read_whom
from models.rules.audiences import AudienceUnclear
from models.rules.town import AreaNode, RoomCard, Town
from models.rules.whom import Whom, whom_kept

NAMES = {
    1: ("安全乡", "town", 2, None), 2: ("安全村", "village", 3, 1), 3: ("永和村", "village", 3, 1),
    4: ("一片", "pian", 4, 2), 5: ("三组", "zu", 5, 4), 6: ("四组", "zu", 5, 4), 7: ("五组", "zu", 5, 4),
    8: ("四组", "zu", 5, 3), 9: ("九组", "zu", 5, 3),
}  # fmt: skip
AREAS = {i: AreaNode(i, n, "governance", level, rank, above) for i, (n, level, rank, above) in NAMES.items()}
ROOMS = {i: RoomCard(i, "wechaty", str(i), NAMES[i][0], "resident", 1, (i,)) for i in (5, 6, 7, 8, 9)}
TOWN = Town(preset_named("anxiang"), AREAS, {}, ROOMS)
WORK = (("working", 2), ("working", 3))
READ = [
    ("全村", "除三组 明天停水", (2,), Whom((2,), (5,)), "明天停水"),
    ("全村", "（除三组、四组）明天停水", (2,), Whom((2,)), "（除三组、四组）明天停水"),
    ("", "全村（除三组、四组） 明天停水", (2,), Whom((2,), (5, 6)), "明天停水"),
    ("全村不含三组", "明天停水", (2,), Whom((2,), (5,)), "明天停水"),
    ("全村除3组、4组", "明天停水", (2,), Whom((2,), (5, 6)), "明天停水"),
    ("全乡", "除了永和村四组以外 明天停水", (1,), Whom((1,), (8,)), "明天停水"),
    ("全村", "除三组，四组 明天停水", (2,), Whom((2,), (5, 6)), "明天停水"),
    ("全村", "除夕放假 大家注意防火", (2,), Whom((2,)), "除夕放假 大家注意防火"),
    ("全村", "除草从明天开始 带镰刀", (2,), Whom((2,)), "除草从明天开始 带镰刀"),
    ("", "各村群 交表", (1,), Whom((1,), levels=("village",)), "交表"),
    ("", "全村工作群 交表", (2,), Whom((2,), kinds=WORK), "交表"),
    ("全村", "工作群 交表", (2,), Whom((2,), kinds=WORK), "交表"),
    ("", "全村群 停水", (2,), Whom((2,)), "停水"),
    ("", "全部群 防汛", (1,), Whom((1,), every=True), "防汛"),
    ("", "全乡各级群 防汛", (1,), Whom((1,), every=True), "防汛"),
    ("", "安全村全部群 除三组 防汛", (1,), Whom((2,), (5,), every=True), "防汛"),
    ("", "全村组长 交表", (2,), Whom((2,), posts=("zu_head",)), "交表"),
    ("", "全体组长、片长 交表", (2,), Whom((2,), posts=("pian_head", "zu_head")), "交表"),
    ("", "组长,邻长 交表", (2,), Whom((2,), posts=("zu_head", "lin_head")), "交表"),
    ("全乡", "片长 除永和村 交表", (1,), Whom((1,), (3,), posts=("pian_head",)), "交表"),
    ("", "三组的邻长 交表", (2,), Whom((5,), posts=("lin_head",)), "交表"),
    ("", "全村养殖户 打疫苗", (2,), Whom((2,), tags=("breeding",)), "打疫苗"),
    ("三组、四组", "养殖户 打疫苗", (2,), Whom((5, 6), tags=("breeding",)), "打疫苗"),
    ("三组", "养殖户打疫苗", (2,), Whom((5,)), "养殖户打疫苗"),
    ("", "新任组长 名单如下", (2,), Whom((2,)), "新任组长 名单如下"),
    ("", "明天上午停水 请备水", (2,), Whom((2,)), "明天上午停水 请备水"),
    ("全村", "除三组", (2,), Whom((2,), (5,)), ""),
    ("", "全村清除河道垃圾 明天开始", (2,), Whom((2,)), "全村清除河道垃圾 明天开始"),
    ("全村除草带工具", "明天开始", (2,), Whom((2,)), "全村除草带工具 明天开始"),
    ("全体党员", "明天开会", (2,), Whom((2,)), "全体党员 明天开会"),
    ("", "本品不含糖分 放心吃", (2,), Whom((2,)), "本品不含糖分 放心吃"),
]  # fmt: skip
REFUSED = [
    ("全村", "除八组 停水", (2,), "unknown"), ("全乡", "除四组 停水", (1,), "several"), ("全村", "除九组 停水", (2,), "outside"),
    ("", "全乡组长 交表", (2,), "outside"), ("", "八组组长 交表", (2,), "unknown"), ("", "永和村养殖户 打疫苗", (2,), "outside"),
    ("", "全乡邻长群 交表", (1,), "unknown"), ("全乡邻长群", "交表", (1,), "unknown"), ("八组", "停水", (2,), "unknown"),
    ("", "八组除三组 停水", (2,), "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("audience", "words", "own", "whom", "rest"), READ)
def test_whom_and_what_are_told_apart(audience: str, words: str, own: tuple[int, ...], whom: Whom, rest: str):
    assert read_whom(audience, words, TOWN, own) == (whom, rest)
    assert whom_kept(whom.kept()) == whom


@pytest.mark.parametrize(("audience", "words", "own", "why"), REFUSED)
def test_a_place_nobody_knows_is_never_taken_for_content(
    audience: str, words: str, own: tuple[int, ...], why: str
):
    with pytest.raises(AudienceUnclear) as refused:
        read_whom(audience, words, TOWN, own)

    assert refused.value.why == why


def test_notices_written_before_exceptions_existed_are_still_read():
    assert whom_kept({"areas": [3, 4]}) == Whom((3, 4))


@pytest.mark.parametrize(
    ("words", "areas"),
    [
        ("全村除三组", (6, 7)),
        ("全村", (2,)),
        ("全乡除安全村三组、永和村", (6, 7)),
        ("", (2,)),
        ("三组、四组", (5, 6)),
    ],
)
def test_activities_and_alerts_know_exceptions_as_well(words: str, areas: tuple[int, ...]):
    own = (1,) if "乡" in words else (2,)

    assert tuple(area.id for area in read_places(words, TOWN, own).areas) == areas


def test_what_goes_to_groups_only_is_not_written_to_a_post():
    with pytest.raises(AudienceUnclear):
        read_places("全村组长", TOWN, (2,))
