"""Bars as SVG: the same drawing on the page and in the picture for a group. Words stand beside the bars, never colour alone."""

from collections.abc import Sequence

from markupsafe import Markup, escape

INK, SECOND, INDIGO, GROUND = "#1c2430", "#55606e", "#1b4f8a", "#e3e8ee"
SCREEN = 340
"""Units across of a chart on a page: a telephone's width, so that letters stay large."""
Bar = tuple[str, int]


def bars(rows: Sequence[Bar], *, wide: int, size: int) -> Markup:
    """One bar under another, each with its name above and its number at the end; ``size`` of the letters."""
    most = max((number for _, number in rows), default=0) or 1
    room = wide - size * 3
    drawn = Markup("")
    for place, (name, number) in enumerate(rows):
        top = place * bar_height(size)
        length = max(size // 3, round(room * number / most))
        drawn += Markup(
            '<text x="0" y="{y}" font-size="{size}" fill="{ink}">{name}</text>'
            '<rect x="0" y="{bar}" width="{room}" height="{high}" rx="{round}" fill="{ground}"/>'
            '<rect x="0" y="{bar}" width="{length}" height="{high}" rx="{round}" fill="{indigo}"/>'
            '<text x="{end}" y="{number_y}" font-size="{size}" font-weight="700" fill="{ink}">{number}</text>'
        ).format(
            y=top + size, size=size, ink=INK, name=name, bar=top + round(size * 1.45), room=room, high=round(size * 0.8),
            round=round(size * 0.2), ground=GROUND, length=length, indigo=INDIGO, end=room + size * 0.6,
            number_y=top + round(size * 2.2), number=number,
        )  # fmt: skip
    return drawn


def bar_height(size: int) -> int:
    """So much one bar with its name takes."""
    return round(size * 3)


def chart(rows: Sequence[Bar], says: str) -> Markup:
    """A chart for a page; ``says`` is what a screen reader hears."""
    size = 17
    high = bar_height(size) * len(rows)
    return Markup(
        '<svg class="chart" role="img" aria-label="{says}" viewBox="0 0 {wide} {high}">{bars}</svg>'
    ).format(says=escape(says), wide=SCREEN, high=high, bars=bars(rows, wide=SCREEN, size=size))
