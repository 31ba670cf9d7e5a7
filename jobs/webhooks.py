"""Other programs are told what they must be told, outside of any transaction, each receiver at its own pace."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from handlers.actors import CLOCK
from handlers.dispatch import Dispatch
from handlers.webhooks import WarnGivenUp
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.pacing import shanghai_date
from models.rules.webhooks import Webhook, signed
from models.webhooks import Answer, WebhookQueue

log = structlog.get_logger()

Posts = Callable[[Webhook, Mapping[str, str], str], Answer]
"""Posts a body with its headers to a receiver."""
AT_ONCE = 50


def tells_of_given_up(
    dispatch: Dispatch, clock: Callable[[], datetime]
) -> Callable[[Webhook, datetime | None], None]:
    """Somebody hears that a receiver takes nothing: once, and again only when it did take something in between.

    One that now takes some and now does not is told of once for each day on which it took something.
    """

    def tell(hook: Webhook, reached: datetime | None) -> None:
        last = shanghai_date(reached).isoformat() if reached is not None else "never"
        key = IdempotencyKey(f"webhook:{hook.name}:given up:{last}")
        dispatch(WarnGivenUp(hook.name), CLOCK, Origin(Door.CLOCK, key, clock()))

    return tell


HEADERS = {"content-type": "application/json; charset=utf-8", "user-agent": "linli-webhook/1"}


def push_due(
    queue: WebhookQueue,
    hook: Webhook,
    post: Posts,
    clock: Callable[[], datetime],
    given_up: Callable[[Webhook, datetime | None], None],
) -> int:
    """Send what is due for one receiver, until it fails once or there was enough of it; how many were sent off.

    ``given_up`` is called when something is not tried any more, with when the receiver took anything last.
    A fault of ours between claiming and settling leaves the row to its lease: it is sent again under the same id.
    """
    count = 0
    while count < AT_ONCE and queue.is_due(hook.name, clock()):
        push = queue.claim(hook.name, clock())
        if push is None:  # another process was quicker
            break
        headers = {**HEADERS, **signed(hook.secrets, push.event, clock(), push.body)}
        answer = post(hook, headers, push.body)
        state = queue.settle(push, answer, clock())
        count += 1
        if state == "failed":
            log.error("webhook given up", hook=hook.name, id=push.event, status=answer.status, why=answer.why)
            given_up(hook, queue.reached_last(hook.name))
        if state == "waiting":
            break  # whoever does not answer now would not answer the next one either
    return count
