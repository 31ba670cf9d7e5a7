"""Plays dialogues through listener, dispatch, database and delivery, and says of each line what really happened."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Engine

from bot.channels.simulator import SimulatedWeChat
from bot.machine import ACCOUNT, HandClock, Machine
from bot.parts import Parts, load_parts
from bot.replay.casting import ROOM_ID, moment, stage_of
from bot.replay.judge import DEFERRED, GROUP, PRIVATE, SILENT, Happened, judge_end, judge_line
from handlers.dispatch import Outcome
from handlers.township.staging import POST, Stage, clear, stage_town
from models.engine import migrate, open_engine
from models.rules.message import Attachment, MessageKind
from models.rules.pacing import SHANGHAI, Pace
from models.views import CaseView, Views, co_reporter_total

SECRET = "replay: nothing here outlives the run"  # noqa: S105 - a stage secret, of a town that is thrown away
SETTLE = timedelta(seconds=12)
"""How long after a line what it causes at once may still be said (gaps between sends)."""
OUR_NAME = "便民小助手"
RECEIPT_WINDOW = timedelta(seconds=90)
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
        self.engine = engine
        self.labels: dict[int, str] = {p["no"]: p["ref"] for p in setting.get("prior_cases") or ()}
        self.spoken_until = 0
        self.said_until = 0
        self.group_lines: list[str] = []
        self.ack: list[float] = []

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
        for post in self.unnamed(self.stage):
            wechat.add_contact(post, post, friend=True)
        for room in self.stage.rooms:
            wechat.add_room(room.platform_id, room.title, [us.id, *(p.contact for p in people)], room.owner)
        return wechat

    @staticmethod
    def unnamed(stage: Stage) -> Iterator[str]:
        """Contacts of the holders that no member plays."""
        from models.presets import preset_named  # noqa: PLC0415

        held = {p.post for p in stage.people}
        return (f"{POST}{post}" for post in preset_named(stage.preset).posts if post not in held)

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
        why = judge_end(self.dialogue.get("end") or {}, self._totals())
        self.machine.close()
        return results, why

    def _moment(self, line: dict[str, Any]) -> datetime:
        return moment(self.dialogue["setting"]["date"], line["t"], line.get("day") or 0)

    def _line(self, number: int, line: dict[str, Any], at: datetime, settle: datetime) -> dict[str, Any]:
        self.machine.advance(max(at, self.clock()))
        outcomes: tuple[Outcome, ...] = ()
        expects_more = False
        if line.get("type") != "tick":
            message = self._speak(line)
            outcomes = self.machine.hear(message)
            expects_more = self.machine.listener.expects_more(message)
        self._settle(at, settle)
        happened = self._happened(line, outcomes, at, expects_more=expects_more)
        why = judge_line(line.get("expect") or {}, happened)
        return {
            "dialogue": self.dialogue["id"], "line": number, "t": line["t"], "reply": happened.reply,
            "said": happened.said, "case": happened.cases, "ok": not why, "why_not": why,
        }  # fmt: skip

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

    def _happened(
        self, line: dict[str, Any], outcomes: tuple[Outcome, ...], at: datetime, *, expects_more: bool
    ) -> Happened:
        happened = Happened()
        sender = line["from"]
        for said in self.wechat.said[self.said_until :]:
            self._note_said(happened, said, sender)
            if said.in_room:
                self.ack.append((said.at - at).total_seconds())
        self.said_until = len(self.wechat.said)
        rows = self.views.spoken(self.spoken_until)
        self.spoken_until = rows[-1].id if rows else self.spoken_until
        for row in rows:
            self._note_alert(happened, row.contact, row.medium)
        happened.cases = [self._case(s.case_id, s.step, s.changes) for o in outcomes for s in o.steps]
        happened.reply = self._reply(happened, sender, outcomes, rows, expects_more=expects_more)
        return happened

    def _note_said(self, happened: Happened, said: Any, sender: str) -> None:
        key = self._key_of(said.token)
        to = "room" if said.in_room else self._name(said.conversation)
        happened.said.append({"to": to, "key": key, "text": said.text, "mentions": list(said.mentions)})
        if said.in_room:
            self.group_lines.append(said.text)
            happened.to_sender.append(said.text)
        elif said.conversation == sender and not _is_alert(key):
            happened.to_sender.append(said.text)
        if not said.in_room:
            self._note_alert(happened, said.conversation, "chat")

    def _key_of(self, token: str) -> str:
        number = int(token.partition("#")[0].partition("/")[0]) if token[:1].isdigit() else 0
        return next((r.key for r in self.views.spoken(number - 1, 1)), "") if number else ""

    def _name(self, contact: str) -> str:
        return contact if contact.startswith(POST) else f"dm:{contact}"

    def _note_alert(self, happened: Happened, contact: str | None, medium: str) -> None:
        if contact is None:
            return
        way = "call" if medium == "call" else "dm"
        names = {contact.removeprefix(POST)}
        for person in self.stage.people:
            if person.contact == contact:
                names |= {person.post or contact}
        owners = {r.owner for r in self.stage.rooms}
        if contact in owners or (not any(owners) and contact in self._default_owners()):
            names.add("room_owner")
        happened.alerts |= {(name, way) for name in names}

    def _default_owners(self) -> set[str]:
        from models.presets import preset_named  # noqa: PLC0415

        posts = {r.owner for r in preset_named(self.stage.preset).rooms if r.kind == self.stage.rooms[0].kind}
        return {p.contact for p in self.stage.people if p.post in posts} | {f"{POST}{p}" for p in posts}

    def _reply(
        self, happened: Happened, sender: str, outcomes: tuple[Outcome, ...], rows: Any, *, expects_more: bool
    ) -> str:
        ways = {GROUP for s in happened.said if s["to"] == "room"}
        ways |= {PRIVATE for s in happened.said if s["to"] == f"dm:{sender}" and not _is_alert(s["key"])}
        if ways:
            return "+".join(sorted(ways, reverse=False, key=[GROUP, PRIVATE].index))
        touched = {s.case_id for o in outcomes for s in o.steps}
        soon = self.clock() + RECEIPT_WINDOW
        waiting = any(
            row.state == "queued" and row.room is not None and row.not_before <= soon
            and (row.case_id in touched or row in rows)
            for row in self.views.spoken()
        )  # fmt: skip
        return DEFERRED if waiting or expects_more else SILENT

    def _case(self, case_id: int, step: str, changes: dict[str, Any]) -> dict[str, Any]:
        view = self.views.case(case_id)
        flags = view.flags
        found: dict[str, Any] = {
            "op": step, "ref": self._label(view), "l2": view.category, "urgency": view.urgency, "state": view.state,
            "assignee": view.assignee_post, "assignee_name": view.assignee_contact, "reporter": view.reporter,
            "keeper": view.keeper_post, "co": view.co_reporters, "place": view.place or view.text,
            "hotline": view.hotline, "source": view.source, "privacy": view.privacy, "reopen": view.reopen_count,
            "attach": view.attachments, "reason": changes.get("reason", ""), "anonymous": bool(flags.get("anonymous")),
            "consent": flags.get("consent", "ask" if view.category[0] == "E" else None), "due": _local(view.due_resolve_at),
            "scores": changes.get("scores"),
        }  # fmt: skip
        found["reason"] = changes.get("reason") or self._reason(case_id)
        if flags.get("life_support"):
            found["flag"] = "life_support"
        for name in ("risk", "mediation", "appeal"):
            if name in flags:
                found[name] = flags[name]
        return found

    def _reason(self, case_id: int) -> str:
        return self.views.last_reason(case_id)

    def _label(self, view: CaseView) -> str:
        fresh = f"C{len([n for n in self.labels.values() if n.startswith('C')]) + 1}"
        return self.labels.setdefault(view.no, fresh)

    def _totals(self) -> dict[str, Any]:
        counts = self.views.counts()
        cases = sorted(self.views.cases(), key=lambda c: c.no)
        ended = {"closed", "withdrawn", "merged", "rejected"}
        first = cases[0] if cases else None
        emergencies = [r for r in self.views.spoken() if r.key == "EMERG" and r.state == "sent"]
        private = [c for c in cases if c.privacy in {"P3", "P4"}]
        nicks = [m.get("nick") or "" for m in self.dialogue["setting"]["members"].values()]
        victims = [n for n in nicks if any(n and n == self._nick(c.reporter) for c in private)]
        return {
            "open_cases": sum(n for state, n in counts.items() if state not in ended),
            "cases_total": sum(counts.values()),
            "co_reporters": co_reporter_total(self.engine),
            "bot_group_msgs_max": len(self.group_lines),
            "urgent_ack_s_max": max([a for a in self.ack if a >= 0][:1], default=0.0),
            "emergency_msgs": len(emergencies),
            "C1_state": first.state if first else None,
            "claimed_by": first.claimed_by_contact if first else None,
            "group_mentions_of_victim": sum(v in t for v in victims for t in self.group_lines),
            "group_mentions_of_case": sum(f"#{c.no}" in t for c in private for t in self.group_lines),
            "group_negative_point_msgs": sum("扣" in t for t in self.group_lines),
            "topics": 0,
        }

    def _nick(self, contact: str | None) -> str:
        return (self.dialogue["setting"]["members"].get(contact) or {}).get("nick") or ""


def _local(at: datetime | None) -> str | None:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if at else None


def _with_attachment(message: Any, kind: MessageKind, line: dict[str, Any]) -> Any:
    from dataclasses import replace  # noqa: PLC0415

    media = str(line.get("media") or "")
    part = Attachment(kind, message.id, caption=media, seconds=int(line.get("duration") or 0))
    return replace(message, attachments=(part,))


def _is_alert(key: str) -> bool:
    """Sentences that tell a post holder something; not an answer to what he just said."""
    return key in ALERT_KEYS


ALERT_KEYS = frozenset(
    {
        "CARD_DM", "CARD_CC_DM", "HANDED_DM", "CLIMBED_DM", "CLIMBED_CC_DM", "OVERDUE_DM", "URGE_LEADER_DM",
        "URGE_CC_DM", "SOLVED_HINT_DM", "WITHDRAWN_LEADER_DM", "WITHDRAWN_SAFETY_DM", "REOPENED_LEADER_DM",
        "REOPENED_CC_DM", "BAD_RATING_DM", "RETURNED_LEADER_DM", "LIFE_SUPPORT_DM", "EMERG_LEADER_DM",
        "DOUBT_URGENT_DM", "SCAM_OWNER_DM", "FAKE_NOTICE_OWNER_DM", "ADVERT_OWNER_DM", "VICTIM_LEADER_DM",
        "THREAT_DM", "MEDIATION_REFUSED_DM", "CONSENTED_DM", "HINT_DM", "VOICE_DM", "FORGET_REQUEST_DM", "MORNING_DM",
    }
)  # fmt: skip


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
