"""Asks an application whatever its schema allows, and much that it forbids: the same every time."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import FailedHealthCheck, Unsatisfiable
from schemathesis import Case, GenerationMode

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
BEARABLE = [check for check in HealthCheck if check is not HealthCheck.filter_too_much]
"""Fifty questions that could not be made wrong before ten that could: nothing there can be, and it ends."""


def ask_everything(
    schema: Any, ask: Callable[[Case], None], examples: int, modes: Sequence[GenerationMode] = MODES
) -> int:
    """Put ``examples`` questions of each kind to every address; how many addresses that were."""
    asked = 0
    for found in schema.get_all_operations():
        for mode in modes:
            with suppress(Unsatisfiable, FailedHealthCheck):  # nothing is asked for: nothing can be wrong
                _ask(found.ok().as_strategy(generation_mode=mode), ask, examples)
        asked += 1
    return asked


def _ask(questions: Any, ask: Callable[[Case], None], examples: int) -> None:
    patient = settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=BEARABLE,
    )  # fmt: skip
    patient(given(questions)(ask))()
