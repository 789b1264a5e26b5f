"""Statements have a handling mark, and come back after they were removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a statement from before they were there is for the highest clearance only."""
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mark", sa.Integer(), nullable=False, server_default="2"))
        batch_op.add_column(sa.Column("removed_at", app.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop the columns again; what was removed goes for good."""
    op.execute("DELETE FROM statement WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_column("removed_at")
        batch_op.drop_column("mark")
