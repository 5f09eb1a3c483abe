"""What people of the team note about a report for themselves alone.

Revision ID: 0011
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)


def upgrade() -> None:
    op.create_table(
        "own_note",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_own_note_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_own_note"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_own_note_case_id", "own_note", ["case_id"])
    op.create_table(
        "own_note_key",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_own_note_key_member_id"),
        sa.PrimaryKeyConstraint("member_id", name="pk_own_note_key"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("own_note_key")
    op.drop_index("ix_own_note_case_id", table_name="own_note")
    op.drop_table("own_note")
