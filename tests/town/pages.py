"""The public pages of a town, served on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.stage import build_stage
from web.notice_door import NoticeDoor
from web.public_app import create_public_app
from web.serve import server


@contextmanager
def served_publicly(notices: NoticeDoor) -> Iterator[str]:
    """Serve the pages on a free port until the end of the block; their address."""
    web = server(create_public_app(build_stage().doors(demo=False), notices), "127.0.0.1", 0)
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    ready = threading.Event()
    while not web.started and thread.is_alive():
        ready.wait(0.02)
    yield f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
    web.should_exit = True
    thread.join(20)
