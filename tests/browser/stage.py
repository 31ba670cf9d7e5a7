"""The real web application over a real simulated WeChat, served on loopback for a browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.channels.simulator import SimulatedWeChat, SimulatorChannel
from bot.clocks import MovableClock
from bot.health_desk import words_of
from bot.parts import LOCALE
from bot.phones import Phones
from handlers.texts import load_texts
from models.rules.health import Grade, judge
from models.rules.ids import CaseNo, IdempotencyKey
from models.rules.message import LinkState
from models.rules.refusals import Refusal, RefusalKind
from models.rules.scope import Scope
from models.rules.vital_facts import AccountFact, OutboxFact, Snapshot, StoredFacts
from tests.one_app import app_over, serving
from web.doors import (
    AccountView,
    Doors,
    NotHere,
    OutageView,
    PersonView,
    StatusView,
    WaitingView,
)
from web.entrance import Visitor
from web.health_view import HealthView, SignView
from web.letter_door import LetterView
from web.notice_door import NoticeDoor
from web.relay_door import RelayTask
from web.today_view import CaseView, ConsoleView

TEXTS = load_texts(LOCALE)
NOON = datetime(2025, 7, 12, 4, 0, 5, tzinfo=UTC)
PEOPLE = (
    PersonView("wang", "王桂香", "居民"),
    PersonView("chen", "陈小军", "居民"),
    PersonView("liu", "刘明", "四组组长"),
    PersonView("zhou", "周立", "片长"),
    PersonView("he", "何芳", "村干部"),
)
ROOMS = (
    ("four", "四组群", ("wang", "chen", "liu", "zhou", "he")),
    ("five", "五组群", ("zhou", "he")),
    ("six", "六组群", ("zhou", "he")),
)
FRIENDS = {"liu", "zhou", "he"}


@dataclass
class RelayDesk:
    """A relay door that remembers what people did."""

    tasks: list[RelayTask]
    settled: list[tuple[str, str, IdempotencyKey]] = field(default_factory=list)

    def waiting(self, _who: Visitor) -> tuple[RelayTask, ...]:
        return tuple(self.tasks)

    def file(self, _who: Visitor, task: str, number: int) -> tuple[str, bytes]:
        raise NotHere(f"{task} has no file {number}")

    def confirm(self, _who: Visitor, task: str, key: IdempotencyKey) -> None:
        self._settle(task, "sent", key)

    def give_up(self, _who: Visitor, task: str, key: IdempotencyKey) -> None:
        self._settle(task, "dead", key)

    def _settle(self, task: str, end: str, key: IdempotencyKey) -> None:
        if all(one.id != task for one in self.tasks):
            raise Refusal(RefusalKind.NOT_NOW, "relay.settled")
        self.tasks = [one for one in self.tasks if one.id != task]
        self.settled.append((task, end, key))


@dataclass
class Stage:
    """Everything a browser test touches."""

    clock: MovableClock
    wechat: SimulatedWeChat
    bot: SimulatorChannel
    phones: Phones
    relay: RelayDesk
    status: StatusView
    console: ConsoleView
    address: str = ""
    letter: Callable[[int, Scope], LetterView] | None = None
    notices: NoticeDoor | None = None

    def doors(self, *, demo: bool = True) -> Doors:
        return Doors(
            secret=b"a secret of this test",
            status=lambda _: judged(self.status),
            health=lambda: health_of(self.status),
            console=lambda _: self.console,
            relay=self.relay,
            sentence=lambda refusal: {"relay.settled": "这条已经有人处理过了。"}[refusal.key or ""],
            letter=self.letter,
            notices=self.notices,
            simulator=self.phones if demo else None,
        )


def build_stage() -> Stage:
    clock = MovableClock(lambda: NOON, running=False)
    wechat = SimulatedWeChat(clock)
    wechat.add_account("main", "小助手")
    for person in PEOPLE:
        wechat.add_contact(person.id, person.name, friend=person.id in FRIENDS)
    for room, title, members in ROOMS:
        wechat.add_room(room, title, ["us-main", *members])
    bot = wechat.connect("main")
    phones = Phones(wechat, "main", PEOPLE, clock)
    return Stage(clock, wechat, bot, phones, RelayDesk(list(_tasks())), _status(), _console())


@contextmanager
def served(stage: Stage, *, demo: bool = True) -> Iterator[Stage]:
    """Serve the stage's web on a free port until the end of the block."""
    with app_over(stage.doors(demo=demo)) as app, serving(app) as address:
        stage.address = address
        yield stage


def facts_of(status: StatusView) -> Snapshot:
    """What the shown accounts and rows would be as facts."""
    accounts = tuple(AccountFact(one.name, one.state, one.since) for one in status.accounts)
    depth = dict(status.depth)
    box = OutboxFact(queued=depth.get("queued", 0), doubtful=depth.get("unknown", 0))
    return Snapshot(status.now, StoredFacts(outbox=box), accounts)


def health_of(status: StatusView) -> HealthView:
    snap = facts_of(status)
    signs = (SignView(s.part, s.of, s.grade, *words_of(s, TEXTS), s.since) for s in judge(snap))
    return HealthView(snap, tuple(signs))


def judged(status: StatusView) -> StatusView:
    signs = health_of(status).signs
    return replace(status, signs=signs, ill=sum(sign.grade >= Grade.ILL for sign in signs))


def offline(status: StatusView) -> StatusView:
    return replace(status, accounts=status.accounts[:1], waiting=(), depth=(), outages=())


def _tasks() -> Iterator[RelayTask]:
    words = "【停水通知】明天上午8点到11点检修水管，四组、五组停水，请提前存水。\n村委会 何芳"
    yield RelayTask("out-31", "七组群", words, NOON - timedelta(minutes=12))
    yield RelayTask("out-32", "七组群", "1023 路灯已修好，请看看亮不亮。", NOON - timedelta(minutes=3))
    yield RelayTask(
        "out-30", "八组群", "河边有险情，请马上离开低处。", NOON - timedelta(minutes=1), urgent=True
    )


def _status() -> StatusView:
    hour = timedelta(hours=1)
    return StatusView(
        NOON,
        (
            AccountView(
                "main", "simulator", LinkState.ONLINE, NOON - 5 * hour, "", "", NOON - hour / 60, NOON - hour
            ),
            AccountView(
                "spare", "wechaty", LinkState.SCAN, NOON - hour / 4, "", "https://login.example/l/x1"
            ),
            AccountView(
                "old", "wechaty", LinkState.DEAF, NOON - hour / 20, "probe did not come back", "", NOON - hour
            ),
        ),
        (
            OutageView("old", NOON - hour / 20, None, "probe did not come back", 12),
            OutageView("main", NOON - 30 * hour, NOON - 29.5 * hour, "gateway gone", 3),
        ),
        (
            WaitingView("四组群", "记下了 #7 路灯不亮，组长刘会看。", "queued", NOON, NOON + hour / 60),
            WaitingView("六组群", "明早停水。", "unknown", NOON - hour, None, 1, "answer lost"),
        ),
        (("queued", 1), ("unknown", 1)),
    )


def _console() -> ConsoleView:
    day = timedelta(days=1)
    return ConsoleView(
        NOON,
        (
            CaseView(
                CaseNo(3),
                "路灯不亮",
                "四组桥头",
                "四组",
                "办理中",
                "组长刘",
                NOON - 3 * day,
                NOON - day,
                overdue=True,
            ),
            CaseView(
                CaseNo(7), "停水", "五组", "五组", "已受理", "", NOON - day / 24, NOON + day / 4, urgent=True
            ),
        ),
        open=2,
        overdue=1,
        unclaimed=1,
        opened_today=4,
        closed_today=3,
    )
