"""indexes by handler and exports that wait

Revision: 0026
After: 0025
"""

import sqlalchemy as sa
from alembic import op

from migrations.beside_writers import index

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index("ix_case_claimed_by", "case_file", ["claimed_by", "state"], where="claimed_by IS NOT NULL")
    index("ix_case_keeper", "case_file", ["keeper_id", "state"], where="keeper_id IS NOT NULL")
    op.create_table('export_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('back', sa.String(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written', sa.Integer(), nullable=False),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ticket')
    )
    with op.batch_alter_table('export_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_export_file_began_at'), ['began_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('case_file', schema=None) as batch_op:
        batch_op.drop_index('ix_case_keeper', sqlite_where=sa.text('keeper_id IS NOT NULL'), postgresql_where=sa.text('keeper_id IS NOT NULL'))
        batch_op.drop_index('ix_case_claimed_by', sqlite_where=sa.text('claimed_by IS NOT NULL'), postgresql_where=sa.text('claimed_by IS NOT NULL'))

    with op.batch_alter_table('export_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_export_file_began_at'))

    op.drop_table('export_file')
