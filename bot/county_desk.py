"""What ``python -m bot handover`` does: the same intents and files as the page, asked by the operator."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handlers.actors import OPERATOR
from handlers.dispatch import Dispatch
from handlers.handover import HandOverCases
from handlers.handover_files import package_zip, read_answers
from handlers.handover_rows import look_at, take_all
from handlers.township.sheets import Findings
from handlers.work import Standing
from models.handover_desk import HandoverDesk
from models.rules.actor import Door, Origin
from models.rules.handover import top_rungs
from models.rules.ids import IdempotencyKey
from models.rules.scope import scope_of


@dataclass(frozen=True)
class CountyDesk:
    """What the two commands need. ``key`` makes each call its own act, e.g. a fresh uuid."""

    dispatch: Dispatch
    standing: Standing
    desk: HandoverDesk
    clock: Callable[[], datetime]
    key: Callable[[], str]

    def make(self, file: Path, numbers: tuple[int, ...]) -> tuple[bool, list[str]]:
        """Make a package of these cases (none: those that lie with the top) and write it; what to print."""
        town = self.dispatch.current_town()
        scope = scope_of(OPERATOR, town)
        chosen = numbers or tuple(case.no for case in self.desk.candidates(scope, top_rungs(town.preset)))
        outcome = self.dispatch(HandOverCases(chosen), OPERATOR, self._origin())
        said = outcome.refusal or outcome.reply
        line = self.standing.texts.render(said.key, said.blanks) if said and said.key else str(outcome.status)
        if outcome.reply is None or outcome.refusal is not None:
            return False, [line]
        package = int(outcome.reply.blanks["package"])
        file.write_bytes(package_zip(self.desk.of_package(scope, package), package, self.standing, town))
        return True, [line, str(file)]

    def answers(self, file: Path, *, dry_run: bool) -> tuple[bool, list[str]]:
        """Take the rows of a file, or say what would come of them; whether every row could be used, and what to print."""
        words, found = self.standing.answer_words, Findings()
        if words is None:
            return False, []
        read = read_answers(file, self.standing.handover, words, found)
        spoilt = [(p.place.row or 0, words.problem(p.key, p.blanks), True) for p in found.errors]
        if any(problem.place.row is None for problem in found.errors):
            return False, [said for _, said, _ in spoilt]
        origin = self._origin()
        if dry_run:
            told = self.dispatch.look(lambda work: look_at(read, work), OPERATOR, origin)
        else:
            told = take_all(self.dispatch, read, OPERATOR, origin)
        rows = [(one.row, self.standing.texts.render(one.key, one.blanks), one.skipped) for one in told]
        lines = sorted([*spoilt, *rows], key=lambda line: line[0])
        good = bool(lines) and not any(skipped for _, _, skipped in lines)
        empty = self.standing.texts.render("HANDOVER_EMPTY_DM", {})
        return good, [f"{row}: {said}" for row, said, _ in lines] or [empty]

    def _origin(self) -> Origin:
        return Origin(Door.SHELL, IdempotencyKey(f"shell:{self.key()}"), self.clock())
