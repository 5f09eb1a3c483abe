"""The commands that check the log against what people signed, and print a note of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from admin.models import CheckpointRow
from crypto.checkpoint import Note
from reporting.audit_rows import AuditRow
from reporting.database import connect
from reporting.runtime import Runtime
from reporting.settings import Settings
from tests import snapshots
from tests.builders_audit import AIKO, ORIGIN, REN, STRANGER, countersigned, everybody_knows, rows
from tests.builders_staff import without_triggers
from tests.conftest import Clock
from tests.typist import found, run
from wsgi import Installation

FOUNDED_ROWS = 10  # three for each founder, and one for the founding


@pytest.fixture
def installation(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """A founded office that knows the keys of Aiko and Ren."""
    everybody_knows(monkeypatch)
    made = Installation(settings, clock)
    snapshots.founding(settings, clock, "at a terminal", lambda: found(made))
    return made


@pytest.fixture
def service(installation: Installation) -> Iterator[Runtime]:
    """The running service of that office."""
    running = installation.start()
    yield running
    running.database.engine.dispose()


def cut_off(service: Runtime, n: int) -> None:
    without_triggers(service.database.engine)
    with service.begin() as session:
        session.execute(delete(AuditRow).where(AuditRow.n >= n))


def test_verifying_says_how_far_people_signed(
    installation: Installation, service: Runtime, clock: Clock
) -> None:
    assert "Nobody known here has countersigned" in run(installation, "audit", "verify").output
    countersigned(service, clock, AIKO, REN, STRANGER)
    rows(service, clock, 2)
    checked = run(installation, "audit", "verify")
    assert checked.exit_code == 0
    assert checked.output.startswith("15 rows, head ")
    assert "Countersignatures that hold: 2, to row 12." in checked.output
    assert "by people not known here: 1." in checked.output


def test_verifying_finds_what_was_cut_off_before_a_signature(
    installation: Installation, service: Runtime, clock: Clock
) -> None:
    countersigned(service, clock, AIKO, REN)
    cut_off(service, FOUNDED_ROWS)
    for words in (("verify",), ("checkpoint",)):
        refused = run(installation, "audit", *words)
        assert refused.exit_code == 1
        assert "cut off or rewritten at or before row 11" in refused.output
        assert "compare with a backup" in refused.output


def test_an_empty_log_is_whole_and_has_no_note(settings: Settings, clock: Clock) -> None:
    bare = Installation(settings, clock)
    checked = run(bare, "audit", "verify")
    assert checked.exit_code == 0
    assert checked.output.startswith("0 rows, head 00")
    assert "Nobody" not in checked.output


def test_a_note_is_printed_as_trustees_keep_it(
    installation: Installation, service: Runtime, clock: Clock
) -> None:
    end = countersigned(service, clock, AIKO, REN)
    printed = run(installation, "audit", "checkpoint")
    assert printed.exit_code == 0
    note = Note.read(printed.stdout)
    assert (note.origin, note.head) == (ORIGIN, end)
    assert [one.person for one in note.countersignatures] == [REN.id, AIKO.id]
    assert note.write() == printed.stdout


@pytest.fixture
def note(installation: Installation, service: Runtime, clock: Clock, tmp_path: Path) -> Path:
    """What a trustee wrote down after two people had come in."""
    countersigned(service, clock, AIKO, REN)
    kept = tmp_path / "note.txt"
    kept.write_text(run(installation, "audit", "checkpoint").stdout, encoding="utf-8")
    return kept


def test_a_note_still_holds_when_the_log_has_grown(
    installation: Installation, service: Runtime, clock: Clock, note: Path
) -> None:
    rows(service, clock, 3)
    checked = run(installation, "audit", "verify", "--checkpoint", str(note))
    assert checked.exit_code == 0, checked.output
    assert "The log holds what note.txt says." in checked.output


def test_a_note_finds_what_was_cut_off_together_with_every_signature(
    installation: Installation, service: Runtime, note: Path
) -> None:
    cut_off(service, FOUNDED_ROWS)
    with service.begin() as session:
        session.execute(delete(CheckpointRow))
    assert run(installation, "audit", "verify").exit_code == 0
    refused = run(installation, "audit", "verify", "--checkpoint", str(note))
    assert refused.exit_code == 1
    assert "cut off or rewritten at or before row 11" in refused.output


def test_a_note_whose_signatures_somebody_altered_is_refused(
    installation: Installation, note: Path
) -> None:
    text = note.read_text(encoding="utf-8")
    note.write_text(text.replace(AIKO.id.hex(), REN.id.hex()), encoding="utf-8")
    refused = run(installation, "audit", "verify", "--checkpoint", str(note))
    assert refused.exit_code == 1
    assert "are false" in refused.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no note of a log"),
        (b"\xff\xfe", "no note of a log"),
        (b"another-log\n1\n" + b"A" * 43 + b"=\n", "about the log 'another-log'"),
    ],
)
def test_what_is_no_note_of_this_log_is_refused(
    installation: Installation, tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(content)
    refused = run(installation, "audit", "verify", "--checkpoint", str(file))
    assert refused.exit_code == 1
    assert says in refused.output


def test_a_database_whose_details_are_gone_gives_no_note(installation: Installation) -> None:
    database = connect(installation.settings.database)
    without_triggers(database.engine)
    with database.begin() as session:
        session.execute(update(AuditRow).where(AuditRow.n == 1).values(detail_sealed=None))
        assert session.scalar(select(AuditRow.n).where(AuditRow.detail_sealed.is_(None))) == 1
    database.engine.dispose()
    refused = run(installation, "audit", "checkpoint")
    assert refused.exit_code == 1
    assert "lost their detail" in refused.output
