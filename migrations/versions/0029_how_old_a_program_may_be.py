"""beside the schema's number: how old a program may be that works with it

Revision: 0029
After: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alembic_version", sa.Column("oldest", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("alembic_version", "oldest")
