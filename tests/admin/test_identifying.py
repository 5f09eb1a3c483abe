"""Marking identifiers: who may, with whose yes, what a copy shows of it, and what is left of it."""

import threading

import pytest
from sqlalchemy import select

from admin import case_due, due, identified, identifying, link_tokens
from admin.errors import HiddenError, OverLimitError
from admin.identifying import Typed
from admin.links import Kind, Marked
from admin.transitions import NotNowError
from admin.tripwires import Kind as Counted
from crypto import passphrase
from crypto.envelope import lp
from crypto.passphrase import CoresTakenError
from reporting.case_rows import LinkKeyRow
from reporting.ids import CaseId
from reporting.models import ConsentRow
from tests.builders import Seeds
from tests.builders_cases import Office
from tests.builders_links import (
    CHEAP,
    PHONE,
    beside,
    by_identifier,
    choose,
    in_work,
    mark,
    rows,
    searched,
    sent,
)
from tests.builders_mailbox import enter, take_back
from tests.builders_staff import flipped, noted, the_staff
from tests.metered import has_read


def told(office: Office, case: CaseId) -> list[Marked]:
    return list(office.look("mei", case).work.links.marked)


def due_work(office: Office, name: str = "mei") -> None:
    case_due.run(lambda: office.desk(name))


def test_another_kind_and_another_number_are_another_token(office: Office) -> None:
    case, _code = in_work(office)
    digits = "09012345678"
    tokens = [
        mark(office, case, digits),
        mark(office, case, f"telegram/{digits}", Kind.HANDLE),
        mark(office, case, f"line/{digits}", Kind.HANDLE),
        mark(office, case, digits, Kind.PLATE),
        mark(office, case, "09012345679"),
    ]
    assert len(set(tokens)) == len(tokens)
    assert [one.kind for one in told(office, case)][1:3] == [Kind.HANDLE, Kind.HANDLE]


def test_a_copied_database_shows_that_one_recurs_and_neither_what_nor_where(
    office: Office,
) -> None:
    (here, _one), (there, _other) = in_work(office), in_work(office)
    token = mark(office, here)
    mark(office, there)
    found = rows(office)
    assert [row.token for row in found] == [token, token]
    with the_staff(office.app).service.read() as session:
        keys = session.scalars(select(LinkKeyRow)).all()
    clear = b"".join([*(row.id + row.token for row in found), *(row.epoch_id for row in found)])
    boxes = b"".join([*(row.box_sealed for row in found), *(key.key_sealed for key in keys)])
    for secret in (here, there, b"phone", b"81901234", office.id("mei")):
        assert secret not in clear + boxes
    assert len({len(row.box_sealed) for row in found}) == 1
    words = lp(b"phone", b"+819012345678")
    for guessed in (key.key_sealed[-32:] for key in keys):
        salt = guessed[:16]
        assert passphrase.derive(words, salt, CHEAP)[:16] != token


def test_whoever_is_not_in_casework_marks_and_finds_nothing(office: Office) -> None:
    case, _code = in_work(office)
    mark(office, case)
    for act in (
        lambda desk: identifying.key_for(desk, case),
        lambda desk: identifying.look(desk, case),
        lambda desk: identifying.mark(desk, case, Typed(Kind.PHONE, PHONE, bytes(16))),
        lambda desk: identifying.remove(desk, case, rows(office)[0].id),
        lambda desk: by_identifier(desk, Kind.PHONE, PHONE),
        lambda desk: identified.by_token(desk, Kind.PHONE, rows(office)[0].token),
    ):
        with pytest.raises(HiddenError), office.desk("rei") as desk:
            act(desk)


def test_whoever_marks_one_guess_after_another_is_stopped_like_who_searches(
    office: Office,
) -> None:
    case, _code = in_work(office)
    has_read(office.app, office.id("mei"), Counted.WORDS, office.clock, less=2)
    token = mark(office, case)
    row = told(office, case)[0].row
    with office.desk("mei") as desk:
        identifying.remove(desk, case, row)
    searched(office)
    with pytest.raises(OverLimitError) as refused:
        mark(office, case)
    assert refused.value.kind is Counted.WORDS
    assert told(office, case) == []
    assert token not in {one.token for one in rows(office)}
    with pytest.raises(OverLimitError):
        searched(office)


def test_what_nobody_works_on_yet_is_marked_by_nobody(office: Office) -> None:
    case, code = sent(office)
    choose(office, code, "yes")
    with pytest.raises(NotNowError, match="marking"):
        mark(office, case, by="susan")
    with pytest.raises(HiddenError):
        mark(office, case)


def test_without_the_reporters_yes_nothing_is_marked(office: Office, seeds: Seeds) -> None:
    case = office.assigned("mei")
    with pytest.raises(NotNowError) as refused:
        mark(office, case)
    assert refused.value.sentence == identifying.NOT_AGREED
    with office.desk("mei") as desk:
        assert identifying.look(desk, case).why_not == identifying.NOT_AGREED
    assert rows(office) == []
    assert "link.token.made" not in noted(office.app, seeds, case.hex())


def test_the_log_has_that_something_was_marked_and_not_what(office: Office, seeds: Seeds) -> None:
    case, _code = in_work(office)
    mark(office, case)
    with office.desk("mei") as desk:
        identifying.remove(desk, case, rows(office)[0].id)
    assert (rows(office), told(office, case)) == ([], [])
    assert [v for v in noted(office.app, seeds, case.hex()) if v.startswith("link.")] == [
        "link.token.made",
        "link.token.removed",
    ]
    with pytest.raises(HiddenError), office.desk("mei") as desk:
        identifying.remove(desk, case, bytes(16))


def test_the_same_one_is_marked_once_in_a_report_and_no_more_than_forty(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _code = in_work(office)
    mark(office, case)
    with pytest.raises(NotNowError) as twice:
        mark(office, case, "09012345678")
    assert twice.value.sentence == identifying.TWICE
    monkeypatch.setattr(identifying, "MOST", 1)
    with pytest.raises(NotNowError) as full:
        mark(office, case, "09012345679")
    assert full.value.sentence == identifying.TOO_MANY


def test_what_a_colleague_marked_is_covered_until_somebody_uncovers_the_story(
    office: Office,
) -> None:
    case, _code = in_work(office)
    mark(office, case)
    with office.desk("mei") as desk:
        assert [one.value for one in identifying.look(desk, case).marked] == [PHONE]
    with office.desk("max") as desk:
        seen = identifying.look(desk, case)
    assert [(one.kind, one.value) for one in seen.marked] == [(Kind.PHONE, "")]
    assert PHONE not in repr(seen)
    assert PHONE not in repr(office.look("mei", case).work)


def test_a_no_afterwards_counts_at_once_and_then_takes_everything_away(
    office: Office, seeds: Seeds
) -> None:
    (here, _one), (there, code) = in_work(office), in_work(office)
    for case in (here, there):
        mark(office, case)
    choose(office, code, "no")
    assert (beside(office, here), beside(office, there), searched(office)) == (
        set(),
        set(),
        {here},
    )
    due_work(office)
    assert told(office, there) == []
    assert len(rows(office)) == 1
    assert noted(office.app, seeds, there.hex())[-1] == "link.token.removed"
    due_work(office)
    assert len(told(office, here)) == 1


def test_another_choice_leaves_what_is_marked_and_is_looked_at_once(office: Office) -> None:
    case, code = in_work(office)
    mark(office, case)
    choose(office, code, "yes", "c_stats")
    before = office.look("mei", case).work.links.documents
    due_work(office)
    after = office.look("mei", case).work.links.documents
    assert (after, len(told(office, case))) == (before + 1, 1)
    rev = office.rev(case)
    due_work(office)
    assert office.rev(case) == rev


def test_choices_that_somebody_altered_allow_nothing_and_take_nothing_away(office: Office) -> None:
    case, _code = in_work(office)
    mark(office, case)
    with the_staff(office.app).service.begin() as session:
        row = session.scalars(select(ConsentRow).where(ConsentRow.case_id == case)).first()
        assert row is not None
        row.content_sealed = flipped(row.content_sealed)
    assert searched(office) == set()
    with office.desk("mei") as desk:
        identifying.settle(desk, case)
    assert len(told(office, case)) == 1


def test_what_was_erased_leaves_no_row_and_what_was_taken_back_is_swept(office: Office) -> None:
    (here, _one), (there, code) = in_work(office), in_work(office)
    for case in (here, there):
        mark(office, case)
    service = the_staff(office.app).service
    take_back(service, enter(service, code))
    office.later(days=8)
    due.run(service, office.rings["mei"], office.clock())
    assert len(rows(office)) == 2
    with office.desk("mei") as desk:
        assert link_tokens.sweep(desk.session, desk.ring) == 1
        assert link_tokens.sweep(desk.session, desk.ring) == 0
    (left,) = rows(office)
    assert left.id in office.look("mei", here).work.links.rows


def test_of_too_many_at_once_some_are_told_to_try_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase, "_cores", threading.BoundedSemaphore(1))
    monkeypatch.setattr("crypto.blinding.PATIENCE_SECONDS", 0.05)
    case, _code = in_work(office)
    with office.desk("mei") as desk:
        key = identifying.key_for(desk, case)
    with passphrase._cores, pytest.raises(CoresTakenError):  # noqa: SLF001 - it is taken here
        identified.token_of(key, Kind.PHONE, PHONE, CHEAP)
