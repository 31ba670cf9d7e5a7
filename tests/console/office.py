"""Two villages below one town with a post above both, for pages that look after the console itself."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
import pyotp
from sqlalchemy import select
from sqlmodel import col

from handlers.actors import OPERATOR
from handlers.intents import Intent
from handlers.township.staging import StagedPerson
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.tables import Person
from tests.console.site import Site, Visit
from tests.town.town import CAST, LEADER, village

TOWN = "town"
TOWNSHIP = village(
    paths=("安全乡/安全村/一片/四组/三邻", "安全乡/平安村/二片/九组/一邻"),
    people=(*CAST, StagedPerson(TOWN, "丁勇", "丁", post="town_station", area="安全乡", verified=True, friend=True)),
)  # fmt: skip
LAMP = "3栋2单元楼道灯坏了好几天了"
PLEA = "家里揭不开锅了，想申请低保"
PHONE = "13512345678"
CALLED_IN = f"录入 电话 张三 {PHONE}：四组桥头路灯坏了好几天"
PASSWORD = "lamp-on-the-bridge"
_SECRET = re.compile(r'name="second" value="([A-Z2-7]+)"')
_TAGS = re.compile(r"<[^>]+>")


def words_of(answer: httpx.Response) -> str:
    """What a page says, without its marks."""
    main = answer.text[answer.text.index("<main") :]
    return " ".join(unescape(_TAGS.sub(" ", main)).split())


def person(site: Site, name: str) -> int:
    """The id of somebody by full name."""
    with site.town.session() as session:
        return session.execute(select(Person.id).where(col(Person.name) == name)).scalar_one() or 0


def from_shell(site: Site, intent: Intent) -> dict[str, Any]:
    """What the operator is told on the server: the blanks of the answer."""
    key = IdempotencyKey(f"shell:{uuid4()}")
    outcome = site.town.machine.dispatch(intent, OPERATOR, Origin(Door.SHELL, key, site.town.clock()))
    assert outcome.reply, outcome
    return outcome.reply.blanks


def with_password(site: Site, who: str = LEADER, login: str = "zhangjg") -> tuple[Visit, str]:
    """Somebody signed in who has set a password; the secret of the second factor."""
    visit = site.signed_in(who)
    found = _SECRET.search(visit.get("/me").text)
    assert found
    once = pyotp.TOTP(found[1]).at(site.town.clock())
    answer = visit.post("/me", "/me/password", login=login, password=PASSWORD, second=found[1], once=once)
    assert "密码设好了" in answer.text
    return visit, found[1]
