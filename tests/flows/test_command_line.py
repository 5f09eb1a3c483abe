"""The commands of an operator: the ceremony, the log, maintenance, and a doctor."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from admin import browsers
from admin.accounts import Newcomer, read_duties
from admin.demo_staff import let_join
from admin.factors import OneTimeCodes
from admin.installation import stored
from admin.models import SignIn
from crypto.envelope import Secret
from reporting import drafts, office
from reporting.audit_rows import AuditRow
from reporting.database import connect
from reporting.help_lines import DEFAULT
from reporting.models import Case, VisitRow
from reporting.office import PIN_FILE
from reporting.settings import Settings, Transport
from reporting.visit_keys import keys_from
from tests.builders_staff import StaffMember, first_page, without_triggers
from tests.conftest import Clock
from tests.typist import (
    GENESIS,
    PASSPHRASE,
    Line,
    code_of,
    found,
    run,
    typed_by_founders,
)
from wsgi import Installation, create_app


@pytest.fixture
def installation(settings: Settings, clock: Clock) -> Installation:
    """A fresh instance on each kind of database."""
    return Installation(settings, clock)


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Installation:
    """A place for an instance on SQLite that does not exist yet."""
    return Installation(Settings(tmp_path / "small", transport=Transport.LOOPBACK), clock)


def test_the_founders_can_sign_in(installation: Installation, clock: Clock) -> None:
    founders = found(installation)
    app = create_app(installation.settings, clock)
    for founder in founders:
        first = first_page(app.test_client(), StaffMember.of(founder), clock)
        assert first.headers["Location"] == "/staff/me/declaration"  # on the first day, before all
    app.extensions["tomoshibi"].database.engine.dispose()


def test_the_founders_are_shown_what_tells_their_keys_from_others(
    installation: Installation,
) -> None:
    shown = run(installation, *GENESIS, typed=typed_by_founders(installation)).output
    with stored(installation) as database, database.read() as session:
        people = office.load(session, installation.settings.instance).roster.people.values()
    lines = shown.splitlines()
    for name, person in zip(("Aiko Mori", "Daniel Berg", "Sora Lind"), people, strict=True):
        assert lines[lines.index(name) + 1] == "  " + " ".join(person.fingerprint)


def test_an_office_is_founded_once(installation: Installation) -> None:
    found(installation)
    again = run(installation, *GENESIS)
    assert again.exit_code == 1
    assert "has its office already" in again.output
    assert "Passphrase" not in again.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "at least two people"),
        (("Aiko=supervisor",), "at least two people"),
        (("Aiko=supervisor", "AIKO=steward"), "the same name"),
        (("Aiko=supervisor", " =steward"), "cannot be empty"),
        (("Aiko=supervisor", "supervisor"), "cannot be empty"),
        (("Aiko=supervisor", "Ren=auditor,supervisor"), "never holds these roles together"),
        (("Aiko=supervisor", "Ren=auditor"), "is a supervisor or a steward"),
        (("Aiko=supervisor", "Ren=root"), "'root' is no role"),
    ],
)
def test_founders_who_cannot_be_are_refused_before_anything_is_asked(
    installation: Installation, words: tuple[str, ...], says: str
) -> None:
    founders = [word for founder in words for word in ("--founder", founder)]
    result = run(installation, "genesis", *founders)
    assert result.exit_code != 0
    assert says in result.output
    assert "Passphrase" not in result.output


def test_passphrases_are_asked_for_until_they_are_good_and_never_shown(
    installation: Installation,
) -> None:
    first: list[Line] = ["short", PASSPHRASE, PASSPHRASE, "000000x", code_of(installation)]
    others = typed_by_founders(installation)[3:]
    result = run(installation, *GENESIS, typed=[*first, *others])
    assert result.exit_code == 0, result.output
    assert "at least 16 characters" in result.output
    assert "Wait for the next one" in result.output
    assert PASSPHRASE not in result.output


def test_the_log_is_checked_without_any_key(installation: Installation) -> None:
    found(installation)
    result = run(installation, "audit", "verify")
    assert result.exit_code == 0
    assert result.output.startswith("10 rows, head ")
    database = connect(installation.settings.database)
    with database.begin() as session:
        last = session.scalars(select(AuditRow).order_by(AuditRow.n.desc()).limit(1)).one()
        session.execute(
            insert(AuditRow).values(
                n=12,
                week=last.week,
                segment_id=last.segment_id,
                commitment=last.commitment,
                detail_sealed=None,
                prev=last.hash,
                hash=last.hash,
            )
        )
    database.engine.dispose()
    broken = run(installation, "audit", "verify")
    assert broken.exit_code == 1
    assert "broken at row 11" in broken.output


def test_a_log_that_lost_details_is_reported(installation: Installation) -> None:
    found(installation)
    database = connect(installation.settings.database)
    without_triggers(database.engine)
    with database.begin() as session:
        session.execute(update(AuditRow).where(AuditRow.n > 1).values(detail_sealed=None))
    database.engine.dispose()
    checked = run(installation, "audit", "verify")
    assert checked.exit_code == 1
    assert "9 rows of the audit log lost their detail, the first of them row 2" in checked.output
    assert "compare with a backup" in checked.output
    assert "lost their detail" in doctors_complaints(installation)


def test_maintenance_deletes_what_has_expired_and_nothing_else(
    installation: Installation, clock: Clock
) -> None:
    database = connect(installation.settings.database)
    with database.begin() as session:
        old = keys_from(Secret(bytes(32)))
        drafts.keep_page(session, old, "q", {"story": ("old",)}, clock())
        pending = browsers.Pending(bytes(16), bytes(16), Secret(bytes(32)), clock())
        browsers.keep_pending(session, browsers.keys_from(Secret(bytes(32))), pending)
    clock.advance(timedelta(hours=30))
    with database.begin() as session:
        new = keys_from(browsers.new_token())
        drafts.keep_page(session, new, "q", {"story": ("new",)}, clock())
    result = run(installation, "maintain")
    assert result.exit_code == 0
    assert "1 expired drafts and mailbox visits, 1 sign-ins" in result.output
    is_sqlite = database.engine.dialect.name == "sqlite"
    assert ("Nothing of them is left" if is_sqlite else "Their place in Post") in result.output
    assert "0 expired drafts and mailbox visits, 0 sign-ins" in run(installation, "maintain").output
    with database.read() as session:
        assert [row.id for row in session.scalars(select(VisitRow))] == [new.row]
        assert session.scalars(select(SignIn)).all() == []
    database.engine.dispose()


def test_maintenance_says_when_somebody_still_reads(small: Installation) -> None:
    small.initialise()
    database = connect(small.settings.database)
    with database.read() as session:
        session.scalars(select(Case)).all()
        with database.begin() as writing:
            writing.execute(insert(SignIn).values(**a_sign_in()))
        result = run(small, "maintain")
    database.engine.dispose()
    assert "Run this again in a minute" in result.output


def a_sign_in() -> dict[str, bytes | int]:
    return {
        "id": bytes(16),
        "member_id": bytes(16),
        "expires_hour": 0,
        "rev": 0,
        "box_sealed": b"-",
    }


@pytest.mark.parametrize("words", [("maintain",), ("audit", "verify"), GENESIS])
def test_before_init_every_command_says_what_to_do(
    small: Installation, words: tuple[str, ...]
) -> None:
    for _ in range(2):
        result = run(small, *words)
        assert result.exit_code == 1
        assert "Run `tomoshibi init`" in result.output
        small.settings.instance.mkdir(exist_ok=True)


def doctors_complaints(installation: Installation) -> str:
    result = run(installation, "doctor")
    assert result.exit_code == 1
    return result.output


def checked_lines(folder: Path) -> None:
    """Write help lines of the office's own, checked today."""
    lines = DEFAULT.read_text(encoding="utf-8")
    checked = lines.replace("needs =", "verified = 2026-11-24\nneeds =")
    (folder / "help.toml").write_text(checked, encoding="utf-8")


def test_the_doctor_leads_from_nothing_to_the_ceremony(settings: Settings, clock: Clock) -> None:
    installation = Installation(settings, clock)
    settings.instance.rename(settings.instance.with_name("away"))
    assert "does not exist" in doctors_complaints(installation)
    installation.initialise()
    settings.instance.chmod(0o755)
    assert "chmod 700" in doctors_complaints(installation)
    settings.instance.chmod(0o700)
    (settings.instance / "staff.pepper").chmod(0o640)
    assert "chmod 600" in doctors_complaints(installation)
    (settings.instance / "staff.pepper").chmod(0o600)
    (settings.instance / PIN_FILE).write_text("ab" * 32)
    assert "The ceremony stopped halfway" in doctors_complaints(installation)
    (settings.instance / "office.pin").unlink()
    assert "Nobody can read reports here yet" in doctors_complaints(installation)


def test_the_doctor_leads_from_the_ceremony_to_a_fit_instance(
    settings: Settings, clock: Clock
) -> None:
    installation = Installation(settings, clock)
    founders = found(installation)
    complaints = doctors_complaints(installation)
    assert "Fewer than two statistics officers" in complaints
    assert "No auditor: nobody checks what the staff does" in complaints
    assert "Fewer than two people" not in complaints
    let_all_join(installation, founders)
    checked_lines(settings.instance)
    healthy = run(installation, "doctor")
    assert healthy.exit_code == 0, healthy.output
    assert "FAILS" not in healthy.output


def let_all_join(installation: Installation, founders: list[Newcomer]) -> None:
    """Let everybody join whom the rules want beside the founders."""
    wanted = [
        (Newcomer(f"The {role}", PASSPHRASE, OneTimeCodes.make()), read_duties(role))
        for role in ("auditor", "statistics_officer", "administrator")
    ]
    let_join(installation, founders, wanted, installation.clock())


def test_the_doctor_wants_every_migration(small: Installation) -> None:
    small.initialise()
    database = connect(small.settings.database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    database.engine.dispose()
    assert "older than this program" in doctors_complaints(small)
