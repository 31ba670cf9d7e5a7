"""Danger to life: the whole chain is told privately and rung through the alarm path, whatever the hour."""

from handlers.case_steps.receipts import area_name
from handlers.case_steps.steps import is_private, item_of, seat_of
from handlers.work import Work
from models.rules.pacing import Rank
from models.tables import Case

SAFETY_ROLE = "R_SAFETY"
WORDS_KEPT = 40


def alarm_for(work: Work, case: Case) -> None:
    """Every filled rung, the responsible post and the safety post: privately and through the alarm path."""
    on = work.today
    seats = [seat_of(work, case.keeper_id), seat_of(work, case.assignee_id)]
    seats += work.town.holders(work.town.preset.post_for(SAFETY_ROLE), case.area_id, on)
    seats += work.town.chain(case.area_id, on)
    told: set[int] = set(case.flags.get("accused", ()))
    private = work.standing.texts.render("TEXT_PRIVATE", {"no": case.no})
    text = private if is_private(case) else case.text.replace("\n", " ")[:WORDS_KEPT]
    for seat in seats:
        if seat is None or seat.person in told:
            continue
        told.add(seat.person)
        work.tell_seat(
            seat, "EMERG_LEADER_DM", rank=Rank.EMERGENCY, call=True, case=case, no=case.no,
            cat=item_of(work, case.category).spoken, place=case.place or area_name(work, case), text=text,
        )  # fmt: skip


def ring_the_top(work: Work, words: str) -> None:
    """Nobody knows yet where it is: the highest filled rung of the deployment is rung."""
    on = work.today
    roots = [a.id for a in work.town.areas.values() if a.parent is None]
    for post in reversed(work.town.preset.ladder):
        for root in roots:
            for seat in work.town.holders(post, root, on)[:1]:
                work.tell_seat(
                    seat, "EMERG_SOMEWHERE_DM", rank=Rank.EMERGENCY, call=True, text=words[:WORDS_KEPT]
                )
                return
