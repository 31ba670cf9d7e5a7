"""``python -m bot understand``: JSON lines in, one decision as JSON line out; needs no database and no network."""

import json
from typing import Any, TextIO

from handlers.understanding import Understanding
from models.rules.decision import Decision
from models.rules.told import Told

_ROLES = frozenset({"resident", "leader", "cadre"})


def run(stdin: TextIO, stdout: TextIO, understanding: Understanding) -> None:
    """Answer every line of ``stdin`` in order, flushing each; a line that cannot be read is answered with its error."""
    for line in stdin:
        if not line.strip():
            continue
        json.dump(answer(line, understanding), stdout, ensure_ascii=False)
        stdout.write("\n")
        stdout.flush()


def answer(line: str, understanding: Understanding) -> dict[str, Any]:
    """The answer to one input line, or ``{"error": …}`` that says what is wrong with it."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as broken:
        return {"error": f"not JSON: {broken}"}
    if not isinstance(asked, dict):
        return {"error": "a line must be a JSON object with id and text"}
    known = {"id": asked["id"]} if "id" in asked else {}
    if not isinstance(asked.get("text"), str):
        return known | {"error": "text is missing or no string"}
    role = asked.get("sender_role") or "resident"
    if role not in _ROLES:
        return known | {"error": f"sender_role must be one of {', '.join(sorted(_ROLES))}"}
    quote = asked.get("quote")
    decision = understanding.understand(
        asked["text"],
        room_kind=str(asked.get("room_kind") or "resident"),
        sender_role=role,
        quote=quote if isinstance(quote, str) else None,
        mentioned=asked.get("mentioned") is True,
    )
    return {"id": asked.get("id")} | spell(decision)


def spell(decision: Decision) -> dict[str, Any]:
    """A decision as the contract writes it; keys beyond the contract come last."""
    return {
        "kind": decision.kind.value,
        "category": decision.category,
        "score": decision.score,
        "urgency": decision.urgency.value if decision.urgency else None,
        "privacy": decision.privacy.value,
        "places": list(decision.places),
        "phones": decision.phones,
        "emergency": decision.emergency,
        "because": [list(each) for each in decision.because],
        "candidates": [list(each) for each in decision.candidates],
        "hotline": decision.hotline,
        "service_mode": decision.service_mode,
        "cues": sorted(cue.value for cue in decision.cues),
        "commands": [{"intent": each.intent, **each.groups} for each in decision.commands],
        "told": told_in_words(decision.told),
    }


def told_in_words(told: Told) -> dict[str, Any]:
    """What a request tells beside its matter; only what was said."""
    said = {
        "since": told.since.words if told.since else None,
        "recurring": told.recurring,
        "households": told.households,
        "persons": told.persons,
        "whole": told.whole,
        "at_risk": [list(each) for each in told.at_risk],
        "accused": [[each.party, each.words] for each in told.accused],
    }
    return {name: value for name, value in said.items() if value}
