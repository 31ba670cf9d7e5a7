"""Cadres look at the standing reminders of their areas, stop them, start them again, or give them another moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.case_steps.desk import joined
from handlers.confirming import ask_first, on_confirmed
from handlers.intents import Intent
from handlers.notice_moments import moment_words, when_said
from handlers.notice_steps import entitled, own_areas
from handlers.registry import handles
from handlers.standing import again_of, areas_of, plan_reminder
from handlers.work import Reply, Work
from models.rules.audiences import path_of
from models.rules.pacing import SHANGHAI, is_quiet, next_local
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.series import Firing
from models.rules.standing import DIGEST, Said, Setting, Standing, next_said, setting_for
from models.store.standing import StandingStore
from models.tables import StandingSetting

SHOWN = 5
MOST_NAMED = 3
MORNING_ENDS = "12:00"
"""The latest moment of the digest."""


@dataclass(frozen=True, slots=True)
class ListStanding(Intent):
    """What is said again and again in the asker's areas, and when it is next."""


@dataclass(frozen=True, slots=True)
class StopStanding(Intent):
    """Say it no more in the asker's areas; ``which`` is its number in the list or its name."""

    which: str


@dataclass(frozen=True, slots=True)
class StartStanding(Intent):
    """Say it again."""

    which: str


@dataclass(frozen=True, slots=True)
class ChangeStanding(Intent):
    """Say it at another moment; shown first, done after 确认."""

    which: str
    moment: str


@dataclass(frozen=True, slots=True)
class MoveStanding(Intent):
    """Say it at another moment from now on: a page has shown what comes of it. No ``moment``: as the preset says."""

    which: str
    moment: str = ""


@handles(
    ListStanding, may=Permission.CASE_OPEN
)  # who may is checked inside: residents' groups hear no refusal
def list_standing(ask: ListStanding, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """By the numbers of the preset, so that a number means the same tomorrow."""
    entitled(work)
    settings = StandingStore(work.store.session).settings()
    lines = [_line(work, no, reminder, settings) for no, reminder in _mine(work)]
    if not lines:
        return Reply("STANDING_NONE_DM")
    return Reply("STANDING_LIST_DM", list="\n".join(lines))


def _mine(work: Work) -> list[tuple[int, Standing]]:
    """The reminders of the preset that concern the asker's areas, with their numbers."""
    numbered = enumerate(work.town.preset.reminders, 1)
    return [(no, reminder) for no, reminder in numbered if _inside(work, reminder)]


def _inside(work: Work, reminder: Standing) -> list[int]:
    """The asker's areas that have this reminder."""
    inside = {below for own in own_areas(work) for below in work.town.downward(own)}
    return [area.id for area in areas_of(work, reminder) if area.id in inside]


@dataclass(frozen=True, slots=True)
class Reminder:
    """One standing reminder as a page shows it. ``when`` empty: it is stopped, or never said again."""

    code: str
    no: int
    name: str
    said: str
    """In plain words, as the preset or a cadre has it."""
    when: str
    stopped: bool
    moved: bool = False
    """Whether somebody gave it another moment."""


def reminders_of(work: Work) -> list[Reminder]:
    """Those that concern the asker's areas. Raises Refusal: they may stop none."""
    entitled(work)
    settings, found = StandingStore(work.store.session).settings(), []
    for no, reminder in _mine(work):
        again = {again_of(work, reminder, settings, area) for area in _inside(work, reminder)} - {None}
        coming = [
            said for one in again if one and (said := next_said(reminder, one, work.now, work.standing.days))
        ]
        soonest = min(coming, key=lambda said: said.at, default=None)
        when = _words(work, soonest) if soonest is not None else ""
        own = {
            setting_for(settings, reminder.code, (n.id for n in work.town.upward(area)))
            for area in _inside(work, reminder)
        }
        moved = sorted({each.when for each in own if each is not None and each.again})
        phrase = "、".join(moved) or reminder.when
        found.append(Reminder(reminder.code, no, reminder.name, phrase, when, not again, bool(moved)))
    return found


def _line(work: Work, no: int, reminder: Standing, settings: list[Setting]) -> str:
    texts, areas = work.standing.texts, _inside(work, reminder)
    series = {area: again_of(work, reminder, settings, area) for area in areas}
    running = [again for again in series.values() if again is not None]
    coming = [
        said for said in (next_said(reminder, a, work.now, work.standing.days) for a in set(running)) if said
    ]
    if not coming:
        return texts.render("STANDING_ITEM_STOPPED", {"no": no, "name": reminder.name})
    blanks = {"no": no, "name": reminder.name, "when": _words(work, min(coming, key=lambda said: said.at))}
    stopped = [area for area, again in series.items() if again is None]
    if stopped:
        return texts.render("STANDING_ITEM_PARTLY", {**blanks, "areas": _names(work, stopped)})
    return texts.render("STANDING_ITEM", blanks)


def _words(work: Work, said: Said) -> str:
    woken = is_quiet(said.at, work.pace.quiet)
    at = next_local(said.at, work.pace.notice_opens_at) if woken else said.at
    return moment_words(work, Firing(at, woken=woken))


def _names(work: Work, areas: Iterable[int]) -> str:
    named = [path_of(work.town.areas[area], work.town) for area in areas]
    more = work.standing.texts.render("AND_MORE", {"n": len(named)}) if len(named) > MOST_NAMED else ""
    return joined(work, named[:MOST_NAMED]) + more


def _meant(which: str, work: Work) -> tuple[int, Standing]:
    """By number or name, among the asker's own.

    Raises:
        Refusal: there is none.
    """
    entitled(work)
    found = [(no, r) for no, r in _mine(work) if which in {str(no), r.name, r.code}]
    found = found or [(no, r) for no, r in _mine(work) if which in r.name]
    if len(found) != 1:
        raise Refusal(RefusalKind.NOT_FOUND, "STANDING_UNKNOWN_DM")
    return found[0]


@handles(StopStanding, may=Permission.CASE_OPEN)
def stop_standing(ask: StopStanding, work: Work) -> Reply:
    """From now on, with what was written already and not said yet."""
    no, reminder = _meant(ask.which, work)
    _set(work, reminder, stopped=True)
    StandingStore(work.store.session).take_back(reminder.code, _inside(work, reminder))
    return Reply("STANDING_STOPPED_DM", no=no, name=reminder.name, areas=_names(work, own_areas(work)))


@handles(StartStanding, may=Permission.CASE_OPEN)
def start_standing(ask: StartStanding, work: Work) -> Reply:
    """As it was before it was stopped."""
    _, reminder = _meant(ask.which, work)
    _set(work, reminder, stopped=False)
    return _running(work, reminder, "STANDING_STARTED_DM")


@handles(ChangeStanding, may=Permission.CASE_OPEN)
def change_standing(ask: ChangeStanding, work: Work) -> Reply:
    """What it would be: the next moments at which it would be said."""
    reminder, again = _moved(work, ask.which, ask.moment)
    ask_first(work, "standing", {"code": reminder.code, "words": ask.moment, "again": again})
    shown = _coming(work, reminder, again)
    return Reply("STANDING_CHANGE_DM", name=reminder.name, words=ask.moment, list=joined(work, shown))


@handles(MoveStanding, may=Permission.NOTICE_SEND)
def move_standing(ask: MoveStanding, work: Work) -> Reply:
    """At once, for what was not said yet; it also starts what was stopped."""
    if ask.moment:
        reminder, again = _moved(work, ask.which, ask.moment)
        _set(work, reminder, stopped=False, when=ask.moment, again=again)
    else:
        _, reminder = _meant(ask.which, work)
        _set(work, reminder, stopped=False, back=True)
    return _running(work, reminder, "STANDING_CHANGED_DM")


def moments_then(work: Work, which: str, moment: str) -> list[str]:
    """The next moments at which a reminder would be said. Raises Refusal: it cannot be moved there, or is not the asker's."""
    reminder, again = _moved(work, which, moment)
    return _coming(work, reminder, again)


def _moved(work: Work, which: str, moment: str) -> tuple[Standing, str]:
    """The reminder meant, and the series of these words. Raises Refusal: no series, or none for this reminder."""
    no, reminder = _meant(which, work)
    when = when_said(moment, "", work)
    if not when.again:
        raise Refusal(RefusalKind.NOT_CLEAR, "STANDING_REPEAT_DM", no=no)
    if reminder.kind == DIGEST:
        _only_mornings(work, reminder, when.again, no)
    return reminder, when.again


def _coming(work: Work, reminder: Standing, again: str) -> list[str]:
    shown: list[str] = []
    after = work.now
    while len(shown) < SHOWN and (said := next_said(reminder, again, after, work.standing.days)) is not None:
        shown.append(_words(work, said))
        after = said.at + timedelta(seconds=1)
    return shown


def _only_mornings(work: Work, reminder: Standing, again: str, no: int) -> None:
    """What the night held back goes with it, and cannot wait until the evening.

    Raises:
        Refusal: another time of the day.
    """
    since, said = work.pace.quiet_digest_at, next_said(reminder, again, work.now, work.standing.days)
    if said is not None and not since <= f"{said.at.astimezone(SHANGHAI):%H:%M}" <= MORNING_ENDS:
        raise Refusal(RefusalKind.NOT_CLEAR, "STANDING_MORNING_DM", no=no, since=since, until=MORNING_ENDS)


@on_confirmed("standing", explicit=True)
def standing_confirmed(fields: dict[str, Any], work: Work) -> Reply:
    """The cadre said 确认: it counts for what was not said yet."""
    _, reminder = _meant(fields["code"], work)
    _set(work, reminder, stopped=False, when=fields["words"], again=fields["again"])
    return _running(work, reminder, "STANDING_CHANGED_DM")


def _running(work: Work, reminder: Standing, key: str) -> Reply:
    """It is planned afresh; what was planned before is asked at its moment whether it still counts."""
    settings = StandingStore(work.store.session).settings()
    plan_reminder(work, reminder, settings, work.today)
    agains = {again_of(work, reminder, settings, area) for area in _inside(work, reminder)} - {None}
    coming = [next_said(reminder, again, work.now, work.standing.days) for again in agains if again]
    soonest = min((said for said in coming if said), key=lambda said: said.at, default=None)
    when = _words(work, soonest) if soonest else work.standing.texts.render("NO_DATE", {})
    areas = _names(work, own_areas(work))
    if key == "STANDING_STARTED_DM":
        return Reply("STANDING_STARTED_DM", name=reminder.name, areas=areas, when=when)
    return Reply("STANDING_CHANGED_DM", name=reminder.name, areas=areas, when=when)


def _set(
    work: Work, reminder: Standing, *, stopped: bool, when: str = "", again: str = "", back: bool = False
) -> None:
    """For each of the asker's own areas and everything below; starting again keeps the moment that was set, unless ``back``."""
    store = StandingStore(work.store.session)
    for own in own_areas(work):
        store.forget_below([a for a in work.town.downward(own) if a != own], reminder.code)
        row = store.setting(own, reminder.code)
        if row is None:
            row = StandingSetting(area_id=own, code=reminder.code, changed_at=work.now)
            work.store.session.add(row)
        row.stopped, row.changed_by, row.changed_at = stopped, work.actor.person, work.now
        if again or back:
            row.when_text, row.again = when, again
    work.store.session.flush()
