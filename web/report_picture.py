"""The month's figures as a picture for a group: counts and what many have in common, nothing personal, no rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import resvg_py
from markupsafe import Markup

from models.rules.lexicon import Item
from models.rules.public_case import tells_more
from models.rules.reckoning import Reckoning, plain
from web.report_drawing import INDIGO, INK, SECOND, Bar, bar_height, bars

WIDE, EDGE, LETTERS = 1080, 72, 40
MOST_BARS, MOST_AGAIN, LEAST = 6, 3, 2
FAMILY = "Noto Sans CJK SC"
_FILE = "NotoSansCJK-VF.otf.ttc"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above and below: where, which period, up to when it was counted."""

    place: str
    period: str
    until: str


class NoFont(RuntimeError):  # noqa: N818 - says what is missing
    """The font for pictures is not installed: without it they would come out empty, and nobody would be told."""


def font_file() -> Path:
    """Where the font is.

    Raises:
        NoFont: the package is missing, or it does not hold it.
    """
    found = find_spec("manimgx_fonts_cjk")
    file = Path(found.origin).parent / _FILE if found is not None and found.origin else None
    if file is None or not file.exists():
        raise NoFont(f"{_FILE} of manimgx-fonts-cjk is missing: install the program's packages anew")
    return file


def can_draw() -> bool:
    """Whether letters come out; asked once at start."""
    try:
        fonts = [str(font_file())]
    except NoFont:
        return False
    letter, nothing = (
        resvg_py.svg_to_bytes(
            svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30" font-size="30" '
            f'font-family="{FAMILY}">{words}</text></svg>',
            font_files=fonts, skip_system_fonts=True,
        )
        for words in ("字", "")
    )  # fmt: skip
    return bytes(letter) != bytes(nothing)


def told_by_many(reckoning: Reckoning, items: Mapping[str, Item]) -> tuple[list[Bar], str]:
    """What several asked for, and what came again; nothing private, between people, or about one household alone."""

    def told(kind: str) -> list[Bar]:
        counted = [(items.get(value), int(share.numerator)) for value, share in reckoning.group(kind)]
        return [
            (item.name, number)
            for item, number in counted
            if item is not None and number >= LEAST and tells_more(item.privacy, item.code, {}, in_room=True)
        ]

    again = [f"{name} {number} 件" for name, number in told("again")]
    return told("l2")[:MOST_BARS], "、".join(again[:MOST_AGAIN])


def drawing(reckoning: Reckoning, items: Mapping[str, Item], heading: Heading) -> str:
    """The picture as SVG, 1080 wide."""
    figure = reckoning.figure
    counts = (
        ("收到", plain(figure("valid").share.numerator)),
        ("办结", str(figure("covered").share.denominator)),
        ("还在办", plain(figure("open").share.numerator)),
    )
    most, again = told_by_many(reckoning, items)
    body, high = Markup(""), 480
    for place, (name, number) in enumerate(counts):
        x = EDGE + place * (WIDE - 2 * EDGE) // len(counts)
        body += _text(x, 330, 34, SECOND, f"{name}（件）") + _text(x, 420, 84, INK, number, bold=True)
    if most:
        body += _text(EDGE, high + 60, 44, INK, "大家说得最多的事", bold=True)
        drawn = bars(most, wide=WIDE - 2 * EDGE, size=LETTERS)
        body += Markup('<g transform="translate({x} {y})">{bars}</g>').format(
            x=EDGE, y=high + 100, bars=drawn
        )
        high += 130 + bar_height(LETTERS) * len(most)
    if again:
        body += _text(EDGE, high + 50, 36, INK, f"反复出现的：{again}")
        high += 90
    body += _text(EDGE, high + 40, 32, SECOND, "有事直接在群里说，不方便就私信小助手。")
    body += _text(EDGE, high + 90, 28, SECOND, heading.until)
    head = Markup('<rect width="{wide}" height="220" fill="{indigo}"/>').format(wide=WIDE, indigo=INDIGO)
    head += _text(EDGE, 110, 60, "#ffffff", f"{heading.place}民情", bold=True) + _text(
        EDGE, 175, 36, "#ffffff", heading.period
    )
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
            'font-family="{family}"><rect width="{wide}" height="{high}" fill="#ffffff"/>{head}{body}</svg>'
        ).format(wide=WIDE, high=high + 140, family=FAMILY, head=head, body=body)
    )


def picture(svg: str) -> bytes:
    """As PNG.

    Raises:
        NoFont: letters would not come out.
    """
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=[str(font_file())], skip_system_fonts=True))


def _text(x: int, y: int, size: int, fill: str, words: str, *, bold: bool = False) -> Markup:
    return Markup(
        '<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}">{words}</text>'
    ).format(x=x, y=y, size=size, weight=700 if bold else 400, fill=fill, words=words)
