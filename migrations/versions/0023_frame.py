"""The frame of the statistics: keys of each year, units that are counted, and what to look at.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stat_period",
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=1216), nullable=False),
        sa.Column("publication_epoch_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("casework_epoch_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("unit_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mac_casework_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mac_publication_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_epoch_id"], ["epoch.id"], name="fk_stat_period_publication_epoch_id_epoch"
        ),
        sa.ForeignKeyConstraint(
            ["casework_epoch_id"], ["epoch.id"], name="fk_stat_period_casework_epoch_id_epoch"
        ),
        sa.PrimaryKeyConstraint("period", "n", name="pk_stat_period"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stat_frame",
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("record_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("cluster_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("period", "unit_key", name="pk_stat_frame"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stat_due",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_stat_due"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("stat_due")
    op.drop_table("stat_frame")
    op.drop_table("stat_period")
