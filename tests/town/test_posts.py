"""Posts are filled and ended on a day; the desk goes to whoever comes after, and bindings end when a new one stands."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handlers.actors import OPERATOR
from handlers.appointments import EndPost, FillPost, PassOnDesks, what_it_leaves
from handlers.arranged_leave import ArrangeLeave, CallOffLeave
from handlers.bindings import UnbindContact
from handlers.dispatch import Outcome, Status
from handlers.intents import Intent
from handlers.vouching import IssueCodeOf
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.refusals import Refusal
from models.tables import Appointment, Case, ChatIdentity
from tests.town.test_rows_and_events import check_rows
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, OTHER_LEADER, OUTSIDER, OVERSIGHT, RESIDENT, Town

LAMP = "3栋2单元楼道灯坏了好几天了"
TODAY = date(2025, 7, 15)


def do(town: Town, intent: Intent, who: str = DUTY) -> Outcome:
    """Somebody presses a button of a page."""
    actor = OPERATOR if who == "operator" else town.machine.dispatch.actor("simulator", who, private=True)
    origin = Origin(Door.WEB, IdempotencyKey(f"web:{intent}:{town.clock()}"), town.clock())
    outcome = town.machine.dispatch(intent, actor, origin)
    town.wait(seconds=6)
    return outcome


def refused(outcome: Outcome) -> str | None:
    assert outcome.refusal is not None, outcome
    return outcome.refusal.key


def seat(town: Town, who: str) -> int:
    """The appointment of somebody of the cast."""
    return town.machine.dispatch.actor("simulator", who).seats[0]


def person(town: Town, who: str) -> int:
    return town.machine.dispatch.actor("simulator", who).person or 0


def area(town: Town, name: str) -> int:
    return next(a.id for a in town.machine.dispatch.current_town().areas.values() if a.name == name)


def handler(town: Town, no: int = 1) -> tuple[int | None, int | None, str]:
    """On whose desk a case lies, who keeps its reporter informed, and how it stands."""
    with town.session() as session:
        case = session.execute(select(Case).where(Case.no == no)).scalar_one()
        return case.claimed_by or case.assignee_id, case.keeper_id, case.state


def lamp(town: Town, *, claimed: bool = True) -> None:
    town.say(LAMP, by=RESIDENT)
    town.wait(minutes=2)
    if claimed:
        town.say("接单 1", by=LEADER, private=True)


def test_whoever_leaves_a_post_leaves_the_desk_to_the_next_one(town: Town):
    lamp(town)
    left = town.machine.dispatch.look(
        lambda work: what_it_leaves(work, seat(town, LEADER)),
        town.machine.dispatch.actor("simulator", DUTY),
        Origin(Door.WEB, IdempotencyKey("look"), town.clock()),
    )
    assert [(taker.title, n) for taker, n in left.takers if taker] == [("组长", 1)]

    mine = seat(town, LEADER)
    assert do(town, EndPost(mine, TODAY)).status is Status.DONE

    assert handler(town) == (seat(town, OTHER_LEADER), seat(town, OTHER_LEADER), "new")
    check_rows(town)
    assert "邻长张不再任职，手上的1件转给您：#1" in town.heard(OTHER_LEADER)[-1]
    assert "从7月15日起，您不再担任三邻邻长" in town.heard(LEADER)[-1]
    assert town.machine.dispatch.actor("simulator", LEADER).seats == ()


def test_a_new_holder_takes_the_post_and_the_desk_of_the_one_before(town: Town):
    lamp(town)
    before = seat(town, LEADER)
    done = do(town, FillPost("lin_head", area(town, "三邻"), TODAY, name="陈 平", instead=before))
    assert done.status is Status.DONE, done

    with town.session() as session:
        new = session.execute(select(Appointment).order_by(Appointment.id.desc())).scalars().first()  # type: ignore[union-attr]
        assert new is not None
        assert (new.valid_from, new.valid_to) == (TODAY, None)
        old = session.get_one(Appointment, before)
        assert old.valid_to == TODAY - timedelta(days=1)
    assert handler(town)[:2] == (new.id, new.id)


def test_a_case_that_rests_goes_on_resting_with_whoever_comes_after(town: Town):
    lamp(town)
    town.say("联系 1", by=LEADER, private=True)
    town.say("挂起 1 到周五 等配件", by=LEADER, private=True)
    town.say("同意 1", by=OTHER_LEADER, private=True)
    assert handler(town)[2] == "waiting"

    do(town, EndPost(seat(town, LEADER), TODAY))

    assert handler(town) == (seat(town, OTHER_LEADER), seat(town, OTHER_LEADER), "waiting")
    check_rows(town)


def test_of_two_who_are_given_the_only_seat_at_once_one_gets_it(town: Town):
    here, before = area(town, "三邻"), seat(town, LEADER)
    first = do(town, FillPost("lin_head", here, TODAY, name="陈平", instead=before))
    second = do(town, FillPost("lin_head", here, TODAY, name="孙梅", instead=before))
    assert first.status is Status.DONE
    assert refused(second) == "POST_FULL_DM"


def test_a_post_that_ends_later_is_passed_on_when_the_day_has_come(town: Town):
    lamp(town)
    do(town, EndPost(seat(town, LEADER), TODAY + timedelta(days=2)))
    assert handler(town)[0] == seat(town, LEADER)
    town.wait_until("08:00", 1)
    assert handler(town)[1] == seat(town, LEADER)

    before = len(town.heard(OTHER_LEADER))
    town.wait_until("00:05", 2)
    town.ask(PassOnDesks())
    assert handler(town)[1] == seat(town, OTHER_LEADER)
    assert len(town.heard(OTHER_LEADER)) == before  # nobody is woken for it
    town.wait_until("09:00", 2)
    assert any("不再任职" in words for words in town.heard(OTHER_LEADER)[before:])


def test_nobody_decides_on_posts_of_the_own_level_or_of_another_place(town: Town):
    same, other = seat(town, DUTY), seat(town, OUTSIDER)
    assert refused(do(town, EndPost(same, TODAY))) == "POST_NOT_YOURS_DM"
    assert refused(do(town, EndPost(other, TODAY))) == "POST_NOT_YOURS_DM"
    filled = FillPost("zu_head", area(town, "九组"), TODAY, name="王强")
    assert refused(do(town, filled)) == "POST_NOT_YOURS_DM"
    wrong_level = FillPost("town_station", area(town, "三邻"), TODAY, name="王强")
    assert refused(do(town, wrong_level)) == "POST_NOT_YOURS_DM"
    assert do(town, EndPost(seat(town, LEADER), TODAY), CHIEF).refusal is not None
    stranger = FillPost(
        "lin_head", area(town, "三邻"), TODAY, person=person(town, OUTSIDER), instead=seat(town, LEADER)
    )
    assert refused(do(town, stranger)) == "POST_NOBODY_DM"


def test_a_full_post_says_who_has_it_and_dates_must_be_possible(town: Town):
    here = area(town, "三邻")
    full = do(town, FillPost("lin_head", here, TODAY, name="陈平"))
    assert refused(full) == "POST_FULL_DM"
    assert full.refusal is not None
    assert full.refusal.blanks["others"] == "邻长张"
    asked = FillPost("lin_head", here, TODAY, person=person(town, LEADER))
    assert refused(do(town, asked)) == "POST_HAS_IT_DM"
    assert refused(do(town, FillPost("lin_head", here, date(2020, 1, 1), name="陈平"))) == "POST_FAR_DM"
    short = FillPost("lin_head", here, TODAY, name="陈平", until=TODAY - timedelta(days=1))
    assert refused(do(town, short)) == "POST_DATES_DM"
    assert refused(do(town, FillPost("lin_head", here, TODAY, name="陈"))) == "POST_NAME_DM"
    assert refused(do(town, EndPost(seat(town, LEADER), TODAY - timedelta(days=1)))) == "POST_PAST_DM"


def test_the_last_administrator_cannot_be_removed(town: Town):
    top = next(s for s in town.machine.dispatch.current_town().seats.values() if s.post == "town_station")
    assert refused(do(town, EndPost(top.id, TODAY), "operator")) == "LAST_ADMIN_DM"
    assert refused(do(town, UnbindContact(top.identities[0]), "operator")) == "LAST_ADMIN_DM"


def test_a_new_telephone_ends_the_binding_before_it_once_its_code_is_said(town: Town):
    made = do(town, IssueCodeOf(person(town, LEADER), replaces=True))
    assert made.reply is not None
    code = made.reply.blanks["code"]
    old = person(town, LEADER)
    assert town.machine.dispatch.actor("simulator", LEADER).seats  # nothing ends before the new one stands

    town.say(f"绑定 {code}", by=NEIGHBOUR, private=True)

    assert person(town, NEIGHBOUR) == old
    assert town.machine.dispatch.actor("simulator", LEADER).seats == ()
    assert "这个微信号的绑定已停用" in town.heard(LEADER)[-1]
    with town.session() as session:
        row = session.execute(select(ChatIdentity).where(ChatIdentity.contact == LEADER)).scalar_one()
        assert (row.person_id, row.verified_at, row.unbound_at is not None) == (old, None, True)


def test_a_binding_is_ended_by_whoever_decides_on_the_posts_or_by_its_owner(town: Town):
    def identity(who: str) -> int:
        return town.machine.dispatch.actor("simulator", who).identity or 0

    assert refused(do(town, UnbindContact(identity(OUTSIDER)))) == "UNBIND_NOBODY_DM"
    assert refused(do(town, UnbindContact(identity(CHIEF)), LEADER)) == "UNBIND_NOBODY_DM"
    assert do(town, UnbindContact(identity(LEADER))).status is Status.DONE
    assert town.machine.dispatch.actor("simulator", LEADER).seats == ()
    assert do(town, UnbindContact(identity(CHIEF)), CHIEF).status is Status.DONE
    assert refused(do(town, UnbindContact(identity(CHIEF)))) == "UNBIND_NOBODY_DM"
    code = do(town, IssueCodeOf(person_of(town, "张建国")))
    assert re.fullmatch(r"\d{8}", str(code.reply.blanks["code"])) if code.reply else False
    for who in (OUTSIDER, OVERSIGHT, DUTY):  # beyond the own areas, a peer who hears complaints, oneself
        assert refused(do(town, IssueCodeOf(person(town, who)))) == "CODE_NOT_YOURS_DM"


def person_of(town: Town, name: str) -> int:
    return next(s.person for s in town.machine.dispatch.current_town().seats.values() if s.name == name)


def test_leave_is_written_down_for_somebody_who_cannot_say_so(town: Town):
    absent, stand_in = person(town, LEADER), person(town, OTHER_LEADER)
    week = TODAY + timedelta(days=6)
    assert refused(do(town, ArrangeLeave(absent, TODAY, week, stand_in), OTHER_LEADER)) == "POST_NOT_YOURS_DM"
    far = ArrangeLeave(absent, TODAY, week, person(town, OUTSIDER))
    assert refused(do(town, far)) == "LEAVE_STAND_IN_DM"
    assert refused(do(town, ArrangeLeave(absent, week, TODAY, stand_in))) == "LEAVE_DATES_DM"
    assert do(town, ArrangeLeave(absent, TODAY, week, stand_in)).status is Status.DONE

    assert "给您记了7月15日到7月21日请假，这几天的事先转给组长刘" in town.heard(LEADER)[-1]
    lamp(town, claimed=False)
    assert any("#1" in words for words in town.heard(OTHER_LEADER))
    assert do(town, CallOffLeave(absent)).status is Status.DONE
    assert town.machine.dispatch.actor("simulator", OTHER_LEADER).stands_for == ()


def test_whoever_may_not_decide_learns_nothing_of_the_desk(town: Town):
    actor = town.machine.dispatch.actor("simulator", OUTSIDER)
    origin = Origin(Door.WEB, IdempotencyKey("look"), town.clock())
    with pytest.raises(Refusal):
        town.machine.dispatch.look(lambda work: what_it_leaves(work, seat(town, LEADER)), actor, origin)
