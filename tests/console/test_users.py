"""Who can come in, where they are signed in, and how somebody who is locked out or lost a telephone is helped."""

from datetime import date

import pyotp
import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from handlers.registry import load_handlers
from handlers.vouching import IssuePersonCode
from handlers.web_access import IssueLoginCode
from models.rules.permissions import EVERYBODY, THE_CLOCK, Permission
from models.rules.web_access import MOST_SESSIONS
from models.tables import AccessEvent, Appointment, WebAccount, WebSession
from tests.console.office import PASSWORD, TOWN, from_shell, person, with_password, words_of
from tests.console.site import CODE, Site, Visit
from tests.town.town import CHIEF, DUTY, FRIEND, LEADER, OTHER_LEADER, OUTSIDER
from web.post_words import RIGHTS


def events(site: Site, kind: str) -> list[AccessEvent]:
    with site.town.session() as session:
        found = select(AccessEvent).where(col(AccessEvent.kind) == kind).order_by(col(AccessEvent.id))
        return list(session.execute(found).scalars())


def page_of(site: Site, name: str) -> str:
    return f"/users/{person(site, name)}"


def operator(site: Site) -> Visit:
    """The operator's browser, by a code made on the server."""
    visit = site.browser()
    visit.post("/login", "/login/code", code=from_shell(site, IssueLoginCode())["code"])
    return visit


def test_a_cadre_sees_who_can_sign_in_in_the_own_places_only(office: Site):
    office.signed_in(LEADER)
    said = words_of(office.signed_in(DUTY).get("/users"))

    assert ("邻长 张建国 登录着" in said, "钱进" in said, "丁勇" in said) == (True, False, False)
    assert "没上过网页" in said
    found = words_of(office.signed_in(DUTY).get("/users?words=刘明"))
    assert ("刘明" in found, "张建国" in found) == (True, False)
    assert "张建国" not in words_of(office.signed_in(CHIEF).get("/users"))


def test_somebody_is_signed_out_everywhere_or_in_one_browser(office: Site):
    first, second = office.signed_in(LEADER), office.signed_in(LEADER)
    duty, page = office.signed_in(DUTY), page_of(office, "张建国")
    with office.town.session() as session:
        oldest = session.execute(select(WebSession.id).order_by(col(WebSession.id))).scalars().first()
    ended = duty.post(page, f"{page}/end", session=str(oldest))
    assert "退出了1处" in ended.text
    assert (first.get("/console").url.path, second.get("/console").url.path) == ("/login", "/console")

    duty.post(page, f"{page}/end")
    assert second.get("/console").url.path == "/login"
    assert [row.by_person_id for row in events(office, "ended")] == [person(office, "谷梅")] * 2
    assert "现在没有登录" in duty.get(page).text


def test_a_locked_account_is_unlocked_and_may_try_at_once(office: Site):
    _, second = with_password(office)
    office.town.wait(minutes=1)
    stranger, good = office.browser(), {"login": "zhangjg", "password": PASSWORD}
    for _ in range(5):
        stranger.post("/login", "/login/password", login="zhangjg", password="not the one", once="000000")
    once = pyotp.TOTP(second).at(office.town.clock())
    assert stranger.post("/login", "/login/password", once=once, **good).status_code == 403

    duty, page = office.signed_in(DUTY), page_of(office, "张建国")
    assert "锁着" in duty.get("/users").text
    assert "解锁了" in duty.post(page, f"{page}/unlock").text
    assert stranger.post("/login", "/login/password", once=once, **good).url.path == "/console"
    assert duty.post(page, f"{page}/unlock").status_code == 409


def test_a_lost_second_factor_is_taken_away_with_a_reason_that_its_owner_hears(office: Site):
    visit, second = with_password(office)
    duty, page = office.signed_in(DUTY), page_of(office, "张建国")
    short = duty.post(page, f"{page}/reset", reason="丢了")
    assert (short.status_code, 'value="丢了"' in short.text) == (422, True)

    duty.post(page, f"{page}/reset", reason="手机丢了，本人来说的")
    office.town.wait(minutes=1)
    assert visit.get("/console").url.path == "/login"
    heard = [said for said in office.town.heard(LEADER) if "作废" in said]
    assert len(heard) == 1
    assert "村两委值班谷" in heard[0]
    assert "手机丢了，本人来说的" in heard[0]
    once = pyotp.TOTP(second).at(office.town.clock())
    old = office.browser().post("/login", "/login/password", login="zhangjg", password=PASSWORD, once=once)
    assert old.status_code == 403
    with office.town.session() as session:
        assert session.execute(select(WebAccount)).scalars().all() == []
    with_password(office)


@pytest.mark.parametrize("act", ["end", "unlock", "reset", "code"])
def test_nobody_touches_people_who_are_not_theirs(office: Site, act: str):
    with_password(office)
    boss = office.signed_in(TOWN)
    for who, whom in ((DUTY, "钱进"), (DUTY, "丁勇"), (CHIEF, "张建国"), (OUTSIDER, "张建国")):
        visit, page = office.signed_in(who), page_of(office, whom)
        assert visit.get(page).status_code == 404, (who, whom)
        answer = visit.client.post(f"{page}/{act}", data={"csrf": visit.token("/me"), "reason": "要核实情况"})
        assert answer.status_code == 404, (who, whom)
    own = page_of(office, "谷梅")
    duty = office.signed_in(DUTY)
    mine = duty.client.post(f"{own}/{act}", data={"csrf": duty.token("/me"), "reason": "要核实情况"})
    assert mine.status_code in {403, 404}
    assert boss.get("/console").url.path == "/console"
    assert events(office, "reset") + events(office, "ended") + events(office, "code") == []


def test_only_the_operator_makes_a_code_for_somebody(office: Site):
    duty, page = office.signed_in(DUTY), page_of(office, "张建国")
    assert duty.post(page, f"{page}/code").status_code == 403

    made = operator(office).post(page, f"{page}/code")
    code = CODE.search(words_of(made))
    assert code
    visit = office.browser()
    assert "邻长张" in visit.post("/login", "/login/code", code=code[0]).text
    assert [row.by_operator for row in events(office, "code")] == [True, True]


def test_ones_own_sessions_are_listed_and_ended(office: Site):
    forgotten, mine = office.signed_in(LEADER), office.signed_in(LEADER)
    page = mine.get("/me")
    assert (page.text.count("别的手机或电脑"), page.text.count("就是这里")) == (1, 1)

    mine.post("/me", "/me/sessions/end")
    assert forgotten.get("/console").url.path == "/login"
    assert "别的手机或电脑" not in mine.get("/me").text


def test_nobody_ends_the_session_of_another_as_their_own(office: Site):
    other, mine = office.signed_in(DUTY), office.signed_in(LEADER)
    with office.town.session() as session:
        theirs = session.execute(select(WebSession.id).order_by(col(WebSession.id))).scalars().first()
    mine.post("/me", "/me/sessions/end", session=str(theirs))

    assert other.get("/console").url.path == "/console"


def test_the_oldest_of_too_many_sessions_makes_room(office: Site):
    visits = [office.signed_in(LEADER) for _ in range(MOST_SESSIONS + 1)]

    assert [visit.get("/console").url.path for visit in visits] == ["/login"] + ["/console"] * MOST_SESSIONS
    assert len(events(office, "crowded")) == 1


def test_a_session_of_a_lost_post_stays_over_when_the_post_comes_back(office: Site):
    visit = office.signed_in(LEADER)
    for until in (date(2025, 7, 14), None):
        with office.town.engine.begin() as connection:
            his = col(Appointment.person_id) == person(office, "张建国")
            connection.execute(update(Appointment).where(his).values(valid_to=until))
            connection.execute(text("UPDATE deployment SET version = version + 1"))
        assert visit.get("/console").url.path == "/login"

    assert len(events(office, "lapsed")) == 1
    assert office.signed_in(LEADER).get("/console").url.path == "/console"


def test_whoever_is_bound_to_another_contact_is_signed_out(office: Site):
    visit, old = office.signed_in(LEADER), office.code(LEADER)
    code = from_shell(office, IssuePersonCode("张建国"))["code"]
    office.town.say(f"绑定 {code}", by=FRIEND, private=True)
    office.town.wait(minutes=1)

    assert visit.get("/console").url.path == "/login"
    assert office.browser().post("/login", "/login/code", code=old).status_code == 403
    assert len(events(office, "bound")) == 1


def test_what_posts_may_do_is_said_in_words(office: Site):
    said = words_of(office.signed_in(OTHER_LEADER).get("/users/posts"))

    assert "乡镇站所联系人 一个乡" in said
    assert "写明理由，看所辖地方不公开的诉求" in said
    load_handlers()
    assert set(RIGHTS) | EVERYBODY | THE_CLOCK >= set(Permission)
