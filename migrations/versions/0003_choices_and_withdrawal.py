"""What a reporter allows, what was done with a report, and what was taken back.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("consent", "trace"):
        op.create_table(
            name,
            sa.Column("id", sa.LargeBinary(length=16), nullable=False),
            sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
            sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{name}_case_id"),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{name}_case_id", name, ["case_id"], unique=False)
    op.create_table(
        "parked",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wrapped", sa.String(length=16), nullable=False),
        sa.Column("epoch_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("withdrawal_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_parked_case_id"),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_parked_epoch_id"),
        sa.PrimaryKeyConstraint("case_id", "wrapped", name="pk_parked"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drops",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("epoch_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_drops_epoch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_drops"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for name in ("drops", "parked", "trace", "consent"):
        op.drop_table(name)
