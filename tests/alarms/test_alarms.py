"""Whoever looks after the server hears of each trouble once, by ways that do not need WeChat, and once that it is over."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update

from bot.alarm_ways import Told
from bot.alarms import Alarms
from models.alarm_book import AlarmBook
from models.rules.health import Grade, Part, Sign
from models.rules.message import LinkState
from models.tables import DueFiring, Heartbeat, OutboxMessage
from models.vitals import BACKUP
from tests.alarms.operators import Office
from tests.town.town import DUTY, RESIDENT, Town

OFFLINE = (
    "【安全村小助手】账号 main 连不上网关。7月15日 09:00 起。看网关开着没有，再运行 python -m bot doctor。"
)
OVER = "【安全村小助手】好了：7月15日 09:00 到 7月15日 09:03 的这件事已经恢复。原来是：账号 main 连不上网关。"


def told(office: Office) -> list[tuple[str, str]]:
    """Kind and part of everything that was posted."""
    return [(one.told["type"], one.told["data"]["part"]) for one in office.hook.posted]


def test_a_dead_gateway_is_told_once_by_every_way_and_once_that_it_is_back(office: Office):
    office.link(LinkState.OFFLINE)
    office.wait(minutes=3, round_trips=False)

    assert told(office) == [("alarm.raised", "account")]
    assert office.mail_box.words() == [OFFLINE]
    assert office.phone_tasks() == [f"打电话给机房小周：{OFFLINE}"]

    office.link(LinkState.ONLINE)
    office.wait(minutes=3)

    assert told(office) == [("alarm.raised", "account"), ("alarm.cleared", "account")]
    assert office.mail_box.words() == [OFFLINE, OVER]
    assert office.phone_tasks() == []
    assert [letter["Subject"] for letter in office.mail_box.letters] == [
        "小助手告警：安全村",
        "小助手恢复：安全村",
    ]


def test_what_is_posted_is_signed_and_keeps_its_number_from_try_to_try(office: Office):
    office.hook.status = 500
    office.link(LinkState.LOGGED_OUT)
    office.wait(minutes=2, round_trips=False)
    assert office.hook.refused >= 3
    office.hook.status = 204
    office.wait(minutes=5, round_trips=False)

    (posted,) = office.hook.posted
    assert posted.is_signed()
    assert not posted.is_signed("another secret of this length, at random")
    assert posted.headers["webhook-id"] == "alarm-1-raised"
    assert posted.told["data"]["of"] == "main"
    assert len(office.mail_box.letters) == 1


@pytest.mark.parametrize(
    ("state", "within_s"), [(LinkState.LOGGED_OUT, 10), (LinkState.SCAN, 10), (LinkState.OFFLINE, 70)]
)
def test_trouble_is_known_within_two_minutes(office: Office, state: LinkState, within_s: float):
    office.link(state)
    office.wait(seconds=within_s, round_trips=False)

    assert told(office) == [("alarm.raised", "account")]


def test_a_line_that_is_open_and_dead_is_known_within_two_minutes(office: Office):
    office.wait(minutes=2, round_trips=False)

    assert [one.told["data"]["part"] for one in office.hook.posted] == ["account"]
    assert "账号 main 连着，但收不到消息。" in office.mail_box.words()[0]


def test_a_short_trouble_wakes_nobody(office: Office):
    office.link(LinkState.OFFLINE)
    office.wait(seconds=40, round_trips=False)
    office.link(LinkState.ONLINE)
    office.wait(minutes=5)

    assert (told(office), office.mail_box.letters, office.phone_tasks()) == ([], [], [])


def test_a_restart_repeats_no_alarm_and_still_tells_that_it_is_over(office: Office):
    office.link(LinkState.OFFLINE)
    office.wait(minutes=3, round_trips=False)
    office.start()
    office.link(LinkState.OFFLINE)
    office.wait(minutes=3, round_trips=False)
    assert told(office) == [("alarm.raised", "account")]
    office.start()
    office.link(LinkState.ONLINE)
    office.wait(minutes=1)

    assert told(office) == [("alarm.raised", "account"), ("alarm.cleared", "account")]
    assert len(office.mail_box.letters) == 2


def test_what_is_over_before_it_could_be_told_is_told_as_over(office: Office):
    office.hook.status = 500
    office.link(LinkState.OFFLINE)
    office.wait(minutes=3, round_trips=False)
    office.link(LinkState.ONLINE)
    office.wait(minutes=1)
    office.hook.status = 204
    office.wait(minutes=11)

    assert told(office) == [("alarm.cleared", "account")]


def test_two_processes_that_see_the_same_tell_it_once(office: Office):
    first = office.alarms
    office.link(LinkState.OFFLINE)
    office.wait(minutes=1, round_trips=False)
    office.start()
    office.link(LinkState.OFFLINE)
    for _ in range(12):
        office.wait(seconds=10, round_trips=False)
        first.round()

    assert told(office) == [("alarm.raised", "account")]


def test_a_database_that_is_gone_is_told_and_that_it_is_back(office: Office):
    office.town.say("3栋2单元楼道灯坏了", by=RESIDENT)
    swap(office, "alarm", "alarm_away")  # a table that is missing stands for a disk that is
    swap(office, "heartbeat", "heartbeat_away")
    for _ in range(9):
        office.town.clock.at += timedelta(seconds=10)
        office.alarms.round()

    assert told(office) == [("alarm.raised", "database")]
    assert len(office.mail_box.letters) == 1
    swap(office, "alarm_away", "alarm")
    swap(office, "heartbeat_away", "heartbeat")
    office.wait(minutes=1)

    assert told(office) == [("alarm.raised", "database"), ("alarm.cleared", "database")]


def swap(office: Office, name: str, new: str) -> None:
    with office.town.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {name} RENAME TO {new}"))


def test_failed_jobs_stuck_queues_and_late_backups_are_told(office: Office):
    now = office.now
    firing = {
        "key": "x",
        "intent": "NoSuch",
        "fields": {},
        "due_at": now,
        "state": "failed",
        "attempts": 8,
        "why": "",
    }
    row = {
        "cause": "x", "key": "HELD", "rank": 2, "not_before": now - timedelta(minutes=11), "created_at": now,
        "state": "queued", "medium": "chat", "blanks": {}, "mentions": [], "gathers": "", "attempts": 0, "why": "",
        "text": "", "account": "",
    }  # fmt: skip
    with office.town.engine.begin() as connection:
        connection.execute(insert(DueFiring).values(firing))
        connection.execute(insert(OutboxMessage).values(row))
        connection.execute(insert(Heartbeat).values(role=BACKUP, at=now - timedelta(hours=30)))
    office.wait(minutes=2)

    assert sorted(told(office)) == [
        ("alarm.raised", "backup"),
        ("alarm.raised", "jobs"),
        ("alarm.raised", "outbox"),
    ]
    with office.town.engine.begin() as connection:
        connection.execute(update(OutboxMessage).where(OutboxMessage.state == "queued").values(state="sent"))
        connection.execute(update(Heartbeat).where(Heartbeat.role == BACKUP).values(at=office.now))
    office.wait(minutes=2)
    assert sorted(told(office)[3:]) == [("alarm.cleared", "backup"), ("alarm.cleared", "outbox")]


def test_nothing_that_people_said_leaves_by_the_second_path(office: Office):
    words = "3栋2单元楼道灯坏了好几天了，我是王桂香，13800001234"
    office.town.say(words, by=RESIDENT)
    office.town.say("值班的在吗，猪圈门口等", by=DUTY, private=True)
    office.link(LinkState.LOGGED_OUT)
    office.wait(minutes=15, round_trips=False)

    left = [one.body.decode() for one in office.hook.posted] + office.mail_box.words()
    assert left
    assert not [part for part in ("楼道灯", "王桂香", "13800001234", "猪圈") for one in left if part in one]


def test_what_no_way_ever_took_is_forgotten_with_its_alarm(town: Town, monkeypatch: pytest.MonkeyPatch):
    def broken(_told: Told) -> None:
        raise ConnectionError

    def disks(grade: Grade) -> list[Sign]:
        blanks: dict[str, str | int] = {"what": "database", "free": 1}
        since = town.clock() - timedelta(hours=1)
        return [Sign(Part.DISK, f"disk{n}", grade, "DISK_LITTLE", since, blanks) for n in range(5)]

    monkeypatch.setattr("bot.alarms.MOST_TRIES", 3)
    signs = disks(Grade.ILL)
    alarms = Alarms(
        lambda: signs, AlarmBook(town.engine), {"web": broken}, town.parts.standing.texts, "村", town.clock
    )
    alarms.round()
    assert len(alarms._tries) == 5  # noqa: SLF001 - seen nowhere else
    signs = disks(Grade.WELL)
    alarms.round()
    town.machine.clock.at += timedelta(hours=25)
    alarms.round()

    assert not alarms._tries  # noqa: SLF001 - see above
