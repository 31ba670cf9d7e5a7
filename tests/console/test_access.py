"""Nobody comes in uninvited, and whoever may comes in easily."""

import re

import pyotp
import pytest
from sqlalchemy import select, text

from models.tables import AuditLine, LoginCode, WebAccount, WebSession
from tests.console.site import Site, Visit
from tests.town.town import DUTY, FRIEND, LEADER, ROOM
from web.tries import MOST

CLOSED = ("/console", "/relay", "/status", "/letters/1", "/me", "/anything-new")
SECRET = re.compile(r'name="second" value="([A-Z2-7]+)"')
PASSWORD = "lamp-on-the-bridge"


def now_code(site: Site, second: str) -> str:
    return pyotp.TOTP(second).at(site.town.clock())


def with_password(site: Site, who: str = LEADER, login: str = "zhangjg") -> tuple[Visit, str]:
    visit = site.signed_in(who)
    found = SECRET.search(visit.get("/me").text)
    assert found
    answer = visit.post(
        "/me", "/me/password", login=login, password=PASSWORD, second=found[1], once=now_code(site, found[1])
    )
    assert "密码设好了" in answer.text
    return visit, found[1]


@pytest.mark.parametrize("page", CLOSED)
def test_every_page_is_closed_and_leads_to_the_login(site: Site, page: str):
    answer = site.browser().get(page)

    assert (answer.url.path, answer.status_code) == ("/login", 200)
    assert answer.url.params["back"] == page


def test_what_is_not_a_page_is_refused_plainly(site: Site):
    client = site.browser().client

    assert client.get("/console", headers={"accept": "application/json"}).status_code == 401
    assert client.post("/relay/confirm", data={"task": "1", "csrf": "x"}).status_code == 401


def test_a_code_from_the_private_chat_opens_the_page_one_came_for(site: Site):
    visit = site.browser()
    answer = visit.post("/login?back=/status", "/login/code", code=site.code(LEADER), back="/status")

    assert answer.url.path == "/status"
    assert "邻长张" in answer.text


def test_a_code_works_once_and_for_five_minutes(site: Site):
    code = site.code(LEADER)
    first, second = site.browser(), site.browser()
    assert first.post("/login", "/login/code", code=code).url.path == "/console"
    again = second.post("/login", "/login/code", code=code)
    assert (again.status_code, "用过了" in again.text) == (403, True)

    late = site.code(LEADER)
    site.town.wait(minutes=6)
    assert second.post("/login", "/login/code", code=late).status_code == 403


def test_a_newer_code_makes_the_older_one_worthless(site: Site):
    older, newer = site.code(LEADER), site.code(LEADER)

    assert site.browser().post("/login", "/login/code", code=older).status_code == 403
    assert site.browser().post("/login", "/login/code", code=newer).status_code == 200


def test_a_resident_hears_where_to_ask_and_a_group_hears_nothing(site: Site):
    site.town.say("登录", by=FRIEND, private=True)
    assert "有岗位" in site.town.heard(FRIEND)[-1]
    before = len(site.town.room()), len(site.town.heard(LEADER))
    site.town.say("登录", by=LEADER, room=ROOM)
    assert (len(site.town.room()), len(site.town.heard(LEADER))) == before


def test_password_and_second_factor(site: Site):
    visit, second = with_password(site)
    visit.post("/me", "/logout")
    assert visit.get("/console").url.path == "/login"
    site.town.wait(minutes=1)

    once = now_code(site, second)
    good = {"login": "ZhangJG", "password": PASSWORD, "once": once}
    assert visit.post("/login", "/login/password", **good).url.path == "/console"
    other = site.browser()
    assert other.post("/login", "/login/password", **good).status_code == 403  # a one-time password is one
    assert (
        "名字、密码、动态码" in other.post("/login", "/login/password", **(good | {"login": "nobody"})).text
    )


def test_five_wrong_passwords_lock_the_account_and_tell_its_owner_once(site: Site):
    _, second = with_password(site)
    site.town.wait(minutes=1)
    stranger = site.browser()
    for _ in range(7):
        wrong = {"login": "zhangjg", "password": "not the password", "once": "000000"}
        assert stranger.post("/login", "/login/password", **wrong).status_code == 403
    site.town.wait(seconds=10)
    assert sum("输错您的网页密码" in said for said in site.town.heard(LEADER)) == 1

    good = {"login": "zhangjg", "password": PASSWORD}
    locked = stranger.post("/login", "/login/password", once=now_code(site, second), **good)
    assert locked.status_code == 403
    site.town.wait(minutes=16)
    assert stranger.post("/login", "/login/password", once=now_code(site, second), **good).status_code == 200


def test_an_address_that_tries_too_often_must_wait(site: Site):
    visit = site.browser()
    answers = [visit.post("/login", "/login/code", code="1234 5678") for _ in range(MOST + 1)]

    assert [a.status_code for a in answers] == [403] * MOST + [409]
    assert "过一刻钟" in answers[-1].text
    site.town.wait(minutes=16)
    assert visit.post("/login", "/login/code", code=site.code(LEADER)).url.path == "/console"


@pytest.mark.parametrize(
    ("login", "password", "words"),
    [
        ("张", PASSWORD, "小写字母"),
        ("zhang", "short", "至少10个字符"),
        ("zhang", "12345678901", "不能全是数字"),
        ("zhang", "my-zhang-word", "不能含登录名"),
    ],
)
def test_a_weak_password_is_explained_and_what_was_typed_stays(
    site: Site, login: str, password: str, words: str
):
    visit = site.signed_in(LEADER)
    found = SECRET.search(visit.get("/me").text)
    assert found
    answer = visit.post(
        "/me", "/me/password", login=login, password=password, second=found[1], once=now_code(site, found[1])
    )

    assert (answer.status_code, words in answer.text) == (422, True)
    assert f'value="{login}"' in answer.text
    assert found[1] in answer.text  # the code that was scanned still holds
    assert password not in answer.text


def test_a_new_password_ends_the_other_sessions(site: Site):
    forgotten = site.signed_in(LEADER)
    with_password(site)

    assert forgotten.get("/console").url.path == "/login"


def test_a_login_name_belongs_to_one_person(site: Site):
    with_password(site)
    visit = site.signed_in(DUTY)
    found = SECRET.search(visit.get("/me").text)
    assert found
    once = now_code(site, found[1])
    taken = visit.post("/me", "/me/password", login="zhangjg", password=PASSWORD, second=found[1], once=once)

    assert (taken.status_code, "有人用了" in taken.text) == (422, True)


def test_the_token_changes_every_hour_and_a_stolen_older_one_dies(site: Site):
    visit = site.signed_in(LEADER)
    form = visit.token("/me")
    before = visit.client.cookies["linli_session"]
    site.town.wait(minutes=61)
    assert visit.get("/console").url.path == "/console"
    assert visit.client.cookies["linli_session"] != before

    thief = site.browser()
    thief.client.cookies.set("linli_session", before)
    assert thief.get("/console").url.path == "/console"  # a page that was on its way
    site.town.wait(minutes=2)
    assert thief.get("/console").url.path == "/login"
    assert visit.client.post("/logout", data={"csrf": form}).url.path == "/login"  # forms outlive the change


def test_a_session_ends_after_a_day_of_silence_and_after_a_week(site: Site):
    idle, busy = site.signed_in(LEADER), site.signed_in(DUTY)
    for _ in range(13):
        site.town.wait(hours=12.5)
        assert busy.get("/console").url.path == "/console"
    assert idle.get("/console").url.path == "/login"
    site.town.wait(hours=12)
    assert busy.get("/console").url.path == "/login"


def test_whoever_lost_the_post_is_out_at_the_next_page(site: Site):
    visit = site.signed_in(LEADER)
    with site.town.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE appointment SET valid_to = '2025-07-14' WHERE person_id ="
                " (SELECT id FROM person WHERE name = '张建国')"
            )
        )
        connection.execute(text("UPDATE deployment SET version = version + 1"))

    assert visit.get("/console").url.path == "/login"


def test_a_form_of_somebody_else_and_a_form_sent_twice_are_refused(site: Site):
    mine, other = site.signed_in(LEADER), site.signed_in(DUTY)
    foreign = mine.client.post("/logout", data={"csrf": other.token("/me")})
    assert foreign.status_code == 403
    assert mine.client.post("/logout", data={}).status_code == 422

    form = mine.token("/me")
    assert mine.client.post("/logout", data={"csrf": form}).url.path == "/login"
    assert mine.client.post("/logout", data={"csrf": form}).status_code in {401, 403}


def test_nothing_readable_is_kept(site: Site):
    _, second = with_password(site)
    code = site.code(DUTY)
    with site.town.engine.connect() as connection:
        kept = "".join(
            str(tuple(row))
            for table in (LoginCode, WebAccount, WebSession, AuditLine)
            for row in connection.execute(select(table.__table__))
        )

    for secret in (PASSWORD, second, code, code.replace(" ", "")):
        assert secret not in kept
