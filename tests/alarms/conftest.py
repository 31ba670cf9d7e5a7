"""A program whose way to WeChat, clock and disks the test moves; what it tells arrives at real servers."""

from collections.abc import Iterator

import pytest

from tests.alarms.operators import MailBox, Office, WebhookEnd
from tests.town.conftest import make_town, parts, town
from tests.town.town import Town

__all__ = ["make_town", "parts", "town"]


@pytest.fixture
def mail_box() -> Iterator[MailBox]:
    """A mail server on this machine."""
    with MailBox() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[WebhookEnd]:
    """Somebody's web server that takes alarms."""
    with WebhookEnd() as end:
        yield end


@pytest.fixture
def office(town: Town, hook: WebhookEnd, mail_box: MailBox) -> Iterator[Office]:
    """The village's program with every way to its operator."""
    with Office(town, hook, mail_box) as office:
        yield office
