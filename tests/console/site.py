"""A village's pages as browsers see them: people sign in with what the assistant told them privately."""

import re
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from fastapi import FastAPI

from bot.doors import doors_of
from bot.health_desk import HealthDesk
from bot.interface import api_of
from bot.program import Program
from tests.one_app import app_over, serving
from tests.town.town import Town
from web.case_pictures import Album

CSRF = re.compile(r'name="csrf" value="([^"]+)"')
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once: a context with all the world's authorities takes longer to make than a page."""
OFTEN = 100_000
"""How often programs may ask, where that is not what is tested."""
CODE = re.compile(r"\d{4} \d{4}")


@dataclass
class Visit:
    """One browser with its cookies."""

    client: httpx.Client

    def get(self, page: str) -> httpx.Response:
        """Open a page."""
        return self.client.get(page)

    def token(self, page: str) -> str:
        """The form token a page holds."""
        found = CSRF.search(self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, page: str, to: str, **fields: str) -> httpx.Response:
        """Send a form of a page, as its button does."""
        return self.client.post(to, data={"csrf": self.token(page), **fields})


@dataclass
class Site:
    """The pages of one village."""

    town: Town
    address: str
    open: ExitStack
    app: FastAPI

    @property
    def schema(self) -> dict[str, Any]:
        """Every address with the shapes of all forms, as the application itself lists them."""
        return self.app.openapi()

    @property
    def paths(self) -> dict[str, dict[str, Any]]:
        """Every address with its methods."""
        return dict(self.schema["paths"])

    def browser(self) -> Visit:
        """A browser that was never here."""
        client = httpx.Client(
            base_url=self.address,
            follow_redirects=True,
            trust_env=False,
            headers={"accept": "text/html"},
            timeout=60,
            verify=NO_TLS,
        )
        return Visit(self.open.enter_context(client))

    def code(self, who: str) -> str:
        """A fresh log-in code, from the private chat."""
        self.town.say("登录", by=who, private=True)
        found = CODE.search(self.town.heard(who)[-1])
        assert found, self.town.heard(who)[-1]
        return found[0]

    def signed_in(self, who: str) -> Visit:
        """Somebody's browser after signing in by code."""
        visit = self.browser()
        answer = visit.post("/login", "/login/code", code=self.code(who))
        assert answer.url.path == "/console", answer.text
        return visit


@contextmanager
def serve_site(town: Town, album: Album | None = None, *, often: int = OFTEN) -> Iterator[Site]:
    """Serve the village's pages on a free port until the end of the block; ``often``: how often programs may ask."""
    program = Program(town.engine, town.parts, {}, town.clock)
    doors = doors_of(program, b"a secret of this test", HealthDesk(program))
    api = replace(api_of(program), per_minute=often, most_wrong=often)
    doors = replace(doors, album=album, api=api)
    with app_over(doors, fresh=often != OFTEN) as app, serving(app) as address, ExitStack() as clients:
        yield Site(town, address, clients, app)
