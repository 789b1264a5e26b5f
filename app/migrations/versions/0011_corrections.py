"""What editors did to the grouping, kept with author and time, each of it to be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('story_act',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('made_at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['undoes'], ['story_act.id'], name=op.f('fk_story_act_undoes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_act'))
    )
    op.create_index(op.f('ix_story_act_made_at'), 'story_act', ['made_at'], unique=False)
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.add_column(sa.Column('act_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_correction_act_id'), 'story_act', ['act_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_correction_act_id'), ['act_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_first'), ['first'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_second'), ['second'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_correction_second'))
        batch_op.drop_index(batch_op.f('ix_correction_first'))
        batch_op.drop_index(batch_op.f('ix_correction_act_id'))
        batch_op.drop_constraint(batch_op.f('fk_correction_act_id'), type_='foreignkey')
        batch_op.drop_column('act_id')
    op.drop_index(op.f('ix_story_act_made_at'), table_name='story_act')
    op.drop_table('story_act')
