"""Every page that residents open without log-in, notices apart (``web.public_notices``)."""

from fastapi import APIRouter

from web.pages import Pages
from web.privacy import privacy_routes
from web.public_boards import board_routes
from web.public_cases import case_routes
from web.public_results import result_routes
from web.residents import Residents


def resident_routes(residents: Residents, pages: Pages) -> APIRouter:
    """``/c/<token>``, ``/b/<token>``, ``/r/<token>`` and ``/privacy``."""
    routes = APIRouter()
    routes.include_router(case_routes(residents, pages))
    routes.include_router(board_routes(residents, pages))
    routes.include_router(result_routes(residents, pages))
    routes.include_router(privacy_routes(residents, pages))
    return routes
