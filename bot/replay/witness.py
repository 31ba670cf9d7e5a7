"""What one line of a dialogue brought about, seen from outside: what was said, to whom, and what became of cases."""

from datetime import datetime, timedelta
from typing import Any

from bot.channels.simulator import SimulatedWeChat
from bot.machine import Machine
from bot.replay.judge import DEFERRED, GROUP, PRIVATE, SILENT, Happened
from handlers.dispatch import Outcome
from handlers.township.staging import POST, Stage
from models.presets import preset_named
from models.rules.case_life import Step
from models.rules.pacing import SHANGHAI
from models.views import CaseView, Views

RECEIPT_WINDOW = timedelta(seconds=90)
"""A receipt that waits no longer than this is a window that is open, not silence."""


class Witness:
    """Watches one town."""

    def __init__(self, dialogue: dict[str, Any], stage: Stage, machine: Machine, views: Views) -> None:
        setting = dialogue["setting"]
        self.dialogue = dialogue
        self.stage = stage
        self.clock = machine.clock
        self.wechat: SimulatedWeChat = machine.wechat
        self.views = views
        self.labels: dict[int, str] = {p["no"]: p["ref"] for p in setting.get("prior_cases") or ()}
        self.spoken_until = 0
        self.said_until = 0
        self.group_lines: list[str] = []
        self.ack: list[float] = []

    def happened(
        self, line: dict[str, Any], outcomes: tuple[Outcome, ...], at: datetime, *, expects_more: bool
    ) -> Happened:
        """Everything since the last call, which belongs to this line."""
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
        line = {"to": to, "where": said.conversation, "key": key, "text": said.text}
        happened.said.append({**line, "mentions": list(said.mentions)})
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
        found["reason"] = changes.get("reason") or self.views.last_reason(case_id)
        asked = self.views.followed_up(case_id) if step == Step.FOLLOW_UP else None
        if asked is not None:
            found |= {
                "by": asked.post,
                "at": _local(asked.at),
                "way": asked.way,
                "outcome": asked.outcome,
                "note": asked.note,
            }
        if flags.get("life_support"):
            found["flag"] = "life_support"
        for name in ("risk", "mediation", "appeal"):
            if name in flags:
                found[name] = flags[name]
        return found

    def _label(self, view: CaseView) -> str:
        fresh = f"C{len([n for n in self.labels.values() if n.startswith('C')]) + 1}"
        return self.labels.setdefault(view.no, fresh)

    def totals(self) -> dict[str, Any]:
        """What the end of a dialogue may limit."""
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
            "co_reporters": self.views.co_reporter_total(),
            "bot_group_msgs_max": len(self.group_lines),
            "urgent_ack_s_max": max([a for a in self.ack if a >= 0][:1], default=0.0),
            "emergency_msgs": len(emergencies),
            "C1_state": first.state if first else None,
            "C1_steps": self.views.steps(first.id) if first else [],
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


def _is_alert(key: str) -> bool:
    """Sentences that tell a post holder something; not an answer to what he just said."""
    return key in ALERT_KEYS


ALERT_KEYS = frozenset(
    {
        "CARD_DM", "CARD_CC_DM", "HANDED_DM", "CLIMBED_DM", "CLIMBED_CC_DM", "OVERDUE_DM", "URGE_LEADER_DM",
        "URGE_CC_DM", "SOLVED_HINT_DM", "WITHDRAWN_LEADER_DM", "WITHDRAWN_SAFETY_DM", "REOPENED_LEADER_DM",
        "REOPENED_CC_DM", "BAD_RATING_DM", "RETURNED_LEADER_DM", "LIFE_SUPPORT_DM", "EMERG_LEADER_DM",
        "DOUBT_URGENT_DM", "SCAM_OWNER_DM", "FAKE_NOTICE_OWNER_DM", "ADVERT_OWNER_DM", "VICTIM_LEADER_DM",
        "WHISTLE_DM", "WHISTLE_UP_DM", "TOP_UNCLAIMED_DM", "ARRIVED_DM", "ANSWER_KEEPER_DM", "CARD_COPY_DM",
        "OVERDUE_PART_DM", "OVERDUE_PART_CC_DM", "HANDS_JOINED_DM", "HANDS_THANKS_DM", "NOTE_DM",
        "THREAT_DM", "MEDIATION_REFUSED_DM", "CONSENTED_DM", "HINT_DM", "VOICE_DM", "FORGET_REQUEST_DM", "MORNING_DM",
    }
)  # fmt: skip
