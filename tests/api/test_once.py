"""The same key: done once and answered alike, whether asked again, at the same moment, or a day later."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from handlers.housekeeping import SweepExpired
from models.tables import ApiAnswer, CaseEvent
from tests.api.conftest import Program
from tests.console.site import Site

KEY = "5c1a2b34-0001"
NEW = {"area": 6, "words": "三邻的路灯不亮", "channel": "县12345", "name": "王大爷"}


def test_asked_again_under_the_same_key_it_is_done_once_and_answered_alike(site: Site, leader: Program):
    first = leader.post("/cases", KEY, **NEW)
    again = leader.post("/cases", KEY, **NEW)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first.headers["idempotency-replayed"], again.headers["idempotency-replayed"]) == ("false", "true")
    assert len(site.town.cases()) == 1


@pytest.mark.usefixtures("site")
def test_a_refusal_is_answered_alike_as_well(lamp: int, leader: Program):
    leader.post(f"/cases/{lamp}/claim")
    short = leader.post(f"/cases/{lamp}/resolve", KEY, words="好")
    again = leader.post(f"/cases/{lamp}/resolve", KEY, words="好")

    assert (short.status_code, again.status_code) == (422, 422)
    assert short.json() == again.json()
    assert short.json()["key"] == "NEED_RESULT_DM"


def test_the_same_key_for_something_else_is_a_mistake(site: Site, lamp: int, leader: Program):
    leader.post("/cases", KEY, **NEW)
    other = leader.post("/cases", KEY, **{**NEW, "words": "三邻的井盖破了"})
    elsewhere = leader.post(f"/cases/{lamp}/claim", KEY)

    assert [(a.status_code, a.json()["key"]) for a in (other, elsewhere)] == [(422, "API_KEY_OTHER")] * 2
    assert other.json()["field"] == "header.Idempotency-Key"
    assert len(site.town.cases()) == 2
    assert site.town.case(lamp).state == "new"


@pytest.mark.usefixtures("site")
def test_two_programs_may_use_the_same_key(lamp: int, leader: Program, stranger: Program):
    assert leader.post(f"/cases/{lamp}/claim", KEY).status_code == 200
    there = next(area["id"] for area in stranger.get("/areas").json()["areas"] if area["name"] == "九组")

    assert stranger.post("/cases", KEY, **{**NEW, "area": there}).status_code == 201


def test_asked_eight_times_at_once_it_is_done_once_and_answered_alike(site: Site, leader: Program):
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: leader.post("/cases", KEY, **NEW), range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sorted(answer.headers["idempotency-replayed"] for answer in answers) == ["false", *["true"] * 7]
    assert len(site.town.cases()) == 1
    with site.town.engine.connect() as connection:
        assert connection.execute(select(func.count(ApiAnswer.key))).scalar_one() == 1


def test_many_keys_at_once_do_each_their_own(site: Site, lamp: int, leader: Program):
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: leader.post(f"/cases/{lamp}/claim"), range(8)))

    assert {answer.status_code for answer in answers} == {200}
    assert sum(bool(answer.json()["steps"]) for answer in answers) == 1
    with site.town.engine.connect() as connection:
        steps = connection.execute(select(CaseEvent.step)).scalars().all()
    assert steps.count("claim") == 1


def test_after_a_day_the_answer_is_gone_and_nothing_is_done_twice(site: Site, lamp: int, leader: Program):
    leader.post(f"/cases/{lamp}/claim", KEY)
    site.town.wait(hours=25)
    late = leader.post(f"/cases/{lamp}/claim", KEY)
    assert (late.status_code, late.json()["key"]) == (409, "API_KEY_OLD")

    site.town.ask(SweepExpired(site.town.clock().isoformat()), "sweep by hand")
    with site.town.engine.connect() as connection:
        assert connection.execute(select(func.count(ApiAnswer.key))).scalar_one() == 0
    assert leader.post(f"/cases/{lamp}/claim", KEY).status_code == 409


@pytest.mark.parametrize("key", ["", "short", "with space 12", "x" * 129, "钥匙钥匙钥匙钥匙".encode()])
def test_without_a_sane_key_nothing_is_done(site: Site, lamp: int, leader: Program, key: str | bytes):
    for headers in ({"Idempotency-Key": key}, {}):
        answer = leader.client.post(f"/cases/{lamp}/claim", headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (422, "header.Idempotency-Key")
    assert site.town.case(lamp).state == "new"


def test_what_was_asked_is_kept_as_a_digest_alone(site: Site, leader: Program):
    leader.post("/cases", KEY, **{**NEW, "words": "家里老人病了没人照看 13812345678"})

    kept = str(
        [row for name, row in site.town.rows().items() if name in {"api_answer", "consumed_key", "audit"}]
    )
    assert (KEY in kept, "病" in kept, "13812345678" in kept, "王大爷" in kept) == (False,) * 4
