"""The operator sees what other programs were told and tells them again; nobody else finds the page."""

from collections.abc import Callable, Iterator

import pytest

from bot.parts import Parts
from bot.posting import Poster
from handlers.actors import OPERATOR
from handlers.web_access import IssueLoginCode
from jobs.webhooks import push_due, tells_of_given_up
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.webhooks import Webhook
from models.webhooks import WebhookQueue
from tests.console.site import Site, Visit, serve_site
from tests.console.villages import words_of
from tests.outward.conftest import Receiver, telling
from tests.town.town import DUTY, RESIDENT, Town

LAMP = "3栋2单元楼道灯坏了好几天了"


@pytest.fixture
def told(make_town: Callable[..., Town], parts: Parts, hook: Webhook) -> Iterator[Site]:
    with serve_site(make_town(parts=telling(parts, hook))) as site:
        yield site


def operator(site: Site) -> Visit:
    """The operator's browser."""
    origin = Origin(Door.SHELL, IdempotencyKey("test:code"), site.town.clock())
    made = site.town.machine.dispatch(IssueLoginCode(), OPERATOR, origin).reply
    assert made is not None
    visit = site.browser()
    visit.post("/login", "/login/code", code=made.blanks["code"])
    return visit


def push(site: Site, hook: Webhook) -> int:
    tell = tells_of_given_up(site.town.machine.dispatch, site.town.clock)
    return push_due(WebhookQueue(site.town.engine), hook, Poster(), site.town.clock, tell)


def test_one_that_was_given_up_is_seen_and_told_again_under_its_id(
    told: Site, receiver: Receiver, hook: Webhook
):
    receiver.answers = [410]
    told.town.say(LAMP, by=RESIDENT)
    push(told, hook)
    visit = operator(told)
    page = words_of(visit.get("/webhooks"))
    assert "1条推不到" in page
    assert "对方答410" in page
    assert "灯坏" not in page
    visit.post("/webhooks", "/webhooks/1/again", hook="grid")
    assert push(told, hook) == 1

    assert receiver.ids[0] == receiver.ids[1]
    assert "已收到" in words_of(visit.get("/webhooks?hook=grid&state=sent"))
    assert "条推不到" not in words_of(visit.get("/webhooks"))


def test_a_span_of_days_is_told_again(told: Site, receiver: Receiver, hook: Webhook):
    for words in (LAMP, "5栋1单元下水道堵了"):
        told.town.say(words, by=RESIDENT)
        told.town.wait(minutes=11)
    assert push(told, hook) == 2
    visit = operator(told)
    day = {"hook": "grid", "since": "2025-07-15", "until": "2025-07-15"}
    assert visit.post("/webhooks", "/webhooks/span", **day).status_code == 200
    assert push(told, hook) == 2
    assert receiver.ids[:2] == receiver.ids[2:]

    other = {"hook": "grid", "since": "2025-07-10", "until": "2025-07-11"}
    assert visit.post("/webhooks", "/webhooks/span", **other).status_code == 409
    wrong = {"hook": "grid", "since": "2025-07-15", "until": "一天"}
    answer = visit.post("/webhooks", "/webhooks/span", **wrong)
    assert (answer.status_code, "日子没写对" in answer.text) == (422, True)


def test_nobody_but_the_operator_finds_it(told: Site, hook: Webhook):
    told.town.say(LAMP, by=RESIDENT)
    visit = told.signed_in(DUTY)

    assert visit.get("/webhooks").status_code == 404
    token = visit.token("/me")
    for to in ("1/again", "span"):
        form = {"csrf": token, "hook": hook.name, "since": "2025-07-15", "until": "2025-07-15"}
        assert visit.client.post(f"/webhooks/{to}", data=form).status_code == 404


def test_without_any_receiver_the_page_says_how_to_begin(site: Site):
    assert "config.toml" in operator(site).get("/webhooks").text
