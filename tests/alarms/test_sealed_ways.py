"""Alarms over TLS: what is told arrives at whom the system's authorities vouch for, and nobody else hears a word."""

import ipaddress
import ssl
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.alarm_settings import AlarmSettings
from bot.alarm_ways import FAULTS, MailWay, Told, WebhookWay
from models.rules.alarming import News
from tests.alarms.operators import SECRET, MailBox, WebhookEnd

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TOLD = Told(
    "a7.raised", "a7", News.RAISED, "way", "main", "安全村：听不到群里说话", "听不到群里说话，请看网关。", "看网关", NOW,
    None, NOW,
)  # fmt: skip
PASSWORD = "only for the mail server"


@pytest.fixture
def seal(tmp_path: Path) -> ssl.SSLContext:
    """A server's certificate for this machine's own address, signed by itself."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")]),
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(pem))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


@pytest.fixture
def known(seal: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The same, and this machine believes it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return seal


def mail(box: MailBox, security: str) -> MailWay:
    return MailWay(
        AlarmSettings(
            mail_to=("it@example.cn",), mail_from="linli@example.cn", mail_host="127.0.0.1", mail_port=box.port,
            mail_security=security, mail_user="linli", mail_password=PASSWORD,  # type: ignore[arg-type]
        )
    )  # fmt: skip


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_letter_and_its_password_travel_sealed(known: ssl.SSLContext, security: str):
    with MailBox(known, starttls=security == "starttls") as box:
        mail(box, security)(TOLD)

    assert box.words() == ["听不到群里说话，请看网关。"]
    assert box.logins == [(b64encode(f"\0linli\0{PASSWORD}".encode()).decode(), True)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_server_nobody_vouches_for_hears_nothing(seal: ssl.SSLContext, security: str):
    with MailBox(seal, starttls=security == "starttls") as box, pytest.raises(FAULTS):
        mail(box, security)(TOLD)

    assert (box.letters, box.logins) == ([], [])


def test_a_mail_server_that_offers_no_seal_hears_nothing():
    with MailBox() as box, pytest.raises(FAULTS):
        mail(box, "starttls")(TOLD)

    assert (box.letters, box.logins) == ([], [])


def test_what_is_posted_arrives_sealed_and_signed(known: ssl.SSLContext):
    with WebhookEnd(known) as end:
        WebhookWay(f"https://127.0.0.1:{end.port}/alarms", SECRET, "安全村")(TOLD)

    (posted,) = end.posted
    assert posted.is_signed()
    assert posted.told["data"]["what"] == TOLD.words


def test_an_address_nobody_vouches_for_hears_nothing(seal: ssl.SSLContext):
    with WebhookEnd(seal) as end, pytest.raises(FAULTS):
        WebhookWay(f"https://127.0.0.1:{end.port}/alarms", SECRET, "安全村")(TOLD)

    assert end.posted == []
