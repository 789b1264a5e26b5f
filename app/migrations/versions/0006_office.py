"""What the last attempt at a source did in full; when and with what a session was last used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('trace',
    sa.Column('source_id', sa.String(length=64), nullable=False),
    sa.Column('made_at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_trace_source_id')),
    sa.PrimaryKeyConstraint('source_id', name=op.f('pk_trace'))
    )
    op.add_column('session', sa.Column('seen_at', app.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column('session', sa.Column('agent', sa.String(length=300), nullable=True))


def downgrade() -> None:
    op.drop_column('session', 'agent')
    op.drop_column('session', 'seen_at')
    op.drop_table('trace')
