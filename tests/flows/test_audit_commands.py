"""The commands for the log: checking it against what people signed, a note, a copy."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pyotp import TOTP
from sqlalchemy import delete, select, update

from admin import extracts
from admin.accounts import Newcomer, read_duties
from admin.demo_staff import let_join
from admin.errors import ExtractError
from admin.factors import OneTimeCodes
from admin.models import CheckpointRow
from crypto.checkpoint import Note
from reporting.audit_rows import AuditRow
from reporting.database import connect
from reporting.runtime import Runtime
from reporting.settings import Settings
from tests.builders_audit import AIKO, ORIGIN, REN, STRANGER, countersigned, everybody_knows, rows
from tests.builders_staff import without_triggers
from tests.conftest import Clock
from tests.typist import PASSPHRASE, found, run
from wsgi import Installation

LAMPS = "five lamps along the water"
STEP = timedelta(seconds=30)
FOUNDED_ROWS = 10  # three for each founder, and one for the founding


@pytest.fixture
def installation(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """A founded office that knows the keys of Aiko and Ren."""
    everybody_knows(monkeypatch)
    made = Installation(settings, clock)
    found(made)
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


@pytest.fixture
def office(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> tuple[Installation, str, str]:
    """An office with founders and an auditor; the secrets of a founder and of the auditor."""
    everybody_knows(monkeypatch)
    made = Installation(settings, clock)
    founders, ren = found(made), Newcomer("Ren Okada", LAMPS, OneTimeCodes.make())
    let_join(made, founders, [(ren, read_duties("auditor"))], clock())
    clock.advance(STEP * 4)
    return made, founders[0].codes.text, ren.codes.text


Office = tuple[Installation, str, str]


def test_an_auditor_takes_out_the_log_into_a_file_of_their_own(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    installation, _founder, secret = office
    file = tmp_path / "log.jsonl"
    typed = ["Ren Okada", LAMPS, TOTP(secret).at(clock())]
    done = run(installation, "audit", "export", str(file), typed=typed)
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    said = [line["verb"] for line in lines if line["kind"] == "row"]
    assert said[0] == "invited"
    assert said[-2:] == ["step_up", "audit.exported"]
    assert f"{len(said)} rows in " in done.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("log.jsonl*")] == ["log.jsonl"]
    assert LAMPS not in done.output
    assert "Log" in done.stderr


def test_who_reads_reports_takes_out_nothing_and_the_log_says_that_they_tried(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    installation, founder, _secret = office
    file = tmp_path / "log.jsonl"
    typed = ["Aiko Mori", PASSPHRASE, TOTP(founder).at(clock())]
    before = run(installation, "audit", "verify").output
    refused = run(installation, "audit", "export", str(file), typed=typed)
    assert refused.exit_code == 1
    assert "Only an auditor" in refused.output
    assert not file.exists()
    rows_before = int(before.partition(" ")[0])
    after = run(installation, "audit", "verify").output
    assert after.startswith(f"{rows_before + 2} rows")


def test_the_founder_who_keeps_the_audit_key_in_trust_takes_out_nothing(
    settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    made = Installation(settings, clock)
    secret = found(made)[0].codes.text
    clock.advance(STEP)
    typed = ["Aiko Mori", PASSPHRASE, TOTP(secret).at(clock())]
    refused = run(made, "audit", "export", str(tmp_path / "log.jsonl"), typed=typed)
    assert refused.exit_code == 1
    assert "Only an auditor" in refused.output


def test_a_wrong_passphrase_or_code_takes_out_nothing(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    installation, _founder, secret = office
    file = tmp_path / "log.jsonl"
    wrong = run(installation, "audit", "export", str(file), typed=["Ren Okada", "not it", "123456"])
    assert wrong.exit_code == 1
    assert "Name and passphrase do not belong together" in wrong.output
    late = run(installation, "audit", "export", str(file), typed=["Ren Okada", LAMPS, "000000x"])
    assert late.exit_code == 1
    assert "Wait for the next one" in late.output
    assert not file.exists()
    assert TOTP(secret).at(clock())


def test_a_file_that_exists_is_refused_before_anything_is_asked(
    installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("kept")
    refused = run(installation, "audit", "export", str(file))
    assert refused.exit_code == 1
    assert "never overwritten" in refused.output
    assert "Your name" not in refused.output
    assert file.read_text() == "kept"
    nowhere = run(installation, "audit", "export", str(tmp_path / "no" / "log.jsonl"))
    assert "There is no folder" in nowhere.output


def test_what_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"first\n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extracts.write(tmp_path / "log.jsonl", breaking())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_meanwhile_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"

    def meanwhile() -> Iterator[bytes]:
        file.write_text("somebody's")
        yield b"first\n"

    with pytest.raises(ExtractError):
        extracts.write(file, meanwhile())
    assert file.read_text() == "somebody's"
    assert [path.name for path in tmp_path.iterdir()] == ["log.jsonl"]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "log.jsonl"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExtractError):
        extracts.write(link, [b"first\n"])
    assert not (tmp_path / "elsewhere").exists()


def test_what_another_run_left_unfinished_is_kept(tmp_path: Path) -> None:
    other = tmp_path / "log.jsonl.unfinished"
    other.write_text("another run")
    with pytest.raises(ExtractError, match="unfinished"):
        extracts.write(tmp_path / "log.jsonl", [b"first\n"])
    assert other.read_text() == "another run"


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
