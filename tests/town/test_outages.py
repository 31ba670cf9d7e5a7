"""Leaders hear what their assistant can and cannot do, in words that are true."""

import pytest

from handlers.links import CallOffWarning, WarnDeaf
from models.rules.message import LinkState
from tests.town.town import LEADER, Town

DEAF = "小助手现在听不到群消息，请您多看一眼群里，急事直接打电话。恢复后会告诉您。"
MUTE = "小助手现在听得到群消息，但发不出话。报的事照样记下，能发了就补上；急事请您直接打电话。"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LinkState.MUTE, MUTE),
        (LinkState.DEAF, DEAF),
        (LinkState.OFFLINE, DEAF),
        (LinkState.LOGGED_OUT, DEAF),
        (LinkState.SCAN, DEAF),
    ],
)
def test_an_account_in_trouble_is_announced_by_what_it_cannot_do(town: Town, state: LinkState, words: str):
    town.ask(WarnDeaf("simulator", "main", state), "link:main:alarm:x")
    town.wait(seconds=6)

    assert town.heard(LEADER) == [words]
    assert LEADER in town.rung()


@pytest.mark.parametrize("state", [LinkState.MUTE, LinkState.DEAF])
def test_a_warning_that_could_not_be_said_is_taken_back_when_the_trouble_is_over(
    town: Town, state: LinkState
):
    town.machine.delivery.note_link("main", LinkState.OFFLINE)
    town.ask(WarnDeaf("simulator", "main", state), "link:main:alarm:x")
    town.wait(seconds=6)
    town.ask(CallOffWarning("main"), "link:main:cleared:x")
    town.machine.delivery.note_link("main", LinkState.ONLINE)
    town.wait(minutes=1)

    assert town.heard(LEADER) == []
