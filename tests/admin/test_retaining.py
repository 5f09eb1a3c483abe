"""What is owed to a report on which work has ended: warnings, the right day, and its end."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from admin import cases, casework, moves, owed, queue, retaining
from admin.errors import AlarmError, HiddenError
from admin.facts import Closing
from admin.lists import rows as rows_of
from admin.permissions import Action
from reporting import threads, withdrawal
from reporting.audit import Event, Journal, append
from reporting.errors import CodeUnknownError
from reporting.models import Case, CaseWrap, ConsentRow, Mail, Wrapped
from tests.admin.test_moves_casework import by_code, write
from tests.builders_cases import Office
from tests.builders_ended import (
    DAY,
    closed,
    declined,
    has_contact_key,
    held,
    is_there,
    keep,
    look_again,
    pass_days,
    run_due,
    set_aside,
    shown,
    told,
)
from tests.builders_staff import the_staff

MALICIOUS = Closing("malicious", "supported", "claimed", "nothing_to_do")


def test_both_sides_are_warned_and_on_the_day_after_the_last_one_it_is_gone(
    office: Office,
) -> None:
    (case, code), end = closed(office), office.clock().date() + 365 * DAY
    assert shown(office, case) == end
    pass_days(office, 330, at_once=66)
    assert [text.split()[0] for text in told(office, code)] == ["We"]
    office.later(days=5)
    run_due(office)
    assert f"until {end.day} November {end.year}" in told(office, code)[1]
    with office.desk("susan") as desk:
        assert [row.kept_until for row in rows_of(desk, "ends_soon")] == [end]
    office.later(days=23)
    run_due(office)
    run_due(office)
    assert "We erase your report after 24 November 2027" in told(office, code)[2]
    assert len(told(office, code)) == 3
    office.later(days=7)
    run_due(office)
    assert is_there(office, case)
    office.later(days=1)
    run_due(office)
    assert not is_there(office, case)
    with pytest.raises(CodeUnknownError):
        told(office, code)
    with pytest.raises(HiddenError):
        office.look("susan", case)


def test_what_is_left_says_nothing_and_goes_when_no_backup_brings_the_rest_back(
    office: Office,
) -> None:
    case, _code = closed(office)
    service = the_staff(office.app).service
    with service.begin() as session:
        withdrawal.erase(session, case, office.clock())
    with service.read() as session:
        left = session.get_one(Case, case)
        assert (left.state, left.level, left.received_week, left.rev) == ("erased", 0, 202648, 0)
    for days, gone in ((14, 0), (6, 1)):  # from Tuesday to Tuesday, and then the next Monday
        office.later(days=days)
        with service.begin() as session:
            assert withdrawal.sweep(session, office.clock()) == gone
    with service.read() as session:
        assert session.get(Case, case) is None


def test_a_decline_goes_only_after_a_second_person_looked(office: Office) -> None:
    (seen, _), (unseen, _) = declined(office, is_seen=True), declined(office, is_seen=False)
    pass_days(office, 105, at_once=7)
    assert (is_there(office, seen), is_there(office, unseen)) == (False, True)
    look_again(office, unseen)
    run_due(office, "rei")
    assert not is_there(office, unseen)


def test_what_is_set_aside_goes_after_thirty_days_and_a_second_person(office: Office) -> None:
    (seen, code), (unseen, _) = set_aside(office, is_seen=True), set_aside(office, is_seen=False)
    pass_days(office, 29, at_once=29)
    assert is_there(office, seen)
    write(office, code)
    office.later(days=1)
    run_due(office, "rei")
    assert is_there(office, seen)  # somebody has to read what was written first
    with office.desk("rei") as desk:
        casework.open_case(desk.session, desk.ring, desk.journal, seen, desk.now)
    run_due(office, "rei")
    assert (is_there(office, seen), is_there(office, unseen)) == (False, True)


@pytest.mark.parametrize("kept_by", ["mail", "hold"])
def test_nothing_goes_with_unread_mail_or_a_hold(office: Office, kept_by: str) -> None:
    case, code = closed(office, MALICIOUS)
    pass_days(office, 170, at_once=17)
    if kept_by == "mail":
        write(office, code)
    else:
        held(office, case, 20)
    pass_days(office, 20, at_once=5)
    assert is_there(office, case)
    if kept_by == "mail":
        with the_staff(office.app).service.begin() as session:
            session.execute(delete(Mail))
    pass_days(office, 10, at_once=1)
    assert not is_there(office, case)


def test_a_warning_that_was_never_given_keeps_it(office: Office) -> None:
    case, _code = closed(office)
    office.later(days=800)
    run_due(office)
    assert is_there(office, case)
    assert shown(office, case) == office.clock().date() + 30 * DAY
    pass_days(office, 30, at_once=10)
    assert is_there(office, case)
    pass_days(office, 10, at_once=1)
    assert not is_there(office, case)


def test_the_last_day_follows_what_the_reporter_chooses(office: Office) -> None:
    (case, code), start = closed(office), office.clock().date()
    office.later(days=20)
    keep(office, code, "3")
    run_due(office)
    assert shown(office, case) == start.replace(year=2029)
    keep(office, code, "10")
    run_due(office)
    assert shown(office, case) == start.replace(year=2036)
    office.later(days=700)
    keep(office, code, "1")
    run_due(office)
    # Chosen away long ago: a month is left to think again.
    assert shown(office, case) == office.clock().date() + 30 * DAY


def test_choices_that_somebody_altered_shorten_nothing(office: Office) -> None:
    (case, code), start = closed(office), office.clock().date()
    keep(office, code, "10")
    office.later(minutes=2)
    run_due(office)
    keep(office, code, "1")
    with the_staff(office.app).service.begin() as session:
        newest = session.scalars(select(ConsentRow.id).where(ConsentRow.case_id == case)).all()
        session.execute(
            update(ConsentRow).where(ConsentRow.id.in_(newest)).values(content_sealed=b"no")
        )
    run_due(office)
    assert shown(office, case) == start.replace(year=2036)


def test_opening_it_again_or_bringing_it_back_stops_the_term(office: Office) -> None:
    case, _code = closed(office)
    office.make("max", case, "reopen", reason="new facts")
    assert shown(office, case) is None
    assert owed.SHRED_CONTACT not in office.look("max", case).work.items
    other, code = closed(office)
    by_code(office, code, withdrawal.take_back)
    by_code(office, code, withdrawal.undo)
    assert shown(office, other) is None


def test_taking_a_decline_back_takes_its_day_back(office: Office) -> None:
    case, _code = declined(office, is_seen=False)
    assert shown(office, case) is not None
    office.undo("rei", case)
    assert shown(office, case) is None


def test_ways_of_contact_are_unreadable_once_nobody_takes_it_back(office: Office) -> None:
    case, _code = declined(office, is_seen=False)
    run_due(office)
    assert has_contact_key(office, case)
    office.later(minutes=1)
    run_due(office)
    assert not has_contact_key(office, case)
    with office.desk("rei") as desk:
        view = casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)
    assert view.opened.work.contact_shredded


@pytest.mark.parametrize("is_shredded", [False, True])
def test_a_key_of_contact_that_somebody_took_away_is_an_alarm(
    office: Office, *, is_shredded: bool
) -> None:
    case = office.report()
    with office.desk("rei") as desk:
        there = cases.opened(desk.session, desk.ring, case, Action.OPEN_CASE)
        cases.save(desk.session, there, replace(there.work, contact_shredded=is_shredded))
    with the_staff(office.app).service.begin() as session:
        gone = delete(CaseWrap).where(CaseWrap.case_id == case)
        session.execute(gone.where(CaseWrap.wrapped == Wrapped.CONTACT))
    with office.desk("rei") as desk:
        page = queue.view(desk.session, desk.ring, desk.journal, None, desk.now)
        assert [one.opens for one in page.waiting] == [is_shredded]
    if not is_shredded:
        with office.desk("rei") as desk, pytest.raises(AlarmError):
            casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)


def test_a_full_mailbox_is_warned_by_the_day_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, code = closed(office)
    monkeypatch.setattr(threads, "MOST_MESSAGES", 1)
    pass_days(office, 380, at_once=5)
    assert not is_there(office, case)
    with pytest.raises(CodeUnknownError):
        told(office, code)


def test_everything_of_it_is_noted_as_nobodys_act(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = listening(monkeypatch)
    closed(office)
    pass_days(office, 380, at_once=5)
    assert noted == [
        ("system", "contact.shredded"),
        ("system", "retention.warned"),
        ("system", "retention.warned"),
        ("system", "retain_end"),
    ]


def listening(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return a list that grows with what due work writes into the log."""
    heard: list[tuple[str, str]] = []

    def note(session: Session, journal: Journal, event: Event, now: datetime) -> None:
        heard.append((event.actor, event.verb))
        append(session, journal, event, now)

    monkeypatch.setattr(retaining, "append", note)
    monkeypatch.setattr(moves, "append", note)
    return heard
