"""The households' sheet."""

import re
from collections import Counter, defaultdict
from datetime import datetime

from handlers.township.areas import AreaBook, Node
from handlers.township.cells import whole_number
from handlers.township.known import Known
from handlers.township.plan import Plan, Ref
from handlers.township.sheets import Line
from handlers.township.tags import tag_codes
from handlers.township.wording import folded
from models.rules.pacing import shanghai_date
from models.secrets import SecretBox
from models.tables import Household, HouseholdArea, HouseholdTag

PEOPLE_IN_A_HOUSE = range(1, 100)

Home = tuple[str, Node | None]
"""Folded label, and the area where the label is only that area's own."""


class Homes:
    """Households of the file and those that are there.

    A label that is a bare number ("3户") is one area's own. Any other label belongs to one household of the
    whole place: in two areas of one file it is a mistake, in another area than before it is a move.
    """

    def __init__(self, book: AreaBook, known: Known, secrets: SecretBox) -> None:
        self.book = book
        self.known = known
        self.secrets = secrets
        self._own_number = re.compile(book.wording.format("local_label"))
        nodes = {n.ref: n for n in book.nodes if n.ref is not None}
        self._area_there = {ref: nodes.get(row["area"]) for ref, row in known.households.items()}
        self._there: dict[Home, Ref] = {}
        self._lines: dict[Home, tuple[Line, Node]] = {}
        self._named: dict[str, set[Home]] = defaultdict(set)
        for ref, row in known.households.items():
            home = self._home(row["label"], self._area_there[ref])
            self._there[home] = ref
            self._named[home[0]].add(home)

    def _home(self, label: str, area: Node | None) -> Home:
        key = folded(label)
        return (key, area) if self._own_number.match(key) else (key, None)

    def check(self, lines: list[Line]) -> None:
        """Find doubles, unknown areas, impossible numbers."""
        found = self.book.found
        for line in lines:
            label, text, size = line.text("label"), line.text("area"), line.text("size")
            area = self.book.find(text, line.place) if text else None
            if size and whole_number(size, PEOPLE_IN_A_HOUSE) is None:
                found.error(line.place, "SIZE_WRONG", value=size)
            tag_codes(line, self.book, found)
            if not label or area is None:
                continue
            home = self._home(label, area)
            before, its_area = self._lines.setdefault(home, (line, area))
            self._named[home[0]].add(home)
            if before is line:
                continue
            if its_area is area:
                found.error(line.place, "HOUSEHOLD_TWICE", label=label, other=before.place.row)
            else:
                found.error(
                    line.place, "HOUSEHOLD_TWO_AREAS", label=label, other=before.place.row,
                    area=its_area.name, example=f"{area.name}{label}",
                )  # fmt: skip

    def write(self, plan: Plan, now: datetime) -> None:
        """Put the households into the plan; the areas have their references by now."""
        today = shanghai_date(now)
        for home, (line, area) in self._lines.items():
            ref = self._there.get(home)
            size, address = whole_number(line.text("size"), PEOPLE_IN_A_HOUSE), line.text("address")
            moves = changed = False
            new = ref is None
            if ref is None:
                box = self.secrets.box(address) if address else None
                ref = plan.add(Household, label=line.text("label"), address_box=box, size=size)
                self._there[home] = ref
            else:
                there = self.known.households[ref]
                differs = bool(address) and address != there["address"]
                box = self.secrets.box(address) if differs else None
                changed = plan.change(Household, ref, {"size": size, "address_box": box}, there)
                moves = self._area_there[ref] is not area
            if new or moves:
                plan.add(HouseholdArea, household_id=ref, area_id=area.ref, valid_from=today)
            told = [] if new else self.known.households[ref]["tags"]
            tags = [tag for tag in tag_codes(line, self.book) if tag not in told]
            for tag in tags:
                plan.add(HouseholdTag, household_id=ref, tag=tag, since=now)
            plan.count("households", line, new=new, changed=changed or moves or bool(tags))

    def named(self, label: str, area: Node | None) -> list[Home]:
        """The households that a label means: in that area, or anywhere."""
        homes = self._named.get(folded(label), set())
        own = [home for home in homes if home[1] is None or home[1] is area]
        return own if area is not None else list(homes)

    def ref(self, home: Home | None) -> Ref | None:
        """The household's reference, known once it is in the plan."""
        return self._there.get(home) if home is not None else None

    def area(self, home: Home | None) -> Node | None:
        """Where a household lives."""
        if home is not None and home in self._lines:
            return self._lines[home][1]
        return self._area_there.get(self.ref(home) or 0)

    def per_area(self) -> Counter[Node]:
        """How many households each area holds, those of the areas below it included."""
        area_of: dict[Home, Node | None] = {home: self._area_there.get(r) for home, r in self._there.items()}
        area_of.update({home: area for home, (_, area) in self._lines.items()})
        held: Counter[Node] = Counter()
        for area in area_of.values():
            if area is not None:
                held.update(area.upward())
        return held
