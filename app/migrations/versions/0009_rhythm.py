"""A leader may have a rhythm of their own: editions come in two series, each with a ledger and readers of its own."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

import app.db

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('leader', sa.Column('rhythm', sa.String(length=8), nullable=True))
    # What stands is the office's, in whichever rhythm: its ids, its ledger and its periods go on as they are.
    op.add_column('edition', sa.Column('series', sa.String(length=8), server_default='office', nullable=False))
    op.add_column('edition', sa.Column('rhythm', sa.String(length=8), nullable=True))
    op.add_column('edition', sa.Column('began_at', app.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column('ledger_line', sa.Column('series', sa.String(length=8), server_default='office', nullable=False))
    op.drop_index('ix_ledger_line_document_id_version', table_name='ledger_line')
    op.create_index('ix_ledger_line_document_id_version_series', 'ledger_line', ['document_id', 'version', 'series'], unique=True)
    op.add_column('ask', sa.Column('told_own', sa.String(length=24), nullable=True))
    op.create_table('reader',
    sa.Column('edition_id', sa.String(length=24), nullable=False),
    sa.Column('leader_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_reader_edition_id')),
    sa.ForeignKeyConstraint(['leader_id'], ['leader.id'], name=op.f('fk_reader_leader_id')),
    sa.PrimaryKeyConstraint('edition_id', 'leader_id', name=op.f('pk_reader'))
    )
    op.create_index(op.f('ix_reader_leader_id'), 'reader', ['leader_id'], unique=False)
    _fill()


def _fill() -> None:
    """An approved edition has a delivery for each reader; a draft says in its views who they are."""
    op.execute('INSERT INTO reader (edition_id, leader_id) SELECT DISTINCT edition_id, leader_id FROM delivery')
    connection = op.get_bind()
    for identifier, draft in connection.execute(sa.text('SELECT id, draft FROM edition WHERE frozen IS NULL')).all():
        for view in json.loads(draft)['views']:
            if view['leader_id'] is not None:
                values = {'edition': identifier, 'leader': view['leader_id']}
                connection.execute(sa.text('INSERT INTO reader (edition_id, leader_id) VALUES (:edition, :leader)'), values)


def downgrade() -> None:
    op.drop_index(op.f('ix_reader_leader_id'), table_name='reader')
    op.drop_table('reader')
    op.drop_column('ask', 'told_own')
    op.execute("DELETE FROM ledger_line WHERE series <> 'office'")
    op.drop_index('ix_ledger_line_document_id_version_series', table_name='ledger_line')
    op.create_index('ix_ledger_line_document_id_version', 'ledger_line', ['document_id', 'version'], unique=True)
    op.drop_column('ledger_line', 'series')
    op.drop_column('edition', 'began_at')
    op.drop_column('edition', 'rhythm')
    op.drop_column('edition', 'series')
    op.drop_column('leader', 'rhythm')
