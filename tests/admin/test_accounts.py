import pytest
from flask import Flask
from sqlalchemy import select

from admin.accounts import (
    Duties,
    check_free,
    has_joined,
    is_founded,
    read_duties,
    read_name,
)
from admin.errors import AccountError
from admin.models import Member
from crypto.roles import Role
from tests.builders import Seeds
from tests.builders_staff import a_member, the_staff

LETTERS = "abcdefgh"
READING = frozenset({Role.REVIEWER, Role.CASEWORKER})


def test_a_name_is_taken_once_however_it_is_written(app: Flask, seeds: Seeds) -> None:
    staff = the_staff(app)
    with staff.service.read() as session:
        assert not is_founded(session)
        check_free(session, staff.door, "Aiko Mori")
    a_member(app, seeds, "Aiko Mori", Role.REVIEWER)
    with staff.service.read() as session:
        assert is_founded(session)
        assert has_joined(session, staff.door, "AIKO mori")
        with pytest.raises(AccountError, match="has this name already"):
            check_free(session, staff.door, "AIKO mori")
        check_free(session, staff.door, "Somebody New")


def test_nothing_readable_in_a_row_says_whose_it_is(app: Flask, seeds: Seeds) -> None:
    a_member(app, seeds, "Aiko Mori", Role.REVIEWER)
    with the_staff(app).service.read() as session:
        member = session.scalars(select(Member)).one()
    for column in Member.__table__.columns:
        assert "Aiko" not in str(getattr(member, column.name))


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 81, "Ai\nko", "Aiko\u202e", "\ud800", "a\u200bb", "tab\tbed"]
)
def test_names_that_could_deceive_are_refused(name: str) -> None:
    with pytest.raises(AccountError):
        read_name(name)


@pytest.mark.parametrize("name", ["Aiko Mori", "森 愛子", "אילנה", "O\u2019Neill", "x" * 80])
def test_names_of_people_are_taken_as_they_are(name: str) -> None:
    assert read_name(f" {name} ") == name


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("auditor,reviewer", "never holds these roles together"),
        ("caseworker,auditor,manager", "never holds these roles together"),
        ("reviewer,root", "'root' is no role"),
        ("Reviewer", "'Reviewer' is no role"),
        ("manager", "supervisor or a steward"),
        ("auditor,manager", "supervisor or a steward"),
    ],
)
def test_duties_that_exclude_each_other_or_do_not_exist_are_refused(text: str, says: str) -> None:
    with pytest.raises(AccountError, match=says):
        read_duties(text)


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        ("caseworker, reviewer", Duties(READING)),
        ("auditor", Duties(frozenset({Role.AUDITOR}))),
        (" manager,steward,", Duties(frozenset({Role.STEWARD}), is_manager=True)),
        ("", Duties(frozenset())),
    ],
)
def test_duties_are_read_as_typed(text: str, duties: Duties) -> None:
    assert read_duties(text) == duties
