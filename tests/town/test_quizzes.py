"""Three questions after a notice: only to the willing, once, privately; and of the answers nothing but numbers."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.machine import ACCOUNT
from handlers.housekeeping import SweepExpired
from handlers.township.staging import StagedPerson, StagedRoom
from models.tables import Quiz, QuizAsked, QuizVolunteer
from tests.town.town import DUTY, LEADER, RESIDENT, ROOM, Town, village

PEOPLE = tuple(f"p{n}" for n in range(4))
QUIZ = "知晓测试 1 1 医保哪天截止？A 12月31日 B 1月31日 答A 2 每人交多少？A 380元 B 400元 答B 3 在哪交？A 手机上 B 只能银行 答A"
RIGHT = "1A 2B 3A"


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """The village with four more people, of whom three are willing, and a notice that went."""
    stage = village()
    more = tuple(StagedPerson(name, friend=True) for name in PEOPLE)
    made = make_town(
        stage=village(
            people=(*stage.people, *more),
            rooms=(*stage.rooms, StagedRoom("far", "九组群", "九组", account=ACCOUNT)),
        )
    )
    ask(made, DUTY, "发通知 全村 医保缴费12月31日截止，每人400元")
    ask(made, DUTY, "确认")
    for name in PEOPLE[:3]:
        made.say("愿意答题", by=name, room=ROOM)
    return made


def ask(town: Town, who: str, words: str) -> str:
    """Somebody says something privately; the last answer."""
    before = len(town.heard(who))
    town.say(words, by=who, private=True)
    heard = town.heard(who)[before:]
    return heard[-1] if heard else ""


def start(town: Town) -> None:
    assert "将私下问3人" in ask(town, DUTY, QUIZ)
    assert "已问3人" in ask(town, DUTY, "确认")
    town.wait(minutes=2)


def count(town: Town, table: type) -> int:
    with town.session() as session:
        return len(session.exec(select(table)).all())


def test_only_the_willing_of_the_groups_that_heard_it_are_asked(town: Town):
    town.say("愿意答题", by=PEOPLE[3], room="far")
    start(town)

    assert [any("三题" in words for words in town.heard(name)) for name in PEOPLE] == [
        True,
        True,
        True,
        False,
    ]
    assert not any("三题" in words for words in town.room())


def test_of_the_answers_nothing_but_numbers_is_kept_and_who_was_asked_is_forgotten_at_the_end(town: Town):
    start(town)
    for name, letters in zip(PEOPLE, (RIGHT, "1B 2A 3B", RIGHT), strict=False):
        assert "正确的是：1A 12月31日、2B 400元、3A 手机上" in ask(town, name, letters)

    with town.session() as session:
        quiz = session.exec(select(Quiz)).one()
    assert (quiz.asked, quiz.answered, quiz.all_right, quiz.right) == (3, 3, 2, [2, 2, 2])
    assert count(town, QuizAsked) == 0
    kept = json.dumps(
        [list(map(str, row)) for rows in town.rows().values() for row in rows], ensure_ascii=False
    )
    assert "1B 2A 3B" not in kept
    assert "1b 2a 3b" not in kept
    assert town.heard(DUTY)[-1] == (
        "通知1答题收了：问3人，3人答，2人三题全对。第1题2人对、第2题2人对、第3题2人对。不到10人答，只给人数，不算百分比。"
    )


def test_nobody_is_asked_more_often_than_once_a_month(town: Town):
    start(town)
    town.wait(days=4)
    assert "这个月都问过了" in ask(town, DUTY, QUIZ)
    assert "不问您" in ask(town, PEOPLE[0], "不再答题")
    town.say("愿意答题", by=PEOPLE[0], room=ROOM)
    assert "这个月都问过了" in ask(town, DUTY, QUIZ)

    town.wait(days=30)
    assert "将私下问3人" in ask(town, DUTY, QUIZ)


def test_who_takes_his_word_back_answers_no_more_and_is_forgotten_after_a_month(town: Town):
    start(town)
    ask(town, PEOPLE[0], "不再答题")
    assert "已经收了" in ask(town, PEOPLE[0], RIGHT)
    assert count(town, QuizAsked) == 2
    assert count(town, QuizVolunteer) == 3

    town.wait(days=32)
    town.ask(SweepExpired((town.clock() + timedelta(seconds=1)).isoformat()), "sweep")
    assert count(town, QuizVolunteer) == 2


def test_silence_is_no_answer_nobody_is_reminded_and_the_end_is_told_to_the_cadre_alone(town: Town):
    start(town)
    before = {name: len(town.heard(name)) for name in PEOPLE}
    town.wait(days=5)

    assert [len(town.heard(name)) - before[name] for name in PEOPLE] == [0, 0, 0, 0]
    assert town.heard(DUTY)[-1].startswith("通知1答题收了：问3人，0人答")
    assert count(town, QuizAsked) == 0


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("知晓测试 1", "三题一起发我"),
        ("知晓测试 9 1 哪天？A 一 B 二 答A 2 哪天？A 一 B 二 答A 3 哪天？A 一 B 二 答A", "没有找到通知9"),
        (QUIZ.replace("答B", "答D"), "第2题的答案不在选项里"),
        (QUIZ.replace("B 1月31日", ""), "第1题没看明白"),
        (QUIZ.rpartition("3 在哪")[0], "要正好三题"),
        (QUIZ.replace("在哪交", "在" + "哪" * 70), "第3题太长"),
    ],
)
def test_what_cannot_be_read_is_answered_by_one_sentence(town: Town, words: str, answer: str):
    assert answer in ask(town, DUTY, words)
    assert count(town, Quiz) == 0


def test_only_a_cadre_asks_and_three_letters_of_anybody_else_are_talk(town: Town):
    assert "权限" in ask(town, LEADER, QUIZ)
    spoken = len(town.room())
    town.say(QUIZ, by=RESIDENT)
    town.say("ABC", by=RESIDENT)
    assert "正确" not in ask(town, PEOPLE[3], "ABC")

    start(town)
    town.say("ABA", by=PEOPLE[0])
    with town.session() as session:
        assert session.exec(select(Quiz)).one().answered == 0
    assert not any("正确" in words for words in town.room()[spoken:])
