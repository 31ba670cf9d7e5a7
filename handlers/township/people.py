"""The people's sheet, and who is meant where another sheet names a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from handlers.township.areas import Node
from handlers.township.cells import phone, surname
from handlers.township.homes import Home, Homes
from handlers.township.known import Known
from handlers.township.plan import Plan, Ref
from handlers.township.sheets import Line, Place
from handlers.township.wording import folded
from models.secrets import SecretBox
from models.tables import Person

LONGEST_NAME = 20


@dataclass(eq=False)
class Someone:
    """A person of the file, of the database, or of both."""

    name: str
    digest: str | None = None
    number: str | None = None
    """The phone as the file says it; None where it says none."""
    ref: Ref | None = None
    line: Line | None = None
    home: Home | None = None
    area: Node | None = None


class People:
    """Everybody by phone and by name."""

    def __init__(self, homes: Homes, known: Known, secrets: SecretBox) -> None:
        self.homes = homes
        self.book = homes.book
        self.known = known
        self.secrets = secrets
        self.found = homes.book.found
        self._all: list[Someone] = []
        self._by_digest: dict[str, Someone] = {}
        self._by_name: dict[str, list[Someone]] = defaultdict(list)
        self._said: Counter[str] = Counter()
        for ref, row in known.people.items():
            self._put(Someone(row["name"], row["phone_digest"], ref=ref))

    def _put(self, who: Someone) -> Someone:
        self._all.append(who)
        self._by_name[folded(who.name)].append(who)
        if who.digest:
            self._by_digest[who.digest] = who
        return who

    def check(self, lines: Iterable[Line]) -> None:
        """Find doubles, wrong phones, unknown households."""
        lines = list(lines)
        self._said = Counter(folded(line.text("name")) for line in lines)
        for line in lines:
            name = self._name(line)
            if not name:
                continue
            number = self._phone(line)
            area_text = line.text("area")
            area = self.book.find(area_text, line.place) if area_text else None
            home = self._home(line, area)
            who = (
                self._same(name, number, home, line.place)
                if number
                else self._same_unnumbered(name, home, line)
            )
            if who is None:
                continue
            who.line, who.home, who.area = line, home, area or self.homes.area(home)

    def _name(self, line: Line) -> str:
        name = line.text("name")
        if len(name) > LONGEST_NAME:
            column = self.book.wording.sheets["people"].title("name")
            self.found.error(line.place, "TOO_LONG", column=column, length=len(name), limit=LONGEST_NAME)
            return ""
        return name

    def _phone(self, line: Line) -> str | None:
        text = line.text("phone")
        wording = self.book.wording
        read = phone(text, wording.format("mobile"), wording.format("landline")) if text else None
        if text and read is None:
            self.found.error(line.place, "PHONE_WRONG", value=text)
        return read

    def _home(self, line: Line, area: Node | None) -> Home | None:
        label = line.text("household")
        if not label:
            return None
        homes = self.homes.named(label, area)
        if len(homes) == 1:
            return homes[0]
        if homes:
            self.found.error(line.place, "HOUSEHOLD_AMBIGUOUS", value=label)
        else:
            sheet = self.book.wording.sheets["households"].names[0]
            self.found.error(line.place, "HOUSEHOLD_UNKNOWN", value=label, sheet=sheet)
        return None

    def _same(
        self, name: str, number: str, home: Home | None, place: Place, *, renumber: bool = True
    ) -> Someone | None:
        """The person with that phone; None when the line is a mistake.

        ``renumber``: the only one of that name who has another phone gets this one; otherwise it is somebody else.
        """
        digest = self.secrets.digest("phone", number)
        who = self._by_digest.get(digest)
        if who is None:
            who = self._renumbered(name, home, place, renumber=renumber) or self._put(Someone(name))
            who.digest, who.number = digest, number
            self._by_digest[digest] = who
            return who
        if folded(who.name) != folded(name):
            if who.line is not None:
                self.found.error(place, "PHONE_OTHER_NAME", other=who.line.place.row, name=who.name)
            else:
                self.found.error(place, "PHONE_KNOWN_NAME", name=who.name)
            return None
        if who.line is not None:
            self.found.error(place, "PERSON_TWICE", other=who.line.place.row)
            return None
        return who

    def _renumbered(self, name: str, home: Home | None, place: Place, *, renumber: bool) -> Someone | None:
        """The only one of that name, who had no phone or another one."""
        known = [w for w in self._by_name[folded(name)] if w.ref is not None]
        if len(known) != 1 or self._said[folded(name)] > 1 or known[0].line is not None:
            return None
        household = self.known.people[known[0].ref or 0]["household_id"]
        if home is not None and household is not None and self.homes.ref(home) != household:
            return None
        if known[0].digest is not None and not renumber:
            return None
        if known[0].digest is not None:
            self.found.warn(place, "PHONE_CHANGES", name=name)  # the old number still means the same person
        return known[0]

    def _same_unnumbered(self, name: str, home: Home | None, line: Line) -> Someone | None:
        """The person of that name and household, who has no phone in the file."""
        namesakes = self._by_name[folded(name)]
        for who in namesakes:
            if who.line is not None and who.home == home and who.number is None:
                self.found.error(line.place, "PERSON_TWICE", other=who.line.place.row)
                return None
        free = [w for w in namesakes if w.line is None and w.ref is not None]
        if home is not None:
            household = self.homes.ref(home)
            at_home = [w for w in free if self.known.people[w.ref or 0]["household_id"] == household]
            free = at_home or [w for w in free if self.known.people[w.ref or 0]["household_id"] is None]
        if len(free) > 1:
            self.found.error(line.place, "PERSON_AMBIGUOUS", name=name)
            return None
        return free[0] if free else self._put(Someone(name))

    def meant(self, line: Line) -> Someone | None:
        """Who a line of another sheet means; somebody new when nobody is called so."""
        name, number = self._name(line), self._phone(line)
        if not name:
            return None
        if number:
            who = self._by_digest.get(self.secrets.digest("phone", number))
            if who is None:
                return self._same(name, number, None, line.place, renumber=False)
            if folded(who.name) == folded(name):
                return who
            key = "PHONE_KNOWN_NAME" if who.line is None else "PHONE_OTHER_NAME"
            row = {} if who.line is None else {"other": who.line.place.row}
            self.found.error(line.place, key, name=who.name, **row)
            return None
        namesakes = self._by_name[folded(name)]
        if len(namesakes) > 1:
            self.found.error(line.place, "PERSON_AMBIGUOUS", name=name)
            return None
        return namesakes[0] if namesakes else self._put(Someone(name))

    def write(self, plan: Plan) -> None:
        """Put the people into the plan; the households have their references by now."""
        for who in self._all:
            home, area = self.homes.ref(who.home), who.area.ref if who.area else None
            wanted: dict[str, object] = {"household_id": home, "home_area_id": area}
            new = who.ref is None
            changed = False
            if who.ref is None:
                wanted |= {
                    "name": who.name,
                    "surname": surname(who.name, self.book.wording.format("surnames_of_two")),
                }
                wanted |= {"phone_digest": who.digest, "phone_box": self._box(who)}
                who.ref = plan.add(Person, **wanted)
            else:
                row = self.known.people[who.ref]
                if who.number and who.digest != row["phone_digest"]:
                    wanted |= {"phone_digest": who.digest, "phone_box": self._box(who)}
                changed = plan.change(Person, who.ref, wanted, row)
            if who.line is not None:
                plan.count("people", who.line, new=new, changed=changed)

    def _box(self, who: Someone) -> bytes | None:
        return self.secrets.box(who.number) if who.number else None
