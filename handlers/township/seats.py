"""The appointments' sheet: who holds which post, where, from when to when."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.township.areas import AreaBook, Node
from handlers.township.cells import whole_date
from handlers.township.homes import Homes
from handlers.township.known import Known, KnownSeat
from handlers.township.people import People, Someone
from handlers.township.plan import Plan
from handlers.township.sheets import Findings, Line
from handlers.township.wording import code_named
from models.presets import names_of
from models.rules.pairing import out_of_range
from models.rules.preset import PostType
from models.tables import Appointment, PostTypeRow

FOR_EVER = date.max


@dataclass(eq=False)
class Sitting:
    """One appointment of the file, of the database, or of both. ``since`` None: not said."""

    who: int | Someone
    name: str
    post: PostType
    area: Node
    since: date | None
    until: date | None
    line: Line | None = None
    there: KnownSeat | None = None
    way: str | None = None
    title: str = ""

    def span(self, today: date) -> tuple[date, date]:
        """First and last day; a term of which only the end is said begins today, or on its only day."""
        until = self.until or FOR_EVER
        since = self.since or (self.there.since if self.there else min(today, until))
        return since, until


def _overlap(one: Sitting, other: Sitting, today: date) -> bool:
    (a, b), (c, d) = one.span(today), other.span(today)
    return a <= d and c <= b


class Seats:
    """All appointments."""

    def __init__(self, people: People, homes: Homes, known: Known, today: date) -> None:
        self.people = people
        self.homes = homes
        self.book: AreaBook = people.book
        self.found: Findings = people.found
        self.known = known
        self.today = today
        self.preset = self.book.preset
        self._names = {c: names_of(entry) for c, entry in self.preset.extras["posts"].items()}
        self._at: dict[tuple[str, Node], list[Sitting]] = defaultdict(list)
        nodes = {n.ref: n for n in self.book.nodes if n.ref is not None}
        for seat in known.seats:
            area, post = nodes.get(seat.area), self.preset.posts.get(seat.post)
            if area is not None and post is not None:
                name = known.people[seat.person]["name"]
                here = Sitting(seat.person, name, post, area, seat.since, seat.until, there=seat)
                self._at[post.code, area].append(here)

    def check(self, lines: Iterable[Line]) -> None:
        """Find unknown posts and areas, wrong dates, doubles, and more people than a post has seats."""
        for line in lines:
            sitting = self._read(line)
            if sitting is not None:
                self._place(sitting)
        for sittings in self._at.values():
            self._check_full(sittings)

    def _read(self, line: Line) -> Sitting | None:
        who = self.people.meant(line)
        post = self._post(line)
        text = line.text("area")
        area = self.book.find(text, line.place) if text else None
        since, until = self._day(line, "since"), self._day(line, "until")
        way = self._way(line, post)
        if since and until and until < since:
            self.found.error(line.place, "DATE_ORDER", since=since, until=until)
        if who is None or post is None or area is None:
            return None
        wanted = self.preset.level(post.level)
        if area.level != wanted:
            self.found.error(
                line.place, "POST_LEVEL", post=post.name, wanted=wanted.name, area=area.name,
                level=area.level.name,
            )  # fmt: skip
            return None
        return Sitting(who, who.name, post, area, since, until, line, way=way, title=line.text("title"))

    def _post(self, line: Line) -> PostType | None:
        word = line.text("post")
        code = code_named(self._names, word) if word else None
        if word and code is None:
            known = self.book.wording.listed(p.name for p in self.preset.posts.values())
            self.found.error(line.place, "POST_UNKNOWN", value=word, known=known)
        return self.preset.posts[code] if code else None

    def _day(self, line: Line, column: str) -> date | None:
        value = line.cells.get(column)
        if value is None:
            return None
        day = whole_date(value, self.book.wording.format("dates"))
        if day is None:
            title = self.book.wording.sheets["posts"].title(column)
            self.found.error(line.place, "DATE_WRONG", column=title, value=line.text(column))
        return day

    def _way(self, line: Line, post: PostType | None) -> str | None:
        word, wording = line.text("way"), self.book.wording
        if not word:
            return None
        way = wording.code_of("ways", word)
        if way is None:
            self.found.error(line.place, "WAY_UNKNOWN", value=word, known=wording.known("ways"))
        elif post and way not in self.preset.extras["posts"][post.code].get("appointment", (way,)):
            self.found.warn(line.place, "WAY_UNUSUAL", post=post.name, way=word)
        return way

    def _place(self, sitting: Sitting) -> None:
        """Join the line with the appointment that is there, or name an earlier line that says the same."""
        here = self._at[sitting.post.code, sitting.area]
        who = sitting.who
        assert isinstance(who, Someone)  # noqa: S101 - a line's person is one of the book
        for other in here:
            if other.line is not None and other.who is who and _overlap(sitting, other, self.today):
                self.found.error(
                    sitting.line.place if sitting.line else other.line.place, "POST_TWICE",
                    other=other.line.place.row, area=sitting.area.name, post=sitting.post.name,
                )  # fmt: skip
                return
        same = [o for o in here if o.line is None and o.there and o.who == who.ref]
        if sitting.since is not None:
            same = [o for o in same if o.since == sitting.since or _overlap(sitting, o, self.today)]
        if same:
            sitting.there = same[-1].there
            here.remove(same[-1])
            if sitting.until is None and sitting.there:
                sitting.until = sitting.there.until
        here.append(sitting)

    def _check_full(self, sittings: list[Sitting]) -> None:
        """Name the line that is one too many at any moment."""
        limit = sittings[0].post.max if sittings else None
        if limit is None:
            return
        for sitting in sittings:
            others = self._most_beside(sitting, sittings) if sitting.line else []
            if sitting.line and len(others) >= limit:
                self.found.error(
                    sitting.line.place, "POST_FULL", area=sitting.area.name, post=sitting.post.name,
                    max=limit, others=self.book.wording.listed(o.name for o in others),
                )  # fmt: skip

    def _most_beside(self, sitting: Sitting, sittings: list[Sitting]) -> list[Sitting]:
        """The others on the day of its term when most of them hold the post."""
        first, last = sitting.span(self.today)
        days = [max(first, o.span(self.today)[0]) for o in sittings]
        on_day = [
            [
                o
                for o in sittings
                if o is not sitting and o.span(self.today)[0] <= day <= o.span(self.today)[1]
            ]
            for day in days
            if day <= last
        ]
        return max(on_day, key=len, default=[])

    def write(self, plan: Plan) -> None:
        """Put the appointments into the plan; people and areas have their references by now."""
        posts: dict[str, int] = dict(self.known.posts)
        for post in self.preset.posts.values():
            if post.code not in posts:
                columns = {"name": post.name, "level": post.level, "seats_per_area": post.max}
                posts[post.code] = plan.add(PostTypeRow, code=post.code, **columns)
        for sittings in self._at.values():
            for sitting in sittings:
                if sitting.line is not None:
                    self._write(sitting, sitting.line, posts, plan)

    def check_levels(self, below: int) -> None:
        """Name the lines that would change a post which is not below a level of that rank."""
        for sitting in (each for sittings in self._at.values() for each in sittings):
            if sitting.line is None or self.preset.rank_of_post(sitting.post.code) > below:
                continue
            there = sitting.there
            wanted = (sitting.until, sitting.since or there.since) if there is not None else ()
            if there is None or wanted != (there.until, there.since):
                self.found.error(sitting.line.place, "POST_ABOVE", post=sitting.post.name)

    def _write(self, sitting: Sitting, line: Line, posts: dict[str, int], plan: Plan) -> None:
        who = sitting.who
        assert isinstance(who, Someone)  # noqa: S101 - a line's person is one of the book
        wanted: dict[str, Any] = {"valid_to": sitting.until, "title": sitting.title, "method": sitting.way}
        if sitting.there is not None:
            wanted["valid_from"] = sitting.since
            changed = plan.change(Appointment, sitting.there.id, wanted, sitting.there.columns)
            plan.count("posts", line, new=False, changed=changed)
            return
        plan.add(
            Appointment, person_id=who.ref, post_id=posts[sitting.post.code], area_id=sitting.area.ref,
            valid_from=sitting.span(self.today)[0], **wanted,
        )  # fmt: skip
        plan.count("posts", line, new=True, changed=False)

    def warn_of_ranges(self) -> None:
        """Say where a post's share of households or people lies outside its usual range; never an error."""
        held = {place: len(self._now(sittings)) for place, sittings in self._at.items()}
        for one in out_of_range(self.preset, self.homes.per_area(), held):
            line = self._now(self._at[one.post, one.area])[0].line
            if line is None:
                continue
            blanks: dict[str, Any] = {"area": one.area.name, "post": self.preset.posts[one.post].name}
            blanks |= {"count": one.count, "low": one.low, "high": one.high}
            if one.other:
                other = self.preset.posts[one.other].name
                self.found.warn(line.place, "RANGE_POSTS", other=other, **blanks)
            else:
                self.found.warn(line.place, "RANGE", **blanks)

    def _now(self, sittings: Iterable[Sitting]) -> list[Sitting]:
        """Those in force today."""
        return [s for s in sittings if s.span(self.today)[0] <= self.today <= s.span(self.today)[1]]
