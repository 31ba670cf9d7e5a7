"""Workbooks of invented townships for the tests."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlalchemy import Engine
from sqlmodel import Session

from handlers.township.importing import Importer, Outcome, Township
from handlers.township.report import report_lines
from handlers.township.wording import Wording, load_wording
from models.presets import preset_named
from models.rules.town import Town
from models.secrets import SecretBox
from models.store import Store
from tests.house.source import ROOT

SECRETS = SecretBox("a secret of the test towns, long enough")
WORDING: Wording = load_wording(ROOT / "locale" / "zh_CN")

AREAS = ("上级", "名称", "层级")
PEOPLE = ("姓名", "电话", "户")
POSTS = ("姓名", "电话", "岗位", "区域", "起", "止", "产生方式")
HOUSEHOLDS = ("户号", "区域", "地址", "人数")
ROOMS = ("群名", "类型", "层", "区域")

Sheet = Sequence[Sequence[Any]]

SAFE_TOWN: dict[str, Sheet] = {
    "区域": [
        AREAS,
        ("", "安全乡", "乡"),
        ("安全乡", "安全村", "村"),
        ("安全村", "一片", "片"),
        ("一片", "四组", "组"),
        ("一片", "五组", "组"),
        ("安全村/一片/四组", "三邻", "邻"),
    ],
    "户": [
        HOUSEHOLDS,
        ("四组1户", "三邻", "四组桥头1号", 4),
        ("四组2户", "三邻", "", ""),
    ],
    "人员": [
        PEOPLE,
        ("张建国", "13800000001", "四组1户"),
        ("刘明", 13800000002, ""),
    ],
    "任职": [
        POSTS,
        ("张建国", "", "邻长", "三邻", "2024-03-01", "", "自荐"),
        ("刘明", "13800000002", "组长", "四组", "2024年3月1日", "", "兼任"),
        ("胡敏", "0736-1234567", "片长", "一片", "", "", ""),
    ],
    "群": [
        ROOMS,
        ("四组交流群", "居民群", 1, "四组"),
        ("安全村工作群", "工作群", 2, "安全村"),
    ],
}


def book(path: Path, sheets: Mapping[str, Sheet], change: Callable[[Workbook], None] | None = None) -> Path:
    """Write a workbook; ``change`` may spoil it before it is saved."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change:
        change(made)
    made.save(path)
    return path


def importer(engine: Engine, preset: str = "anxiang", **more: Any) -> Importer:
    """An importer that never rests."""
    place = Township("安全乡", preset_named(preset), "村值班")
    more.setdefault("pause", lambda _seconds: None)
    return Importer(engine, place, SECRETS, WORDING, **more)


def report(outcome: Outcome, files: int = 1) -> str:
    """What the operator reads."""
    return "\n".join(report_lines(outcome, WORDING, files=files))


def town_of(engine: Engine) -> Town:
    """The town as dispatch sees it."""
    with Session(engine) as session:
        return Store(session).load_town()


def qingyang_of_46_villages() -> dict[str, Sheet]:
    """Seed A01: 46 villages, 536 service areas, two post holders in 491 of them."""
    areas: list[Sequence[Any]] = [AREAS, ("", "青阳县", "县"), ("青阳县", "蓉城镇", "镇")]
    posts: list[Sequence[Any]] = [POSTS]
    made = 0
    for village in range(46):
        areas.append(("青阳县/蓉城镇", f"第{village + 1}村", "村"))
        for number in range(12 if village < 30 else 11):
            areas.append((f"第{village + 1}村", f"{number + 1}服务区", "服务区"))
            made += 1
            if made <= 491:
                where = f"第{village + 1}村/{number + 1}服务区"
                posts.append((f"组织{made}", f"138{made:08}", "组织员", where, "2024-01-01", "", "自荐"))
                posts.append((f"监督{made}", f"139{made:08}", "监督员", where, "2024-01-01", "", "组织推荐"))
    assert made == 536
    return {"区域": areas, "任职": posts}


def anxiang_of_4555_households() -> dict[str, Sheet]:
    """Seed 001: 11 villages, 45 pieces, 252 groups, 627 neighbourhoods, 4,555 households."""
    areas: list[Sequence[Any]] = [AREAS, ("", "安全乡", "乡")]
    neighbourhoods: list[str] = []
    pieces = groups = 0
    for village in range(11):
        areas.append(("安全乡", f"{village + 1}村", "村"))
        for piece in range(5 if village == 10 else 4):
            pieces += 1
            areas.append((f"{village + 1}村", f"{piece + 1}片", "片"))
            for _ in range(5 + (pieces % 5 < 3)):
                groups += 1
                where = f"{village + 1}村/{piece + 1}片"
                areas.append((where, f"{groups}组", "组"))
                for _ in range(2 + (groups % 2)):
                    name = f"{len(neighbourhoods) + 1}邻"
                    areas.append((f"{where}/{groups}组", name, "邻"))
                    neighbourhoods.append(name)
    households: list[Sequence[Any]] = [HOUSEHOLDS]
    households += [
        (f"户{number + 1:04}", neighbourhoods[number % len(neighbourhoods)], f"{number + 1}号", 3)
        for number in range(4555)
    ]
    return {"区域": areas, "户": households}
