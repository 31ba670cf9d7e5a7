"""Our channel as a process of its own, measured (see gateway_receive)."""

import asyncio
import logging
import sys
from datetime import UTC, datetime

import structlog

from benchmarks.gateway_meter import Meter
from bot.channels.wechaty import WechatyChannel, WechatySettings
from models.rules.message import LinkChange, LinkState, Message


async def main(endpoint: str, token: str, rooms: int, members: int) -> None:
    channel = WechatyChannel(WechatySettings("a1", endpoint, token), clock=lambda: datetime.now(UTC))
    meter, online = Meter(), asyncio.Event()

    async def listen() -> None:
        async for event in channel.events():
            if isinstance(event, Message):
                meter.heard()
            elif isinstance(event, LinkChange) and event.state is LinkState.ONLINE:
                online.set()

    async def know() -> None:
        await channel.rooms()
        for room in range(rooms):
            names = (channel.member_name(f"t{room}@chatroom", f"wxid_{room}_{m}") for m in range(members))
            await asyncio.gather(*names)

    listening = asyncio.create_task(listen())
    await online.wait()
    await meter.obey(know)
    await channel.close()
    await listening


if __name__ == "__main__":
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
