"""Fills the doors of the pages of knowledge, words, running and settings from a running program."""

from bot.known_sentences import known_lines
from bot.local_words import wording
from bot.parts import Parts
from bot.program import Program
from bot.trials import Trials
from handlers.learning.proposing import Material, entry_of, propose
from models.knowledge_desk import KnowledgeDesk
from models.misreadings import Misreadings
from models.rules.scope import Scope
from models.setting_desk import SettingDesk
from models.unsaid_desk import UnsaidDesk
from models.word_desk import WordDesk
from web.desk_doors import DeskDoors, Suggested


class Suggestions:
    """Counts what the corrections of somebody's areas speak for, as the command line does for the whole place."""

    def __init__(self, misreadings: Misreadings, words: WordDesk, parts: Parts) -> None:
        self._misreadings = misreadings
        self._words = words
        self._parts = parts

    def __call__(self, scope: Scope) -> tuple[Suggested, ...]:
        """The strongest first within each category; without what was set aside, or added, in these areas."""
        corrections = self._misreadings.corrections(scope)
        if not corrections:
            return ()
        lexicon, say = self._parts.understanding.lexicon, wording()["learning"]
        lines = tuple((line.meant, line.text) for line in known_lines())
        material = Material(
            corrections, tuple(self._misreadings.cases(scope)), lines, self._misreadings.names()
        )
        items = {item.code: item for item in lexicon.items}
        settled = [*self._words.in_force(scope), *(w for w in self._words.ended(scope) if w.was_set_aside)]
        known = {(line.word, line.category, line.weight) for line in settled}
        return tuple(
            Suggested(
                each.action, each.word, each.category, each.weight,
                str(entry_of(each, items[each.category], say)["why"]),
            )
            for each in propose(material, lexicon, say["loose"])
            if (each.word, each.category, each.weight) not in known
        )  # fmt: skip


def desk_doors_of(program: Program) -> DeskDoors:
    """The doors of a program."""
    engine, parts = program.engine, program.parts
    trials, words = Trials(program.dispatch, engine, parts, program.clock), WordDesk(engine)
    return DeskDoors(
        trials, words, UnsaidDesk(engine), KnowledgeDesk(engine), SettingDesk(engine),
        Suggestions(Misreadings(engine), words, parts),
    )  # fmt: skip
