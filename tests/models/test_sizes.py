"""What each table holds and comes to, and for how long there is room."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert

from bot.sizes_cli import written
from models.sizes import TableSize, sizes, total
from models.store.rows import TABLES

NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
MB = 2**20


def test_rows_bytes_and_what_comes_a_day_are_counted(engine: Engine):
    hours = [NOW - timedelta(hours=n) for n in range(24 * 20)]
    keys = [{"key": f"key {at.isoformat()}", "at": at} for at in hours]
    beside = [{"door": "clock", "key": "k", "intent": "Ring", "outcome": "done", "at": at} for at in hours]
    with engine.begin() as wire:
        wire.execute(insert(TABLES["consumed_key"]), [*keys, {"key": "old", "at": NOW - timedelta(days=29)}])
        wire.execute(insert(TABLES["audit"]), beside)
    found = {one.name: one for one in sizes(engine, NOW)}

    assert {*found} == {*TABLES}
    assert (found["consumed_key"].rows, found["audit"].rows, found["draft"].rows) == (481, 480, 0)
    assert (round(found["consumed_key"].rows_a_day), round(found["audit"].rows_a_day)) == (17, 24)
    assert (found["consumed_key"].is_full, found["audit"].is_full) == (True, False)
    assert 10_000 < (found["audit"].bytes or 0) < total(engine)


def test_it_is_said_when_the_disk_is_full_and_what_goes_by_itself_does_not_count():
    tables = [
        TableSize("case_file", 1_000, 10 * MB, 100.0, None, is_full=False),
        TableSize("consumed_key", 1_000_000, 100 * MB, 33_333.0, timedelta(days=30), is_full=True),
        TableSize("draft", 0, 4096, 0.0, timedelta(0), is_full=False),
    ]
    lines = [*written(tables, 120 * MB, 365 * MB, NOW)]

    assert lines[-1] == "grows by 1.00 MB a day: the disk is full in 365 days, on 2027-03-04"
    assert [line.split()[0] for line in lines[1:-2]] == ["case_file", "consumed_key"]
    assert lines[2].endswith("30 days, full")


def test_without_bytes_by_table_it_says_so_and_promises_nothing():
    tables = [TableSize("case_file", 1_000, None, 100.0, None, is_full=False)]

    assert "cannot tell" in [*written(tables, 120 * MB, 365 * MB, NOW)][-1]
