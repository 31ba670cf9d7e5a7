"""How things stand: for the reporter all of it, for others the public state; help and a human to call."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.desk import joined
from handlers.case_steps.growing import join
from handlers.case_steps.joining import live_case
from handlers.case_steps.meaning import spoken_of
from handlers.case_steps.opening import area_of, contact_area
from handlers.case_steps.resting import next_due
from handlers.case_steps.reviewing import is_review
from handlers.case_steps.steps import (
    asker,
    called,
    handler_of,
    is_private,
    item_of,
    parts_of,
    quoted_case,
)
from handlers.case_steps.taking_part import handles_cases, kind_of_work, parties
from handlers.case_steps.whistle import ANSWER, called_since
from handlers.case_steps.whom import is_dispute, is_whispered, tell_whom
from handlers.case_steps.words import due_words, heard_at
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, UNFINISHED_STATES, State, Who
from models.rules.decision import Decision
from models.rules.ids import CaseNo
from models.rules.merging import LIKENESS, NEVER, likeness, same_place
from models.rules.permissions import Permission
from models.rules.public_case import tells_more
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Privacy
from models.tables import Case

LONGEST_WORDS = 300
"""Characters of a private case that its handler reads in private chat."""


@dataclass(frozen=True, slots=True)
class AskProgress(Intent):
    """How is it going?"""

    no: CaseNo | None = None
    about: tuple[str, ...] = ()
    """Categories the words speak of, where no number is given."""


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
    """Let me talk to a person; ``post`` is whom the asker named."""

    post: str = ""


@dataclass(frozen=True, slots=True)
class CalledUs(Intent):
    """Somebody mentioned us and said nothing: help follows when nothing else does."""


@dataclass(frozen=True, slots=True)
class AskMatter(Intent):
    """Somebody announced a request (报事 …) and none of its words is known."""


@handles(AskMatter, may=Permission.CASE_OPEN)
def ask_matter(ask: AskMatter, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """One short question, privately (seed C11): nothing that was announced dies without a word, no group is asked."""
    return Reply("ASK_MATTER_DM")


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
        return _linked(work, live_case(work, ask.no))
    mine = _mine(work)
    quoted = quoted_case(work, mine)
    mine = [quoted] if quoted is not None else spoken_of(mine, ask.about)
    if not mine:
        public = _public_here(work, ask.about)
        if public is not None:
            return _progress(work, public)
        if work.origin.room is None or (work.origin.message is not None and work.origin.message.mentions_us):
            return Reply("PROGRESS_NONE")
        raise NotMeant
    return _linked(work, mine[0])


def _linked(work: Work, case: Case) -> Reply:
    """Privately, whoever reported it also gets the address of its page, where that says more than a state."""
    said, here = _progress(work, case), work.standing.public_url
    reports = parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER)
    public = tells_more(case.privacy, case.category, case.flags, in_room=case.room_id is not None)
    shown = public and case.state in UNFINISHED_STATES
    if work.origin.room is not None or not (here and reports and shown):
        return said
    words = work.standing.texts.render(said.key, said.blanks)
    return Reply("PROGRESS_LINKED_DM", said=words, link=f"{here}/c/{case.token}")


def _public_here(work: Work, about: tuple[str, ...]) -> Case | None:
    """The one open case of this room that a bystander can mean and may hear of."""
    if work.origin.room is None or not about:
        return None
    cases = work.store.in_room(work.origin.room, OPEN_STATES)
    meant = [c for c in cases if c.category in about and c.privacy == Privacy.P1]
    return meant[0] if len(meant) == 1 else None


def _mine(work: Work) -> list[Case]:
    if work.actor.identity is None:
        return []
    return work.store.reported_by(work.actor.identity, UNFINISHED_STATES, work.origin.room)


def _progress(work: Work, case: Case) -> Reply:
    part, state = parts_of(case, work), _state(work, case)
    if case.state == State.REJECTED and part & (Who.REPORTER | Who.CO_REPORTER) and work.origin.room is None:
        return _rejected(case)
    if Who.ASSIGNEE in part and work.origin.room is None:
        tell_whom(work, case, handler_of(work, case))
    closely = is_private(case) or is_dispute(case)
    if closely and Who.ASSIGNEE in part and work.origin.room is None:
        return _words_of(case, state)
    if is_private(case):
        if not part:
            none = work.standing.texts.render("NONE", {})
            raise Refusal(RefusalKind.NOT_FOUND, "NUM_NOT_FOUND_DM", no=case.no, list=none)
        return Reply("PROGRESS_DM", no=case.no, state=state)
    if not part and case.privacy != Privacy.P1:
        return Reply("PROGRESS_BARE", no=case.no, state=state)
    return _public_progress(work, case, state, part)


def _public_progress(work: Work, case: Case, state: str, part: Who) -> Reply:
    cat = item_of(work, case.category).spoken
    if not part or case.state not in OPEN_STATES:
        key = "PROGRESS_PUBLIC" if case.state in OPEN_STATES else "PROGRESS_ENDED"
        return Reply(key, no=case.no, cat=cat, state=state)
    heard = work.now if work.origin.room is None else heard_at(work)
    if case.state == State.WAITING:
        day, seat = next_due(work, case, heard), called(handler_of(work, case))
        return Reply("PROGRESS_WAITING", no=case.no, cat=cat, state=state, day=day, **seat)
    due = due_words(work, case.due_resolve_at, heard)
    blanks = {"no": case.no, "cat": cat, "state": state, "due": due, **called(handler_of(work, case))}
    more = _for_leaders(work, case) if handles_cases(work, case) else ""
    if more and work.origin.room is None:
        return Reply("PROGRESS_LEADER_DM", more=more, **blanks)
    if more:
        work.tell(work.actor.identity, "PROGRESS_MORE_DM", case=case, no=case.no, more=more)
    return Reply("PROGRESS", **blanks)


def _for_leaders(work: Work, case: Case) -> str:
    """What the group need not hear: since when and why the case was passed up, the answer, who takes part."""
    said = called_since(work, case)
    if answer := case.flags.get(ANSWER):
        said += work.standing.texts.render("ANSWERED", {"words": answer["words"]})
    return said + kind_of_work(work, case) + parties(work, case)


def _rejected(case: Case) -> Reply:
    """Reason and way on once more, for whoever could not be reached then."""
    why, way = case.flags["reject"]
    return Reply("REJECTED_FINAL_DM" if is_review(case) else "REJECTED_DM", no=case.no, why=why, way=way)


def _words_of(case: Case, state: str) -> Reply:
    """The words of what is not repeated elsewhere, for its handler in private chat."""
    words = case.text.replace("\n", " ")[:LONGEST_WORDS]
    key = "WHISPER_HANDLER_DM" if is_whispered(case) else "PROGRESS_HANDLER_DM"
    return Reply(key, no=case.no, state=state, text=words)


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
        return Reply("MY_REPORTS_DM", n=len(mine), list=joined(work, lines))
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
    standing = [c for c in work.store.in_room(work.origin.room, OPEN_STATES) if c.category not in NEVER]
    ways = (
        [c for c in standing if c.category == ask.decision.category],
        [c for c in standing if c.category in known],
        [c for c in standing if _speaks_of(c, ask.decision)],
    )
    pool = next((way for way in ways if way), [])
    if not pool:
        raise NotMeant
    here = [c for c in pool if ask.decision.places and same_place(c.place, ask.decision.places[0])]
    return join(work, (here or pool)[0], who, ask.decision, asks=True)


def _speaks_of(case: Case, decision: Decision) -> bool:
    """Whether a question names the place of a case, or says much of what its reporter said."""
    placed = any(case.place and same_place(case.place, p) for p in decision.places)
    return placed or likeness(case.text, decision.text) >= LIKENESS


@handles(AskHelp, may=Permission.CASE_OPEN)
def ask_help(ask: AskHelp, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """One line of what can be said."""
    return Reply("HELP")


@handles(AskHuman, may=Permission.CASE_OPEN)
def ask_human(ask: AskHuman, work: Work) -> Reply:
    """Who is responsible here, or the post asked for; the public phone stands on the board."""
    who = asker(work)
    where = area_of(work, who)
    if where is None:
        return Reply("HUMAN_NONE", contact=work.town.contact)
    where = contact_area(work, who, where)
    on = work.today
    seat = _holder_called(work, ask.post, where) or work.town.climb(where, on).seat
    if seat is None:
        return Reply("HUMAN_NONE", contact=work.town.contact)
    return Reply("HUMAN", contact=work.town.contact, **called(seat))


def _holder_called(work: Work, word: str, area: int) -> Seat | None:
    """The nearest holder of a post whose name or title has that word."""
    if not word:
        return None
    on = work.today
    chain = [s for s in work.town.chain(area, on) if not work.town.is_absent(s, on)]
    return next((s for s in chain if word in s.title or word in work.town.preset.posts[s.post].name), None)
