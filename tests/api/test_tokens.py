"""Who comes in with a token, what it opens, and when it opens nothing any more."""

import re
from datetime import date

import httpx
import pytest
from sqlalchemy import select, update

from handlers.actors import OPERATOR
from handlers.api_tokens import MakeToken
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.tables import ApiToken, Appointment, Deployment, Person
from tests.api.conftest import LAMP, NAMES, Program, make_token, operator, program
from tests.console.site import Site, serve_site
from tests.console.villages import DUTY as VILLAGE_DUTY
from tests.console.villages import HEAD, TOWN
from tests.town.town import DUTY, Town

TOKEN = re.compile(r"linli_[\w-]{43}")


def rows(site: Site) -> list[ApiToken]:
    with site.town.session() as session:
        return list(session.execute(select(ApiToken).order_by(ApiToken.id)).scalars())


def seat_of(site: Site, name: str) -> int:
    with site.town.session() as session:
        found = (
            select(Appointment.id).join(Person, Person.id == Appointment.person_id).where(Person.name == name)
        )
        return session.execute(found).scalar_one()


def end_post(site: Site, seat: int) -> None:
    """As an import of the people's sheet ends it."""
    with site.town.session() as session:
        session.execute(update(Appointment).where(Appointment.id == seat).values(valid_to=date(2025, 7, 1)))
        session.execute(update(Deployment).values(version=Deployment.version + 1))
        session.commit()


def test_a_token_is_shown_once_and_kept_as_a_digest_alone(site: Site):
    token = make_token(site.town)

    assert token.startswith("linli_")
    everything = str(site.town.rows())
    assert (token in everything, token.removeprefix("linli_") in everything) == (False, False)
    assert program(site, token).get("/figures").status_code == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer x", "Bearer linli_" + "a" * 43, "Basic bGlubGk6eA==", "Bearer \xff"]
)
def test_without_a_valid_token_nothing_is_told(site: Site, lamp: int, given: str):
    answer = httpx.get(
        f"{site.address}/api/v1/cases/{lamp}",
        headers={"Authorization": given.encode("latin-1")},
        trust_env=False,
    )

    assert (answer.status_code, answer.json()["key"]) == (401, "API_NO_TOKEN")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert LAMP not in answer.text


def test_a_session_opens_no_interface_and_a_token_no_page(site: Site, lamp: int, reader: Program):
    visit = site.signed_in(DUTY)
    assert visit.get(f"/cases/{lamp}").status_code == 200
    assert visit.get("/api/v1/cases").status_code == 401
    assert (
        visit.client.post("/api/v1/cases/1/claim", headers={"Idempotency-Key": "abcdefgh"}).status_code == 401
    )

    for page in ("/console", f"/cases/{lamp}", "/api"):
        answer = httpx.get(
            f"{site.address}{page}",
            headers=dict(reader.client.headers),
            trust_env=False,
            follow_redirects=True,
        )
        assert LAMP not in answer.text
        assert answer.status_code == 401 or answer.url.path == "/login"
    assert "set-cookie" not in reader.get("/cases").headers


def test_a_token_that_only_reads_changes_nothing(site: Site, lamp: int, reader: Program):
    answer = reader.post(f"/cases/{lamp}/claim")

    assert (answer.status_code, answer.json()["key"]) == (403, "API_NOT_ALLOWED")
    assert reader.post("/cases", area=3, words="路灯不亮", channel="电话").status_code == 403
    assert site.town.views.steps(site.town.case(lamp).id) == ["create"]


def test_a_token_does_what_it_was_made_for_and_nothing_else(site: Site, lamp: int):
    claims = program(site, make_token(site.town, "三邻", person=NAMES["leader"], acts=("claim",)))

    assert claims.post(f"/cases/{lamp}/claim").status_code == 200
    assert claims.post(f"/cases/{lamp}/resolve", words="换了新灯，亮了").status_code == 403
    assert claims.get(f"/cases/{lamp}").json()["steps_open"] == []


def test_it_ends_on_its_day_and_when_somebody_stops_it(site: Site):
    short, long = make_token(site.town, days=1), make_token(site.town, days=30)
    site.town.wait(days=2)
    assert program(site, short).get("/figures").status_code == 401
    assert program(site, long).get("/figures").status_code == 200

    visit = operator(site)
    page = visit.get("/api").text
    assert ("到期了" in page, "在用" in page, "最近用过" in page) == (True, True, True)
    stopped = visit.post("/api", f"/api/tokens/{rows(site)[1].id}/stop")
    assert "停用了" in stopped.text
    assert program(site, long).get("/figures").status_code == 401


def test_it_ends_with_the_post_in_whose_name_it_acts(site: Site, lamp: int, leader: Program):
    assert leader.get(f"/cases/{lamp}").status_code == 200
    end_post(site, seat_of(site, NAMES["leader"]))

    assert leader.get(f"/cases/{lamp}").status_code == 401


def test_its_use_is_noted_once_in_ten_minutes(site: Site, reader: Program):
    for _ in range(3):
        reader.get("/figures")
    first = rows(site)[0].used_at
    site.town.wait(minutes=11)
    reader.get("/figures")

    assert first is not None
    assert rows(site)[0].used_at > first


def test_whoever_asks_too_often_waits_and_wrong_tokens_are_counted_apart(town: Town):
    with serve_site(town, often=3) as site:
        own, other = (program(site, make_token(town)) for _ in range(2))
        wrong = program(site, "linli_" + "a" * 43)
        assert [wrong.get("/figures").status_code for _ in range(5)] == [401, 401, 401, 429, 429]
        assert [own.get("/figures").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert other.get("/figures").status_code == 200
        late = own.get("/figures")
        assert (late.json()["key"], late.headers["retry-after"]) == ("API_TOO_OFTEN", "60")

        town.wait(minutes=2)
        assert own.get("/figures").status_code == 200


def test_two_areas_of_one_name_and_a_span_without_end_are_refused(town: Town):
    said = [
        refused(town, MakeToken("县12345", place="没有的地方")),
        refused(town, MakeToken("县12345", place="安全村", days=9999)),
        refused(town, MakeToken("x", place="安全村")),
        refused(town, MakeToken("县12345", place="安全村", acts=("open",))),
        refused(town, MakeToken("县12345", place="安全村", acts=("everything",), person=NAMES["duty"])),
        refused(town, MakeToken("县12345", place="九组", acts=("claim",), person=NAMES["duty"])),
    ]

    assert said == [
        "API_TOKEN_PLACE", "API_TOKEN_DAYS", "API_TOKEN_NAME", "API_TOKEN_NO_LENDER", "API_TOKEN_ACTS",
        "API_TOKEN_NO_LENDER",
    ]  # fmt: skip


def refused(town: Town, ask: MakeToken) -> str | None:
    origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{ask}"), town.clock())
    outcome = town.machine.dispatch(ask, OPERATOR, origin)
    return outcome.refusal.key if outcome.refusal else None


def test_a_township_cadre_lets_programs_into_the_own_places_in_the_own_name(villages: Site):
    visit = villages.signed_in(TOWN)
    page = visit.get("/api").text
    assert ("做一个令牌" in page, "还没有程序在用" in page, 'name="person"' in page) == (True, True, False)
    village = place(page, "安全村")

    made = visit.post("/api", "/api/tokens", name="县12345平台", area=village, days="30", act="open")
    token = TOKEN.search(made.text)
    assert token is not None
    assert token[0] not in visit.get("/api").text

    counted = program(villages, token[0])
    assert {area["name"] for area in counted.get("/areas").json()["areas"]} >= {"安全村", "三组"}
    assert "永和村" not in counted.get("/areas").text
    opened = counted.post(
        "/cases", area=int(place(page, "一片三组")), words="三组的路灯不亮", channel="县12345"
    )
    assert opened.status_code == 201, opened.text

    seat = next(
        seat for seat in villages.town.machine.dispatch.known_town().seats.values() if seat.name == "丁勇"
    )
    end_post(villages, seat.id)
    assert counted.get("/areas").status_code == 401  # it ends with whoever made it


def test_nobody_below_makes_or_stops_a_token(villages: Site):
    token = make_token(villages.town)
    for who in (VILLAGE_DUTY, HEAD):
        visit = villages.signed_in(who)
        page = visit.get("/api").text
        assert ('action="/api/tokens"' in page, "县12345" in page.replace("比如：县12345平台", "")) == (
            False,
            False,
        )
        made = visit.client.post(
            "/api/tokens", data={"csrf": visit.token("/me"), "name": "我的", "area": "1", "days": "30"}
        )
        stopped = visit.client.post("/api/tokens/1/stop", data={"csrf": visit.token("/me")})
        assert (made.status_code, stopped.status_code) == (403, 403)
    assert len(rows(villages)) == 1
    assert program(villages, token).get("/figures").status_code == 200


def test_a_form_that_is_wrong_keeps_what_was_typed(site: Site):
    visit = operator(site)
    wrong = visit.post(
        "/api", "/api/tokens", name="县12345平台", area="", days="9999", person="张建国", act="claim"
    )

    assert wrong.status_code == 422
    assert (
        'value="县12345平台"' in wrong.text,
        'value="9999"' in wrong.text,
        'value="张建国"' in wrong.text,
    ) == (True,) * 3
    assert 'value="claim" checked' in wrong.text
    assert "最长用366天" in wrong.text
    assert rows(site) == []


def place(page: str, name: str) -> str:
    """A place that one may choose."""
    return next(
        number
        for number, path in re.findall(r'<option value="(\d+)"[^>]*>([^<]+)</option>', page)
        if path.endswith(name)
    )
