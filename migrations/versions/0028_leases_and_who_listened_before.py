"""leases and who listened before

Revision: 0028
After: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("listens_from", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("listened_before", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_column("listened_before")
        batch_op.drop_column("listens_from")
    op.drop_table("lease")
