"""Starts the real npm gateway and lets tests act in its town; standard library only."""

import contextlib
import fcntl
import hashlib
import json
import os
import queue
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from tests.machine import Missing, find_node, npm_beside

HERE = Path(__file__).parent
TOKEN = "insecure_linli-test"
READY_WITHIN_S = 60


def install_packages() -> Path:
    """Install the gateway's npm packages as the lock file says, once; answers the node to run them with.

    Raises:
        Missing: there is no Node, or npm could not install; the message says what to do.
    """
    node = find_node()
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    installed = HERE / "node_modules" / ".linli-lock"
    with _one_at_a_time():
        if installed.exists() and installed.read_text() == lock:
            return node
        done = subprocess.run(
            [*npm_beside(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE,
            env=_with_node(node),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Missing(
                "the gateway's npm packages: `npm ci --ignore-scripts` in tests/gateway must work"
                f" (npm says: {done.stderr.strip()[-500:]}); to leave these tests out: -m 'not gateway'"
            )
        installed.write_text(lock)
    return node


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (HERE / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _with_node(node: Path) -> dict[str, str]:
    return os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


class Gateway:
    """One gateway process; ``restart`` brings it back on the same port, as an operator would."""

    def __init__(self, node: Path, *, token: str = TOKEN, more: tuple[str, ...] = ()) -> None:
        self._node = node
        self._more = more
        self.token = token
        self.port = 0
        self._control = 0
        self._heard = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> Self:
        self._process = subprocess.Popen(
            [
                str(self._node),
                "gateway.mjs",
                *("--port", str(self.port), "--control", str(self._control), "--token", self.token),
                *self._more,
            ],
            cwd=HERE,
            env=_with_node(self._node) | {"WECHATY_LOG": "silent"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        ready = json.loads(self._ready_line())
        self.port, self._control = ready["port"], ready["control"]
        self._heard = 0
        return self

    def _ready_line(self) -> str:
        lines: queue.Queue[str] = queue.Queue()

        def read() -> None:
            assert self._process is not None
            assert self._process.stdout is not None
            for line in self._process.stdout:
                if line.startswith("{"):
                    lines.put(line)
            lines.put("")

        threading.Thread(target=read, daemon=True).start()
        try:
            line = lines.get(timeout=READY_WITHIN_S)
        except queue.Empty:
            line = ""
        if not line:
            self.kill()
            raise RuntimeError("the gateway did not start: run `node gateway.mjs --token x` in tests/gateway")
        return line

    def do(self, command: str, **arguments: object) -> Any:
        """Act in the town; raises RuntimeError with the gateway's own stack."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._control}/{command}", json.dumps(arguments).encode(), method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310 - loopback
                return json.load(response)["result"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None

    def done(self, wait_s: float = 5.0) -> list[dict[str, Any]]:
        """What the bot did since the last time asked, waiting for the first thing at most so long."""
        rows: list[dict[str, Any]] = self.do("done", after=self._heard, wait=int(wait_s * 1000))
        self._heard += len(rows)
        return rows

    def fresh(self) -> Self:
        """Forget the people, rooms and deeds of the test before."""
        self.do("fresh")
        self._heard = 0
        return self

    def calls(self) -> dict[str, int]:
        """How often the bot asked for what, by the puppet's method."""
        counted: dict[str, int] = self.do("state")["calls"]
        return counted

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """As by SIGKILL or a power cut; everything the town knew is gone."""
        if self._process is not None:
            self._process.kill()
            self._close()

    def restart(self) -> Self:
        self.kill()
        return self.start()

    def stop(self) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self.thaw()
            self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._close()

    def _close(self) -> None:
        assert self._process is not None
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process = None
