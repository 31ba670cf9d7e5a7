"""All our accounts, in whichever process they live, and which of them can speak at this moment."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.lanes import GIVEN_UP_AFTER, Lane
from models.outbox import Speakers


def never_gone(account: str) -> timedelta:  # noqa: ARG001 - the shape of ``Colleagues.gone_for``
    """Where nobody knows of other processes, their accounts are taken to be there."""
    return timedelta()


class Colleagues:
    """Judges by the lanes of this process, and of other processes by whether anybody acts for the account.

    Args:
        known: account → kind of its channel, of all processes.
        lanes: of the accounts that this process acts for; it grows as they are taken up.
        gone_for: for how long no other process has acted for an account; zero: one does.
    """

    def __init__(
        self, known: Mapping[str, str], lanes: Mapping[str, Lane], gone_for: Callable[[str], timedelta]
    ) -> None:
        self._known = known
        self._lanes = lanes
        self._gone_for = gone_for

    def speakers(self, account: str) -> Speakers:
        """An account and those of its kind that could speak in its place."""
        kind = self._known[account]
        up = {a for a, k in self._known.items() if k == kind and self._is_up(a)}
        return Speakers(account, kind, tuple(sorted({*up, account})))

    def living(self, now: datetime) -> dict[str, str]:
        """Accounts that are waited for, with their kind; for the others people must speak."""
        return {account: kind for account, kind in self._known.items() if not self._is_given_up(account, now)}

    def _is_up(self, account: str) -> bool:
        lane = self._lanes.get(account)
        return lane.is_up() if lane else not self._gone_for(account)

    def _is_given_up(self, account: str, now: datetime) -> bool:
        lane = self._lanes.get(account)
        return lane.is_given_up(now) if lane else self._gone_for(account) >= GIVEN_UP_AFTER
