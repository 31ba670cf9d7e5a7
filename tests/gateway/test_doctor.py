"""``doctor`` asks the real gateway whether it takes our token, and disturbs nobody who listens to it."""

import asyncio

import pytest

from bot.channels.wechaty.knock import Knock, knock
from tests.gateway.driver import Gateway
from tests.gateway.listener import Listener, settings
from tests.gateway.town import ROOM, WANG

pytestmark = pytest.mark.gateway


def test_the_right_token_is_taken_and_the_listener_goes_on(gateway: Gateway, bot: Listener):
    assert asyncio.run(knock(settings(gateway))) == (Knock.ANSWERS, "")

    gateway.do("say", **{"from": WANG}, room=ROOM, text="还在听")
    assert bot.messages(1)[0].text == "还在听"


def test_another_token_is_named(gateway: Gateway):
    found, _ = asyncio.run(knock(settings(gateway, token="insecure_another")))

    assert found is Knock.OTHER_TOKEN


def test_tls_that_the_gateway_does_not_speak_is_no_answer(gateway: Gateway):
    found, why = asyncio.run(knock(settings(gateway, tls=True)))

    assert found is Knock.SILENT
    assert why
