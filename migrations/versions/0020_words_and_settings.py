"""words and settings changed on pages

Revision: 0020
After: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "added_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("plain", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("added_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_added_word_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_added_word_ended_at"), ["ended_at"], unique=False)

    op.create_table(
        "setting_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["room.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("setting_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_setting_change_room_id"), ["room_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("setting_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_setting_change_room_id"))

    op.drop_table("setting_change")
    with op.batch_alter_table("added_word", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_added_word_ended_at"))
        batch_op.drop_index(batch_op.f("ix_added_word_area_id"))

    op.drop_table("added_word")
