"""Fills the doors of the pages from a running program: one way for the demo, for a deployment and for tests."""

from bot.desk_doors import desk_doors_of
from bot.health_desk import HealthDesk
from bot.interface import api_of
from bot.letters import Letters
from bot.panes import Panes
from bot.parts import LOCALE
from bot.program import Program
from bot.rosters import Rosters
from bot.today import Today
from handlers.township.wording import load_wording
from models.boards import BoardReader
from models.case_desk import CaseDesk
from models.case_news import CaseNews
from models.case_pictures import CasePictures
from models.case_progress import ProgressReader
from models.notice_desk import NoticeDesk
from models.office import office_of
from models.open_results import OpenResultsReader
from models.people_desk import PeopleDesk
from models.sessions import Sessions
from models.today_desk import TodayDesk
from web.case_pictures import Album
from web.doors import Doors
from web.entrance import Entrance
from web.outward import outward_of
from web.residents import Residents
from web.tries import Tries


def doors_of(program: Program, secret: bytes, health: HealthDesk) -> Doors:
    """What people with a post open; hosts, hooks, the demo's phones and residents' notices are for the caller to add."""
    engine, panes = program.engine, Panes(program, health)
    return Doors(
        secret, panes.status, today_of(program), panes, panes.sentence,
        letter=Letters(engine, program.dispatch, program.clock).letter,
        entrance=entrance_of(program), residents=_residents_of(program), api=api_of(program),
        album=Album(CasePictures(engine), program.shelf.small) if program.shelf is not None else None,
        rosters=Rosters(engine, program.dispatch, load_wording(LOCALE), program.clock),
        desks=desk_doors_of(program), outward=outward_of(engine), health=health.view,
    )  # fmt: skip


def today_of(program: Program) -> Today:
    """The first page of a program's console."""
    return Today(CaseDesk(program.engine), TodayDesk(program.engine), program.dispatch, program.clock)


def entrance_of(program: Program) -> Entrance:
    """Who may come in to the pages of a program."""
    standing, engine = program.parts.standing, program.engine
    called, sessions = standing.texts.render("OPERATOR_CALLED", {}), Sessions(engine, standing.secrets)
    return Entrance(
        program.dispatch, sessions, CaseDesk(engine), program.clock, called, NoticeDesk(engine), CaseNews(engine),
        PeopleDesk(engine), office_of(engine), Tries(program.clock),
    )  # fmt: skip


def _residents_of(program: Program) -> Residents:
    boards = BoardReader(program.engine, program.parts.standing.secrets)
    cases, results = ProgressReader(program.engine), OpenResultsReader(program.engine)
    return Residents(program.dispatch, cases, boards, results, program.clock)
