"""How much each person on the team read today, and what supervisors are told of it.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("id", ID, nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("box_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reading_expires_hour", "reading", ["expires_hour"])
    op.create_table(
        "digest_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_digest_line_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_digest_line"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_digest_line_member_id", "digest_line", ["member_id"])
    op.create_index("ix_digest_line_expires_hour", "digest_line", ["expires_hour"])


def downgrade() -> None:
    op.drop_table("digest_line")
    op.drop_table("reading")
