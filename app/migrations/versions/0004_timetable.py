"""The times of an edition, readers' own times of sending, late notes and the mails of corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

MOMENT = app.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remind_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("approve_by", MOMENT, nullable=True))
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("send_at", MOMENT, nullable=True))
    op.execute("UPDATE delivery SET send_at = (SELECT edition.send_at FROM edition WHERE id = edition_id)")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.alter_column("send_at", existing_type=MOMENT, nullable=False)
    with op.batch_alter_table("leader", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sending_day", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("sending_time", sa.String(length=5), nullable=True))

    op.create_table(
        "late_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.String(length=24), nullable=False),
        sa.Column("story_id", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_late_note_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_note")),
    )
    with op.batch_alter_table("late_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_late_note_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "note_delivery",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["leader_id"], ["leader.id"], name=op.f("fk_note_delivery_leader_id")),
        sa.ForeignKeyConstraint(["note_id"], ["late_note.id"], name=op.f("fk_note_delivery_note_id")),
        sa.PrimaryKeyConstraint("note_id", "leader_id", name=op.f("pk_note_delivery")),
    )
    with op.batch_alter_table("note_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_delivery_state"), ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("note_delivery")
    op.drop_table("late_note")
    with op.batch_alter_table("leader", schema=None) as batch_op:
        batch_op.drop_column("sending_time")
        batch_op.drop_column("sending_day")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("send_at")
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_column("approve_by")
        batch_op.drop_column("remind_at")
