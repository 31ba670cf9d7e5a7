"""Whoever signs in from another village reaches nothing of this one, by whichever address."""

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import insert, text, update

from models.tables import AddedWord, OpenResults, OutboxMessage
from tests.console.site import Site
from tests.town.town import DUTY, LEADER, OUTSIDER, RESIDENT

LAMP = "3栋2单元楼道灯坏了好几天了"
VALUES = {
    "no": ("1",),
    "task": ("1", "2", "3"),
    "number": ("1",),
    "token": ("1",),
    "person": ("1", "2", "3", "5"),
    "change": ("fill", "groupcode", "end", "code", "newcode", "unbind", "leave", "back"),
    "picture": ("1",),
    "edition": ("1",),
    "ticket": ("1",),
    "act": (
        "claim",
        "resolve",
        "stop",
        "open",
        "close",
        "arrived",
        "again",
        "drop",
        "end",
        "reset",
        "rename",
    ),
    "word": ("1",),
    "kind": ("phone", "home", "words"),
    "view": ("1",),
}
"""What stands for the changing parts of addresses; all of it belongs to this village."""
POSTED = {
    "post": "lin_head", "name": "王强", "since": "2025-07-15", "until": "2025-07-20", "off": "2025-07-15", "seat": "1",
    "contact": "1", "stand_in": "2", "instead": "1", "edition": "1", "month": "2025-07", "step": "publish",
}  # fmt: skip
WORD = {"kind": "word", "word": "亮疙瘩瞎了", "plain": "亮疙瘩瞎了", "category": "B02"}
OPEN = {"/login", "/healthz", "/readyz", "/metrics", "/"}
STREAMS = "/live/"
"""They never end by themselves and carry nothing: tests/console/test_live.py asks them."""


@pytest.fixture
def lamp(site: Site) -> Site:
    """A case and a notice of the village; what was said of them waits for a person to pass it on."""
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=2)
    site.town.say("发通知 三邻 明早八点停水检修", by=DUTY, private=True)
    site.town.say("确认", by=DUTY, private=True)
    site.town.wait(minutes=2)
    with site.town.engine.begin() as connection:
        connection.execute(update(OutboxMessage).where(OutboxMessage.state == "sent").values(state="relay"))
        connection.execute(
            insert(AddedWord).values(**WORD, area_id=village(site), added_at=site.town.clock())
        )
        published = {"area_id": village(site), "period": "2025-07", "token": "t", "content": {}}
        connection.execute(insert(OpenResults).values(**published, at=site.town.clock()))
    return site


def village(site: Site) -> int:
    """The row of the village itself."""
    areas = site.town.machine.dispatch.known_town().areas.values()
    return next(area.id for area in areas if area.name == "安全村")


def addresses(site: Site, method: str) -> Iterator[str]:
    """Every address of the application that takes this method, with values of this village."""
    town = site.town.machine.dispatch.known_town()
    values = {**VALUES, "area": tuple(str(area) for area in town.downward(village(site)))}
    for path, methods in site.paths.items():
        if method.lower() in methods and path not in OPEN and not path.startswith(STREAMS):
            names = [name for name in values if f"{{{name}}}" in path]
            for chosen in product(*(values[name] for name in names)):
                yield path.format(**dict(zip(names, chosen, strict=True)))


def test_no_page_tells_another_village_anything(lamp: Site):
    own, other = lamp.signed_in(DUTY), lamp.signed_in(OUTSIDER)
    seen = {page: own.get(page).text for page in addresses(lamp, "GET")}
    assert any(LAMP in words for words in seen.values())
    assert any("停水检修" in words for words in seen.values())
    assert any(WORD["word"] in words for words in seen.values())
    for page in addresses(lamp, "GET"):
        words = other.get(page).text
        assert LAMP not in words, page
        assert "停水检修" not in words, page
        assert "3栋2单元" not in words, page
        assert not any(name in words for name in ("张建国", "刘明", "胡敏", "谷梅", "邻长张")), page
        assert WORD["word"] not in words, page


def test_no_form_of_another_village_changes_anything(lamp: Site):
    other = lamp.signed_in(OUTSIDER)
    before = everything(lamp)
    for page in addresses(lamp, "POST"):
        if page.startswith(("/login", "/logout", "/me", "/big-type", "/views/save")):  # what is one's own
            continue
        form = {"csrf": other.token("/me"), "task": "1", "words": "换了新灯，亮了", **POSTED}
        answer = other.client.post(page, data=form)
        assert answer.status_code in {403, 404, 409, 422}, page
    assert everything(lamp) == before


@pytest.mark.parametrize("who", [LEADER, DUTY])
def test_no_form_without_our_token_changes_anything(lamp: Site, who: str):
    visit = lamp.signed_in(who)
    before, wrong = everything(lamp), spoilt(visit.token("/me"))
    for page in addresses(lamp, "POST"):
        for form in ({}, {"csrf": ""}, {"csrf": "x.y"}, {"csrf": wrong}):
            told = {"task": "1", "words": "换了新灯，亮了", "on": "true", "code": "1", "login": "abc", **form}
            told |= {"password": "x", "once": "1", "second": "A", **POSTED}
            answer = visit.client.post(page, data=told)
            assert answer.status_code in {403, 404, 422}, (page, form)
    assert everything(lamp) == before


def spoilt(token: str) -> str:
    """The same with another last character."""
    return token[:-1] + ("1" if token.endswith("0") else "0")


def everything(site: Site) -> list[tuple[object, ...]]:
    """How cases and the outbox stand."""
    with site.town.engine.connect() as connection:
        cases = connection.execute(text("SELECT id, state, event_count FROM case_file ORDER BY id")).all()
        rows = connection.execute(
            text("SELECT id, state FROM outbox WHERE key NOT LIKE 'LOGIN%' ORDER BY id")
        )
        words = connection.execute(text("SELECT id, ended_at FROM added_word ORDER BY id")).all()
        posts = connection.execute(text("SELECT id, person_id, valid_to FROM appointment ORDER BY id")).all()
        bound = connection.execute(text("SELECT id, person_id, unbound_at FROM chat_identity ORDER BY id"))
        open_to_all = connection.execute(text("SELECT id, withdrawn_at FROM open_results ORDER BY id")).all()
        frozen = connection.execute(text("SELECT id, version FROM report_edition ORDER BY id")).all()
        codes = connection.execute(text("SELECT id FROM binding_code UNION ALL SELECT id FROM leave")).all()
        return [
            *map(tuple, cases),
            *map(tuple, rows.all()),
            *map(tuple, posts),
            *map(tuple, bound),
            *map(tuple, codes),
            *map(tuple, words),
            *map(tuple, open_to_all),
            *map(tuple, frozen),
        ]
