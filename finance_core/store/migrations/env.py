"""Runs the migrations on the connection that ``database.upgrade`` (or a developer) gives."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from finance_core.settings import CoreSettings
from finance_core.store import (
    database,
    forecast_tables,  # noqa: F401
    identity_tables,  # noqa: F401
    payment_tables,  # noqa: F401
    plan_tables,  # noqa: F401  (its tables are among Base's)
    rights_tables,  # noqa: F401
)
from finance_core.store.tables import Base


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    opened = database.connect(CoreSettings().database)
    with opened.engine.execution_options(writes=True).begin() as own:
        _run(own)
    opened.close()
