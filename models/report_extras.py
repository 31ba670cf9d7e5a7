"""What a report tells beside its cases: visits, follow-ups, what people said of the result, what is announced."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, select
from sqlmodel import Session, col

from models.rules.metrics import SMALL
from models.rules.periods import Span
from models.rules.quarrels import QUARRELS
from models.rules.report_rows import words_for
from models.rules.report_sections import MOST_QUOTED, Beside
from models.rules.reporting import SHOWN, Tier
from models.rules.signing_up import ActivityState
from models.rules.town import Town
from models.tables import Activity, Case, FollowUp, Rating, Visit

AHEAD = timedelta(days=31)
_LOOKED_AT = 500
"""Activities ahead that are looked at."""


def beside_cases(session: Session, areas: Collection[int], town: Town, tier: Tier, span: Span) -> Beside:
    """Of these areas and this span; who was visited, asked or rated is not in it."""
    here = sorted(areas)
    visited = select(func.count(), func.count(distinct(col(Visit.household_id)))).where(
        col(Visit.area_id).in_(here), *_within(col(Visit.at), span)
    )
    visits, homes = session.execute(visited).one()
    asked = (
        select(col(FollowUp.outcome), func.count())
        .join(Case, col(Case.id) == col(FollowUp.case_id))
        .where(
            col(Case.area_id).in_(here), col(FollowUp.outcome) != "", *_within(col(FollowUp.asked_at), span)
        )
    )
    outcomes = {code: int(n) for code, n in session.execute(asked.group_by(col(FollowUp.outcome)))}
    return Beside(
        int(visits),
        int(homes),
        outcomes,
        _quotes(session, here, town, tier, span),
        _upcoming(session, set(here), span),
    )


def _within(moment: Any, span: Span) -> tuple[ColumnElement[bool], ...]:
    return moment >= span.start, moment < span.end


def _quotes(session: Session, here: list[int], town: Town, tier: Tier, span: Span) -> tuple[str, ...]:
    """Words of raters where there are enough of them that nobody is known again; none for the township."""
    if tier is Tier.TOWN:
        return ()
    found = (
        select(col(Rating.words), col(Case.flags))
        .join(Case, col(Case.id) == col(Rating.case_id))
        .where(
            col(Case.area_id).in_(here),
            col(Case.privacy).in_(sorted(SHOWN[Tier.TOWN])),
            ~col(Case.category).startswith(QUARRELS),
            *_within(col(Rating.at), span),
        )
        .order_by(col(Rating.id).desc())
    )
    rows = [words for words, flags in session.execute(found) if not flags.get("accused")]
    said = [words_for(words, Tier.VILLAGE, town.seats) for words in rows if words]
    return tuple(said[:MOST_QUOTED]) if len(rows) >= SMALL else ()


def _upcoming(session: Session, here: set[int], span: Span) -> tuple[tuple[datetime, str], ...]:
    found = (
        select(col(Activity.starts_at), col(Activity.title), col(Activity.areas))
        .where(
            col(Activity.starts_at) >= span.end, col(Activity.starts_at) < span.end + AHEAD,
            col(Activity.state).not_in((ActivityState.CANCELLED,)),
        )
        .order_by(col(Activity.starts_at), col(Activity.id))
        .limit(_LOOKED_AT)
    )  # fmt: skip
    return tuple((at, title) for at, title, areas in session.execute(found) if not here.isdisjoint(areas))
