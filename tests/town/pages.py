"""The public pages of a town, served on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from models.boards import BoardReader
from models.case_progress import ProgressReader
from models.open_results import OpenResultsReader
from tests.browser.stage import build_stage
from tests.town.town import Town
from web.notice_door import NoticeDoor
from web.public_app import create_public_app
from web.residents import Residents
from web.serve import server


@contextmanager
def served_publicly(notices: NoticeDoor, residents: Residents | None = None) -> Iterator[str]:
    """Serve the pages on a free port until the end of the block; their address."""
    doors = build_stage().doors(demo=False)
    if residents is not None:
        texts = residents.dispatch.standing.texts
        doors = replace(
            doors, residents=residents,
            sentence=lambda refused: texts.render(refused.key, refused.blanks) if refused.key else "",
        )  # fmt: skip
    web = server(create_public_app(doors, notices), "127.0.0.1", 0)
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    ready = threading.Event()
    while not web.started and thread.is_alive():
        ready.wait(0.02)
    yield f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
    web.should_exit = True
    thread.join(20)


def residents_of(town: Town) -> Residents:
    """What residents may open of a town."""
    boards = BoardReader(town.engine, town.machine.dispatch.standing.secrets)
    cases, results = ProgressReader(town.engine), OpenResultsReader(town.engine)
    return Residents(town.machine.dispatch, cases, boards, results, town.clock)
