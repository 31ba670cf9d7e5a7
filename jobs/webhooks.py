"""Other programs are told what they must be told, outside of any transaction, each receiver at its own pace."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from models.rules.webhooks import Webhook, signed
from models.webhooks import Answer, WebhookQueue

log = structlog.get_logger()

Posts = Callable[[Webhook, Mapping[str, str], str], Answer]
"""Posts a body with its headers to a receiver."""
AT_ONCE = 50
HEADERS = {"content-type": "application/json; charset=utf-8", "user-agent": "linli-webhook/1"}


def push_due(queue: WebhookQueue, hook: Webhook, post: Posts, clock: Callable[[], datetime]) -> int:
    """Send what is due for one receiver, until it fails once or there was enough of it; how many were sent off.

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
        if state == "waiting":
            break  # whoever does not answer now would not answer the next one either
    return count
