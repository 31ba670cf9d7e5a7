"""What is not for everybody: opened one at a time, with a reason, written down, and never by whoever it is about."""

from sqlalchemy import select
from sqlmodel import col

from models.rules.registers import MOST_AN_HOUR
from models.tables import AccessEvent, AuditLine, Case, ChatIdentity, Household, Person, RegisterOpening
from tests.console.office import CALLED_IN, LAMP, PHONE, PLEA, TOWN, person, words_of
from tests.console.site import Site
from tests.town.town import CHIEF, DUTY, LEADER, OTHER_LEADER, OUTSIDER, OVERSIGHT, RESIDENT

WHY = "打电话问清情况"


def openings(site: Site) -> list[RegisterOpening]:
    with site.town.session() as session:
        return list(session.execute(select(RegisterOpening).order_by(col(RegisterOpening.id))).scalars())


def called_in(site: Site) -> None:
    """A case with a telephone number: written down by the village, it lies with the head of the district."""
    site.town.say(CALLED_IN, by=DUTY, private=True)
    site.town.wait(minutes=2)
    assert site.town.case().area == "四组"


def plea(site: Site) -> None:
    """A private case that lies with the village."""
    site.town.say(PLEA, by=RESIDENT)
    site.town.wait(minutes=3)
    with site.town.session() as session:
        assert session.execute(select(Case.privacy)).scalar_one() == "P3"


def test_whoever_it_lies_with_sees_the_number_once_after_saying_why(office: Site):
    called_in(office)
    visit = office.signed_in(CHIEF)
    page = visit.get("/cases/1")
    assert (PHONE in page.text, 'href="/registers/1/phone"' in page.text) == (False, True)
    assert PHONE not in visit.get("/registers/1/phone").text

    shown = visit.post("/registers/1/phone", "/registers/1/phone", chosen=WHY)
    assert (shown.status_code, PHONE in shown.text, shown.headers["cache-control"]) == (200, True, "no-store")
    assert shown.headers["refresh"] == "180; url=/cases/1"
    assert PHONE not in visit.get("/registers/1/phone").text
    [row] = openings(office)
    assert (row.kind, row.subject_no, row.reason) == ("case_phone", 1, WHY)
    assert WHY in words_of(visit.get("/registers"))


def test_the_household_of_a_bound_reporter_is_opened_in_the_same_way_by_whoever_it_lies_with(office: Site):
    office.town.say(LAMP, by=RESIDENT)
    office.town.wait(minutes=2)
    holder = office.signed_in(CHIEF)
    assert (holder.get("/registers/1/home").status_code, "住处" in holder.get("/cases/1").text) == (
        404,
        False,
    )
    lives_at(office, "王家湾3户", "桥东老供销社后面第二家")

    assert ('href="/registers/1/home"' in holder.get("/cases/1").text, "王家湾" in holder.get("/cases/1").text) == (
        True, False,
    )  # fmt: skip
    shown = holder.post("/registers/1/home", "/registers/1/home", chosen="约好了上门")
    assert ("王家湾3户" in shown.text, "桥东老供销社后面第二家" in shown.text) == (True, True)
    assert [(row.kind, row.reason) for row in openings(office)] == [("case_home", "约好了上门")]
    assert "看反映人住处" in words_of(office.signed_in(TOWN).get("/audit?kind=register"))
    for other in (OTHER_LEADER, OUTSIDER):
        assert office.signed_in(other).get("/registers/1/home").status_code == 404


def lives_at(site: Site, label: str, address: str) -> None:
    """Whoever reported the first case is bound, and it is known in which household he lives."""
    with site.town.session() as session:
        home = Household(label=label, address_box=site.town.parts.standing.secrets.box(address))
        session.add(home)
        session.flush()
        resident = Person(name="王小明", surname="王", household_id=home.id)
        session.add(resident)
        session.flush()
        reporter = session.get(ChatIdentity, session.execute(select(Case.reporter_id)).scalar_one())
        assert reporter is not None
        reporter.person_id, reporter.verified_at = resident.id, site.town.clock()
        session.commit()


def test_the_same_form_sent_again_shows_nothing_more(office: Site):
    called_in(office)
    visit = office.signed_in(CHIEF)
    form = {"csrf": visit.token("/registers/1/phone"), "chosen": WHY}
    assert PHONE in visit.client.post("/registers/1/phone", data=form).text

    again = visit.client.post("/registers/1/phone", data=form)
    assert (again.status_code, PHONE in again.text, len(openings(office))) == (409, False, 1)


def test_without_a_reason_nothing_is_shown_and_what_was_typed_stays(office: Site):
    called_in(office)
    visit = office.signed_in(CHIEF)
    for typed in ("", "看看", "。。。。。", "x" * 3):
        answer = visit.post("/registers/1/phone", "/registers/1/phone", reason=typed)
        assert (answer.status_code, PHONE in answer.text, "至少4个字" in answer.text) == (422, False, True)
        assert f'value="{typed}"' in answer.text
    made_up = visit.post("/registers/1/phone", "/registers/1/phone", chosen="因为我想")
    assert (made_up.status_code, openings(office)) == (422, [])


def test_a_number_in_a_reason_is_covered(office: Site):
    called_in(office)
    office.signed_in(CHIEF).post("/registers/1/phone", "/registers/1/phone", reason=f"给{PHONE}回电话")

    [row] = openings(office)
    assert PHONE not in row.reason


def test_a_post_above_reads_a_private_case_with_a_reason_and_its_list_tells_no_words(office: Site):
    plea(office)
    visit = office.signed_in(TOWN)
    assert visit.get("/cases/1").status_code == 404
    listed = words_of(visit.get("/registers"))
    assert ("#1" in listed, "揭不开锅" in listed, "救助" in listed, "三邻" in listed) == (
        True,
        False,
        False,
        False,
    )

    shown = visit.post("/registers/1/words", "/registers/1/words", chosen="超期了，要督办")
    assert ("揭不开锅" in shown.text, shown.headers["refresh"]) == (True, "180; url=/registers")
    assert [(row.kind, row.subject_no) for row in openings(office)] == [("case_words", 1)]


def test_nobody_else_opens_anything_by_whatever_address(office: Site):
    called_in(office)
    office.town.say(PLEA, by=RESIDENT)
    office.town.wait(minutes=3)
    for who in (OTHER_LEADER, DUTY, OVERSIGHT, OUTSIDER):
        visit = office.signed_in(who)
        for page in ("/registers/1/phone", "/registers/2/phone", "/registers/2/words", "/registers/1/words"):
            assert visit.get(page).status_code == 404, (who, page)
            sent = visit.client.post(
                page, data={"csrf": visit.token("/me"), "chosen": WHY, "reason": "要核实情况"}
            )
            assert sent.status_code == 404, (who, page)
        assert "揭不开锅" not in visit.get("/registers").text
    assert openings(office) == []


def test_whoever_is_complained_about_opens_nothing_even_with_the_right(office: Site):
    plea(office)
    with office.town.session() as session:
        case = session.execute(select(Case)).scalar_one()
        case.flags = {**case.flags, "accused": [person(office, "丁勇")]}
        session.add(case)
        session.commit()
    visit = office.signed_in(TOWN)

    assert "#1" not in words_of(visit.get("/registers"))
    assert visit.get("/registers/1/words").status_code == 404


def test_whoever_asked_not_to_be_named_has_no_number(office: Site):
    called_in(office)
    with office.town.session() as session:
        case = session.execute(select(Case)).scalar_one()
        case.flags = {**case.flags, "anonymous": True}
        session.add(case)
        session.commit()

    assert office.signed_in(CHIEF).get("/registers/1/phone").status_code == 404


def test_opening_too_much_stops_and_those_above_hear_of_it_once(office: Site):
    called_in(office)
    visit = office.signed_in(CHIEF)
    for _ in range(MOST_AN_HOUR):
        assert PHONE in visit.post("/registers/1/phone", "/registers/1/phone", chosen=WHY).text
    for _ in range(2):
        stopped = visit.post("/registers/1/phone", "/registers/1/phone", chosen=WHY)
        assert (stopped.status_code, PHONE in stopped.text) == (429, False)
    office.town.wait(minutes=1)
    assert sum("片长胡一小时里看了20次" in said for said in office.town.heard(TOWN)) == 1
    with office.town.session() as session:
        kinds = list(session.execute(select(AccessEvent.kind)).scalars())
    assert (kinds.count("too_many"), len(openings(office))) == (1, MOST_AN_HOUR)
    assert "一小时里打开得太多" in words_of(office.signed_in(TOWN).get("/audit?kind=register"))

    office.town.wait(minutes=61)
    assert PHONE in visit.post("/registers/1/phone", "/registers/1/phone", chosen=WHY).text


def test_what_was_opened_is_written_nowhere(office: Site):
    called_in(office)
    office.signed_in(CHIEF).post("/registers/1/phone", "/registers/1/phone", chosen=WHY)
    with office.town.session() as session:
        tables = (RegisterOpening, AuditLine, AccessEvent)
        kept = [str(row.model_dump()) for table in tables for row in session.execute(select(table)).scalars()]

    assert kept
    assert not any(PHONE in row or "桥头" in row for row in kept)


def test_a_case_without_a_number_offers_none(office: Site):
    office.town.say(LAMP, by=RESIDENT)
    office.town.wait(minutes=2)
    visit = office.signed_in(LEADER)

    assert "看反映人电话" not in visit.get("/cases/1").text
    assert visit.get("/registers/1/phone").status_code == 404
