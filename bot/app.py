"""Composition root: the only reader of the clock; wires settings, parts, database, channels and web into a program."""

import asyncio
import secrets
import signal
import tempfile
import time
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.channels.simulator import SimulatorChannel
from bot.clocks import MovableClock
from bot.demo_town import ACCOUNT, load_demo_town
from bot.panes import Panes
from bot.parts import load_parts
from bot.phones import Phones
from bot.program import Habits, Program
from handlers.township.staging import stage_town
from models.engine import migrate, open_engine
from models.rules.pacing import Pace
from web.app import create_app
from web.doors import Doors
from web.serve import server

log = structlog.get_logger()
SETTLES_WITHIN_S = 3.0
"""So long a page waits, after the clock was moved, for what fell due to be said."""


def now() -> datetime:
    """The moment, aware UTC."""
    return datetime.now(UTC)


def demo(port: int, *, browser: bool, preset: str, keep: Path | None, tell: Callable[[str], None]) -> None:
    """Serve the simulated groups and the console on loopback until interrupted.

    ``keep`` names a folder whose database survives; otherwise it is thrown away. ``tell`` is called with the
    address once the pages answer.
    """
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(_demo(folder, port, preset, browser=browser, tell=tell))


async def _demo(folder: Path, port: int, preset: str, *, browser: bool, tell: Callable[[str], None]) -> None:
    url = f"sqlite:///{folder / 'demo.db'}"
    fresh = not (folder / "demo.db").exists()
    await asyncio.to_thread(migrate, url)
    engine = open_engine(url)
    clock = MovableClock(now)
    town = load_demo_town(preset)
    if fresh:
        stage_town(engine, town.stage, clock())
    parts = await asyncio.to_thread(load_parts, Pace(), _demo_secret(folder))
    wechat = town.wechat(clock)
    channel: SimulatorChannel = wechat.connect(ACCOUNT)
    program = Program(engine, parts, {ACCOUNT: channel}, clock, Habits(heartbeat_s=5))
    clock.on_move(program.delivery.wake)
    phones = Phones(wechat, ACCOUNT, town.phones, clock, lambda step: _move(program, clock, step))
    panes = Panes(program)
    doors = Doors(
        secrets.token_bytes(32), panes.status, panes.console, panes, panes.sentence, simulator=phones
    )
    pages = server(create_app(doors), "127.0.0.1", port)
    await program.start()
    address = f"http://127.0.0.1:{port}/"
    serving = asyncio.create_task(pages.serve())
    while not pages.started and not serving.done():
        await asyncio.sleep(0.05)
    if not serving.done():
        tell(address)
        if browser:
            await asyncio.to_thread(webbrowser.open, address)
    try:
        await serving
    finally:
        await program.close()
        engine.dispose()


def _demo_secret(folder: Path) -> str:
    """The demo's own secret, kept beside its database so that a kept demo can be opened again."""
    place = folder / "secret"
    if not place.exists():
        place.write_text(secrets.token_urlsafe(48), encoding="ascii")
        place.chmod(0o600)
    return place.read_text(encoding="ascii")


def _move(program: Program, clock: MovableClock, step: timedelta) -> None:
    """Move the demo's clock and wait until what fell due was said, so that the next page shows it."""
    clock.advance(step)
    program.fire()
    patience = time.monotonic() + SETTLES_WITHIN_S
    while time.monotonic() < patience and program.views.has_due(clock()):
        time.sleep(0.05)


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT end the program in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
