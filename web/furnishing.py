"""What every application of ours has, for cadres and for residents: how errors look, and our own style and script."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from models.rules.refusals import Refusal
from web.doors import NotHere
from web.live import LiveStreams
from web.pages import HERE, Pages


def furnish(app: FastAPI, pages: Pages) -> None:
    """Give an application its error pages, its static files and its live streams."""
    app.state.streams = LiveStreams()
    app.add_exception_handler(Refusal, pages.refusal)
    app.add_exception_handler(HTTPException, pages.http_error)
    app.add_exception_handler(RequestValidationError, pages.invalid)
    app.add_exception_handler(NotHere, pages.missing)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
