"""Who may come to the pages of notices."""

from dataclasses import replace

from fastapi import Request

from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.scope import speaking_scope
from models.rules.town import Town
from web.entrance import Entrance, Visitor, visitor_of


def sender(request: Request, entrance: Entrance) -> tuple[Visitor, Town]:
    """Whoever asks, with the places to which they may speak for their scope.

    Raises:
        Refusal: they may not send notices.
    """
    who = visitor_of(request)
    town = entrance.dispatch.known_town()
    if Permission.NOTICE_SEND not in who.actor.permissions:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NO_PERM_DM", admin=town.contact)
    return replace(who, scope=speaking_scope(who.actor, town)), town
