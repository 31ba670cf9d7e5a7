#!/usr/bin/env python3
"""The one door: makes the environment, then does what was asked. Standard library only.

    python3 run.py demo       try it: simulated WeChat groups and the console in your browser
    python3 run.py test       every check: lint, types, contracts, both databases, real gateway, browser
    python3 run.py setup      make the environment and nothing else (--dev: with the tools of `test`)
    python3 run.py WORD …     anything else goes to `python -m bot WORD …`

The environment is `.venv` beside this file. It is made at the first run and made anew when the lock changes.
"""

# Kept readable for an old Python, which must get as far as the sentence that says it is too old.
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "linli-installed"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
OLDEST = (3, 11)

TOO_OLD = """Linli needs Python 3.11 or newer; this is Python {version}.
Debian 12, Ubuntu 24.04 and newer:  apt install python3 python3-venv
Elsewhere: install a newer Python and run  python3.12 run.py …"""
NO_VENV = """This Python cannot make environments: its `venv` part is not installed.
Debian and Ubuntu:  apt install python3-venv
then run the same command again."""
NO_INSTALL = """The packages could not be installed; pip's own words stand above.
With a slow or closed network, point pip to a nearer mirror (PIP_INDEX_URL) and run the same command again."""


def say(line: str) -> None:
    """Tell the person one line at once, also where output is a file."""
    print("run.py: " + line, file=sys.stderr, flush=True)


def use_new_python() -> None:
    """Go on under Python 3.11 or newer, or say what to install and stop."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(19, OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            say("going on with " + found)
            os.execv(found, [found, *sys.argv])
    sys.exit(TOO_OLD.format(version=sys.version.split()[0]))


def wanted(*, dev: bool) -> str:
    """What a finished environment's stamp must say: which Python, which packages."""
    locks = [hashlib.sha256(lock.read_bytes()).hexdigest() for lock in (RUNTIME_LOCK, DEV_LOCK)]
    return " ".join(["dev" if dev else "runtime", "%d.%d" % sys.version_info[:2], *locks])


def installed() -> str:
    """The stamp of the last finished installation, or nothing."""
    return STAMP.read_text() if STAMP.exists() and PYTHON.exists() else ""


def make_venv() -> None:
    """A fresh `.venv`, unless one for this Python stands there already."""
    asks = "import sys, pip; sys.exit(sys.version_info[:2] != (%d, %d))" % sys.version_info[:2]
    if PYTHON.exists() and subprocess.call([str(PYTHON), "-c", asks], stderr=subprocess.DEVNULL) == 0:
        return
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian leaves it out
        import venv  # noqa: PLC0415
    except ImportError:
        sys.exit(NO_VENV)
    say("making .venv with Python " + sys.version.split()[0])
    venv.EnvBuilder(with_pip=True, clear=True).create(VENV)


def install(*, dev: bool) -> None:
    """Bring `.venv` to what the lock says; nothing to do is the usual case."""
    lock = DEV_LOCK if dev else RUNTIME_LOCK
    say("installing what %s names (%s)" % (lock.name, "a minute or two" if dev else "under a minute"))
    STAMP.unlink(missing_ok=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-compile", "--require-hashes"]
    if subprocess.call([str(PYTHON), "-m", "pip", "install", *options, "-r", str(lock)]) != 0:
        sys.exit(NO_INSTALL)
    STAMP.write_text(wanted(dev=dev))


def set_up(*, dev: bool) -> None:
    """Make or mend the environment; two runs at once wait for each other."""
    import fcntl  # noqa: PLC0415 - Linux and macOS; on Windows Linli runs in WSL

    enough = {wanted(dev=True), wanted(dev=dev)}
    if installed() in enough:
        return
    with (ROOT / ".venv.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if installed() in enough:
            return
        # Development tools, once asked for, stay: a later `demo` must not take them away.
        dev = dev or installed().startswith("dev ")
        make_venv()
        install(dev=dev)


def become(*words: str) -> None:
    """Turn into the program that was asked for, so that signals reach it and nothing stands between."""
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    # Some packages are older than Python's present warnings and are compiled at their first import.
    os.environ.setdefault("PYTHONWARNINGS", "ignore::SyntaxWarning")
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *words])


def main(words: list) -> None:
    """Do what the first word asks."""
    use_new_python()
    if not words or words[0] in {"-h", "--help", "help"}:
        print(__doc__)
    elif words[0] == "setup":
        if set(words[1:]) - {"--dev"}:
            sys.exit("setup knows one option: --dev (with the tools of `test`)")
        set_up(dev="--dev" in words)
        say("ready")
    elif words[0] == "test":
        set_up(dev=True)
        become("-m", "tests", *words[1:])
    else:
        set_up(dev=False)
        become("-m", "bot", *words)


if __name__ == "__main__":
    main(sys.argv[1:])
