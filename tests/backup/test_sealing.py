"""What is sealed comes back as it was, or not at all."""

import io
from collections.abc import Callable

import pytest

from models.backup.sealing import PIECE, TAG, BackupKey, Sealing, UnusableBackup, opened, read_head

KEY = BackupKey("kBz0xV7dQ2m9Lw4tRyN8sHc5PfJ1aGe3")


def sealed(content: bytes, step: int = PIECE) -> bytes:
    file = io.BytesIO()
    sealing = Sealing(file, KEY, {"at": "now"})
    for start in range(0, len(content), step):
        sealing.write(content[start : start + step])
    sealing.seal()
    return file.getvalue()


def unsealed(file: bytes, key: BackupKey = KEY) -> bytes:
    return opened(io.BytesIO(file), key)[1].read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
@pytest.mark.parametrize("step", [1000, PIECE, 10 * PIECE])
def test_every_length_comes_back(size: int, step: int):
    content = bytes(number % 251 for number in range(size))

    assert unsealed(sealed(content, step)) == content


def test_nothing_is_readable_and_no_two_are_alike():
    content = "王桂香 13800001234 ".encode() * 5000

    one, other = sealed(content), sealed(content)

    assert "王桂香".encode() not in one
    assert b"13800001234" not in one
    assert one[500:600] != other[500:600]


def first_piece(file: bytes) -> int:
    stream = io.BytesIO(file)
    read_head(stream)
    return stream.tell()


def flipped(at: int) -> Callable[[bytes], bytes]:
    return lambda file: bytes([*file[:at], file[at] ^ 1, *file[at + 1 :]])


def swapped(file: bytes) -> bytes:
    begin = first_piece(file)
    one, two = begin + PIECE + TAG, begin + 2 * (PIECE + TAG)
    return file[:begin] + file[one:two] + file[begin:one] + file[two:]


@pytest.mark.parametrize(
    "spoil",
    [
        flipped(-1), flipped(-PIECE), flipped(400), lambda file: file.replace(b"now", b"new"), swapped,
        lambda file: file[:-1], lambda file: file[: first_piece(file) + 2 * (PIECE + TAG)],
        lambda file: file[: first_piece(file)], lambda file: file + b"more", lambda file: file + file[-PIECE:],
    ],
    ids=["last byte", "middle", "first", "head", "swapped", "short", "last piece lost", "only head", "more", "again"],
)  # fmt: skip
def test_what_was_spoilt_or_cut_off_is_not_believed(spoil: Callable[[bytes], bytes]):
    with pytest.raises(UnusableBackup, match="damaged or cut off"):
        unsealed(spoil(sealed(bytes(3 * PIECE + 7))))


def test_another_secret_and_other_files_are_told_apart():
    with pytest.raises(UnusableBackup, match="encrypted under another secret"):
        unsealed(sealed(b"x"), BackupKey("another secret, that is long enough"))
    for other in (b"", b"SQLite format 3\0" * 9, b"linli sealed 9\n{}\n", b"linli sealed 1\n[1]\n"):
        with pytest.raises(UnusableBackup, match="no backup of Linli"):
            unsealed(other)
