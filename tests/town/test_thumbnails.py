"""Small pictures: made once of copies nobody vouches for, without what a camera wrote into them, gone with the copy."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from bot.shelf import Shelf
from bot.thumbnails import MOST_PIXELS, SIDE, UNSHOWABLE, thumbnail
from handlers.housekeeping import SweepExpired
from tests.town.album import Album
from tests.town.town import LEADER, RESIDENT

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
LEFT_UP = 6


def jpeg(width: int = 1200, height: int = 800) -> bytes:
    """A telephone's picture: lying on its side, with the place and the device written into it."""
    picture = Image.new("RGB", (width, height), "red")
    noted = Image.Exif()
    noted[ORIENTATION], noted[MAKE] = LEFT_UP, "Telephone"
    noted.get_ifd(GPS)[1] = "N"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=noted.tobytes(), comment=b"29.37N 112.17E")
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    """A file of a few bytes that claims to be as large as it likes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


def opened(small: bytes) -> Image.Image:
    return Image.open(io.BytesIO(small))


def test_it_is_small_upright_and_says_nothing_of_place_time_or_device():
    original = jpeg()
    assert opened(original).getexif().get_ifd(GPS)
    small = thumbnail(original)

    assert opened(small).format == "JPEG"
    assert opened(small).size == (SIDE * 2 // 3, SIDE)
    assert dict(opened(small).getexif()) == {}
    assert {"exif", "comment"} & opened(small).info.keys() == set()
    assert b"Telephone" not in small
    assert len(small) < 50_000


@pytest.mark.parametrize("mode", ["P", "RGBA", "L"])
@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_other_kinds_of_pictures_become_the_same_kind(mode: str, kind: str):
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, kind)

    assert opened(thumbnail(out.getvalue())).size == (20, 10)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"silk", b"\x89PNG a broken lamp", jpeg()[:400], jpeg()[:30], b"\xff\xd8\xff" + bytes(500),
        png(60_000, 60_000), png(MOST_PIXELS, 2), png(0, 0), b"GIF89a" + bytes(20), b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"RIFF\x00\x00\x00\x00WEBPVP8X",
    ],
)  # fmt: skip
def test_what_is_broken_malicious_or_no_picture_shows_nothing_and_breaks_nothing(content: bytes):
    assert thumbnail(content) == UNSHOWABLE


def of_copies(album: Album) -> list[bytes | None]:
    return [album.shelf.small(row.stored) for row in album.rows()]


def test_a_copy_has_its_small_picture_and_a_broken_one_stays_a_copy(roomy_album: Album):
    roomy_album.town.say("四组桥头路灯不亮", by=RESIDENT)
    roomy_album.show(jpeg())
    roomy_album.show(jpeg()[:400])
    roomy_album.fetch()
    roomy_album.town.say("接单 1", by=LEADER)

    good, broken = of_copies(roomy_album)
    assert good
    assert opened(good).size == (SIDE * 2 // 3, SIDE)
    assert broken == UNSHOWABLE
    assert roomy_album.copies() == [roomy_album.shelf.copy(name) for name, _ in roomy_album.shelf.lying()]
    assert sorted(map(len, roomy_album.copies())) == sorted([len(jpeg()), 400])
    assert roomy_album.town.case().state == "claimed"


def test_it_is_made_once_and_made_up_for_when_it_is_missing(
    roomy_album: Album, monkeypatch: pytest.MonkeyPatch
):
    made: list[int] = []

    def counted(content: bytes) -> bytes:
        made.append(len(content))
        return thumbnail(content)

    monkeypatch.setattr("bot.fetching.thumbnail", counted)
    roomy_album.town.say("四组桥头路灯不亮", by=RESIDENT)
    roomy_album.show(jpeg())
    roomy_album.show(b"broken")
    roomy_album.fetch()
    roomy_album.fetcher.sweep()
    assert len(made) == 2

    (roomy_album.shelf.folder / "small" / roomy_album.rows()[0].stored).unlink()
    roomy_album.fetcher.sweep()
    assert len(made) == 3
    assert of_copies(roomy_album)[0]


def test_a_disk_that_takes_no_small_picture_costs_nothing(
    roomy_album: Album, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    roomy_album.town.say("四组桥头路灯不亮", by=RESIDENT)
    roomy_album.show(jpeg())
    monkeypatch.setattr(Shelf, "put_small", full)
    roomy_album.fetch()
    assert roomy_album.errand().state == "done"
    assert of_copies(roomy_album) == [None]

    monkeypatch.undo()
    roomy_album.fetcher.sweep()
    assert of_copies(roomy_album)[0]


def test_it_goes_with_its_copy_after_half_a_year(roomy_album: Album):
    roomy_album.town.say("四组桥头路灯不亮", by=RESIDENT)
    roomy_album.show(jpeg())
    roomy_album.fetch()
    moment = roomy_album.town.clock() + timedelta(days=181)
    roomy_album.town.ask(SweepExpired(since=moment.isoformat()), "night")
    roomy_album.town.clock.at = max(at for _, at in roomy_album.shelf.lying()) + timedelta(hours=2)
    roomy_album.fetcher.sweep()

    assert list(roomy_album.shelf.lying()) == list(roomy_album.shelf.lying_small()) == []


def test_one_whose_copy_is_gone_goes_too(album: Album):
    album.shelf.put_small("orphan", b"")
    album.fetcher.sweep()

    assert list(album.shelf.lying_small()) == []


def test_only_this_user_reads_it(album: Album):
    album.shelf.put_small("one", b"x")

    assert (album.shelf.folder / "small").stat().st_mode & 0o077 == 0
    assert (album.shelf.folder / "small" / "one").stat().st_mode & 0o077 == 0
