"""The key of the tokens is made once, and what was marked with it is found for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.engine import URL

from admin import epochs, link_keys, link_tokens
from admin.errors import AlarmError, NotHandedOnError
from admin.link_keys import NoLinkKeyError
from crypto.roles import Group
from reporting import audit
from reporting.case_rows import LinkKeyRow, LinkTokenRow
from reporting.settings import Settings
from tests.archivist import Archivist
from tests.builders_cases import Office
from tests.builders_links import beside, in_work, mark, rows, searched
from tests.builders_staff import flipped, the_staff
from tests.conftest import Clock


def rotate(office: Office, by: str = "mei", group: Group = Group.CASEWORK) -> bytes:
    """Let somebody make the next key of a group; return its number."""
    with office.desk(by) as desk:
        audit.hold(desk.session)
        ring, grown = epochs.rotate(desk.session, desk.ring, desk.verified, group, desk.now)
    office.rings[by] = ring
    return grown.epoch(group).id


def come_in_again(office: Office, name: str) -> None:
    office.rings.pop(name, None)
    office.later(minutes=1)
    office.come_in(name)


def keys(office: Office) -> dict[bytes, bytes]:
    with the_staff(office.app).service.read() as session:
        return {row.epoch_id: row.key_sealed for row in session.scalars(select(LinkKeyRow))}


def test_old_tokens_match_after_every_change_of_keys(office: Office) -> None:
    (here, _one), (there, _other) = in_work(office), in_work(office)
    token = mark(office, here)
    (before,) = keys(office)
    newest = rotate(office)
    assert list(keys(office)) == [newest] != [before]
    assert mark(office, there) == token
    assert beside(office, here) == {there}
    newest = rotate(office)
    come_in_again(office, "max")
    assert searched(office, by="max") == {here, there}
    assert {row.epoch_id for row in rows(office)} == {newest}


def test_a_change_of_another_groups_key_leaves_it_alone(office: Office) -> None:
    case, _code = in_work(office)
    mark(office, case)
    before = keys(office)
    rotate(office, "rei", Group.INTAKE)
    assert keys(office) == before


def test_before_anything_is_marked_a_change_of_keys_makes_none(office: Office) -> None:
    case, _code = in_work(office)
    rotate(office)
    assert keys(office) == {}
    assert searched(office) == set()
    with pytest.raises(NoLinkKeyError), office.desk("mei") as desk:
        link_keys.open_key(desk.session, desk.ring)
    mark(office, case)
    assert searched(office) == {case}


def test_whoever_has_not_been_handed_the_new_key_waits_and_makes_no_other(
    office: Office,
) -> None:
    case, _code = in_work(office)
    mark(office, case)
    office.come_in("max")
    rotate(office)
    for act in (
        lambda: mark(office, case, "090-0000-1111", by="max"),
        lambda: searched(office, by="max"),
    ):
        with pytest.raises(NotHandedOnError):
            act()
    assert len(keys(office)) == 1
    come_in_again(office, "max")
    mark(office, case, "090-0000-1111", by="max")


def test_who_makes_the_next_key_without_the_old_one_leaves_it_to_a_colleague(
    office: Office,
) -> None:
    case, _code = in_work(office)
    mark(office, case)
    office.come_in("max")
    (before,) = keys(office)
    ring = office.rings["mei"]
    # As somebody to whom the one in force was not handed on.
    bare = {epoch: group for epoch, group in ring._groups.items() if epoch != before}  # noqa: SLF001
    office.rings["mei"] = replace(ring, _groups=bare)
    rotate(office)
    assert list(keys(office)) == [before]
    come_in_again(office, "max")
    assert before not in keys(office)
    assert searched(office, by="max") == {case}


def test_two_who_begin_at_once_make_one_key(office: Office) -> None:
    cases = [in_work(office)[0] for _ in range(2)]
    office.come_in("max")
    with ThreadPoolExecutor(2) as pool:
        tokens = list(pool.map(lambda at: mark(office, cases[at], by=("mei", "max")[at]), range(2)))
    assert tokens[0] == tokens[1]
    assert len(keys(office)) == 1


def test_a_key_that_was_altered_or_taken_away_is_an_alarm_and_never_made_anew(
    office: Office,
) -> None:
    case, _code = in_work(office)
    mark(office, case)
    ((epoch, box),) = keys(office).items()
    with the_staff(office.app).service.begin() as session:
        session.execute(update(LinkKeyRow).values(key_sealed=flipped(box)))
    with pytest.raises(AlarmError):
        searched(office)
    rotate(office)
    assert list(keys(office)) == [epoch]
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(LinkKeyRow))
    with pytest.raises(AlarmError):
        mark(office, case, "090-0000-1111")
    assert keys(office) == {}


def test_boxes_that_do_not_open_keep_no_others_from_being_locked_anew(office: Office) -> None:
    cases = [in_work(office)[0] for _ in range(3)]
    for case in cases:
        mark(office, case)
    broken = rows(office)[0]
    office.come_in("max")
    with the_staff(office.app).service.begin() as session:
        altered = update(LinkTokenRow).where(LinkTokenRow.id == broken.id)
        session.execute(altered.values(box_sealed=b"altered"))
    newest = rotate(office)
    with office.desk("mei") as desk:
        assert link_tokens.lock_anew(desk.session, desk.ring, newest) == 2
        assert link_tokens.lock_anew(desk.session, desk.ring, newest) == 0
    with office.desk("max") as desk:
        assert link_tokens.lock_anew(desk.session, desk.ring, newest) == 0
    assert {row.id: row.epoch_id == newest for row in rows(office)}[broken.id] is False
    assert len(searched(office)) == 2


def test_signing_in_goes_through_rows_without_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_tokens, "AT_A_TIME", 1)
    cases = [in_work(office)[0] for _ in range(2)]
    for case in cases:
        mark(office, case)
    newest = rotate(office)
    for _ in range(2):
        come_in_again(office, "max")
    assert {row.epoch_id for row in rows(office)} == {newest}


def test_what_is_brought_back_from_archives_matches_as_before(
    office: Office,
    settings: Settings,
    clock: Clock,
    tmp_path: Path,
    new_database: Callable[[str], URL],
) -> None:
    (here, _one), (there, _other) = in_work(office), in_work(office)
    token = mark(office, here)
    archivist = Archivist(settings, clock, tmp_path / "archives", new_database)
    archivist.make(office.app)
    mark(office, there)
    archivist.move()
    assert archivist.restore().reports == 2
    # What was counted of that day's reading is in no archive; of the next day nothing is yet.
    office.later(days=1)
    with archivist.opened() as app:
        back = replace(office, app=app)
        assert searched(back) == {here}
        assert mark(back, there) == token
        assert beside(back, here) == {there}
