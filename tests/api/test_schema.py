"""Everything the interface's schema allows, and much that it forbids: no fault of ours, and every answer as it says."""

from collections import Counter
from collections.abc import Iterator
from itertools import cycle

import pytest
import requests
import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    ensure_resource_availability,
    positive_data_acceptance,
    use_after_free,
)

from tests.api.asking import ask_everything
from tests.api.conftest import EVERYTHING, NAMES, make_token
from tests.console.site import Site
from tests.town.town import NEIGHBOUR, RESIDENT, THIRD

NOT_TO_BE_PROMISED = [
    positive_data_acceptance,  # a cursor is a word of ours, which no schema can describe
    use_after_free,
    ensure_resource_availability,
]


@pytest.fixture
def lamps(site: Site) -> list[int]:
    """Some cases of the village."""
    for block in range(2, 8):
        site.town.say(f"{block}栋1单元楼道灯坏了", by=(RESIDENT, NEIGHBOUR, THIRD)[block % 3])
        site.town.wait(minutes=11)
    return [case.no for case in site.town.cases()]


def aimed(case: Case, numbers: Iterator[int], area: int) -> Case:
    """What is allowed is asked of things that are there, or nothing would be found but that they are not."""
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        if "no" in (case.path_parameters or {}):
            case.path_parameters["no"] = next(numbers)
        for name in {"area", "into"} & (case.body.keys() if isinstance(case.body, dict) else set()):
            case.body[name] = area if name == "area" else next(numbers)
    return case


@pytest.mark.usefixtures("notice")
def test_every_answer_of_the_interface_is_one_its_schema_names(site: Site, lamps: list[int]):
    token = make_token(site.town, person=NAMES["duty"], acts=EVERYTHING)
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"
    heard, numbers, address = Counter[int](), cycle(lamps), f"{site.address}/api/v1"
    area = next(node.id for node in site.town.machine.dispatch.known_town().areas_named("四组"))
    schema = schemathesis.openapi.from_dict(session.get(f"{address}/openapi.json", timeout=10).json())

    def ask(case: Case) -> None:
        answer = aimed(case, numbers, area).call_and_validate(
            address, session, excluded_checks=NOT_TO_BE_PROMISED, timeout=20
        )
        heard[answer.status_code] += 1

    assert ask_everything(schema, ask, examples=12) == 20
    assert {200, 201, 401, 404, 409, 422} <= heard.keys(), heard
