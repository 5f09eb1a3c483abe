"""What the team does about a report, and who has it in hand.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)


def upgrade() -> None:
    op.create_table(
        "work",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_work_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_work"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lease",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("epoch_id", ID, nullable=False),
        sa.Column("box_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_lease_case_id"),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_lease_epoch_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_lease"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("lease")
    op.drop_table("work")
