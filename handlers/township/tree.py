"""Checking the areas' sheet: levels, parents, circles, doubles; every bad line is named."""

from collections.abc import Iterable

from handlers.township.areas import LONGEST_NAME, AreaBook, Node, level_named
from handlers.township.known import Known
from handlers.township.sheets import Line
from handlers.township.wording import folded
from models.presets import names_of


def check_areas(lines: Iterable[Line], book: AreaBook, known: Known) -> None:
    """Read the lines into the book and join each with its parent."""
    fresh = [node for line in lines if (node := _node(line, book))]
    fresh = _without_doubles(fresh, book)
    there = {n.ref: n for n in book.nodes}
    by_code = {folded(row["code"]): there.get(ref) for ref, row in known.areas.items() if row["code"]}
    for node in fresh:
        book.put(node)
    for node in fresh:
        same = by_code.get(folded(_line(node).text("code")))
        if same is not None and same in book.nodes:
            book.join(node, same)
    _join_parents(fresh, book)
    _check_roots(fresh, book)
    _check_circles(fresh, book)
    _check_ranks(fresh, book)


def _line(node: Node) -> Line:
    if node.line is None:
        raise ValueError(f"{node.name} stands in no line")
    return node.line


def _node(line: Line, book: AreaBook) -> Node | None:
    name, level_word = line.text("name"), line.text("level")
    if not name or not level_word:
        return None  # told when the line was read
    level = level_named(level_word, book.preset)
    if level is None:
        entries = book.preset.extras["levels"].values()
        listed = book.wording.listed(names_of(entry)[0] for entry in entries)
        book.found.error(line.place, "LEVEL_UNKNOWN", value=level_word, known=listed)
        return None
    if len(name) > LONGEST_NAME:
        column = book.wording.sheets["areas"].title("name")
        book.found.error(line.place, "TOO_LONG", column=column, length=len(name), limit=LONGEST_NAME)
        return None
    parents = book.wording.split_list(line.text("parent"))
    if len(parents) > 1:
        book.found.error(line.place, "TWO_PARENTS", count=len(parents), value=line.text("parent"))
    above = book.wording.split_path(parents[0]) if parents else []
    return Node(name, level, above=tuple(above), line=line)


def _without_doubles(nodes: list[Node], book: AreaBook) -> list[Node]:
    """Leave out lines that say the same area again; name those that use a code for two areas."""
    seen: dict[tuple[str, ...], Node] = {}
    codes: dict[str, Node] = {}
    kept = []
    for node in nodes:
        line = _line(node)
        said = tuple(folded(x) for x in (*node.above, node.name))
        code = folded(line.text("code"))
        if said in seen:
            book.found.error(line.place, "AREA_TWICE", other=_line(seen[said]).place.row, name=node.name)
            continue
        if code and code in codes:
            other = _line(codes[code]).place.row
            book.found.error(line.place, "AREA_CODE_TWICE", code=line.text("code"), other=other)
            continue
        seen[said] = node
        if code:
            codes[code] = node
        kept.append(node)
    return kept


def _join_parents(fresh: list[Node], book: AreaBook) -> None:
    """Give each line its parent, from the top down, as long as that tells more; then name what is left."""
    waiting = list(fresh)
    while waiting:
        left = [node for node in waiting if not _join(node, book)]
        if len(left) == len(waiting):
            break
        waiting = left
    for node in waiting:
        line, text = _line(node), _line(node).text("parent")
        found = [n for n in book.candidates(node.above) if n is not node]
        if found:
            book.ambiguous(text, line.place, found)
        elif folded(node.above[-1]) == folded(node.name):
            book.found.error(line.place, "PARENT_SELF")
        else:
            sheet = book.wording.sheets["areas"].names[0]
            book.found.error(line.place, "AREA_UNKNOWN", value=text, sheet=sheet)


def _join(node: Node, book: AreaBook) -> bool:
    """Find the node's parent, and the node itself among those that are there. False: not yet clear."""
    if node.above:
        found = [n for n in book.candidates(node.above) if n is not node]
        if len(found) > 1:
            found = [n for n in found if n.level.rank < node.level.rank]
        if len(found) != 1:
            return False
        node.parent = found[0]
    if node.ref is None and (same := _same_there(node, book)):
        book.join(node, same)
    return True


def _same_there(node: Node, book: AreaBook) -> Node | None:
    """The area that is there and is meant: below the same parent, or the only one of that name and level."""
    same = book.below[node.parent].get(folded(node.name))
    if same is not None and same in book.nodes:
        return same
    if node.above:
        return None
    found = [n for n in book.candidates([node.name]) if n.line is None and n.level == node.level]
    return found[0] if len(found) == 1 else None


def _check_roots(fresh: list[Node], book: AreaBook) -> None:
    """Only the topmost level in use may stand alone."""
    top = min((n.level.rank for n in book.nodes), default=0)
    for node in fresh:
        if not node.above and node.parent is None and node.level.rank > top:
            highest = next(n.level.name for n in book.nodes if n.level.rank == top)
            book.found.error(_line(node).place, "NO_PARENT", top=highest)


def _check_circles(fresh: list[Node], book: AreaBook) -> None:
    """Name each circle once, at its first line."""
    told: set[int] = set()
    for node in fresh:
        line = list(node.upward())
        if line[-1].parent is None or id(node) in told or line[-1].parent is not node:
            continue
        told |= {id(n) for n in line}
        path = " → ".join(n.name for n in (*line, node))
        book.found.error(_line(node).place, "PARENT_CYCLE", path=path)


def _check_ranks(fresh: list[Node], book: AreaBook) -> None:
    for node in fresh:
        if node.parent is None or node.parent.level.rank < node.level.rank:
            continue
        if any(n.parent is node for n in node.upward()):
            continue  # a circle was told already
        book.found.error(
            _line(node).place, "PARENT_RANK", name=node.name, level=node.level.name,
            parent=node.parent.name, parent_level=node.parent.level.name,
        )  # fmt: skip
