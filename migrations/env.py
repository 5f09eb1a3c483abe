"""Alembic's entry: runs migrations on the connection it is handed."""

from alembic import context

import admin.budget_rows
import admin.circle_rows
import admin.models
import admin.reading_rows  # noqa: F401 - puts the staff tables into the metadata
import reporting.audit_rows
import reporting.case_rows
import reporting.file_rows
import reporting.lent_rows
import reporting.models
import reporting.office_rows
import reporting.stat_rows
import reporting.term_rows  # noqa: F401 - puts the public side's tables into the metadata
from reporting.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
