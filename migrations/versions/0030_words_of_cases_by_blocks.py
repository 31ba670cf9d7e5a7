"""on PostgreSQL cases are found by their words as quickly among a million as among a thousand

Revision: 0030
After: 0029
"""

from pathlib import Path
from runpy import run_path

import sqlalchemy as sa
from alembic import op

from migrations.beside_writers import each_for_itself, index

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

WORDS = run_path(str(Path(__file__).with_name("0016_words_of_cases.py")))
"""How the index of words is kept. Neither it nor its function goes before the release after (decision 0067): the programs
of the release before this one ask ``case_tokens``, and without its index every search of theirs would read every case."""
LETTERS = """SELECT lpad(to_hex(ascii(one)), 6, '0') AS alone, lpad(to_hex(ascii(next)), 6, '0') AS behind,
            next IS NULL OR next IN ({GAPS}) AS ends
        FROM (
            SELECT one, lead(one) OVER (ORDER BY place) AS next
            FROM unnest(string_to_array(
                translate(said, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), NULL
            )) WITH ORDINALITY AS letters(one, place)
        ) AS beside
        WHERE one NOT IN ({GAPS})""".replace("{GAPS}", WORDS["GAPS"])
TOKENS = f"""CREATE OR REPLACE FUNCTION case_tokens_by_block(no integer, marks text[], said text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_agg(to_hex(no / 65536) || '.' || token)) FROM (
        SELECT token FROM unnest(marks) AS token WHERE left(token, 1) <> 'w'
        UNION ALL
        SELECT token FROM ({LETTERS}
        ) AS found, LATERAL (VALUES (alone), (CASE WHEN NOT ends THEN alone || behind END)) AS those(token)
        WHERE token IS NOT NULL
    ) AS tokens $$"""
"""The same tokens, each with the block of 65,536 numbers in front: a question about one block reads no other's lists.
Marks of larger blocks say nothing then."""
NAME = "ix_case_words_by_block"
SEARCHED = (
    f"CREATE INDEX {NAME} ON case_words USING gin (case_tokens_by_block(no, marks, said)) WITH (fastupdate = off)"
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(TOKENS)
    index(NAME, "case_words", [sa.text("case_tokens_by_block(no, marks, said)")], **WORDS["SEARCH"])
    # No plan asks how frequent a token is; ANALYZE would make those of 30,000 cases to know it.
    op.execute(f"ALTER INDEX {NAME} ALTER COLUMN 1 SET STATISTICS 0")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    with each_for_itself() as each:
        each.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
    op.execute("DROP FUNCTION IF EXISTS case_tokens_by_block(integer, text[], text)")
