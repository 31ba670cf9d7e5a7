"""What is read once from the product's own folders: lexicon, sentences, phrases (no clock, no settings, no database)."""

import gc
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.known_sentences import known_lines
from bot.local_words import with_local, wording
from handlers.handover_files import answer_words
from handlers.learning.rereading import Rereading
from handlers.registry import load_handlers
from handlers.texts import load_texts
from handlers.township.wording import Wording, load_wording
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from handlers.understanding.decide import PRIVATE_ROOM
from handlers.understanding.knowing import words_in, words_of_known
from handlers.understanding.segment import tokenizer
from handlers.work import Standing
from models.holidays import public_working_days
from models.lexicon import load_lexicon
from models.rules.decision import Decision
from models.rules.expressions import forget
from models.rules.handover import HandoverMap
from models.rules.knowledge import Knowing, asking_words
from models.rules.notice_receipts import ReceiptWords, receipt_words
from models.rules.offline import intake_words
from models.rules.pacing import Pace
from models.rules.rating_words import RatingWords, rating_words
from models.rules.rejecting import RejectReason
from models.rules.webhooks import Webhook
from models.rules.working_days import WorkingDays
from models.secrets import SecretBox

ROOT = Path(__file__).resolve().parent.parent
LEXICON = ROOT / "lexicon"
LOCALE = ROOT / "locale" / "zh_CN"


@dataclass(frozen=True)
class Parts:
    """The standing parts of the program."""

    understanding: Understanding
    standing: Standing
    moods: RatingWords
    receipts: ReceiptWords


def understanding_with(local: Path | None) -> Understanding:
    """Understanding with the shipped lexicon and, where there is one, a place's own file over it.

    Raises:
        LexiconError: a file cannot be used.
    """
    return Understanding(with_local(load_lexicon(LEXICON), local), load_phrases(LOCALE))


def read_for(understanding: Understanding, words: str) -> Decision:
    """What words mean that somebody else wrote down: as if they had been said to us privately."""
    decision = understanding.understand(words, room_kind=PRIVATE_ROOM, mentioned=True)
    return understanding.with_words(decision, words)


def _tables(file: str) -> dict[str, Any]:
    return tomllib.loads((LOCALE / file).read_text(encoding="utf-8"))


def knowing() -> Knowing:
    """How questions are compared with approved texts."""
    return Knowing(asking_words(_tables("knowledge.toml")), words_in, words_of_known)


def policy_words() -> Wording:
    """Sheet, columns and problems of approved texts; whatever holds for any spreadsheet is told as for a township's."""
    ours, township = _tables("knowledge.toml"), load_wording(LOCALE).tables
    problems = {**township["problems"], **ours["sheet_problems"]}
    return Wording({**township, "sheets": ours["sheets"], "problems": problems, "labels": ours["labels"]})


def _standing(understanding: Understanding, pace: Pace, secrets: SecretBox, days: WorkingDays) -> Standing:
    """What does not change between pieces of work."""
    lexicon = understanding.lexicon
    words, ways = _tables("cases.toml"), _tables("rejecting.toml")
    return Standing(
        texts=load_texts(LOCALE),
        items={x.code: x for x in lexicon.items},
        emergencies={x.code: x for x in lexicon.emergencies},
        groups={x.code: x.name for x in lexicon.groups},
        pace=pace,
        secrets=secrets,
        plain=understanding.plain,
        days=days,
        read=lambda said: read_for(understanding, said),
        intake=intake_words(_tables("intake.toml")),
        return_reasons=tuple((pattern, reason) for reason, pattern in words["return_reasons"].items()),
        reject_reasons=tuple(
            (pattern, RejectReason(reason)) for reason, pattern in ways["reject_reasons"].items()
        ),
        knowing=knowing(),
        policy_words=policy_words(),
        rereading=Rereading(understanding, known_lines, wording()["local_slips"]),
    )


def load_parts(
    pace: Pace,
    secret: str,
    *,
    hears: bool = True,
    local: Path | None = None,
    days: WorkingDays | None = None,
    public_url: str = "",
    webhooks: tuple[Webhook, ...] = (),
    handover: HandoverMap | None = None,
) -> Parts:
    """Read everything. Who does not hear (``hears``) does without the large dictionary until it is needed.

    ``local`` is the file of the place's own words; None: it has none. ``days`` are the place's working days; None:
    the public ones. ``public_url`` is where residents reach the pages of notices; empty: nowhere. ``webhooks`` are
    told of what happens; ``handover``: how the county reads cases.

    Raises:
        LexiconError, LocaleError: a file cannot be used; the sentence says which and why.
    """
    load_handlers()
    understanding = understanding_with(local)
    if hears:
        tokenizer("")  # its dictionary is opened now, not at the first message
    standing = _standing(understanding, pace, SecretBox(secret), days or public_working_days())
    said = _tables("feedback.toml")
    moods = rating_words(said["rating_words"], said["rating_lists"])
    told = handover or HandoverMap()
    answers = answer_words(told, load_wording(LOCALE).tables, _tables("outward.toml")["handover_sheet"])
    outward: dict[str, Any] = {"webhooks": webhooks, "handover": told, "answer_words": answers}
    standing = replace(standing, public_url=public_url.rstrip("/"), **outward)
    parts = Parts(understanding, standing, moods, receipt_words(_tables("receipts.toml")["receipt_words"]))
    forget()
    gc.collect()
    gc.freeze()  # it stays for good: walking it again for garbage would cost a tenth of every request
    return parts
