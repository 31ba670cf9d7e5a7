"""standing reminders and looked after households

Revision: 0007
After: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('looked_after',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('household_id', 'person_id')
    )
    with op.batch_alter_table('looked_after', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_looked_after_person_id'), ['person_id'], unique=False)

    op.create_table('standing_setting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('stopped', sa.Boolean(), nullable=False),
    sa.Column('when_text', sa.String(), nullable=False),
    sa.Column('again', sa.String(), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], ),
    sa.ForeignKeyConstraint(['changed_by'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('area_id', 'code')
    )


def downgrade() -> None:
    op.drop_table('standing_setting')
    with op.batch_alter_table('looked_after', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_looked_after_person_id'))

    op.drop_table('looked_after')
