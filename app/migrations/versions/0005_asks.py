"""Asks and their changes.

Revision ID: 0003
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ask',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('options', sa.Text(), nullable=False),
    sa.Column('recommendation', sa.Text(), nullable=False),
    sa.Column('consulted', sa.Text(), nullable=False),
    sa.Column('next_step', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=True),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('due_time', sa.String(length=5), nullable=True),
    sa.Column('mark', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('story_id', sa.String(length=24), nullable=True),
    sa.Column('edition_id', sa.String(length=24), nullable=True),
    sa.Column('made_by', sa.String(length=120), nullable=False),
    sa.Column('made_at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_by', sa.String(length=120), nullable=True),
    sa.Column('closed_at', app.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('told_in', sa.String(length=24), nullable=True),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_ask_edition_id')),
    sa.ForeignKeyConstraint(['told_in'], ['edition.id'], name=op.f('fk_ask_told_in')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask'))
    )
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ask_story_id'), ['story_id'], unique=False)
        batch_op.create_index('ix_ask_state_due_id', ['state', 'due', 'id'], unique=False)

    op.create_table('ask_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ask_id', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('made_at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_ask_change_ask_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask_change'))
    )
    with op.batch_alter_table('ask_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ask_change_ask_id'), ['ask_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('ask_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ask_change_ask_id'))
    op.drop_table('ask_change')
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.drop_index('ix_ask_state_due_id')
        batch_op.drop_index(batch_op.f('ix_ask_story_id'))
    op.drop_table('ask')
