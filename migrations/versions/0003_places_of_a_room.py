"""the last places said in a room, found without sorting all of its cases

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_room_place",
            ["room_id", "id"],
            unique=False,
            sqlite_where=sa.text("place != ''"),
            postgresql_where=sa.text("place != ''"),
        )


def downgrade() -> None:
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_room_place")
