"""Cadres add words to the lexicon of their areas, change them and take them back; each is looked at first (decision 0058)."""

from dataclasses import dataclass, replace

from handlers.intents import Intent
from handlers.learning.comparing import Change
from handlers.learning.rereading import Effect, Rereading, placed
from handlers.notice_steps import entitled, in_reach
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.local_words import AreaWord, Slip, WordKind
from models.rules.misreading import KeptCase
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.store.added_words import AddedWordStore
from models.tables import AddedWord

LONGEST_NOTE = 60


@dataclass(frozen=True, slots=True)
class KeepWord(Intent):
    """A word, place or saying holds in an area from now on. ``instead``: the row it takes the place of."""

    area: int
    kind: str
    word: str
    category: str = ""
    weight: float = 1.0
    note: str = ""
    instead: int | None = None


@dataclass(frozen=True, slots=True)
class EndWord(Intent):
    """It does not count any more."""

    row: int


@dataclass(frozen=True, slots=True)
class SetAside(Intent):
    """What the corrections speak for is not taken: it is not proposed in this area again."""

    area: int
    word: str
    category: str
    weight: float


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change does to the words that held in an area ``before``, and its effect on the known sentences."""

    area: int
    before: tuple[AreaWord, ...]
    effect: Effect


def foresee_keeping(ask: KeepWord, work: Work) -> Foreseen:
    """Every known sentence is read twice, which takes a second: while nobody waits for it to write."""
    meant, rereading = _meant(work, ask)
    effect = _effect(work, rereading, meant, ask.instead, [])
    return Foreseen(meant.area, tuple(_there(work, meant.area)), effect)


def foresee_ending(ask: EndWord, work: Work) -> Foreseen:
    """The same before a word is taken back."""
    row = _own(work, ask.row)
    return Foreseen(row.area_id, tuple(_there(work, row.area_id)), _effect_of_end(work, row, []))


def _still_as(work: Work, area: int) -> Effect | None:
    """The effect that was foreseen, if the words of the area are those it was foreseen for."""
    seen = work.prepared
    if isinstance(seen, Foreseen) and seen.area == area and seen.before == tuple(_there(work, area)):
        return seen.effect
    return None


@handles(KeepWord, may=Permission.NOTICE_SEND, prepare=foresee_keeping)
def keep_word(ask: KeepWord, work: Work) -> Reply:
    """By the rules of the place's own file; never when a known sentence would be read wrongly."""
    meant, rereading = _meant(work, ask)
    # Kept cases, which only the preview shows, are not read again.
    effect = _still_as(work, meant.area) or _effect(work, rereading, meant, ask.instead, [])
    if effect.spoilt:
        raise Refusal(RefusalKind.NOT_NOW, "WORD_SPOILS", word=ask.word, line=_first_line(effect))
    store = AddedWordStore(work.store.session)
    if ask.instead is not None:
        _end(work, _own(work, ask.instead))
    fits = store.added_there(meant.area, meant.kind, meant.word, meant.category)
    if fits is not None:
        _end(work, fits)
    work.store.session.add(_row(work, meant, ask.word, ask.note))
    work.store.touch_town()
    return Reply("WORD_KEPT", word=ask.word)


@handles(EndWord, may=Permission.NOTICE_SEND, prepare=foresee_ending)
def end_word(ask: EndWord, work: Work) -> Reply:
    """The row stays, with who ended it."""
    row = _own(work, ask.row)
    effect = _still_as(work, row.area_id) or _effect_of_end(work, row, [])
    if effect.spoilt:
        raise Refusal(RefusalKind.NOT_NOW, "WORD_SPOILS", word=row.word, line=_first_line(effect))
    _end(work, row)
    work.store.touch_town()
    return Reply("WORD_ENDED", word=row.word)


@handles(SetAside, may=Permission.NOTICE_SEND)
def set_aside(ask: SetAside, work: Work) -> Reply:
    """Kept like a word that ended in the moment in which it was added."""
    asked = KeepWord(ask.area, WordKind.WORD, ask.word, ask.category, ask.weight)
    meant, _ = _meant(work, asked)
    row = _row(work, meant, ask.word, "")
    row.set_aside = True
    _end(work, row)
    work.store.session.add(row)
    return Reply("WORD_SET_ASIDE", word=ask.word)


def look_at_word(work: Work, ask: KeepWord) -> Effect:
    """What keeping it would change. Raises Refusal like keeping it."""
    meant, rereading = _meant(work, ask)
    return _effect(work, rereading, meant, ask.instead, _kept_cases(work, meant.area))


def look_at_end(work: Work, ask: EndWord) -> Effect:
    """What ending it would change. Raises Refusal like ending it."""
    row = _own(work, ask.row)
    return _effect_of_end(work, row, _kept_cases(work, row.area_id))


def _effect_of_end(work: Work, row: AddedWord, cases: list[KeptCase]) -> Effect:
    before = _there(work, row.area_id)
    return _rereading(work).effect(before, [each for each in before if not _is(row, each)], cases)


def _kept_cases(work: Work, area: int) -> list[KeptCase]:
    return AddedWordStore(work.store.session).kept_cases(work.town.downward(area))


def _meant(work: Work, ask: KeepWord) -> tuple[AreaWord, Rereading]:
    """The entry as it would hold.

    Raises:
        Refusal: not theirs to say, or not a word that can be used.
    """
    entitled(work)
    rereading = _rereading(work)
    if ask.area not in work.town.areas or not in_reach(work, [ask.area]):
        raise Refusal(RefusalKind.NOT_ALLOWED, "WORD_NOT_HERE")
    entry: dict[str, object] = {ask.kind: ask.word}
    if ask.kind == WordKind.WORD:
        entry |= {"category": ask.category, "weight": ask.weight}
    if ask.kind not in set(WordKind) or len(ask.note) > LONGEST_NOTE:
        raise Refusal(RefusalKind.NOT_CLEAR, "WORD_HOW")
    words, slips = rereading.checked(entry)
    if slips:
        raise Refusal(RefusalKind.NOT_CLEAR, "WORD_WRONG", why=_told(work, rereading, slips[0]))
    meant = placed(ask.area, words)
    if meant is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "WORD_HOW")
    return meant, rereading


def _told(work: Work, rereading: Rereading, slip: Slip) -> str:
    wording = work.standing.policy_words
    listed = wording.listed if wording is not None else ", ".join
    blanks = {k: listed(v) if isinstance(v, list) else v for k, v in slip.blanks.items()}
    return rereading.slips[slip.key].format(**blanks)


def _effect(
    work: Work, rereading: Rereading, meant: AreaWord, instead: int | None, cases: list[KeptCase]
) -> Effect:
    before = _there(work, meant.area)
    gone = _own(work, instead) if instead is not None else None
    same = replace(meant, factor=0.0)
    after = [
        each
        for each in before
        if not (gone is not None and _is(gone, each)) and replace(each, factor=0.0) != same
    ]
    return rereading.effect(before, [*after, meant], cases)


def _there(work: Work, area: int) -> list[AreaWord]:
    """What holds in an area now."""
    above = {node.id for node in work.town.upward(area)}
    return [each for each in work.town.words if each.area in above]


def _is(row: AddedWord, each: AreaWord) -> bool:
    mine = (row.area_id, row.kind, row.plain, row.category)
    return mine == (each.area, each.kind, each.word, each.category)


def _own(work: Work, row: int) -> AddedWord:
    """A row in force of the asker's own areas. Raises Refusal."""
    entitled(work)
    found = AddedWordStore(work.store.session).added(row)
    if found is None or not in_reach(work, [found.area_id]):
        raise Refusal(RefusalKind.NOT_FOUND, "WORD_GONE")
    return found


def _end(work: Work, row: AddedWord) -> None:
    row.ended_by, row.ended_at = work.actor.person, work.now


def _row(work: Work, meant: AreaWord, word: str, note: str) -> AddedWord:
    return AddedWord(
        area_id=meant.area, kind=meant.kind, word=word.strip(), plain=meant.word, category=meant.category,
        weight=meant.factor, note=note.strip(), added_by=work.actor.person, added_at=work.now,
    )  # fmt: skip


def _rereading(work: Work) -> Rereading:
    """Raises Refusal where no words are added."""
    if work.standing.rereading is None:
        raise Refusal(RefusalKind.NOT_NOW, "WORD_HOW")
    return work.standing.rereading


def _first_line(effect: Effect) -> str:
    what: Change = effect.spoilt[0]
    return getattr(what.what, "text", "")
