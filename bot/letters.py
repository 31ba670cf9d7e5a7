"""Fills the web's letters: a notice's words, and each leader's round of households."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Engine

from handlers.dispatch import Dispatch
from models.letters import LetterShelf
from models.notice_pages import NoticePages
from models.rules.loudspeaker import sentences
from models.rules.notice_receipts import first_responder, in_house_order
from models.rules.pacing import shanghai_date
from models.rules.reaching import covering
from models.rules.scope import Scope
from web.doors import NotHere
from web.letter_door import LetterView, RoundView


class Letters:
    """Letters of one place."""

    def __init__(self, engine: Engine, dispatch: Dispatch, clock: Callable[[], datetime]) -> None:
        self._shelf = LetterShelf(engine)
        self._pages = NoticePages(engine)
        self._dispatch = dispatch
        self._clock = clock

    def letter(self, no: int, scope: Scope) -> LetterView:
        """The notice of that number as a letter, with the rounds of one's own areas. Raises NotHere."""
        found, town = self._shelf.find(no), self._dispatch.current_town()
        areas = covering(town, found.whom) if found is not None else ()
        inside = {below for area in areas for below in town.downward(area)}
        around = {node.id for area in areas for node in town.upward(area)}
        if found is None or not (scope.whole or (inside | around) & scope.areas):
            raise NotHere("no such notice")
        signed = "".join(town.areas[area].name for area in found.whom.areas if area in town.areas)
        return LetterView(
            no=found.no,
            title=found.title,
            lines=tuple(sentences(found.body, found.title)),
            signed=town.name or signed,
            source=found.source,
            contact=town.contact,
            on=shanghai_date(found.written_at),
            rounds=self._rounds(inside if scope.whole else inside & scope.areas),
            address=self._address(found.no),
        )

    def _address(self, no: int) -> str:
        """The page of the notice, where residents can reach one."""
        here, token = self._dispatch.standing.public_url, self._pages.address_of(no)
        return f"{here}/n/{token}" if here and token else ""

    def _rounds(self, inside: Collection[int]) -> tuple[RoundView, ...]:
        """By first responder; a label several of whose homes have stands with its area."""
        town, today = self._dispatch.current_town(), shanghai_date(self._clock())
        seats = {area: first_responder(town, area, today) for area in inside}
        by_leader: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for label, area in self._shelf.homes(inside):
            seat = seats[area]
            by_leader[
                "" if seat is None else f"{town.areas[seat.area].name}{seat.title}{seat.surname}"
            ].append((label, area))
        return tuple(
            RoundView(leader, _labels(homes, {area: town.areas[area].name for _, area in homes}))
            for leader, homes in sorted(by_leader.items())
        )


def _labels(homes: list[tuple[str, int]], names: dict[int, str]) -> tuple[str, ...]:
    ordered = sorted(homes, key=lambda home: (home[1], in_house_order(home[0])))
    labels = [label for label, _ in ordered]
    return tuple(label if labels.count(label) == 1 else f"{names[area]}{label}" for label, area in ordered)
