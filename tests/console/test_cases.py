"""Cases on a page: found, read and moved by those they belong to, and by nobody else."""

import re

import pytest
from sqlalchemy import select, update

from models.rules.case_life import Step
from models.tables import Appointment, Case, Person
from tests.console.site import Site
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, OTHER_LEADER, OUTSIDER, OVERSIGHT, RESIDENT, THIRD
from web.case_acts import ACTS

LAMP = "3栋2单元楼道灯坏了好几天了"
ABOVE = (OTHER_LEADER, DUTY, OVERSIGHT)


@pytest.fixture
def lamp(site: Site) -> int:
    """A case of the village."""
    site.town.say(LAMP, by=RESIDENT)
    site.town.wait(minutes=2)
    return site.town.case().no


def change(site: Site, no: int, **values: object) -> None:
    with site.town.engine.begin() as connection:
        connection.execute(update(Case).where(Case.no == no).values(**values))


def test_a_leader_finds_the_case_and_claims_it_and_the_group_hears(site: Site, lamp: int):
    visit = site.signed_in(LEADER)
    listed = visit.get("/cases")
    assert (f'href="/cases/{lamp}"' in listed.text, "1 件还没人接" in listed.text) == (True, True)
    page = visit.get(f"/cases/{lamp}").text
    assert (LAMP in page, "我来接" in page, "报上来" in page) == (True, True, True)

    done = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/claim")
    site.town.wait(minutes=3)
    assert (done.status_code, "有人接了" in done.text, "我来接" in done.text) == (200, True, False)
    assert site.town.case(lamp).state == "claimed"
    assert any("已接单" in said or "接了" in said for said in site.town.room())
    assert site.town.heard(LEADER)[-1].startswith("登录码") or "接单" not in site.town.heard(LEADER)[-1]


def test_a_form_that_is_sent_twice_does_nothing_twice(site: Site, lamp: int):
    visit = site.signed_in(LEADER)
    form = visit.token(f"/cases/{lamp}")
    first = visit.client.post(f"/cases/{lamp}/claim", data={"csrf": form})
    again = visit.client.post(f"/cases/{lamp}/claim", data={"csrf": form})

    assert (first.status_code, again.status_code) == (200, 409)
    assert "已经交过了" in again.text
    assert site.town.views.steps(site.town.case(lamp).id).count(Step.CLAIM) == 1


def test_the_whole_life_by_page(site: Site, lamp: int):
    visit = site.signed_in(LEADER)
    visit.post(f"/cases/{lamp}", f"/cases/{lamp}/claim")
    short = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/resolve", words="好")
    assert (short.status_code, 'value="好"' in short.text) == (422, True)
    visit.post(f"/cases/{lamp}", f"/cases/{lamp}/resolve", words="换了新的声控灯，晚上亮了")
    site.town.wait(minutes=2)
    assert site.town.case(lamp).state == "resolved"
    page = visit.get(f"/cases/{lamp}").text
    assert ("换了新的声控灯" in page, "重新办理" in page) == (True, False)
    back = visit.client.post(
        f"/cases/{lamp}/reopen", data={"csrf": visit.token("/me"), "words": "晚上又不亮了，居民说的"}
    )
    assert (back.status_code, site.town.case(lamp).state) == (403, "resolved")


def test_who_stands_above_has_an_ended_case_done_again_and_says_why(site: Site, lamp: int):
    leader, duty = site.signed_in(LEADER), site.signed_in(DUTY)
    assert "reopen" not in buttons(duty.get(f"/cases/{lamp}").text)
    leader.post(f"/cases/{lamp}", f"/cases/{lamp}/resolve", words="换了新的声控灯，晚上亮了")
    site.town.wait(minutes=2)
    offered = {who: "reopen" in buttons(site.signed_in(who).get(f"/cases/{lamp}").text) for who in ABOVE}
    assert offered == dict.fromkeys(ABOVE, True)
    assert site.signed_in(OUTSIDER).get(f"/cases/{lamp}").status_code == 404

    silent = duty.post(f"/cases/{lamp}", f"/cases/{lamp}/reopen", words=" ")
    assert (silent.status_code, "请写一句为什么" in silent.text) == (422, True)
    page = duty.post(f"/cases/{lamp}", f"/cases/{lamp}/reopen", words="昨晚巡到，还是不亮")
    site.town.wait(minutes=2)
    case = site.town.case(lamp)
    assert (case.state, case.reopen_count) == ("new", 1)
    assert "昨晚巡到，还是不亮" in page.text[page.text.index("经过") :]
    told = next(said for said in site.town.heard(LEADER) if "要重新办" in said)
    assert told.startswith(f"#{lamp} 村两委值班谷看了结果，要重新办：昨晚巡到，还是不亮。")
    assert site.town.room()[-1] == f"没办好，对不住。#{lamp} 已重开，邻长张24小时内联系您。"


def test_whom_a_case_speaks_against_or_who_handled_it_never_reopens_it(site: Site, lamp: int):
    site.signed_in(CHIEF).post(f"/cases/{lamp}", f"/cases/{lamp}/resolve", words="换了新的声控灯，晚上亮了")
    with site.town.session() as session:
        accused = session.execute(select(Person.id).where(Person.name == "牟正")).scalar_one()
    change(site, lamp, flags={"accused": [accused]})
    for who in (CHIEF, LEADER, OVERSIGHT):
        visit = site.signed_in(who)
        form = {"csrf": visit.token("/me"), "words": "还是不亮"}
        assert visit.client.post(f"/cases/{lamp}/reopen", data=form).status_code in {403, 404}
    site.town.wait(days=31)
    late = buttons(site.signed_in(DUTY).get(f"/cases/{lamp}").text)
    assert (site.town.case(lamp).state, "reopen" in late) == ("closed", False)


def buttons(page: str) -> set[str]:
    return set(re.findall(r'action="/cases/\d+/([a-z]+)"', page))


def test_nobody_is_offered_what_would_be_refused(site: Site, lamp: int):
    offered = {}
    for who in (CHIEF, LEADER, DUTY):
        offered[who] = buttons(site.signed_in(who).get(f"/cases/{lamp}").text)
    anybody = {"claim", "resolve", "whistle", "correct", "split", "note"}
    assert offered[LEADER] == anybody  # it does not lie with him: not his to hand on
    assert offered[CHIEF] == anybody | {"transfer", "return", "merge"}
    assert offered[DUTY] >= anybody

    visit = site.signed_in(LEADER)
    visit.post(f"/cases/{lamp}", f"/cases/{lamp}/claim")
    assert "contact" in buttons(visit.get(f"/cases/{lamp}").text)
    assert "claim" not in buttons(visit.get(f"/cases/{lamp}").text)


def test_whom_it_may_be_given_to_is_chosen_and_never_whom_it_speaks_against(site: Site, lamp: int):
    visit = site.signed_in(CHIEF)
    choices = dict(re.findall(r'<option value="(\d+)">([^<]+)</option>', visit.get(f"/cases/{lamp}").text))
    seat, name = next((value, said) for value, said in choices.items() if said.endswith("组长刘"))
    with site.town.engine.begin() as connection:
        person = connection.execute(
            select(Appointment.person_id).where(Appointment.id == int(seat))
        ).scalar_one()
    change(site, lamp, flags={"accused": [person]})
    assert name not in visit.get(f"/cases/{lamp}").text
    refused = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/transfer", words=seat)
    assert refused.status_code == 422

    change(site, lamp, flags={})
    done = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/transfer", words=seat)
    assert (done.status_code, "组长刘" in done.text) == (200, True)


def test_every_category_can_be_chosen(site: Site, lamp: int):
    items = site.town.machine.dispatch.standing.items
    visit = site.signed_in(LEADER)
    page = visit.get(f"/cases/{lamp}").text
    offered = re.findall(r'<option value="([A-Z]\d\d)">', page)
    assert set(offered) == items.keys() - {site.town.case(lamp).category}
    done = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/correct", words="A04")
    assert (done.status_code, site.town.case(lamp).category) == (200, "A04")


def test_a_note_is_for_those_who_work_on_it(site: Site, lamp: int):
    visit = site.signed_in(LEADER)
    before = site.town.room()
    said = "物业说周五换，他电话13812345678"
    page = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/note", words=said).text
    assert ("物业说周五换" in page, "13812345678" in page) == (True, False)
    assert visit.post(f"/cases/{lamp}", f"/cases/{lamp}/note", words="啊").status_code == 422
    site.town.say(f"备注 {lamp} 楼长也知道了", by=DUTY, private=True)
    assert site.town.heard(DUTY)[-1] == f"#{lamp} 记下了，只有办事的人看得到。"
    assert "楼长也知道了" in visit.get(f"/cases/{lamp}").text

    site.town.wait(minutes=3)
    assert not any("物业" in line for line in site.town.room()[len(before) :])
    assert (site.town.case(lamp).state, site.town.views.steps(site.town.case(lamp).id)[-1]) == ("new", "note")


def test_another_matter_gets_a_number_of_its_own(site: Site, lamp: int):
    visit = site.signed_in(LEADER)
    page = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/split", words="楼下垃圾也没人清").text
    other = max(case.no for case in site.town.cases())
    assert (other != lamp, f"#{other}" in page) == (True, True)
    assert "垃圾" in visit.get(f"/cases/{other}").text


def test_asking_again_is_for_whoever_did_not_handle_it_and_brings_it_back(site: Site, lamp: int):
    leader, duty = site.signed_in(CHIEF), site.signed_in(DUTY)
    leader.post(f"/cases/{lamp}", f"/cases/{lamp}/claim")
    leader.post(f"/cases/{lamp}", f"/cases/{lamp}/resolve", words="换了新的声控灯，晚上亮了")
    site.town.wait(minutes=2)
    assert "asked" not in buttons(leader.get(f"/cases/{lamp}").text)
    assert "asked" in buttons(duty.get(f"/cases/{lamp}").text)

    nonsense = duty.post(f"/cases/{lamp}", f"/cases/{lamp}/asked", words="大概好了")
    assert (nonsense.status_code, site.town.case(lamp).state) == (422, "resolved")
    duty.post(f"/cases/{lamp}", f"/cases/{lamp}/asked", words="unsolved")
    assert (site.town.case(lamp).state, site.town.case(lamp).reopen_count) == ("new", 1)


def test_a_case_is_handed_to_somebody_named_by_post_and_surname(site: Site, lamp: int):
    visit = site.signed_in(LEADER)
    visit.post(f"/cases/{lamp}", f"/cases/{lamp}/claim")
    unknown = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/transfer", words="玉皇大帝")
    assert (unknown.status_code, "玉皇大帝" in unknown.text) == (422, True)

    done = visit.post(f"/cases/{lamp}", f"/cases/{lamp}/transfer", words="刘组长")
    site.town.wait(minutes=2)
    assert "组长刘" in done.text
    assert any(f"#{lamp}" in said or str(lamp) in said for said in site.town.heard(OTHER_LEADER))


@pytest.mark.parametrize("page", ["", "/1", "?group=all", "?group=open&area=1"])
def test_another_village_sees_nothing_at_all(site: Site, lamp: int, page: str):
    visit = site.signed_in(OUTSIDER)
    answer = visit.get(f"/cases{page}")

    assert LAMP not in answer.text
    assert f'href="/cases/{lamp}"' not in answer.text
    assert answer.status_code == (404 if page == f"/{lamp}" else 200)


@pytest.mark.parametrize("act", [act.name for act in ACTS])
def test_another_village_moves_nothing(site: Site, lamp: int, act: str):
    visit = site.signed_in(OUTSIDER)
    answer = visit.client.post(
        f"/cases/{lamp}/{act}", data={"csrf": visit.token("/me"), "words": "换了新灯，亮了"}
    )

    assert answer.status_code == 404
    assert site.town.views.steps(site.town.case(lamp).id) == ["create"]


def test_what_is_not_for_everybody_is_seen_by_whoever_it_lies_with(site: Site, lamp: int):
    change(site, lamp, privacy="P3")

    for one in (LEADER, CHIEF):  # who keeps it, and who handles it
        assert site.signed_in(one).get(f"/cases/{lamp}").status_code == 200
    for other in (OTHER_LEADER, DUTY):
        visit = site.signed_in(other)
        assert visit.get(f"/cases/{lamp}").status_code == 404
        assert f'href="/cases/{lamp}"' not in visit.get("/cases?group=all").text


def test_whoever_is_complained_about_does_not_see_the_complaint(site: Site, lamp: int):
    with site.town.engine.connect() as connection:
        chief = connection.execute(Person.__table__.select().where(Person.name == "胡敏")).one().id
    change(site, lamp, flags={"accused": [chief]})

    visit = site.signed_in(CHIEF)
    assert visit.get(f"/cases/{lamp}").status_code == 404
    assert f'href="/cases/{lamp}"' not in visit.get("/cases?group=all").text
    assert site.signed_in(DUTY).get(f"/cases/{lamp}").status_code == 200


def test_pages_follow_each_other_without_a_gap(site: Site):
    for block in range(2, 46):
        site.town.say(f"{block}栋1单元楼道灯坏了", by=(RESIDENT, NEIGHBOUR, THIRD)[block % 3])
        site.town.wait(minutes=11)
    visit = site.signed_in(DUTY)
    numbers: list[str] = []
    page = visit.get("/cases?group=all")
    while True:
        numbers += [part.split('"')[0] for part in page.text.split('class="row-link" href="/cases/')[1:]]
        found = page.text.partition("看更早的")[0].rpartition('href="/cases?')[2].partition('"')[0]
        if "before=" not in found or "看更早的" not in page.text:
            break
        page = visit.get(f"/cases?{found.replace('&amp;', '&')}")

    known = sorted((case.no for case in site.town.cases()), reverse=True)
    assert [int(no) for no in numbers] == known
    assert len(known) > 30


def test_the_first_page_holds_only_what_is_ones_own(site: Site, lamp: int):
    for who, sees in ((LEADER, True), (DUTY, True), (OUTSIDER, False)):
        page = site.signed_in(who).get("/console").text
        assert (f'href="/cases/{lamp}"' in page, "1 件还没人接" in page) == (sees, sees)
        assert ("没有在办的事" in page) is not sees


def test_filters_narrow_and_nonsense_is_no_fault(site: Site, lamp: int):
    visit = site.signed_in(DUTY)

    assert f'href="/cases/{lamp}"' in visit.get("/cases?group=unclaimed").text
    assert f'href="/cases/{lamp}"' not in visit.get("/cases?group=done").text
    assert f'href="/cases/{lamp}"' not in visit.get("/cases?urgent=1").text
    category = site.town.case(lamp).category
    assert f'href="/cases/{lamp}"' in visit.get(f"/cases?category={category}").text
    for odd in (
        "?group=x",
        "?area=abc",
        "?area=99999999999999999999",
        "?before=-1",
        "?before=1e9",
        "?category=%27",
    ):
        assert visit.get(f"/cases{odd}").status_code == 200
    for odd in ("/cases/0", "/cases/x", "/cases/99999999999999", "/cases/%E4%B8%80"):
        assert visit.get(odd).status_code == 404


def test_every_step_has_a_word(site: Site):
    texts = site.town.machine.dispatch.standing.texts

    assert all(texts.render(f"STEP_{step}", {}) for step in Step)
