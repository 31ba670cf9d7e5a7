"""what is kept for how long

Revision: 0025
After: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

REMEMBERED = sa.text("closed_at IS NOT NULL AND forgotten_at IS NULL")
BY_PEOPLE = sa.text("person_id IS NOT NULL OR door IN ('shell', 'web')")
SHARES = ("notice_room", "notice_person")


def upgrade() -> None:
    # Not in a batch: SQLite would write the table anew, and its triggers would be gone.
    op.add_column("case_file", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report_edition", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_case_remembered",
        "case_file",
        ["privacy", "closed_at"],
        sqlite_where=REMEMBERED,
        postgresql_where=REMEMBERED,
    )
    op.create_index("ix_consumed_key_at", "consumed_key", ["at"])
    op.create_index(
        "ix_audit_kind", "audit", ["intent", "at"], sqlite_where=BY_PEOPLE, postgresql_where=BY_PEOPLE
    )
    for share in SHARES:  # a deleted sentence is looked for in both
        op.create_index(f"ix_{share}_outbox_id", share, ["outbox_id"])
    with op.batch_alter_table("rating") as batch_op:
        batch_op.alter_column("identity_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    # Ratings of nobody stay as they are: the release before reads them.
    for share in SHARES:
        op.drop_index(f"ix_{share}_outbox_id", share)
    op.drop_index("ix_audit_kind", "audit")
    op.drop_index("ix_consumed_key_at", "consumed_key")
    op.drop_index("ix_case_remembered", "case_file")
    op.drop_column("report_edition", "forgotten_at")
    op.drop_column("case_file", "forgotten_at")
