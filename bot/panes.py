"""What the web shows and changes, over the running program: status, relay, the console's first page."""

from bot.health_desk import HealthDesk
from bot.program import Program
from handlers.dispatch import Outcome
from handlers.relay import ConfirmRelay, RefuseRelay
from handlers.texts import Texts
from models.relay_files import RelayFiles
from models.rules.actor import Door, Origin
from models.rules.health import Grade, Part
from models.rules.ids import IdempotencyKey
from models.rules.pacing import Rank
from models.rules.refusals import Refusal
from models.rules.scope import Scope
from models.views import SpokenView
from models.waiting import WaitingList
from web.doors import (
    AccountView,
    NotHere,
    OutageView,
    StatusView,
    WaitingView,
)
from web.entrance import Visitor
from web.relay_door import RelayFile, RelayTask

PLAIN = frozenset({Part.DATABASE, Part.ACCOUNT, Part.PROGRAM, Part.TICKS, Part.DUE, Part.NOTICES})
"""What everybody with a post may know of the program: nothing that counts what other places say."""
PHONE = "打电话"
MOST_GIVEN_UP = 20
"""Rows given up that the status page lists, the newest ones."""


class Panes:
    """Fills ``web.doors.Doors`` from a program."""

    def __init__(self, program: Program, health: HealthDesk | None = None) -> None:
        self._program = program
        self._health = health or HealthDesk(program)
        self._files = RelayFiles(program.engine)
        self._texts: Texts = program.parts.standing.texts

    # -- status

    def status(self, scope: Scope) -> StatusView:
        """How every account does, where nothing was heard, and what waits in somebody's areas."""
        views, areas = self._program.views, _areas(scope)
        # In doubt first, then what waits; what was given up stays for ever and must not fill the page.
        rows = [
            *views.waiting(("unknown",), areas=areas),
            *views.waiting(("queued", "sending", "relay"), areas=areas),
            *views.waiting(("dead",), MOST_GIVEN_UP, newest=True, areas=areas),
        ]
        signs = self._health.view().signs
        return StatusView(
            signs=tuple(sign for sign in signs if areas is None or sign.part in PLAIN),
            ill=sum(sign.grade >= Grade.ILL for sign in signs),
            now=self._program.clock(),
            accounts=tuple(self._account(a) for a in self._program.health),
            outages=tuple(
                OutageView(o.account, o.began_at, o.ended_at, o.why, self._rooms_of(o.account, areas))
                for o in views.outages()
            ),
            waiting=tuple(self._waiting(r) for r in rows),
            depth=tuple((d.state, d.count) for d in WaitingList(self._program.engine).depths())
            if areas is None
            else (),
        )

    def _account(self, account: str) -> AccountView:
        program = self._program
        health, channel = program.health[account], program.channels[account]
        return AccountView(
            name=account,
            channel=channel.name,
            state=health.state,
            since=health.outage_since,
            why=health.why,
            qrcode=health.qrcode,
            last_heard=program.last_heard.get(account),
            last_said=program.last_said.get(account),
            by_hand=channel.capabilities.push_needs_human,
        )

    def _rooms_of(self, account: str, areas: frozenset[int] | None) -> int:
        rooms = self._program.dispatch.known_town().rooms.values()
        mine = (r for r in rooms if areas is None or not areas.isdisjoint(r.areas))
        return sum(r.account in {"", account} for r in mine)

    def _waiting(self, row: SpokenView) -> WaitingView:
        """Private words are not shown to whoever stands at the screen: only what kind of sentence it is."""
        text = row.text or row.key
        words = text if row.room is not None else row.key
        since = row.created_at or row.not_before
        return WaitingView(self._to(row), words, row.state, since, row.not_before, row.attempts, row.why)

    def _to(self, row: SpokenView) -> str:
        return row.room_title or row.room or (PHONE if row.medium == "call" else f"DM {row.id}")

    # -- relay

    def waiting(self, who: Visitor) -> tuple[RelayTask, ...]:
        """Texts a person must bring into WeChat, urgent first."""
        rows = self._program.views.waiting(("relay",), limit=200, areas=_areas(who.scope))
        ordered = sorted(rows, key=lambda r: (r.rank, r.id))
        files = self._files.of([r.id for r in ordered])
        return tuple(
            RelayTask(
                str(r.id), self._to(r), r.text, r.created_at or r.not_before, r.rank <= Rank.URGENT, r.medium == "call",
                tuple(RelayFile(f.id, f.name, self._files.address(r.id, f)) for f in files.get(r.id, ())),
            )
            for r in ordered
        )  # fmt: skip

    def file(self, who: Visitor, task: str, number: int) -> tuple[str, bytes]:
        """Name and bytes of one file of a waiting task. Raises NotHere."""
        found = self._files.content(self._mine(who, task), number)
        if found is None:
            raise NotHere("no such file")
        return found.file_name, found.content

    def confirm(self, who: Visitor, task: str, key: IdempotencyKey) -> None:
        """A person says: I have sent it."""
        self._settle(ConfirmRelay(self._mine(who, task)), who, key)

    def give_up(self, who: Visitor, task: str, key: IdempotencyKey) -> None:
        """A person says: this cannot be sent."""
        self._settle(RefuseRelay(self._mine(who, task), "given up on the relay page"), who, key)

    def _mine(self, who: Visitor, task: str) -> int:
        """The outbox row a task names. Raises NotHere for a forged one, and for one of other areas."""
        row, areas = _row(task), _areas(who.scope)
        if areas is not None and not self._program.views.is_said_in(row, areas):
            raise NotHere("no such task")
        return row

    def _settle(self, intent: ConfirmRelay | RefuseRelay, who: Visitor, key: IdempotencyKey) -> None:
        origin = Origin(Door.WEB, key, self._program.clock())
        outcome: Outcome = self._program.dispatch(intent, who.actor, origin)
        if outcome.refusal is not None:
            raise outcome.refusal

    def sentence(self, refusal: Refusal) -> str:
        """Words a refusal."""
        return self._texts.render(refusal.key, refusal.blanks) if refusal.key else ""


def _areas(scope: Scope) -> frozenset[int] | None:
    """None: all of them."""
    return None if scope.whole else scope.areas


def _row(task: str) -> int:
    """The outbox row a task names. Raises NotHere for a forged one."""
    if not task.isdecimal():
        raise NotHere("no such task")
    return int(task)
