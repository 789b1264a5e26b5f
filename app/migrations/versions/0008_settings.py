"""People and leaders can be withdrawn; when somebody signed in last; a leader's time zone; who changed which setting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('setting_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('made_at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting_change'))
    )
    op.create_index(op.f('ix_setting_change_subject'), 'setting_change', ['subject'], unique=False)
    op.add_column('person', sa.Column('withdrawn_at', app.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column('person', sa.Column('signed_in_at', app.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column('leader', sa.Column('time_zone', sa.String(length=64), nullable=True))
    op.add_column('leader', sa.Column('retired_at', app.db.UtcDateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE person SET signed_in_at = (SELECT max(made_at) FROM session WHERE session.person_id = person.id)"
    )


def downgrade() -> None:
    op.drop_column('leader', 'retired_at')
    op.drop_column('leader', 'time_zone')
    op.drop_column('person', 'signed_in_at')
    op.drop_column('person', 'withdrawn_at')
    op.drop_index(op.f('ix_setting_change_subject'), table_name='setting_change')
    op.drop_table('setting_change')
