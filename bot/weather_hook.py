"""What a weather service posts: believed only when it is signed, fresh and new (docs/operators.md)."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from handlers.actors import CLOCK
from handlers.dispatch import Outcome, Status
from handlers.intents import Intent
from handlers.weather import ReceiveAlert
from models.rules.actor import Actor, Door, Origin
from models.rules.ids import IdempotencyKey
from web.hooks import HookAnswer

FRESH = timedelta(minutes=5)
LONGEST_ID = 64


class WeatherHook:
    """Checks the signature and hands the alert on; the words of the service are never read."""

    def __init__(
        self, secret: str, dispatch: Callable[[Intent, Actor, Origin], Outcome], clock: Callable[[], datetime]
    ) -> None:
        self._secret = secret.encode()
        self._dispatch = dispatch
        self._clock = clock

    def __call__(self, body: bytes, stamp: str, signature: str) -> HookAnswer:
        """``signature`` is the hex HMAC-SHA256 of ``<stamp>.<body>``, ``stamp`` seconds since 1970."""
        wanted = hmac.new(self._secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), signature.removeprefix("sha256=").encode()):
            return HookAnswer.NOT_OURS
        now = self._clock()
        if not stamp.isdecimal() or abs(now.timestamp() - int(stamp)) > FRESH.total_seconds():
            return HookAnswer.STALE
        told = _read(body)
        if told is None:
            return HookAnswer.UNCLEAR
        origin = Origin(Door.WEB, IdempotencyKey(f"hook:{told['id']}"), now)
        outcome = self._dispatch(ReceiveAlert(told["kind"], told.get("area", "")), CLOCK, origin)
        if outcome.status is Status.REFUSED:
            return HookAnswer.UNCLEAR
        return HookAnswer.KNOWN if outcome.status is Status.DUPLICATE else HookAnswer.DONE


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    texts = isinstance(told, dict) and all(
        isinstance(told.get(name, ""), str) for name in ("id", "kind", "area")
    )
    return told if texts and 0 < len(told.get("id", "")) <= LONGEST_ID and told.get("kind") else None
