"""What the pages about other programs are drawn from."""

from dataclasses import dataclass

from sqlalchemy import Engine

from models.handover_desk import HandoverDesk
from models.webhooks import WebhookLog


@dataclass(frozen=True)
class Outward:
    """The log of what other programs were told, and the cases that were handed over."""

    webhooks: WebhookLog
    handover: HandoverDesk


def outward_of(engine: Engine) -> Outward:
    """Both, over a database."""
    return Outward(WebhookLog(engine), HandoverDesk(engine))
