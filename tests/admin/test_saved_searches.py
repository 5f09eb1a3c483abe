"""What casework shares goes with its newest key, and what was altered is not believed."""

from functools import partial

import pytest
from sqlalchemy import select, update

from admin import epochs, saved_searches
from admin.errors import AlarmError
from admin.saved_searches import Saved
from admin.sought import Sought
from crypto.roles import Group
from reporting.case_rows import SavedSearchRow
from tests.builders_cases import Office
from tests.builders_staff import flipped, the_staff

SOUGHT = Sought(words="a landlord who asks")


def keep(office: Office, by: str, name: str, *, is_shared: bool = True) -> None:
    with office.desk(by) as desk:
        saved_searches.keep(desk, name, SOUGHT, is_shared=is_shared)


def kept(office: Office, by: str) -> list[Saved]:
    with office.desk(by) as desk:
        return list(saved_searches.kept(desk))


def row_of(office: Office) -> SavedSearchRow:
    with the_staff(office.app).service.read() as session:
        return session.scalars(select(SavedSearchRow)).one()


def test_what_is_kept_is_in_no_column_that_can_be_read(office: Office) -> None:
    keep(office, "mei", "Landlords")
    row = row_of(office)
    assert b"landlord" not in row.box_sealed.lower()
    assert "andlord" not in repr(kept(office, "mei"))
    assert [(one.name, one.sought, one.is_shared) for one in kept(office, "max")] == [
        ("Landlords", SOUGHT, True)
    ]


def test_one_s_own_come_first_and_each_kind_in_the_order_of_names(office: Office) -> None:
    for name in ("b", "A"):
        keep(office, "mei", f"ours {name}")
        keep(office, "mei", f"mine {name}", is_shared=False)
    assert [one.name for one in kept(office, "mei")] == ["mine A", "mine b", "ours A", "ours b"]
    assert [one.name for one in kept(office, "max")] == ["ours A", "ours b"]


def test_what_casework_shares_is_carried_into_its_next_epoch(office: Office) -> None:
    office.come_in("mei", "max")
    keep(office, "mei", "Landlords")
    before = row_of(office)
    staff = the_staff(office.app)
    with office.desk("mei") as desk:
        again = partial(epochs.rotate, desk.session, desk.ring, desk.verified)
        ring, verified = again(Group.CASEWORK, desk.now)
        epochs.carry_over(desk.session, ring, verified)
        newest = verified.epoch(Group.CASEWORK).id
        row = desk.session.get_one(SavedSearchRow, before.id)
        assert (row.epoch_id, before.epoch_id != newest) == (newest, True)
    office.rings["mei"] = ring
    assert [one.sought for one in kept(office, "mei")] == [SOUGHT]
    # Whoever was not handed the new key yet opens nothing, and spoils nothing.
    assert kept(office, "max") == []
    with office.desk("max") as desk:
        epochs.carry_over(desk.session, desk.ring, staff.service.office.follow(desk.session))
    assert row_of(office).epoch_id == newest


def test_what_was_altered_sounds_an_alarm(office: Office) -> None:
    keep(office, "mei", "Landlords")
    with the_staff(office.app).service.begin() as session:
        box = flipped(session.scalars(select(SavedSearchRow.box_sealed)).one())
        session.execute(update(SavedSearchRow).values(box_sealed=box))
    with pytest.raises(AlarmError):
        kept(office, "mei")
