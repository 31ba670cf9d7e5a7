"""The test box of the lexicon says what happens when the same line is then said in the room, and leaves nothing behind."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col
from structlog.testing import capture_logs

from bot.known_sentences import known_lines
from bot.machine import ACCOUNT
from bot.trials import Trials
from models.rules.message import Message
from models.rules.scope import scope_of
from models.tables import OutboxMessage
from tests.town.town import DUTY, LEADER, OUTSIDER, ROOM, Town
from web.doors import NotHere
from web.entrance import EVERYBODY_HERE, Visitor
from web.trial_door import Trial, TrialView

LINES = sorted({line.text for line in known_lines()})
NUMBERS = count(1000)


def box(town: Town) -> Trials:
    return Trials(town.machine.dispatch, town.engine, town.parts, town.clock)


def tried(town: Town, words: str, speaker: str = "resident", who: Visitor = EVERYBODY_HERE) -> TrialView:
    room = next(
        room for room in town.machine.dispatch.known_town().rooms.values() if room.platform_id == ROOM
    )
    return box(town).hear(who, Trial(room.id, words, speaker))


def happened(town: Town, words: str, speaker: str) -> tuple[list[int], list[str]]:
    """Numbers of the cases that were opened, and all sentences that were written because of the line."""
    before = {case.no for case in town.cases()}
    number = next(NUMBERS)
    sender = LEADER if speaker == "leader" else f"newcomer-{number}"
    town.machine.hear(Message(f"said-{number}", "simulator", ACCOUNT, sender, town.clock(), words, room=ROOM))
    with town.session() as session:
        mine = col(OutboxMessage.cause).startswith(f"simulator:said-{number}")
        rows = (
            session.execute(select(OutboxMessage).where(mine).order_by(col(OutboxMessage.id))).scalars().all()
        )
    texts = town.parts.standing.texts
    opened = [case.no for case in town.cases() if case.no not in before]
    return opened, [row.text or texts.render(row.key, row.blanks) for row in rows]


@pytest.mark.parametrize("speaker", ["resident", "leader"])
@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(words=st.sampled_from(LINES))
def test_what_the_box_says_is_what_happens(town: Town, speaker: str, words: str):
    town.wait(hours=2)  # a quiet group: nobody reported or asked a moment ago
    who = visitor(town, LEADER) if speaker == "leader" else EVERYBODY_HERE
    seen = tried(town, words, speaker, who)
    opened, said = happened(town, words, speaker)

    assert [case.no for case in seen.cases if case.fresh] == opened
    for line, words_said in zip(seen.said, said, strict=True):
        # What another is told privately, of a case that was there before, he may not read.
        to_another = line.private and line.to not in ("", "邻长张")
        assert line.text == words_said or (to_another and line.text == "")


def test_trying_leaves_no_row_and_no_line_in_the_log(town: Town):
    town.wait(hours=2)
    before = town.rows()
    with capture_logs() as logged:
        seen = [
            tried(town, words) for words in ("3栋2单元楼道灯坏了好几天了", "我家着火了快来人", "今天天气真好")
        ]

    assert [view.headline for view in seen] == ["case", "emergency", "silent"]
    assert town.rows() == before
    assert logged == []


def test_the_box_says_who_gets_it_by_when_and_which_words_counted(town: Town):
    seen = tried(town, "3栋2单元楼道灯坏了好几天了")
    case = seen.cases[0]

    assert (case.category, case.assignee, case.area) == ("B02 路灯照明", "片长胡", "乡安全村一片四组三邻")
    assert case.claim_by is not None
    assert "灯坏了" in "".join(word for word, _ in seen.because)
    assert [(line.private, line.to) for line in seen.said if line.private] == [
        (True, "片长胡"),
        (True, "邻长张"),
    ]


def test_a_line_tried_as_a_leader_shows_nobody_else_what_only_he_may_read(town: Town):
    town.say("我家低保停发了，帮我问问", by="friend", private=True)
    town.say("三邻", by="friend", private=True)
    town.wait(hours=2)
    mine = tried(town, "待办", "leader", visitor(town, LEADER))
    others = tried(town, "待办", "leader", visitor(town, DUTY))

    assert [bool(line.text) for line in mine.said if line.private] == [True]
    assert [bool(line.text) for line in others.said if line.private] == [False]


def test_nobody_tries_a_line_in_a_group_of_another_village(town: Town):
    with pytest.raises(NotHere):
        tried(town, "路灯坏了", "resident", visitor(town, OUTSIDER))


def visitor(town: Town, who: str) -> Visitor:
    actor = town.machine.dispatch.actor("simulator", who)
    return Visitor(actor, scope_of(actor, town.machine.dispatch.known_town()), who)
