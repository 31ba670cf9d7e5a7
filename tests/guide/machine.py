"""Where the guide is followed: a bare Debian in a folder, or a new home on this machine."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import run
from tests.house.source import ROOT
from tests.machine import Missing

TYPED_WITHIN_S = 900
"""Seconds one command may take: the packages of a whole environment over a slow line."""
TO_THE_NETWORK = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
SUITE = "bookworm"


@dataclass(frozen=True)
class Answer:
    """What a command said, on both channels, and how it ended."""

    code: int
    said: str


@dataclass(frozen=True)
class Machine:
    """A machine and the person at its keyboard."""

    root: Path
    """Where its ``/`` is seen from here."""
    home: Path
    """As it is called there."""
    environment: dict[str, str]
    is_bare: bool

    def here(self, path: Path) -> Path:
        """Where a path of that machine is seen from here."""
        return self.root / path.relative_to("/")

    def typed(self, line: str, folder: Path) -> list[str]:
        """How a line that is typed there in a folder is run from here; the shell gives way to the program."""
        into = ["chroot", str(self.root)] if self.is_bare else []
        known = [f"{name}={value}" for name, value in self.environment.items()]
        return [*into, "env", "-i", *known, "sh", "-c", f'cd "$0" && exec {line}', str(folder)]

    def types(self, line: str, folder: Path) -> Answer:
        """Type a line and wait until it is done."""
        done = subprocess.run(
            self.typed(line, folder),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=TYPED_WITHIN_S,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout)

    def lay_environment(self, tree: Path) -> None:
        """Give a tree on this machine the packages that the tests run with; its own ``setup`` then has nothing to do.

        The folder is the tree's own, so that nothing which is written into it reaches ours.
        """
        ours, its_own = Path(sys.prefix), self.here(tree) / ".venv"
        (its_own / "bin").mkdir(parents=True)
        (its_own / "bin" / "python").symlink_to(Path(sys.executable).resolve())
        (its_own / "lib").symlink_to(ours / "lib")
        shutil.copy(ours / "pyvenv.cfg", its_own)
        locks = [path.read_bytes() for path in (run.RUNTIME_LOCK, run.DEV_LOCK)]
        there = [(self.here(tree) / path.name).read_bytes() for path in (run.RUNTIME_LOCK, run.DEV_LOCK)]
        assert locks == there, "that version needs other packages: follow it with --bare"
        (its_own / run.STAMP.name).write_text(run.wanted(dev=True))


@contextmanager
def new_home() -> Iterator[Machine]:
    """A person who never used this machine; what is installed here need not be installed again."""
    with tempfile.TemporaryDirectory(prefix="linli-guide-") as name:
        # A version with other packages must fail rather than install them where the tests' own stand.
        environment = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        environment |= {"HOME": name, "LANG": "C.UTF-8", "PIP_DRY_RUN": "1"}
        yield Machine(Path("/"), Path(name), environment, is_bare=False)


@contextmanager
def bare_debian() -> Iterator[Machine]:
    """A Debian as debootstrap makes the smallest one, with this machine's way to the network; only root can do it.

    Raises:
        Missing: we are not root, or it could not be made.
    """
    if os.geteuid() != 0:
        raise Missing("a bare Debian is made as root: sudo .venv/bin/python -m tests.guide --bare")
    if not shutil.which("debootstrap"):
        _must("apt-get", "update", "-qq")
        _must("apt-get", "install", "-y", "-qq", "debootstrap")
    root = Path(tempfile.mkdtemp(prefix="linli-bare-"))
    root.chmod(0o755)
    try:
        _must("debootstrap", "--variant=minbase", SUITE, str(root))
        yield Machine(root, Path("/root"), _way_to_the_network(root), is_bare=True)
    finally:
        _unmount_all(root)
        shutil.rmtree(root)


def _mounted(root: Path) -> list[str]:
    """What is mounted somewhere below, the innermost first."""
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return [
        target
        for _, target, *_ in reversed([line.split() for line in mounts])
        if target.startswith(f"{root}/")
    ]


def _unmount_all(root: Path) -> None:
    """Nothing of this machine may be below when the folder is thrown away."""
    for target in _mounted(root):
        _must("umount", target)


def _way_to_the_network(root: Path) -> dict[str, str]:
    """What belongs to the line this machine hangs on, and not to its operator; the environment of a first login."""
    for name in ("etc/resolv.conf", "etc/hosts"):
        with suppress(FileNotFoundError):
            shutil.copy(Path("/") / name, root / name)
    given = {
        name: value for name, value in os.environ.items() if name in TO_THE_NETWORK or name.startswith("PIP_")
    }
    certificate = given.get("PIP_CERT")
    if certificate and Path(certificate).exists():
        given["PIP_CERT"] = "/etc/linli-certificates.pem"
        shutil.copy(certificate, root / "etc" / "linli-certificates.pem")
    # As every machine has it.
    if not (root / "proc" / "self").exists():
        _must("mount", "-t", "proc", "proc", str(root / "proc"))
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"HOME": "/root", "PATH": path, "DEBIAN_FRONTEND": "noninteractive", **given}


def _must(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"`{' '.join(words)}` failed: {(done.stdout + done.stderr)[-800:]}")


def publish(origin: Path, *, until: str) -> None:
    """A repository from which people clone, whose newest commit is that one; called again, it has moved on."""
    if not origin.exists():
        _must("git", "clone", "-q", "--bare", "--no-hardlinks", str(ROOT), str(origin))
        _must("git", "-C", str(origin), "symbolic-ref", "HEAD", "refs/heads/published")
    _must("git", "-C", str(origin), "update-ref", "refs/heads/published", until)
