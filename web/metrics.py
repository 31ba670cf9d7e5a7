"""Numbers for Prometheus: names of our own accounts and parts, ages and counts; nothing of any person or group."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST as TEXT
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from models.rules.message import LinkState
from models.rules.vital_facts import Snapshot, StoredFacts
from web.health_view import HealthView

__all__ = ["TEXT", "written"]


def written(view: HealthView) -> bytes:
    """The numbers at this moment, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Reading(view))
    return generate_latest(registry)


class _Reading(Collector):
    def __init__(self, view: HealthView) -> None:
        self._view = view

    def collect(self) -> Iterable[Metric]:
        snap = self._view.snap
        yield _gauge("linli_ready", "1: nothing is dead.", float(self._view.is_ready))
        part = GaugeMetricFamily("linli_part_grade", "0 well, 1 note, 2 ill, 3 dead.", labels=["part", "of"])
        for sign in self._view.signs:
            part.add_metric([sign.part.value, sign.of], int(sign.grade))
        yield part
        yield from _accounts(snap)
        free = GaugeMetricFamily("linli_disk_free_bytes", "Free where this is kept.", labels=["what"])
        for what, count in snap.free.items():
            free.add_metric([what], count)
        yield free
        yield _gauge("linli_tasks", "Of the event loop; grows only where something leaks.", snap.tasks)
        yield _gauge("linli_events_waiting", "Heard and not dealt with yet.", snap.events_waiting)
        yield _gauge("linli_database_up", "1: it answers.", float(snap.stored is not None))
        if snap.stored is not None:
            yield from _stored(snap.stored, snap.at)


def _accounts(snap: Snapshot) -> Iterator[Metric]:
    online = GaugeMetricFamily("linli_account_online", "1: it hears and speaks.", labels=["account"])
    proof = GaugeMetricFamily(
        "linli_account_proof_age_seconds", "Since hearing was proven.", labels=["account"]
    )
    for one in snap.accounts:
        if one.state is not None and not one.by_hand:
            online.add_metric([one.name], float(one.state is LinkState.ONLINE))
        if one.proof is not None:
            proof.add_metric([one.name], _age(one.proof, snap.at))
    yield from (online, proof)


def _stored(facts: StoredFacts, at: datetime) -> Iterator[Metric]:
    box, due, rooms = facts.outbox, facts.due, facts.rooms
    rows = GaugeMetricFamily("linli_outbox_rows", "What is not said, by state.", labels=["state"])
    for state, count in (("queued", box.queued), ("unknown", box.doubtful), ("relay", box.relay)):
        rows.add_metric([state], count)
    yield rows
    age = GaugeMetricFamily(
        "linli_outbox_oldest_age_seconds", "Since the oldest might be said.", labels=["kind"]
    )
    for kind, since in (("urgent", box.urgent_since), ("other", box.since), ("notice", box.notices_since)):
        age.add_metric([kind], _age(since, at))
    yield age
    yield _gauge("linli_due_waiting", "Things that are due and not done.", due.waiting)
    yield _gauge("linli_due_lag_seconds", "Since the oldest of them is due.", _age(due.since, at))
    yield _gauge("linli_jobs_failed", "Things given up within a day.", due.failed)
    yield _gauge("linli_rooms", "Groups that are listened to.", len(rooms.newest))
    silence = max((_age(newest, at) for newest in rooms.newest.values()), default=0.0)
    yield _gauge("linli_room_longest_silence_seconds", "Since the quietest group was heard.", silence)
    if facts.backup_at is not None:
        yield _gauge("linli_backup_age_seconds", "Since the last verified backup.", _age(facts.backup_at, at))


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _age(since: datetime | None, at: datetime) -> float:
    """Seconds; nothing that waits is 0 seconds old."""
    return 0.0 if since is None else max((at - since).total_seconds(), 0.0)
