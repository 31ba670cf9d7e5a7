"""For how long every table keeps what, as one list: the broom goes by it, a test compares it with the tables.

``DOMAIN``: domain model, "Retention"; ``SAFEGUARDS``: safeguards §4; ``LAW``: Cybersecurity Law art. 21(3), logs of six
months at least.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from models.rules.api_tokens import ANSWERS_KEPT
from models.rules.quizzing import ASKED_EVERY
from models.rules.sent_files import KEPT, LEFT_ALONE_FOR
from models.rules.urgency import Privacy

CASES_KEPT = timedelta(days=730)
"""After its end a case keeps its words and who reported it for so long; its numbers stay. Residents are told so."""
PRIVATE_CASES_KEPT = timedelta(days=365)
"""The same for what is not for everybody of an area."""
KEYS_KEPT = timedelta(days=30)
EXPORTS_HELD = timedelta(hours=1)
"""So long a large report waits to be taken; each process looks every minute, the broom at night."""
ATTACHMENTS_KEPT = timedelta(days=180)
"""Pictures and voices of cases."""
RECEIPTS_KEPT = timedelta(days=30)
"""Who answered a notice."""
LETTERS_KEPT = timedelta(days=180)
"""Which household a letter was brought to."""
PRIVATE_NOTES_KEPT = timedelta(days=180)
"""What a visit heard of health, family and money."""
VISIT_NOTES_KEPT = timedelta(days=365)
NAMES_KEPT = timedelta(days=180)
"""What groups called the people who signed up for something."""
SAID_KEPT = timedelta(days=365)
"""The sentences we said, and which group heard which notice."""
AUDIT_KEPT = timedelta(days=365)
"""Who asked for what, and who came in."""
LOOKING_KEPT = timedelta(days=730)
"""Who opened something private, or took something out, and why."""
CONSENT_KEPT = timedelta(days=1095)
"""That a consent had been given, after it was taken back."""

DOMAIN, SAFEGUARDS, LAW = "domain model, retention", "safeguards §4", "Cybersecurity Law art. 21(3)"
PLACE = "how the place is divided, and who holds which post: its own record"
FEW = "a few rows for each account, group or program"
NO_PERSON = "numbers and codes of nobody"
CADRES = "what cadres wrote or decided: the office's record"

PRIVATE = (Privacy.P3, Privacy.P4)
KEPT_FLAGS = ("accused", "anonymous", "households", "life_support", "recurring", "service_mode")
"""Facts of a case that rights and figures need when nobody is named any more."""
REACHABLE, MATTER = "reachable", "matter"
"""Flags of a forgotten case: whether somebody could have been asked; which cases had the same place."""
TELLING = frozenset({"flags", "place", "reporter_id", "result", "text"})
"""Of what a step set, this may tell of a person."""


class Fate(StrEnum):
    """What happens to rows of a table."""

    STAYS = "stays"
    GOES = "goes"
    """The row is deleted."""
    FORGETS = "forgets"
    """The row stays; the columns named lose what they hold."""
    WITH_CASE = "with its case"
    """What tells of a person goes when the case is forgotten."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """One line. ``after``: the moment it counts from, ``table.column`` where another table has it."""

    table: str
    fate: Fate
    source: str
    span: timedelta = timedelta(0)
    after: str = ""
    columns: tuple[str, ...] = ()
    """Those that lose what they hold; none: the whole row."""
    states: tuple[str, ...] = ()
    """Only rows in these states."""
    in_order: bool = False
    """Rows stand in the order of their moments: the oldest are found by ``id``, without another index."""


def _stays(source: str, *tables: str) -> tuple[Keeping, ...]:
    return tuple(Keeping(table, Fate.STAYS, source) for table in tables)


def _with_case(source: str, **columns: str) -> tuple[Keeping, ...]:
    """Table → its columns, apart by blanks; none: the whole row."""
    return tuple(
        Keeping(table, Fate.WITH_CASE, source, CASES_KEPT, "case_file.closed_at", tuple(names.split()))
        for table, names in columns.items()
    )


def _goes(
    table: str, span: timedelta, after: str, source: str, *states: str, in_order: bool = False
) -> Keeping:
    return Keeping(table, Fate.GOES, source, span, after, states=states, in_order=in_order)


def _forgets(table: str, span: timedelta, after: str, source: str, *columns: str) -> Keeping:
    return Keeping(table, Fate.FORGETS, source, span, after, columns)


AT_ONCE = timedelta(0)
LINES: tuple[Keeping, ...] = (
    # What nobody needs soon.
    _goes("consumed_key", KEYS_KEPT, "at", "what was heard is not heard again after weeks"),
    _goes("draft", AT_ONCE, "expires_at", SAFEGUARDS),
    _goes("pending_confirmation", AT_ONCE, "expires_at", "a question unanswered"),
    _goes("binding_code", AT_ONCE, "expires_at", "a code that opens nothing"),
    _goes("login_code", KEYS_KEPT, "expires_at", "a code that opens nothing"),
    _goes("wrong_code", KEYS_KEPT, "at", "it counts for an hour"),
    _goes("web_session", KEYS_KEPT, "renewed_at", "a session ends within seven days"),
    _goes("due_firing", KEYS_KEPT, "due_at", DOMAIN, "done", "cancelled", "failed", "waiting"),
    _goes("api_answer", ANSWERS_KEPT, "at", "the same key is asked again within a day"),
    _goes("export_file", EXPORTS_HELD, "began_at", "a report that nobody took within its hour"),
    _goes("webhook_delivery", KEYS_KEPT, "at", "it is given up after a day"),
    _goes("snooze", KEYS_KEPT, "until", "over"),
    _goes("quiz_volunteer", ASKED_EVERY, "left_at", "whoever left is not asked again before"),
    _goes("notice_receipt", RECEIPTS_KEPT, "at", SAFEGUARDS),
    _goes("notice_person", RECEIPTS_KEPT, "outbox.created_at", SAFEGUARDS),
    _goes("sent_file", LEFT_ALONE_FOR, "at", "no notice took it"),
    _goes("notice_link", KEPT, "notice.created_at", "addresses end"),
    _forgets("sent_file", KEPT, "notice.created_at", "addresses end", "content", "key"),
    _goes("letter_delivery", LETTERS_KEPT, "at", SAFEGUARDS),
    _forgets("participant", NAMES_KEPT, "changed_at", SAFEGUARDS, "name_box"),
    _forgets("attachment", ATTACHMENTS_KEPT, "at", SAFEGUARDS, "stored", "size", "key", "caption"),
    _forgets("visit", PRIVATE_NOTES_KEPT, "at", SAFEGUARDS, "sensitive"),
    _forgets("visit", VISIT_NOTES_KEPT, "at", DOMAIN, "note"),
    # What was said and done; the law wants it for a while.
    _goes("outbox", SAID_KEPT, "not_before", DOMAIN, "sent", "cancelled", "merged", "dead"),
    _goes("notice_room", SAID_KEPT, "outbox.not_before", DOMAIN),
    _goes("audit", AUDIT_KEPT, "at", f"{LAW}; {SAFEGUARDS}", in_order=True),
    _goes("access_event", AUDIT_KEPT, "at", f"{LAW}; {SAFEGUARDS}"),
    _goes("alarm", AUDIT_KEPT, "cleared_at", LAW),
    _goes("register_opening", LOOKING_KEPT, "at", f"{LAW}; {SAFEGUARDS}"),
    _goes("export_log", LOOKING_KEPT, "at", f"{LAW}; PIPL 55"),
    _forgets("handover_package", LOOKING_KEPT, "at", DOMAIN, "reason"),
    _goes("consent", CONSENT_KEPT, "revoked_at", DOMAIN),
    # Cases: numbers stay, persons and words go.
    Keeping(
        "case_file", Fate.FORGETS, DOMAIN, CASES_KEPT, "closed_at",
        ("text", "place", "result", "because", "flags", "reporter_id", "phone_box"),
    ),
    Keeping("report_edition", Fate.FORGETS, DOMAIN, CASES_KEPT, "period", ("content",)),
    *_with_case(
        DOMAIN, case_line="", co_reporter="", case_event="reason changes identity_id", rating="words identity_id",
        follow_up="note", approval="reason", correction="because", outbox="", due_firing="", register_opening="reason",
        attachment="stored size key caption", visit="note sensitive",
    ),
    # What stays.
    *_stays(
        PLACE, "area", "area_cover", "area_level", "appointment", "board_link", "deployment", "household",
        "household_area", "leave", "person", "post_type", "room", "room_area", "room_seat", "town_import",
    ),
    *_stays("until somebody takes it away; by themselves they mark nobody", "household_tag", "looked_after"),
    *_stays("who asked not to be read, and who carries rights (PIPL 15)", "chat_identity"),
    *_stays(FEW, "api_token", "heartbeat", "lease", "outage_window", "saved_view", "web_account"),
    *_stays(
        CADRES, "added_word", "co_handler", "handed_over", "knowledge_item", "notice", "notice_approval", "notice_way",
        "open_results", "setting_change", "standing_setting",
    ),
    *_stays(NO_PERSON, "activity", "activity_room", "quiz"),
    *_stays("deleted when the questions end (seed E19)", "quiz_asked"),
)  # fmt: skip
