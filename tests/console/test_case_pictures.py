"""Pictures on the page of a case: small ones, without place and device, for whoever may see the case."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update

from models.case_pictures import CasePictures
from models.tables import Case
from tests.console.site import Site, serve_site
from tests.town.album import Album, album_of
from tests.town.test_thumbnails import jpeg
from tests.town.town import CHIEF, DUTY, LEADER, OTHER_LEADER, OUTSIDER, RESIDENT, Town
from web.case_pictures import Album as Shown


@pytest.fixture
def album(town: Town, tmp_path: Path) -> Album:
    return album_of(town, tmp_path, 10_000_000, 100_000_000)


@pytest.fixture
def pictured(town: Town, album: Album) -> Iterator[Site]:
    """A village where somebody sent a picture with his request, and a broken file after it."""
    with serve_site(town, Shown(CasePictures(town.engine), album.shelf.small)) as site:
        town.say("3栋2单元楼道灯坏了好几天了", by=RESIDENT)
        album.show(jpeg())
        album.show(b"no picture at all")
        town.wait(minutes=2)
        album.fetch()
        yield site


def test_a_leader_sees_what_was_photographed_and_not_where(pictured: Site, album: Album):
    visit = pictured.signed_in(LEADER)
    case = pictured.town.case().no
    page = visit.get(f"/cases/{case}").text
    shown, broken = (row.id for row in album.rows())
    address = f"/cases/{case}/pictures/{shown}"

    assert (f'src="{address}"' in page, page.count('<img src="/cases')) == (True, 1)
    answer = visit.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert dict(Image.open(io.BytesIO(answer.content)).getexif()) == {}
    assert visit.get(f"/cases/{case}/pictures/{broken}").status_code == 404
    assert visit.get(f"/cases/{case}/pictures/999").status_code == 404


def test_who_may_not_see_the_case_sees_no_picture(pictured: Site, album: Album):
    case, picture = pictured.town.case().no, album.rows()[0].id
    address = f"/cases/{case}/pictures/{picture}"
    assert pictured.signed_in(OUTSIDER).get(address).status_code == 404
    with pictured.town.engine.begin() as connection:
        connection.execute(update(Case).values(privacy="P3"))
    assert [pictured.signed_in(who).get(address).status_code for who in (CHIEF, OTHER_LEADER, DUTY)] == [
        200, 404, 404,
    ]  # fmt: skip


def test_a_picture_belongs_to_its_own_case_only(pictured: Site, album: Album):
    first, picture = pictured.town.case().no, album.rows()[0].id
    pictured.town.wait(minutes=30)
    pictured.town.say("5栋下水道堵了，污水都漫出来了", by=RESIDENT)
    pictured.town.wait(minutes=2)
    other = max(case.no for case in pictured.town.cases())
    visit = pictured.signed_in(LEADER)

    assert other != first
    assert visit.get(f"/cases/{other}/pictures/{picture}").status_code == 404
