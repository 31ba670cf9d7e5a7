"""The PyPI class ``wechaty.Wechaty`` as a process of its own, measured (see gateway_receive).

Runs in an environment of its own, made by gateway_receive.
"""

import asyncio
import logging
import sys

import wechaty_puppet

# Its options class is unhashable, and since Python 3.11 such a value may not be a dataclass default: importing the
# package fails. Given a hash before the import, it loads unchanged.
wechaty_puppet.PuppetOptions.__hash__ = object.__hash__

from gateway_meter import Meter  # noqa: E402 - after the hash; beside this script
from wechaty import Message, Wechaty, WechatyOptions  # noqa: E402


class Listener(Wechaty):
    """Counts what it hears."""

    def __init__(self, options: WechatyOptions) -> None:
        super().__init__(options)
        self.meter = Meter()
        self.online = asyncio.Event()

    async def on_login(self, _contact: object) -> None:
        self.online.set()

    async def on_message(self, _msg: Message) -> None:
        self.meter.heard()

    async def know(self, rooms: int, members: int) -> None:
        for room in range(rooms):
            await self.Room.load(f"t{room}@chatroom").ready()
            people = (self.Contact.load(f"wxid_{room}_{member}") for member in range(members))
            await asyncio.gather(*(one.ready() for one in people))


async def main(endpoint: str, token: str, rooms: int, members: int, port: int) -> None:
    bot = Listener(WechatyOptions(endpoint=endpoint, token=token, host="127.0.0.1", port=port))
    running = asyncio.create_task(bot.start())
    await bot.online.wait()
    await bot.meter.obey(lambda: bot.know(rooms, members))
    running.cancel()


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # a line per message would be held against it
    asyncio.run(main(sys.argv[1], sys.argv[2], *(int(number) for number in sys.argv[3:6])))
