"""Which of our accounts this process acts for: leases taken, renewed every second, lost, and let go at the end."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from jobs.scheduler import Tick, Ticker
from models.leases import LASTS_S, Fence, Leases

log = structlog.get_logger()
ROUND_S = 1.0
"""How often leases are renewed, and one that is free is looked for; ``models.leases.LASTS_S`` is several times this."""
PATIENCE = timedelta(seconds=LASTS_S)
"""So long whoever stands by waits after the database was away for everybody."""


class Holding:
    """For the accounts a process may act for; it stands by until the lease of each is free.

    Args:
        leases: in the database.
        accounts: those this process has channels for.
        clock: the moment, aware UTC.
    """

    def __init__(self, leases: Leases, accounts: Iterable[str], clock: Callable[[], datetime]) -> None:
        self._leases = leases
        self._clock = clock
        self._ours = {account: asyncio.Event() for account in sorted(accounts)}
        self._held: dict[str, str] = {}
        self._missed: dict[str, datetime] = {}
        self._patient_until: datetime | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticker = Ticker([Tick("leases", ROUND_S, self.round)])
        self.fence = Fence()
        self.lost = asyncio.Event()
        """Another process acts for one of our accounts: this one must end and begin anew."""

    async def start(self) -> None:
        """Take what is free, and keep it. Raises what the database raises."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self.look)
        self._ticker.start()

    async def taken(self, account: str) -> None:
        """Wait until this process acts for the account."""
        event = self._ours[account]
        if not event.is_set():
            log.info("standing by", account=account, holder=self._held.get(account, ""))
            await event.wait()

    async def stop(self) -> None:
        """Let go of everything, so that the next process need not wait."""
        await asyncio.to_thread(self._ticker.stop)
        await asyncio.to_thread(self._let_go)

    def gone_for(self, account: str) -> timedelta:
        """For how long no process has acted for an account, as far as this one saw; zero: one does."""
        if account in self._held:
            return timedelta()
        return self._clock() - self._missed.setdefault(account, self._clock())

    def look(self) -> None:
        """Renew what is ours, take what is free, and see who acts for the others."""
        for account, event in self._ours.items():
            token = self.fence.tokens.get(account)
            if token is None:
                if not self._is_patient():
                    self._take(account, event)
            elif not self._leases.renew(account, token):
                log.error("another process acts for this account", account=account)
                self._tell(self.lost)
        self._held = self._leases.held()
        self._missed = {account: at for account, at in self._missed.items() if account not in self._held}

    def round(self) -> None:
        """The same, where the database may be away."""
        try:
            self.look()
        except SQLAlchemyError as fault:  # what cannot be renewed runs out, and the fence holds
            log.warning("leases not renewed", fault=type(fault).__name__)
            # The database was away for everybody: whoever held a lease, and what it heard meanwhile, goes first.
            self._patient_until = self._clock() + PATIENCE

    def _is_patient(self) -> bool:
        """For as long as a lease lasts and no longer, also when our clock was ahead as the database was away."""
        until = self._patient_until
        return until is not None and timedelta() < until - self._clock() <= PATIENCE

    def _take(self, account: str, event: asyncio.Event) -> None:
        term = self._leases.take(account)
        if term is None:
            return
        self.fence.tokens[account] = term
        log.info("acting for an account", account=account, term=term)
        self._tell(event)

    def _let_go(self) -> None:
        for account, token in self.fence.tokens.items():
            try:
                self._leases.let_go(account, token)
            except SQLAlchemyError as fault:
                log.warning("lease runs out by itself", account=account, fault=type(fault).__name__)

    def _tell(self, event: asyncio.Event) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(event.set)
