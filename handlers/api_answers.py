"""What came of something a program asked for: written down in the same transaction, so that it can be told once more."""

from typing import Any

from handlers.dispatch import Keep, Outcome, Status
from handlers.work import Work
from models.tables import ApiAnswer

__all__ = ["keeping", "told"]


def keeping(token: int, asked: str) -> Keep:
    """Writes the answer under the work's own idempotency key; ``asked`` is a keyed digest of the question."""

    def keep(work: Work, outcome: Outcome) -> None:
        row = {
            "key": work.origin.key, "token_id": token, "asked": asked, "answer": told(work, outcome), "at": work.now,
        }  # fmt: skip
        work.store.insert_rows(ApiAnswer, [row])

    return keep


def told(work: Work, outcome: Outcome) -> dict[str, Any]:
    """The answer as plain values: ``kind`` of a refusal (empty: done), the sentence with its key, and the steps taken."""
    refused, texts = outcome.refusal, work.standing.texts
    said = refused if refused is not None else outcome.reply
    key = said.key if said is not None else None
    return {
        "kind": str(refused.kind) if refused is not None else "",
        "key": key or "",
        "sentence": texts.render(key, said.blanks) if said is not None and key else "",
        "steps": [
            {"no": step.no, "step": str(step.step), "state": str(step.state)} for step in outcome.steps
        ] if outcome.status is Status.DONE else [],
    }  # fmt: skip
