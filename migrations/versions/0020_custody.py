"""What was done with the files of a report.

Clean copies need nothing new: they are files of the report, and what they are made from is locked.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custody",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_custody_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_custody"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("custody")
