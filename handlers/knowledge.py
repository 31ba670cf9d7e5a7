"""Questions are answered from approved texts, with source and date, or become cases (seeds E13, D07; conversation §3)."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from handlers.case_steps.drafts import box, unbox
from handlers.case_steps.knowing import UNSORTED, areas_above, library_of, without_areas
from handlers.case_steps.opening import area_of, open_case
from handlers.case_steps.steps import asker, item_of
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import HANDLED_STATES
from models.rules.decision import Decision, Kind
from models.rules.knowledge import Fit, Knowing
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.rules.urgency import GroupReply, Privacy
from models.store.knowledge import ANSWERS, KnowledgeStore
from models.tables import ChatIdentity, Draft, KnowledgeItem

ANSWERED = "policy"
"""Why a question is kept for a day: it was answered, and its asker may say that this was not it."""
STANDS = timedelta(minutes=10)
"""So long an answer stands in a group for everybody who asks the same."""


@dataclass(frozen=True, slots=True)
class AskPolicy(Intent):
    """Somebody asks what holds for everybody (``may_be_answered``).

    Not meant: nothing here answers it, so it is what it would have been.
    """

    decision: Decision


@dataclass(frozen=True, slots=True)
class NotTheAnswer(Intent):
    """What we quoted is not what was asked, or does not help."""

    words: str = ""


@handles(AskPolicy, may=Permission.CASE_OPEN, refusal=None)
def ask_policy(ask: AskPolicy, work: Work) -> Reply | None:
    """Quote the text that answers; its asker's words are kept for a day, encrypted, should it not be the one."""
    knowing, room = work.standing.knowing, work.room
    text = work.standing.plain(ask.decision.text)
    if knowing is None or work.origin.late:
        raise NotMeant
    if room is not None and (room.of_leaders or work.actor.seats):
        raise NotMeant  # whoever answers for something here speaks of rules to explain them
    who = asker(work)
    fit = _answer(work, who, text, knowing)
    if fit is None:
        raise NotMeant
    private = work.origin.room is None
    if not private and _is_own_matter(work, ask.decision, text, knowing):
        if not who.is_friend:
            raise NotMeant
        private = True
    item = KnowledgeStore(work.store.session).item_numbered(fit.text.no)
    if item is not None:
        box(work, who, ask.decision, ANSWERED)
        _quote(work, who, item, private=private)
    return None


def _answer(work: Work, who: ChatIdentity, text: str, knowing: Knowing) -> Fit | None:
    """The text in force for the asker's area that answers."""
    home = area_of(work, who)
    return library_of(work, areas_above(work, home), knowing).answer(without_areas(work, home, text))


def _is_own_matter(work: Work, decision: Decision, text: str, knowing: Knowing) -> bool:
    """Whether the question tells the group something of the asker's people: 低保 for my mother, not 低保 at large."""
    if knowing.known.persons.search(text) is None:
        return False
    if decision.category is None:
        return decision.privacy >= Privacy.P3
    item = item_of(work, decision.category)
    return max(decision.privacy, item.privacy) >= Privacy.P3 or item.group_reply is GroupReply.PRIVATE


def _quote(work: Work, who: ChatIdentity, item: KnowledgeItem, *, private: bool) -> None:
    """After the burst, as a receipt would be; what stands in the group already is not said again."""
    after = work.now + timedelta(seconds=work.pace.burst_s)
    blanks: dict[str, Any] = {
        "title": item.title, "source": item.source, "date": f"{item.dated_on:%Y-%m}", "answer": item.answer,
    }  # fmt: skip
    if private or work.origin.room is None:
        work.tell(who.id, "KB_ANSWER_DM", not_before=after, **blanks)
        return
    said = KnowledgeStore(work.store.session).answered_in(work.origin.room, work.now - STANDS)
    if not any(row.blanks == blanks for row in said):
        work.tell_room(work.origin.room, "KB_ANSWER", not_before=after, **blanks)


@handles(NotTheAnswer, may=Permission.CASE_OPEN, refusal=None)
def not_the_answer(ask: NotTheAnswer, work: Work) -> Reply | None:
    """The question becomes a case with the asker's own words; an answer not said yet is taken back."""
    who = asker(work)
    kept = _answered(work, who)
    if not kept or _ended_since(work, who, kept[0]):
        raise NotMeant
    asked = _asked_again(work, kept[0], ask.words)
    for draft in kept:
        for key in ANSWERS:
            work.store.cancel_caused(key, draft.cause, "not the answer")
        work.store.session.delete(draft)
    open_case(work, who, asked)
    return None


def _answered(work: Work, who: ChatIdentity) -> list[Draft]:
    """His questions of a day that were answered, the newest first; privately also those of his group."""
    rooms = [work.origin.room] if work.origin.room is not None else [None, who.home_room_id]
    found = [d for room in dict.fromkeys(rooms) for d in work.store.drafts_of(who.id or 0, room, work.now)]
    return sorted((d for d in found if d.why == ANSWERED), key=lambda d: d.id or 0, reverse=True)


def _asked_again(work: Work, draft: Draft, more: str) -> Decision:
    """The question as a request: with what was added, read anew."""
    text, details = unbox(work, draft)
    words = f"{text} {more.strip()}" if more.strip() else text
    decision = work.standing.read(words)
    category = decision.category or draft.category or UNSORTED
    item = item_of(work, category)
    return replace(
        decision, kind=Kind.QUESTION, category=category, text=decision.text or text,
        urgency=item.urgency, privacy=max(decision.privacy, item.privacy),
        hotline=item_of(work, UNSORTED).hotline_type, details=details if not more.strip() else decision.details,
    )  # fmt: skip


def _ended_since(work: Work, who: ChatIdentity, draft: Draft) -> bool:
    """Whether a case of his was ended after the answer: then 没解决 speaks of that."""
    ended = work.store.reported_by(who.id or 0, HANDLED_STATES, work.origin.room)
    return any(case.resolved_at is not None and case.resolved_at > draft.at for case in ended)
