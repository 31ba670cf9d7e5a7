"""What a group never hears, what nobody is told, and what is not kept."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from handlers.housekeeping import SweepExpired
from handlers.rooms import NoteRecall
from handlers.suspicions import Suspect
from models.rules.actor import Door, Origin, Voice
from models.rules.decision import Decision, Kind
from models.rules.ids import IdempotencyKey
from models.tables import CaseLine, Draft
from tests.town.town import DUTY, FRIEND, LEADER, NEIGHBOUR, OTHER_LEADER, OVERSIGHT, RESIDENT, Town

CHAT = (
    "早上好",
    "今晚吃什么",
    "哈哈哈哈",
    "收到",
    "明天赶集不",
    "孩子考试没考好 气死我",
    "谢谢大家",
    "晚上跳广场舞不",
)
BEATEN = "我男人又打我了 我不敢回家"
ACCUSED = "举报刘明优亲厚友 把补助都给他亲戚"


def test_five_hundred_lines_of_chat_leave_no_trace_in_any_table(town: Town):
    town.say("早", by=RESIDENT)
    before = town.rows()
    for number in range(500):
        who = (RESIDENT, NEIGHBOUR, FRIEND)[number % 3]
        assert (
            town.machine.hear(
                town.wechat.say(who, f"{CHAT[number % len(CHAT)]}{'。' * (number % 3)}", room="room")
            )
            == ()
        )
        town.wait(seconds=7)

    assert town.rows() == before
    assert town.room() == []


def test_a_beaten_friend_is_answered_privately_and_nobody_is_told_before_she_agrees(town: Town):
    town.say(BEATEN, by=FRIEND)
    assert town.room() == []
    assert "12338" in town.heard(FRIEND)[0]
    assert [town.heard(who) for who in (LEADER, OTHER_LEADER, DUTY)] == [[], [], []]

    town.say("可以", by=FRIEND, private=True)
    assert "私下联系" in town.heard(DUTY)[0]
    assert town.rung() == {DUTY}
    assert [town.heard(who) for who in (LEADER, OTHER_LEADER)] == [[], []]


def test_for_somebody_we_cannot_reach_privately_the_group_hears_one_neutral_line(town: Town):
    town.say(BEATEN, by=RESIDENT)
    town.wait(minutes=5)

    assert town.room() == ["收到，会有人单独联系您。个人的事请私信我，不用在群里细说。"]


def test_a_private_case_does_not_exist_for_others_and_its_number_is_not_said_in_the_group(town: Town):
    town.say(BEATEN, by=RESIDENT)
    town.wait(minutes=5)
    for who in (NEIGHBOUR, RESIDENT):
        for text in ("进度 1", "撤回 1", "催办 1", "补充 1 快去", "1 评 1 1 1"):
            town.say(text, by=who)
            town.wait(minutes=1)

    assert not any("#1" in line for line in town.room())


def test_the_accused_neither_hears_of_a_complaint_nor_claims_it(town: Town):
    town.say("三邻停水了", by=RESIDENT)
    town.say(ACCUSED, by=FRIEND, private=True)
    town.say("四组", by=FRIEND, private=True)
    town.wait(minutes=5)
    complaint = town.case(2)
    assert (complaint.category, complaint.assignee_contact) == ("J05", OVERSIGHT)

    told = len(town.heard(OTHER_LEADER))
    for text in ("接单 2", "进度 2", "我的单", "办结 2 已经处理"):
        town.say(text, by=OTHER_LEADER, private=True)
    answers = town.heard(OTHER_LEADER)[told:]

    assert town.case(2).state == "new"
    assert answers[0].startswith("没有 #2 这一件。")
    assert not any("反映" in line or "干部" in line for line in answers)
    assert not any("#2" in line for line in town.room())


def test_colleagues_of_the_accused_do_not_see_the_complaint_either(town: Town):
    town.say(ACCUSED, by=FRIEND, private=True)
    town.say("四组", by=FRIEND, private=True)
    town.say("接单 1", by=LEADER, private=True)

    assert town.heard(LEADER)[-1].startswith("没有 #1 这一件。")


def test_a_complaint_nobody_took_does_not_climb_to_the_accused(town: Town):
    town.say(ACCUSED, by=FRIEND, private=True)
    town.say("四组", by=FRIEND, private=True)
    town.wait(days=6)

    assert town.heard(OTHER_LEADER) == []


def test_who_opted_out_leaves_nothing_and_is_still_told_whom_to_call(town: Town):
    town.say("退出小助手", by=RESIDENT)
    before = town.rows()
    town.say("四组桥头路灯不亮", by=RESIDENT)
    town.say("接单 1", by=RESIDENT)
    assert town.rows() == before

    town.say("着火了 快来人", by=RESIDENT)
    assert "119" in town.room()[-1]
    after = town.rows()
    for table in ("case_file", "case_line", "draft", "chat_identity", "attachment"):
        assert after[table] == before[table]


def test_numbers_of_persons_are_masked_before_they_are_kept(town: Town):
    town.say("三邻停水了 我电话13812345678 身份证430721199003071234", by=RESIDENT)

    kept = str(town.rows())
    assert "13812345678" not in kept
    assert "430721199003071234" not in kept
    assert "撤回" in town.room()[0]


def test_doubtful_words_are_kept_encrypted_and_gone_after_a_day(doubting_town: Town):
    town = doubting_town
    town.say("我家想申请低保 屋里有个抑郁的", by=RESIDENT)
    with town.session() as session:
        draft = session.execute(select(Draft)).scalar_one()
    assert "抑郁".encode() not in draft.box
    assert "抑郁" not in str(town.rows())
    assert draft.expires_at == draft.at + timedelta(hours=24)

    town.wait(hours=24, minutes=1)
    town.ask(SweepExpired(town.clock().isoformat()), "sweep")
    assert town.rows()["draft"] == []


def test_a_line_taken_back_is_gone_from_everything_that_was_kept(town: Town):
    first = town.say("四组桥头路灯不亮 王二麻子弄的", by=RESIDENT)
    second = town.say("都黑了三天啦 看不见路", by=RESIDENT)
    town.recall(second)
    assert town.case().text == "四组桥头路灯不亮 王二麻子弄的"

    town.recall(first)
    assert "王二麻子" not in str(town.rows())
    assert "看不见路" not in str(town.rows())
    with town.session() as session:
        assert {
            line.text for line in session.execute(select(CaseLine).order_by(col(CaseLine.id))).scalars()
        } == {""}
    assert town.case().state == "new"


def test_a_doubtful_line_taken_back_leaves_no_draft_though_it_was_not_the_first_thing_it_caused(town: Town):
    message = town.say("大家好", by=RESIDENT).message
    cause = Origin(
        Door.CHAT, IdempotencyKey(f"simulator:{message.id}"), town.clock(), room=1, message=message
    )
    doubt = Suspect(Decision(Kind.SUSPECTED, "H05", text="我妈天天哭"))
    town.machine.dispatch(doubt, Voice("simulator", RESIDENT), cause.numbered(2))
    assert len(town.rows()["draft"]) == 1

    town.ask(NoteRecall(str(cause.key)), "recall")
    assert town.rows()["draft"] == []


def test_the_words_of_a_private_case_are_read_by_its_handler_alone_and_only_in_private_chat(town: Town):
    town.say("我家想申请低保 老头子住院没钱了", by=FRIEND)
    town.wait(minutes=1)
    assert "住院" not in town.heard(DUTY)[0]

    town.say("进度 1", by=DUTY)
    assert "住院" not in town.heard(DUTY)[-1]
    town.say("进度 1", by=DUTY, private=True)
    assert "住院" in town.heard(DUTY)[-1]
    town.say("进度 1", by=LEADER, private=True)
    assert not any("住院" in line for line in town.heard(LEADER))
    assert not any("低保" in line for line in town.room())
