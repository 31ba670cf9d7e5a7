"""``python -m bot notice send | list | cancel``: the same notices, written by the operator on the server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.actors import OPERATOR
from handlers.dispatch import Dispatch, Outcome
from handlers.intents import Intent
from handlers.notices import CancelNotice, ListNotices, PublishNotice, ScheduleNotice, SendNotice
from handlers.texts import Texts
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey

Ask = Callable[[str], bool]
"""Shows the preview to the person at the terminal; True: go on."""


@dataclass(frozen=True)
class NoticeDesk:
    """What the three commands need. ``key`` makes each call its own act, e.g. a fresh uuid."""

    dispatch: Dispatch
    texts: Texts
    clock: Callable[[], datetime]
    key: Callable[[], str]

    def send(
        self,
        audience: str,
        words: str,
        ask: Ask,
        *,
        moment: str = "",
        level: str = "normal",
        source: str = "",
    ) -> str:
        """Show the notice, and send or plan it once ``ask`` agreed.

        Args:
            audience: names of areas as in chat ("三组、四组", "全村"); empty: everybody.
            words: the notice.
            ask: decides after the preview.
            moment: as in chat ("明早8点", "每月10日18点", ISO); empty: now.
            level: normal, important or emergency.
            source: who announces it, put in brackets at the end.

        Returns:
            The sentence to print.
        """
        more = {"words": words, "audience": audience, "level": level, "source": source}
        shown = ScheduleNotice(moment=moment, **more) if moment else SendNotice(**more)
        outcome, sentence = self._do(shown)
        if outcome.refusal is not None:
            return sentence
        if not ask(sentence):
            return self.texts.render("NOT_DONE_DM", {})
        return self._do(PublishNotice(words, audience, moment, level, source))[1]

    def list(self) -> str:
        """What became of the last notices."""
        return self._do(ListNotices())[1]

    def cancel(self, no: int) -> str:
        """Stop what was not said yet of a notice."""
        return self._do(CancelNotice(no))[1]

    def _do(self, intent: Intent) -> tuple[Outcome, str]:
        origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{self.key()}"), self.clock())
        outcome = self.dispatch(intent, OPERATOR, origin)
        said = outcome.refusal or outcome.reply
        return outcome, self.texts.render(said.key, said.blanks) if said and said.key else str(outcome.status)
