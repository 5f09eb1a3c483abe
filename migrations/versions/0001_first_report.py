"""The tables of the first report, end to end.

Revision ID: 0001
Revises: -
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# An audit row is never changed or deleted. Its detail may be null because a later version will
# empty details of erased reports; the chain, made over the commitment, stays whole then.
SQLITE_KEEPS_AUDIT = (
    """
    CREATE TRIGGER audit_event_stays BEFORE DELETE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END
    """,
    """
    CREATE TRIGGER audit_event_unchanged BEFORE UPDATE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END
    """,
)
POSTGRESQL_KEEPS_AUDIT = (
    """
    CREATE FUNCTION audit_event_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'audit rows are never changed or deleted';
    END $$
    """,
    """
    CREATE TRIGGER audit_event_keep BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_keep()
    """,
    """
    CREATE TRIGGER audit_event_keep_all BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_keep()
    """,
)


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("received_week", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_cases_level")),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_cases_queue",
        "cases",
        ["state", sa.literal_column("level DESC"), "received_week", "id"],
        unique=False,
    )
    op.create_table(
        "epoch",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("group", sa.String(length=16), nullable=False),
        sa.Column("kid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=1216), nullable=False),
        sa.Column("made_week", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_epoch"),
        sa.UniqueConstraint("kid", name="uq_epoch_kid"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "member",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=1216), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("keyring_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("name_tag", name="uq_member_name_tag"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("box_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sign_in_expires_hour", "sign_in", ["expires_hour"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_visit_expires_hour", "visit", ["expires_hour"], unique=False)
    op.create_table(
        "audit_segment",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("epoch_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_audit_segment_epoch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_segment"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_part",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_part_case_id"),
        sa.PrimaryKeyConstraint("case_id", "part", name="pk_case_part"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_wrap",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wrapped", sa.String(length=16), nullable=False),
        sa.Column("epoch_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_wrap_case_id"),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_case_wrap_epoch_id"),
        sa.PrimaryKeyConstraint("case_id", "wrapped", name="pk_case_wrap"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "epoch_grant",
        sa.Column("epoch_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("member_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("box_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name="fk_epoch_grant_epoch_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_epoch_grant_member_id"),
        sa.PrimaryKeyConstraint("epoch_id", "member_id", name="pk_epoch_grant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_mail_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_mail"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailbox",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("lookup", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt_lock_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("case_lock_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_mailbox_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_mailbox"),
        sa.UniqueConstraint("lookup", name="uq_mailbox_lookup"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "message",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_message_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_case_id", "message", ["case_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_note_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_note_case_id", "note", ["case_id"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["audit_segment.id"], name="fk_audit_event_segment_id"
        ),
        sa.PrimaryKeyConstraint("n", name="pk_audit_event"),
        sqlite_with_rowid=False,
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_KEEPS_AUDIT if on_postgresql else SQLITE_KEEPS_AUDIT:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_event")
    op.drop_index("ix_note_case_id", table_name="note")
    op.drop_table("note")
    op.drop_index("ix_message_case_id", table_name="message")
    op.drop_table("message")
    op.drop_table("mailbox")
    op.drop_table("mail")
    op.drop_table("epoch_grant")
    op.drop_table("case_wrap")
    op.drop_table("case_part")
    op.drop_table("audit_segment")
    op.drop_index("ix_visit_expires_hour", table_name="visit")
    op.drop_table("visit")
    op.drop_index("ix_sign_in_expires_hour", table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_table("member")
    op.drop_table("epoch")
    op.drop_index("ix_cases_queue", table_name="cases")
    op.drop_table("cases")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_keep()")
