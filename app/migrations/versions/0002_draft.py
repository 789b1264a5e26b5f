"""What an editor writes by hand: language of a translation; headline, source and mark of an entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('edit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('headline', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('source', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('mark', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('edit', schema=None) as batch_op:
        batch_op.drop_column('mark')
        batch_op.drop_column('source')
        batch_op.drop_column('headline')
        batch_op.drop_column('language')
