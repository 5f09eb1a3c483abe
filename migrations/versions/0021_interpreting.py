"""Single texts that are lent to somebody who translates them.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lent",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reader_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sa.Column("mark_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lent"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lent_reader_id", "lent", ["reader_id"])
    op.create_index("ix_lent_expires_hour", "lent", ["expires_hour"])


def downgrade() -> None:
    op.drop_table("lent")
