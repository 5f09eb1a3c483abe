import pytest
from flask import Flask

from admin import oversight
from admin.errors import HiddenError
from crypto.roles import Role
from reporting.audit import Event, append
from tests.builders import Seeds
from tests.builders_staff import a_ring, the_staff
from tests.conftest import Clock


def test_the_chain_is_checked_while_somebody_else_writes(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    service = the_staff(app).service
    ring = a_ring(seeds, service.office.roster, Role.AUDITOR)
    with service.begin() as session:
        oversight.note_view(session, ring, service.journal, clock())
    with service.begin() as writing:
        append(writing, service.journal, Event("system", "", "due_work.run"), clock())
        with service.read() as session:
            shown = oversight.view(session, ring, None)
    assert (shown.rows, shown.broken_at, shown.has_damage) == (1, 0, False)
    assert [entry.verb for entry in shown.entries] == ["history.viewed"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_who_may_not_read_the_log_is_refused_before_anything_is_read(
    app: Flask, seeds: Seeds, clock: Clock, role: Role
) -> None:
    service = the_staff(app).service
    ring = a_ring(seeds, service.office.roster, role)
    with pytest.raises(HiddenError), service.read() as session:
        oversight.view(session, ring, None)
    with pytest.raises(HiddenError), service.begin() as session:
        oversight.note_view(session, ring, service.journal, clock())
