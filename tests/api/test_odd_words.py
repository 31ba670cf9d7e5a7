"""Letters that no database keeps, in every field of every form and in every address: no fault of ours."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.conftest import operator
from tests.console.site import Site, Visit

ODD = ("\0三组", "9" * 30 + "\u202e{0}%s'\"--<i>")
PLACES = {"no": "1", "number": "1", "task": "1", "area": "5", "token": "1"}
ENDS = {"/logout"}


def forms(site: Site) -> Iterator[tuple[str, list[str]]]:
    """Every address that takes a form, with the names of its fields."""
    for path, methods in site.schema["paths"].items():
        if "post" in methods and path not in ENDS:
            body = methods["post"].get("requestBody", {}).get("content", {})
            for shape in body.values():
                named = shape["schema"].get("$ref", "").rsplit("/", 1)[-1]
                yield path, list(site.schema["components"]["schemas"].get(named, {}).get("properties", {}))


def asked(site: Site) -> Iterator[tuple[str, list[str]]]:
    """Every page, with the names of what may stand behind its question mark."""
    for path, methods in site.schema["paths"].items():
        if "get" in methods:
            yield (
                path,
                [each["name"] for each in methods["get"].get("parameters", []) if each["in"] == "query"],
            )


def there(path: str, odd: str = "") -> str:
    """The address with something that is there, or something odd, for what changes in it."""
    for name in [part.split("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", odd or PLACES.get(name, "claim"))
    return path


@pytest.mark.usefixtures("lamp", "notice")
@pytest.mark.parametrize("odd", ODD, ids=["nul", "marks"])
def test_odd_words_are_no_fault(site: Site, odd: str):
    visit: Visit = operator(site)
    visit.client.timeout = 60
    faults: list[Any] = []
    for path, names in asked(site):
        for address, query in (
            (there(path), dict.fromkeys(names, odd)),
            (there(path, quote(odd, safe="")), {}),
        ):
            with visit.client.stream("GET", address, params=query) as answer:  # some never end
                pass
            if answer.status_code >= 500 and path != "/healthz":
                faults.append(("GET", address, answer.status_code))
    for path, names in forms(site):
        filled = {**dict.fromkeys(names, odd), "csrf": visit.token("/me")}
        answer = visit.client.post(there(path), data=filled)
        if answer.status_code >= 500:
            faults.append(("POST", path, answer.status_code))

    assert faults == []
