"""Doing what a program asks for once: asked again under the same key within a day, it hears the same answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, status
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from handlers.api_answers import keeping
from handlers.dispatch import Status
from handlers.intents import Intent
from handlers.registry import handler_of
from models.rules.actor import Door, Origin
from models.rules.api_tokens import Caller
from models.rules.ids import IdempotencyKey
from web.api.problems import Trouble, told_as_refused
from web.api.shapes import ActShape
from web.api_door import ApiDoor

AGAIN = "Idempotency-Replayed"
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key", min_length=8, max_length=128, pattern=r"^[A-Za-z0-9_.:-]+$",
        description="每次要办的事给一个新的、不重复的代号，如 UUID；没收到回答就用同一个再发一次",
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Once:
    """Turns an intent into an answer, once for each key."""

    door: ApiDoor

    def __call__(
        self, caller: Caller, given: str, asked: tuple[str, BaseModel | None], make: Callable[[], Intent],
        code: int = status.HTTP_200_OK,
    ) -> JSONResponse:  # fmt: skip
        """Do what ``make`` makes and answer with ``code``; ``asked``: the address and body it was asked by.

        Raises:
            Trouble: the token was not made for it; the key was used for something else, or too long ago; it is not the
                moment; or whatever ``make`` says.
        """
        tokens, now = self.door.tokens, self.door.clock()
        key = IdempotencyKey(f"api:{tokens.digest('key', str(caller.token.id), given)}")
        address, body = asked
        question = tokens.digest("asked", address, body.model_dump_json() if body is not None else "")
        known, replayed = tokens.answered(key, now), True
        if known is None:
            intent, origin = make(), Origin(Door.API, key, now)
            if handler_of(intent).may not in caller.actor.permissions:
                raise Trouble(status.HTTP_403_FORBIDDEN, "API_NOT_ALLOWED")
            outcome = self.door.dispatch(intent, caller.actor, origin, keeping(caller.token.id, question))
            if outcome.status is Status.NOT_MEANT:
                raise Trouble(status.HTTP_409_CONFLICT, "API_NOT_NOW")
            # Whoever came second with the same key finds what the first one was answered: both are written together.
            known, replayed = tokens.answered(key, now), outcome.status is Status.DUPLICATE
        if known is None:
            raise Trouble(status.HTTP_409_CONFLICT, "API_KEY_OLD", field="header.Idempotency-Key")
        if known[0] != question:
            raise Trouble(
                status.HTTP_422_UNPROCESSABLE_CONTENT, "API_KEY_OTHER", field="header.Idempotency-Key"
            )
        answer = self._told(known[1], code)
        answer.headers[AGAIN] = "true" if replayed else "false"
        return answer

    def _told(self, kept: Any, code: int) -> JSONResponse:
        if kept["kind"]:
            return told_as_refused(self.door, kept["kind"], kept["key"], kept["sentence"])
        told = ActShape(steps=kept["steps"], key=kept["key"], sentence=kept["sentence"])
        return JSONResponse(told.model_dump(), code)
