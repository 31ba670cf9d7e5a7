"""A township of 500 groups with 100 members each behind one gateway: the program asks for what it needs, when it does."""

import sys
from pathlib import Path
from time import monotonic

import pytest

from tests.gateway.driver import Gateway
from tests.gateway.running import Operator
from tests.gateway.village import FIVE, Village, found_village

pytestmark = pytest.mark.gateway

ROOMS, MEMBERS = 500, 100
BULK = ("roomList", "contactPayload", "roomPayload", "roomMemberPayload")


def bulk_calls(village: Village) -> int:
    calls = village.gateway.calls()
    return sum(calls.get(method, 0) for method in BULK)


def test_five_hundred_groups_of_a_hundred_are_loaded_only_when_they_speak(
    node: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with Gateway(node) as gateway, Operator(tmp_path, gateway) as operator:
        village = Village(gateway)
        gateway.do("township", rooms=ROOMS, members=MEMBERS)
        gateway.do("forgetCalls")
        began = monotonic()
        found_village(operator, village)
        took, idle, at_start = monotonic() - began, operator.memory(), bulk_calls(village)

        gateway.do("flood", count=ROOMS, text="吃了没", rooms=[f"t{n}@chatroom" for n in range(ROOMS)])
        village.say(village.neighbour(), "五组路口路灯不亮", FIVE)
        village.hears(FIVE, "记下了", "路口")

        with capsys.disabled():
            now = f"{operator.memory():.0f} MB after a line in every group, calls {gateway.calls()}"
            sys.stdout.write(
                f"\n{ROOMS} groups of {MEMBERS}: founded in {took:.1f} s, {idle:.0f} MB idle, {now}\n"
            )
        assert at_start <= 5  # who we are; nobody else
        assert bulk_calls(village) <= at_start + 5
