"""The commands for the log of what the team did: check it, keep a note of it, take it out."""

import sys
import time
from pathlib import Path
from typing import Final

import click
from sqlalchemy.orm import Session

from admin import audit, checkpoints, extracts, oversight, witnesses
from admin.authority import record_refusal
from admin.checkpoints import Checked
from admin.errors import HiddenError, NoteError
from admin.extracts import Extract
from admin.installation import Installation, started
from admin.prompted import explained, ready, step_up
from admin.runtime import Staff, open_staff
from admin.witnesses import Witnesses
from crypto.checkpoint import Note
from crypto.envelope import OpenError
from crypto.passphrase import STANDARD
from reporting import office

NOT_YOURS: Final = "Only an auditor can take out the log. This was written into it."
NO_NOTE: Final = "This file is no note of a log. Its first three lines are name, row and hash."


@click.group("audit")
def audit_group() -> None:
    """Look after the log of what the team did."""


@audit_group.command("verify")
@click.option(
    "--checkpoint",
    "note",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A note that `tomoshibi audit checkpoint` printed earlier.",
)
@click.pass_obj
def verify(installation: Installation, note: Path | None) -> None:
    """Check the whole chain, its countersignatures, and that no detail is gone; needs no key."""
    with ready(installation) as database, explained(), database.read() as session:
        head = audit.inspect(session)
        click.echo(f"{head.n} rows, head {head.hash.hex()}")
        if not head.n and note is None:
            return
        known = _witnesses(installation, session)
        _tell(_countersigned(session, known))
        if note is not None:
            checked = checkpoints.hold(session, known, _read(note))
            checkpoints.require_held(checked)
            click.echo(f"The log holds what {note.name} says.")


@audit_group.command("checkpoint")
@click.pass_obj
def checkpoint_command(installation: Installation) -> None:
    """Print where the log ends, for trustees to keep: by mail, on paper, as a picture."""
    with ready(installation) as database, explained(), database.read() as session:
        end = audit.inspect(session)
        known = _witnesses(installation, session)
        checked = _countersigned(session, known)
        click.echo(checkpoints.note_of(checked, known.origin, end).write(), nl=False)


@audit_group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export(installation: Installation, file: Path) -> None:
    """Write the whole log, as an auditor reads it, to a new file of lines of JSON."""
    with ready(installation), explained():
        extracts.require_free(file)
        with started(installation) as service:
            extract = _extract(open_staff(service, STANDARD, time.sleep), installation)
            # Standard output may be read by a script.
            with click.progressbar(
                extract.lines(), length=extract.length, label="Log", file=sys.stderr
            ) as lines:
                extracts.write(file, lines)
    click.echo(f"{extract.end.n} rows in {file}. Keep it where only auditors can read it.")


def _extract(staff: Staff, installation: Installation) -> Extract:
    """Ask who it is, and begin to take out the log for them; a refusal is written into it."""
    service = staff.service
    ring = step_up(staff, installation.clock).ring
    try:
        return oversight.take_out(service, ring, installation.clock())
    except HiddenError as refusal:
        with service.begin() as session:
            record_refusal(session, service.journal, ring.person, refusal, installation.clock())
        raise click.ClickException(NOT_YOURS) from None


def _witnesses(installation: Installation, session: Session) -> Witnesses:
    return witnesses.known(office.load(session, installation.settings.instance))


def _countersigned(session: Session, known: Witnesses) -> Checked:
    """Return what was signed about the log; raise LogDamagedError where the log denies it."""
    checked = checkpoints.check(session, known.keys, known.origin)
    checkpoints.require_held(checked)
    return checked


def _tell(checked: Checked) -> None:
    if checked.valid:
        click.echo(f"Countersignatures that hold: {len(checked.valid)}, to row {checked.newest.n}.")
    else:
        click.echo("Nobody known here has countersigned any row.")
    if checked.unknown:
        click.echo(f"Countersignatures by people not known here: {len(checked.unknown)}.")


def _read(path: Path) -> Note:
    try:
        return Note.read(path.read_text(encoding="utf-8"))
    except (OpenError, UnicodeDecodeError):
        raise NoteError(NO_NOTE) from None
