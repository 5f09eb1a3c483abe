"""What belongs to a report as a file: its head, and its content in pieces.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("first_piece", sa.BigInteger(), nullable=False),
        sa.Column("visit_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("opened_by", sa.String(length=16), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("meta_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("box_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("(visit_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_file_owner")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name="fk_file_visit_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_file_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_file"),
        sa.UniqueConstraint("first_piece", name="uq_file_first_piece"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_file_visit_id", "file", ["visit_id"], unique=False)
    op.create_index("ix_file_case_id", "file", ["case_id"], unique=False)
    # The one table of ours with SQLite's own row numbers: they are ours, and random. With them
    # a mebibyte is written and read about twice as fast (docs/decisions/0011-files-in-rows.md).
    op.create_table(
        "file_piece",
        sa.Column("id", LONG, autoincrement=False, nullable=False),
        sa.Column("slice_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_file_piece"),
    )


def downgrade() -> None:
    op.drop_table("file_piece")
    op.drop_index("ix_file_case_id", table_name="file")
    op.drop_index("ix_file_visit_id", table_name="file")
    op.drop_table("file")
