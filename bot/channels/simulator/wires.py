"""The wires between a simulated WeChat and our accounts: what gets through and what is lost."""

from collections.abc import Callable
from datetime import datetime

from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.faults import Faults
from models.rules.message import ChannelEvent, LinkChange, LinkState


class Wires:
    """Delivers events to connected channels as faithfully, or as badly, as each account's ``Faults`` say."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._channels: dict[str, SimulatorChannel] = {}
        self._faults: dict[str, Faults] = {}
        self._held: dict[str, list[ChannelEvent]] = {}
        self._qrcodes: dict[str, str] = {}
        self.lost: list[tuple[str, ChannelEvent]] = []
        """(account, event) pairs that nobody heard: the way was down, deaf, or nobody was connected."""

    def faults(self, account: str) -> Faults:
        """What is wrong with an account's way; change it to make things fail."""
        return self._faults.setdefault(account, Faults())

    def connect(self, channel: SimulatorChannel) -> None:
        """Attach a channel in the place of the one before; it hears at once how its way is doing."""
        former = self._channels.get(channel.account)
        self._channels[channel.account] = channel
        if former is not None:
            former.stop()
        self._tell_state(channel.account, "connected")

    def disconnect(self, channel: SimulatorChannel) -> None:
        """Detach a channel; one that was replaced already changes nothing."""
        if self._channels.get(channel.account) is channel:
            del self._channels[channel.account]

    def deliver(self, account: str, event: ChannelEvent) -> None:
        """Bring one event to one account, unless it is lost."""
        faults, channel = self.faults(account), self._channels.get(account)
        if channel is None or not faults.hears:
            self.lost.append((account, event))
        elif faults.frozen:
            self._held.setdefault(account, []).append(event)
        else:
            for _ in range(faults.copies):
                channel.put(event)

    def change(self, account: str, state: LinkState, why: str, qrcode: str = "") -> None:
        """Bring an account's way into a state; the channel itself notices, whatever is lost."""
        self.faults(account).state = state
        self._qrcodes[account] = qrcode
        self._tell_state(account, why)

    def freeze(self, account: str) -> None:
        """Let the gateway stand still: events wait, answers to sends do not come."""
        self.faults(account).frozen = True

    def thaw(self, account: str) -> None:
        """Let the gateway go on; what waited is delivered now."""
        self.faults(account).frozen = False
        for event in self._held.pop(account, []):
            self.deliver(account, event)

    def _tell_state(self, account: str, why: str) -> None:
        channel = self._channels.get(account)
        if channel is not None:
            state, qrcode = self.faults(account).state, self._qrcodes.get(account, "")
            channel.put(LinkChange(channel.name, account, state, self._clock(), why, qrcode))
