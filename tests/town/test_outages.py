"""Leaders hear what their assistant can and cannot do, in words that are true."""

from datetime import timedelta

import pytest

from bot.health import Heard
from bot.machine import ACCOUNT
from bot.watch import Watch
from handlers.links import CallOffWarning, WarnDeaf
from models.heartbeats import Heartbeats
from models.rules.message import LinkChange, LinkState
from tests.town.town import LEADER, MORNING, Town

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


def watching(town: Town, told_after_s: float) -> Watch:
    channels = {ACCOUNT: town.wechat.connect(ACCOUNT)}
    slack = timedelta(seconds=2)
    watch = Watch(channels, town.machine.dispatch, Heartbeats(town.engine), town.clock, told_after_s, slack)
    watch.take_up(ACCOUNT)
    return watch


def link(seconds: float, state: LinkState) -> LinkChange:
    return LinkChange("simulator", ACCOUNT, state, MORNING + timedelta(seconds=seconds))


def windows(town: Town) -> list[tuple[float, float]]:
    """Seconds of the morning in which nothing may have been heard."""
    return sorted(
        ((o.began_at - MORNING).total_seconds(), (o.ended_at - MORNING).total_seconds())
        for o in town.views.outages()
        if o.ended_at is not None
    )


@pytest.mark.parametrize(("told_after_s", "tellings"), [(0, 1), (10, 1), (15, 1), (60, 0)])
def test_messages_that_went_down_with_the_gateway_are_no_second_outage(
    town: Town, told_after_s: float, tellings: int
):
    watch = watching(town, told_after_s)
    heard = Heard(MORNING + timedelta(seconds=100))
    died = (link(0, LinkState.ONLINE), heard, link(105, LinkState.OFFLINE), link(110, LinkState.ONLINE))
    lost = (
        link(102, LinkState.DEAF), link(117, LinkState.ONLINE), link(95, LinkState.DEAF), link(118, LinkState.ONLINE)
    )  # fmt: skip
    for what in (*died, *lost):
        watch.observe(ACCOUNT, what)
        watch.settle()
    town.wait(minutes=5)

    assert windows(town) == [(95, 110)]
    assert len([text for text in town.heard(LEADER) if "掉线" in text]) == tellings
