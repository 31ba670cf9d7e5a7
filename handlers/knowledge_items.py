"""Approved texts are written down, listed and stopped by those who may send notices, or brought in as a list."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from handlers.case_steps.knowing import areas_above, library_of, without_areas
from handlers.confirming import ask_first, on_confirmed
from handlers.intents import Intent
from handlers.notice_steps import entitled, in_reach, own_areas
from handlers.papers.policies import PolicyReader, labelled, missing_in
from handlers.registry import handles
from handlers.township.sheets import Findings
from handlers.work import Reply, Work
from models.rules.knowledge import PolicyEntry, is_quoted, may_be_answered
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.store.knowledge import KnowledgeStore
from models.tables import KnowledgeItem

TOPIC = "policy"
MOST_SHOWN = 5
DAYS = ("dated_on", "expires_on")


@dataclass(frozen=True, slots=True)
class AddPolicy(Intent):
    """A cadre writes an approved text; it counts after 确认."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class StopPolicy(Intent):
    """It is not quoted any more. ``item`` is its number."""

    item: str


@dataclass(frozen=True, slots=True)
class ListPolicies(Intent):
    """What residents are told from."""


@dataclass(frozen=True, slots=True)
class BringPolicies(Intent):
    """The operator brings in a list. ``dry_run``: only say what would come of it."""

    entries: tuple[PolicyEntry, ...]
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class WhyPolicy(Intent):
    """The operator tries a question. ``area``: the asker's, None: somebody of whom nothing is known."""

    question: str
    area: int | None = None


@handles(AddPolicy, may=Permission.CASE_OPEN)  # who may is checked inside: residents' groups hear no refusal
def add_policy(ask: AddPolicy, work: Work) -> Reply:
    """Show the answer as residents will hear it; nothing counts yet."""
    entitled(work)
    words = work.standing.policy_words
    line = labelled(ask.words, words) if words is not None else None
    if words is None or line is None or not line.cells:
        raise Refusal(RefusalKind.NOT_CLEAR, "POLICY_HOW_DM")
    if missing := missing_in(line, words):
        raise Refusal(RefusalKind.NOT_CLEAR, "POLICY_NEEDS_DM", missing=words.listed(missing))
    found = Findings()
    entry = PolicyReader(work.town, words, work.today, found, own_areas(work)).entry(line)
    if entry is None:
        slip = found.errors[0]
        raise Refusal(RefusalKind.NOT_CLEAR, "POLICY_WRONG_DM", why=words.problem(slip.key, slip.blanks))
    ask_first(work, TOPIC, _kept(entry))
    blanks: dict[str, Any] = {"area": work.town.areas[entry.area].name, "until": entry.expires_on.isoformat()}
    stands = KnowledgeStore(work.store.session).item_titled(entry.area, entry.title)
    if stands is not None:
        work.tell(work.actor.identity, "POLICY_PREVIEW_AGAIN_DM", no=stands.no, **blanks)
    else:
        work.tell(work.actor.identity, "POLICY_PREVIEW_DM", **blanks)
    return Reply(
        "KB_ANSWER_DM", title=entry.title, source=entry.source, date=f"{entry.dated_on:%Y-%m}",
        answer=entry.answer,
    )  # fmt: skip


@on_confirmed(TOPIC, explicit=True)
def policy_confirmed(fields: dict[str, Any], work: Work) -> Reply | None:
    """The cadre said 确认: it counts from now on."""
    entitled(work)
    entry = PolicyEntry(
        **{
            **fields,
            **{day: date.fromisoformat(fields[day]) for day in DAYS},
            "asked": tuple(fields["asked"]),
        }
    )
    item, _ = keep_entry(work, entry)
    return Reply("POLICY_KEPT_DM", no=item.no, title=item.title, until=item.expires_on.isoformat())


def _kept(entry: PolicyEntry) -> dict[str, Any]:
    """As a confirmation keeps it."""
    return {
        **asdict(entry),
        **{day: getattr(entry, day).isoformat() for day in DAYS},
        "asked": list(entry.asked),
    }


@handles(StopPolicy, may=Permission.CASE_OPEN)
def stop_policy(ask: StopPolicy, work: Work) -> Reply:
    """From now on its questions become cases."""
    entitled(work)
    item = KnowledgeStore(work.store.session).item_numbered(int(ask.item))
    if item is None or item.stopped_at is not None or not in_reach(work, [item.area_id]):
        raise Refusal(RefusalKind.NOT_FOUND, "POLICY_NOT_FOUND_DM")
    item.stopped_at = item.changed_at = work.now
    work.store.touch_town()
    return Reply("POLICY_STOPPED_DM", no=item.no, title=item.title)


@handles(ListPolicies, may=Permission.CASE_OPEN)
def list_policies(ask: ListPolicies, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Everything that holds in the asker's areas and was not stopped; what has expired says so."""
    entitled(work)
    own = own_areas(work)
    below = [area for each in own for area in work.town.downward(each)]
    areas = dict.fromkeys([*below, *(node.id for each in own for node in work.town.upward(each))])
    items = KnowledgeStore(work.store.session).not_stopped(areas)
    if not items:
        return Reply("POLICY_LIST_EMPTY_DM")
    return Reply("POLICY_LIST_DM", list="\n".join(_line(work, item) for item in items))


def _line(work: Work, item: KnowledgeItem) -> str:
    key = "POLICY_LIST_ITEM" if item.expires_on >= work.today else "POLICY_LIST_EXPIRED"
    area = work.town.areas.get(item.area_id)
    blanks = {"no": item.no, "title": item.title, "area": area.name if area else "", "until": item.expires_on}
    return work.standing.texts.render(key, blanks)


@handles(BringPolicies, may=Permission.AREA_IMPORT, refusal=None)
def bring_policies(ask: BringPolicies, work: Work) -> Reply:
    """All rows of a list; what stands there already in the same words is left as it is."""
    done = [_would(work, entry) if ask.dry_run else keep_entry(work, entry)[1] for entry in ask.entries]
    return Reply(
        "POLICIES_DM", added=done.count("added"), changed=done.count("changed"), same=done.count("same")
    )


def _would(work: Work, entry: PolicyEntry) -> str:
    stands = KnowledgeStore(work.store.session).item_titled(entry.area, entry.title)
    if stands is None:
        return "added"
    return "same" if _says_the_same(stands, entry) else "changed"


def keep_entry(work: Work, entry: PolicyEntry) -> tuple[KnowledgeItem, str]:
    """Write it, over the text of the same title and area; one that was stopped counts again only when it was changed."""
    store = KnowledgeStore(work.store.session)
    fields = {**asdict(entry), "asked": list(entry.asked), "area_id": entry.area}
    del fields["area"]
    stands = store.item_titled(entry.area, entry.title)
    if stands is None:
        fresh = KnowledgeItem(
            no=0, **fields, author_person_id=work.actor.person, created_at=work.now, changed_at=work.now
        )
        work.store.touch_town()
        return store.add_item(fresh), "added"
    if _says_the_same(stands, entry) and (work.actor.person is None or stands.stopped_at is None):
        return stands, "same"
    for name, value in fields.items():
        setattr(stands, name, value)
    stands.author_person_id, stands.changed_at, stands.stopped_at = work.actor.person, work.now, None
    work.store.touch_town()
    return stands, "changed"


def _says_the_same(item: KnowledgeItem, entry: PolicyEntry) -> bool:
    told = (item.answer, item.source, item.dated_on, item.expires_on, list(item.asked))
    return told == (entry.answer, entry.source, entry.dated_on, entry.expires_on, list(entry.asked))


@handles(WhyPolicy, may=Permission.AREA_IMPORT, refusal=None)
def why_policy(ask: WhyPolicy, work: Work) -> Reply:
    """Each text that comes into question, with its score and the words that counted; the first one is quoted or none."""
    knowing = work.standing.knowing
    text = work.standing.plain(ask.question)
    if knowing is None or not may_be_answered(text, knowing.known):
        return Reply("WHY_NOT_ASKED_DM")
    fits = library_of(work, areas_above(work, ask.area), knowing).fits(without_areas(work, ask.area, text))
    if not fits:
        return Reply("WHY_NOTHING_DM")
    render = work.standing.texts.render
    lines = [
        render(
            "WHY_QUOTED" if place == 0 and is_quoted(fits) else "WHY_NOT_QUOTED",
            {
                "no": fit.text.no, "title": fit.text.title, "score": f"{fit.score:.2f}",
                "words": " ".join(f"{word} {weight:.1f}" for word, weight in fit.because),
                "missed": " ".join(fit.missed),
            },
        )
        for place, fit in enumerate(fits[:MOST_SHOWN])
    ]  # fmt: skip
    return Reply("WHY_DM", list="\n".join(lines))
