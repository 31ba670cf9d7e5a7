"""挂起, 恢复, 延期, 同意: heard where they are commands, and not in ordinary talk."""

import pytest

from handlers.understanding import Understanding

OURS = {"SuspendCase", "ResumeCase", "ExtendCase", "ApproveAsked", "DeclineAsked"}


@pytest.mark.parametrize(
    ("say", "intent", "groups"),
    [
        ("挂起 23 到周五 等配件", "SuspendCase", {"no": "23", "words": "到周五 等配件"}),
        ("23 等配件 周五再办", "SuspendCase", {"no": "23", "words": "等配件 周五再办"}),
        ("23挂起 3天 等师傅", "SuspendCase", {"no": "23", "words": "3天 等师傅"}),
        ("挂起 3天 等师傅", "SuspendCase", {"words": "3天 等师傅"}),
        ("恢复 23", "ResumeCase", {"no": "23"}),
        ("延期 23 3天 等配件", "ExtendCase", {"no": "23", "until": "3天", "words": "等配件"}),
        ("延其 23 到12月3日 等配件", "ExtendCase", {"no": "23", "until": "12月3日", "words": "等配件"}),
        ("延期 3天 等配件", "ExtendCase", {"words": "3天 等配件"}),
        ("同意 23", "ApproveAsked", {"no": "23"}),
        ("不同意 23 先借一个", "DeclineAsked", {"no": "23", "words": "先借一个"}),
    ],
)
def test_what_leaders_say(understanding: Understanding, say: str, intent: str, groups: dict[str, str]):
    first = understanding.match_commands(say, "leader")[0]

    assert (first.intent, first.groups) == (intent, groups)


@pytest.mark.parametrize(
    "say",
    [
        "恢复供电了吗", "12号恢复供水", "5号等通知再来", "3点等我再去", "延期到周五开村民大会", "我不同意这个办法", "同意的举手",
        "等配件到了再办吧", "3等奖周五再来领", "电恢复了", "大家同意吗", "这事先挂着", "1号楼等电梯修好再搬",
    ],
)  # fmt: skip
def test_ordinary_talk_is_no_command(understanding: Understanding, say: str):
    for role in ("leader", "cadre", "resident"):
        assert not OURS & {each.intent for each in understanding.match_commands(say, role)}


def test_a_resident_who_counts_himself_in_is_not_told_off(understanding: Understanding):
    found = understanding.match_commands("3 同意", "resident")

    assert not OURS & {each.intent for each in found}
