"""A program of another village reaches nothing of this one, by whichever address: generated from the schema."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.conftest import EVERYTHING, LAMP, NAMES, Program, make_token, program
from tests.console.site import Site
from tests.town.town import RESIDENT, Town

BODIES: dict[str, dict[str, Any]] = {
    "/cases": {"words": "三邻的井盖破了，有人摔了", "channel": "县12345"},
    "resolve": {"words": "换了新灯，亮了"}, "reopen": {"words": "又不亮了"}, "transfer": {"to": "刘组长"},
    "escalate": {"words": "要挖机来挖开看看"}, "return": {"words": "不归我们村管，是国道"}, "correct": {"to": "垃圾"},
    "merge": {"into": 2},
}  # fmt: skip
OURS = (LAMP, "停水检修", "3栋2单元", "三邻", "安全村", "张", "谷")


def addresses(site: Site, method: str) -> Iterator[str]:
    """Every address of the interface that takes this method, with what belongs to this village."""
    schema = httpx.get(f"{site.address}/api/v1/openapi.json", trust_env=False).json()
    for path, methods in schema["paths"].items():
        if method in methods:
            yield path.format(no=1)


def body_of(path: str, town: Town) -> dict[str, Any]:
    """What is asked for there."""
    body = dict(BODIES.get(path.rsplit("/", 1)[-1], BODIES.get(path, {})))
    if path == "/cases":
        body["area"] = next(node.id for node in town.machine.dispatch.known_town().areas_named("三邻"))
    return body


@pytest.mark.usefixtures("lamp", "notice")
def test_no_address_tells_another_village_anything(site: Site, reader: Program, stranger: Program):
    area = body_of("/cases", site.town)["area"]
    own = [reader.get(path) for path in addresses(site, "get")]
    assert {answer.status_code for answer in own} == {200}
    assert all(any(words in answer.text for answer in own) for words in OURS)
    for path in addresses(site, "get"):
        for asked in ({}, {"area": area}) if path in {"/cases", "/people", "/figures"} else ({},):
            answer = stranger.get(path, **asked)
            assert answer.status_code in {200, 404}, path
            assert [words for words in OURS if words in answer.text] == [], path
    assert stranger.get("/figures").json()["open"] == 0


@pytest.mark.usefixtures("lamp", "notice")
def test_no_act_of_another_village_changes_anything(site: Site, stranger: Program):
    site.town.say("5栋1单元楼道灯坏了", by=RESIDENT)
    site.town.wait(minutes=11)
    before = changed(site)
    for path in addresses(site, "post"):
        answer = stranger.post(path, **body_of(path, site.town))
        assert (answer.status_code, answer.json()["key"]) == (404, "API_NOT_HERE"), path
    assert changed(site) == before


def test_what_is_merged_must_both_be_in_reach(site: Site, lamp: int):
    outsider = program(site, make_token(site.town, "九组", person=NAMES["outsider"], acts=EVERYTHING))
    there = next(area["id"] for area in outsider.get("/areas").json()["areas"] if area["name"] == "九组")
    own = outsider.post("/cases", area=there, words="九组的路灯不亮", channel="电话").json()["steps"][0]["no"]

    assert outsider.post(f"/cases/{own}/merge", into=lamp).status_code == 404
    assert outsider.post(f"/cases/{lamp}/merge", into=own).status_code == 404


@pytest.mark.usefixtures("lamp")
def test_without_a_token_every_address_is_closed(site: Site):
    nobody = Program(
        site.open.enter_context(httpx.Client(base_url=f"{site.address}/api/v1", trust_env=False))
    )
    before = changed(site)
    for path in addresses(site, "get"):
        assert nobody.get(path).status_code == 401, path
    for path in addresses(site, "post"):
        assert nobody.post(path, **body_of(path, site.town)).status_code == 401, path
    assert changed(site) == before


def changed(site: Site) -> list[Any]:
    """Everything that acts write."""
    rows = site.town.rows()
    return [rows[name] for name in ("case_file", "case_event", "case_line", "outbox", "api_answer")]
