"""The area tree: lines of the areas' sheet joined with what is there, found by what people write."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from handlers.township.known import Known
from handlers.township.plan import Plan, Ref
from handlers.township.sheets import Findings, Line, Place
from handlers.township.wording import Wording, code_named, folded
from models.presets import names_of
from models.rules.preset import Level, Preset
from models.tables import Area, AreaLevel

LONGEST_NAME = 30
PATHS_SHOWN = 3


@dataclass(eq=False)
class Node:
    """An area of the tree in the making."""

    name: str
    level: Level
    ref: Ref | None = None
    parent: "Node | None" = None
    above: tuple[str, ...] = ()
    """What the line says stands above it, outermost first."""
    line: Line | None = None

    def upward(self) -> Iterator["Node"]:
        """The node and its parents; stops where the parents go round in a circle."""
        at: Node | None = self
        seen: set[int] = set()
        while at is not None and id(at) not in seen:
            seen.add(id(at))
            yield at
            at = at.parent

    def chain(self) -> list[str]:
        """Folded names from the top to this area; where no parent is known yet, what the line says."""
        nodes = list(self.upward())
        return [folded(n) for n in nodes[-1].above] + [folded(n.name) for n in reversed(nodes)]

    def path(self) -> str:
        """How the area is written so that it can be no other."""
        return "/".join(n.name for n in reversed(list(self.upward())))


def _within(parts: Sequence[str], chain: Sequence[str]) -> bool:
    """Whether the parts stand in the chain in this order, others between them allowed."""
    at = iter(chain)
    return all(part in at for part in parts)


@dataclass
class AreaBook:
    """All areas, those of the file and those that are there."""

    wording: Wording
    preset: Preset
    found: Findings
    nodes: dict[Node, None] = field(default_factory=dict)
    """In the order of the database, then of the file."""
    below: dict[Node | None, dict[str, Node]] = field(default_factory=lambda: defaultdict(dict))
    """Areas that are there, by the area above and by folded name."""
    _by_name: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    _by_ending: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))

    def put(self, node: Node) -> None:
        """Add a node."""
        self.nodes[node] = None
        self._by_name[folded(node.name)].append(node)

    def join(self, node: Node, there: Node) -> None:
        """The line's node is the one that is there: they become one."""
        node.ref = there.ref
        del self.nodes[there]
        self._by_name[folded(there.name)].remove(there)
        for child in self.below[there].values():
            child.parent = node
        self.below[node] = self.below.pop(there)
        if not node.above:
            node.parent = there.parent

    def candidates(self, parts: Sequence[str]) -> list[Node]:
        """Nodes that these names, outermost first, can mean."""
        keys = [folded(p) for p in parts]
        return [n for n in self._by_name.get(keys[-1], ()) if _within(keys, n.chain())]

    def find(self, text: str, place: Place) -> Node | None:
        """The one area a cell means; otherwise the problem is noted."""
        found = self.candidates(self.wording.split_path(text) or [text]) or self._ending(folded(text))
        if len(found) == 1:
            return found[0]
        if not found:
            sheet = self.wording.sheets[AREAS].names[0]
            self.found.error(place, "AREA_UNKNOWN", value=text, sheet=sheet)
        else:
            self.ambiguous(text, place, found)
        return None

    def ambiguous(self, text: str, place: Place, found: Sequence[Node]) -> None:
        """Note that a name means several areas."""
        paths = [n.path() for n in found[:PATHS_SHOWN]]
        listed = self.wording.listed(paths)
        self.found.error(
            place, "AREA_AMBIGUOUS", value=text, count=len(found), paths=listed, example=paths[0]
        )

    def _ending(self, key: str) -> list[Node]:
        """Areas written without any mark between the names, from some level downwards."""
        if not self._by_ending:
            for node in self.nodes:
                chain = node.chain()
                for begin in range(len(chain) - 1):
                    self._by_ending["".join(chain[begin:])].append(node)
        return self._by_ending.get(key, [])


AREAS = "areas"


def book_of(known: Known, wording: Wording, preset: Preset, found: Findings) -> AreaBook:
    """The tree that is there."""
    book = AreaBook(wording, preset, found)
    by_code = {(x.scheme, x.code): x for x in preset.levels}
    nodes: dict[int, Node] = {}
    for ref, row in known.areas.items():
        level = by_code.get(known.level_code(row["level_id"]))
        if level is not None:
            nodes[ref] = Node(row["name"], level, ref)
            book.put(nodes[ref])
    for ref, node in nodes.items():
        node.parent = nodes.get(known.areas[ref]["parent_id"])
        book.below[node.parent][folded(node.name)] = node
    return book


def level_named(word: str, preset: Preset) -> Level | None:
    """The level a cell means, by name, by another name of it, or by code."""
    names = {code: names_of(entry) for code, entry in preset.extras["levels"].items()}
    code = code_named(names, word)
    return preset.level(code) if code else None


def write_areas(book: AreaBook, known: Known, plan: Plan, today: date) -> None:
    """Put the file's areas into the plan, parents before children."""
    levels = dict(known.levels)
    for level in book.preset.levels:
        if (level.scheme, level.code) not in levels:
            columns = {"scheme": level.scheme, "code": level.code, "name": level.name, "rank": level.rank}
            levels[level.scheme, level.code] = plan.add(AreaLevel, **columns)
    depth = count()
    ordered = sorted((n for n in book.nodes if n.line), key=lambda n: (len(list(n.upward())), next(depth)))
    for node in ordered:
        line = node.line
        assert line is not None  # noqa: S101 - those without a line were left out
        given = {column: line.text(column) or None for column in ("code", "boundary", "centre")}
        wanted = {
            "name": node.name,
            "level_id": levels[node.level.scheme, node.level.code],
            "parent_id": node.parent.ref if node.parent else None,
            **given,
        }
        if node.ref is None:
            node.ref = plan.add(Area, **wanted, valid_from=today)
            plan.count(AREAS, line, new=True, changed=False)
        else:
            changed = plan.change(Area, node.ref, wanted, known.areas[node.ref])
            plan.count(AREAS, line, new=False, changed=changed)
