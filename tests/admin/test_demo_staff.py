"""The staff of a demonstration joins whole, also when it goes on days after it was interrupted."""

from datetime import timedelta

import pytest

from admin import ceremony
from admin.accounts import Duties, Newcomer
from admin.ceremony import Place
from admin.demo_staff import let_join
from admin.errors import ProposalError
from admin.factors import OneTimeCodes
from admin.installation import started, stored
from admin.runtime import open_door
from crypto.passphrase import STANDARD
from crypto.roles import Group, Role
from crypto.roster import Roster
from reporting.settings import Settings
from tests.builders_people import FOUNDERS
from tests.builders_staff import PASSPHRASE
from tests.conftest import Clock
from wsgi import Installation

AUDITOR = Duties(frozenset({Role.AUDITOR}))
IMPOSSIBLE = Duties(frozenset({Role.AUDITOR, Role.ADMINISTRATOR}))
SECOND = timedelta(seconds=1)


def somebody(name: str) -> Newcomer:
    return Newcomer(name, PASSPHRASE, OneTimeCodes.make())


def roster_of(installation: Installation) -> Roster:
    with started(installation) as service:
        return service.office.roster


@pytest.fixture
def founders(settings: Settings, clock: Clock) -> list[Newcomer]:
    """Two who founded an office: Aiko and Daniel."""
    newcomers = [somebody(name) for name, _ in FOUNDERS[:2]]
    people = [
        ceremony.Founder(newcomer, Duties(roles, is_manager=True))
        for newcomer, (_, roles) in zip(newcomers, FOUNDERS, strict=False)
    ]
    with stored(Installation(settings, clock)) as database:
        ceremony.found(Place(settings, database, open_door(settings, STANDARD)), people, clock())
    return newcomers


def test_the_staff_joins_and_goes_on_after_days_and_after_a_moment(
    settings: Settings, clock: Clock, founders: list[Newcomer]
) -> None:
    installation = Installation(settings, clock)
    wanted = [(somebody("Ren Okada"), AUDITOR), (somebody("Kofi Mensah"), AUDITOR)]
    clock.advance(timedelta(days=6))
    with pytest.raises(ProposalError):
        let_join(installation, founders, [wanted[0], (wanted[1][0], IMPOSSIBLE)], clock())
    assert len(roster_of(installation).members(Group.AUDIT)) == 1

    clock.advance(SECOND)
    let_join(installation, founders, wanted, clock())
    verified = roster_of(installation)
    assert len(verified.members(Group.AUDIT)) == 2
    # The key that was due was made once, before anybody joined.
    assert len(verified.epochs[Group.INTAKE]) == 2
    let_join(installation, founders, wanted, clock())
    assert roster_of(installation) == verified
