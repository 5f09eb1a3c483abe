"""Every report that is still worked on has a row that says whether lists know it.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Until now a new report had none, and lists looked for what was missing.
    op.execute(
        "INSERT INTO header (case_id, epoch_id, rev, box_sealed)"
        " SELECT case_id, epoch_id, -1, substr(key_sealed, 1, 0)"
        " FROM case_wrap JOIN cases ON cases.id = case_wrap.case_id"
        " WHERE wrapped = 'case' AND state IN"
        " ('received', 'quarantined', 'triaged', 'active', 'monitoring', 'review')"
        " AND NOT EXISTS (SELECT 1 FROM header WHERE header.case_id = cases.id)"
    )


def downgrade() -> None:
    """Leave the rows: the release before reads them as it reads its own."""
