"""``python -m tests.guide [--bare]``: the operators' guide, as committed, followed from an empty machine to the upgrade.

``--bare`` follows it in a Debian of the smallest kind, made for it by debootstrap (as root, some minutes); without it
in a new home on this machine. It prints each line it typed and how long that took.
"""

import argparse
import sys
import time

from tests.gateway.driver import Gateway, install_packages
from tests.guide.blocks import blocks_of
from tests.guide.deeds import DEEDS, NOT_HERE
from tests.guide.follow import Follower, follow
from tests.guide.machine import bare_debian, new_home
from tests.guide.older import older_commit
from tests.reliability.previous_release import git


def say(line: str) -> None:
    """One line at once, also where output is a file."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="tests.guide")
    asked.add_argument("--bare", action="store_true", help="in a bare Debian; as root")
    bare = asked.parse_args(words).bare
    begun = time.monotonic()
    older = older_commit(same_packages=not bare)
    guide = blocks_of(git("show", "HEAD:docs/operators.md"))
    with bare_debian() if bare else new_home() as machine, Gateway(install_packages()) as gateway:
        say(f"{time.monotonic() - begun:6.1f} s  there is an empty machine")
        with Follower(machine, gateway, older, say) as person:
            follow(person, guide, DEEDS, NOT_HERE)
    say(f"{time.monotonic() - begun:6.1f} s  the guide is right (upgrade from {older[:7]})")


if __name__ == "__main__":
    main(sys.argv[1:])
