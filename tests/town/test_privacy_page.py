"""What residents read of their rights: the spans are those the program goes by, the words are those it understands."""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from bot.parts import Parts
from bot.public_notices import PublicNotices
from models.rules import retention, sent_files
from tests.town.pages import residents_of, served_publicly
from tests.town.town import RESIDENT, Town

QUOTED = re.compile("说“<strong>([^<]+)</strong>”")
ON_BOARDS = re.compile("“<strong>(亮牌[^<]+)</strong>”")
MOST_BYTES = 50_000
NOT_OF_RESIDENTS = {"CONSENT_KEPT"}
"""Nobody is asked for a consent that is kept yet."""


@pytest.fixture
def page(town: Town) -> Iterator[httpx.Response]:
    """The page, from outside."""
    notices = PublicNotices(town.engine, town.machine.dispatch, town.clock)
    with served_publicly(notices, residents_of(town)) as address, httpx.Client(trust_env=False) as client:
        yield client.get(f"{address}/privacy")


def test_every_span_is_the_one_the_program_goes_by(page: httpx.Response, town: Town):
    told = {int(days) for days in re.findall(r"<td>(\d+) 天</td>", page.text)}
    swept = {
        name: value
        for name, value in vars(retention).items()
        if name.endswith("_KEPT") and isinstance(value, timedelta) and name not in NOT_OF_RESIDENTS
    }

    assert len(swept) > 12
    assert {span.days for span in {*swept.values(), sent_files.KEPT, sent_files.LEFT_ALONE_FOR}} <= told
    assert f"最多 {town.machine.dispatch.standing.pace.draft_h:g} 小时" in page.text


def test_the_page_is_short_and_leaves_nothing_behind(page: httpx.Response):
    assert page.status_code == 200
    assert ("set-cookie" in page.headers, "<script" in page.text) == (False, False)
    assert page.headers["cache-control"] == "public, max-age=60"
    assert len(page.content) < MOST_BYTES
    assert "村两委值班" in page.text


def test_what_people_are_told_to_say_is_understood(page: httpx.Response, parts: Parts):
    said = QUOTED.findall(page.text)
    found = [parts.understanding.match_commands(words, "resident", private=True)[0].intent for words in said]
    assert found == ["ListMyReports", "ReadPrivacy", "OptOut", "OptIn", "ForgetMe"]

    boards = [
        parts.understanding.match_commands(words, "leader", private=True)[0]
        for words in ON_BOARDS.findall(page.text)
    ]
    assert [(each.intent, sorted({*each.groups} - {"private"})) for each in boards] == [
        ("WithdrawFromBoard", ["name"]), ("WithdrawFromBoard", ["phone"]),
    ]  # fmt: skip


def test_what_the_page_says_is_answered_is_answered(page: httpx.Response, town: Town):
    town.say("删除我的信息", by=RESIDENT)

    assert town.room()[-1] in page.text
