"""What logging in and out means: codes to scan, ids that may mean others afterwards, and when may be spoken again."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock

import structlog

from bot.channels import Channel
from bot.delivery import Delivery
from handlers.bindings import DoubtAccount
from handlers.intents import Intent
from models.rules.message import LinkChange, LinkState

log = structlog.get_logger()


class Logins:
    """The logins of every account of this process.

    Args:
        channels: by account.
        delivery: is told at once who cannot speak, and who can once the database knows what that means.
        tell: takes an account, an intent and its idempotency key.
        settle: writes down what else the change means; it never raises.
        show_code: shows a login code to whoever sits at the terminal.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        delivery: Delivery,
        tell: Callable[[str, Intent, str], None],
        settle: Callable[[], None],
        show_code: Callable[[str], object],
    ) -> None:
        self._channels = channels
        self._delivery = delivery
        self._tell = tell
        self._settle = settle
        self._show_code = show_code
        self._shown_code = ""
        self._logged_out: set[str] = set()
        self._doubted: deque[LinkChange] = deque()
        self._held: dict[str, LinkChange] = {}
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def waiting(self) -> bool:
        """Whether something is left for ``take_in``."""
        return bool(self._doubted or self._held)

    def note(self, change: LinkChange) -> None:
        """On the event loop: who is not online is silent at once; who is waits for ``take_in``."""
        self._loop = asyncio.get_running_loop()
        account = change.account
        if change.state is LinkState.SCAN and change.qrcode and change.qrcode != self._shown_code:
            self._shown_code = change.qrcode
            self._show_code(change.qrcode)
        if change.state is not LinkState.ONLINE:
            self._held.pop(account, None)
            self._delivery.note_link(account, change.state)
            if change.state in {LinkState.LOGGED_OUT, LinkState.SCAN}:
                self._logged_out.add(account)
            return
        if account in self._logged_out and not self._channels[account].capabilities.stable_ids:
            self._doubted.append(change)
        self._logged_out.discard(account)
        self._held[account] = change

    def take_in(self) -> None:
        """On any thread, and again at every beat until it went through: doubt, take back warnings, let speak.

        After a new login some platforms give everybody new ids: nobody is believed before binding again, and as long
        as that is not written down nothing is said to anybody.
        """
        with self._lock:
            while self._doubted:
                change = self._doubted[0]
                key = f"link:{change.account}:login:{change.at.isoformat()}"
                doubted = DoubtAccount(self._channels[change.account].name, change.account)
                self._tell(change.account, doubted, key)
                self._doubted.popleft()
            self._settle()
            for change in list(self._held.values()):
                if self._loop is not None:
                    self._loop.call_soon_threadsafe(self._let_speak, change)

    def take_in_soon(self) -> None:
        """The same, now if it can be written now."""
        try:
            self.take_in()
        except Exception as fault:  # noqa: BLE001 - tried again at the next beat
            log.error("login not written", fault=type(fault).__name__)  # noqa: TRY400 - no words in a log

    def _let_speak(self, change: LinkChange) -> None:
        if self._held.get(change.account) is change:
            del self._held[change.account]
            self._delivery.note_link(change.account, change.state)
