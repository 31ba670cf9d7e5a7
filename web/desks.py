"""The pages of knowledge, words, running and settings, together."""

from fastapi import APIRouter

from web.desk_doors import DeskDoors
from web.entrance import Entrance
from web.guard import Guard
from web.knowledge import knowledge_routes
from web.lexicon import lexicon_routes
from web.local_words import local_word_routes
from web.pages import Pages
from web.running import running_routes
from web.settings_desk import setting_routes


def desk_routes(entrance: Entrance, desks: DeskDoors, pages: Pages, guard: Guard) -> APIRouter:
    """All of their addresses."""
    routes = APIRouter()
    routes.include_router(lexicon_routes(entrance, desks, pages, guard))
    routes.include_router(local_word_routes(entrance, desks, pages, guard))
    routes.include_router(running_routes(entrance, desks, pages, guard))
    routes.include_router(knowledge_routes(entrance, desks, pages, guard))
    routes.include_router(setting_routes(entrance, desks, pages, guard))
    return routes
