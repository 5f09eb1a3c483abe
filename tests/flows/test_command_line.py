"""The commands of an operator: people, the log, maintenance, a doctor, a demonstration."""

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import Engine, event, insert, select, update

from admin import browsers
from admin.models import SignIn
from crypto.envelope import Secret
from reporting import drafts
from reporting.database import connect
from reporting.help_lines import DEFAULT
from reporting.models import AuditRow, Case, VisitRow
from reporting.settings import Settings, Transport
from tests.builders_staff import type_code, type_passphrase, without_triggers
from tests.conftest import Clock
from tests.typist import Line, code_of, run, secret_in
from wsgi import Installation, create_app

PASSPHRASE = "seven quiet herons cross the river"
ADD_FIRST = ("staff", "add", "Aiko Mori", "--groups", "intake,casework")
STEP = timedelta(seconds=30)


@pytest.fixture
def installation(settings: Settings, clock: Clock) -> Installation:
    """A fresh instance on each kind of database."""
    return Installation(settings, clock)


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Installation:
    """A place for an instance on SQLite that does not exist yet."""
    return Installation(Settings(tmp_path / "small", transport=Transport.LOOPBACK), clock)


def found(installation: Installation) -> str:
    """Hold the ceremony; return the founder's secret."""
    codes = code_of(installation)
    result = run(installation, *ADD_FIRST, typed=[PASSPHRASE, PASSPHRASE, codes])
    assert result.exit_code == 0, result.output
    return secret_in(result.output)


def test_the_first_person_founds_the_office_and_can_sign_in(
    installation: Installation, clock: Clock
) -> None:
    secret = found(installation)
    clock.advance(STEP)
    app = create_app(installation.settings, clock)
    browser = app.test_client()
    type_passphrase(browser, "Aiko Mori", PASSPHRASE)
    assert type_code(browser, TOTP(secret).at(clock())).headers["Location"] == "/staff/"
    app.extensions["tomoshibi"].database.engine.dispose()


def test_a_second_person_needs_somebody_who_vouches(
    installation: Installation, clock: Clock
) -> None:
    secret = found(installation)
    clock.advance(STEP)
    words = ("staff", "add", "Ren Okada", "--groups", "audit")
    chosen: list[Line] = [
        "five lamps along the water",
        "five lamps along the water",
        code_of(installation),
    ]
    refused = run(
        installation, *words, typed=[*chosen, "Aiko Mori", "not her passphrase", "123456"]
    )
    assert refused.exit_code == 1
    assert "Name and passphrase of the person who vouches" in refused.output
    wrong = run(installation, *words, typed=[*chosen, "Aiko Mori", PASSPHRASE, "000000x"])
    assert wrong.exit_code == 1
    assert "Wait for the next one" in wrong.output
    code = TOTP(secret).at(clock())
    done = run(installation, *words, typed=[*chosen, "Aiko Mori", PASSPHRASE, code])
    assert done.exit_code == 0, done.output
    assert "Ren Okada has joined: audit" in done.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("staff", "add", " ", "--groups", "intake"), "cannot be empty"),
        (("staff", "add", "Aiko", "--groups", "audit,intake"), "holds nothing else"),
        (("staff", "add", "Aiko", "--groups", "audit"), "intake,casework"),
        (("staff", "add", "Aiko"), "--groups"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(
    installation: Installation, words: tuple[str, ...], says: str
) -> None:
    result = run(installation, *words)
    assert result.exit_code != 0
    assert says in result.output
    assert "Passphrase" not in result.output


def test_passphrases_are_asked_for_until_they_are_good_and_never_shown(
    installation: Installation,
) -> None:
    typed: list[Line] = ["short", PASSPHRASE, PASSPHRASE, "000000x", code_of(installation)]
    result = run(installation, *ADD_FIRST, typed=typed)
    assert result.exit_code == 0, result.output
    assert "at least 16 characters" in result.output
    assert "Wait for the next one" in result.output
    assert PASSPHRASE not in result.output


def test_the_log_is_checked_without_any_key(installation: Installation) -> None:
    found(installation)
    result = run(installation, "audit", "verify")
    assert result.exit_code == 0
    assert result.output.startswith("3 rows, head ")
    database = connect(installation.settings.database)
    with database.begin() as session:
        last = session.scalars(select(AuditRow).order_by(AuditRow.n.desc()).limit(1)).one()
        session.execute(
            insert(AuditRow).values(
                n=5,
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
    assert "broken at row 4" in broken.output


def test_a_log_that_lost_details_is_reported(installation: Installation) -> None:
    found(installation)
    database = connect(installation.settings.database)
    without_triggers(database.engine)
    with database.begin() as session:
        session.execute(update(AuditRow).where(AuditRow.n > 1).values(detail_sealed=None))
    database.engine.dispose()
    checked = run(installation, "audit", "verify")
    assert checked.exit_code == 1
    assert "2 rows of the audit log lost their detail, the first of them row 2" in checked.output
    assert "compare with a backup" in checked.output
    assert "lost their detail" in doctors_complaints(installation)


def test_maintenance_deletes_what_has_expired_and_nothing_else(
    installation: Installation, clock: Clock
) -> None:
    database = connect(installation.settings.database)
    with database.begin() as session:
        old = drafts.keys_from(Secret(bytes(32)))
        drafts.keep_page(session, old, "q", {"story": ("old",)}, clock())
        pending = browsers.Pending(bytes(16), bytes(16), Secret(bytes(32)), clock())
        browsers.keep_pending(session, browsers.keys_from(Secret(bytes(32))), pending)
    clock.advance(timedelta(hours=30))
    with database.begin() as session:
        new = drafts.keys_from(browsers.new_token())
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
    return {"id": bytes(16), "expires_hour": 0, "rev": 0, "box_sealed": b"-"}


@pytest.mark.parametrize("words", [("maintain",), ("audit", "verify"), ADD_FIRST])
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


def test_the_doctor_leads_from_nothing_to_a_fit_instance(settings: Settings, clock: Clock) -> None:
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
    (settings.instance / "office-pins.json").write_text("{}")
    assert "The ceremony stopped halfway" in doctors_complaints(installation)
    (settings.instance / "office-pins.json").unlink()
    assert "Nobody can read reports here yet" in doctors_complaints(installation)
    secret = found(installation)
    complaints = doctors_complaints(installation)
    assert "1 of at least 2 people can read reports" in complaints
    assert "Nobody checks what the staff does" in complaints
    for name, groups in (("Daniel Berg", "intake,casework"), ("Ren Okada", "audit")):
        clock.advance(STEP)
        run(
            installation,
            *("staff", "add", name, "--groups", groups),
            typed=[
                *(PASSPHRASE, PASSPHRASE, code_of(installation)),
                *("Aiko Mori", PASSPHRASE, TOTP(secret).at(clock())),
            ],
        )
    checked_lines(settings.instance)
    healthy = run(installation, "doctor")
    assert healthy.exit_code == 0, healthy.output
    assert "FAILS" not in healthy.output


def test_the_doctor_wants_every_migration(small: Installation) -> None:
    small.initialise()
    database = connect(small.settings.database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    database.engine.dispose()
    assert "older than this program" in doctors_complaints(small)


def test_a_demonstration_lets_each_of_its_people_in(small: Installation, clock: Clock) -> None:
    result = run(small, "demo", "--json", "--port", "8765")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["public"] == "http://127.0.0.1:8765/"
    assert told["staff"] == "http://127.0.0.1:8765/staff/"
    assert [person["roles"] for person in told["people"]] == [
        ["reviewer", "caseworker"],
        ["reviewer", "caseworker"],
        ["auditor"],
    ]
    app = create_app(small.settings, clock)
    for person in told["people"]:
        browser = app.test_client()
        step_in(browser, person, clock)
        page = browser.get("/staff/")
        assert page.status_code == 200
        assert ("/staff/case/" in page.text) == ("reviewer" in person["roles"])
    app.extensions["tomoshibi"].database.engine.dispose()


def step_in(browser: FlaskClient, person: dict[str, str], clock: Clock) -> None:
    type_passphrase(browser, person["name"], person["passphrase"])
    step = type_code(browser, TOTP(person["totp_secret"]).at(clock()))
    assert step.headers["Location"] == "/staff/"


def test_a_demonstration_is_made_once_and_is_unfit_for_real_use(small: Installation) -> None:
    first = run(small, "demo", "--json")
    second = run(small, "demo", "--json")
    assert first.stdout == second.stdout
    told = run(small, "demo")
    assert "Aiko Mori (reviewer, caseworker)" in told.output
    database = connect(small.settings.database)
    with database.read() as session:
        assert len(session.scalars(select(Case)).all()) == 17
    database.engine.dispose()
    file = small.settings.instance / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    complaints = doctors_complaints(small)
    assert "This is a demonstration" in complaints
    assert "TOMOSHIBI_TRANSPORT=loopback" in complaints


@contextmanager
def interrupted(when: Callable[[str], bool]) -> Iterator[None]:
    """Press the keys that stop a command, before the statement or commit that `when` picks."""

    def listen(*told: object) -> None:
        if when(str(told[2]) if len(told) > 1 else "COMMIT"):
            raise KeyboardInterrupt

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, listen)
    try:
        yield
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(Engine, name, listen)


@pytest.mark.parametrize("moment", ["founder", "pinned", "second", "auditor"])
def test_a_demonstration_interrupted_anywhere_goes_on_the_next_time(
    small: Installation, moment: str
) -> None:
    pins = small.settings.instance / "office-pins.json"
    joining = 0

    def is_the_moment(statement: str) -> bool:
        nonlocal joining
        if moment == "pinned":
            return statement == "COMMIT" and pins.exists()
        joining += statement.startswith("INSERT INTO member ")
        return joining > ["founder", "second", "auditor"].index(moment)

    with interrupted(is_the_moment):
        assert run(small, "demo", "--json").exit_code == 1
    written = (small.settings.instance / "demo.json").read_bytes()
    done = run(small, "demo", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["people"] == json.loads(written)
    assert run(small, "demo", "--json").stdout == done.stdout
    told = run(small, "doctor").output
    for healthy in ("keys of the office", "two reviewers", "an auditor", "audit log"):
        assert f"good   {healthy}" in told


def test_a_demonstration_is_for_this_machine_only(small: Installation) -> None:
    result = run(small, "demo", "--host", "0.0.0.0")  # noqa: S104 - the refused one
    assert result.exit_code == 2
    assert "--host 127.0.0.1" in result.output
    assert not small.settings.instance.exists()


def test_a_real_instance_is_never_made_a_demonstration(installation: Installation) -> None:
    found(installation)
    result = run(installation, "demo")
    assert result.exit_code == 1
    assert "TOMOSHIBI_INSTANCE" in result.output
    assert not (installation.settings.instance / "demo.json").exists()


def test_pins_of_a_real_office_are_never_taken_for_a_demonstrations(small: Installation) -> None:
    small.initialise()
    pins = small.settings.instance / "office-pins.json"
    pins.write_text("{}")
    assert run(small, "demo").exit_code == 1
    assert pins.exists()
