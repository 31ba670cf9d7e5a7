"""Other programs are told of what happens: once it is committed, signed, again until they have it, and never too much."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.parts import Parts
from bot.posting import Poster
from handlers.housekeeping import SweepExpired
from jobs.webhooks import push_due, tells_of_given_up
from models.rules.webhooks import TRIED_FOR, Webhook
from models.tables import WebhookDelivery
from models.webhooks import LEASE, Answer, PushLine, WebhookLog, WebhookQueue
from tests.console.villages import HEAD, STAGE, TOWN
from tests.house.source import ROOT
from tests.outward.conftest import OLD_SECRET, SECRET, Receiver, telling
from tests.town.town import DUTY, LEADER, RESIDENT, Town

LAMP = "3栋2单元楼道灯坏了好几天了"
QUICK = Poster(timedelta(seconds=0.6))


class Died(BaseException):
    """The program was killed here."""


def pushed(town: Town, hook: Webhook, post: Any = QUICK, queue: WebhookQueue | None = None) -> int:
    tell = tells_of_given_up(town.machine.dispatch, town.clock)
    return push_due(queue or WebhookQueue(town.engine), hook, post, town.clock, tell)


def log_of(town: Town) -> tuple[PushLine, ...]:
    return WebhookLog(town.engine).page("", "").lines


def lamp(town: Town) -> None:
    """A case that its leader takes and resolves."""
    town.say(LAMP, by=RESIDENT)
    town.wait(minutes=2)
    town.say("接单 1", by=LEADER)
    town.say("办结 1 换了新灯，亮了", by=LEADER)


def test_what_happens_to_a_case_is_told_in_order_and_signed(
    told_town: Town, receiver: Receiver, hook: Webhook
):
    lamp(told_town)
    assert pushed(told_town, hook) == 3

    assert receiver.kinds == ["case.opened", "case.claimed", "case.resolved"]
    path, headers, body = receiver.got[-1]
    assert path == "/linli?from=village"
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    right = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    facts = json.loads(body)["data"]
    assert (facts["no"], facts["state"], facts["area"]) == (1, "resolved", "乡/安全村/一片/四组/三邻")
    assert pushed(told_town, hook) == 0


def test_no_words_names_or_places_of_people_leave(told_town: Town, receiver: Receiver, hook: Webhook):
    lamp(told_town)
    pushed(told_town, hook)

    everything = "".join(body for _, _, body in receiver.got)
    for secret in ("灯坏", "3栋", "单元", "换了新灯", "张建国", RESIDENT):
        assert secret not in everything


@pytest.mark.parametrize("words", ["我要举报三邻邻长张建国收红包", "老公打我，怕邻居知道"])
def test_of_private_matters_nothing_is_told_at_all(
    told_town: Town, receiver: Receiver, hook: Webhook, words: str
):
    told_town.say(words, by="friend", private=True)
    told_town.say("三邻", by="friend", private=True)
    told_town.wait(minutes=30)

    assert told_town.cases()
    assert {case.privacy for case in told_town.cases()} & {"P3", "P4"}
    assert log_of(told_town) == ()
    assert pushed(told_town, hook) == 0
    assert receiver.got == []


def test_of_a_quarrel_nothing_is_told(told_town: Town, receiver: Receiver, hook: Webhook):
    told_town.say("隔壁老李占了我家的地 天天骂人", by=RESIDENT)
    told_town.wait(minutes=3)

    assert [(case.category[0], case.privacy) for case in told_town.cases()] == [("E", "P2")]
    assert pushed(told_town, hook) == 0
    assert receiver.got == []


def test_a_notice_that_goes_out_is_told(told_town: Town, receiver: Receiver, hook: Webhook):
    told_town.say("发通知 三邻 明早八点停水检修", by=DUTY, private=True)
    told_town.say("确认", by=DUTY, private=True)
    told_town.wait(minutes=2)
    pushed(told_town, hook)

    assert receiver.kinds == ["notice.sent"]
    assert receiver.bodies[0]["data"]["groups"] == 1
    assert "停水" not in receiver.got[0][2]


def test_a_receiver_hears_only_of_its_events_and_its_area(
    make_town: Callable[..., Town], parts: Parts, receiver: Receiver
):
    here = Webhook("here", receiver.address, (SECRET,), ("case.resolved",), "一片/四组")
    elsewhere = Webhook("elsewhere", receiver.address, (SECRET,), (), "平安村")
    town = make_town(parts=telling(parts, here, elsewhere))
    lamp(town)

    assert [(line.hook, line.kind) for line in log_of(town)] == [("here", "case.resolved")]


def test_a_receiver_that_fails_is_asked_again_later_under_the_same_id(
    told_town: Town, receiver: Receiver, hook: Webhook
):
    receiver.answers = [500, 503, 200]
    told_town.say(LAMP, by=RESIDENT)
    assert [pushed(told_town, hook), pushed(told_town, hook)] == [1, 0]
    told_town.wait(seconds=11)
    assert pushed(told_town, hook) == 1
    told_town.wait(seconds=11)
    assert pushed(told_town, hook) == 0  # the wait doubles
    told_town.wait(seconds=11)
    assert pushed(told_town, hook) == 1

    assert len(set(receiver.ids)) == 1
    assert len(receiver.ids) == 3
    assert [(line.state, line.attempts, line.status) for line in log_of(told_town)] == [("sent", 3, 200)]


@pytest.mark.parametrize(
    ("answer", "status", "why"),
    [("hang", 0, "timeout"), ("drip", 0, "timeout"), (302, 302, ""), ("huge", 200, "")],
)
def test_whatever_a_receiver_answers_it_is_over_soon(
    told_town: Town, receiver: Receiver, hook: Webhook, answer: Any, status: int, why: str
):
    receiver.answers = [answer]
    told_town.say(LAMP, by=RESIDENT)
    pushed(told_town, hook)

    line = log_of(told_town)[0]
    assert (line.status, line.why) == (status, why)
    assert len(receiver.got) == 1  # a redirect is not followed


def test_after_a_day_it_is_given_up_and_can_be_told_once_more(
    told_town: Town, receiver: Receiver, hook: Webhook
):
    receiver.answers = [500] * 100
    told_town.say(LAMP, by=RESIDENT)
    while log_of(told_town)[0].state == "waiting":
        told_town.clock.at = max(told_town.clock(), log_of(told_town)[0].next_at)
        pushed(told_town, hook)

    line = log_of(told_town)[0]
    assert (line.state, line.status) == ("failed", 500)
    assert TRIED_FOR - timedelta(hours=4) < told_town.clock() - line.at <= TRIED_FOR
    assert 10 < line.attempts < 30


def test_whoever_looks_after_the_place_hears_once_that_a_receiver_takes_nothing(
    make_town: Callable[..., Town], parts: Parts, receiver: Receiver, hook: Webhook
):
    town = make_town(stage=STAGE, parts=telling(parts, hook))
    for answers in (
        [410, 410],
        [200],
        [410, 410],
    ):  # two are given up, one arrives a day later, two are given up
        receiver.answers = list(answers)
        for words in (LAMP, "村口垃圾没人清")[: len(answers)]:
            town.say(words, by="resident", room="三组")
            town.wait(minutes=20)
            pushed(town, hook)
        town.wait(days=1)
        if answers == [410, 410] and len(receiver.got) == 2:
            told = [words for words in town.heard(TOWN) if "grid" in words]
            assert len(told) == 1
            assert ("没推成" in told[0], "再推一次" in told[0]) == (True, True)
            assert not any("grid" in words for words in town.heard(HEAD))
    assert len([words for words in town.heard(TOWN) if "grid" in words]) == 2


def test_where_nobody_looks_after_the_place_the_relay_page_asks_for_a_call(
    make_town: Callable[..., Town], parts: Parts, receiver: Receiver, hook: Webhook
):
    people = tuple(person for person in STAGE.people if person.contact != TOWN)
    vacant = replace(STAGE, people=people, vacant=(*STAGE.vacant, "town_station"))
    town = make_town(stage=vacant, parts=telling(parts, hook))
    receiver.answers = [410]
    town.say(LAMP, by="resident", room="三组")
    town.wait(minutes=20)
    pushed(town, hook)

    assert [row.text[:9] for row in town.views.waiting(("relay",))] == ["推给“grid”的"]


def test_a_receiver_that_is_gone_for_good_is_asked_once(told_town: Town, receiver: Receiver, hook: Webhook):
    receiver.answers = [410]
    told_town.say(LAMP, by=RESIDENT)
    pushed(told_town, hook)

    assert log_of(told_town)[0].state == "failed"


@pytest.mark.parametrize("point", ["after_lease", "before_settle"])
def test_a_kill_at_any_point_loses_nothing_and_repeats_with_the_same_id(
    told_town: Town, receiver: Receiver, hook: Webhook, point: str
):
    def die(here: str) -> None:
        if here == point:
            raise Died

    told_town.say(LAMP, by=RESIDENT)
    with pytest.raises(Died):
        pushed(told_town, hook, queue=WebhookQueue(told_town.engine, die))
    heard = len(receiver.got)
    assert heard == (0 if point == "after_lease" else 1)
    assert pushed(told_town, hook) == 0  # the lease of the one that died

    told_town.wait(seconds=LEASE.total_seconds() + 1)
    assert pushed(told_town, hook) == 1
    assert len(receiver.got) == heard + 1
    assert len(set(receiver.ids)) == 1
    assert log_of(told_town)[0].state == "sent"


def test_the_answer_of_one_who_was_thought_dead_settles_nothing(
    told_town: Town, receiver: Receiver, hook: Webhook
):
    told_town.say(LAMP, by=RESIDENT)
    queue = WebhookQueue(told_town.engine)
    slow = queue.claim(hook.name, told_town.clock())
    assert slow is not None
    told_town.wait(seconds=LEASE.total_seconds() + 1)
    quick = queue.claim(hook.name, told_town.clock())
    assert quick is not None
    queue.settle(slow, Answer(500), told_town.clock())
    queue.settle(quick, Answer(200), told_town.clock())

    assert [(line.state, line.status) for line in log_of(told_town)] == [("sent", 200)]
    assert receiver.got == []


def test_what_is_refused_or_undone_is_told_to_nobody(told_town: Town):
    told_town.say(LAMP, by=RESIDENT)
    told_town.say("办结 1 换了新灯，亮了", by="outsider")

    assert [line.kind for line in log_of(told_town)] == ["case.opened"]


def test_while_secrets_change_both_sign(make_town: Callable[..., Town], parts: Parts, receiver: Receiver):
    hook = Webhook("grid", receiver.address, (SECRET, OLD_SECRET))
    town = make_town(parts=telling(parts, hook))
    town.say(LAMP, by=RESIDENT)
    pushed(town, hook)

    _, headers, body = receiver.got[0]
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    keys = (base64.b64decode(secret.removeprefix("whsec_")) for secret in (SECRET, OLD_SECRET))
    right = [f"v1,{base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()}" for key in keys]
    assert headers["webhook-signature"].split(" ") == right


@pytest.mark.parametrize(
    ("address", "inside", "why"),
    [
        ("https://10.1.2.3/", False, "private"),
        ("https://192.168.1.5/", False, "private"),
        ("https://[fd00::1]/", False, "private"),
        ("https://[::ffff:127.0.0.1]/", True, "private"),
        ("https://127.1.2.3.nowhere.invalid/", False, "name"),
        ("https://169.254.169.254/", True, "private"),
        ("https://0.0.0.0/", True, "private"),
    ],
)
def test_no_address_of_ones_own_network_is_dialled_unless_it_is_allowed(address: str, inside: bool, why: str):
    assert QUICK(Webhook("x", address, (SECRET,), inside=inside), {}, "{}") == Answer(0, why)


def test_nobody_at_the_address_is_told_as_such(told_town: Town):
    dead = Webhook("grid", "http://127.0.0.1:9/", (SECRET,))
    told_town.say(LAMP, by=RESIDENT)
    pushed(told_town, dead)

    assert log_of(told_town)[0].why == "refused"


def test_the_example_for_receivers_knows_ours_from_others(told_town: Town, receiver: Receiver, hook: Webhook):
    manual = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", manual, re.DOTALL)
    assert example
    names: dict[str, Any] = {}
    exec(example[1], names)  # noqa: S102 - what the manual tells people to run
    is_ours = names["is_ours"]
    told_town.say(LAMP, by=RESIDENT)
    pushed(told_town, hook)

    _, headers, body = receiver.got[0]
    now = told_town.clock().timestamp()
    assert is_ours(SECRET, headers, body.encode(), now)
    assert not is_ours(SECRET, headers, body.encode() + b" ", now)
    assert not is_ours(OLD_SECRET, headers, body.encode(), now)
    assert not is_ours(SECRET, headers, body.encode(), now + 301)


def test_old_lines_of_the_log_are_swept(told_town: Town):
    told_town.say(LAMP, by=RESIDENT)
    with told_town.session() as session:
        ago = told_town.clock() - timedelta(days=40)
        session.execute(update(WebhookDelivery).values(at=ago, state="sent"))
        session.commit()
    told_town.ask(SweepExpired(told_town.clock().isoformat()), "sweep")
    assert log_of(told_town) == ()
