"""indexes leave out the rows in which their column is empty; none where the order of writing says the same

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_outbox_person_day", "outbox", ("identity_id", "created_at"), "identity_id"),
    ("ix_outbox_room", "outbox", ("room_id", "state"), "room_id"),
    ("ix_outbox_identity", "outbox", ("identity_id", "state"), "identity_id"),
    ("ix_outbox_case", "outbox", ("case_id", "state"), "case_id"),
    ("ix_outbox_notice", "outbox", ("notice_id", "state"), "notice_id"),
    ("ix_outbox_sent", "outbox", ("room_id", "sent_at"), "sent_at"),
    ("ix_due_firing_case_id", "due_firing", ("case_id",), "case_id"),
    ("ix_due_firing_notice_id", "due_firing", ("notice_id",), "notice_id"),
    ("ix_case_file_merged_into_id", "case_file", ("merged_into_id",), "merged_into_id"),
    ("ix_chat_identity_person_id", "chat_identity", ("person_id",), "person_id"),
)

UNUSED = (("ix_audit_at", "audit"), ("ix_consumed_key_at", "consumed_key"))
"""Lines of audit stand in the order of their moments; used keys are few and swept once a day."""


def upgrade() -> None:
    for name, table in UNUSED:
        op.drop_index(name, table)
    for name, table, columns, known in INDEXES:
        filled = sa.text(f"{known} IS NOT NULL")
        op.drop_index(name, table)
        op.create_index(name, table, list(columns), sqlite_where=filled, postgresql_where=filled)


def downgrade() -> None:
    for name, table in UNUSED:
        op.create_index(name, table, ["at"])
    for name, table, columns, _known in INDEXES:
        op.drop_index(name, table)
        op.create_index(name, table, list(columns))
