"""Until when a report is kept, and what may not be erased for now.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)


def upgrade() -> None:
    op.create_table(
        "term_shown",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_term_shown_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_term_shown"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hold",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("epoch_id", ID, nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_hold_case_id"),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_hold_epoch_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_hold"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("hold")
    op.drop_table("term_shown")
