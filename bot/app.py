"""Composition root: wires settings, parts, database, channels and web into a program."""

import asyncio
import os
import secrets
import signal
import socket
import sys
import tempfile
import time
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.engine import make_url

from bot.caretaking import Caretaking
from bot.channels import Channel
from bot.channels.relay import RelayChannel, RelaySettings
from bot.channels.simulator import SimulatedWeChat, SimulatorChannel
from bot.channels.wechaty import WechatySettings
from bot.channels.wechaty import open_channel as open_gateway
from bot.clocks import MovableClock
from bot.demo_town import ACCOUNT, demo_secret, load_demo_town
from bot.doors import doors_of
from bot.habits import Habits
from bot.health_desk import HealthDesk
from bot.holding import Holding
from bot.lockfile import LockFile
from bot.moment import now
from bot.parts import load_parts
from bot.phones import Phones
from bot.program import Program
from bot.public_notices import PublicNotices
from bot.scan import terminal_code
from bot.settings import KINDS, AttachmentSettings, ChannelSettings, Settings
from bot.shelf import Shelf
from bot.wakeup import Wakeup
from bot.weather_hook import WeatherHook
from bot.working_calendar import place_days
from handlers.township.staging import stage_town
from models.engine import migrate, open_engine
from models.leases import Leases
from models.rules.pacing import Pace
from web.app import create_app
from web.doors import LOOPBACK_NAMES, Doors
from web.public_app import create_public_app
from web.serve import Server, server, take_address

log = structlog.get_logger()
MEGABYTE = 1_000_000
SETTLES_WITHIN_S = 3.0
"""So long a page waits, after the clock was moved, for what fell due to be said."""


class TakenOver(RuntimeError):  # noqa: N818 - says what is the matter
    """Another process acts for an account of ours."""


def demo(port: int, *, browser: bool, preset: str, keep: Path | None, tell: Callable[[str], None]) -> None:
    """Serve the simulated groups and the console on loopback until interrupted.

    ``keep`` names a folder whose database survives; otherwise it is thrown away. ``tell`` is called with the
    address once the pages answer.

    Raises:
        AddressNotFree: the port is in use.
    """
    with ExitStack() as stack:
        door = stack.enter_context(take_address("127.0.0.1", port))
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(_demo(folder, door, preset, browser=browser, tell=tell))


async def _demo(
    folder: Path, door: socket.socket, preset: str, *, browser: bool, tell: Callable[[str], None]
) -> None:
    url = f"sqlite:///{folder / 'demo.db'}"
    fresh = not (folder / "demo.db").exists()
    await asyncio.to_thread(migrate, url)
    engine = open_engine(url)
    clock = MovableClock(now)
    town = load_demo_town(preset)
    if fresh:
        stage_town(engine, town.stage, clock())
    host, port = door.getsockname()
    address = f"http://{host}:{port}/"
    parts = await asyncio.to_thread(load_parts, Pace(), demo_secret(folder), public_url=address)
    wechat = town.wechat(clock)
    channel: SimulatorChannel = wechat.connect(ACCOUNT)
    shelf = _shelf(folder, AttachmentSettings())
    program = Program(engine, parts, {ACCOUNT: channel}, clock, Habits(heartbeat_s=5), shelf=shelf)
    clock.on_move(program.delivery.wake)
    phones = Phones(wechat, ACCOUNT, town.phones, clock, lambda step: _move(program, clock, step))
    pages = server(create_app(_demo_doors(program, phones)), host, port)
    stop_on_signals(asyncio.Event())  # the pages' server ends on a signal; it must not end us half-way
    await program.start()
    serving = asyncio.create_task(pages.serve([door]))
    while not pages.started and not serving.done():  # noqa: ASYNC110 - uvicorn has a flag, no event
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


def _demo_doors(program: Program, phones: Phones) -> Doors:
    notices = PublicNotices(program.engine, program.dispatch, program.clock)
    doors = doors_of(program, secrets.token_bytes(32), HealthDesk(program))
    return replace(doors, simulator=phones, notices=notices)


def run(settings: Settings, only: Sequence[str] = ()) -> None:
    """Run the program until it is stopped.

    ``only`` names the roles of this process: ``web``, ``jobs``, ``channel:<account>``; none named means all.

    Raises:
        AlreadyRunning: the SQLite database is in use.
        TakenOver: another process acts for one of our accounts by now; start again, and it will stand by.
        NoDeployment: nothing was imported yet.
        AddressNotFree: the pages' port is in use.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    roles = frozenset(only)
    with ExitStack() as stack:
        if settings.database_url.startswith("sqlite"):
            stack.enter_context(LockFile(lock_of(settings)))
        web = settings.web
        ports = [web.port, *([web.public_port] if web.public_url else [])] if _wanted("web", roles) else []
        taken = [stack.enter_context(take_address(web.host, port)) for port in ports]
        asyncio.run(_run(settings, roles, taken))


def lock_of(settings: Settings) -> Path:
    """Beside the SQLite file itself: another configuration may name the same one."""
    file = make_url(settings.database_url).database
    place = Path(file).with_suffix(".lock") if file and file != ":memory:" else settings.folder / "linli.lock"
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.resolve()


async def _run(settings: Settings, only: frozenset[str], taken: Sequence[socket.socket]) -> None:
    program = await _program(settings, only)
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with _among_others(program) as lost:
        await program.start()
        log.info("running", accounts=sorted(program.channels), roles=sorted(only) or ["all"])
        caretaking = Caretaking(program, settings)
        servers = _servers(program, settings, caretaking.health)[: len(taken)]
        await caretaking.start(has_pages=bool(taken))
        serving = [asyncio.create_task(one.serve([at])) for one, at in zip(servers, taken, strict=True)]
        stopping = [asyncio.create_task(event.wait()) for event in (stop, lost)]
        try:
            await asyncio.wait({*serving, *stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in stopping:
                waiting.cancel()
            for one in servers:
                one.should_exit = True  # cancelled instead, it would end with a trace in the log
            await asyncio.gather(*serving, *stopping, return_exceptions=True)
            await caretaking.stop()
            await program.close()
    program.engine.dispose()
    log.info("stopped")
    if lost.is_set():
        raise TakenOver(
            "another process acts for an account of this one: start it again, and it will stand by"
        )


async def _program(settings: Settings, only: frozenset[str]) -> Program:
    await asyncio.to_thread(migrate, settings.database_url)
    engine = open_engine(settings.database_url)
    channels = {c.account: open_one(c) for c in settings.channels if _wanted(f"channel:{c.account}", only)}
    parts = await asyncio.to_thread(
        load_parts, settings.pacing, settings.secret,
        hears=bool(channels), local=settings.local_lexicon, days=place_days(settings.calendar),
        public_url=settings.web.public_url, webhooks=settings.webhooks, handover=settings.handover,
    )  # fmt: skip
    habits = Habits(
        friend_requests=settings.policy.friend_requests,
        outage_told_after_s=settings.policy.outage_told_after_s,
        probe_s=settings.policy.probe_every_s,
    )
    holding = None  # one process alone need not ask whether an account is free
    if engine.dialect.name == "postgresql":
        holding = Holding(Leases(engine, f"{socket.gethostname()} {os.getpid()}"), channels, now)
    return Program(
        engine, parts, channels, now, habits,
        holding=holding, known={c.account: kind_of(c) for c in settings.channels}, jobs_here=_wanted("jobs", only),
        shelf=_shelf(settings.folder, settings.attachments),
        show_code=lambda code: sys.stderr.write(terminal_code(code) + "\n"),
    )  # fmt: skip


@asynccontextmanager
async def _among_others(program: Program) -> AsyncIterator[asyncio.Event]:
    """Keeps leases and hears the bell of other processes; the event: one of them acts for an account of ours by now."""
    holding = program.holding
    if holding is None:
        yield asyncio.Event()
        return
    wakeup = Wakeup(program.engine, program.delivery.wake)
    program.wake_others = wakeup.ring
    await holding.start()
    wakeup.start()
    try:
        yield holding.lost
    finally:
        await asyncio.to_thread(wakeup.stop)
        await holding.stop()


def _shelf(folder: Path, limits: AttachmentSettings) -> Shelf:
    return Shelf(folder / "attachments", limits.file_mb * MEGABYTE, limits.total_mb * MEGABYTE)


def _wanted(role: str, only: frozenset[str]) -> bool:
    return not only or role in only


def _servers(program: Program, settings: Settings, health: HealthDesk) -> list[Server]:
    """Ours, and the one for residents."""
    web, signed = settings.web, settings.weather.secret
    notices = PublicNotices(program.engine, program.dispatch, program.clock)
    doors = replace(
        doors_of(program, settings.secret.encode(), health),
        hosts=(*LOOPBACK_NAMES, *web.hosts), metrics_token=settings.metrics.token,
        weather=WeatherHook(signed, program.dispatch, program.clock) if signed else None,
    )  # fmt: skip
    return [
        server(create_app(doors), web.host, web.port),
        server(create_public_app(doors, notices), web.host, web.public_port),
    ]


def open_one(settings: ChannelSettings) -> Channel:
    """Open the channel one table of the settings describes."""
    if isinstance(settings, WechatySettings):
        return open_gateway(settings, clock=now)
    if isinstance(settings, RelaySettings):
        return RelayChannel(settings)
    wechat = SimulatedWeChat(now)
    wechat.add_account(settings.account, settings.account)
    return wechat.connect(settings.account)


def kind_of(settings: ChannelSettings) -> str:
    """The channel's kind, as the settings name it."""
    return next(kind for kind, shape in KINDS.items() if isinstance(settings, shape))


def _move(program: Program, clock: MovableClock, step: timedelta) -> None:
    """Move the demo's clock and wait until what fell due was said, so that the next page shows it."""
    program.watch.leap(lambda: clock.advance(step))
    program.fire()
    patience = time.monotonic() + SETTLES_WITHIN_S
    while time.monotonic() < patience and program.views.has_due(clock()):
        time.sleep(0.05)


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT end the program in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
