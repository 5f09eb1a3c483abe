from collections.abc import Callable

import pytest

from admin import audit, circles, joining, leaving
from admin.circle_rows import CircleKey
from admin.circles import Circle
from admin.desk import Desk
from admin.errors import HiddenError, InvitationGoneError, NotHandedOnError, ProposalError
from admin.leaving import Item, Leaver
from crypto.roles import Role
from forms.leaving import ITEMS
from reporting.records import Record
from tests.builders_people import Team, come_in, desk_of, let_in, remove
from tests.builders_staff import StaffMember, the_staff


@pytest.fixture
def jun(team: Team) -> StaffMember:
    """Somebody who reads reports, and leaves."""
    return let_in(team, "Jun Hara", Role.REVIEWER)


def look(team: Team, manager: StaffMember, person: StaffMember) -> Leaver:
    with desk_of(team.app, manager, team.clock) as desk:
        return leaving.look(desk, person.id)


def start(team: Team, manager: StaffMember, person: StaffMember) -> None:
    with desk_of(team.app, manager, team.clock) as desk:
        leaving.start(desk, person.id)


def tick(team: Team, manager: StaffMember, person: StaffMember, *items: Item) -> None:
    with desk_of(team.app, manager, team.clock) as desk:
        leaving.tick(desk, person.id, items)


def confirm(team: Team, manager: StaffMember, person: StaffMember) -> None:
    with desk_of(team.app, manager, team.clock) as desk:
        leaving.confirm(desk, person.id)


def test_the_first_step_lets_somebody_go_at_once(team: Team, jun: StaffMember) -> None:
    assert look(team, team.aiko, jun).leaving.started is None
    start(team, team.aiko, jun)
    moment = team.clock()
    assert jun.id not in team.roster.people
    shown = look(team, team.daniel, jun)
    assert (shown.name, shown.belongs) == ("Jun Hara", False)
    assert shown.leaving.started == moment
    assert shown.people[shown.leaving.started_by] == "Aiko Mori"
    assert not shown.leaving.ticked


def test_two_managers_answer_for_the_list(team: Team, jun: StaffMember) -> None:
    start(team, team.aiko, jun)
    tick(team, team.aiko, jun, *Item)
    with pytest.raises(ProposalError, match="neither begun nor ticked"):
        confirm(team, team.aiko, jun)
    confirm(team, team.daniel, jun)
    shown = look(team, team.sora, jun).leaving
    assert (shown.confirmed_by, shown.is_whole) == (team.daniel.id.hex(), True)
    for change in (tick, confirm):
        with pytest.raises(ProposalError, match="confirmed already"):
            change(team, team.sora, jun)


def test_whoever_ticked_something_does_not_confirm_it(team: Team, jun: StaffMember) -> None:
    start(team, team.aiko, jun)
    tick(team, team.daniel, jun, Item.DEVICES)
    tick(team, team.aiko, jun, *Item)
    with pytest.raises(ProposalError, match="neither begun nor ticked"):
        confirm(team, team.daniel, jun)
    # Taken back and ticked by another one, it is theirs.
    tick(team, team.aiko, jun, *(set(Item) - {Item.DEVICES}))
    tick(team, team.aiko, jun, *Item)
    confirm(team, team.daniel, jun)


def test_nothing_is_confirmed_while_something_is_open(team: Team, jun: StaffMember) -> None:
    start(team, team.aiko, jun)
    tick(team, team.aiko, jun, *(set(Item) - {Item.SECRECY}))
    with pytest.raises(ProposalError, match="still open"):
        confirm(team, team.daniel, jun)


def test_the_list_keeps_whatever_else_the_managers_know(team: Team, jun: StaffMember) -> None:
    def known(desk: Desk) -> Record:
        files = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
        return circles.read(desk.session, files)[jun.id]

    with desk_of(team.app, team.aiko, team.clock) as desk:
        before = known(desk)
    start(team, team.aiko, jun)
    tick(team, team.aiko, jun, Item.DEVICES)
    with desk_of(team.app, team.daniel, team.clock) as desk:
        after = dict(known(desk))
    assert after.pop(leaving.PART)
    assert after == before


def test_begun_twice_the_list_stays_as_it_is(team: Team, jun: StaffMember) -> None:
    start(team, team.aiko, jun)
    tick(team, team.aiko, jun, Item.DEVICES)
    start(team, team.daniel, jun)
    assert look(team, team.sora, jun).leaving.ticked == {Item.DEVICES: team.aiko.id.hex()}


def test_for_somebody_removed_before_the_list_is_begun_afterwards(
    team: Team, jun: StaffMember
) -> None:
    remove(team.app, team.aiko, team.clock, jun)
    with pytest.raises(HiddenError):
        tick(team, team.aiko, jun, Item.DEVICES)
    start(team, team.daniel, jun)
    assert look(team, team.sora, jun).leaving.started_by == team.daniel.id.hex()


def test_a_link_for_new_keys_works_no_more_for_who_was_let_go(team: Team, jun: StaffMember) -> None:
    with desk_of(team.app, team.aiko, team.clock) as desk:
        token = joining.invite_again(desk, jun.id)
    start(team, team.aiko, jun)
    with the_staff(team.app).service.read() as session, pytest.raises(InvitationGoneError):
        joining.look(session, token, team.clock())


def test_somebody_goes_even_where_the_managers_files_are_not_at_hand(
    team: Team, jun: StaffMember
) -> None:
    with desk_of(team.app, team.aiko, team.clock) as desk:
        desk.session.delete(desk.session.get_one(CircleKey, (Circle.MANAGERS, team.aiko.id)))
        desk.session.flush()
        leaving.start(desk, jun.id)
        with pytest.raises(NotHandedOnError):
            leaving.look(desk, jun.id)
    assert jun.id in team.roster.removed
    start(team, team.daniel, jun)
    assert look(team, team.daniel, jun).leaving.started_by == team.daniel.id.hex()


@pytest.mark.parametrize(
    "act",
    [
        leaving.look,
        leaving.start,
        leaving.confirm,
        lambda desk, member: leaving.tick(desk, member, ()),
    ],
)
def test_only_managers_see_to_it_and_only_for_people_who_belonged(
    team: Team, jun: StaffMember, act: Callable[[Desk, bytes], object]
) -> None:
    with desk_of(team.app, jun, team.clock) as desk, pytest.raises(HiddenError):
        act(desk, team.sora.id)
    with desk_of(team.app, team.aiko, team.clock) as desk, pytest.raises(HiddenError):
        act(desk, bytes(16))


def test_nobody_lets_themself_go(team: Team) -> None:
    with pytest.raises(ProposalError):
        start(team, team.aiko, team.aiko)
    assert team.aiko.id in team.roster.people


def test_the_form_offers_every_item() -> None:
    assert set(ITEMS) == set(Item)


def test_every_step_stands_in_the_log(team: Team, jun: StaffMember) -> None:
    auditor = let_in(team, "Ren Okada", Role.AUDITOR)
    start(team, team.aiko, jun)
    tick(team, team.aiko, jun, *Item)
    confirm(team, team.daniel, jun)
    ring = come_in(team.app, auditor, team.clock).ring
    with the_staff(team.app).service.read() as session:
        entries = audit.read(session, ring.segment_key, None)
    verbs = [entry.verb for entry in entries if entry.subject == jun.id.hex()]
    assert verbs[:3] == ["leaving.confirmed", "leaving.ticked", "offboarded"]
