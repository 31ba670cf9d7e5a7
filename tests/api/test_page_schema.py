"""Every page and every form, asked whatever its parameters allow, by somebody who is signed in: no fault of ours."""

from collections import Counter

import pytest
import requests
import schemathesis
from schemathesis import Case, GenerationMode

from tests.api.asking import ask_everything
from tests.api.conftest import operator
from tests.console.site import Site, Visit
from tests.town.town import DUTY

LEAVES = {"/logout", "/me/password"}
"""Forms after which nobody would be signed in any more."""
ENDLESS = "/live"
ACTS = (
    "claim",
    "contact",
    "resolve",
    "transfer",
    "whistle",
    "return",
    "correct",
    "merge",
    "reopen",
    "stop",
    "go-on",
    "make",
)


def aimed(case: Case, visit: Visit, count: int) -> None:
    """What is allowed is asked of things that are there, with a form of our own."""
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        there = {
            "no": "1",
            "number": "1",
            "task": "1",
            "area": str(3 + count % 4),
            "act": ACTS[count % len(ACTS)],
        }
        for name in there.keys() & (case.path_parameters or {}).keys():
            case.path_parameters[name] = there[name]
    if isinstance(case.body, dict) and "csrf" in case.body:
        case.body["csrf"] = visit.token("/me")


def session_of(visit: Visit) -> requests.Session:
    """The same browser for a library that knows another one."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.update(dict(visit.client.cookies))
    session.headers["Accept"] = "text/html"
    return session


@pytest.mark.usefixtures("lamp", "notice")
def test_no_page_and_no_form_is_a_fault_of_ours(site: Site):
    visits = [operator(site), site.signed_in(DUTY)]
    sessions = [session_of(visit) for visit in visits]
    heard, faults = Counter[int](), []

    def ask(case: Case) -> None:
        if case.path in LEAVES or case.path.startswith(ENDLESS):
            return
        turn = heard.total() % len(visits)
        aimed(case, visits[turn], heard.total())
        answer = case.call(site.address, sessions[turn], allow_redirects=False, timeout=60)
        heard[answer.status_code] += 1
        if answer.status_code >= 500 and case.path != "/healthz":
            faults.append(case.as_curl_command())

    assert ask_everything(schemathesis.openapi.from_dict(site.schema), ask, examples=2) >= 25
    assert faults == []
    assert heard.total() >= 290
    assert {200, 303, 403, 404, 422} <= heard.keys(), heard
