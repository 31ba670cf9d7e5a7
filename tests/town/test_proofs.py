"""Before and after: which pictures show how it was, and which what was done."""

from sqlalchemy import select
from sqlmodel import col

from models.rules.message import MessageKind
from models.tables import Attachment
from tests.town.town import FRIEND, LEADER, NEIGHBOUR, OTHER_LEADER, RESIDENT, Town

GARBAGE = "桥头垃圾桶满了好几天没人收"


def picture(town: Town, *, by: str, private: bool = False, quote: str | None = None) -> None:
    town.say("", by=by, private=private, kind=MessageKind.IMAGE, quote=quote)


def phases(town: Town, no: int = 1) -> list[str]:
    case = town.case(no).id
    with town.session() as session:
        found = (
            select(col(Attachment.phase)).where(col(Attachment.case_id) == case).order_by(col(Attachment.id))
        )
        return list(session.execute(found).scalars())


def claimed(town: Town) -> None:
    town.say(GARBAGE, by=RESIDENT)
    picture(town, by=RESIDENT)
    town.wait(minutes=1)
    town.say("接单 1", by=LEADER)
    town.wait(minutes=20)


def test_pictures_around_the_result_are_kept_as_after(town: Town):
    claimed(town)
    picture(town, by=LEADER)
    town.wait(minutes=4)
    town.say("办结 1 已清走冲净", by=LEADER)
    town.wait(minutes=4)
    said = len(town.room())
    picture(town, by=LEADER)

    assert phases(town) == ["before", "after", "after"]
    assert len(town.room()) == said


def test_pictures_sent_privately_count_too_and_are_answered_there(town: Town):
    claimed(town)
    town.say("办结 1 已清走冲净", by=LEADER, private=True)
    picture(town, by=LEADER, private=True)

    assert phases(town) == ["before", "after"]
    assert town.heard(LEADER)[-1] == "#1 办后的照片存好了（1张）。"


def test_pictures_long_before_or_after_the_result_prove_nothing(town: Town):
    claimed(town)
    picture(town, by=LEADER)
    town.wait(minutes=11)
    town.say("办结 1 已清走冲净", by=LEADER)
    town.wait(minutes=11)
    picture(town, by=LEADER)

    assert phases(town) == ["before"]


def test_pictures_of_others_are_no_proof(town: Town):
    claimed(town)
    town.say("办结 1 已清走冲净", by=LEADER)
    for who in (NEIGHBOUR, FRIEND, OTHER_LEADER):
        picture(town, by=who)

    assert phases(town) == ["before"]


def test_a_refused_result_keeps_the_picture_for_the_next_try(town: Town):
    claimed(town)
    picture(town, by=LEADER)
    town.say("办结 1", by=LEADER)
    assert phases(town) == ["before"]

    town.say("办结 1 已清走冲净", by=LEADER)
    assert phases(town) == ["before", "after"]


def test_of_two_results_the_quoted_one_is_shown(town: Town):
    claimed(town)
    town.say("三邻停水了", by=NEIGHBOUR)
    town.wait(minutes=2)
    town.say("已联系 2", by=LEADER)
    town.say("办结 1 已清走冲净", by=LEADER)
    town.say("办结 2 阀门已换", by=LEADER)
    picture(town, by=LEADER, quote=GARBAGE)
    picture(town, by=LEADER)

    assert phases(town) == ["before", "after"]
    assert phases(town, 2) == ["after"]
