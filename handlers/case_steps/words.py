"""Moments and promises in words; the words themselves stand in locale/."""

from datetime import datetime

from handlers.work import Work
from models.rules.outgoing import Blocked, guard
from models.rules.pacing import SHANGHAI
from models.tables import Case


def claim_words(work: Work, case: Case) -> str:
    """The promise of first contact."""
    hours = work.standing.items[case.category].sla_claim_hours
    if hours < 1:
        return work.standing.texts.render("SPAN_MINUTES", {"n": round(hours * 60)})
    return work.standing.texts.render("SPAN_HOURS", {"n": round(hours)})


def due_words(work: Work, at: datetime | None) -> str:
    """A moment as people say it: today and tomorrow by name, other days by date."""
    texts = work.standing.texts
    if at is None:
        return texts.render("NO_DATE", {})
    local = at.astimezone(SHANGHAI)
    days = (local.date() - work.today).days
    clock = f"{local:%H:%M}"
    if days in {0, 1}:
        return texts.render("DUE_TODAY" if days == 0 else "DUE_TOMORROW", {"clock": clock})
    return texts.render("DUE_DAY", {"month": local.month, "day": local.day, "clock": clock})


def sayable(work: Work, words: str) -> str:
    """A leader's own words as the group may hear them: post and surname for a full name; empty when they shame."""
    for seat in work.town.seats.values():
        if len(seat.name) > 1 and seat.name in words:
            called = f"{seat.title}{seat.surname}"
            words = words.replace(f"{seat.title}{seat.name}", called).replace(seat.name, called)
    return "" if isinstance(guard(words, in_group=True), Blocked) else words
