"""Who comes, for the organiser alone: never in a group, never anybody who did not answer (safeguards §10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.activity_people import forget_later, lines_of, store_of
from handlers.activity_steps import activity_led, figures, named, when_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.sign_up_sheets import written_sheet
from handlers.work import Reply, Work
from models.rules.permissions import Permission
from models.tables import Participant


@dataclass(frozen=True, slots=True)
class ListSignUps(Intent):
    """Who comes? The organiser reads it privately."""

    no: int | None = None
    table: str = ""


@dataclass(frozen=True, slots=True)
class ListActivities(Intent):
    """What did I announce, and how many come?"""


@handles(ListSignUps, may=Permission.ACTIVITY_POST)
def list_sign_ups(ask: ListSignUps, work: Work) -> Reply:
    """Always privately, to whoever runs it; long lists come in parts, and a workbook behind them where one was meant."""
    activity = activity_led(work, ask.no)
    rows = store_of(work).participants(activity.id or 0)
    if not rows:
        return Reply("ACTIVITY_LIST_EMPTY_DM", **named(work, activity))
    forget_later(work, [work.actor.identity] if work.actor.identity is not None else [])
    texts = work.standing.texts
    lines = "\n".join(_lines(rows, work))
    elsewhere = texts.render("ACTIVITY_LIST_TABLE", {"admin": work.town.contact})
    sheet = written_sheet(work, activity.title, _cells(rows, work)) if ask.table else None
    file = {"_files": [sheet], "_else": elsewhere} if sheet is not None else {}
    more = elsewhere if ask.table and not file else ""
    return Reply(
        "ACTIVITY_LIST_DM", list=lines, more=more, **named(work, activity), **figures(work, activity), **file
    )


def _cells(rows: Sequence[Participant], work: Work) -> Iterable[tuple[object, ...]]:
    """Number, name, how many, whether without a place, how many came."""
    waits = work.standing.texts.render("SIGN_UP_SHEET_WAITS", {})
    for row, line in zip(rows, lines_of(work, rows), strict=True):
        yield line.number, line.name, row.people, waits if line.waits else "", row.came or ""


def _lines(rows: Sequence[Participant], work: Work) -> Iterable[str]:
    texts = work.standing.texts
    for row, line in zip(rows, lines_of(work, rows), strict=True):
        waits = texts.render("LIST_WAITS", {}) if line.waits else ""
        came = texts.render("LIST_CAME", {"n": row.came}) if row.came else ""
        blanks = {"i": line.number, "who": line.name, "n": row.people, "marks": waits + came}
        yield texts.render("ACTIVITY_LIST_ITEM", blanks)


@handles(ListActivities, may=Permission.ACTIVITY_POST)
def list_activities(ask: ListActivities, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """The last ones, newest first."""
    texts, lines = work.standing.texts, []
    for activity in store_of(work).announced_by(work.actor.desk):
        state = texts.render(f"ACTIVITY_STATE_{activity.state}", {})
        when = when_words(work, activity)
        blanks = {**named(work, activity), **figures(work, activity), "when": when, "state": state}
        lines.append(texts.render("ACTIVITIES_ITEM", blanks))
    return Reply("ACTIVITIES_DM", list="\n".join(lines)) if lines else Reply("ACTIVITIES_NONE_DM")
