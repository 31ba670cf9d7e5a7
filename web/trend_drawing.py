"""Two lines of days as SVG: what came in, drawn through, and what was closed, dashed. Names stand beside their lines."""

from collections.abc import Sequence

from markupsafe import Markup

WIDE, HIGH = 340, 150
"""Units of the drawing: a telephone's width, so that letters stay large."""
LEFT, RIGHT, TOP, BOTTOM = 8, 58, 14, 26
SIZE = 13
INK, SECOND, LINE, INDIGO, GREEN = "#1c2430", "#55606e", "#d9dee4", "#1b4f8a", "#23693f"
APART = 16
"""So far at least the two names stand from each other."""


def trend(days: Sequence[str], opened: Sequence[int], closed: Sequence[int]) -> Markup:
    """The lines of these days (``7/12``), of which there are two at least; nothing where nothing happened."""
    most = max((*opened, *closed), default=0)
    if not most or len(days) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup("")
    ends = _apart(_height(opened[-1], most), _height(closed[-1], most))
    return Markup(
        '<svg class="chart" role="img" aria-label="{says}" viewBox="0 0 {wide} {high}">{ground}{first}{second}'
        '<text x="{x}" y="{a}" font-size="{size}" fill="{indigo}">新报 {n}</text>'
        '<text x="{x}" y="{b}" font-size="{size}" fill="{green}">办结 {m}</text></svg>'
    ).format(
        says=f"{days[0]} 到 {days[-1]}：新报 {sum(opened)} 件，办结 {sum(closed)} 件", wide=WIDE, high=HIGH,
        ground=_ground(days, most), first=_line(opened, most, INDIGO, ""), second=_line(closed, most, GREEN, "5 4"),
        x=WIDE - RIGHT + 6, a=round(ends[0]) + SIZE // 3, b=round(ends[1]) + SIZE // 3, size=SIZE,
        indigo=INDIGO, green=GREEN, n=opened[-1], m=closed[-1],
    )  # fmt: skip


def _apart(first: float, second: float) -> tuple[float, float]:
    """Where the two names stand, moved apart where their lines end beside each other."""
    gap = APART - abs(first - second)
    if gap <= 0:
        return first, second
    up = -gap / 2 if first <= second else gap / 2
    return first + up, second - up


def _height(number: int, most: int) -> float:
    return HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * number / most


def _across(place: int, many: int) -> float:
    return LEFT + (WIDE - LEFT - RIGHT) * place / (many - 1)


def _line(numbers: Sequence[int], most: int, colour: str, dashes: str) -> Markup:
    points = " ".join(
        f"{_across(at, len(numbers)):.1f},{_height(number, most):.1f}" for at, number in enumerate(numbers)
    )
    return Markup(
        '<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dashes}"/>'
    ).format(points=points, colour=colour, dashes=dashes or "none")


def _ground(days: Sequence[str], most: int) -> Markup:
    floor = HIGH - BOTTOM
    return Markup(
        '<line x1="{left}" y1="{floor}" x2="{right}" y2="{floor}" stroke="{line}"/>'
        '<line x1="{left}" y1="{top}" x2="{right}" y2="{top}" stroke="{line}"/>'
        '<text x="{left}" y="{above}" font-size="{size}" fill="{second}">{most} 件</text>'
        '<text x="{left}" y="{below}" font-size="{size}" fill="{second}">{first}</text>'
        '<text x="{right}" y="{below}" font-size="{size}" fill="{second}" text-anchor="end">{last}</text>'
    ).format(
        left=LEFT, right=WIDE - RIGHT, floor=floor, top=TOP, line=LINE, above=TOP - 3, size=SIZE, second=SECOND,
        most=most, below=HIGH - 8, first=days[0], last=days[-1],
    )  # fmt: skip
