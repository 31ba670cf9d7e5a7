"""forms of notices

Revision: 0011
After: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notice_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=True),
    sa.Column('told_by', sa.Integer(), nullable=True),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], ),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], ),
    sa.ForeignKeyConstraint(['told_by'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token')
    )
    with op.batch_alter_table('notice_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_link_notice_id'), ['notice_id'], unique=False)

    op.create_table('sent_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('identity_id', sa.Integer(), nullable=True),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['identity_id'], ['chat_identity.id'], ),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('sent_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sent_file_identity_id'), ['identity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sent_file_notice_id'), ['notice_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('sent_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sent_file_notice_id'))
        batch_op.drop_index(batch_op.f('ix_sent_file_identity_id'))

    op.drop_table('sent_file')
    with op.batch_alter_table('notice_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_link_notice_id'))

    op.drop_table('notice_link')
