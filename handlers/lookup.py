"""How things stand: for the reporter all of it, for others the public state; help and a human to call."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.growing import join
from handlers.case_steps.steps import asker, called, is_private, item_of, numbered_case, parts_of, seat_of
from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, UNFINISHED_STATES, Who
from models.rules.decision import Decision
from models.rules.ids import CaseNo
from models.rules.merging import NEVER
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.tables import Case


@dataclass(frozen=True, slots=True)
class AskProgress(Intent):
    """How is it going?"""

    no: CaseNo | None = None


@dataclass(frozen=True, slots=True)
class ListMyReports(Intent):
    """What did I report?"""


@dataclass(frozen=True, slots=True)
class AskReported(Intent):
    """Has anybody reported it? Answered at once, and the asker counts as one more reporter."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class AskHelp(Intent):
    """What can I say to you?"""


@dataclass(frozen=True, slots=True)
class AskHuman(Intent):
    """Let me talk to a person."""


@dataclass(frozen=True, slots=True)
class CalledUs(Intent):
    """Somebody mentioned us and said nothing: help follows when nothing else does."""


@handles(CalledUs, may=Permission.CASE_OPEN)
def called_us(ask: CalledUs, work: Work) -> Reply | None:  # noqa: ARG001 - the intent has no fields
    """Wait for the burst to end before explaining."""
    if work.origin.room is None:
        return Reply("HELP")
    until = work.now + timedelta(seconds=work.pace.burst_s)
    work.tell_room(work.origin.room, "HELP", not_before=until)
    return None


@handles(AskProgress, may=Permission.CASE_SEE_OWN)
def ask_progress(ask: AskProgress, work: Work) -> Reply | None:
    """Own cases in full; of others' only that they are being handled."""
    if ask.no is not None:
        case = numbered_case(work, ask.no)
        return _progress(work, case)
    mine = _mine(work)
    if not mine:
        if work.origin.message is not None and work.origin.message.mentions_us:
            return Reply("PROGRESS_NONE")
        raise NotMeant
    return _progress(work, mine[0])


def _mine(work: Work) -> list[Case]:
    if work.actor.identity is None:
        return []
    return work.store.reported_by(work.actor.identity, UNFINISHED_STATES, work.origin.room)


def _progress(work: Work, case: Case) -> Reply:
    own = bool(parts_of(case, work))
    if is_private(case):
        if not own:
            raise Refusal(
                RefusalKind.NOT_FOUND,
                "NUM_NOT_FOUND_DM",
                no=case.no,
                list=work.standing.texts.render("NONE", {}),
            )
        return Reply("PROGRESS_DM", no=case.no, state=_state(work, case))
    cat = item_of(work, case.category).spoken
    if case.state not in OPEN_STATES:
        return Reply("PROGRESS_ENDED", no=case.no, cat=cat, state=_state(work, case))
    seat = seat_of(work, case.claimed_by) or seat_of(work, case.assignee_id)
    if not own and not parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER):
        return Reply("PROGRESS_PUBLIC", no=case.no, cat=cat, state=_state(work, case))
    return Reply(
        "PROGRESS",
        no=case.no,
        cat=cat,
        state=_state(work, case),
        due=due_words(work, case.due_resolve_at),
        **called(seat),
    )


def _state(work: Work, case: Case) -> str:
    return work.standing.texts.render(f"STATE_{case.state}", {})


@handles(ListMyReports, may=Permission.CASE_SEE_OWN)
def list_my_reports(ask: ListMyReports, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Privately as a list; a stranger to the account hears of the newest public one in the group."""
    mine = _mine(work) if work.origin.room is not None else _mine_everywhere(work)
    public = [c for c in mine if not is_private(c)]
    if work.actor.is_friend and mine:
        lines = [
            work.standing.texts.render(
                "CASE_STATE", {"no": c.no, "cat": item_of(work, c.category).spoken, "state": _state(work, c)}
            )
            for c in mine[:8]
        ]
        return Reply(
            "MY_REPORTS_DM", n=len(mine), list=work.standing.texts.render("LIST_COMMA", {}).join(lines)
        )
    return _progress(work, public[0]) if public else Reply("PROGRESS_NONE")


def _mine_everywhere(work: Work) -> list[Case]:
    return work.store.reported_by(work.actor.identity, UNFINISHED_STATES) if work.actor.identity else []


@handles(AskReported, may=Permission.CASE_ADD)
def ask_reported(ask: AskReported, work: Work) -> Reply | None:
    """「有人报了吗」: one line, and one more reporter."""
    if work.origin.room is None:
        raise NotMeant
    who = asker(work)
    known = {c for c, _ in ask.decision.candidates}
    cases = [c for c in work.store.in_room(work.origin.room, OPEN_STATES) if c.category in known - NEVER]
    if not cases:
        raise NotMeant
    best = next((c for c in cases if c.category == ask.decision.category), cases[0])
    return join(work, best, who, ask.decision, asks=True)


@handles(AskHelp, may=Permission.CASE_OPEN)
def ask_help(ask: AskHelp, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """One line of what can be said."""
    return Reply("HELP")


@handles(AskHuman, may=Permission.CASE_OPEN)
def ask_human(ask: AskHuman, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Who is responsible here; the public phone stands on the board."""
    room = work.room
    found = work.town.climb(room.areas[0], work.now.date()) if room and room.areas else None
    if found is None or found.seat is None:
        return Reply("HUMAN_NONE", contact=work.town.contact)
    return Reply("HUMAN", contact=work.town.contact, **called(found.seat))
