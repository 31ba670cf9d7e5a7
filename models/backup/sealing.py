"""An encrypted stream: what is written leaves in sealed pieces, and nothing of it is believed before it was checked.

A file begins with a line that names the format and a line of JSON that anybody may read (which key, when, which
version); both are bound to everything that follows. Then come pieces of 64 KiB under AES-256-GCM, numbered, the last
one marked: the construction STREAM, as age and Tink have it. Each file has a key of its own, derived from the
deployment's secret and a random salt.
"""

import json
import os
from collections.abc import Mapping
from io import BufferedReader, RawIOBase
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = b"linli sealed 1\n"
PIECE = 64 * 1024
TAG = 16
LONGEST_HEAD = 4096


class UnusableBackup(ValueError):  # noqa: N818 - named for what it says
    """This cannot be restored; the sentence says why and what to do."""


class BackupKey:
    """What seals and opens backups under one secret of the settings."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.id = self._derive(b"", b"linli backup key id", 8).hex()
        """Tells keys apart without telling anything of them."""

    def _derive(self, salt: bytes, info: bytes, length: int = 32) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=salt or None, info=info).derive(self._secret)

    def cipher(self, salt: bytes) -> AESGCM:
        """Of one file."""
        return AESGCM(self._derive(salt, b"linli backup"))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealing(RawIOBase):
    """What is written here is sealed into ``file``; only ``seal`` makes it whole. ``head`` stays readable for anybody."""

    def __init__(self, file: IO[bytes], key: BackupKey, head: Mapping[str, Any]) -> None:
        super().__init__()
        salt = os.urandom(32)
        told = json.dumps({**head, "key": key.id, "salt": salt.hex()}, ensure_ascii=False).encode()
        self._bound = FORMAT + told + b"\n"
        self._file, self._cipher = file, key.cipher(salt)
        self._waiting, self._number = bytearray(), 0
        file.write(self._bound)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, more: Any) -> int:
        """Seal every whole piece; what is left waits."""
        self._waiting += more
        whole = (len(self._waiting) - 1) // PIECE  # one piece, or what is left of one, is kept for the end
        for start in range(0, whole * PIECE, PIECE):
            self._put(bytes(self._waiting[start : start + PIECE]), last=False)
        if whole > 0:
            del self._waiting[: whole * PIECE]
        return len(more)

    def seal(self) -> None:
        """The end: without it the file counts as cut off."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._bound))
        self._number += 1


def read_head(file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """What anybody may read of a sealed file, and the bytes that it is bound by; the file stands behind them.

    Raises:
        UnusableBackup: it is no sealed file of ours.
    """
    kind = file.readline(len(FORMAT))
    told = file.readline(LONGEST_HEAD)
    try:
        head = json.loads(told)
    except ValueError:
        head = None
    if kind != FORMAT or not isinstance(head, dict):
        raise UnusableBackup("this file is no backup of Linli, or of a newer version of it")
    return head, kind + told


class _Opening(RawIOBase):
    def __init__(self, file: IO[bytes], cipher: AESGCM, bound: bytes) -> None:
        super().__init__()
        self._file, self._cipher, self._bound = file, cipher, bound
        self._next, self._number, self._open = file.read(PIECE + TAG), 0, b""
        self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        while not self._open and not self._over:
            self._take()
        given = self._open[: len(room)]
        room[: len(given)] = given
        self._open = self._open[len(given) :]
        return len(given)

    def _take(self) -> None:
        piece, self._next = self._next, self._file.read(PIECE + TAG)
        self._over = not self._next
        try:
            nonce = _nonce(self._number, last=self._over)
            self._open = self._cipher.decrypt(nonce, piece, self._bound)
        except InvalidTag as cause:
            raise UnusableBackup(
                "this file is damaged or cut off: take another backup, or fetch this one again"
            ) from cause
        self._number += 1


def opened(file: IO[bytes], key: BackupKey) -> tuple[dict[str, Any], BufferedReader]:
    """The head of a sealed file and a stream of what was sealed.

    The stream raises UnusableBackup where it is damaged or cut off, before it gives away a byte of that piece.

    Raises:
        UnusableBackup: no sealed file, or sealed under another secret.
    """
    head, bound = read_head(file)
    if head.get("key") != key.id:
        raise UnusableBackup(
            "this was encrypted under another secret: set secret in config.toml to the one of that time"
        )
    salt = bytes.fromhex(str(head.get("salt", "")))
    return head, BufferedReader(_Opening(file, key.cipher(salt), bound), PIECE)
