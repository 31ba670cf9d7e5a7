"""Cases for programs: never what is not for everybody of an area (P3, P4), never what complains about a post holder."""

from dataclasses import dataclass
from typing import Any

from handlers.case_choices import steps_open
from models.case_desk import CaseFile, CaseFilter, StepView
from models.rules.actor import Door, Origin
from models.rules.api_tokens import Caller
from models.rules.case_life import Step
from models.rules.ids import CaseNo, IdempotencyKey
from models.rules.permissions import Permission
from models.rules.town import Town
from models.views import CaseView
from web.api.cursors import cursor, row_after
from web.api.problems import not_here
from web.api.shapes import CaseList, CaseShape, Code, LineList, LineShape, StepList, StepShape, WholeCase
from web.api_door import ApiDoor
from web.cases import WORDED

OFFERED = {
    "claim": (Permission.CASE_CLAIM, Step.CLAIM),
    "contact": (Permission.CASE_RESOLVE, Step.CONTACTED),
    "resolve": (Permission.CASE_RESOLVE, Step.RESOLVE),
    "transfer": (Permission.CASE_TRANSFER, Step.TRANSFER),
    "escalate": (Permission.CASE_ESCALATE, Step.ESCALATE),
    "return": (Permission.CASE_TRANSFER, Step.RETURN),
    "correct": (Permission.CASE_RESOLVE, Step.CORRECT),
    "merge": (Permission.CASE_RESOLVE, Step.MERGE),
    "reopen": (Permission.CASE_RATE, Step.REOPEN),
}
"""The acts of ``web.api.acts``: the permission and the step each takes."""


@dataclass(frozen=True)
class CaseReading:
    """Turns cases into what is answered."""

    door: ApiDoor

    def file_of(self, caller: Caller, no: int) -> CaseFile:
        """The case of that number.

        Raises:
            Trouble: there is none that this token may see.
        """
        found = self.door.cases.one(caller.scope, no)
        if found is None or _complains(found.case):
            raise not_here()
        return found

    def listed(self, caller: Caller, wanted: CaseFilter, after: str | None, limit: int) -> CaseList:
        """A page of the cases that fit; one that may not be shown is left out of its page."""
        before = row_after(self.door, "cases", after)
        page = self.door.cases.page(caller.scope, wanted, self.door.clock(), before=before, limit=limit)
        shown = [CaseShape(**self._fields(case)) for case in page.cases if not _complains(case)]
        return CaseList(cases=shown, next=cursor(self.door, "cases", page.older))

    def one(self, caller: Caller, no: int) -> WholeCase:
        """One case."""
        found = self.file_of(caller, no)
        return WholeCase(
            **self._fields(found.case), area_id=found.area_id, claimed_at=found.claimed_at,
            resolved_at=found.resolved_at, closed_at=found.closed_at, steps_open=self._open(caller, no),
        )  # fmt: skip

    def steps(self, caller: Caller, no: int) -> StepList:
        """What happened to one case, without the notes of those who work on it."""
        found, town = self.file_of(caller, no), self.door.dispatch.known_town()
        steps = [
            StepShape(
                seq=s.seq, step=self._code("STEP", s.step), state=self._code("STATE", s.to_state), reason=_said(s),
                by=_called(town, s.seat), token=s.token, at=s.at,
            )
            for s in found.steps
            if s.step != Step.NOTE
        ]  # fmt: skip
        return StepList(no=no, steps=steps)

    def lines(self, caller: Caller, no: int) -> LineList:
        """What was said about one case, masked."""
        said = self.file_of(caller, no).lines
        return LineList(no=no, lines=[LineShape(said_at=at, words=words) for at, words in said])

    def _open(self, caller: Caller, no: int) -> list[str]:
        """The acts that this token would not be refused for."""
        origin = Origin(Door.API, IdempotencyKey("api:look"), self.door.clock())
        steps = self.door.dispatch.look(lambda work: steps_open(work, CaseNo(no)), caller.actor, origin)
        return [
            name for name, (may, step) in OFFERED.items() if may in caller.actor.permissions and step in steps
        ]

    def _code(self, kind: str, code: str) -> Code:
        return Code(code=code, name=self.door.render(f"{kind}_{code}"))

    def _fields(self, case: CaseView) -> dict[str, Any]:
        spoken = self.door.dispatch.standing.items[case.category].spoken
        return {
            "no": case.no, "category": Code(code=case.category, name=spoken), "urgency": case.urgency,
            "privacy": case.privacy, "state": self._code("STATE", case.state), "area": case.area, "place": case.place,
            "words": case.text, "result": case.result, "source": case.source, "assignee": case.assignee_title,
            "co_reporters": case.co_reporters, "reopened": case.reopen_count, "said_at": case.said_at,
            "opened_at": case.created_at, "due_claim_at": case.due_claim_at, "due_resolve_at": case.due_resolve_at,
        }  # fmt: skip


def _complains(case: CaseView) -> bool:
    return bool(case.flags.get("accused"))


def _said(step: StepView) -> str:
    """Why, where that is somebody's words."""
    return step.reason if step.step in WORDED else ""


def _called(town: Town, seat: int | None) -> str:
    found = town.seats.get(seat) if seat is not None else None
    return f"{found.title}{found.surname}" if found else ""
