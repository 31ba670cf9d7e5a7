"""After any merges and splits every reporter is with exactly one open case, and hears of its end once."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.township.staging import StagedPerson
from models.tables import Case, CoReporter
from tests.town.test_rows_and_events import check_rows
from tests.town.town import CAST, DUTY, Town, village

PLACES = ("桥头", "老井边上", "四组塘边", "祠堂门口", "小学后门", "村口")
REPORTERS = tuple(f"reporter{n}" for n in range(len(PLACES)))
STEPS = 30


def heads(town: Town) -> dict[int, int]:
    """Case number → number of the case that speaks for it; fails where that would go round."""
    with town.session() as session:
        cases = {c.id: c for c in session.execute(select(Case)).scalars()}
    found = {}
    for case in cases.values():
        head, seen = case, {case.id}
        while head.merged_into_id is not None:
            head = cases[head.merged_into_id]
            assert head.id not in seen
            seen.add(head.id)
        assert (case.state == "merged") == (case.merged_into_id is not None)
        found[case.no] = head.no
    return found


def attached(town: Town) -> dict[int, set[int]]:
    """Number of each case that was not merged → its reporters and co-reporters, by row."""
    with town.session() as session:
        found = {}
        for case in session.execute(select(Case).where(col(Case.state) != "merged")).scalars():
            joined = select(col(CoReporter.identity_id)).where(
                col(CoReporter.case_id) == case.id, col(CoReporter.left_at).is_(None)
            )
            others = list(session.execute(joined).scalars())
            assert len(others) == case.co_reporters
            assert case.reporter_id not in others
            found[case.no] = {case.reporter_id, *others} - {None}
        return found


def reporter_rows(town: Town) -> dict[int, int]:
    """Case number → its first reporter, as the case was opened."""
    with town.session() as session:
        return {c.no: c.reporter_id or 0 for c in session.execute(select(Case)).scalars()}


def check(town: Town, opened_by: dict[int, int]) -> None:
    """Each reporter stands in the case that speaks for his, and in no other."""
    speaks, people = heads(town), attached(town)
    for no, reporter in opened_by.items():
        assert [n for n, those in people.items() if reporter in those] == [speaks[no]]


@pytest.mark.parametrize("seed", range(3))
def test_every_reporter_is_with_one_open_case_and_hears_its_end_once(
    make_town: Callable[..., Town], seed: int
):
    draw = random.Random(seed)  # noqa: S311 - the same choices every time
    friends = [draw.random() < 0.5 for _ in REPORTERS]
    people = [StagedPerson(who, friend=friend) for who, friend in zip(REPORTERS, friends, strict=True)]
    town = make_town(stage=village(people=(*CAST, *people)))
    for who, place in zip(REPORTERS, PLACES, strict=True):
        town.say(f"{place}的垃圾桶满了没人清", by=who)
        town.wait(minutes=1)
    opened_by = reporter_rows(town)
    assert len(opened_by) == len(REPORTERS)

    for _ in range(STEPS):
        one, other = draw.randint(1, len(PLACES)), draw.randint(1, len(PLACES))
        kind = draw.random()
        if kind < 0.6:
            town.say(f"并件 {one} 到 {other}", by=DUTY, private=True)
        elif kind < 0.9:
            town.say(f"拆件 {one}", by=DUTY, private=True)
        else:
            town.say(f"{one} 不是一回事", by=REPORTERS[one - 1])
        town.wait(minutes=draw.randint(0, 90))
        check(town, opened_by)
    check_rows(town)

    speaking = sorted(set(heads(town).values()))
    for no in speaking:
        town.say(f"办结 {no} 已经清运干净", by=DUTY, private=True)
        town.wait(minutes=3)
    town.wait(hours=12)
    said = Counter(line.split(" ")[0] for line in town.room() if "办好了" in line)
    assert said == Counter(f"#{no}" for no in speaking)
    for who in REPORTERS:
        assert not [line for line in town.heard(who) if "办好了" in line]
