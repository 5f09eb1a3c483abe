"""The command with which an auditor takes the log out into a file of their own."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from admin import extracts
from admin.accounts import Newcomer, read_duties
from admin.demo_staff import let_join
from admin.errors import ExtractError
from admin.factors import OneTimeCodes
from reporting.settings import Settings
from tests import snapshots
from tests.builders_audit import everybody_knows
from tests.conftest import Clock
from tests.typist import PASSPHRASE, found, run
from wsgi import Installation

LAMPS = "five lamps along the water"
STEP = timedelta(seconds=30)


@pytest.fixture
def installation(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """A founded office that knows the keys of Aiko and Ren."""
    everybody_knows(monkeypatch)
    made = Installation(settings, clock)
    snapshots.founding(settings, clock, "at a terminal", lambda: found(made))
    return made


@pytest.fixture
def office(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> tuple[Installation, str, str]:
    """An office with founders and an auditor; the secrets of a founder and of the auditor."""
    everybody_knows(monkeypatch)
    made = Installation(settings, clock)

    def come() -> tuple[str, str]:
        founders, ren = found(made), Newcomer("Ren Okada", LAMPS, OneTimeCodes.make())
        let_join(made, founders, [(ren, read_duties("auditor"))], clock())
        clock.advance(STEP * 4)
        return founders[0].codes.text, ren.codes.text

    return made, *snapshots.founding(settings, clock, "an auditor at a terminal", come)


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
