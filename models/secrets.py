"""Encryption at rest and keyed digests, from the deployment's one secret."""

import base64
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.rules.ids import LinkToken


class UnreadableBox(ValueError):  # noqa: N818
    """The text was encrypted under another secret, or damaged."""


class SecretBox:
    """Boxes (encrypts) short texts and digests them; one instance per process.

    ``secret`` is at least 32 characters from the settings.
    """

    def __init__(self, secret: str) -> None:
        def derive(purpose: bytes) -> bytes:
            return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"linli " + purpose).derive(
                secret.encode()
            )

        self._fernet = Fernet(base64.urlsafe_b64encode(derive(b"box")))
        self._keyed = hmac.new(derive(b"digest"), digestmod="sha256")

    def box(self, text: str) -> bytes:
        """Encrypt."""
        return self._fernet.encrypt(text.encode())

    def open(self, box: bytes) -> str:
        """Decrypt.

        Raises:
            UnreadableBox: wrong secret or damaged.
        """
        try:
            return self._fernet.decrypt(box).decode()
        except InvalidToken as cause:
            raise UnreadableBox("encrypted under another secret, or damaged") from cause

    def digest(self, *parts: str) -> str:
        """Keyed digest (128 bits, hex) that finds equal things again without telling what they were."""
        keyed = self._keyed.copy()  # the key is worked in once
        keyed.update("\x1f".join(parts).encode())
        return keyed.hexdigest()[:32]


def new_link_token() -> LinkToken:
    """A fresh 128-bit token for a public link."""
    return LinkToken(secrets.token_urlsafe(16))
