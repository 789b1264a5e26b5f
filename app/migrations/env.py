"""How Alembic reaches the database: the engine is handed over by :func:`app.db.migrate`."""

from __future__ import annotations

from alembic import context

from app.db import has_model
from app.models import Base

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, include_name=has_model
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
