"""What the operator's commands do with a real database: import, export, codes, notices, the outbox list."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from bot.county_desk import CountyDesk
from bot.knowledge_desk import KnowledgeDesk
from bot.lexicon_desk import LexiconDesk
from bot.notice_cli import NoticeDesk
from bot.paper_desk import PaperDesk
from bot.parts import LOCALE, Parts, load_parts
from bot.settings import Settings
from bot.working_calendar import place_days
from handlers.actors import OPERATOR
from handlers.api_tokens import MakeToken, StopToken
from handlers.dispatch import Dispatch
from handlers.intents import Intent
from handlers.room_moves import MoveRoom, listening
from handlers.township.exporting import export_all, write_template
from handlers.township.importing import Importer, Township
from handlers.township.report import report_lines
from handlers.township.wording import Wording, load_wording
from handlers.vouching import IssuePersonCode, IssueRoomCode
from handlers.web_access import IssueLoginCode
from models.api_tokens import ApiTokens
from models.engine import migrate, open_engine
from models.handover_desk import HandoverDesk
from models.presets import preset_named
from models.rules.actor import Door, Origin
from models.rules.api_tokens import caller_of
from models.rules.ids import IdempotencyKey
from models.rules.pacing import SHANGHAI, shanghai_date
from models.rules.preset import Preset
from models.secrets import SecretBox
from models.waiting import OPEN, WaitingList, cursor_of


class Desk:
    """One command's work."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock

    @cached_property
    def _engine(self) -> Engine:
        migrate(self._settings.database_url)
        return open_engine(self._settings.database_url)

    @cached_property
    def _parts(self) -> Parts:
        settings = self._settings
        days = place_days(settings.calendar)
        return load_parts(
            settings.pacing, settings.secret, hears=False, local=settings.local_lexicon, days=days,
            public_url=settings.web.public_url, webhooks=settings.webhooks, handover=settings.handover,
        )  # fmt: skip

    @cached_property
    def _dispatch(self) -> Dispatch:
        return Dispatch(self._engine, self._parts.standing, self._clock)

    @cached_property
    def _wording(self) -> Wording:
        return load_wording(LOCALE)

    @property
    def _preset(self) -> Preset:
        return preset_named(self._settings.preset)

    def bring_in(self, files: Sequence[Path], tell: Callable[[str], None], *, dry_run: bool) -> bool:
        """Import and tell the report; False when something has to be mended first."""
        settings = self._settings
        place = Township(settings.name, self._preset, settings.contact)
        importer = Importer(self._engine, place, SecretBox(settings.secret), self._wording, time.sleep)
        outcome = importer.run(files, self._clock(), dry_run=dry_run)
        for line in report_lines(outcome, self._wording, files=len(files)):
            tell(line)
        return outcome.good

    def put_out(self, folder: Path, *, template: bool) -> list[Path]:
        """Export into a folder; the files written."""
        if template:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / self._wording.tables["template"]["file"]
            write_template(file, self._wording, self._preset)
            return [file]
        secrets = SecretBox(self._settings.secret)
        return export_all(self._engine, folder, self._wording, self._preset, secrets)

    def waiting(self, states: tuple[str, ...]) -> Iterator[str]:
        """Everything in these states (none: what is still open), the longest due first; no words of anybody."""
        rows = WaitingList(self._engine)
        after = None
        while page := rows.waiting(states or (*OPEN, "dead"), after):
            for row in page:
                due = f"{row.not_before.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
                whom = row.title or (f"room {row.room_id}" if row.room_id else f"contact {row.identity_id}")
                why = f" ({row.why})" if row.why else ""
                yield f"{row.id} {row.state} {due} {row.key} {whom}{why}"
            after = cursor_of(page[-1])

    def issue_code(self, person: str, area: str, room: str) -> tuple[bool, str]:
        """A one-time code for a person or a room: whether it was issued, and the sentence to show."""
        return self._shown(IssuePersonCode(person, area) if person else IssueRoomCode(room))

    def login_code(self, person: str) -> tuple[bool, str]:
        """A one-time code for the log-in page, for a person or (empty) the operator."""
        return self._shown(IssueLoginCode(person))

    def rooms(self) -> Iterator[str]:
        """Every group: its number and name, who listens there, and which accounts could take over."""
        now = self._clock()
        origin = Origin(Door.SHELL, IdempotencyKey("shell:look"), now)
        for line in self._dispatch.look(listening, OPERATOR, origin):
            others = f" (also there: {', '.join(line.others)})" if line.others else ""
            yield f"{line.id} {line.title} {line.account or '-'}{others}"

    def move_room(self, room: str, account: str) -> tuple[bool, str]:
        """Another account listens there: whether it does, and the sentence to show."""
        return self._shown(MoveRoom(room, account))

    def make_token(
        self, name: str, area: str, acts: tuple[str, ...], person: str, days: int
    ) -> tuple[bool, str]:
        """A token for a program: whether it was made, and the sentence that holds it."""
        return self._shown(MakeToken(name, place=area, acts=acts, person=person, days=days))

    def stop_token(self, token: int) -> tuple[bool, str]:
        """A token that opens nothing any more."""
        return self._shown(StopToken(token))

    def tokens(self) -> Iterator[str]:
        """Every token with its number, what it is for and whether it still opens anything."""
        now, town = self._clock(), self._dispatch.current_town()
        for token in ApiTokens(self._engine, self._parts.standing.secrets).listed():
            open_now = caller_of(token, town, now, shanghai_date(now)) is not None
            where = town.areas[token.area].name if token.area in town.areas else "-"
            until = f"{token.expires_at.astimezone(SHANGHAI):%Y-%m-%d}"
            acts = ",".join(token.may) or "read"
            yield f"{token.id} {'open' if open_now else 'closed'} {until} {where} {acts} {token.name}"

    def _shown(self, intent: Intent) -> tuple[bool, str]:
        """Do it; whether it was done, and the sentence to show."""
        origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{uuid4()}"), self._clock())
        outcome = self._dispatch(intent, OPERATOR, origin)
        said = outcome.refusal or outcome.reply
        if said is None or said.key is None:
            return False, str(outcome.status)
        return outcome.refusal is None, self._parts.standing.texts.render(said.key, said.blanks)

    def notices(self) -> NoticeDesk:
        """The notices' own desk."""
        return NoticeDesk(self._dispatch, self._parts.standing.texts, self._clock, lambda: str(uuid4()))

    def papers(self) -> PaperDesk:
        """The desk of lists kept on paper."""
        return PaperDesk(self._dispatch, self._parts.standing, self._clock, lambda: str(uuid4()))

    def knowledge(self) -> KnowledgeDesk:
        """The desk of approved texts."""
        return KnowledgeDesk(self._dispatch, self._parts.standing, self._clock, lambda: str(uuid4()))

    def county(self) -> CountyDesk:
        """The desk of what goes to the county."""
        desk = HandoverDesk(self._engine)
        return CountyDesk(self._dispatch, self._parts.standing, desk, self._clock, lambda: str(uuid4()))

    def lexicon(self) -> LexiconDesk:
        """The lexicon's own desk."""
        return LexiconDesk(self._engine, self._settings.local_lexicon, self._clock())
