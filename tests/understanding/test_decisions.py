"""What residents say, and what becomes of it."""

import pytest

from handlers.understanding import Understanding
from models.rules.decision import Cue, Decision, Kind
from models.rules.urgency import Privacy, Urgency

REQUESTS = [
    ("张邻长 我屋里从昨夜里就停哒水", "A01", "U1"),
    ("四组桥头这一排都冇得水", "A01", "U1"),
    ("我屋头莫得水了嘛", "A01", "U1"),
    ("又停电哒 六组", "A04", "U1"),
    ("热死人 空调带不动就算了 现在电都没得", "A04", "U1"),
    ("广场往东第三个路灯\n不亮了", "B02", "U2"),
    ("广场往东第三个路灯\n不亮了\n老人走路看不见 摔了咋办", "B02", "U2"),
    ("三邻门口井盖没了 小孩差点掉下去", "B03", "U1"),
    ("3栋2单元门禁坏了 谁都能进来", "B07", "U2"),
    ("村西头垃圾桶满了好几天没人收 臭死了", "C01", "U2"),
    ("下水道堵半个月了 你们是不是都吃干饭的！！", "C03", "U2"),
    ("都快11点了KTV还在吵 睡不着", "C07", "U2"),
    ("孙有福家盖房子占我家滴水檐一砖 天理呢", "E03", "U3"),
    ("他又喝多了打我 我不敢回家 在我妈这", "E05", "U1"),
    ("請問三組什麼時候來水", "A01", "U1"),
    ("谢谢领导，路灯又不亮了", "B02", "U2"),
]

SILENT = [
    ("大家早上好[太阳][太阳]", Kind.CHAT),
    ("收到", Kind.ACK),
    ("好的 辛苦了[抱拳]", Kind.THANKS),
    ("谢谢书记，路修得真好", Kind.CHAT),
    ("#接龙\n教师节座谈\n1. 向老师\n2. 田哥", Kind.CHAT),
    ("今晚广场舞几点", Kind.CHAT),
    ("谁家包饺子呢真香", Kind.CHAT),
    ("停水通知收到，感谢提前告知", Kind.CHAT),
    ("家人们今天特价鸡蛋9.9包邮 加我微信拼团", Kind.ADVERT),
    ("【停水通知】因管道检修，明天8点到12点停水，请大家相互转告", Kind.NOTICE),
    ("手气最佳[耶]", Kind.CHAT),
    ("都消消气 王叔明早去两家坐坐", Kind.CHAT),
]

CUES = [
    ("是滴 我屋里也冇得", Cue.CO_REPORT),
    ("+1", Cue.CO_REPORT),
    ("我家也停了", Cue.CO_REPORT),
    ("我家也是 臭得不行", Cue.CO_REPORT),
    ("热死人 空调带不动就算了 现在电都没得", Cue.CO_REPORT),
    ("六组停电有人报了吗", Cue.ASK_REPORTED),
    ("那个路灯怎么样了", Cue.ASK_PROGRESS),
    ("今天再不来我就发抖音打12345", Cue.URGE),
    ("不用来了，自己修好了", Cue.WITHDRAW),
    ("来水了！", Cue.SOLVED),
    ("修了半天还是不亮", Cue.UNSOLVED),
    ("下水道堵半个月了 你们是不是都吃干饭的！！", Cue.ANGRY),
    ("扫码领社保补贴1200元 https://sb-gov.example/x 今天截止", Cue.SCAM),
    ("我都扫了怎么办 输了银行卡", Cue.VICTIM),
    ("村委会通知：每户交200元清洁费，扫码支付", Cue.FAKE_NOTICE),
    ("我妈吸氧机要用电 急！", Cue.LIFE_SUPPORT),
    ("你等着 明天我把墙扒了", Cue.THREAT),
    ("我不调解 直接法院", Cue.REFUSES_MEDIATION),
    ("凭什么扣我的 我没乱堆", Cue.APPEAL),
    ("我到了", Cue.ON_SCENE),
    ("有人半夜倒渣土，别说是我说的", Cue.ANONYMOUS),
    ("身份证号 430726199003074512 帮我查下医保", Cue.PERSONAL_NUMBER),
]


@pytest.mark.parametrize(("text", "category", "urgency"), REQUESTS)
def test_a_request_finds_its_category(understanding: Understanding, text: str, category: str, urgency: str):
    decision = understanding.understand(text)

    assert (decision.kind, decision.category, decision.urgency) == (Kind.REPORT, category, Urgency(urgency))
    assert decision.because[0][1] >= decision.because[-1][1]
    assert decision.candidates[0][0] == category


@pytest.mark.parametrize(("text", "kind"), SILENT)
def test_talk_stays_talk(understanding: Understanding, text: str, kind: Kind):
    assert understanding.understand(text).kind is kind


@pytest.mark.parametrize(("text", "cue"), CUES)
def test_a_cue_is_heard(understanding: Understanding, text: str, cue: Cue):
    assert cue in understanding.understand(text).cues


def test_plain_chat_costs_no_decision_of_its_own(understanding: Understanding):
    assert understanding.understand("我买菜 谁要带") == Decision(Kind.CHAT)


def test_a_lamp_alone_is_not_yet_a_request(understanding: Understanding):
    assert understanding.understand("广场往东第三个路灯").kind in {Kind.CHAT, Kind.SUSPECTED}


@pytest.mark.parametrize(
    ("text", "kind", "category", "hotline"),
    [
        ("请问今年医保多少钱 什么时候截止 怎么交", Kind.QUESTION, "G05", "咨询"),
        ("那我妈户口在外省 医保在这能交不", Kind.QUESTION, "G05", "咨询"),
        ("建议在村口设个电动车棚", Kind.SUGGESTION, "F05", "建议"),
        ("孩子想要一个新书包，家里实在紧", Kind.WISH, "L02", "求助"),
        ("谢谢书记 但是三组的垃圾还是没人收 臭死了", Kind.REPORT, "C01", "投诉"),
    ],
)
def test_questions_suggestions_and_wishes_are_told_apart(
    understanding: Understanding, text: str, kind: Kind, category: str, hotline: str
):
    decision = understanding.understand(text)

    assert (decision.kind, decision.category, decision.hotline) == (kind, category, hotline)


def test_who_pays_or_paid_is_a_fraud_case(understanding: Understanding):
    for text in ("扫码领社保补贴1200元 https://sb-gov.example/x 今天截止", "我都扫了怎么办 输了银行卡"):
        decision = understanding.understand(text)
        assert (decision.kind, decision.category, decision.urgency) == (Kind.REPORT, "D07", Urgency.U1)


def test_an_appeal_is_a_case_of_its_category(understanding: Understanding):
    decision = understanding.understand("凭什么扣我的 我没乱堆")

    assert (decision.kind, decision.category) == (Kind.REPORT, "J04")


def test_a_topic_keeps_the_category_of_its_words(understanding: Understanding):
    decision = understanding.understand("说事 我那排路灯三年没亮")

    assert (decision.kind, decision.category, decision.commands[0].intent) == (
        Kind.COMMAND,
        "B02",
        "RaiseTopic",
    )


def test_an_announced_report_is_a_report(understanding: Understanding):
    decision = understanding.understand("报事 3栋下水道堵了")

    assert (decision.kind, decision.category) == (Kind.REPORT, "C03")
    assert decision.places == ("3栋",)


def test_privacy_is_the_strictest_of_all_candidates(understanding: Understanding):
    assert understanding.understand("他又喝多了打我 我不敢回家").privacy is Privacy.P3
    assert understanding.understand("村书记优亲厚友 低保都给亲戚").privacy is Privacy.P4
    assert understanding.understand("四组桥头路灯不亮").privacy is Privacy.P1


def test_a_doubt_said_to_us_is_a_request(understanding: Understanding):
    text = "门口那个井盖"

    assert understanding.understand(text, mentioned=True).kind is not Kind.REPORT
    assert understanding.understand("井盖有点响", mentioned=True).category == "B03"


def test_a_leaders_doubtful_words_are_talk(understanding: Understanding):
    text = "小孟 外省户口要有居住证，带居住证来社区就行"

    assert understanding.understand(text, sender_role="leader").kind is Kind.CHAT


def test_the_hint_of_a_quarrel_opens_nothing_new(understanding: Understanding):
    for text in ("你等着 明天我把墙扒了", "我不调解 直接法院"):
        assert understanding.understand(text).kind is Kind.CHAT


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("四组桥头这一排都冇得水", ("四组桥头",)),
        ("3栋2单元门禁坏了", ("3栋2单元",)),
        ("村西头垃圾桶满了", ("村西头",)),
        ("幸福小区12号楼电梯坏了", ("幸福小区12号楼",)),
    ],
)
def test_places_are_kept_as_they_were_said(understanding: Understanding, text: str, places: tuple[str, ...]):
    assert understanding.understand(text).places == places


def test_numbers_are_covered_in_what_may_be_stored(understanding: Understanding):
    decision = understanding.understand("三组停水了 联系我13812345678 身份证430726199003074512")

    assert decision.phones == 2
    assert "13812345678" not in decision.text
    assert "430726199003074512" not in decision.text
    assert "138****5678" in decision.text


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("医保缴费手机不会，谁能陪我去办", "陪办"),
        ("老人不会认证 帮我办一下养老认证", "帮办"),
        ("能不能代办一下残疾证", "代办"),
    ],
)
def test_the_kind_of_help_is_heard(understanding: Understanding, text: str, mode: str):
    assert understanding.understand(text).service_mode == mode
