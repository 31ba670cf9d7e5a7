"""The public pages of a town, served on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from models.boards import BoardReader
from models.case_progress import ProgressReader
from models.open_results import OpenResultsReader
from tests.browser.stage import build_stage
from tests.one_app import serving
from tests.town.town import Town
from web.notice_door import NoticeDoor
from web.public_app import create_public_app
from web.residents import Residents


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
    with serving(create_public_app(doors, notices)) as address:
        yield address


def residents_of(town: Town) -> Residents:
    """What residents may open of a town."""
    boards = BoardReader(town.engine, town.machine.dispatch.standing.secrets)
    cases, results = ProgressReader(town.engine), OpenResultsReader(town.engine)
    return Residents(town.machine.dispatch, cases, boards, results, town.clock)
