"""The way to the real gateway: how it breaks, how it is said, and that it always comes back."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from grpclib.client import Channel
from wechaty_grpc.wechaty import PuppetStub

from bot.channels import ChannelDown
from models.rules.message import LinkChange, LinkState, Outgoing
from tests.gateway.driver import HERE, Gateway
from tests.gateway.listener import Listener
from tests.gateway.town import BOT, ROOM, WANG, settle

pytestmark = pytest.mark.gateway

Listen = Callable[..., Listener]


def _hears(bot: Listener, gateway: Gateway, text: str) -> bool:
    gateway.do("say", **{"from": WANG}, room=ROOM, text=text)
    return bot.messages(1)[0].text == text


def test_a_killed_gateway_is_found_again_as_soon_as_it_is_back(own_gateway: Gateway, listen: Listen):
    bot = listen(own_gateway).online()
    assert _hears(bot, own_gateway, "之前")

    own_gateway.kill()
    lost = bot.link(LinkState.OFFLINE)
    with pytest.raises(ChannelDown):
        bot.run(bot.channel.say(Outgoing(ROOM, "有人吗")))
    settle(own_gateway.start())
    back = bot.link(LinkState.ONLINE)

    assert _hears(bot, own_gateway, "之后")
    assert lost.at < back.at
    assert "stop" not in [deed["what"] for deed in own_gateway.done(0.1)]


def test_a_gateway_that_is_not_up_yet_is_waited_for(own_gateway: Gateway, listen: Listen):
    own_gateway.kill()
    bot = listen(own_gateway)
    bot.link(LinkState.OFFLINE)
    settle(own_gateway.start())

    assert _hears(bot.online(), own_gateway, "刚开机")


def test_a_frozen_gateway_is_noticed_and_the_way_heals_when_it_thaws(own_gateway: Gateway, listen: Listen):
    bot = listen(own_gateway).online()
    own_gateway.freeze()

    deaf = bot.link(LinkState.DEAF)
    own_gateway.thaw()
    bot.online()

    assert deaf.why.startswith("deaf: ")
    assert _hears(bot, own_gateway, "醒了")


def test_what_waits_for_its_payload_survives_a_lost_connection(own_gateway: Gateway, listen: Listen):
    bot = listen(own_gateway).online()
    own_gateway.do("spoil", method="messagePayload", hang=True)
    own_gateway.do("say", **{"from": WANG}, room=ROOM, text="路灯不亮")
    while "messagePayload" not in own_gateway.calls():
        continue
    own_gateway.freeze()
    bot.link(LinkState.DEAF)
    own_gateway.thaw()

    assert bot.messages(1)[0].text == "路灯不亮"


def test_a_second_client_is_told_that_the_stream_is_taken_and_gets_it_later(
    own_gateway: Gateway, listen: Listen
):
    first = listen(own_gateway).online()
    second = listen(own_gateway)

    taken = second.hear(LinkChange, lambda change: "another client" in change.why)
    assert taken.state is LinkState.OFFLINE
    assert _hears(first, own_gateway, "还是我的")

    first.run(first.channel.close())

    assert _hears(second.online(), own_gateway, "现在是你的")


def test_a_stop_by_somebody_else_ends_the_stream_and_ours_comes_back(own_gateway: Gateway, listen: Listen):
    bot = listen(own_gateway).online()
    bot.run(_stop_by_another(own_gateway))

    assert "ended the event stream" in bot.link(LinkState.OFFLINE).why
    assert _hears(bot.online(), own_gateway, "又好了")


def test_a_wrong_token_is_said_and_never_shown(gateway: Gateway, listen: Listen):
    bot = listen(gateway, token="insecure_somebody-else")

    refused = bot.link(LinkState.OFFLINE)

    assert refused.why == "the gateway does not accept our token"
    assert "somebody-else" not in repr(bot.channel) + repr(bot.events)


def test_a_round_trip_goes_through_the_gateway_and_fails_without_it(own_gateway: Gateway, listen: Listen):
    bot = listen(own_gateway).online()
    assert 0 < bot.run(bot.channel.round_trip()) < 5

    own_gateway.kill()
    with pytest.raises(ChannelDown):
        bot.run(bot.channel.round_trip())


def test_login_and_logout_and_the_code_to_scan_are_told(own_gateway: Gateway, listen: Listen):
    bot = listen(own_gateway).online()

    own_gateway.do("logout")
    bot.link(LinkState.LOGGED_OUT)
    with pytest.raises(ChannelDown):
        bot.run(bot.channel.say(Outgoing(ROOM, "有人吗")))
    own_gateway.do("scan", qrcode="https://example.invalid/1")
    code = bot.link(LinkState.SCAN)
    own_gateway.do("scan", qrcode="https://example.invalid/1", status=3)
    scanned = bot.link(LinkState.SCAN)
    own_gateway.do("login", id=BOT)
    bot.online()

    assert code.qrcode == "https://example.invalid/1"
    assert (scanned.qrcode, scanned.why) == ("", "scanned, to be confirmed on the phone")
    assert bot.channel.us.user == BOT


def test_a_code_shown_before_we_connected_is_told_after(node: Path, listen: Listen):
    with Gateway(node) as gateway:
        settle(gateway, login=False)
        gateway.do("scan", qrcode="https://example.invalid/2")
        bot = listen(gateway)

        assert bot.link(LinkState.SCAN).qrcode == "https://example.invalid/2"
        assert not [event for event in bot.events if getattr(event, "state", None) is LinkState.ONLINE]


def test_another_account_at_the_same_gateway_starts_with_an_empty_memory(
    own_gateway: Gateway, listen: Listen
):
    bot = listen(own_gateway).online()
    assert bot.run(bot.channel.is_friend(WANG))
    own_gateway.do("logout")
    bot.link(LinkState.LOGGED_OUT)
    own_gateway.do("contact", id=WANG, name="王婶", friend=False)
    own_gateway.do("contact", id="wxid_bot2", name="小助手二号")
    own_gateway.do("login", id="wxid_bot2")
    bot.online()

    assert bot.channel.us.user == "wxid_bot2"
    assert not bot.run(bot.channel.is_friend(WANG))


def test_tls_with_a_certificate_of_ones_own(node: Path, listen: Listen, tmp_path: Path):
    ca, cert, key = _certificates(tmp_path, "gateway.example")
    with Gateway(node, more=("--cert", str(cert), "--key", str(key))) as gateway:
        settle(gateway)
        bot = listen(gateway, tls=True, ca_file=str(ca), server_name="gateway.example").online()

        assert _hears(bot, gateway, "加密了")


def test_tls_with_the_certificate_the_gateway_package_ships(node: Path, listen: Listen, tmp_path: Path):
    source = HERE / "node_modules/wechaty-puppet-service/dist/esm/src/auth/ca.js"
    show = f"import({str(source)!r}).then(({{ TLS_CA_CERT }}) => process.stdout.write(TLS_CA_CERT))"
    ca = tmp_path / "ca.pem"
    ca.write_bytes(subprocess.run([node, "-e", show], capture_output=True, check=True).stdout)
    with Gateway(node, more=("--tls",)) as gateway:
        settle(gateway)
        bot = listen(gateway, tls=True, ca_file=str(ca)).online()

        assert _hears(bot, gateway, "加密了")


def test_a_certificate_nobody_vouches_for_is_not_trusted(node: Path, listen: Listen):
    with Gateway(node, more=("--tls",)) as gateway:
        bot = listen(gateway, tls=True)

        assert "certificate not trusted" in bot.link(LinkState.OFFLINE).why


def test_a_gateway_with_tls_and_a_client_without_do_not_meet(node: Path, listen: Listen):
    with Gateway(node, more=("--tls",)) as gateway:
        bot = listen(gateway)

        assert bot.link(LinkState.OFFLINE).why
        assert not [event for event in bot.events if getattr(event, "state", None) is LinkState.ONLINE]


async def _stop_by_another(gateway: Gateway) -> None:
    """What the PyPI class does first of all."""
    channel = Channel("127.0.0.1", gateway.port)
    try:
        await PuppetStub(channel, metadata={"authorization": f"Wechaty {gateway.token}"}).stop()
    finally:
        channel.close()


def _certificates(folder: Path, name: str) -> tuple[Path, Path, Path]:
    """A CA and a server certificate for one name, as PEM files: CA, certificate, key."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    ca = _signed(issuer, issuer, ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=0))
    cert = _signed(subject, issuer, key, ca_key, names)
    files = (folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    pem = serialization.Encoding.PEM
    files[0].write_bytes(ca.public_bytes(pem))
    files[1].write_bytes(cert.public_bytes(pem))
    files[2].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=True)
        .sign(by, hashes.SHA256())
    )
