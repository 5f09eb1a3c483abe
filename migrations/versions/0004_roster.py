"""The signed roster, the circles of the team, invitations and proposals.

Revision ID: 0004
Revises: 0003

An office of before had no founding that anybody signed, so nothing of its staff can be carried
over: it is founded anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)
SQLITE_KEEPS_ROSTER = (
    """
    CREATE TRIGGER roster_entry_stays BEFORE DELETE ON roster_entry
    BEGIN SELECT RAISE(ABORT, 'entries of the roster are never deleted'); END
    """,
    """
    CREATE TRIGGER roster_entry_unchanged BEFORE UPDATE ON roster_entry
    BEGIN SELECT RAISE(ABORT, 'entries of the roster are never changed'); END
    """,
)
POSTGRESQL_KEEPS_ROSTER = (
    """
    CREATE FUNCTION roster_entry_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'entries of the roster are never changed or deleted';
    END $$
    """,
    """
    CREATE TRIGGER roster_entry_keep BEFORE UPDATE OR DELETE ON roster_entry
    FOR EACH ROW EXECUTE FUNCTION roster_entry_keep()
    """,
    """
    CREATE TRIGGER roster_entry_keep_all BEFORE TRUNCATE ON roster_entry
    FOR EACH STATEMENT EXECUTE FUNCTION roster_entry_keep()
    """,
)


def upgrade() -> None:
    _require_nobody("an earlier version, whose staff nobody signed")
    _roster()
    _people()
    _circles()
    _joining()


def _roster() -> None:
    op.create_table(
        "roster_entry",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_roster_entry"),
        sqlite_with_rowid=False,
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_KEEPS_ROSTER if is_postgresql else SQLITE_KEEPS_ROSTER:
        op.execute(statement)
    with op.batch_alter_table("epoch", table_kwargs={"sqlite_with_rowid": False}) as epoch:
        epoch.drop_constraint("uq_epoch_kid", type_="unique")
        for name in ("kid", "public_key", "made_week"):
            epoch.drop_column(name)
    op.create_index("ix_case_wrap_epoch_id", "case_wrap", ["epoch_id"], unique=False)


def _people() -> None:
    with op.batch_alter_table("member", table_kwargs={"sqlite_with_rowid": False}) as member:
        member.drop_column("public_key")
        member.add_column(sa.Column("sealing_key", sa.LargeBinary(length=1216), nullable=False))
        member.add_column(sa.Column("signing_key", sa.LargeBinary(length=32), nullable=False))
        member.add_column(sa.Column("decoy_sealed", sa.LargeBinary(), nullable=False))
    op.execute("DELETE FROM sign_in")
    with op.batch_alter_table("sign_in", table_kwargs={"sqlite_with_rowid": False}) as sign_in:
        sign_in.add_column(sa.Column("member_id", ID, nullable=False))
    op.create_index("ix_sign_in_member_id", "sign_in", ["member_id"], unique=False)


def _circles() -> None:
    op.create_table(
        "circle",
        sa.Column("circle", sa.String(length=16), nullable=False),
        sa.Column("key_id", ID, nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("circle", name="pk_circle"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "circle_key",
        sa.Column("circle", sa.String(length=16), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("box_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["circle"], ["circle.circle"], name="fk_circle_key_circle"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_circle_key_member_id"),
        sa.PrimaryKeyConstraint("circle", "member_id", name="pk_circle_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "about",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("circle", sa.String(length=16), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["circle"], ["circle.circle"], name="fk_about_circle"),
        sa.PrimaryKeyConstraint("member_id", "circle", name="pk_about"),
        sqlite_with_rowid=False,
    )


def _joining() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sa.Column("link_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("member_id", name="uq_invitation_member_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_invitation_expires_hour", "invitation", ["expires_hour"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    _require_nobody("this version, whose staff no earlier one can let in")
    for name in ("proposal", "invitation", "about", "circle_key", "circle", "roster_entry"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION roster_entry_keep()")
    op.drop_index("ix_sign_in_member_id", table_name="sign_in")
    op.drop_index("ix_case_wrap_epoch_id", table_name="case_wrap")
    with op.batch_alter_table("sign_in", table_kwargs={"sqlite_with_rowid": False}) as sign_in:
        sign_in.drop_column("member_id")
    with op.batch_alter_table("member", table_kwargs={"sqlite_with_rowid": False}) as member:
        for name in ("sealing_key", "signing_key", "decoy_sealed"):
            member.drop_column(name)
        member.add_column(sa.Column("public_key", sa.LargeBinary(length=1216), nullable=False))
    with op.batch_alter_table("epoch", table_kwargs={"sqlite_with_rowid": False}) as epoch:
        epoch.add_column(sa.Column("kid", ID, nullable=False))
        epoch.add_column(sa.Column("public_key", sa.LargeBinary(length=1216), nullable=False))
        epoch.add_column(sa.Column("made_week", sa.Integer(), nullable=False))
        epoch.create_unique_constraint("uq_epoch_kid", ["kid"])


def _require_nobody(whose: str) -> None:
    """Stop where somebody is on the staff: nothing of them can be carried over."""
    if op.get_bind().exec_driver_sql("SELECT 1 FROM member LIMIT 1").first():
        raise RuntimeError(
            f"This instance belongs to {whose}. Set TOMOSHIBI_INSTANCE to a new folder and found "
            "the office there."
        )
