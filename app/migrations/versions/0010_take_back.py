"""An approval can be taken back before anything is sent: who did so, when, and which approval it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('taken_back',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.String(length=24), nullable=False),
    sa.Column('approved_by', sa.String(length=120), nullable=True),
    sa.Column('approved_at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('frozen_hash', sa.String(length=64), nullable=False),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('made_at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_taken_back_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_taken_back'))
    )
    op.create_index(op.f('ix_taken_back_edition_id'), 'taken_back', ['edition_id'], unique=False)
    op.add_column('edition', sa.Column('taken_back', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    op.drop_column('edition', 'taken_back')
    op.drop_index(op.f('ix_taken_back_edition_id'), table_name='taken_back')
    op.drop_table('taken_back')
