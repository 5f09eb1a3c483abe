"""What people signed, when they came in, about where the log of the team ended.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoint"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_checkpoint_member_id", "checkpoint", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_table("checkpoint")
