"""WeChat groups without WeChat: the embedded default, the demo, the training ground, the replay's channel."""

from dataclasses import dataclass

from bot.channels.simulator.channel import CAPABILITIES, SimulatorChannel
from bot.channels.simulator.faults import Faults, Mishap
from bot.channels.simulator.wechat import RECALL_WITHIN, SimulatedWeChat
from bot.channels.simulator.world import MENTION_GAP, Contact, Line, NotThere, Quoted, Room, Said, quote_block

__all__ = [
    "CAPABILITIES",
    "MENTION_GAP",
    "RECALL_WITHIN",
    "Contact",
    "Faults",
    "Line",
    "Mishap",
    "NotThere",
    "Quoted",
    "Room",
    "Said",
    "SimulatedWeChat",
    "SimulatorChannel",
    "SimulatorSettings",
    "open_channel",
    "quote_block",
]


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """Which account of which simulated WeChat."""

    wechat: SimulatedWeChat
    account: str


def open_channel(settings: SimulatorSettings) -> SimulatorChannel:
    """Connect one account."""
    return settings.wechat.connect(settings.account)
