import pytest
from flask import Flask

from admin import oversight
from admin.errors import HiddenError
from admin.keyring import Ring, make_keyring, open_ring
from crypto.chain import GENESIS
from crypto.custody import LiveKeys
from crypto.envelope import Secret
from crypto.roles import Group
from reporting.audit import Event, append
from tests.builders import Seeds
from tests.builders_staff import the_staff
from tests.conftest import Clock


def ring_of(app: Flask, seeds: Seeds, group: Group) -> Ring:
    keyring = make_keyring(Secret(b"factor"), GENESIS)
    live = LiveKeys(keyring, {seeds.epochs[group]: seeds.by_group[group]})
    return open_ring(bytes(16), "Ren Okada", live, the_staff(app).service.office)


def test_the_chain_is_checked_while_somebody_else_writes(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    service, ring = the_staff(app).service, ring_of(app, seeds, Group.AUDIT)
    with service.begin() as session:
        oversight.note_view(session, ring, service.journal, clock())
    with service.begin() as writing:
        append(writing, service.journal, Event("system", "", "due_work.run"), clock())
        with service.read() as session:
            shown = oversight.view(session, ring, None)
    assert (shown.rows, shown.broken_at, shown.has_damage) == (1, 0, False)
    assert [entry.verb for entry in shown.entries] == ["history.viewed"]


def test_who_may_not_read_the_log_is_refused_before_anything_is_read(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    service, ring = the_staff(app).service, ring_of(app, seeds, Group.INTAKE)
    with pytest.raises(HiddenError), service.read() as session:
        oversight.view(session, ring, None)
    with pytest.raises(HiddenError), service.begin() as session:
        oversight.note_view(session, ring, service.journal, clock())
