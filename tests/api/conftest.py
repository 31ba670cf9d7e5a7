"""The interface over a real village, asked over real HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from handlers.actors import OPERATOR
from handlers.api_tokens import MakeToken
from handlers.web_access import IssueLoginCode
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from tests.console.site import Site, Visit, serve_site
from tests.console.villages import STAGE
from tests.town.conftest import make_town, parts, town
from tests.town.town import DUTY, RESIDENT, Town

__all__ = ["make_town", "parts", "town"]

LAMP = "3栋2单元楼道灯坏了好几天了"
NAMES = {"leader": "张建国", "other": "刘明", "duty": "谷梅", "outsider": "钱进"}
EVERYTHING = ("open", "claim", "resolve", "transfer", "escalate")


@dataclass
class Program:
    """A program with its token."""

    client: httpx.Client

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Ask."""
        return self.client.get(path, params=query)

    def post(self, path: str, key: str | None = None, **body: Any) -> httpx.Response:
        """Ask for something to be done, under a new key unless one is given."""
        return self.client.post(path, json=body or None, headers={"Idempotency-Key": key or str(uuid4())})


def make_token(town: Town, place: str = "安全村", **how: Any) -> str:
    """A token that the operator makes."""
    origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{uuid4()}"), town.clock())
    asked = MakeToken("县12345", place=place, **how)
    outcome = town.machine.dispatch(asked, OPERATOR, origin)
    assert outcome.reply is not None, outcome
    return str(outcome.reply.blanks["token"])


def program(site: Site, token: str) -> Program:
    """A program that holds this token."""
    client = httpx.Client(
        base_url=f"{site.address}/api/v1", trust_env=False, headers={"Authorization": f"Bearer {token}"}, timeout=30
    )  # fmt: skip
    return Program(site.open.enter_context(client))


def operator(site: Site) -> Visit:
    """The operator's browser."""
    origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{uuid4()}"), site.town.clock())
    said = site.town.machine.dispatch(IssueLoginCode(), OPERATOR, origin).reply
    assert said is not None
    visit = site.browser()
    answer = visit.post("/login", "/login/code", code=said.blanks["code"])
    assert answer.url.path == "/console"
    return visit


@pytest.fixture
def villages(make_town: Callable[..., Town]) -> Iterator[Site]:
    """The same of two villages below a town."""
    with serve_site(make_town(stage=STAGE)) as site:
        yield site


@pytest.fixture
def site(town: Town) -> Iterator[Site]:
    """The village's pages and its interface."""
    with serve_site(town) as site:
        yield site


@pytest.fixture
def lamp(site: Site) -> int:
    """A case of the village."""
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=2)
    return site.town.case().no


@pytest.fixture
def notice(site: Site) -> int:
    """A notice of the village."""
    site.town.say("发通知 三邻 明早八点停水检修", by=DUTY, private=True)
    site.town.say("确认", by=DUTY, private=True)
    site.town.wait(minutes=2)
    return 1


@pytest.fixture
def reader(site: Site) -> Program:
    """A program that reads in the village."""
    return program(site, make_token(site.town))


@pytest.fixture
def leader(site: Site) -> Program:
    """A program that acts in the name of the leader of 三邻."""
    return program(site, make_token(site.town, "三邻", person=NAMES["leader"], acts=EVERYTHING))


@pytest.fixture
def stranger(site: Site) -> Program:
    """A program of another village, with every permission."""
    return program(site, make_token(site.town, "九组", person=NAMES["outsider"], acts=EVERYTHING))
