"""The rules that spare people with posts, as tables: days of leave, chains of stand-ins, delays, how a word is heard."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.rules.absence import Away, away_on, goes_round, last_in_chain
from models.rules.attention import DIGESTED, Heard, Word, how_heard
from models.rules.moments import UnclearMoment, read_days
from models.rules.pacing import SHANGHAI, Pace, Rank
from models.rules.snoozing import delay_for

TUESDAY = date(2025, 7, 15)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("3天", "2025-07-15", "2025-07-17"),
        ("三天", "2025-07-15", "2025-07-17"),
        ("一周", "2025-07-15", "2025-07-21"),
        ("两个星期", "2025-07-15", "2025-07-28"),
        ("今天", "2025-07-15", "2025-07-15"),
        ("明天", "2025-07-16", "2025-07-16"),
        ("到周五", "2025-07-15", "2025-07-18"),
        ("到周二", "2025-07-15", "2025-07-15"),
        ("到下周三", "2025-07-15", "2025-07-23"),
        ("明天到周五", "2025-07-16", "2025-07-18"),
        ("下周一起3天", "2025-07-21", "2025-07-23"),
        ("7月20日到7月25日", "2025-07-20", "2025-07-25"),
        ("20日到25日", "2025-07-20", "2025-07-25"),
        ("明天到后天", "2025-07-16", "2025-07-17"),
        ("下周一到下周三", "2025-07-21", "2025-07-23"),
        ("下周一到周三", "2025-07-21", "2025-07-23"),
        ("到3号", "2025-07-15", "2025-08-03"),
    ],
)
def test_days_are_read_from_the_first_to_the_last(words: str, since: str, until: str):
    assert [day.isoformat() for day in read_days(words, TUESDAY)] == [since, until]


@pytest.mark.parametrize(
    "words",
    ["", "几天", "0天", "到", "半天", "99号", "到2025-02-30", "2025-07-01到2025-07-03", "天天", "后天到明天"],
)
def test_what_names_no_days_is_never_guessed(words: str):
    with pytest.raises(UnclearMoment):
        read_days(words, TUESDAY)


def away(person: int, stand_in: int | None, first: int, last: int) -> Away:
    return Away(person, date(2025, 7, first), date(2025, 7, last), stand_in)


def test_a_chain_is_followed_to_whoever_is_here_and_ends_with_each_leave():
    leaves = [away(1, 2, 15, 20), away(2, 3, 16, 17)]
    by_day = {d: last_in_chain(1, away_on(leaves, date(2025, 7, d))) for d in (14, 15, 16, 17, 18, 20, 21)}

    assert by_day == {14: 1, 15: 2, 16: 3, 17: 3, 18: 2, 20: 2, 21: 1}


def test_whoever_left_nobody_ends_the_chain():
    assert last_in_chain(1, away_on([away(1, 2, 15, 20), away(2, None, 16, 17)], date(2025, 7, 16))) is None


def test_a_round_is_seen_only_on_days_that_both_are_away():
    leaves = [away(1, 2, 15, 17), away(3, 1, 16, 16)]

    assert goes_round(leaves, away(2, 1, 17, 19))
    assert goes_round(leaves, away(2, 3, 16, 16))
    assert not goes_round(leaves, away(2, 1, 18, 19))
    assert goes_round([], away(4, 4, 15, 15))


NOW = datetime(2025, 7, 15, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("words", "due_h", "urgency", "hours", "cut"),
    [
        ("", 48, "U2", 2, ""),
        ("半小时", 48, "U2", 0.5, ""),
        ("3小时后", 48, "U2", 3, ""),
        ("一个半小时", 48, "U2", 1.5, ""),
        ("2个半钟头后", 48, "U2", 2.5, ""),
        ("半个小时", 48, "U2", 0.5, ""),
        ("下午", 48, "U2", 5.5, ""),
        ("明天", 48, "U2", 22.5, ""),
        ("明早", 48, "U2", 22.5, ""),
        ("明天下午", 48, "U2", 29.5, ""),
        ("周五", 100, "U2", 70.5, ""),
        ("今晚23点", 48, "U2", 22.5, ""),
        ("周五", 48, "U2", 48, "due"),
        ("明天", -5, "U2", 22.5, ""),
        ("周五", -5, "U2", 24, "late"),
        ("明天", 48, "U1", 2, "urgent"),
    ],
)
def test_a_delay_never_goes_beyond_what_the_case_allows(
    words: str, due_h: float, urgency: str, hours: float, cut: str
):
    delay = delay_for(words, NOW, NOW + timedelta(hours=due_h), urgency, Pace())

    assert (delay.until - NOW, delay.cut) == (timedelta(hours=hours), cut)


@pytest.mark.parametrize("words", ["昨天", "有空", "今天8点", "每天8点", "0小时"])
def test_a_delay_without_a_moment_to_come_is_refused(words: str):
    with pytest.raises(UnclearMoment):
        delay_for(words, NOW, None, "U2", Pace())


@pytest.mark.parametrize(
    ("word", "night", "full", "heard"),
    [
        (Word("CARD_DM", Rank.REPLY, "U2"), False, False, Heard.AT_ONCE),
        (Word("CARD_DM", Rank.REPLY, "U2"), False, True, Heard.DIGEST),
        (Word("CARD_DM", Rank.REPLY, "U1"), False, True, Heard.AT_ONCE),
        (Word("CARD_DM", Rank.REPLY, "U2", gathers="card"), True, False, Heard.MORNING),
        (Word("CARD_DM", Rank.URGENT, "U1"), True, True, Heard.AT_ONCE),
        (Word("OVERDUE_DM", Rank.REPLY, "U2"), False, False, Heard.DIGEST),
        (Word("OVERDUE_DM", Rank.REPLY, "U1"), False, False, Heard.AT_ONCE),
        (Word("ANY_WARNING_DM", Rank.ROUTINE, "U2"), False, False, Heard.DIGEST),
        (Word("ANY_WARNING_DM", Rank.ROUTINE, "U1"), False, False, Heard.AT_ONCE),
        (Word("ANY_WARNING_DM", Rank.ROUTINE, "U1"), True, False, Heard.DIGEST),
        (Word("URGE_LEADER_DM", Rank.URGENT, "U2"), False, True, Heard.AT_ONCE),
        (Word("URGE_LEADER_DM", Rank.URGENT, "U2"), True, False, Heard.DIGEST),
        (Word("URGE_LEADER_DM", Rank.URGENT, "U0"), True, False, Heard.AT_ONCE),
        (Word("EMERG_LEADER_DM", Rank.EMERGENCY, "U0", call=True), True, True, Heard.AT_ONCE),
        (Word("LIFE_SUPPORT_DM", Rank.URGENT, "U1", call=True), True, True, Heard.AT_ONCE),
        (Word("VOICE_DM", Rank.ROUTINE), True, False, Heard.MORNING),
        (Word("VOICE_DM", Rank.ROUTINE), False, True, Heard.MORNING),
        (Word("DEAF_DM", Rank.URGENT), True, True, Heard.AT_ONCE),
    ],
)
def test_how_a_private_word_is_heard(word: Word, night: bool, full: bool, heard: Heard):
    assert how_heard(word, at_night=night, is_full=full) is heard


def test_a_warning_of_an_end_before_the_next_digest_does_not_wait_for_it():
    word = Word("ANY_WARNING_DM", Rank.ROUTINE, "U2")

    assert how_heard(word, at_night=False, is_full=False, ends_before=True) is Heard.AT_ONCE
    assert how_heard(word, at_night=True, is_full=False, ends_before=True) is Heard.DIGEST


def test_nothing_reminds_less_in_an_emergency():
    nudges = [Word(key, Rank.URGENT, "U0") for key in DIGESTED]

    assert [word.key for word in nudges if word.is_nudge] == []
