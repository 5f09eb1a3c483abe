"""Marks of identifiers, and the key that they are made with.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)


def upgrade() -> None:
    op.create_table(
        "link_key",
        sa.Column("epoch_id", ID, nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_link_key_epoch_id"),
        sa.PrimaryKeyConstraint("epoch_id", name="pk_link_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link_token",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", ID, nullable=False),
        sa.Column("epoch_id", ID, nullable=False),
        sa.Column("box_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_link_token_epoch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link_token"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_link_token_token", "link_token", ["token"])
    op.create_index("ix_link_token_epoch_id", "link_token", ["epoch_id"])


def downgrade() -> None:
    op.drop_table("link_token")
    op.drop_table("link_key")
