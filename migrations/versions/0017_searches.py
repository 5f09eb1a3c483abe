"""What a search goes through in its order, and the searches that casework keeps.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_newest", "cases", ["received_week", "id"])
    op.create_table(
        "saved_search",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("epoch_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("box_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_saved_search_epoch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("saved_search")
    op.drop_index("ix_cases_newest", "cases")
