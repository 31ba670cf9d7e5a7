"""cases are found by their words; what is open is found without looking at what is closed

Revision: 0016
After: 0015
"""

import sqlalchemy as sa
from alembic import op

from migrations.beside_writers import BATCH, each_for_itself, index

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OPEN = "state IN ('claimed', 'draft', 'in_progress', 'new', 'waiting')"
ENDED = "closed_at IS NOT NULL"
COLUMNS = (
    "text", "place", "result", "area_id", "category", "urgency", "assignee_id", "keeper_id", "claimed_by",
)  # fmt: skip
"""What the tokens are made of."""
CHANGED = ", ".join(COLUMNS)


def all_of(row: str) -> str:
    return f"({', '.join(f'{row}.{name}' for name in COLUMNS)})"


def of_row(row: str) -> str:
    return f"case_tokens{all_of(row)}"


ON_SQLITE = (
    # Contentless: the index holds no words, only which numbers they stand in; what goes is told to it by the trigger.
    "CREATE VIRTUAL TABLE case_words USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii')",
    f"""CREATE TRIGGER case_words_come AFTER INSERT ON case_file BEGIN
        INSERT INTO case_words(rowid, words) VALUES (NEW.no, {of_row("NEW")}); END""",
    # Both or neither: FTS5 counts rows by what comes and goes, and calls itself broken where it would count below none.
    f"""CREATE TRIGGER case_words_change AFTER UPDATE OF {CHANGED} ON case_file
    WHEN {all_of("OLD")} IS NOT {all_of("NEW")} BEGIN
        INSERT INTO case_words(case_words, rowid, words)
            VALUES ('delete', OLD.no, tokens_beyond({of_row("OLD")}, {of_row("NEW")}));
        INSERT INTO case_words(rowid, words) VALUES (NEW.no, tokens_beyond({of_row("NEW")}, {of_row("OLD")})); END""",
    f"""CREATE TRIGGER case_words_go AFTER DELETE ON case_file BEGIN
        INSERT INTO case_words(case_words, rowid, words) VALUES ('delete', OLD.no, {of_row("OLD")}); END""",
)
FILL_SQLITE = f"""INSERT INTO case_words(rowid, words) SELECT no, {of_row("case_file")} FROM case_file
    WHERE no > :after AND no <= :upto ORDER BY no"""

GAPS = r"E' ', E'\n', E'\r', E'\t', U&'\3000'"
PAIRS = f"""CREATE OR REPLACE FUNCTION case_tokens(marks text[], said text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_tsvector(marks || coalesce(array_agg(DISTINCT pair), '{{}}')) FROM (
        SELECT lpad(to_hex(ascii(one)), 6, '0') || CASE
            WHEN next IS NULL OR next IN ({GAPS}) THEN '' ELSE lpad(to_hex(ascii(next)), 6, '0') END AS pair
        FROM (
            SELECT one, lead(one) OVER (ORDER BY place) AS next
            FROM unnest(string_to_array(
                translate(said, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), NULL
            )) WITH ORDINALITY AS letters(one, place)
        ) AS beside
        WHERE one NOT IN ({GAPS})
    ) AS found $$"""
MARKS = """array_remove(ARRAY['g' || c.area_id, 'k' || lower(c.category), 't' || c.no / 1024,
    'v' || c.no / 16384, 'w' || c.no / 262144,
    's' || c.assignee_id, 's' || c.keeper_id, 's' || c.claimed_by,
    CASE WHEN c.urgency IN ('U0', 'U1') THEN 'u1' END], NULL)"""
SAID = r"c.text || E'\n' || c.place || E'\n' || c.result"
ON_POSTGRES = (
    """CREATE TABLE IF NOT EXISTS case_words (no integer PRIMARY KEY, marks text[] NOT NULL, said text NOT NULL)""",
    PAIRS,
    f"""CREATE OR REPLACE FUNCTION case_words_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE c case_file := NEW;
    BEGIN
        INSERT INTO case_words(no, marks, said) VALUES (c.no, {MARKS}, {SAID})
        ON CONFLICT (no) DO UPDATE SET marks = excluded.marks, said = excluded.said
            WHERE (case_words.marks, case_words.said) IS DISTINCT FROM (excluded.marks, excluded.said);
        RETURN NULL;
    END $$""",
    """CREATE OR REPLACE FUNCTION case_words_gone() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN DELETE FROM case_words WHERE no = OLD.no; RETURN NULL; END $$""",
    f"""CREATE OR REPLACE TRIGGER case_words_come AFTER INSERT OR UPDATE OF {CHANGED} ON case_file
        FOR EACH ROW EXECUTE FUNCTION case_words_kept()""",
    """CREATE OR REPLACE TRIGGER case_words_go AFTER DELETE ON case_file
        FOR EACH ROW EXECUTE FUNCTION case_words_gone()""",
)
FILL_POSTGRES = f"""INSERT INTO case_words(no, marks, said) SELECT c.no, {MARKS}, {SAID} FROM case_file AS c
    WHERE c.no > :after AND c.no <= :upto ORDER BY c.no ON CONFLICT DO NOTHING"""
SEARCH = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
SEARCHED = (
    # Without a list of what is still to be sorted in: a search would read all of it.
    "CREATE INDEX ix_case_words ON case_words USING gin (case_tokens(marks, said)) WITH (fastupdate = off)"
)


def upgrade() -> None:
    index("ix_case_open", "case_file", ["no"], where=OPEN)
    index("ix_case_closed", "case_file", ["closed_at"], where=ENDED)
    wire = op.get_bind()
    if wire.dialect.name == "postgresql":
        for statement in ON_POSTGRES:
            op.execute(statement)
        with each_for_itself() as each:
            fill(each, FILL_POSTGRES)
        index("ix_case_words", "case_words", [sa.text("case_tokens(marks, said)")], **SEARCH)
    elif wire.exec_driver_sql("SELECT sqlite_compileoption_used('ENABLE_FTS5')").scalar():
        for statement in ON_SQLITE:
            wire.exec_driver_sql(statement)
        fill(wire, FILL_SQLITE)


def fill(wire: sa.Connection, statement: str) -> None:
    last = wire.exec_driver_sql("SELECT coalesce(max(no), 0) FROM case_file").scalar_one()
    for after in range(0, last, BATCH):
        wire.execute(sa.text(statement), {"after": after, "upto": after + BATCH})


def downgrade() -> None:
    for trigger in ("case_words_come", "case_words_change", "case_words_go"):
        on = " ON case_file" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER IF EXISTS {trigger}{on}")
    op.execute("DROP TABLE IF EXISTS case_words")
    if op.get_bind().dialect.name == "postgresql":
        for function in ("case_words_kept()", "case_words_gone()", "case_tokens(text[], text)"):
            op.execute(f"DROP FUNCTION {function}")
    op.drop_index("ix_case_closed", "case_file")
    op.drop_index("ix_case_open", "case_file")
