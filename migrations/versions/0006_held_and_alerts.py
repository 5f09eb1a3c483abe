"""Keys that are kept back, and warnings for supervisors.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)


def upgrade() -> None:
    with op.batch_alter_table("member", table_kwargs={"sqlite_with_rowid": False}) as member:
        member.add_column(sa.Column("held", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("member", table_kwargs={"sqlite_with_rowid": False}) as member:
        member.alter_column("held", server_default=None)
    op.create_table(
        "alert",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_alert_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_alert_member_id", "alert", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_table("alert")
    with op.batch_alter_table("member", table_kwargs={"sqlite_with_rowid": False}) as member:
        member.drop_column("held")
