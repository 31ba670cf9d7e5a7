"""What is said when a case opens, and kept true while its reporter is still speaking."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from handlers.case_steps.ladder import climb_from, next_rung
from handlers.case_steps.looking_back import twin_words
from handlers.case_steps.steps import STATUS_LINES, called, handler_of, is_private, item_of, seat_of
from handlers.case_steps.whom import is_dispute, is_whispered, recorder_of
from handlers.case_steps.words import claim_words, due_words, heard_at, told_words
from handlers.work import Work
from models.rules.decision import Cue, Decision, Kind
from models.rules.outliving import ERRANDS
from models.rules.pacing import Rank, is_quiet
from models.rules.places import public_place
from models.rules.private_openings import PRIVATE_OPENINGS
from models.rules.town import Seat
from models.rules.urgency import GroupReply
from models.tables import Case, ChatIdentity

RECEIPTS = ("RCPT_ONE", "RCPT_NOPLACE", "RCPT_NEUTRAL", "KB_FORWARD")
CARDS = ("CARD_DM", "CARD_CC_DM", "CARD_COPY_DM")
KNOWN = "RCPT_DUP"
"""「已有 #n 在办，k户反映」: the only thing a group hears of a merge."""


def speak_of_new_case(work: Work, case: Case, who: ChatIdentity, decision: Decision) -> None:
    """One receipt after the burst, one card to whoever answers, a copy to the first responder."""
    after = work.now + timedelta(seconds=work.pace.burst_s)
    if waits_for_consent(case, who):
        case.flags = {**case.flags, "consent": "pending"}
    else:
        tell_cards(work, case, after)
    if Cue.LIFE_SUPPORT in decision.cues:
        ring_for_life(work, case)
    if work.origin.late:
        return
    if is_whispered(case):
        _answer_whisper(work, case, who)
    else:
        _receipt(work, case, who, decision, after)


def _receipt(work: Work, case: Case, who: ChatIdentity, decision: Decision, after: datetime) -> None:
    """What the reporter hears, or his group."""
    item = item_of(work, case.category)
    if Cue.APPEAL in decision.cues and case.room_id is not None:
        work.tell_room(case.room_id, "RCPT_NEUTRAL", rank=Rank.URGENT, case=case)
        work.tell(who.id, "APPEAL_HOW_DM", rank=Rank.URGENT, case=case)
        return
    if is_private(case) or item.group_reply == GroupReply.PRIVATE or Cue.VICTIM in decision.cues:
        _neutral_receipt(work, case, who)
        return
    seat = seat_of(work, case.assignee_id, case)
    blanks = {"no": case.no, "cat": item.spoken, **called(seat)}
    more: dict[str, Any]
    if decision.kind is Kind.QUESTION:
        key, more = "KB_FORWARD", {"place": public_place(case.place)}
    elif item.group_reply == GroupReply.NEUTRAL:
        key, blanks, more = "RCPT_NEUTRAL", {}, {}
    elif item.needs_place and not case.place:
        key, more = "RCPT_NOPLACE", {"place": ""}
    else:
        key, more = "RCPT_ONE", {"place": place_in_group(work, case), "claim": claim_words(work, case)}
    if case.room_id is None:
        work.tell(who.id, key, not_before=after, case=case, **blanks, **more)
        return
    gathers = "" if key == "RCPT_NEUTRAL" else "receipt"
    after = max(after, _next_receipt_to(work, case, who))
    work.tell_room(case.room_id, key, not_before=after, gathers=gathers, case=case, **blanks, **more)


def _next_receipt_to(work: Work, case: Case, who: ChatIdentity) -> datetime:
    """When this sender may hear a receipt again: one in ten minutes, what comes between is said together then."""
    rest = timedelta(minutes=work.pace.receipt_per_sender_min)
    said = work.store.receipt_said_to(case.room_id or 0, who.id or 0, RECEIPTS, work.now - rest)
    return said + rest if said is not None else work.now


def _answer_whisper(work: Work, case: Case, who: ChatIdentity) -> None:
    """What is said of the matter, and that nobody will learn who said it."""
    if opening := PRIVATE_OPENINGS.get(case.category):
        work.tell(who.id, opening.key, rank=Rank.URGENT, case=case, contact=work.town.contact)
    work.tell(who.id, "WHISPER_DM", rank=Rank.URGENT, case=case)


def _neutral_receipt(work: Work, case: Case, who: ChatIdentity) -> None:
    """Nothing private is said in the group: at once and privately, or one neutral line."""
    opening = PRIVATE_OPENINGS.get(case.category)
    if who.is_friend or case.room_id is None:
        key = opening.key if opening else "RCPT_PRIVATE_DM"
        work.tell(who.id, key, rank=Rank.URGENT, case=case, contact=work.town.contact)
    else:
        work.tell_room(case.room_id, "RCPT_NEUTRAL", rank=Rank.URGENT, case=case)


def waits_for_consent(case: Case, who: ChatIdentity) -> bool:
    """Whether nobody may be told before the reporter, who can be asked privately, agrees."""
    opening = PRIVATE_OPENINGS.get(case.category)
    return bool(opening and opening.asks and (who.is_friend or case.room_id is None))


def ring_for_life(work: Work, case: Case) -> None:
    """A device that keeps somebody alive: the responsible person is rung, the next rung told; the group hears nothing."""
    place = case.place or area_name(work, case)
    work.tell_seat(
        handler_of(work, case), "LIFE_SUPPORT_DM",
        rank=Rank.URGENT, call=True, case=case, no=case.no, place=place,
    )  # fmt: skip
    above = climb_from(work, case, next_rung(work, case))
    work.tell_seat(above.seat, "LIFE_SUPPORT_DM", rank=Rank.URGENT, case=case, no=case.no, place=place)


def place_in_group(work: Work, case: Case) -> str:
    """Where, as a group may hear it: no door numbers, nobody's house; else the area."""
    return public_place(case.place) or area_name(work, case)


def area_name(work: Work, case: Case) -> str:
    """The area of a case, as people call it."""
    return work.town.areas[case.area_id].name


def tell_cards(work: Work, case: Case, after: datetime, *, rank: Rank = Rank.REPLY) -> None:
    """A card to the responsible person and a copy to the first responder, after the burst; at night in the morning."""
    item = item_of(work, case.category)
    assignee, keeper = seat_of(work, case.assignee_id, case), seat_of(work, case.keeper_id, case)
    heard = heard_at(work, after) if rank > Rank.URGENT else after
    blanks = card_blanks(work, case, heard)
    if item.night_card and is_quiet(work.now, work.pace.quiet):
        work.tell_seat(assignee, "CARD_DM", rank=Rank.URGENT, case=case, **card_blanks(work, case, work.now))
        work.tell_seat(
            assignee, "CARD_DM", rank=rank, case=case, not_before=heard_at(work), gathers="card", **blanks
        )
        return
    work.tell_seat(assignee, "CARD_DM", rank=rank, case=case, not_before=after, gathers="card", **blanks)
    if is_whispered(case):
        return
    copy = {k: blanks[k] for k in ("no", "cat", "place")}
    _tell_assistants(work, case, after, rank, copy)
    if keeper is None or assignee is None or recorder_of(case) in keeper.identities:
        return
    if keeper.person != assignee.person:
        work.tell_seat(
            keeper,
            "CARD_CC_DM",
            rank=rank,
            case=case,
            not_before=after,
            gathers="card",
            **copy,
            **called(assignee),
        )


def _tell_assistants(work: Work, case: Case, after: datetime, rank: Rank, copy: dict[str, Any]) -> None:
    """Who assists in such a matter hears one line, not the task (seeds A07, A08); the first responder has his own."""
    role = item_of(work, case.category).role
    matter = work.town.preset.matter_of(role, case.category, case.hotline)
    if not matter.copy or is_private(case):
        return
    assignee = seat_of(work, case.assignee_id, case)
    away = set(case.flags.get("accused", ()))
    seats = [seat_of(work, case.keeper_id, case), assignee]
    told = {seat.person for seat in seats if seat is not None}
    for post in matter.copy:
        for seat in work.town.free(post, case.area_id, work.today, away)[:1]:
            if seat.person in told:
                continue
            told.add(seat.person)
            work.tell_seat(
                seat, "CARD_COPY_DM", rank=rank, case=case, not_before=after, gathers="card", **copy,
                **called(assignee),
            )  # fmt: skip


def fall_silent(work: Work, case: Case, why: str, *, keeps: Collection[str] = ()) -> None:
    """A case is over or another speaks for it: nothing planned for it is done, nothing about to be said of it is said.

    ``keeps``: keys of sentences that are said all the same. Pictures are still fetched (models.rules.outliving).
    """
    work.store.unplan_all(case.id or 0)
    unsaid = (*RECEIPTS, *CARDS, *STATUS_LINES, KNOWN)
    work.store.cancel_held(case.id or 0, [key for key in unsaid if key not in keeps], why)


def drop_pictures(work: Work, case: Case) -> None:
    """Nobody will look at its pictures: they are not fetched."""
    for errand in ERRANDS:
        work.store.unplan(case.id or 0, errand)


def hand_card(work: Work, case: Case, seat: Seat | None) -> None:
    """Tell somebody that a case which is known already is theirs now."""
    heard = heard_at(work)
    work.tell_seat(
        seat, "HANDED_DM", case=case, no=case.no, cat=item_of(work, case.category).spoken,
        told=told_words(work, case, heard), due=due_words(work, case.due_claim_at, heard),
    )  # fmt: skip


def card_blanks(work: Work, case: Case, heard: datetime) -> dict[str, Any]:
    """What a leader needs to act when he hears it; the text is masked, private texts are not carried in a card."""
    item = item_of(work, case.category)
    texts = work.standing.texts
    private = texts.render("WHISPER_TEXT" if is_whispered(case) else "TEXT_PRIVATE", {"no": case.no})
    text = private if is_private(case) or is_dispute(case) else case.text.replace("\n", " ")[:50]
    urgency = texts.render(f"URGENCY_{case.urgency}", {})
    return {
        "urg": urgency, "no": case.no, "cat": item.spoken, "place": case.place or area_name(work, case),
        "text": text, "told": told_words(work, case, heard) + twin_words(work, case),
        "due": due_words(work, case.due_claim_at, heard),
    }  # fmt: skip


def refresh_held(work: Work, case: Case) -> None:
    """Receipts and cards still held speak of the case as it is now."""
    item = item_of(work, case.category)
    for row in work.store.held_rows(case.id or 0, (*RECEIPTS, *CARDS)):
        blanks = dict(row.blanks)
        if row.key == "CARD_DM":
            blanks = card_blanks(work, case, max(row.not_before, work.now))
        elif row.key == "RCPT_NOPLACE" and case.place:
            row.key = "RCPT_ONE"
            blanks = {**blanks, "claim": claim_words(work, case)}
        if "place" in blanks and row.room_id is not None:
            blanks["place"] = place_in_group(work, case)
        elif "place" in blanks:
            blanks["place"] = case.place or area_name(work, case)
        if "cat" in blanks:
            blanks["cat"] = item.spoken
        row.blanks = blanks
