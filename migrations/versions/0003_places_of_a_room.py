"""the last places said in a room, found without sorting all of its cases

Revision: 0003
After: 0002
"""

from alembic import op

from migrations.beside_writers import index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index("ix_case_room_place", "case_file", ["room_id", "id"], where="place != ''")


def downgrade() -> None:
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_room_place")
