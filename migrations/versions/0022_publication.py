"""Published figures: plans and their signatures, what was drawn, and the ledger of what was spent.

Revision ID: 0022
Revises: 0021

The database itself keeps the ledger: rows stay, states come in their order, and nothing is booked
over the cap of a year. ε is added up in whole parts of 1/3,603,600, so that no sum is rounded.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(length=16)
DIGEST = sa.LargeBinary(length=32)
PARTS = 3_603_600
FUNCTION = "CREATE FUNCTION "
# In the order in which they are taken away.
TABLES = (
    "budget_event",
    "stat_measurement",
    "stat_burn",
    "stat_approval",
    "stat_plan",
    "budget_scope",
)
UNKEPT = "rows of published figures are never changed or deleted"
SIGNED = "nothing about a plan changes once it is drawn"
ORDER = "a release is reserved, then drawn, then published; or it is burnt"
CHAIN = "the ledger goes on only where it ends"
CAP = "more than the year may cost"
SECOND = "a release follows only what was given up"
ALONE = "two officers give up what was drawn"
BURNT = "nothing about a release changes once it is given up"
# What must hold of a new event; NEW stands for it in both databases.
IS_OUT_OF_CHAIN = """
    NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM budget_event)
    OR NEW.prev <> coalesce(
      (SELECT hash FROM budget_event WHERE seq = NEW.seq - 1), {nothing})
"""
IS_OVER_CAP = """
    NEW.state = 'reserved'
    AND (SELECT coalesce(sum(eps_num * (3603600 / eps_den)), 0) FROM budget_event
         WHERE scope = NEW.scope AND state = 'reserved') + NEW.eps_num * (3603600 / NEW.eps_den)
      > (SELECT cap_num * (3603600 / cap_den) FROM budget_scope WHERE scope = NEW.scope)
"""
IS_OUT_OF_ORDER = """
    NEW.state <> 'reserved' AND (
      NOT EXISTS (SELECT 1 FROM budget_event AS e WHERE e.release_id = NEW.release_id
        AND e.state = CASE NEW.state WHEN 'published' THEN 'drawn' ELSE 'reserved' END
        AND e.scope = NEW.scope AND e.eps_num = NEW.eps_num AND e.eps_den = NEW.eps_den
        AND e.plan_sha256 = NEW.plan_sha256
        AND (NEW.state <> 'published' OR e.result_sha256 = NEW.result_sha256))
      OR EXISTS (SELECT 1 FROM budget_event AS e WHERE e.release_id = NEW.release_id
        AND e.state IN ('published', 'burnt')))
"""
IS_SECOND = """
    NEW.state = 'reserved' AND (
      EXISTS (SELECT 1 FROM budget_event AS e
        WHERE e.scope = NEW.scope AND e.release_id <> NEW.release_id
        AND NOT EXISTS (SELECT 1 FROM budget_event AS b
          WHERE b.release_id = e.release_id AND b.state = 'burnt'))
      OR (NEW.release_id NOT LIKE '%-A' AND NOT EXISTS (SELECT 1 FROM budget_event AS b
        WHERE b.state = 'burnt'
        AND b.release_id = substr(NEW.release_id, 1, length(NEW.release_id) - 1) || 'A')))
"""
IS_ALONE = """
    NEW.state = 'burnt'
    AND EXISTS (SELECT 1 FROM budget_event AS e
      WHERE e.release_id = NEW.release_id AND e.state = 'drawn')
    AND (SELECT count(*) FROM stat_burn AS s
      WHERE s.release_id = NEW.release_id AND s.reason = NEW.reason) < 2
"""
IS_NEW_SIGNED = "EXISTS (SELECT 1 FROM budget_event AS e WHERE e.release_id = NEW.release_id)"
IS_OLD_SIGNED = "EXISTS (SELECT 1 FROM budget_event AS e WHERE e.release_id = OLD.release_id)"
IS_SIGNED = {
    "INSERT": IS_NEW_SIGNED,
    "UPDATE": f"{IS_NEW_SIGNED} OR {IS_OLD_SIGNED}",
    "DELETE": IS_OLD_SIGNED,
}
IS_DRAWN = (
    "EXISTS (SELECT 1 FROM budget_event AS e"
    " WHERE e.release_id = NEW.release_id AND e.state <> 'reserved')"
)
# What was planted before a year began, or before its draw, is nobody's: the program replaces it.
IS_DRAWN_BEFORE = (
    "EXISTS (SELECT 1 FROM budget_event AS e"
    " WHERE e.release_id = OLD.release_id AND e.state <> 'reserved')"
)
IS_MEASURED = {
    "INSERT": IS_DRAWN,
    "UPDATE": f"{IS_DRAWN} OR {IS_DRAWN_BEFORE}",
    "DELETE": IS_DRAWN_BEFORE,
}
IS_BOOKED = "EXISTS (SELECT 1 FROM budget_event AS e WHERE e.scope = OLD.scope)"
STEPS = (
    (IS_OUT_OF_ORDER, ORDER),
    (IS_SECOND, SECOND),
    (IS_ALONE, ALONE),
    (IS_OVER_CAP, CAP),
)
IS_NEW_BURNT = (
    "EXISTS (SELECT 1 FROM budget_event AS e"
    " WHERE e.release_id = NEW.release_id AND e.state = 'burnt')"
)
IS_OLD_BURNT = (
    "EXISTS (SELECT 1 FROM budget_event AS e"
    " WHERE e.release_id = OLD.release_id AND e.state = 'burnt')"
)
IS_BURNT = {
    "INSERT": IS_NEW_BURNT,
    "UPDATE": f"{IS_NEW_BURNT} OR {IS_OLD_BURNT}",
    "DELETE": IS_OLD_BURNT,
}
ALWAYS = "1 = 1"
# Which change of which table is refused, when, and with which words.
GUARDS = (
    *(("stat_plan", event, (refused, SIGNED)) for event, refused in IS_SIGNED.items()),
    *(("stat_approval", event, (refused, SIGNED)) for event, refused in IS_SIGNED.items()),
    *(("stat_burn", event, (refused, BURNT)) for event, refused in IS_BURNT.items()),
    *(("stat_measurement", event, (refused, SIGNED)) for event, refused in IS_MEASURED.items()),
    *(("budget_scope", event, (IS_BOOKED, UNKEPT)) for event in ("UPDATE", "DELETE")),
    *(("budget_event", event, (ALWAYS, UNKEPT)) for event in ("UPDATE", "DELETE")),
)


def upgrade() -> None:
    _tables()
    _events()
    dialect = op.get_bind().dialect.name
    for statement in _postgresql() if dialect == "postgresql" else _sqlite():
        op.execute(statement)


def _tables() -> None:
    op.create_table(
        "budget_scope",
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("cap_num", sa.Integer(), nullable=False),
        sa.Column("cap_den", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            f"cap_den > 0 AND {PARTS} % cap_den = 0", name=op.f("ck_budget_scope_cap_den")
        ),
        sa.CheckConstraint(
            "cap_num > 0 AND cap_num <= 2 * cap_den", name=op.f("ck_budget_scope_cap")
        ),
        sa.PrimaryKeyConstraint("scope", name="pk_budget_scope"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stat_plan",
        sa.Column("release_id", sa.String(length=40), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("announced", sa.Integer(), nullable=False),
        sa.CheckConstraint("announced IN (0, 1)", name=op.f("ck_stat_plan_announced")),
        sa.PrimaryKeyConstraint("release_id", name="pk_stat_plan"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_stat_plan_period", "stat_plan", ["period"])
    _of_a_plan(
        "stat_approval",
        sa.Column("member_id", ID, primary_key=True),
        sa.Column("signing_key", DIGEST, nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
    )
    _of_a_plan(
        "stat_burn",
        sa.Column("member_id", ID, primary_key=True),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("signing_key", DIGEST, nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
    )
    _of_a_plan(
        "stat_measurement",
        sa.Column("measured", sa.String(length=32), primary_key=True),
        sa.Column("noisy", sa.LargeBinary(), nullable=False),
    )


def _of_a_plan(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("release_id", sa.String(length=40), primary_key=True),
        *columns,
        sa.ForeignKeyConstraint(
            ["release_id"], ["stat_plan.release_id"], name=f"fk_{name}_release_id_stat_plan"
        ),
        sqlite_with_rowid=False,
    )


def _events() -> None:
    op.create_table(
        "budget_event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("release_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("eps_num", sa.Integer(), nullable=False),
        sa.Column("eps_den", sa.Integer(), nullable=False),
        sa.Column("plan_sha256", DIGEST, nullable=False),
        sa.Column("result_sha256", DIGEST, nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("prev", DIGEST, nullable=False),
        sa.Column("hash", DIGEST, nullable=False),
        sa.CheckConstraint(
            "state IN ('reserved', 'drawn', 'published', 'burnt')",
            name=op.f("ck_budget_event_state"),
        ),
        sa.CheckConstraint(
            "(state = 'burnt') = (reason <> '')", name=op.f("ck_budget_event_reason")
        ),
        sa.CheckConstraint(
            f"eps_num > 0 AND eps_den > 0 AND {PARTS} % eps_den = 0",
            name=op.f("ck_budget_event_eps"),
        ),
        sa.ForeignKeyConstraint(
            ["scope"], ["budget_scope.scope"], name="fk_budget_event_scope_budget_scope"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["stat_plan.release_id"], name="fk_budget_event_release_id_stat_plan"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_budget_event"),
        sa.UniqueConstraint("release_id", "state", name="uq_budget_event_release_id"),
        sqlite_with_rowid=False,
    )


def _sqlite() -> list[str]:
    chained = IS_OUT_OF_CHAIN.format(nothing="zeroblob(32)")
    refusals = ((chained, CHAIN), *STEPS)
    booked = _sqlite_trigger("budget_event", "INSERT", *refusals)
    return [booked, *(_sqlite_trigger(*guard) for guard in GUARDS)]


def _sqlite_trigger(table: str, event: str, *refusals: tuple[str, str]) -> str:
    body = " ".join(
        f"SELECT RAISE(ABORT, '{why}') WHERE {condition};" for condition, why in refusals
    )
    name = f"{table}_{event.lower()}"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW BEGIN {body} END"


def _postgresql() -> list[str]:
    chained = IS_OUT_OF_CHAIN.format(nothing="decode(repeat('00', 32), 'hex')")
    refusals = ((chained, CHAIN), *STEPS)
    statements = _postgresql_trigger("budget_event", "INSERT", *refusals)
    for guard in GUARDS:
        statements += _postgresql_trigger(*guard)
    for table in TABLES:
        statements += _postgresql_trigger(table, "TRUNCATE", (ALWAYS, UNKEPT), each="STATEMENT")
    return statements


def _postgresql_trigger(
    table: str, event: str, *refusals: tuple[str, str], each: str = "ROW"
) -> list[str]:
    name = f"{table}_{event.lower()}"
    body = " ".join(
        f"IF {condition} THEN RAISE EXCEPTION '{why}'; END IF;" for condition, why in refusals
    )
    back = "OLD" if event == "DELETE" else "NEW"
    function = f"RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN {back}; END $$"
    trigger = f"BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"
    return [f"CREATE FUNCTION {name}() {function}", f"CREATE TRIGGER {name} {trigger}"]


def downgrade() -> None:
    made = _postgresql() if op.get_bind().dialect.name == "postgresql" else []
    for table in TABLES:
        op.drop_table(table)
    for statement in made:
        if statement.startswith(FUNCTION):
            op.execute(f"DROP FUNCTION {statement.removeprefix(FUNCTION).split()[0]}")
