"""转县里: which cases go to a platform of the county, what went, and what it answered."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response, UploadFile

from handlers.handover import HandOverCases, TakePackage
from handlers.handover_files import package_zip, read_answers
from handlers.handover_rows import RowTold, look_at, take_all
from handlers.township.sheets import Findings
from models.handover_desk import HandoverDesk
from models.rules.actor import Door, Origin
from models.rules.audiences import long_path_of
from models.rules.handover import MOST_ROWS, TheirAnswer, is_private, top_rungs
from models.rules.periods import SANE_YEARS
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import number_in, numbers_in


@dataclass(frozen=True)
class Typed:
    """What stands in the form again when something was wrong."""

    ticked: tuple[int, ...] = ()
    numbers: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Answered:
    """What would come, or came, of a file of answers."""

    lines: tuple[tuple[str, str, bool], ...] = ()
    """Row, sentence, whether it is skipped."""
    rows: str = ""
    """What is taken when the button is pressed; empty: it was taken."""
    usable: int = 0
    done: bool = False


@dataclass(frozen=True)
class HandoverPages:
    """Draws the page and reads what is sent to it."""

    entrance: Entrance
    desk: HandoverDesk
    pages: Pages
    nothing: Answered = field(default_factory=Answered)

    def show(
        self, request: Request, words: str = "", typed: Typed | None = None, answered: Answered | None = None, code: int = 200
    ) -> Response:  # fmt: skip
        """The page, with what was typed and what came of a file."""
        who, town, standing = (
            handing_over(request),
            self.entrance.dispatch.known_town(),
            self.entrance.dispatch.standing,
        )
        shown = {
            "cases": self.desk.candidates(who.scope, top_rungs(town.preset)), "packages": self.desk.packages(who.scope),
            "typed": typed, "words": words, "answered": answered or self.nothing, "told": standing.handover,
            "items": standing.items, "now": self.entrance.clock(), "area": lambda area: long_path_of(area, town),
            "private": is_private, "state": lambda state: self.pages.render(f"STATE_{state}"),
        }  # fmt: skip
        return self.pages.show(request, "handover.html", shown, code)

    def refused(self, request: Request, refused: Refusal, typed: Typed | None = None) -> Response:
        """The page, with why it was not done."""
        return self.show(request, self.pages.sentence(refused), typed, code=self.pages.code_of(refused))

    def read(self, name: str, content: bytes) -> tuple[list[TheirAnswer], Findings]:
        """The answers in a file, and what is wrong with it."""
        standing, found = self.entrance.dispatch.standing, Findings()
        if standing.answer_words is None:
            raise NotHere("nobody reads answers here")
        with TemporaryDirectory() as folder:
            file = Path(folder) / (Path(name).name[-60:] or "answers")
            file.write_bytes(content)
            return read_answers(file, standing.handover, standing.answer_words, found), found

    def looked(self, who: Visitor, answers: list[TheirAnswer], found: Findings) -> Answered:
        """What would come of the rows, in the order of the file.

        Raises:
            Refusal: the file as a whole cannot be used.
        """
        standing = self.entrance.dispatch.standing
        words = standing.answer_words
        sentences = [
            (problem.place.row, words.problem(problem.key, problem.blanks))
            for problem in found.errors
            if words
        ]
        whole = [said for row, said in sentences if row is None]
        if whole:
            raise Refusal(RefusalKind.NOT_CLEAR, "HANDOVER_FILE_DM", why=whole[0])
        if not (answers or sentences):
            raise Refusal(RefusalKind.NOT_CLEAR, "HANDOVER_EMPTY_DM")
        told = self.entrance.look(lambda work: look_at(answers, work), who.actor)
        lines = [(row or 0, said, True) for row, said in sentences]
        lines += [(one.row, self.pages.render(one.key, **one.blanks), one.skipped) for one in told]
        usable = [answer for answer, one in zip(answers, told, strict=True) if not one.skipped]
        ordered = tuple(
            (str(row), said, skipped) for row, said, skipped in sorted(lines, key=lambda line: line[0])
        )
        return Answered(ordered, kept(usable) if usable else "", len(usable))

    def taken(self, told: Sequence[RowTold]) -> Answered:
        """What came of the rows."""
        lines = tuple((str(one.row), self.pages.render(one.key, **one.blanks), one.skipped) for one in told)
        return Answered(lines, done=True)


def handover_routes(entrance: Entrance, desk: HandoverDesk, pages: Pages, guard: Guard) -> APIRouter:
    """``/handover`` and its forms."""
    routes, draw = APIRouter(), HandoverPages(entrance, desk, pages)

    @routes.get("/handover")
    def listed(request: Request) -> Response:
        return draw.show(request)

    @routes.post("/handover/make")
    def make(
        request: Request, csrf: Annotated[str, Form()], case: Annotated[list[str] | None, Form()] = None,
        numbers: Annotated[str, Form(max_length=2000)] = "", reason: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:  # fmt: skip
        key, who = guard.check(request, csrf), handing_over(request)
        ticked = numbers_in(case or ())
        typed = Typed(ticked, numbers, reason)
        more = numbers_in(numbers.translate(BETWEEN).split())
        try:
            outcome = entrance.do(HandOverCases((*ticked, *more), reason), who.actor, key)
        except Refusal as refused:
            return draw.refused(request, refused, typed)
        return draw.show(request, pages.reply(outcome))

    @routes.post("/handover/packages/{number}/file")
    def take(request: Request, number: str, csrf: Annotated[str, Form()]) -> Response:
        key, who = guard.check(request, csrf), handing_over(request)
        package = number_in(number) or 0
        entrance.do(TakePackage(package), who.actor, key)
        standing, town = entrance.dispatch.standing, entrance.dispatch.known_town()
        content = package_zip(desk.of_package(who.scope, package), package, standing, town)
        named = {"Content-Disposition": f'attachment; filename="linli-handover-{package}.zip"'}
        return Response(content, media_type="application/zip", headers=named)

    _answer_routes(routes, draw, guard)
    return routes


def _answer_routes(routes: APIRouter, draw: HandoverPages, guard: Guard) -> None:
    @routes.post("/handover/answers")
    def look(request: Request, csrf: Annotated[str, Form()], answers: UploadFile | None = None) -> Response:
        guard.check(request, csrf)
        who = handing_over(request)
        content = answers.file.read() if answers is not None else b""
        if answers is None or not content:
            return draw.refused(request, Refusal(RefusalKind.NOT_CLEAR, "HANDOVER_NO_FILE_DM"))
        try:
            read, found = draw.read(answers.filename or "", content)
            return draw.show(request, answered=draw.looked(who, read, found))
        except Refusal as refused:
            return draw.refused(request, refused)

    @routes.post("/handover/answers/take")
    def take(request: Request, csrf: Annotated[str, Form()], rows: Annotated[str, Form()] = "") -> Response:
        key, who = guard.check(request, csrf), handing_over(request)
        read = kept_rows(rows)
        if read is None:
            return draw.refused(request, Refusal(RefusalKind.NOT_CLEAR, "HANDOVER_STALE_DM"))
        draw.entrance.ensure_unsent(key)
        origin = Origin(Door.WEB, key, draw.entrance.clock())
        told = take_all(draw.entrance.dispatch, read, who.actor, origin)
        return draw.show(request, answered=draw.taken(told))


BETWEEN = str.maketrans(dict.fromkeys("#＃,，、;；", " "))
"""What people write between numbers."""


def handing_over(request: Request) -> Visitor:
    """Whoever may hand cases over. Raises NotHere: this person may not."""
    who = visitor_of(request)
    if Permission.CASE_HAND_OVER not in who.actor.permissions:
        raise NotHere("may hand nothing over")
    return who


def kept(answers: Sequence[TheirAnswer]) -> str:
    """Answers as the page carries them on; nothing of them is kept on the server in between."""
    rows = [{**asdict(one), "at": one.at.isoformat() if one.at else ""} for one in answers]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def kept_rows(words: str) -> list[TheirAnswer] | None:
    """What a page carried on; None: it is none of ours, or too much."""
    try:
        rows: Any = json.loads(words)
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            return None
        return [_kept_row(row) for row in rows]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _kept_row(row: Any) -> TheirAnswer:
    texts = {name: row[name] for name in ("no", "their_no", "state", "words")}
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(row["row"], int):
        raise TypeError("not a row")
    at = datetime.fromisoformat(row["at"]) if row["at"] else None
    if at is not None and (at.tzinfo is None or at.year not in SANE_YEARS):
        raise ValueError("a moment without a zone, or out of all time")
    return TheirAnswer(row["row"], at=at, **texts)
