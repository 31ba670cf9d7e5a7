"""A village with something of everything that must come back, and the desk that keeps it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.backup_desk import BackupDesk
from bot.parts import Parts, load_parts
from bot.settings import Settings, load_settings
from models.rules.pacing import Pace
from tests.town.album import Album, album_of
from tests.town.test_visits import house
from tests.town.town import LEADER, RESIDENT, Town

SECRET = "kBz0xV7dQ2m9Lw4tRyN8sHc5PfJ1aGe3"
PHONE, CARE = "13812345678", "老伴中风住院"


@dataclass
class Office:
    """The village, its settings as an operator wrote them, and what was told at the desk."""

    town: Town
    album: Album
    settings: Settings
    told: list[str] = field(default_factory=list)

    @property
    def desk(self) -> BackupDesk:
        return BackupDesk(self.settings, self.town.clock, self.told.append)

    @property
    def folder(self) -> Path:
        return self.settings.backup.place(self.settings.folder)


@pytest.fixture(scope="session")
def parts() -> Parts:
    return load_parts(Pace(), SECRET)


def settings_in(folder: Path, url: str, more: str = "", secret: str = SECRET) -> Settings:
    folder.mkdir(exist_ok=True)
    file = folder / "config.toml"
    text = f'name = "安全乡"\npreset = "anxiang"\nsecret = "{secret}"\ndatabase = "{url}"\n{more}'
    file.write_text(text, encoding="utf-8")
    return load_settings(file)


@pytest.fixture
def make_office(tmp_path: Path, parts: Parts) -> Iterator[Callable[..., Office]]:
    """Opens an office over a database."""
    towns: list[Town] = []

    def make(url: str, **how: Any) -> Office:
        settings = settings_in(tmp_path / "place", url)
        towns.append(Town(url, parts, **how))
        album = album_of(towns[-1], settings.folder / "attachments", largest=10_000, total=100_000)
        return Office(towns[-1], album, settings)

    yield make
    for town in towns:
        town.close()


@pytest.fixture
def office(make_office: Callable[..., Office], database_url: str) -> Office:
    """One where cases were reported, shown, claimed and ended, and a visit left a note for few eyes."""
    made = make_office(database_url)
    town = made.town
    for text, who in (
        ("四组桥头路灯不亮", RESIDENT), ("老井边上的垃圾桶满了", RESIDENT), ("接单 2", LEADER),
        ("三邻停水了", RESIDENT), ("撤回 3", RESIDENT),
    ):  # fmt: skip
        town.say(text, by=who)
        town.wait(minutes=2)
    town.say("东头水管漏了", by=RESIDENT)
    made.album.show(by=RESIDENT)
    town.wait(minutes=2)
    made.album.fetch()
    house(town, "王家湾3户", "三邻")
    town.say(f"录入 屋场夜话 李大爷 {PHONE}：家门口的路坏了", by=LEADER, private=True)
    town.say(f"走访 3户 {CARE}", by=LEADER, private=True)
    town.wait(minutes=1)
    return made
