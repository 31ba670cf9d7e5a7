"""Which activity somebody's answer belongs to: by its number, the quoted line, its title, or because it is the only one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.activities import WITH_ONE
from handlers.activity_people import store_of
from handlers.activity_steps import is_open, listed, mark, remembered
from handlers.case_steps.opening import area_of
from handlers.work import Reply, Work
from models.rules.activity_words import called_so, named_in
from models.rules.case_life import OPEN_STATES
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.signing_up import LOOSE_FOR
from models.tables import Activity, ChatIdentity

SOON = timedelta(seconds=15)
NEAR = timedelta(days=1)
WHICH = "activity:which"


@dataclass(frozen=True, slots=True)
class Said:
    """How an answer named its activity. ``loose``: words that could mean anything else; ``one``: a bare 1."""

    no: int | None = None
    words: str = ""
    loose: bool = False
    one: bool = False
    counted: bool = False
    """A number of people was said beside words that may be a name."""


def heed(work: Work) -> None:
    """Look once before anything is made ready: most groups have nothing going on, and such words are everyday talk.

    Raises:
        NotMeant: nothing was announced in this group lately.
    """
    room = work.origin.room
    if room is not None and not store_of(work).in_room(room, remembered(work)):
        raise NotMeant


def pool_of(work: Work, who: ChatIdentity) -> list[Activity]:
    """Activities this contact may answer: those of the group it was said in; privately those around its home."""
    store, since = store_of(work), remembered(work)
    if work.origin.room is not None:
        return store.in_room(work.origin.room, since)
    found = store.in_room(who.home_room_id, since) if who.home_room_id is not None else []
    area = area_of(work, who)
    near = store.coming(since) if area is not None else []
    near = [a for a in near if any(x in work.town.areas and work.town.related(area or 0, x) for x in a.areas)]
    pool = {a.id: a for a in [*found, *near, *store.with_contact(who.id or 0, since)]}
    return sorted(pool.values(), key=lambda a: -(a.id or 0))


def activity_said(work: Work, said: Said, pool: Sequence[Activity]) -> Activity | None:
    """The one that is meant, locked; None: several fit, and the answer must name one.

    Raises:
        NotMeant: talk that answers nothing of ours.
        Refusal: asked privately, and there is none.
    """
    found = _candidates(work, said, pool)
    if not found:
        if said.loose or work.origin.room is not None:
            raise NotMeant
        raise Refusal(RefusalKind.NOT_FOUND, "SIGNUP_NONE_DM")
    return store_of(work).find_activity(row=found[0].id) if len(found) == 1 else None


def _candidates(work: Work, said: Said, pool: Sequence[Activity]) -> Sequence[Activity]:
    if said.no is not None:
        return [a for a in pool if a.no == said.no]
    quoted = _quoted(work, pool)
    if quoted:
        return quoted
    live = [a for a in pool if is_open(a, work.now)]
    if said.words:
        titled = [a for a in live or pool if called_so(a.title, said.words)]
        return titled or (live if said.counted and len(live) == 1 else [])
    if not said.loose:
        return live or pool[:1]
    message = work.origin.message
    if message is not None and message.quote:
        return []  # something else is quoted
    if said.one:
        live = [a for a in live if a.kind in WITH_ONE]
    return live if live and (said.one or _is_answer(work, live)) else []


def _quoted(work: Work, pool: Sequence[Activity]) -> list[Activity]:
    """The one whose line, or whose announcement in the organiser's own words, is quoted."""
    message = work.origin.message
    if message is None or not message.quote:
        return []
    quote = work.standing.plain(message.quote)
    no = named_in(quote)
    return [a for a in pool if a.no == no] or [a for a in pool if no is None and a.title in quote][:1]


def _is_answer(work: Work, live: Sequence[Activity]) -> bool:
    """Whether loose words in a group (+1, 我家3口) answer us: nothing else was reported there since we spoke of it."""
    room = work.origin.room
    if room is None:
        return True
    said = store_of(work).last_spoken([mark(a) for a in live], room)
    if said is None or work.now - said > LOOSE_FOR:
        return False
    return all(case.created_at < said for case in work.store.in_room(room, OPEN_STATES))


def may_mean(work: Work, mine: Sequence[Activity]) -> bool:
    """Whether 不去了 is said of an activity: privately, quoting it, near its beginning, or where we just spoke of it."""
    soon = any(a.starts_at - work.now <= NEAR for a in mine)
    return soon or bool(_quoted(work, mine)) or _is_answer(work, mine)


def which(work: Work, pool: Sequence[Activity]) -> Reply | None:
    """Ask which one: privately where that reaches, else once for everybody in the group."""
    live = [a for a in pool if is_open(a, work.now)] or list(pool)
    blanks: dict[str, Any] = {"list": listed(work, live[:4]), "no": live[0].no}
    room = work.origin.room
    if room is None or work.actor.is_friend:
        return Reply("SIGNUP_WHICH_DM", **blanks)
    store_of(work).take_back_lines(WHICH, room, "SIGNUP_WHICH")
    work.tell_room(room, "SIGNUP_WHICH", not_before=work.now + SOON, gathers=WHICH, **blanks)
    return None
