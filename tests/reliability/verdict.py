"""What must hold after all the killing, read from the database and from WeChat's own record."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import Engine, func, select

from bot.channels.simulator import Said
from models.tables import AuditLine, Case, CaseEvent, CaseLine, ConsumedKey, OutageWindow, OutboxMessage

UNSETTLED = ("queued", "sending")
Window = tuple[datetime, datetime | None, str]
"""Since when, until when (None: still), and which account."""


@dataclass(frozen=True, slots=True)
class Uttered:
    """A message WeChat took from a person that must have an effect, with the id our program would know it by."""

    id: str
    at: datetime
    opens: bool
    channel: str = "simulator"
    account: str = ""
    """Which of ours it was said to; empty: there is one only."""

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return f"{self.channel}:{self.id}"


@dataclass
class Verdict:
    """``wrong`` is empty when everything holds; ``facts`` are for people to read."""

    wrong: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)


def tell(verdict: Verdict, seed: int) -> NoReturn:
    """Print it for whoever started the run, whose exit code it is."""
    for name, fact in verdict.facts.items():
        sys.stdout.write(f"{name:28s} {fact}\n")
    for wrong in verdict.wrong:
        sys.stdout.write(f"WRONG {wrong}\n")
    sys.stdout.write(f"seed {seed}: {'everything holds' if not verdict.wrong else 'broken'}\n")
    sys.exit(bool(verdict.wrong))


def judge(engine: Engine, uttered: Sequence[Uttered], said: Sequence[Said] | None) -> Verdict:
    """Compare what WeChat heard and said with what the database knows. ``said`` None: replies are judged elsewhere."""
    verdict = Verdict()
    with engine.connect() as connection:
        windows: list[Window] = [tuple(row) for row in connection.execute(WINDOWS)]
        keys = set(connection.execute(select(ConsumedKey.key)).scalars())
        opened = Counter(key for key, _ in set(connection.execute(FIRST_LINES).all()))
        audit = Counter(connection.execute(select(AuditLine.key).where(AuditLine.door == "chat")).scalars())
        rows = {str(i): (state, key) for i, state, key in connection.execute(_ROWS)}
        claims = connection.execute(_TAKEN_TWICE).all()
        cases = connection.execute(select(func.count()).select_from(Case)).scalar_one()
        gaps = connection.execute(_GAPS).all()
    _requests(verdict, uttered, keys, opened, windows)
    if said is not None:
        taken_once(verdict, said, rows)
    verdict.wrong += [f"worked on twice: {key}" for key, times in audit.items() if times > 1]
    verdict.wrong += [f"a case took the step {step} twice: {case}" for case, step in claims]
    verdict.wrong += [f"events of a case are not in a row: {case}" for case, _, _ in gaps]
    if any(ended is None for _, ended, _ in windows):
        verdict.wrong.append("an outage window is still open")
    verdict.facts |= {"cases": cases, "outage windows": len(windows)}
    return verdict


WINDOWS = select(OutageWindow.began_at, OutageWindow.ended_at, OutageWindow.account)
FIRST_LINES = (
    select(CaseLine.message_key, CaseLine.case_id)
    .join(Case, CaseLine.case_id == Case.id)
    .where(CaseLine.identity_id == Case.reporter_id, Case.said_at == CaseLine.said_at)
)
_ROWS = select(OutboxMessage.id, OutboxMessage.state, OutboxMessage.key)
_TAKEN_TWICE = (
    select(CaseEvent.case_id, CaseEvent.step)
    .where(CaseEvent.step.in_(("create", "claim", "resolve")))
    .group_by(CaseEvent.case_id, CaseEvent.step)
    .having(func.count() > 1)
)
_GAPS = (
    select(CaseEvent.case_id, func.count(), func.max(CaseEvent.seq))
    .group_by(CaseEvent.case_id)
    .having(func.count() != func.max(CaseEvent.seq))
)


def _requests(
    verdict: Verdict,
    uttered: Sequence[Uttered],
    keys: set[str],
    opened: Counter[str],
    windows: Sequence[Window],
) -> None:
    """Every request taken is one case; every other message that mattered lies in a recorded outage."""
    missed = 0
    for one in uttered:
        if one.opens and opened[one.key] > 1:
            verdict.wrong.append(f"{one.id} became {opened[one.key]} cases")
        if one.opens and (one.key in keys) != (opened[one.key] == 1):
            verdict.wrong.append(f"{one.id} was taken and is no case")
        if one.key in keys:
            continue
        missed += 1
        here = [(began, ended) for began, ended, account in windows if one.account in {"", account}]
        if not any(began <= one.at <= (ended or one.at) for began, ended in here):
            verdict.wrong.append(f"{one.id} is missing without an outage at {one.at.isoformat()}")
    open_s = sum((e - b for b, e, _ in windows if e is not None), timedelta()).total_seconds()
    verdict.facts |= {
        "messages that mattered": len(uttered), "of them missed in an outage": missed, "seconds of outage": round(open_s, 1),
    }  # fmt: skip


def taken_once(verdict: Verdict, said: Sequence[Said], rows: dict[str, tuple[str, str]]) -> None:
    """Every reply that the channel took was taken once, and the outbox knows it."""
    taken = Counter((one.token, one.text) for one in said)
    verdict.wrong += [
        f"said {times} times: outbox {token}" for (token, _), times in taken.items() if times > 1
    ]
    for one in said:
        state = rows.get(one.token, ("", ""))[0]
        if state not in {"sent", "unknown"}:
            verdict.wrong.append(f"outbox {one.token} was said and is {state or 'not there'}")
    tokens = {one.token for one in said}
    for row, (state, key) in rows.items():
        if state == "sent" and row not in tokens:
            verdict.wrong.append(f"outbox {row} is called sent and was not said")
        if state in UNSETTLED or state == "dead":
            verdict.wrong.append(f"outbox {row} ({key}) is {state} at the end")
    states = Counter(state for state, _ in rows.values())
    verdict.facts |= {"replies taken": len(said), "outbox": dict(sorted(states.items()))}
