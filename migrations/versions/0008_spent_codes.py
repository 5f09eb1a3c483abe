"""One-time codes that were used.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)


def upgrade() -> None:
    op.create_table(
        "spent_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spent_code"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_spent_code_expires_hour", "spent_code", ["expires_hour"], unique=False)


def downgrade() -> None:
    op.drop_table("spent_code")
