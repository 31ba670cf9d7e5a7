"""What somebody wrote becomes a plan: whom it is for, in which words, when; nothing of it is written yet."""

from dataclasses import dataclass
from datetime import datetime

from handlers.intents import Intent
from handlers.notice_asking import asks, never_again
from handlers.notice_forms import picked
from handlers.notice_moments import when_said
from handlers.notice_reach import Reach, reach_of, whom_picked, whom_said
from handlers.notice_steps import Plan, entitled, names_of, own_areas, post_of
from handlers.notice_ways import way_names
from handlers.work import Work
from models.rules.outgoing import Blocked, guard
from models.rules.refusals import Refusal, RefusalKind
from models.rules.whom import Whom

BLANK = "__"
"""What a template leaves open (handlers.notice_templates)."""


@dataclass(frozen=True, slots=True)
class Draft(Intent):
    """A notice as somebody wrote it."""

    words: str
    audience: str = ""
    """Names of places; empty: all of one's own."""
    moment: str = ""
    """Words for when it goes; empty: now."""
    level: str = "normal"
    source: str = ""
    ways: str = ""
    """By what else it goes than groups (seed B10)."""
    whom: Whom | None = None
    """Whom it is for, where that was picked from a list and not said."""
    files: tuple[int, ...] = ()
    """Pictures made on a page that go along (``handlers.notice_forms.own_pictures``)."""
    said_at: datetime | None = None
    """When ``moment`` was written, for "明天" is another day after midnight; None: now."""


def plan_of(work: Work, draft: Draft) -> Plan:
    """What would be sent, to whom and when, as the confirmation keeps it.

    Raises:
        NotMeant: said in a residents' group.
        Refusal: no permission, no such audience, no such moment, nothing to say.
    """
    entitled(work)
    if BLANK in draft.words + draft.audience + draft.moment:
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_BLANKS_DM")
    whom, said = _whom(work, draft)
    level = draft.level
    if not said.strip():
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_EMPTY_DM")
    if whom.is_personal and asks(level):
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_ASKS_PEOPLE_DM")
    if (found := reach_of(work, whom)).is_nobody:
        raise _nobody(whom, found, work)
    when = when_said(draft.moment, level, work, draft.said_at)
    never_again(level, when.again)
    if whom.is_personal and draft.ways:
        raise Refusal(RefusalKind.NOT_CLEAR, "WAY_FOR_ALL_DM")
    more = {name: value for name, value in whom.kept().items() if name != "areas"}
    plan = Plan(
        said.strip(), [*whom.areas], level, draft.source, draft.moment, when.at, when.again, usual=when.usual,
        files=picked(work, draft.files), ways=way_names(work, draft.ways, when.again), whom=more,
    )  # fmt: skip
    key, blanks = post_of(work, plan.words, level, draft.source)
    if isinstance(guard(work.standing.texts.render(key, blanks), in_group=True), Blocked):
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_WORDS_DM")
    return plan


def _whom(work: Work, draft: Draft) -> tuple[Whom, str]:
    """Whom it is for, and what is to be said to them."""
    if draft.whom is not None:
        return whom_picked(draft.whom, draft.words, own_areas(work), work), draft.words
    return whom_said(draft.audience, draft.words, own_areas(work), work)


def _nobody(whom: Whom, found: Reach, work: Work) -> Refusal:
    """Why nobody would hear it."""
    areas = names_of(work, found.areas)
    if whom.posts:
        key = "NOTICE_NOBODY_BOUND_DM" if found.unreached else "NOTICE_NO_HOLDER_DM"
        return Refusal(RefusalKind.NOT_FOUND, key, areas=areas)
    key = "NOTICE_NO_TAGGED_DM" if whom.tags else "NOTICE_NO_ROOM_DM"
    return Refusal(RefusalKind.NOT_FOUND, key, areas=areas)
