"""What lists show of a report, and which lists it is in.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)


def upgrade() -> None:
    op.create_table(
        "header",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("epoch_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("box_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_header_case_id"),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_header_epoch_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_header"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_header_rev", "header", ["rev"])
    op.create_table(
        "listed",
        sa.Column("token", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_listed_case_id"),
        sa.PrimaryKeyConstraint("token", "case_id", name="pk_listed"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listed_case_id", "listed", ["case_id"])
    # Lists know that they know nothing of what was there before them.
    op.execute(
        "INSERT INTO header (case_id, epoch_id, rev, box_sealed)"
        " SELECT case_id, epoch_id, -1, substr(key_sealed, 1, 0)"
        " FROM case_wrap WHERE wrapped = 'case'"
    )


def downgrade() -> None:
    op.drop_table("listed")
    op.drop_table("header")
