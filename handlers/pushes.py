"""What happened in a piece of work, as other programs are told of it: rows written in the same transaction."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handlers.work import StepTaken, Work
from models.rules.webhooks import Happening, is_told, kind_of, path_told
from models.secrets import new_link_token
from models.tables import Case, WebhookDelivery


@dataclass(frozen=True, slots=True)
class Told:
    """One event: its kind, the areas it lies in, and its facts."""

    kind: Happening
    areas: tuple[int, ...]
    facts: dict[str, Any]


def write_pushes(work: Work) -> None:
    """One row for each event and each receiver that wants it."""
    rows = [row for told in (*_of_cases(work), *_of_notices(work)) for row in _rows(work, told)]
    work.store.insert_rows(WebhookDelivery, rows)


def _rows(work: Work, told: Told) -> Iterator[dict[str, Any]]:
    event = f"msg_{new_link_token()}"
    body = json.dumps(
        {"type": told.kind, "timestamp": work.now.isoformat(), "data": told.facts},
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    for hook in work.standing.webhooks:
        if hook.wants(told.kind, told.areas, work.town):
            yield {
                "hook": hook.name, "event": event, "kind": told.kind.value, "body": body, "state": "waiting",
                "attempts": 0, "since": work.now, "next_at": work.now, "status": 0, "why": "", "at": work.now,
            }  # fmt: skip


def _of_cases(work: Work) -> Iterator[Told]:
    for step in work.steps:
        kind = kind_of(step.step, step.before, step.state)
        case = work.store.session.get(Case, step.case_id) if kind is not None else None
        if (
            kind is None
            or case is None
            or not is_told(case.privacy, case.category, case.flags, in_room=case.room_id is not None)
        ):
            continue
        yield Told(kind, (case.area_id,), _facts(work, case, step))


def _facts(work: Work, case: Case, step: StepTaken) -> dict[str, Any]:
    moments = {
        "opened_at": case.created_at, "claimed_at": case.claimed_at, "resolved_at": case.resolved_at,
        "closed_at": case.closed_at, "due_at": case.due_resolve_at,
    }  # fmt: skip
    return {
        "no": case.no, "seq": step.seq, "step": step.step, "state": step.state, "category": case.category,
        "category_name": work.standing.items[case.category].spoken, "hotline": case.hotline, "urgency": case.urgency,
        "area": path_told(case.area_id, work.town), "reports": case.co_reporters + 1, "reopened": case.reopen_count,
        **{name: at.isoformat() if at is not None else None for name, at in moments.items()},
    }  # fmt: skip


def _of_notices(work: Work) -> Iterable[Told]:
    for said in work.notices_said:
        areas = tuple(said["areas"])
        named = [path_told(area, work.town) for area in areas]
        yield Told(Happening.NOTICE_SENT, areas, {**said, "areas": named, "sent_at": work.now.isoformat()})
