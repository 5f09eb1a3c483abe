"""Marking identifiers: who may, with whose yes, what is found by it, and what is left of it."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from admin import (
    acts,
    campaigns,
    case_due,
    casework,
    due,
    identified,
    identifying,
    link_panel,
    link_tokens,
    linking,
)
from admin.desk import Desk
from admin.errors import HiddenError, OverLimitError
from admin.identifying import Typed
from admin.links import Kind, Marked, Verdict, Why
from admin.permissions import Action
from admin.transitions import NotNowError
from admin.tripwires import Kind as Counted
from crypto import passphrase
from crypto.envelope import lp
from crypto.passphrase import CoresTakenError
from reporting.case_rows import LinkKeyRow, LinkTokenRow
from reporting.ids import CaseId
from reporting.models import ConsentRow, Mailbox
from tests.admin.test_recusal_hides import Told, for_a_moment, without
from tests.builders import Seeds
from tests.builders_cases import CALM, HELPED, TOLD, Office
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
from tests.builders_mailbox import enter, take_back, undo
from tests.builders_staff import flipped, noted, the_staff
from tests.metered import has_read

MAIL = "somebody@example.org"


def told(office: Office, case: CaseId) -> list[Marked]:
    return list(office.look("mei", case).work.links.marked)


def due_work(office: Office, name: str = "mei") -> None:
    case_due.run(lambda: office.desk(name))


def test_the_same_identifier_in_two_reports_is_found_from_both_and_by_a_search(
    office: Office,
) -> None:
    (here, _one), (there, _other) = in_work(office), in_work(office)
    token = mark(office, here)
    assert beside(office, here) == set()
    assert mark(office, there, "+81 90 1234 5678") == token
    assert (beside(office, here), beside(office, there)) == ({there}, {here})
    assert searched(office) == {here, there}
    assert searched(office, "090-1234-0000") == set()
    assert searched(office, MAIL, Kind.EMAIL) == set()


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


def test_it_is_proposed_for_comparing_however_old_and_until_somebody_judges(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "MOST_COMPARED", 0)
    (here, _one), (there, _other) = in_work(office), in_work(office)
    for case in (here, there):
        mark(office, case)
    office.make("mei", there, "propose_close", closing=HELPED, message=TOLD)
    office.later(days=1)
    # What its reporter chose meanwhile is read first.
    with pytest.raises(NotNowError, match="all_mail_read"):
        office.make("susan", there, "approve_close")
    with office.desk("susan") as desk:
        casework.open_case(desk.session, desk.ring, desk.journal, there, desk.now)
    office.make("susan", there, "approve_close")
    with office.desk("max") as desk:
        (one,) = linking.proposed(desk, here)
        assert (one.case, one.whys[0]) == (there, Why.SAME_IDENTIFIER)
        linking.judge(desk, here, there, Verdict.UNSURE)
        assert len(linking.proposed(desk, here)) == 1
        linking.judge(desk, here, there, Verdict.SAME_ACTOR)
        assert linking.proposed(desk, here) == ()


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.UNSURE])
def test_what_was_judged_is_remembered_for_ever_and_not_proposed_again(
    office: Office, verdict: Verdict
) -> None:
    (here, _one), (there, _other) = in_work(office), in_work(office)
    with office.desk("mei") as desk:
        assert [one.case for one in linking.proposed(desk, here)] == [there]
        linking.judge(desk, here, there, verdict)
    for case, other in ((here, there), (there, here)):
        assert office.look("mei", case).work.links.verdict_on(other) == verdict
        with office.desk("mei") as desk:
            assert linking.proposed(desk, case) == ()


@pytest.mark.parametrize("has_answered", [True, False])
def test_more_than_the_same_incident_takes_the_yes_of_both(
    office: Office, *, has_answered: bool
) -> None:
    (here, _yes), (there, code) = in_work(office), in_work(office, agrees=False)
    if has_answered:
        choose(office, code, "no")
    with office.desk("mei") as desk:
        pair = linking.compare(desk, here, there)
        assert (pair.here.has_agreed, pair.there.has_agreed) == (True, False)
    for verdict in (Verdict.SAME_ACTOR, Verdict.SAME_HOUSEHOLD, Verdict.SAME_CAMPAIGN):
        for case, other in ((here, there), (there, here)):
            with pytest.raises(NotNowError, match="verdict"), office.desk("mei") as desk:
                linking.judge(desk, case, other, verdict)
    with office.desk("mei") as desk:
        linking.judge(desk, here, there, Verdict.SAME_INCIDENT)


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


def test_a_report_that_was_taken_back_is_found_by_nothing_and_again_once_it_returns(
    office: Office,
) -> None:
    (here, _one), (there, code) = in_work(office), in_work(office)
    for case in (here, there):
        mark(office, case)
    service = the_staff(office.app).service
    opened = enter(service, code)
    take_back(service, opened)
    assert (beside(office, here), searched(office)) == (set(), {here})
    undo(service, opened)
    assert searched(office, by="susan") == {here, there}


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


def test_only_what_the_report_itself_names_counts(office: Office) -> None:
    (here, _one), (there, _other) = in_work(office), in_work(office)
    for case in (here, there):
        mark(office, case)
    kept = rows(office)
    (mine,) = [row for row in kept if row.id in office.look("mei", there).work.links.rows]
    with office.desk("mei") as desk:
        identifying.remove(desk, there, mine.id)
    # Whoever owns the database puts back what was taken away.
    with the_staff(office.app).service.begin() as session:
        values = {name: getattr(mine, name) for name in ("id", "token", "epoch_id", "box_sealed")}
        session.execute(insert(LinkTokenRow).values(values))
    assert (beside(office, here), searched(office)) == (set(), {here})


def test_where_its_rows_or_its_conversation_were_taken_away_nothing_is_found(
    office: Office,
) -> None:
    (here, _one), (there, _other) = in_work(office), in_work(office)
    for case in (here, there):
        mark(office, case)
    with the_staff(office.app).service.begin() as session:
        mailbox = session.get_one(Mailbox, there)
        mailbox.case_lock_sealed = flipped(mailbox.case_lock_sealed)
    assert (beside(office, here), searched(office)) == (set(), {here})
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(LinkTokenRow))
    assert beside(office, here) == set()


def test_a_box_opens_beside_its_own_token_alone(office: Office) -> None:
    (here, _one), (there, _other) = in_work(office), in_work(office)
    mark(office, here)
    mark(office, there, "090-9999-9999")
    with the_staff(office.app).service.begin() as session:
        token = session.scalars(select(LinkTokenRow.token)).first()
        session.execute(update(LinkTokenRow).values(token=token))
    assert len(beside(office, here) | beside(office, there)) <= 1
    assert {here, there} > searched(office) | searched(office, "090-9999-9999")
    with the_staff(office.app).service.begin() as session:
        session.execute(update(LinkTokenRow).values(box_sealed=b"altered"))
    assert searched(office) == set()


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


def test_the_page_of_a_report_counts_only_what_exists_for_whoever_looks(office: Office) -> None:
    reports = [
        Told(in_work(office, {**CALM, "state": (state,)})[0], frozenset({state}), frozenset(), {})
        for state in ("CN", "IR", "IR", "RU")
    ]
    for one in reports:
        mark(office, one.case)

    @settings(
        max_examples=8, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(
        name=st.sampled_from(["mei", "max", "susan"]),
        states=st.frozensets(st.sampled_from(["CN", "IR", "RU"]), max_size=2),
    )
    def counts(name: str, states: frozenset[str]) -> None:
        before = office.rings[name]
        office.recuse(name, states=states)
        hidden = [one.case for one in reports if one.states & states]
        visible = [one.case for one in reports if not one.states & states]
        with for_a_moment(office, name) as desk:
            answers = answers_to(desk, visible)
            text = repr(answers)
            assert not [case for case in hidden if case.hex() in text or repr(case) in text]
            assert answers["search"] == tuple(sorted(visible))
            without(desk.session, hidden)
            assert answers_to(desk, visible) == answers
        office.rings[name] = before

    counts()


def answers_to(desk: Desk, visible: list[CaseId]) -> dict[str, object]:
    """Return everything that links, suggestions, counts and campaigns say to somebody."""
    said: dict[str, object] = {"search": by_identifier(desk, Kind.PHONE, PHONE)}
    said["campaigns"] = campaigns.look(desk)
    for case in visible:
        said[f"panel {case.hex()}"] = link_panel.of(desk, acts.begin(desk, case, Action.OPEN_CASE))
        said[f"proposed {case.hex()}"] = linking.proposed(desk, case)
        said[f"marked {case.hex()}"] = identifying.look(desk, case)
    return said
