"""Signed steps of vetting, letters sealed to single people, and whose keys are kept back.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)
SQLITE_KEEPS_STEPS = (
    """
    CREATE TRIGGER standing_step_stays BEFORE DELETE ON standing_step
    BEGIN SELECT RAISE(ABORT, 'steps of a standing are never deleted'); END
    """,
    """
    CREATE TRIGGER standing_step_unchanged BEFORE UPDATE ON standing_step
    BEGIN SELECT RAISE(ABORT, 'steps of a standing are never changed'); END
    """,
)
POSTGRESQL_KEEPS_STEPS = (
    """
    CREATE FUNCTION standing_step_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'steps of a standing are never changed or deleted';
    END $$
    """,
    """
    CREATE TRIGGER standing_step_keep BEFORE UPDATE OR DELETE ON standing_step
    FOR EACH ROW EXECUTE FUNCTION standing_step_keep()
    """,
    """
    CREATE TRIGGER standing_step_keep_all BEFORE TRUNCATE ON standing_step
    FOR EACH STATEMENT EXECUTE FUNCTION standing_step_keep()
    """,
)


def upgrade() -> None:
    op.create_table(
        "standing_step",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "n", name="pk_standing_step"),
        sqlite_with_rowid=False,
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_KEEPS_STEPS if is_postgresql else SQLITE_KEEPS_STEPS:
        op.execute(statement)
    op.create_table(
        "letter",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("reader_id", ID, nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", "reader_id", name="pk_letter"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_letter_reader_id", "letter", ["reader_id"], unique=False)
    op.create_table(
        "lapse",
        sa.Column("member_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_lapse"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for name in ("lapse", "letter", "standing_step"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION standing_step_keep()")
