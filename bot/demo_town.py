"""The small town of the demo: its people and groups, once as a simulated WeChat and once as rows to stage."""

import secrets
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.channels.simulator import SimulatedWeChat
from handlers.township.staging import POST, Stage, StagedPerson, StagedRoom
from models.presets import FOLDER, preset_named
from models.rules.knowledge import PolicyEntry
from web.doors import PersonView

DEMO_FOLDER = FOLDER / "demo"
POLICIES = DEMO_FOLDER / "policies.toml"
"""Approved texts that every demo town has, in the form that import reads."""
ACCOUNT = "demo"
CHANNEL = "simulator"


@dataclass(frozen=True)
class DemoTown:
    """One preset's demo: what to stage in the database, whose phones to show, and who is where in WeChat."""

    nick: str
    stage: Stage
    phones: tuple[PersonView, ...]
    seats: tuple[tuple[str, tuple[str, ...]], ...]
    """(contact, ids of the rooms the contact sits in), for everybody with a phone."""

    def wechat(self, clock: Callable[[], datetime]) -> SimulatedWeChat:
        """A fresh WeChat with these people in it.

        Holders of posts that nobody of the cast fills are contacts too, so that they can be written to.
        """
        wechat = SimulatedWeChat(clock)
        us = wechat.add_account(ACCOUNT, self.nick)
        cast = {person.contact: person for person in self.stage.people}
        for phone in self.phones:
            wechat.add_contact(phone.id, phone.name, friend=cast[phone.id].friend)
        filled = {person.post for person in self.stage.people} | set(self.stage.vacant)
        for post in preset_named(self.stage.preset).posts.values():
            if post.code not in filled:
                wechat.add_contact(f"{POST}{post.code}", post.name, friend=True)
        for room in self.stage.rooms:
            members = [contact for contact, rooms in self.seats if room.platform_id in rooms]
            wechat.add_room(room.platform_id, room.title, [us.id, *members], room.owner)
        return wechat


def load_demo_town(preset: str, folder: Path = DEMO_FOLDER) -> DemoTown:
    """The demo town of a preset, from ``presets/demo/<preset>.toml``.

    Raises:
        FileNotFoundError: this preset has no demo town.
        KeyError: the file lacks an entry.
    """
    with (folder / f"{preset}.toml").open("rb") as file:
        told = tomllib.load(file)
    stage = Stage(
        preset,
        CHANNEL,
        tuple(told["paths"]),
        tuple(_person(person) for person in told["people"]),
        tuple(_room(room) for room in told["rooms"]),
        vacant=tuple(told.get("vacant", ())),
        contact=preset_named(preset).posts[preset_named(preset).dispatcher_post].name,
        policies=load_policies(POLICIES),
    )
    phones = tuple(PersonView(one["contact"], one["name"], one["phone"]) for one in told["people"])
    seats = tuple((one["contact"], tuple(one["rooms"])) for one in told["people"])
    return DemoTown(told["nick"], stage, phones, seats)


def load_policies(file: Path) -> tuple[PolicyEntry, ...]:
    """The approved texts of a file, for the whole place.

    Raises:
        KeyError: a text lacks an entry.
    """
    items = tomllib.loads(file.read_text(encoding="utf-8"))["item"]
    return tuple(
        PolicyEntry(
            one["title"], one["answer"], one["source"], one["date"], one["until"], 0, tuple(one["asked"])
        )
        for one in items
    )


def _person(told: dict[str, Any]) -> StagedPerson:
    post = told.get("post")
    return StagedPerson(
        told["contact"],
        told["name"],
        told["name"][:1],
        post=post,
        area=told["area"],
        verified=post is not None,
        friend=post is not None,
    )


def _room(told: dict[str, Any]) -> StagedRoom:
    return StagedRoom(told["id"], told["title"], told["area"], owner=told["owner"], account=ACCOUNT)


def demo_secret(folder: Path) -> str:
    """The demo's own secret, kept beside its database so that a kept demo can be opened again."""
    place = folder / "secret"
    if not place.exists():
        place.write_text(secrets.token_urlsafe(48), encoding="ascii")
        place.chmod(0o600)
    return place.read_text(encoding="ascii")
