"""Moments, promises and what was told, in words; the words themselves stand in locale/."""

from datetime import date, datetime

from handlers.attention import next_morning
from handlers.case_steps.steps import is_private
from handlers.case_steps.whom import ANONYMOUS
from handlers.work import Work
from models.rules.offline import ERRAND, SUGGESTED
from models.rules.outgoing import Blocked, guard
from models.rules.pacing import SHANGHAI, is_quiet, shanghai_date
from models.rules.seats import without_full_names
from models.rules.told import since_when
from models.tables import Case

FAMILY = "family"
"""One whole household: no more than the reporter's own."""


def claim_words(work: Work, case: Case) -> str:
    """The promise of first contact."""
    hours = work.standing.items[case.category].sla_claim_hours
    if hours < 1:
        return work.standing.texts.render("SPAN_MINUTES", {"n": round(hours * 60)})
    return work.standing.texts.render("SPAN_HOURS", {"n": round(hours)})


def heard_at(work: Work, after: datetime | None = None, case: Case | None = None) -> datetime:
    """When a post holder or a group hears what can wait: now or ``after``, in the quiet hours not before the morning."""
    moment = after or work.now
    if is_quiet(work.now, work.pace.quiet):
        return max(moment, next_morning(work, case))
    return moment


def due_words(work: Work, at: datetime | None, heard: datetime | None = None) -> str:
    """A moment as people say it when they hear it (now): today and tomorrow by name, other days by date."""
    texts = work.standing.texts
    if at is None:
        return texts.render("NO_DATE", {})
    local = at.astimezone(SHANGHAI)
    days = (local.date() - shanghai_date(heard or work.now)).days
    clock = f"{local:%H:%M}"
    if days in {0, 1}:
        return texts.render("DUE_TODAY" if days == 0 else "DUE_TOMORROW", {"clock": clock})
    return texts.render("DUE_DAY", {"month": local.month, "day": local.day, "clock": clock})


def told_words(work: Work, case: Case, heard: datetime) -> str:
    """Since when, for how many and how often, for whoever answers: "（3天了、至少3户）"; empty when unknown.

    Of a private matter nothing, not even which ended case it continues.

    Who is at risk and who is complained about are never repeated: health is a register of its own, and the words stand
    in the case for those who may read them.
    """
    texts, flags = work.standing.texts, case.flags
    if is_private(case):
        return ""
    said = before_words(work, case)
    if since := flags.get("since"):
        key, n = since_when(datetime.fromisoformat(since), shanghai_date(heard))
        said.append(texts.render(key, {"n": n}))
    households = max(int(flags.get("households", 0)), case.co_reporters + 1)
    if households > 1:
        said.append(texts.render("TOLD_HOUSEHOLDS", {"n": households}))
    elif flags.get("whole", FAMILY) != FAMILY:
        said.append(texts.render(f"TOLD_WHOLE_{flags['whole']}", {}))
    if flags.get("recurring"):
        said.append(texts.render("TOLD_RECURRING", {}))
    if flags.get(SUGGESTED) and not flags.get(ERRAND):
        said.append(texts.render("TOLD_ERRAND", {"mode": flags[SUGGESTED]}))
    return _in_brackets(work, said)


def before_words(work: Work, case: Case) -> list[str]:
    """Which ended case this one continues, for whoever answers: "上次 #812 10月3日办结"; nothing when there is none."""
    if "before" not in case.flags or is_private(case) or case.flags.get(ANONYMOUS):
        return []
    no, on = case.flags["before"]
    day = date.fromisoformat(on)
    return [work.standing.texts.render("TOLD_BEFORE", {"no": no, "month": day.month, "day": day.day})]


def _in_brackets(work: Work, said: list[str]) -> str:
    texts = work.standing.texts
    return texts.render("TOLD", {"list": texts.render("LIST_COMMA", {}).join(said)}) if said else ""


def sayable(work: Work, words: str) -> str:
    """A leader's own words as the group may hear them: post and surname for a full name; empty when they shame."""
    words = without_full_names(words, work.town.seats.values())
    return "" if isinstance(guard(words, in_group=True), Blocked) else words
