"""Who may read the clock, end a transaction, read the environment, print: one place each (docs/decisions)."""

import ast

from tests.house.source import calls, dotted, product_nodes

CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
    "time.localtime", "time.gmtime", "time.ctime", "func.now", "func.current_timestamp",
}  # fmt: skip
STOPWATCHES = {"time.monotonic", "time.perf_counter", "time.monotonic_ns", "time.perf_counter_ns"}
READS_THE_CLOCK = ("bot/moment.py",)
MAY_STOP_TIME = (
    "bot/app.py",
    "bot/channels/",
)  # round trips and deadlines of a connection are measured where it is held
READS_THE_ENVIRONMENT = {"bot/settings.py"}
ENDS_TRANSACTIONS = {
    "handlers/dispatch.py": "the one road of every change",
    "handlers/rehearsal.py": "a savepoint within a transaction that is always thrown away",
    "models/store/rows.py": "begins what dispatch ends: a cursor of the driver would begin nothing",
    "models/outbox.py": "a message that was said stays said, whatever comes next",
    "models/wires.py": "the same without an object of SQLAlchemy, for the two queues",
    "models/due.py": "a lease is taken before its work begins",
    "models/heartbeats.py": "that everything heard so far is dealt with, every second, whatever else is going on",
    "models/leases.py": "who acts for an account stands apart from what is done for it",
    "models/said_bell.py": "it rings after the commit of what is to be said",
    "models/backup/loading.py": "a database that nobody uses yet is filled at once, or not at all",
    "models/backup/scratch.py": "one database takes the place of another in one step",
    "bot/backup_desk.py": "what is restored is settled before anybody uses it",
    "models/export_files.py": "how far a file is that is made beside the page is told while it is made",
    "models/alarm_book.py": "that somebody was told stands apart from what it is about",
    "handlers/township/arrival.py": "a whole township arrives in batches that nobody sees until the last",
    "handlers/township/staging.py": "a demo's town is set up and swept before anything runs",
}


def named_in_code(names: set[str], allowed: tuple[str, ...]) -> list[str]:
    """Where one of these stands in the product, called or handed on, outside the allowed places."""
    return [
        f"{file}:{node.lineno} {dotted(node)}"
        for file, node in product_nodes()
        if isinstance(node, ast.Attribute)
        and ".".join(dotted(node).split(".")[-2:]) in names
        and not file.startswith(allowed)
    ]


def test_only_one_module_reads_the_clock():
    assert named_in_code(CLOCKS, READS_THE_CLOCK) == []


def test_only_channels_hold_a_stopwatch():
    assert named_in_code(STOPWATCHES, MAY_STOP_TIME) == []


def test_nobody_renames_the_clock_to_read_it_unseen():
    renamed = [
        f"{file}:{node.lineno}"
        for file, node in product_nodes()
        if (isinstance(node, ast.ImportFrom) and node.module == "time")
        or (isinstance(node, ast.alias) and node.asname and node.name in {"time", "datetime", "date"})
    ]

    assert renamed == []


def test_only_dispatch_the_queues_and_the_import_end_a_transaction():
    ended = [
        f"{file}:{line} {name}"
        for file, line, name, _ in calls()
        if name.endswith((".commit", ".begin")) and file not in ENDS_TRANSACTIONS
    ]

    assert ended == []


def test_only_the_settings_read_the_environment():
    read = [
        f"{file}:{node.lineno}"
        for file, node in product_nodes()
        if getattr(node, "attr", None) in {"environ", "getenv", "environb"}
        and file not in READS_THE_ENVIRONMENT
    ]

    assert read == []


def test_nothing_prints_behind_the_command_lines_back():
    assert [f"{file}:{line}" for file, line, name, _ in calls() if name == "print"] == []
