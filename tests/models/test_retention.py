"""The list of what is kept for how long names every table, and columns that are there."""

from collections import Counter

from models.rules.retention import LINES, Fate, Keeping
from models.store.rows import TABLES


def test_every_table_has_a_line_and_no_other_thing_has_one():
    assert {line.table for line in LINES} == {*TABLES}


def test_a_table_that_stays_has_no_second_line():
    lines = Counter(line.table for line in LINES)

    assert [line.table for line in LINES if line.fate is Fate.STAYS and lines[line.table] > 1] == []


def test_each_line_names_columns_of_its_table_a_moment_and_its_source():
    assert [line.table for line in LINES if not line.source] == []
    assert [line for line in LINES if not {*line.columns} <= {*TABLES[line.table].c.keys()}] == []
    assert [line for line in LINES if line.fate is not Fate.STAYS and not is_moment(line)] == []


def is_moment(line: Keeping) -> bool:
    """Whether what it counts from is a column, of its own table or of another one."""
    table, _, column = line.after.rpartition(".")
    return column in TABLES[table or line.table].c
