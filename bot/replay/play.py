"""Plays dialogues through listener, dispatch, database and delivery, and says of each line what really happened."""

import json
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Engine

from bot.channels.simulator import Mishap, SimulatedWeChat
from bot.machine import ACCOUNT, HandClock, Machine
from bot.parts import Parts, load_parts
from bot.replay.casting import ROOM_ID, moment, stage_of
from bot.replay.judge import judge_end, judge_line
from bot.replay.witness import Witness
from handlers.dispatch import Outcome
from handlers.township.staging import POST, Stage, clear, stage_town
from jobs.schedule import JOBS, Job, do_scheduled, load_jobs
from models.engine import migrate, open_engine
from models.presets import preset_named
from models.rules.message import Attachment, MessageKind
from models.rules.pacing import Pace
from models.views import Views

SECRET = "replay: nothing here outlives the run"  # noqa: S105 - a stage secret, of a town that is thrown away
SETTLE = timedelta(seconds=12)
"""How long after a line what it causes at once may still be said (gaps between sends)."""
OUR_NAME = "便民小助手"
KINDS = {
    "text": "text",
    "image": "image",
    "voice": "voice",
    "location": "location",
    "sticker": "sticker",
    "redpacket": "redpacket",
}


class Play:
    """One dialogue on its own town."""

    def __init__(self, dialogue: dict[str, Any], engine: Engine, parts: Parts) -> None:
        setting = dialogue["setting"]
        self.dialogue = dialogue
        self.start = moment(setting["date"], "00:00")
        items = dict(parts.standing.items)
        self.stage = stage_of(dialogue, items, ACCOUNT)
        stage_town(engine, self.stage, self.start)
        self.clock = HandClock(self.start)
        self.wechat = self._wechat(setting)
        self.machine = Machine(engine, parts, self.clock, self.wechat)
        self.views = Views(engine)
        self.witness = Witness(dialogue, self.stage, self.machine, self.views)
        self.jobs = _jobs(setting)
        self.jobs_done: dict[str, datetime] = {}

    def _wechat(self, setting: dict[str, Any]) -> SimulatedWeChat:
        wechat = SimulatedWeChat(self.clock)
        us = wechat.add_account(ACCOUNT, OUR_NAME)
        people = list(self.stage.people)
        for person in people:
            wechat.add_contact(
                person.contact,
                setting["members"][person.contact].get("nick") or person.contact,
                friend=person.friend,
            )
        for post in unnamed(self.stage):
            wechat.add_contact(post, post, friend=True)
        for room in self.stage.rooms:
            wechat.add_room(room.platform_id, room.title, [us.id, *(p.contact for p in people)], room.owner)
        for where, mishaps in ((setting.get("config") or {}).get("mishaps") or {}).items():
            wechat.faults(ACCOUNT).mishaps_in[where] = deque(map(Mishap, mishaps))
        return wechat

    def run(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Every line's result and why the end is not kept."""
        lines = self.dialogue["lines"]
        results = []
        for number, line in enumerate(lines, 1):
            at = self._moment(line)
            following = self._moment(lines[number]) if number < len(lines) else at + SETTLE
            results.append(
                self._line(number, line, at, min(at + SETTLE, following - timedelta(milliseconds=1)))
            )
        why = judge_end(self.dialogue.get("end") or {}, self.witness.totals())
        self.machine.close()
        return results, why

    def _moment(self, line: dict[str, Any]) -> datetime:
        return moment(self.dialogue["setting"]["date"], line["t"], line.get("day") or 0)

    def _line(self, number: int, line: dict[str, Any], at: datetime, settle: datetime) -> dict[str, Any]:
        self._pass_time(max(at, self.clock()))
        outcomes: tuple[Outcome, ...] = ()
        expects_more = False
        if line.get("type") != "tick":
            message = self._speak(line)
            outcomes = self.machine.hear(message)
            expects_more = self.machine.listener.expects_more(message)
        self._settle(at, settle)
        happened = self.witness.happened(line, outcomes, at, expects_more=expects_more)
        why = judge_line(line.get("expect") or {}, happened)
        return {
            "dialogue": self.dialogue["id"], "line": number, "t": line["t"], "reply": happened.reply,
            "said": happened.said, "case": happened.cases, "ok": not why, "why_not": why,
        }  # fmt: skip

    def _pass_time(self, until: datetime) -> None:
        """Everything that falls due on the way happens, and what happens by itself where the setting wants it."""
        while self.jobs:
            moment = min(job.next_due(self.clock()) for job in self.jobs)
            if moment > until:
                break
            self.machine.advance(moment)
            do_scheduled(self.machine.dispatch, self.clock, self.jobs_done)
        self.machine.advance(until)

    def _settle(self, at: datetime, until: datetime) -> None:
        """Let what may be said now be said; what a timer says later belongs to the next line."""
        self.machine.advance(self.clock())
        while self.clock() < until and self.views.has_due(at):
            self.machine.advance(min(self.clock() + timedelta(seconds=1), until))

    def _speak(self, line: dict[str, Any]) -> Any:
        kind = MessageKind(KINDS.get(line.get("type") or "text", "other"))
        private = line.get("channel") == "dm"
        room = None if private else (line.get("room") or ROOM_ID)
        media = line.get("media")
        message = self.wechat.say(
            line["from"], line.get("text") or "", room=room, quote=self._quotable(line), kind=kind,
            at=self.clock(), caption=media if isinstance(media, str) else "", seconds=int(line.get("duration") or 0),
        )  # fmt: skip
        if kind is not MessageKind.TEXT and not message.attachments:
            return _with_attachment(message, kind, line)
        return message

    @staticmethod
    def _quotable(line: dict[str, Any]) -> str | None:
        return None if (line.get("text") or "").startswith("「") else line.get("quote")


def unnamed(stage: Stage) -> Iterator[str]:
    """Contacts of the holders that no member plays."""
    held = {p.post for p in stage.people}
    return (f"{POST}{post}" for post in preset_named(stage.preset).posts if post not in held)


def _jobs(setting: dict[str, Any]) -> tuple[Job, ...]:
    """What happens by itself at fixed moments: all of it where ``config.scheduled`` is set, else nothing."""
    if not (setting.get("config") or {}).get("scheduled"):
        return ()
    load_jobs()
    return tuple(JOBS.values())


def _with_attachment(message: Any, kind: MessageKind, line: dict[str, Any]) -> Any:
    media = str(line.get("media") or "")
    part = Attachment(kind, message.id, caption=media, seconds=int(line.get("duration") or 0))
    return replace(message, attachments=(part,))


def main(file: Path, out: TextIO, url: str | None = None, report: Path | None = None) -> int:
    """Play every dialogue of a file; 0 when every expectation holds, else 1."""
    parts = load_parts(Pace(), SECRET)
    rows: list[dict[str, Any]] = []
    kept = played = 0
    with tempfile.TemporaryDirectory() as folder:
        for dialogue in read_dialogues(file):
            engine = _fresh_engine(Path(folder), url)
            results, end = Play(dialogue, engine, parts).run()
            engine.dispose()
            out.writelines(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
            ok = all(r["ok"] for r in results) and not end
            summary = {"dialogue": dialogue["id"], "lines": len(results), "ok": ok, "end_why_not": end}
            out.write(json.dumps(summary, ensure_ascii=False) + "\n")
            rows += [*results, summary]
            played, kept = played + 1, kept + ok
    out.write(json.dumps({"dialogues": played, "ok": kept}, ensure_ascii=False) + "\n")
    if report is not None:
        report.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if kept == played else 1


def read_dialogues(file: Path) -> Iterator[dict[str, Any]]:
    """Dialogues of a JSON-lines file; the header line is passed over."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip():
            entry = json.loads(line)
            if "lines" in entry:
                yield entry


def _fresh_engine(folder: Path, url: str | None) -> Engine:
    """An empty database with the newest schema: a copied SQLite file, or the given one wiped."""
    if url is not None:
        migrate(url)
        engine = open_engine(url)
        clear(engine)
        return engine
    template = folder / "template.db"
    if not template.exists():
        migrate(f"sqlite:///{template}")
    place = folder / "town.db"
    for old in folder.glob("town.db*"):
        old.unlink()
    shutil.copy(template, place)
    return open_engine(f"sqlite:///{place}")
