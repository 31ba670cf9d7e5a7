"""What is written about the interface is what it does."""

import re
from pathlib import Path

from bot import api_cli
from models.rules.api_tokens import ACTS, DAYS
from web.api.app import create_api
from web.api.bearer import MOST_BODY
from web.api.reading import OFFERED
from web.api_door import PER_MINUTE, ApiDoor

WRITTEN = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(GET|POST) (/\S*)` \| (.*) \|$", re.MULTILINE)


def schema() -> dict:
    """Nothing is asked of the door while the schema is drawn."""
    return create_api(ApiDoor(*[None] * 4, clock=lambda: None)).openapi()


def test_every_address_is_written_down_and_no_other():
    known = {(method.upper(), path) for path, methods in schema()["paths"].items() for method in methods}

    assert {(method, path) for method, path, _ in ROW.findall(WRITTEN)} == known


def test_every_field_of_a_body_and_every_filter_is_named_beside_its_address():
    drawn = schema()
    for method, path, words in ROW.findall(WRITTEN):
        asked = drawn["paths"][path][method.lower()]
        named = [each["name"] for each in asked.get("parameters", []) if each["in"] == "query"]
        body = asked.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        shape = drawn["components"]["schemas"].get(body.get("$ref", "").rsplit("/", 1)[-1], {})
        for name in {*named, *shape.get("properties", {})} - {"after", "limit"}:
            assert f"`{name}`" in words, (path, name)


def test_every_operation_says_what_it_is_for_and_how_it_fails():
    for path, methods in schema()["paths"].items():
        for asked in methods.values():
            assert asked["summary"], path
            assert {"401", "422", "429", "500"} <= asked["responses"].keys(), path
            assert asked["security"] == [{"token": []}], path


def test_the_acts_and_limits_are_those_of_the_program():
    assert all(f"`{act}`" in WRITTEN for act in ACTS)
    assert (", ".join(ACTS), DAYS) == (api_cli.ACTS, api_cli.DAYS)
    assert all(f"/cases/{{no}}/{act}`" in WRITTEN for act in OFFERED)
    assert f"more than {PER_MINUTE} requests in a minute" in WRITTEN
    assert f"more than {MOST_BODY // 1024} KB" in WRITTEN
