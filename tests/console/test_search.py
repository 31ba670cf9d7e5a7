"""Words in the field above the cases: found, marked, kept, and never told to anybody they are not for."""

import pytest
from sqlalchemy import update

from models.tables import Case
from tests.console.site import Site, Visit
from tests.town.town import CHIEF, DUTY, LEADER, NEIGHBOUR, OUTSIDER, RESIDENT

LAMP, WATER = "3栋2单元楼道灯坏了好几天了", "5栋1单元下水道堵了，污水都漫出来了"


@pytest.fixture
def cases(site: Site) -> tuple[int, int]:
    """A lamp and a drain."""
    for words, who in ((LAMP, RESIDENT), (WATER, NEIGHBOUR)):
        site.town.say(words, by=who)
        site.town.wait(minutes=11)
    lamp, water = sorted(case.no for case in site.town.cases())
    return lamp, water


def change(site: Site, no: int, **values: object) -> None:
    with site.town.engine.begin() as connection:
        connection.execute(update(Case).where(Case.no == no).values(**values))


def found(visit: Visit, words: str, **more: str) -> list[int]:
    """Numbers of the cases a search shows."""
    page = visit.client.get("/cases", params={"group": "all", "words": words, **more})
    assert page.status_code == 200, page.text
    parts = page.text.split('class="row-link" href="/cases/')[1:]
    return [int(part.partition('"')[0]) for part in parts]


def test_words_are_found_marked_and_stay_in_the_field(site: Site, cases: tuple[int, int]):
    lamp, water = cases
    visit = site.signed_in(DUTY)
    page = visit.get("/cases?group=all&words=楼道灯 3栋").text

    assert found(visit, "楼道灯 3栋") == [lamp]
    assert 'value="楼道灯 3栋"' in page
    assert "<mark>3栋</mark>2单元<mark>楼道灯</mark>坏了" in page
    assert found(visit, "污水") == found(visit, "下水道　5栋") == [water]
    assert sorted(found(visit, "单元")) == sorted(found(visit, "元")) == sorted(cases)
    assert found(visit, "灯道") == []


def test_a_category_or_whoever_it_lies_with_may_be_named(site: Site, cases: tuple[int, int]):
    lamp, _ = cases
    visit = site.signed_in(DUTY)
    item = site.town.machine.dispatch.standing.items[site.town.case(lamp).category]
    seat = site.town.case(lamp).assignee_title

    assert lamp in found(visit, item.spoken)
    for called in (seat, seat[-1], seat[-1] + seat[:-1]):
        assert sorted(found(visit, called)) == sorted(cases), called
    assert found(visit, f"{seat} 楼道") == [lamp]


def test_a_number_opens_its_case(site: Site, cases: tuple[int, int]):
    lamp, _ = cases
    for typed in (str(lamp), f"%23{lamp}"):
        assert site.signed_in(DUTY).get(f"/cases?words={typed}").url.path == f"/cases/{lamp}"
    assert site.signed_in(OUTSIDER).get(f"/cases?words={lamp}").url.path == "/cases"
    assert site.signed_in(DUTY).get("/cases?words=77").url.path == "/cases"


def test_filters_hold_while_one_searches(site: Site, cases: tuple[int, int]):
    lamp, water = cases
    visit = site.signed_in(DUTY)
    change(site, water, state="closed", closed_at=site.town.clock())

    assert found(visit, "单元", group="open") == [lamp]
    assert found(visit, "单元", group="done") == [water]
    assert found(visit, "单元", category=site.town.case(water).category) == [water]
    assert found(visit, "单元", urgent="1") == []
    page = visit.get("/cases?group=open&words=污水").text
    assert "没有找到" in page
    assert "在全部诉求里找" in page


@pytest.mark.usefixtures("cases")
def test_another_village_finds_nothing(site: Site):
    visit = site.signed_in(OUTSIDER)

    for words in ("楼道灯", "单元", "灯", "3栋", "张"):
        assert found(visit, words) == [], words


def test_a_private_case_is_found_by_whom_it_lies_with_and_its_words_are_not_shown(
    site: Site, cases: tuple[int, int]
):
    lamp, _ = cases
    change(site, lamp, privacy="P3")

    for one in (LEADER, CHIEF):
        visit = site.signed_in(one)
        assert found(visit, "楼道灯") == [lamp]
        rows = visit.get("/cases?group=all&words=楼道灯").text.partition('<ul class="rows">')[2]
        assert "坏了好几天" not in rows
        assert "3栋2单元" not in rows
    assert found(site.signed_in(DUTY), "楼道灯") == []


def test_whoever_is_complained_about_does_not_find_the_complaint(site: Site, cases: tuple[int, int]):
    lamp, _ = cases
    chief = site.town.machine.dispatch.actor("simulator", CHIEF).person
    change(site, lamp, flags={"accused": [chief]})

    assert found(site.signed_in(CHIEF), "楼道灯") == []
    assert found(site.signed_in(DUTY), "楼道灯") == [lamp]


@pytest.mark.usefixtures("cases")
def test_what_cannot_be_looked_for_says_why_and_keeps_what_was_typed(site: Site):
    visit = site.signed_in(DUTY)
    for typed, says in (("灯" * 21, "最多 20 个字"), ("一 二 三 四 五 六 七", "最多找 6 个词")):
        answer = visit.client.get("/cases", params={"words": typed})
        assert (answer.status_code, says in answer.text, f'value="{typed}"' in answer.text) == (
            200,
            True,
            True,
        )
    for odd in (
        "<script>x</script>",
        "%",
        "_",
        "'",
        '" OR 1',
        "NEAR(",
        "*",
        "停" * 20,
        "\U00020bb7",
        "。",
    ):
        answer = visit.client.get("/cases", params={"group": "all", "words": odd})
        assert answer.status_code == 200, odd
        assert "<script>x" not in answer.text
        assert found(visit, odd) == [] or odd == "。", odd
    unseen = visit.client.get("/cases", params={"words": "a\x00b"})
    assert (unseen.status_code, "看不见的字符" in unseen.text) == (422, True)


def test_words_looked_for_reach_no_log(site: Site, cases: tuple[int, int], capfd: pytest.CaptureFixture[str]):
    visit = site.signed_in(DUTY)
    assert found(visit, "楼道灯") == [cases[0]]
    visit.client.get("/cases", params={"words": "秘密" * 20, "before": "x"})
    visit.client.get("/nowhere", params={"words": "秘密"})
    told = "".join(capfd.readouterr())

    assert "楼道灯" not in told
    assert "秘密" not in told
    assert "%E7%A7%98" not in told
