"""A weather service is believed when it signs, is punctual, and tells something new; posted as it would post it."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.doors import today_of
from bot.panes import Panes
from bot.program import Program
from bot.weather_hook import WeatherHook
from tests.one_app import serving
from tests.standing.conftest import WANGDIAN, Days, MakeDays
from web.app import create_app
from web.doors import Doors

SECRET = "a secret for the weather that nobody guesses"


class Service:
    """Posts what a weather service posts."""

    def __init__(self, days: Days, client: httpx.Client) -> None:
        self.days = days
        self._client = client

    def post(self, told: Any, *, secret: str = SECRET, late_s: int = 0, **headers: str) -> int:
        """The status of the answer."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        stamp = str(int(self.days.town.clock().timestamp()) - late_s)
        signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        sent = {"X-Linli-Timestamp": stamp, "X-Linli-Signature": signed, **headers}
        return self._client.post("/hooks/weather", content=body, headers=sent).status_code


@pytest.fixture
def service(make_days: MakeDays) -> Iterator[Service]:
    """A service that knows the secret, and a server it reaches."""
    days = make_days(WANGDIAN, "2026-07-15 09:00")
    program = Program(days.town.engine, days.parts, {}, days.town.clock)
    panes = Panes(program)
    hook = WeatherHook(SECRET, days.town.machine.dispatch, days.town.clock)
    doors = Doors(b"x" * 32, panes.status, today_of(program), panes, panes.sentence, weather=hook)
    with (
        serving(create_app(doors)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield Service(days, client)


HEAT = {"id": "cma-1", "kind": "heat", "area": "李庄村"}


def test_a_signed_alert_is_said_once(service: Service):
    assert service.post(HEAT) == 202
    assert service.post(HEAT) == 200
    assert service.post({**HEAT, "id": "cma-2"}) == 202
    service.days.town.wait(minutes=5)

    assert [text[:6] for _, text in service.days.said("li1")] == ["【高温预警】"]
    assert service.days.said("host") == []  # not the duty


def test_what_is_not_signed_not_fresh_or_not_plain_changes_nothing(service: Service):
    assert service.post(HEAT, secret="somebody else's") == 403
    assert service.post(HEAT, late_s=301) == 403
    assert service.post(HEAT, late_s=-301) == 403
    assert service.post(HEAT, **{"X-Linli-Signature": ""}) == 403
    assert service.post(b"{") == service.post([1]) == service.post({"id": "", "kind": "heat"}) == 422
    assert (
        service.post({**HEAT, "id": "a", "kind": "meteor"})
        == service.post({**HEAT, "id": "b", "area": "月亮村"})
        == 422
    )
    assert service.post({**HEAT, "id": 7}) == 422
    assert service.post(b"x" * 5000) == 413
    service.days.town.wait(minutes=5)

    assert service.days.said("li1") == []
    assert service.post(HEAT) == 202  # nothing of that used its id up
