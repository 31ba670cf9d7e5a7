"""Somebody who does what the guide says, word by word, and looks after each step whether it is so."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from tests.gateway.driver import Gateway
from tests.gateway.village import Village
from tests.guide.blocks import Block
from tests.guide.machine import Answer, Machine, publish
from tests.guide.place import Place
from tests.reliability.previous_release import git

Tell = Callable[[str], object]


class Follower:
    """The person, what he has before him, and the words of the guide that stand for his own."""

    def __init__(self, machine: Machine, gateway: Gateway, older: str, tell: Tell) -> None:
        self.machine = machine
        self.gateway = gateway
        self.village = Village(gateway)
        self.folder = machine.home
        self.place: Place | None = None
        self.said = ""
        self._older = older
        self._tell = tell
        origin, stick = self._lent("srv/linli.git"), self._lent("mnt/usb")
        self._origin = machine.here(origin)
        self._origin.parent.mkdir(exist_ok=True)
        self._own = {
            "仓库地址": str(origin),
            "刘建国": "陈大海",
            "/mnt/usb": str(stick),
            "127.0.0.1:8788": gateway.endpoint,
            "insecure_XXXX": gateway.token,
        }
        self.newest = git("rev-parse", "HEAD").strip()
        publish(self._origin, until=self.newest)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.place is not None and self.place.is_running:
            self.place.kill()

    def _lent(self, path: str) -> Path:
        """A place of the guide; on a machine that is not ours alone it lies in the new home."""
        return (Path("/") if self.machine.is_bare else self.machine.home) / path

    @property
    def here(self) -> Place:
        """The folder in which the program lies."""
        assert self.place is not None, "the guide has not come to the program's folder yet"
        return self.place

    def calls(self, words: str, his: str) -> None:
        """From now on these words of the guide mean something of his own."""
        self._own[words] = his

    def means(self, text: str) -> str:
        """A line of the guide with his own names in it."""
        longest_first = sorted(self._own, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, longest_first)), lambda word: self._own[word[0]], text)

    def types(self, line: str, *says: str, code: int = 0) -> Answer:
        """Type a line of the guide; it must end so and say all this."""
        begun = time.monotonic()
        meant = self.means(line)
        answer = self.machine.types(meant, self.folder)
        self.said = answer.said
        self._tell(f"{time.monotonic() - begun:6.1f} s  {meant}")
        assert answer.code == code, f"{meant}: {answer.code}\n{answer.said}"
        assert all(words in answer.said for words in says), f"{meant} does not say {says}:\n{answer.said}"
        return answer

    def tell(self, what: str) -> None:
        """Say what else happens."""
        self._tell(f"          {what}")

    def enters(self, folder: Path) -> None:
        """Change into the folder of a fresh clone, where the program is from now on."""
        self.folder = folder
        self.place = Place(self.machine, folder, self.gateway)
        if not self.machine.is_bare:
            self.machine.lay_environment(folder)

    def rests(self) -> None:
        """Stop the program; it ends in order and has not stumbled."""
        self.here.stop()
        assert "Traceback" not in self.here.log, self.here.log

    def finds_an_older_place(self) -> None:
        """What has stood here for a while: a clone of the version before, with the roster that was filled in."""
        roster = self.here.folder / "名册.xlsx"
        publish(self._origin, until=self._older)
        self.folder = self.machine.home
        self.types("git clone -q 仓库地址 older")
        self.enters(self.folder / "older")
        shutil.copy(roster, self.here.folder)
        publish(self._origin, until=self.newest)
        self.village = Village(self.gateway.fresh())


Deed = Callable[[Follower, str], None]
"""What is done with one line of the guide."""


def follow(person: Follower, guide: dict[str, list[Block]], deeds: dict[str, tuple[tuple[Deed, ...], ...]],
           not_here: dict[str, str]) -> None:  # fmt: skip
    """Do everything that stands there, in its order."""
    for heading, blocks in guide.items():
        person.tell(f"## {heading}{'，不在这里：' + not_here[heading] if heading in not_here else ''}")
        if heading in not_here:
            continue
        for block, todo in zip(blocks, deeds[heading], strict=True):
            for line, deed in zip(block.lines, todo, strict=True):
                deed(person, line)


def unknown(
    guide: dict[str, list[Block]], deeds: dict[str, tuple[tuple[Deed, ...], ...]], not_here: dict[str, str]
) -> list[str]:
    """What stands in the guide and nobody does, or is done and stands there no more."""
    wrong = [f"{heading} is not in the guide" for heading in {*deeds, *not_here} - set(guide)]
    for heading, blocks in guide.items():
        lines = [len(block.lines) for block in blocks]
        if heading not in not_here and lines != [len(todo) for todo in deeds.get(heading, ())]:
            wrong.append(f"{heading} has blocks of {lines} lines; tests/guide/deeds.py does other ones")
    return wrong
