"""bindings that end, and codes that end the one before

Revision: 0019
After: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("binding_code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaces", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("chat_identity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unbound_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("chat_identity", schema=None) as batch_op:
        batch_op.drop_column("unbound_at")
    with op.batch_alter_table("binding_code", schema=None) as batch_op:
        batch_op.drop_column("replaces")
