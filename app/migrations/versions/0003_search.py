"""Search over documents and editions, and what each topic gathered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

import app.db
from app.store import search_index
from app.store.editions import EDITION

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.add_column(sa.Column('retired_at', app.db.UtcDateTime(timezone=True), nullable=True))
    op.create_table('searched_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('algorithm', sa.Integer(), nullable=False),
    sa.Column('at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('source_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_searched_document_document_id')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_searched_document_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_searched_document')),
    sa.UniqueConstraint('document_id', name=op.f('uq_searched_document_document_id'))
    )
    op.create_index('ix_searched_document_at', 'searched_document', ['at'])
    op.create_table('searched_edition',
    sa.Column('edition_id', sa.String(length=24), nullable=False),
    sa.Column('algorithm', sa.Integer(), nullable=False),
    sa.Column('leaders', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_searched_edition_edition_id')),
    sa.PrimaryKeyConstraint('edition_id', name=op.f('pk_searched_edition'))
    )
    op.create_table('passage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.String(length=24), nullable=False),
    sa.Column('at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('story_id', sa.String(length=24), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('headline', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('sources', sa.Text(), nullable=False),
    sa.Column('topics', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_passage_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passage'))
    )
    op.create_index('ix_passage_edition_id', 'passage', ['edition_id'])
    op.create_table('showing',
    sa.Column('passage_id', sa.Integer(), nullable=False),
    sa.Column('leader_id', sa.String(length=64), nullable=False),
    sa.Column('clearance', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['passage_id'], ['passage.id'], name=op.f('fk_showing_passage_id')),
    sa.PrimaryKeyConstraint('passage_id', 'leader_id', 'clearance', name=op.f('pk_showing'))
    )
    op.create_table('topic_read',
    sa.Column('document_id', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('topics_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_topic_read_document_id')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_topic_read'))
    )
    op.create_table('document_topic',
    sa.Column('document_id', sa.String(length=20), nullable=False),
    sa.Column('topic_id', sa.String(length=64), nullable=False),
    sa.Column('at', app.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('strength', sa.Double(), nullable=False),
    sa.Column('terms', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_topic_document_id')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_document_topic_topic_id')),
    sa.PrimaryKeyConstraint('document_id', 'topic_id', name=op.f('pk_document_topic'))
    )
    op.create_index('ix_document_topic_topic_id_at', 'document_topic', ['topic_id', 'at'])
    for name in (search_index.DOCUMENT_WORDS, search_index.PASSAGE_WORDS):
        _create_words(name)
    _fill(Session(op.get_bind()))


def _create_words(name: str) -> None:
    """The words of texts by row number: a set, so neither engine keeps places; each word is one token as it stands."""
    if op.get_bind().dialect.name == 'sqlite':
        options = "detail=none, columnsize=0, tokenize=\"unicode61 remove_diacritics 0\""
        op.execute(f'CREATE VIRTUAL TABLE {name} USING fts5(words, {options})')
    else:
        op.execute(f'CREATE TABLE {name} (rowid integer PRIMARY KEY, words text[] NOT NULL)')
        op.execute(f'CREATE INDEX ix_{name}_words ON {name} USING gin (words)')


def _fill(session: Session) -> None:
    """Index what is stored already, a batch in memory at a time."""
    while batch := search_index.lacking(session):
        for each in batch:
            search_index.keep(session, each)
    while found := search_index.lacking_editions(session):
        for _, frozen in found:
            search_index.keep_edition(session, EDITION.validate_json(frozen))
    session.flush()


def downgrade() -> None:
    for name in (search_index.DOCUMENT_WORDS, search_index.PASSAGE_WORDS):
        op.execute(f'DROP TABLE {name}')
    for name in ('document_topic', 'topic_read', 'showing', 'passage', 'searched_edition', 'searched_document'):
        op.drop_table(name)
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_column('retired_at')
