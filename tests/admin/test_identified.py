"""What marked identifiers find: what both reporters agreed to, and what exists for who looks."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from admin import acts, campaigns, casework, identifying, link_panel, linking, whole
from admin.desk import Desk
from admin.links import Kind, Verdict, Why
from admin.permissions import Action
from admin.transitions import NotNowError
from reporting.case_rows import LinkTokenRow
from reporting.ids import CaseId
from reporting.models import Mailbox
from tests.builders_cases import CALM, HELPED, TOLD, Office
from tests.builders_links import PHONE, beside, by_identifier, choose, in_work, mark, rows, searched
from tests.builders_mailbox import enter, take_back, undo
from tests.builders_recusal import Told, for_a_moment, without
from tests.builders_staff import flipped, the_staff

MAIL = "somebody@example.org"


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


def test_the_page_of_a_report_counts_only_what_exists_for_whoever_looks(office: Office) -> None:
    reports = [
        Told(in_work(office, {**CALM, "state": (state,)})[0], frozenset({state}), frozenset(), {})
        for state in ("CN", "IR", "IR", "RU")
    ]
    for one in reports:
        mark(office, one.case)
    for one, another in pairwise(reports):
        with office.desk("mei") as desk:
            linking.judge(desk, one.case, another.case, Verdict.UNSURE)

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
    """Return everything that links, suggestions, counts, lines and campaigns say to somebody."""
    said: dict[str, object] = {"search": by_identifier(desk, Kind.PHONE, PHONE)}
    said["campaigns"] = campaigns.look(desk)
    for case in visible:
        said[f"panel {case.hex()}"] = link_panel.of(desk, acts.begin(desk, case, Action.OPEN_CASE))
        said[f"proposed {case.hex()}"] = linking.proposed(desk, case)
        said[f"alike {case.hex()}"] = linking.marked_alike(desk, case)
        said[f"lines {case.hex()}"] = whole.open_for_paper(desk, case).lines
        said[f"marked {case.hex()}"] = identifying.look(desk, case)
    return said
