"""Approved texts are written, changed and renewed on a page; each is seen as residents will hear it before it counts (0046)."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.knowledge_items import keep_entry
from handlers.notice_steps import entitled, in_reach, own_areas
from handlers.papers.areas import full_path
from handlers.papers.policies import PolicyReader, missing_in
from handlers.registry import handles
from handlers.township.sheets import Findings, Line, Place
from handlers.work import Reply, Work
from models.rules.knowledge import PolicyEntry
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.store.knowledge import KnowledgeStore
from models.tables import KnowledgeItem


@dataclass(frozen=True, slots=True)
class WritePolicy(Intent):
    """A text as it was typed; days as people write them. ``no``: the text that it takes the place of."""

    area: int
    title: str
    answer: str
    source: str
    date: str
    until: str
    asked: str = ""
    no: int | None = None


@dataclass(frozen=True, slots=True)
class PolicyLook:
    """How it would be heard, where and until when. ``stands``: the number of the text it would replace."""

    heard: str
    place: str
    until: str
    asked: tuple[str, ...]
    stands: int | None


@handles(WritePolicy, may=Permission.NOTICE_SEND)
def write_policy(ask: WritePolicy, work: Work) -> Reply:
    """It counts from now on; a text whose title or place was changed is not quoted beside it."""
    entry, old = _read(ask, work), _old(ask, work)
    item, _ = keep_entry(work, entry)
    if old is not None and old.id != item.id and old.stopped_at is None:
        old.stopped_at = old.changed_at = work.now
    return Reply("POLICY_KEPT_DM", no=item.no, title=item.title, until=item.expires_on.isoformat())


def look_at_policy(work: Work, ask: WritePolicy) -> PolicyLook:
    """What writing it would bring about. Raises Refusal like writing it."""
    entry, old = _read(ask, work), _old(ask, work)
    blanks = {
        "title": entry.title, "source": entry.source, "date": f"{entry.dated_on:%Y-%m}", "answer": entry.answer,
    }  # fmt: skip
    stands = KnowledgeStore(work.store.session).item_titled(entry.area, entry.title) or old
    return PolicyLook(
        work.standing.texts.render("KB_ANSWER", blanks), work.town.areas[entry.area].name,
        entry.expires_on.isoformat(), entry.asked, stands.no if stands is not None else None,
    )  # fmt: skip


def _read(ask: WritePolicy, work: Work) -> PolicyEntry:
    """By the rules of the chat and of the spreadsheets. Raises Refusal."""
    entitled(work)
    words = work.standing.policy_words
    node = work.town.areas.get(ask.area)
    if words is None or node is None or not in_reach(work, [ask.area]):
        raise Refusal(RefusalKind.NOT_ALLOWED, "POLICY_NOT_HERE")
    typed = {
        name: getattr(ask, name).strip() for name in ("title", "answer", "source", "date", "until", "asked")
    }
    cells = {name: words_said for name, words_said in typed.items() if words_said}
    line = Line(Place(""), {**cells, "area": full_path(work.town, node)})
    if missing := missing_in(line, words):
        raise Refusal(RefusalKind.NOT_CLEAR, "POLICY_NEEDS_DM", missing=words.listed(missing))
    found = Findings()
    entry = PolicyReader(work.town, words, work.today, found, own_areas(work)).entry(line)
    if entry is None:
        why = "".join(dict.fromkeys(words.problem(slip.key, slip.blanks) for slip in found.errors))
        raise Refusal(RefusalKind.NOT_CLEAR, "POLICY_WRONG_DM", why=why)
    return entry


def _old(ask: WritePolicy, work: Work) -> KnowledgeItem | None:
    """The text that is changed. Raises Refusal: it is none of theirs."""
    if ask.no is None:
        return None
    item = KnowledgeStore(work.store.session).item_numbered(ask.no)
    if item is None or not in_reach(work, [item.area_id]):
        raise Refusal(RefusalKind.NOT_FOUND, "POLICY_NOT_FOUND_DM")
    return item
