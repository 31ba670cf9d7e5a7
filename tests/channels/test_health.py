"""Being deaf or mute is known within two minutes, and no outage is shorter in the book than it was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.health import (
    HealthChange,
    HealthKind,
    Heard,
    LinkHealth,
    Observation,
    RoundTrip,
    SendOutcome,
    Sent,
    Tick,
)
from models.rules.message import LinkChange, LinkState

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TWO_MINUTES = timedelta(minutes=2)


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _link(seconds: float, state: LinkState, **more: str) -> LinkChange:
    return LinkChange("wechaty", "a1", state, _at(seconds), **more)


def _told(health: LinkHealth, *observations: Observation) -> list[HealthChange]:
    return [change for what in observations for change in health.observe(what)]


def _kinds(changes: list[HealthChange]) -> list[HealthKind]:
    return [change.kind for change in changes]


def _ticks(start: int, end: int) -> list[Observation]:
    return [Tick(_at(second)) for second in range(start, end, 5)]


def _online(**more: bool) -> LinkHealth:
    health = LinkHealth("a1", **more)
    health.observe(_link(0, LinkState.ONLINE))
    return health


def test_a_quiet_account_with_round_trips_is_well():
    health = _online()
    trips: list[Observation] = [RoundTrip(_at(second), 0.1) for second in range(0, 7200, 30)]

    assert _told(health, *trips, *_ticks(7180, 7240)) == []
    assert health.state is LinkState.ONLINE


def test_a_clock_that_is_put_back_shortens_no_outage():
    health = _online()
    hour = 3600
    _told(health, *(RoundTrip(_at(hour + second), 0.1) for second in range(0, 60, 20)), Tick(_at(hour + 41)))

    changes = _told(health, *_ticks(43, 130), RoundTrip(_at(130), None), RoundTrip(_at(150), 0.1))

    outage = [
        change for change in changes if change.kind in {HealthKind.OUTAGE_BEGAN, HealthKind.OUTAGE_ENDED}
    ]
    assert _kinds(outage) == [HealthKind.OUTAGE_BEGAN, HealthKind.OUTAGE_ENDED]
    assert outage[0].since == outage[1].since
    assert timedelta() <= outage[0].since - _at(40) <= timedelta(seconds=2)


def test_an_outage_in_which_the_clock_is_put_back_began_by_the_right_one():
    health = _online()
    _told(health, RoundTrip(_at(3600), 0.1))
    lost = _told(health, RoundTrip(_at(3620), 0.0), _link(3630, LinkState.OFFLINE), Tick(_at(3640)))

    ended = _told(health, Tick(_at(41)), _link(50, LinkState.ONLINE))

    assert HealthKind.OUTAGE_BEGAN in _kinds(lost)
    assert [change.since for change in ended if change.kind is HealthKind.OUTAGE_ENDED] == [_at(21)]


def test_an_outage_in_which_the_clock_is_put_back_holds_what_both_clocks_showed_and_the_next_one_does_not():
    health = _online()
    _told(health, RoundTrip(_at(3600), 0.1), _link(3605, LinkState.OFFLINE), *_ticks(3610, 3700))

    ended = _told(health, *_ticks(100, 200), _link(200, LinkState.ONLINE))
    later = _told(
        health, RoundTrip(_at(300), 0.0), _link(310, LinkState.OFFLINE), _link(320, LinkState.ONLINE)
    )

    assert [change.at for change in ended if change.kind is HealthKind.OUTAGE_ENDED] == [_at(3695)]
    assert [(change.since, change.at) for change in later if change.kind is HealthKind.OUTAGE_ENDED] == [
        (_at(300), _at(320))
    ]


def test_a_short_break_is_an_outage_from_the_last_proof_and_alarms_nobody():
    health = _online()
    changes = _told(
        health,
        Heard(_at(100)),
        _link(130, LinkState.OFFLINE, why="connection lost"),
        Tick(_at(135)),
        _link(140, LinkState.ONLINE),
    )

    assert _kinds(changes) == [HealthKind.OUTAGE_BEGAN, HealthKind.OUTAGE_ENDED]
    assert (changes[1].since, changes[1].at) == (_at(100), _at(140))
    assert changes[0].why == "connection lost"


def test_a_long_break_alarms_once_and_is_cleared():
    health = _online()
    changes = _told(
        health,
        _link(10, LinkState.OFFLINE),
        *_ticks(10, 600),
        _link(601, LinkState.ONLINE),
    )

    assert _kinds(changes) == [
        HealthKind.OUTAGE_BEGAN,
        HealthKind.ALARM,
        HealthKind.OUTAGE_ENDED,
        HealthKind.CLEARED,
    ]
    assert changes[1].at - _at(10) <= TWO_MINUTES


def test_a_connection_that_is_open_and_proves_nothing_is_deaf_within_two_minutes():
    health = _online()
    changes = _told(health, Heard(_at(40)), *_ticks(40, 200))

    assert _kinds(changes) == [HealthKind.OUTAGE_BEGAN, HealthKind.ALARM]
    assert health.state is LinkState.DEAF
    assert changes[1].since == _at(40)
    assert changes[1].at - _at(40) <= TWO_MINUTES
    assert _kinds(_told(health, Heard(_at(230)))) == [HealthKind.OUTAGE_ENDED, HealthKind.CLEARED]


def test_round_trips_that_fail_twice_mean_deaf_before_any_time_has_passed():
    health = _online()

    assert _told(health, RoundTrip(_at(10), None)) == []
    assert _kinds(_told(health, RoundTrip(_at(20), None))) == [HealthKind.OUTAGE_BEGAN]
    assert _kinds(_told(health, RoundTrip(_at(30), 0.2))) == [HealthKind.OUTAGE_ENDED]


@pytest.mark.parametrize("outcome", [SendOutcome.LOST, SendOutcome.DOWN])
def test_sends_that_fail_mean_mute_within_two_minutes_and_no_outage(outcome: SendOutcome):
    health = _online()
    trips: list[Observation] = [RoundTrip(_at(second), 0.1) for second in range(0, 130, 5)]
    changes = _told(health, Sent(_at(1), outcome), *trips)

    assert _kinds(changes) == [HealthKind.ALARM]
    assert health.state is LinkState.MUTE
    assert changes[0].at - _at(1) <= TWO_MINUTES
    assert _kinds(_told(health, Sent(_at(131), SendOutcome.ACCEPTED))) == [HealthKind.CLEARED]


def test_what_is_accepted_and_never_comes_back_is_mute_where_echoes_are_known_to_come():
    health = _online(echoes=True)
    trips: list[Observation] = [RoundTrip(_at(second), 0.1) for second in range(10, 130, 5)]
    changes = _told(
        health,
        Sent(_at(1), SendOutcome.ACCEPTED),
        Heard(_at(2), own=True),
        Sent(_at(10), SendOutcome.ACCEPTED),
        *trips,
    )

    assert _kinds(changes) == [HealthKind.ALARM]
    assert (changes[0].state, changes[0].since) == (LinkState.MUTE, _at(10))
    assert _kinds(_told(health, Heard(_at(131), own=True))) == [HealthKind.CLEARED]


def test_a_puppet_that_never_echoes_is_not_mute_for_it():
    health = _online(echoes=True)
    trips: list[Observation] = [RoundTrip(_at(second), 0.1) for second in range(10, 400, 30)]

    assert _told(health, Sent(_at(1), SendOutcome.ACCEPTED), *trips) == []


def test_a_logout_is_said_at_once_and_the_code_with_it():
    health = _online()
    changes = _told(health, _link(5, LinkState.SCAN, qrcode="https://example.invalid/1"))

    assert _kinds(changes) == [HealthKind.OUTAGE_BEGAN, HealthKind.ALARM]
    assert changes[1].qrcode == "https://example.invalid/1"
    assert _told(health, _link(65, LinkState.SCAN, qrcode="https://example.invalid/2")) == []
    assert health.qrcode == "https://example.invalid/2"


def test_trouble_that_comes_to_need_a_person_alarms_again():
    health = _online()
    changes = _told(health, _link(5, LinkState.OFFLINE), *_ticks(5, 100), _link(100, LinkState.LOGGED_OUT))

    assert [change.state for change in changes if change.kind is HealthKind.ALARM] == [
        LinkState.OFFLINE,
        LinkState.LOGGED_OUT,
    ]


def test_an_account_that_was_mute_and_turns_deaf_alarms_again_with_its_own_beginning():
    health = _online()
    trips: list[Observation] = [RoundTrip(_at(second), 0.0) for second in range(0, 130, 5)]
    changes = _told(health, Sent(_at(1), SendOutcome.DOWN), *trips, *_ticks(130, 300))

    alarms = [(c.state, c.since) for c in changes if c.kind is HealthKind.ALARM]
    assert alarms == [(LinkState.MUTE, _at(1)), (LinkState.DEAF, _at(125))]


def test_the_time_the_program_was_not_running_is_an_outage():
    health = LinkHealth("a1", alive_until=_at(-3600))
    changes = _told(health, _link(0, LinkState.STARTING), _link(2, LinkState.ONLINE))

    assert _kinds(changes) == [HealthKind.OUTAGE_ENDED]
    assert (changes[0].since, changes[0].at) == (_at(-3600), _at(2))


def test_a_start_that_finds_no_way_alarms_after_a_minute():
    health = LinkHealth("a1", alive_until=_at(-3600))
    changes = _told(health, _link(0, LinkState.STARTING), _link(1, LinkState.OFFLINE), *_ticks(5, 90))

    assert _kinds(changes) == [HealthKind.ALARM]
    assert changes[0].at == _at(60)


def test_the_very_first_start_is_no_outage():
    assert _told(LinkHealth("a1"), _link(0, LinkState.STARTING), _link(2, LinkState.ONLINE)) == []


def test_one_message_that_could_not_be_fetched_is_a_window_around_it():
    health = _online()
    changes = _told(
        health, Heard(_at(50)), _link(48, LinkState.DEAF, why="lost"), _link(55, LinkState.ONLINE)
    )

    assert _kinds(changes) == [HealthKind.OUTAGE_BEGAN, HealthKind.OUTAGE_ENDED]
    assert changes[1].since <= _at(48)


def _after_an_outage() -> LinkHealth:
    """Heard last at 100, away from 130 to 140."""
    health = _online()
    _told(health, Heard(_at(100)), _link(130, LinkState.OFFLINE), _link(140, LinkState.ONLINE))
    return health


def test_a_message_that_went_down_with_the_way_belongs_to_that_outage():
    inside = _told(_after_an_outage(), _link(120, LinkState.DEAF), _link(150, LinkState.ONLINE))
    before = _told(
        _after_an_outage(),
        _link(98, LinkState.DEAF), _link(150, LinkState.ONLINE),
        _link(99, LinkState.DEAF), _link(151, LinkState.ONLINE),
    )  # fmt: skip

    assert inside == []
    assert [(c.kind, c.since, c.at) for c in before] == [(HealthKind.OUTAGE_WIDENED, _at(98), _at(140))]


def test_a_message_given_up_while_the_way_is_closed_lies_in_the_outage():
    health = _online()
    changes = _told(
        health,
        Heard(_at(100)),
        _link(130, LinkState.OFFLINE),
        _link(90, LinkState.DEAF),
        _link(135, LinkState.OFFLINE),
        _link(140, LinkState.ONLINE),
    )

    assert _kinds(changes) == [HealthKind.OUTAGE_BEGAN, HealthKind.OUTAGE_ENDED]
    assert (changes[1].since, changes[1].at) == (_at(90), _at(140))


def test_deafness_after_an_outage_is_another_outage():
    changes = _told(_after_an_outage(), _link(141, LinkState.DEAF), _link(150, LinkState.ONLINE))

    assert _kinds(changes) == [HealthKind.OUTAGE_BEGAN, HealthKind.OUTAGE_ENDED]


_STATES = st.sampled_from(list(LinkState))
_OBSERVATIONS = st.one_of(
    st.builds(lambda state: lambda at: LinkChange("wechaty", "a1", state, at), _STATES),
    st.builds(lambda own: lambda at: Heard(at, own), st.booleans()),
    st.builds(lambda outcome: lambda at: Sent(at, outcome), st.sampled_from(list(SendOutcome))),
    st.builds(lambda seconds: lambda at: RoundTrip(at, seconds), st.sampled_from([None, 0.1])),
    st.just(Tick),
)


@given(st.lists(st.tuples(st.integers(0, 200), _OBSERVATIONS), max_size=60), st.booleans())
def test_every_window_that_opens_closes_and_every_alarm_is_cleared_once(
    story: list[tuple[int, object]], echoes: bool
):
    health, second = LinkHealth("a1", echoes=echoes), 0
    changes: list[HealthChange] = []
    for pause, what in story:
        second += pause
        changes += health.observe(what(_at(second)))  # type: ignore[operator]
    changes += health.observe(_link(second, LinkState.ONLINE))

    kinds = _kinds(changes)
    windows = [kind for kind in kinds if kind in {HealthKind.OUTAGE_BEGAN, HealthKind.OUTAGE_ENDED}]
    assert windows == [HealthKind.OUTAGE_BEGAN, HealthKind.OUTAGE_ENDED] * (len(windows) // 2)
    assert kinds.count(HealthKind.CLEARED) <= kinds.count(HealthKind.ALARM)
    assert all(change.since <= change.at for change in changes)
    assert health.state is LinkState.ONLINE
    assert health.outage_since is None
