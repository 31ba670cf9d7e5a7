"""What the interface for programs is given of a running program."""

from bot.program import Program
from models.api_tokens import ApiTokens
from models.case_desk import CaseDesk
from models.notice_desk import NoticeDesk
from web.api_door import ApiDoor


def api_of(program: Program) -> ApiDoor:
    """What programs may ask of a program of ours."""
    engine, tokens = program.engine, ApiTokens(program.engine, program.parts.standing.secrets)
    return ApiDoor(program.dispatch, tokens, CaseDesk(engine), NoticeDesk(engine), program.clock)
