"""Commands: said in many ways, heard only where a command stands."""

from pathlib import Path

import pytest

from benchmarks.understanding_reference import ROOT
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from models.lexicon import LexiconError

PHRASES = load_phrases(ROOT / "locale" / "zh_CN").phrases
EXAMPLES = [(phrase.intent, min(phrase.users), say) for phrase in PHRASES for say in phrase.say]


@pytest.mark.parametrize(("intent", "role", "say"), EXAMPLES)
def test_every_example_is_understood(understanding: Understanding, intent: str, role: str, say: str):
    found = understanding.match_commands(say, role, private=True)

    assert intent in {each.intent for each in found}


@pytest.mark.parametrize(
    ("role", "say", "intent", "groups"),
    [
        ("leader", "接单1023", "ClaimCase", {"no": "1023"}),
        ("leader", "接单 ９９９９", "ClaimCase", {"no": "9999"}),
        ("leader", "接丹 1023", "ClaimCase", {"no": "1023"}),
        ("leader", "@便民小助手 接单 #12", "ClaimCase", {"no": "12"}),
        ("leader", "1023我来", "ClaimCase", {"no": "1023"}),
        ("leader", "1我来 先放警示牌", "ClaimCase", {"no": "1", "words": "先放警示牌"}),
        ("leader", "办洁 1023", "ResolveCase", {"no": "1023"}),
        ("leader", "１０２３搞定了 阀门已换新能用", "ResolveCase", {"no": "1023", "words": "阀门已换新能用"}),
        ("leader", "办结 老人已送医 家属陪护", "ResolveCase", {"words": "老人已送医 家属陪护"}),
        ("leader", "已联系 水厂说接头爆了 11点修好", "ContactCase", {"words": "水厂说接头爆了 11点修好"}),
        ("leader", "转派 1 给 郑莉", "TransferCase", {"no": "1", "to": "郑莉"}),
        ("leader", "转派 1023 给 @王师傅", "TransferCase", {"no": "1023", "to": "王师傅"}),
        ("leader", "上报 3", "EscalateCase", {"no": "3"}),
        ("leader", "退 1023 重复，同1019", "ReturnCase", {"no": "1023", "words": "重复,同1019"}),
        (
            "leader",
            "延期 1023 到周五 等配件",
            "ExtendCase",
            {"no": "1023", "until": "周五", "words": "等配件"},
        ),
        ("leader", "并件 1023 到 1019", "MergeCase", {"no": "1023", "into": "1019"}),
        ("resident", "7号不用来了 我自己修好了", "WithdrawCase", {"no": "7", "words": "我自己修好了"}),
        ("resident", "12 没解决 一摇就晃", "ReopenCase", {"no": "12", "words": "没解决 一摇就晃"}),
        ("resident", "1023修好没", "AskProgress", {"no": "1023"}),
        ("resident", "井号一零二三修好没", "AskProgress", {"no": "1023"}),
        ("resident", "进肚 1023", "AskProgress", {"no": "1023"}),
        ("resident", "我的事", "ListMyReports", {}),
        ("resident", "改投 B", "CastVote", {"change": "改", "option": "b"}),
        ("resident", "报名 2人", "SignUp", {"people": "2"}),
        ("resident", "删除我的信息", "ForgetMe", {}),
        ("resident", "绑定 7K3Q9X", "BindIdentity", {"code": "7k3q9x"}),
        ("cadre", "发通知 全村 明天停电检修", "SendNotice", {"audience": "全村", "words": "明天停电检修"}),
        ("cadre", "停发通知 12", "CancelNotice", {"no": "12"}),
    ],
)
def test_numbers_names_and_words_are_captured(
    understanding: Understanding, role: str, say: str, intent: str, groups: dict[str, str]
):
    first = understanding.match_commands(say, role)[0]

    assert (first.intent, first.groups) == (intent, groups)


@pytest.mark.parametrize(
    ("say", "scores", "words"),
    [
        ("评 效果5 时长4 态度5 谢谢张邻长", "545", "谢谢张邻长"),
        ("评545", "545", None),
        ("评 5 4 5", "545", None),
        ("1 评 3 1 4 拖太久", "314", "拖太久"),
    ],
)
def test_three_marks_in_free_words(understanding: Understanding, say: str, scores: str, words: str | None):
    groups = understanding.match_commands(say, "resident")[0].groups

    assert groups["effect"] + groups["duration"] + groups["attitude"] == scores
    assert groups.get("words") == words


@pytest.mark.parametrize(
    "say",
    [
        "我也来试试 接单",
        "听说要办结了",
        "他说评 5 4 5",
        "明天认领吗",
        "通知大家一声",
        "好的",
        "转眼就冬天了",
        "一般人谁去",
    ],
)
def test_command_words_inside_talk_are_talk(understanding: Understanding, say: str):
    assert understanding.understand(say).kind != "command"


def test_passing_remarks_count_for_leaders_only_and_are_marked(understanding: Understanding):
    for say in ("我马上到", "我去看看", "我过去看看", "我来处理 许姨我给您打电话"):
        (found,) = understanding.match_commands(say, "leader", quoted=True)
        assert (found.intent, found.groups["soft"]) == ("ClaimCase", "1")
        assert understanding.match_commands(say, "resident") == ()
        assert understanding.understand(say, sender_role="leader").kind == "chat"


def test_arriving_is_a_contact_on_the_scene(understanding: Understanding):
    (found,) = understanding.match_commands("我到了 正在疏散", "leader")

    assert (found.intent, found.groups["on_scene"], found.groups["words"]) == ("ContactCase", "1", "正在疏散")


def test_yes_is_an_answer_in_private_only(understanding: Understanding):
    private = understanding.understand("可以", room_kind="private")

    assert [each.intent for each in private.commands] == ["Confirm"]
    assert understanding.understand("可以").commands == ()


def test_other_peoples_commands_come_last(understanding: Understanding):
    assert understanding.understand("接单 这个我来").commands[-1].intent == "ClaimCase"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("[phrases.X]\nusers = ['mayor']\npatterns = ['^x$']\n", "users must be"),
        ("[phrases.X]\nusers = ['leader']\npatterns = ['^(x$']\n", "is broken"),
        ("[phrases.X]\nusers = ['leader']\npatterns = ['x']\n", "must begin with"),
        ("[phrases.X]\nusers = ['leader']\npatterns = []\n", "patterns is empty"),
        ("[phrases.X\n", "not readable as TOML"),
    ],
)
def test_a_broken_phrase_is_named(tmp_path: Path, broken: str, said: str):
    (tmp_path / "topic.toml").write_text(broken, encoding="utf-8")

    with pytest.raises(LexiconError, match=said) as refused:
        load_phrases(tmp_path)
    assert "topic.toml" in str(refused.value)
