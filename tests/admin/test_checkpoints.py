from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from admin import checkpoints
from admin.checkpoints import Checked, Signer, Standing
from admin.errors import LogDamagedError, NoteError
from admin.models import CheckpointRow
from admin.witnesses import Witnesses, known
from crypto import checkpoint
from crypto.chain import GENESIS, Head
from crypto.checkpoint import Note
from reporting.audit import head
from reporting.audit_rows import AuditRow
from reporting.runtime import Runtime
from tests.builders_audit import (
    AIKO,
    KNOWN,
    ORIGIN,
    REN,
    STRANGER,
    Witness,
    countersigned,
    put,
    rows,
    standings,
)
from tests.builders_staff import the_staff, without_triggers
from tests.conftest import Clock

DAY = date(2026, 11, 24)


@pytest.fixture
def service(app: Flask) -> Runtime:
    return the_staff(app).service


def checked(service: Runtime, known_here: Witnesses = KNOWN) -> Checked:
    with service.read() as session:
        return checkpoints.check(session, known_here.keys, known_here.origin)


def noted(service: Runtime) -> Note:
    with service.read() as session:
        return checkpoints.note_of(checked(service), ORIGIN, head(session))


def held(service: Runtime, note: Note, known_here: Witnesses = KNOWN) -> Checked:
    with service.read() as session:
        return checkpoints.hold(session, known_here, note)


def test_what_people_signed_holds_while_nobody_touched_the_log(
    service: Runtime, clock: Clock
) -> None:
    rows(service, clock, 2)
    end = countersigned(service, clock, AIKO, REN)
    rows(service, clock, 1)

    found = checked(service)

    assert [(one.n, one.person, one.day) for one in found.valid] == [
        (4, REN.id, DAY),
        (3, AIKO.id, DAY),
    ]
    assert (found.invalid, found.unknown) == ((), ())
    assert found.newest == end
    checkpoints.require_held(found)


def test_a_log_that_nobody_signed_is_signed_up_to_its_beginning(service: Runtime) -> None:
    assert checked(service).newest == GENESIS


def test_the_day_is_the_day_of_the_world_and_not_of_a_place(service: Runtime, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 25, 8, tzinfo=timezone(timedelta(hours=9)))
    countersigned(service, clock, AIKO)
    assert [one.day for one in checked(service).valid] == [clock.now.astimezone(UTC).date()]


def test_the_newest_fifty_of_each_person_are_kept(service: Runtime, clock: Clock) -> None:
    countersigned(service, clock, REN)
    for _ in range(52):
        countersigned(service, clock, AIKO)

    found = checked(service)

    theirs = [one.n for one in found.valid if one.person == AIKO.id]
    assert theirs == list(range(53, 3, -1))
    assert found.valid[-1].person == REN.id


@pytest.mark.parametrize("how", ["cut off", "rewritten"])
def test_a_row_that_was_signed_and_is_not_there_is_lost(
    service: Runtime, clock: Clock, how: str
) -> None:
    countersigned(service, clock, AIKO, REN)
    without_triggers(service.database.engine)
    with service.begin() as session:
        if how == "cut off":
            session.execute(delete(AuditRow).where(AuditRow.n == 2))
        else:
            session.execute(update(AuditRow).where(AuditRow.n == 2).values(hash=bytes(32)))

    found = checked(service)

    assert [(one.n, one.standing) for one in found.all] == [(2, "lost"), (1, "holds")]
    assert found.newest.n == 1
    with pytest.raises(LogDamagedError, match="at or before row 2, which somebody signed"):
        checkpoints.require_held(found)


def test_who_is_not_known_here_is_shown_and_proves_nothing(service: Runtime, clock: Clock) -> None:
    countersigned(service, clock, AIKO, STRANGER)

    found = checked(service)

    assert [(one.n, one.person, one.day) for one in found.unknown] == [(2, STRANGER.id, None)]
    assert found.newest.n == 1
    checkpoints.require_held(found)


def test_what_somebody_signed_before_they_got_new_keys_still_counts(
    service: Runtime, clock: Clock
) -> None:
    countersigned(service, clock, AIKO)
    keys = {AIKO.id: [Witness("Aiko with new keys").key, AIKO.key]}
    assert checked(service, Witnesses(ORIGIN, keys)).newest.n == 1


def forged(service: Runtime, how: str) -> None:
    """Put a countersignature into the database that Aiko did not make like this."""
    with service.begin() as session:
        end = head(session)
        by_stranger = checkpoint.sign(STRANGER.seed, ORIGIN, end, DAY)
        elsewhere = checkpoint.sign(AIKO.seed, "another-log", end, DAY)
        matching = {
            "by another key": (end.n, by_stranger),
            "about another log": (end.n, elsewhere),
            "beside another row": (end.n + 1, checkpoint.sign(AIKO.seed, ORIGIN, end, DAY)),
            "noise": (end.n, b"noise"),
        }
        put(session, AIKO, *matching[how])


@pytest.mark.parametrize(
    "how", ["by another key", "about another log", "beside another row", "noise"]
)
def test_a_countersignature_that_is_not_what_it_says_is_false(
    service: Runtime, clock: Clock, how: str
) -> None:
    countersigned(service, clock, REN)
    forged(service, how)

    found = checked(service)

    assert [one.person for one in found.invalid] == [AIKO.id]
    assert found.invalid[0].standing is Standing.FORGED
    assert [one.person for one in found.valid] == [REN.id]
    with pytest.raises(LogDamagedError, match=r"are false \(1\)"):
        checkpoints.require_held(found)


def test_a_signature_put_under_another_name_is_false(service: Runtime, clock: Clock) -> None:
    countersigned(service, clock, AIKO)
    with service.begin() as session:
        session.execute(update(CheckpointRow).values(member_id=REN.id))
    with service.read() as session:
        assert standings(session) == [(1, "forged")]


def test_a_note_holds_the_end_of_the_log_and_the_newest_signature_of_each_person(
    service: Runtime, clock: Clock
) -> None:
    end = countersigned(service, clock, AIKO, REN, AIKO, STRANGER)

    note = noted(service)

    assert (note.origin, note.head) == (ORIGIN, end)
    assert [one.person for one in note.countersignatures] == [STRANGER.id, AIKO.id, REN.id]
    found = held(service, Note.read(note.write()))
    assert [(one.n, one.standing) for one in found.all] == [
        (4, "holds"),
        (4, "unknown"),
        (3, "holds"),
        (2, "holds"),
    ]
    checkpoints.require_held(found)


def test_a_note_shows_what_was_cut_off_even_when_every_signature_here_went_with_it(
    service: Runtime, clock: Clock
) -> None:
    countersigned(service, clock, AIKO, REN)
    note = noted(service)
    without_triggers(service.database.engine)
    with service.begin() as session:
        session.execute(delete(AuditRow).where(AuditRow.n >= 2))
        session.execute(delete(CheckpointRow))

    found = held(service, note)

    assert [(one.n, one.standing) for one in found.invalid] == [(2, "lost"), (2, "lost")]
    with pytest.raises(LogDamagedError, match="at or before row 2"):
        checkpoints.require_held(found)


def test_a_note_without_signatures_is_held_too(service: Runtime, clock: Clock) -> None:
    end = countersigned(service, clock, AIKO)
    assert held(service, Note(ORIGIN, end)).newest == end
    other = Head(end.n, bytes(32))
    assert [one.standing for one in held(service, Note(ORIGIN, other)).all] == [Standing.LOST]


def test_a_note_of_another_log_is_refused(service: Runtime, clock: Clock) -> None:
    end = countersigned(service, clock, AIKO)
    with pytest.raises(NoteError, match="another-log"):
        held(service, Note("another-log", end))


def test_there_is_no_note_of_an_empty_log(service: Runtime) -> None:
    with pytest.raises(NoteError, match="empty"):
        noted(service)


def test_no_signature_false_or_lost_goes_into_a_note(service: Runtime, clock: Clock) -> None:
    countersigned(service, clock, REN)
    forged(service, "noise")
    assert [one.person for one in noted(service).countersignatures] == [REN.id]


def test_more_signatures_than_a_query_names_are_held_as_well(
    service: Runtime, clock: Clock
) -> None:
    end = countersigned(service, clock, AIKO)
    with service.begin() as session:
        for n in range(2, 1203):
            signed = checkpoint.sign(AIKO.seed, ORIGIN, replace(end, n=n), DAY)
            put(session, AIKO, n, signed)
    with service.read() as session:
        assert session.scalar(select(func.count()).select_from(CheckpointRow)) == 1202
        assert standings(session)[-1] == (1, "holds")
        assert {standing for n, standing in standings(session) if n > 1} == {"lost"}


def test_the_name_of_a_log_comes_from_its_office_and_can_be_signed(service: Runtime) -> None:
    here = known(service.office)
    assert here == known(service.office)
    signed = checkpoint.sign(AIKO.seed, here.origin, Head(1, bytes(32)), DAY)
    assert checkpoint.read(AIKO.key, signed).origin == here.origin


def test_a_signer_shows_nothing_of_their_seed() -> None:
    assert AIKO.seed.reveal().hex() not in repr(Signer(AIKO.id, AIKO.seed, ORIGIN))
