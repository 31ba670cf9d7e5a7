"""the newest cases of a place and a kind are found at once, a single character as quickly as two, a month by its days

Revision: 0024
After: 0023
"""

from pathlib import Path
from runpy import run_path

import sqlalchemy as sa
from alembic import op

from migrations.beside_writers import each_for_itself, index

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WORDS = run_path(str(Path(__file__).with_name("0016_words_of_cases.py")))
"""How the index of words is kept."""
WHOSE = ("area_id", "assignee_id", "keeper_id", "claimed_by")
HURRIED = "urgency IN ('U0', 'U1')"
RESOLVED, DUE, ENDED = (f"{name} IS NOT NULL" for name in ("resolved_at", "due_resolve_at", "closed_at"))

TOKENS = f"""CREATE OR REPLACE FUNCTION case_tokens(marks text[], said text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_tsvector(marks || coalesce(array_agg(DISTINCT token), '{{}}')) FROM (
        SELECT lpad(to_hex(ascii(one)), 6, '0') AS alone, lpad(to_hex(ascii(next)), 6, '0') AS behind,
            next IS NULL OR next IN ({WORDS["GAPS"]}) AS ends
        FROM (
            SELECT one, lead(one) OVER (ORDER BY place) AS next
            FROM unnest(string_to_array(
                translate(said, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), NULL
            )) WITH ORDINALITY AS letters(one, place)
        ) AS beside
        WHERE one NOT IN ({WORDS["GAPS"]})
    ) AS found, LATERAL (VALUES (alone), (CASE WHEN NOT ends THEN alone || behind END)) AS those(token)
    WHERE token IS NOT NULL $$"""
"""Beside the pairs each character stands alone, not only the last one of a text: the beginning of a token is slow."""


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    index("ix_case_area", "case_file", ["area_id", "no"])
    index("ix_case_area_kind", "case_file", ["area_id", "category", "no"])
    index("ix_case_urgent", "case_file", ["no", *WHOSE, "category", "privacy"], where=HURRIED)
    index("ix_case_resolved", "case_file", ["resolved_at"], where=RESOLVED)
    index("ix_case_due", "case_file", ["due_resolve_at"], where=DUE)
    if on_sqlite:
        op.drop_index("ix_case_closed", "case_file")
        op.create_index("ix_case_seen", "case_file", ["no", *WHOSE])
    index("ix_case_closed", "case_file", ["closed_at"])
    words_anew(TOKENS)


def words_anew(function: str) -> None:
    """The index of words holds what the tokens of today are; SQLite asks Python for them."""
    wire = op.get_bind()
    if wire.dialect.name == "postgresql":
        with each_for_itself() as each:
            each.exec_driver_sql("DROP INDEX CONCURRENTLY IF EXISTS ix_case_words")
            each.exec_driver_sql(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
        index("ix_case_words", "case_words", [sa.text("case_tokens(marks, said)")], **WORDS["SEARCH"])
    elif sa.inspect(wire).has_table("case_words"):
        wire.exec_driver_sql("INSERT INTO case_words(case_words) VALUES ('delete-all')")
        WORDS["fill"](wire, WORDS["FILL_SQLITE"])


def downgrade() -> None:
    words_anew(WORDS["PAIRS"])
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_case_seen", "case_file")
        op.drop_index("ix_case_closed", "case_file")
    index("ix_case_closed", "case_file", ["closed_at"], where=ENDED)
    for name in ("ix_case_due", "ix_case_resolved", "ix_case_urgent", "ix_case_area_kind", "ix_case_area"):
        op.drop_index(name, "case_file", if_exists=True)
