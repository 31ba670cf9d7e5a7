"""The life of a case as one table (domain state_machine.toml; Beijing 接诉即办 art. 14-15, Weifang art. 22)."""

from dataclasses import dataclass
from enum import Flag, StrEnum, auto

from models.rules.refusals import Refusal, RefusalKind


class State(StrEnum):
    """How a case stands."""

    DRAFT = "draft"
    NEW = "new"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN_STATES = frozenset({State.DRAFT, State.NEW, State.CLAIMED, State.IN_PROGRESS, State.WAITING})
"""Somebody still has to act."""
UNFINISHED_STATES = OPEN_STATES | {State.RESOLVED}
HANDLED_STATES = frozenset({State.RESOLVED, State.CLOSED})
"""There is a result: it can be rated, followed up, and found wanting."""


class Step(StrEnum):
    """What moves a case, or is noted on it."""

    CREATE = "create"
    ADD = "add"
    JOIN = "join"
    HINT = "hint"
    UPDATE = "update"
    URGE = "urge"
    VACANCY = "vacancy"
    CLAIM = "claim"
    CONTACTED = "contacted"
    AUTO_ESCALATE = "auto_escalate"
    TRANSFER = "transfer"
    ESCALATE = "escalate"
    RETURN = "return"
    ANSWER = "answer"
    """The level above answers what it was called for."""
    ASK = "ask"
    """One level up is asked to approve something."""
    DECLINE = "decline"
    """One level up does not approve it."""
    EXTEND = "extend"
    SUSPEND = "suspend"
    RESUME = "resume"
    RESOLVE = "resolve"
    RATE = "rate"
    LAPSE = "lapse"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    LEAVE = "leave"
    """A co-reporter takes only himself out."""
    SUCCEED = "succeed"
    """Whoever had it holds the post no more: whoever comes after has it."""
    CORRECT = "correct"
    """A leader says that category or kind was read wrongly."""
    NOT_A_CASE = "not_a_case"
    """A leader says that it was no request at all."""
    FALSE_ALARM = "false_alarm"
    """Whoever handles an emergency, or stands above, says that there was none."""
    MERGE = "merge"
    UNMERGE = "unmerge"
    SPLIT = "split"
    """Another matter in it becomes a case of its own."""
    LINK = "link"
    """It continues an older case."""
    REJECT = "reject"
    APPEAL = "appeal"
    """The reporter objects to a rejection."""
    HELP = "help"
    FOLLOW_UP = "follow_up"
    NOTE = "note"
    """What those who work on it tell each other; neither reporter nor group hears it."""


class Who(Flag):
    """In which part somebody acts on this case; one actor may have several."""

    REPORTER = auto()
    CO_REPORTER = auto()
    ASSIGNEE = auto()
    KEEPER = auto()
    SAME_AREA = auto()
    HIGHER = auto()
    DISPATCHER = auto()
    SYSTEM = auto()
    FOLLOW_UP = auto()
    """Asks the reporter afterwards, without having handled the case."""
    OVERSEER = auto()
    """Stands above whoever handled the case, or watches over its area, without having handled it."""


HANDLERS = Who.ASSIGNEE | Who.KEEPER
ANY_LEADER = Who.ASSIGNEE | Who.KEEPER | Who.SAME_AREA | Who.HIGHER | Who.DISPATCHER


@dataclass(frozen=True, slots=True)
class Move:
    """From these states, by these people, to that state (None: stays)."""

    step: Step
    origins: frozenset[State]
    target: State | None
    by: Who


def _move(step: Step, origins: set[State] | frozenset[State], target: State | None, by: Who) -> Move:
    return Move(step, frozenset(origins), target, by)


_BEING_HANDLED = {State.NEW, State.CLAIMED, State.IN_PROGRESS}

MOVES: tuple[Move, ...] = (
    _move(Step.CLAIM, {State.NEW}, State.CLAIMED, ANY_LEADER),
    _move(Step.CONTACTED, {State.CLAIMED, State.IN_PROGRESS}, State.IN_PROGRESS, ANY_LEADER),
    _move(Step.CONTACTED, {State.WAITING}, None, ANY_LEADER),
    # A claim that never came climbs one post; the group hears nothing of it.
    _move(Step.AUTO_ESCALATE, {State.NEW}, State.NEW, Who.SYSTEM),
    _move(Step.TRANSFER, _BEING_HANDLED, State.NEW, Who.ASSIGNEE | Who.DISPATCHER),
    # A post that ended cannot be told of anything; what rests goes on resting.
    _move(Step.SUCCEED, _BEING_HANDLED, State.NEW, Who.SYSTEM),
    _move(Step.SUCCEED, {State.DRAFT, State.WAITING}, None, Who.SYSTEM),
    _move(Step.ESCALATE, _BEING_HANDLED, State.NEW, ANY_LEADER),
    # Back to the dispatcher, never to the resident.
    _move(Step.RETURN, {State.NEW, State.CLAIMED}, State.NEW, Who.ASSIGNEE),
    # Resting and taking longer are asked for by whoever handles it and approved one level up, once each.
    _move(Step.ASK, {State.CLAIMED, State.IN_PROGRESS}, None, Who.ASSIGNEE),
    _move(Step.DECLINE, OPEN_STATES, None, Who.HIGHER | Who.DISPATCHER),
    _move(Step.EXTEND, {State.CLAIMED, State.IN_PROGRESS}, None, Who.HIGHER | Who.DISPATCHER),
    _move(Step.SUSPEND, {State.CLAIMED, State.IN_PROGRESS}, State.WAITING, Who.HIGHER | Who.DISPATCHER),
    _move(Step.RESUME, {State.WAITING}, State.IN_PROGRESS, ANY_LEADER | Who.SYSTEM),
    # What is waited for may have come early: a case that rests is resolved, withdrawn or merged like any other.
    _move(Step.RESOLVE, _BEING_HANDLED | {State.WAITING}, State.RESOLVED, ANY_LEADER),
    _move(Step.RATE, HANDLED_STATES, State.CLOSED, Who.REPORTER | Who.CO_REPORTER),
    # Seven days of silence close the case but count neither as satisfied nor as dissatisfied.
    _move(Step.LAPSE, {State.RESOLVED}, State.CLOSED, Who.SYSTEM),
    _move(
        Step.REOPEN,
        HANDLED_STATES,
        State.NEW,
        Who.REPORTER | Who.CO_REPORTER | Who.FOLLOW_UP | Who.OVERSEER,
    ),
    _move(Step.WITHDRAW, OPEN_STATES, State.WITHDRAWN, Who.REPORTER),
    _move(Step.LEAVE, UNFINISHED_STATES, None, Who.CO_REPORTER),
    _move(
        Step.MERGE,
        {State.NEW, State.DRAFT, State.WAITING},
        State.MERGED,
        Who.ASSIGNEE | Who.DISPATCHER | Who.SYSTEM,
    ),
    _move(Step.UNMERGE, {State.MERGED}, State.NEW, Who.ASSIGNEE | Who.DISPATCHER | Who.CO_REPORTER),
    # Never by a machine, and never without a reason of the law and another way to go.
    _move(Step.REJECT, {State.NEW, State.DRAFT}, State.REJECTED, Who.DISPATCHER),
    # Whoever was merged into the rejected case has not lost his objection.
    _move(Step.APPEAL, {State.REJECTED}, State.NEW, Who.REPORTER | Who.CO_REPORTER),
    # Opened by a misreading: nobody has been in touch yet, and what was said is forgotten like other chat.
    _move(
        Step.NOT_A_CASE,
        {State.DRAFT, State.NEW, State.CLAIMED},
        State.WITHDRAWN,
        HANDLERS | Who.HIGHER | Who.DISPATCHER,
    ),
    # Never by who reported it: somebody in danger may be pressed to say so. Counted apart.
    _move(
        Step.FALSE_ALARM,
        {State.NEW, State.CLAIMED, State.IN_PROGRESS},
        State.WITHDRAWN,
        HANDLERS | Who.HIGHER | Who.DISPATCHER,
    ),
    # Notes that change no state.
    _move(Step.CORRECT, UNFINISHED_STATES | {State.CLOSED}, None, ANY_LEADER),
    _move(Step.ADD, UNFINISHED_STATES, None, Who.REPORTER | Who.CO_REPORTER | ANY_LEADER),
    _move(Step.JOIN, UNFINISHED_STATES, None, Who.SYSTEM),
    _move(Step.HINT, UNFINISHED_STATES, None, Who.SYSTEM),
    _move(Step.UPDATE, UNFINISHED_STATES, None, Who.SYSTEM | Who.REPORTER | ANY_LEADER),
    _move(Step.URGE, OPEN_STATES, None, Who.REPORTER | Who.CO_REPORTER),
    _move(Step.VACANCY, OPEN_STATES, None, Who.SYSTEM),
    _move(Step.SPLIT, _BEING_HANDLED, None, ANY_LEADER),
    _move(Step.LINK, UNFINISHED_STATES, None, Who.SYSTEM | ANY_LEADER),
    _move(Step.ANSWER, OPEN_STATES, None, Who.ASSIGNEE | Who.HIGHER | Who.DISPATCHER),
    # Hands are thanked when the case has ended.
    _move(Step.HELP, UNFINISHED_STATES | {State.CLOSED}, None, Who.SYSTEM),
    _move(
        Step.FOLLOW_UP,
        HANDLED_STATES,
        None,
        Who.SYSTEM | Who.FOLLOW_UP | Who.REPORTER | Who.CO_REPORTER,
    ),
    _move(Step.NOTE, frozenset(State), None, ANY_LEADER),
    # What was dangerous is looked at once even when its reporter has taken it back.
    _move(Step.FOLLOW_UP, {State.WITHDRAWN}, None, Who.SYSTEM | ANY_LEADER),
)


def may_take(state: State, step: Step, by: Who) -> bool:
    """Whether these people may take this step from this state."""
    return any(m.step is step and state in m.origins and m.by & by for m in MOVES)


def advance(state: State, step: Step, by: Who) -> State:
    """The state after ``step``.

    Raises:
        Refusal: NOT_NOW when the step does not leave this state, NOT_ALLOWED when these people may not take it.
    """
    fitting = [m for m in MOVES if m.step is step and state in m.origins]
    if not fitting:
        raise Refusal(RefusalKind.NOT_NOW, "NOT_NOW_DM")
    for move in fitting:
        if move.by & by:
            return move.target or state
    raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_YOURS_DM")
