"""The buttons of one case: what each asks for, in words, and which step of a case's life it takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from handlers.case_choices import categories_offered, people_offered
from handlers.case_notes import NoteCase
from handlers.claims import ClaimCase, ContactCase
from handlers.corrections import CorrectCase
from handlers.escalation import EscalateCase, ReturnCase, TransferCase
from handlers.follow_ups import AnswerFollowUp
from handlers.intents import Intent
from handlers.merging import MergeCase, SplitCase
from handlers.results import ReopenCase, ResolveCase
from handlers.work import Work
from models.rules.case_life import Step
from models.rules.following_up import Outcome
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from web.typed import number_in


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that may be done with a case. ``field`` asks for words (empty: none are needed)."""

    name: str
    button: str
    says: str
    """What pressing it brings about."""
    may: Permission
    step: Step
    make: Callable[[CaseNo, str], Intent]
    field: str = ""
    choose: Callable[[Work, CaseNo], Sequence[tuple[str, str]]] | None = None
    """What one chooses from instead of writing: what is sent, and how it is said."""


def _merge(no: CaseNo, words: str) -> MergeCase:
    other = number_in(words)
    return MergeCase(no, CaseNo(other) if other is not None else None)


def _hand_over(no: CaseNo, words: str) -> TransferCase:
    seat = number_in(words)
    return TransferCase(no, seat=seat) if seat is not None else TransferCase(no, words)


def _ask_again(no: CaseNo, words: str) -> AnswerFollowUp:
    known = words if words in dict(OUTCOMES) else ""
    return AnswerFollowUp(no, **({known: "1"} if known else {}))


OUTCOMES = (
    (Outcome.SOLVED.value, "他说解决了"),
    (Outcome.PARTLY.value, "他说解决了一部分"),
    (Outcome.UNSOLVED.value, "他说没解决，重办"),
    (Outcome.REFUSED.value, "他不想答"),
    (Outcome.UNREACHABLE.value, "联系不上"),
)
ACTS = (
    Act("claim", "我来接", "居民会看到有人接了。", Permission.CASE_CLAIM, Step.CLAIM, lambda no, _: ClaimCase(no)),
    Act(
        "contact", "联系过居民了", "记下第一次联系的时间。", Permission.CASE_RESOLVE, Step.CONTACTED,
        lambda no, _: ContactCase(no),
    ),
    Act("resolve", "办好了", "居民会收到结果，并请他评价。", Permission.CASE_RESOLVE, Step.RESOLVE, ResolveCase, "怎么办好的"),
    Act(
        "transfer", "转给别人", "那个人会收到，时间从头算。", Permission.CASE_TRANSFER, Step.TRANSFER,
        _hand_over, "转给谁", people_offered,
    ),
    Act(
        "whistle", "吹哨叫上级", "上一级会收到，几个小时内要到。", Permission.CASE_ESCALATE, Step.ESCALATE,
        lambda no, words: EscalateCase(no, words, whistle="1"), "需要上级做什么",
    ),
    Act("return", "退回", "回到派单的人那里，居民听不到。", Permission.CASE_TRANSFER, Step.RETURN, ReturnCase, "为什么不归我办"),
    Act(
        "correct", "改类别", "下次遇到同样的话会学着点。", Permission.CASE_RESOLVE, Step.CORRECT,
        CorrectCase, "应该是什么类", categories_offered,
    ),
    Act("split", "拆出一件", "另一件事单独编号，居民会听到。", Permission.CASE_RESOLVE, Step.SPLIT, SplitCase, "另一件是什么事"),
    Act("merge", "并到另一件", "报过的人都跟着那一件走。", Permission.CASE_RESOLVE, Step.MERGE, _merge, "并到几号"),
    Act("apart", "把并的拆开", "它回到原来的人手里。", Permission.CASE_RESOLVE, Step.UNMERGE, lambda no, _: SplitCase(no)),
    Act(
        "asked", "回访过了", "回访只记一次。没解决的会重办。", Permission.CASE_RESOLVE, Step.FOLLOW_UP,
        _ask_again, "居民怎么说", lambda _work, _no: OUTCOMES,
    ),
    Act("note", "记一笔", "只有办事的人看得到，居民看不到。", Permission.CASE_RESOLVE, Step.NOTE, NoteCase, "记什么"),
    Act(
        "reopen", "重新办理", "第一次回到原来的人手里，再有就换上一级。时间从头算，报事人会听到。", Permission.CASE_RATE,
        Step.REOPEN, ReopenCase, "为什么要重办",
    ),
)  # fmt: skip
ACT_NAMED: Mapping[str, Act] = {act.name: act for act in ACTS}
