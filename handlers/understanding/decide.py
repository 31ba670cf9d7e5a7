"""The reading of a message, step by step: emergency, command, non-request, cues, points (taxonomy §3)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from handlers.understanding import classify, cues
from handlers.understanding.classify import Classifier, Context
from handlers.understanding.commands import GROUP as COMMANDS
from handlers.understanding.commands import TYPOS, Commands, PhraseBook, load_phrases
from handlers.understanding.details import ReadDetails
from handlers.understanding.emergencies import Emergencies
from handlers.understanding.evidence import GROUP as EVIDENCE
from handlers.understanding.evidence import Evidence
from handlers.understanding.extract import Extractor
from handlers.understanding.kinds import Reading, Verdict, weigh_up
from handlers.understanding.normalise import Clean, Normaliser
from handlers.understanding.pressing import Pressing
from handlers.understanding.segment import BlockCutter, Cutter
from handlers.understanding.silence import Silences
from handlers.understanding.spelling import SHARED, Speller
from handlers.understanding.terms import Finder, OnePass, Scan, Vocabulary
from handlers.understanding.turns import GROUP as TURN
from handlers.understanding.weighing import Weigher
from models.lexicon import Lexicon, LexiconError, load_lexicon
from models.rules.decision import NO_DETAILS, NOTHING, CommandMatch, Cue, Decision, Kind
from models.rules.local_words import LocalWords, merge_local
from models.rules.masking import holds_personal_number, mask, personal_numbers, secret_numbers
from models.rules.urgency import Urgency

CONTEXT = "context"
PRIVATE_ROOM = "private"
RESIDENT = "resident"
MOST_PLACES = 40
"""Places with words of their own that are kept ready; each takes about 6 MB."""
ASKED_FOR = frozenset({"1", "1。", "1!"})
"""Polite words that a group may have been asked for, so that only what is open there can tell (seed A20)."""
_CONTEXT_WORDS = (
    "problem",
    "request",
    "question",
    "not_consult",
    "suggestion",
    "resolved",
    "private_talk",
    "sensitive",
)


class Understanding:
    """Everything built once: tables, automata, expressions. Pure afterwards, safe to share between threads."""

    def __init__(
        self,
        lexicon: Lexicon,
        phrases: PhraseBook,
        *,
        cutter: Cutter | None = None,
        finder: Callable[[Vocabulary], Finder] = OnePass,
    ) -> None:
        """``cutter`` and ``finder`` are replaced only to compare with slower ways of doing the same."""
        self.lexicon = lexicon
        self._phrases = phrases
        self._with_local: dict[LocalWords, Understanding] = {}
        self._normaliser = Normaliser(lexicon.folding)
        self._commands = Commands(phrases)
        self._emergencies = Emergencies(lexicon)
        self._classifier = Classifier(lexicon, cutter or BlockCutter())
        self._cues = cues.CueTable(lexicon)
        self._silences = Silences(lexicon)
        self._extractor = Extractor(lexicon)
        self._weigher = Weigher(lexicon)
        self._speller = Speller(lexicon, self._extractor, self._weigher)
        outcome, context = Vocabulary(), Vocabulary()
        Emergencies.learn(lexicon, outcome)
        cues.CueTable.learn(lexicon, outcome)
        Silences.learn(lexicon, outcome)
        Classifier.learn(lexicon, outcome, context)
        Evidence.learn(lexicon, outcome)
        Pressing.learn(lexicon, context)
        self._commands.learn(outcome)
        for group in _CONTEXT_WORDS:
            context.add_words(CONTEXT, group, lexicon.words[group])
        for group in ("sarcasm", "suggestion", "question"):
            context.add_patterns(CONTEXT, group, lexicon.patterns[group])
        try:
            self._finder = finder(outcome)
            self._context = finder(context)
        except ValueError as vague:
            raise LexiconError(str(vague)) from vague

    def with_local(self, local: LocalWords) -> "Understanding":
        """The same with a place's own words over its lexicon; the last few are kept, for one is built in 0.2 s."""
        known = self._with_local.get(local)
        if known is None:
            known = Understanding(merge_local(self.lexicon, local), self._phrases)
            for oldest in list(self._with_local)[: len(self._with_local) - MOST_PLACES + 1]:
                self._with_local.pop(oldest, None)
            self._with_local[local] = known
        return known

    def understand(
        self,
        text: str,
        *,
        room_kind: str = "resident",
        sender_role: str = "resident",
        quote: str | None = None,
        mentioned: bool = False,
    ) -> Decision:
        """What one message, or one sender's burst joined by newlines, means.

        ``quote`` is the quoted text where the channel splits it off; a quote block inside ``text`` is split off here.
        ``mentioned``: our account was @mentioned, so a doubtful request is taken as meant.
        """
        clean = self._normaliser.clean(text, quote)
        private = room_kind == PRIVATE_ROOM
        if not clean.own or self._silences.is_relay(clean.own):
            return NOTHING
        # A quoted line of ours may ask for just such a word ("好"), a call for hands or people for a bare 1.
        asked = private or clean.quote is not None or clean.own in ASKED_FOR
        if not asked and (kind := self._silences.whole(clean.own)):
            return SHARED[kind]
        numbers = secret = 0
        if clean.numbers and holds_personal_number(clean.own):
            numbers, secret = personal_numbers(clean.own), secret_numbers(clean.own)
            clean = Clean(mask(clean.own), mask(clean.spoken), clean.quote)
        clean = _in_one_line(clean)
        decision = self._decide(clean, sender_role, private=private, mentioned=mentioned)
        if numbers:
            warned = decision.cues | {Cue.PERSONAL_NUMBER} if secret else decision.cues
            decision = replace(decision, phones=numbers, text=clean.own, cues=warned)
        return decision

    def with_words(self, decision: Decision, text: str) -> Decision:
        """The decision with what the line itself says, masked, where the reading kept none of it."""
        own = decision.text or mask(self.plain(text)).replace("\n", " ")
        known = decision.details
        return replace(
            decision, text=own, details=ReadDetails(own, self._extractor) if known is NO_DETAILS else known
        )

    def plain(self, text: str) -> str:
        """The words alone, normalised: what is kept of a line and a quote of it compare equal."""
        return self._normaliser.clean(text).own

    def match_commands(
        self,
        text: str,
        role: str | None,
        *,
        mentioned: bool = False,
        quoted: bool = False,
        private: bool = False,
    ) -> tuple[CommandMatch, ...]:
        """Command readings of ``text``, likeliest first. ``role`` None: whoever speaks.

        Commands stand at the beginning of a message (after @names); ``quoted`` and ``mentioned`` say that a passing
        remark ("I'll have a look") is meant for a case.
        """
        spoken = self._commands.mend(_in_one_line(self._normaliser.clean(text)).spoken)
        scan = self._finder.scan(spoken)
        found = scan.matches.get(COMMANDS, []) if scan else []
        return self._commands.match(found, role, quoted=quoted or mentioned, private=private)

    def _decide(self, clean: Clean, role: str, *, private: bool, mentioned: bool) -> Decision:
        scan = self._finder.scan(clean.own)
        if scan is None and clean.spoken == clean.own:
            return self._nothing(clean)
        scan = scan or Scan()
        danger = self._emergencies.find(clean.own, scan)
        if danger and not danger.doubtful:
            return self._speller.emergency(clean, danger)
        commands = self._match(clean, scan, role, private=private)
        own = clean.own
        seen = _seen(scan)
        if not (commands or danger or seen):
            return self._nothing(clean)
        weight = self._weigher.weigh(own, scan)
        if not (commands or danger) and seen <= _EVIDENCE and self._weigher.is_light(weight):
            return self._nothing(clean)
        reading = self._read(clean, scan, mentioned=mentioned)
        verdict = weigh_up(reading, self.lexicon, polite=self._silences.polite(own))
        verdict = self._weigher.settle(verdict, reading, weight)
        if role != RESIDENT and (verdict.kind is Kind.SUSPECTED or _explains(verdict, reading)):
            verdict = verdict._replace(kind=Kind.CHAT, top=None)
        if danger and verdict.kind is Kind.CHAT:
            verdict = verdict._replace(kind=Kind.SUSPECTED, top=next(iter(reading.candidates), None))
        if danger and verdict.kind in {Kind.SUSPECTED, Kind.REPORT}:
            verdict = verdict._replace(cues=verdict.cues | {Cue.ASKS_EMERGENCY}, emergency=danger.type.code)
        if commands and not self._is_passing(commands[0]):
            verdict = self._commanded(verdict, commands[0], reading)
        return self._speller.spell_out(verdict, reading, commands)

    def signs(self, text: str) -> tuple[list[str], list[str]] | None:
        """Known words and marks of a message, as they are weighed; None: it is not weighed. The weights are fitted on these."""
        clean = self._normaliser.clean(text)
        if not clean.own or self._silences.is_relay(clean.own) or self._silences.whole(clean.own):
            return None
        clean = _in_one_line(Clean(mask(clean.own), mask(clean.spoken), clean.quote))
        reading = self._read(clean, self._finder.scan(clean.own) or Scan(), mentioned=False)
        verdict = weigh_up(reading, self.lexicon, polite=self._silences.polite(clean.own))
        return self._weigher.signs(verdict, reading)

    def _nothing(self, clean: Clean) -> Decision:
        kind = self._silences.polite(clean.own)
        return SHARED[kind] if kind else NOTHING

    def _match(self, clean: Clean, scan: Scan, role: str, *, private: bool) -> tuple[CommandMatch, ...]:
        spoken = self._commands.mend(clean.spoken) if TYPOS in scan.words else clean.spoken
        if spoken != clean.own:
            scan = self._finder.scan(spoken) or Scan()
        found = scan.matches.get(COMMANDS)
        if not found:
            return ()
        return self._commands.match(found, role, quoted=clean.quote is not None, private=private)

    @staticmethod
    def _is_passing(command: CommandMatch) -> bool:
        return "soft" in command.groups

    def _commanded(self, verdict: Verdict, command: CommandMatch, reading: Reading) -> Verdict:
        """A command keeps the category of its words; 报事 is an ordinary request that was announced."""
        best = reading.candidates[0] if reading.candidates else None
        if command.intent != REPORT_INTENT:
            return verdict._replace(kind=Kind.COMMAND, top=verdict.top or best)
        if verdict.kind in {Kind.SUSPECTED, Kind.CHAT, Kind.THANKS, Kind.ADVERT, Kind.NOTICE}:
            return verdict._replace(kind=Kind.REPORT, top=best)
        return verdict

    def _read(self, clean: Clean, scan: Scan, *, mentioned: bool) -> Reading:
        seen = self._context.scan(clean.own) or Scan()
        said = seen.keys(CONTEXT)
        words = seen.words.get(CONTEXT, ())
        context = Context(
            problem="problem" in said,
            request="request" in said,
            question="question" in said,
            private_talk=len({word for key, word, _, _ in words if key == "private_talk"}),
            excludes=frozenset(seen.keys(classify.EXCLUDES)),
        )
        return Reading(
            clean=clean,
            scan=scan,
            seen=seen,
            context=context,
            said=frozenset(said),
            cues=self._cues.find(clean.own, scan),
            frame=self._silences.frame(scan),
            candidates=tuple(self._classifier.candidates(clean.own, scan, seen, context)),
            mentioned=mentioned,
        )


_EVIDENCE = {EVIDENCE, TURN}
REPORT_INTENT = "Report"


def _explains(verdict: Verdict, reading: Reading) -> bool:
    """Words about rules and papers without a question: what leaders and cadres answer, not what they ask."""
    return verdict.top is not None and verdict.top.item.urgency is Urgency.Q and not reading.context.question


def _in_one_line(clean: Clean) -> Clean:
    """A burst is read as one sentence: expressions reach from one of its lines into the next."""
    if "\n" not in clean.spoken:
        return clean
    return Clean(clean.own.replace("\n", " "), clean.spoken.replace("\n", " "), clean.quote)


def _seen(scan: Scan) -> set[str]:
    """What was hit, commands apart."""
    return (scan.words.keys() | scan.matches.keys()) - {COMMANDS}


def load_understanding(lexicon_dir: Path, locale_dir: Path) -> Understanding:
    """Read lexicon and phrases and build everything.

    Raises:
        LexiconError: one of the files cannot be used.
    """
    return Understanding(load_lexicon(lexicon_dir), load_phrases(locale_dir))
