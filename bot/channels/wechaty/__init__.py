"""The way to WeChat through a Wechaty gateway."""

from bot.channels.wechaty.channel import WechatyChannel, open_channel
from bot.channels.wechaty.settings import WechatySettings

__all__ = ["WechatyChannel", "WechatySettings", "open_channel"]
