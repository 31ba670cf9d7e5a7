"""Areas and people on pages: what is empty, who is given a post, a new telephone, days away; never a number or an address."""

import re
from datetime import date, timedelta

from sqlalchemy import select

from models.tables import Appointment, ChatIdentity, Household, HouseholdArea, HouseholdTag, Leave, Person
from tests.console.site import Site
from tests.console.villages import words_of
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, OTHER_LEADER, OUTSIDER, RESIDENT

LAMP = "3栋2单元楼道灯坏了好几天了"
TODAY = "2025-07-15"
PHONE = "13800000001"


def area(site: Site, name: str) -> int:
    town = site.town.machine.dispatch.current_town()
    return next(node.id for node in town.areas.values() if node.name == name)


def person(site: Site, who: str) -> int:
    return site.town.machine.dispatch.actor("simulator", who).person or 0


def seat(site: Site, who: str) -> int:
    return site.town.machine.dispatch.actor("simulator", who).seats[0]


def settle(site: Site, name: str, count: int, tag: str = "") -> None:
    """So many households live in an area."""
    with site.town.session() as session:
        for number in range(1, count + 1):
            home = Household(
                label=f"{name}{number}户", address_box=site.town.parts.standing.secrets.box("桥头1号")
            )
            session.add(home)
            session.flush()
            here = area(site, name)
            session.add(HouseholdArea(household_id=home.id or 0, area_id=here, valid_from=date(2024, 1, 1)))
            if tag:
                session.add(HouseholdTag(household_id=home.id or 0, tag=tag, since=site.town.clock()))
        session.commit()


def test_the_tree_says_how_many_live_where_who_is_there_and_what_is_odd(site: Site):
    settle(site, "三邻", 22)
    page = words_of(site.signed_in(DUTY).get("/areas"))
    assert "三邻" in page
    assert "结对要看看" in page
    assert "22户，邻长张" in page
    assert "九组" not in page
    odd = words_of(site.signed_in(DUTY).get("/areas?show=odd"))
    assert "邻长联系22户，一般5到15户" in odd
    found = words_of(site.signed_in(DUTY).get("/areas?words=三邻"))
    assert ("一片四组三邻" in found, "没有叫" in found) == (True, False)
    assert "没有叫“月球”的" in words_of(site.signed_in(DUTY).get("/areas?words=月球"))


def test_an_empty_post_says_since_when_and_who_gets_its_cases(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "三邻")
    leader = f"/people/{person(site, LEADER)}"
    ended = visit.post(leader, f"{leader}/end", seat=str(seat(site, LEADER)), off=TODAY)
    assert ended.status_code == 200, ended.text
    assert "1个岗位空着，去看→" in words_of(visit.get("/areas"))
    line = "邻长空着2025年7月15日起，来的事先到组长刘"
    assert line in words_of(visit.get("/areas?show=empty"))
    assert line in words_of(visit.get(f"/areas/{here}"))


def test_the_page_says_what_somebody_leaves_before_the_post_ends(site: Site):
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=2)
    site.town.say("接单 1", by=LEADER, private=True)
    visit, who = site.signed_in(DUTY), person(site, LEADER)
    page = words_of(visit.get(f"/people/{who}"))
    assert "（我）" not in page
    assert "手上有1件没办完，会转给组长刘1件。" in page
    wrong = visit.post(f"/people/{who}", f"/people/{who}/end", seat=str(seat(site, LEADER)), off="明天吧")
    assert (wrong.status_code, "日子没看明白" in wrong.text, "明天吧" in wrong.text) == (422, True, True)
    past = visit.post(f"/people/{who}", f"/people/{who}/end", seat=str(seat(site, LEADER)), off="2025-07-01")
    assert (past.status_code, "不能填过去的日子" in past.text) == (422, True)
    done = visit.post(f"/people/{who}", f"/people/{who}/end", seat=str(seat(site, LEADER)), off=TODAY)
    assert "已离任" in done.text
    assert "组长刘" in visit.get("/cases/1").text


def test_somebody_is_given_a_post_and_takes_over_from_the_one_before(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "三邻")
    form = {"post": "lin_head", "name": "陈平", "since": TODAY}
    full = visit.post(f"/areas/{here}", f"/areas/{here}/fill", **form)
    assert (full.status_code, "现在是邻长张" in full.text, 'value="陈平"' in full.text) == (409, True, True)
    done = visit.post(f"/areas/{here}", f"/areas/{here}/fill", **form, instead=str(seat(site, LEADER)))
    assert done.url.path == f"/areas/{here}"
    assert "邻长陈" in words_of(done)
    assert "以前和以后的任职邻长张" in words_of(done)
    found = words_of(visit.get("/people?words=陈"))
    assert "邻长陈平没绑微信" in found


def test_of_two_namesakes_the_page_asks_which_one(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "四组")
    with site.town.session() as session:
        for _ in range(2):
            session.add(Person(name="陈平", surname="陈", home_area_id=here))
        session.commit()
        last = (
            session.execute(select(Person.id).where(Person.name == "陈平").order_by(Person.id.desc()))
            .scalars()
            .first()
        )  # type: ignore[union-attr]
    three = area(site, "三邻")
    form = {"post": "lin_head", "name": "陈平", "since": TODAY, "instead": str(seat(site, LEADER))}
    asked = visit.post(f"/areas/{three}", f"/areas/{three}/fill", **form)
    assert (asked.status_code, "是哪一位" in asked.text, f'value="{last}"' in asked.text) == (422, True, True)
    assert visit.post(f"/areas/{three}", f"/areas/{three}/fill", **form, person=str(last)).status_code == 200
    with site.town.session() as session:
        row = session.execute(select(Appointment).order_by(Appointment.id.desc())).scalars().first()  # type: ignore[union-attr]
        assert row is not None
        assert row.person_id == last


def test_a_new_telephone_takes_the_place_of_the_old_one(site: Site):
    visit, who = site.signed_in(DUTY), person(site, LEADER)
    old = site.signed_in(LEADER)
    made = visit.post(f"/people/{who}", f"/people/{who}/newcode")
    code = re.search(r"绑定码：(\d{8})", made.text)
    assert code, made.text
    assert code[1] not in visit.get(f"/people/{who}").text
    assert old.get("/areas").url.path == "/areas"

    site.town.say(f"绑定 {code[1]}", by=NEIGHBOUR, private=True)
    page = words_of(visit.get(f"/people/{who}"))
    assert ("微信号尾号bour已绑定" in page, "微信号尾号ader已停用" in page) == (True, True)
    assert old.get("/areas").url.path == "/login"  # whoever holds the old telephone is out
    assert "停用这个微信号" in visit.get(f"/people/{who}").text
    with site.town.session() as session:
        identity = session.execute(
            select(ChatIdentity.id).where(ChatIdentity.contact == NEIGHBOUR)
        ).scalar_one()
    visit.post(f"/people/{who}", f"/people/{who}/unbind", contact=str(identity))
    assert "没绑微信" in visit.get("/people?words=张").text


def test_a_contact_is_only_ended_on_its_own_persons_page(site: Site):
    visit, who = site.signed_in(DUTY), person(site, LEADER)
    other = site.town.machine.dispatch.actor("simulator", CHIEF).identity
    assert visit.post(f"/people/{who}", f"/people/{who}/unbind", contact=str(other)).status_code == 404
    assert site.town.machine.dispatch.actor("simulator", CHIEF).seats


def test_days_away_are_written_down_and_called_off(site: Site):
    visit, who = site.signed_in(DUTY), person(site, LEADER)
    fields = {"since": TODAY, "until": "2025-07-20", "stand_in": str(person(site, OTHER_LEADER))}
    done = words_of(visit.post(f"/people/{who}", f"/people/{who}/leave", **fields))
    assert "2025年7月15日到2025年7月20日请假，组长刘代。" in done
    assert "请假，组长刘代" in words_of(visit.get("/people"))
    assert "邻长张（请假，组长刘代）" in words_of(visit.get(f"/areas/{area(site, '三邻')}"))
    assert "没有请假" in words_of(visit.post(f"/people/{who}", f"/people/{who}/back"))
    with site.town.session() as session:
        assert session.execute(select(Leave.ended_at)).scalar_one() is not None
    own = site.signed_in(LEADER)
    mine = own.post(f"/people/{who}", f"/people/{who}/leave", **{**fields, "until": TODAY})
    assert "组长刘代" in mine.text


def test_pages_never_show_a_number_an_address_or_who_is_ill(site: Site):
    settle(site, "三邻", 3, tag="ill")
    with site.town.session() as session:
        row = session.get_one(Person, person(site, LEADER))
        row.phone_box = site.town.parts.standing.secrets.box(PHONE)
        session.commit()
    pages = (
        "/areas",
        f"/areas/{area(site, '三邻')}",
        "/people",
        f"/people/{person(site, LEADER)}",
        "/people?words=张",
    )
    for who in (DUTY, LEADER):
        visit = site.signed_in(who)
        for page in pages:
            words = visit.get(page).text
            assert PHONE not in words, page
            assert "桥头1号" not in words, page
            assert not re.search(r"重病户.{0,40}[123] 户", words, re.DOTALL), page
    assert "少于5户" in words_of(site.signed_in(DUTY).get(pages[1]))
    leader = words_of(site.signed_in(LEADER).get(pages[1]))
    assert ("重病户" in leader, "三邻1户" in leader) == (False, False)


def test_a_group_code_is_made_for_an_area_and_shown_once(site: Site):
    visit, here = site.signed_in(DUTY), area(site, "四组")
    made = visit.post(f"/areas/{here}", f"/areas/{here}/groupcode")
    assert re.search(r"四组的群绑定码：\d{8}", made.text)
    assert "群绑定码：" not in visit.get(f"/areas/{here}").text


def test_a_first_responder_sees_the_own_area_and_changes_nothing_there(site: Site):
    visit, here = site.signed_in(OTHER_LEADER), area(site, "三邻")
    page = visit.get(f"/areas/{here}").text
    assert ("邻长张" in page, "定下" in page, "群绑定码" in page) == (True, False, False)
    assert "张建国" not in visit.get("/people").text
    who = person(site, LEADER)
    assert "不再担任" not in visit.get(f"/people/{who}").text
    sent = {"post": "lin_head", "name": "陈平", "since": TODAY, "instead": str(seat(site, LEADER))}
    assert visit.post("/me", f"/areas/{here}/fill", **sent).status_code == 403
    assert visit.post("/me", f"/people/{who}/end", seat=str(seat(site, LEADER)), off=TODAY).status_code == 403
    assert visit.post("/me", f"/people/{who}/code").status_code == 403
    assert visit.get(f"/people/{person(site, OUTSIDER)}").status_code == 404


def test_a_term_that_ends_later_is_said_with_its_day(site: Site):
    visit, who = site.signed_in(DUTY), person(site, LEADER)
    later = (date.fromisoformat(TODAY) + timedelta(days=5)).isoformat()
    visit.post(f"/people/{who}", f"/people/{who}/end", seat=str(seat(site, LEADER)), off=later)
    assert "到2025年7月19日" in words_of(visit.get("/people"))
    assert "在任" in visit.get(f"/people/{who}").text
