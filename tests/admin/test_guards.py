"""Every guard of the table has what decides it, and a case in which it alone stands in the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from admin.case_table import SYSTEM
from admin.facts import (
    NOBODY,
    Answer,
    Closing,
    Countersign,
    Danger,
    Deed,
    Facts,
    Handover,
    Lease,
    Look,
    Message,
    Proposal,
    Survivor,
    Term,
    Triage,
    Work,
)
from admin.guards import GUARDS, failing
from admin.transitions import TABLE, NotNowError, decide
from reporting.triage import Level
from tests.builders_facts import (
    ACTOR,
    CASE,
    COLLEAGUE,
    EARLIER,
    FIT,
    NOW,
    STANDS,
    SUPERVISING,
    TODAY,
    days_ago,
    roles_of,
    the_facts,
)

Spoil = Callable[[Facts], Facts]
NO_ANSWER = Message("zh-Hant", is_template=False, written_by=ACTOR)
IN_A_DAY = NOW + timedelta(days=1)


def put(**fields: object) -> Spoil:
    """Change what the facts say."""
    return lambda facts: replace(facts, **fields)  # type: ignore[arg-type]


def found(**fields: object) -> Spoil:
    """Change what the first look found."""
    return lambda facts: replace(facts, triage=replace(facts.triage, **fields))  # type: ignore[arg-type]


def joined(**fields: object) -> Spoil:
    """Change what is known of the other case."""

    def spoil(facts: Facts) -> Facts:
        assert isinstance(facts.survivor, Survivor)
        return replace(facts, survivor=replace(facts.survivor, **fields))  # type: ignore[arg-type]

    return spoil


def coded(**fields: str | bool) -> Spoil:
    """Change what is coded for the closing."""
    return lambda facts: replace(facts, closing=replace(facts.closing, **fields))  # type: ignore[arg-type]


def both(*spoils: Spoil) -> Spoil:
    """Change several things."""

    def spoil(facts: Facts) -> Facts:
        for each in spoils:
            facts = each(facts)
        return facts

    return spoil


def signs(*by: bytes, decided: bytes = STANDS, is_supervisor: bool = True) -> Spoil:
    """Let only these people agree, to every move."""
    return put(
        countersigns=tuple(
            Countersign(name, decided, one, is_supervisor)
            for one in by
            for name in TABLE.transitions
        )
    )


def handled(*names: str) -> Spoil:
    """Let the actor have made these moves before."""
    return lambda facts: replace(
        facts, deeds=(*(Deed(name, ACTOR, days_ago(90)) for name in names), *facts.deeds)
    )


grave = found(proposed=Level.HIGH, level=None)
endangered = found(dangers={**dict.fromkeys(Danger, Answer.NO), Danger.CHILD: Answer.YES})
waived = found(proposed=Level.URGENT, level=Level.LOW, level_reason="")
foreseen = found(dangers={}, foreseen=frozenset({Danger.LOCATED}))
on_probation = put(on_probation=True)
escalated = both(
    put(owner_has_left=False, escalation_waits=True, escalated_at=NOW - timedelta(hours=4)),
    put(deeds=(Deed("escalate", EARLIER, NOW - timedelta(hours=4)),)),
)

agreed_on = both(escalated, put(escalation_waits=False))

# Under each of these changes one guard fails. Most are about every move that the guard holds back.
SPOILT: dict[str, list[Spoil]] = {
    "lease_held": [
        put(lease=None),
        put(lease=Lease(COLLEAGUE, IN_A_DAY)),
        put(lease=Lease(ACTOR, NOW)),
    ],
    "scope_yes": [found(may_be_state=False), found(reaches_abroad=False)],
    "danger_answered": [
        found(dangers={}),
        found(dangers=dict.fromkeys(list(Danger)[:5], Answer.NOT_KNOWN)),
    ],
    "level_confirmed": [
        found(level=None),
        found(level=Level.HIGH, level_reason=""),
    ],
    "level_urgent": [
        found(level=Level.HIGH),
        found(proposed=Level.URGENT, level=None),
        found(level_reason=""),
    ],
    "origin_coded": [found(states=frozenset()), found(organisations=frozenset())],
    "reason": [put(reason="")],
    "calm_or_two": [
        both(grave, put(countersigns=())),
        both(endangered, put(countersigns=())),
        both(waived, put(countersigns=())),
        both(endangered, signs(ACTOR)),
        both(endangered, signs(COLLEAGUE, is_supervisor=False)),
        both(endangered, signs(SUPERVISING, decided=b"as it stood")),
        both(endangered, put(decided={})),
        both(endangered, signs(SUPERVISING, decided=b""), put(decided={})),
        both(endangered, signs(NOBODY)),
    ],
    "probation_countersigned": [
        both(on_probation, put(countersigns=())),
        both(on_probation, signs(ACTOR)),
        both(on_probation, signs(SUPERVISING, decided=b"as it stood")),
    ],
    "fresh_eyes": [
        put(earlier_owners=frozenset({ACTOR})),
        *(
            handled(name)
            for name in (
                *("escalate", "release", "mis_triage", "return", "merge", "merge_t", "merge_a"),
                *("unmerge", "decline", "decline_t"),
            )
        ),
    ],
    "message_ready": [
        put(message=None),
        put(language="ja"),
        put(message=NO_ANSWER),
        put(message=replace(NO_ANSWER, read_by=ACTOR)),
    ],
    "same_incident": [joined(judgement=""), joined(judgement="same_actor")],
    "both_readable": [put(opens=False), joined(is_visible=False), joined(opens=False)],
    "survivor_live": [joined(is_live=False), joined(case=CASE)],
    "survivor_retired": [
        put(survivor=None),
        *(
            joined(ended_by=name)
            for name in ("", "erase_withdrawn", "retain_end_d", "purge_quarantine")
        ),
    ],
    "not_quarantiner": [
        put(deeds=(Deed("quarantine", ACTOR, days_ago(40)),)),
        put(deeds=()),
    ],
    "quarantine_30d": [put(since=days_ago(29.99))],
    "second_confirmed": [
        put(second_look=None),
        put(second_look=Look(EARLIER, days_ago(1), agrees=True)),
        put(second_look=Look(NOBODY, days_ago(1), agrees=True)),
        put(second_look=Look(COLLEAGUE, days_ago(81), agrees=True)),
        put(second_look=Look(COLLEAGUE, days_ago(1), agrees=False)),
        put(deeds=()),
    ],
    "second_seen": [
        put(second_look=None),
        put(second_look=Look(EARLIER, days_ago(1), agrees=True)),
        put(second_look=Look(COLLEAGUE, days_ago(61), agrees=True)),
        put(second_look=Look(COLLEAGUE, days_ago(1), agrees=False)),
        put(deeds=(Deed("decline_t", COLLEAGUE, days_ago(50)),)),
    ],
    "owner_agreed": [
        put(countersigns=()),
        signs(SUPERVISING),
        put(decided={}),
        both(put(owner=NOBODY), put(countersigns=())),
        both(put(owner_has_left=True), signs(COLLEAGUE, is_supervisor=False)),
        both(put(owner_has_left=True), signs(ACTOR)),
    ],
    "assignee_fit": [
        put(assignee=None),
        put(assignee=replace(FIT, is_hidden=True)),
        put(assignee=replace(FIT, reads_language=False)),
        put(assignee=replace(FIT, held=10)),
    ],
    "drafts_settled": [put(work=Work(unsent=1)), put(work=Work(packages=1))],
    "handover_note": [
        put(handover=Handover("all", "nothing", " ")),
        put(handover=Handover("all", "", "a call")),
        put(handover=Handover("", "nothing", "a call")),
    ],
    "offboarding_or_lapsed": [
        put(owner_has_left=False),
        both(escalated, put(now=NOW - timedelta(minutes=1))),
        both(escalated, put(escalation_waits=False)),
        both(escalated, put(deeds=())),
    ],
    "escalation_settled": [
        escalated,
        both(escalated, signs(SUPERVISING)),
        both(agreed_on, put(countersigns=())),
        both(agreed_on, signs(ACTOR)),
        both(agreed_on, signs(EARLIER, is_supervisor=False)),
    ],
    "no_open_work": [
        put(work=Work(tasks=1)),
        put(work=Work(questions=1)),
        put(work=Work(requests=1)),
    ],
    "next_check_set": [
        put(next_check=None),
        put(next_check=TODAY),
        put(next_check=TODAY + timedelta(days=91)),
    ],
    "wake_cause": [put(has_unread_mail=False, reason="")],
    "referrals_final": [
        put(work=Work(has_open_referral=True)),
        put(work=Work(has_open_revocation=True)),
    ],
    "closing_complete": [
        coded(outcome=""),
        coded(verification=""),
        coded(state_link=""),
        coded(retention=""),
    ],
    "grade_complete": [coded(is_graded=False)],
    "grade_agreed": [coded(is_agreed=False)],
    "not_proposer_nor_owner": [
        put(proposal=Proposal(ACTOR, b"digest")),
        put(owner=ACTOR),
        put(earlier_owners=frozenset({ACTOR})),
    ],
    "proposal_unchanged": [
        put(closing=Closing(digest=b"another")),
        put(closing=Closing(digest=b""), proposal=Proposal(COLLEAGUE, b"")),
    ],
    "all_mail_read": [put(has_unread_mail=True)],
    "not_on_hold": [put(is_on_hold=True)],
    "retain_until_passed": [put(term=Term(TODAY, days_ago(31).date(), days_ago(8).date()))],
    "warned": [
        put(term=Term(days_ago(1).date(), None, days_ago(8).date())),
        put(term=Term(days_ago(1).date(), days_ago(31).date(), None)),
        put(term=Term(days_ago(1).date(), days_ago(29).date(), days_ago(8).date())),
        put(term=Term(days_ago(1).date(), days_ago(31).date(), days_ago(6).date())),
    ],
    "appeal_open": [put(since=days_ago(90))],
    "receipt_code": [put(code_entered=False)],
    "typed_confirmation": [put(word_typed=False)],
    "withdrawn_7d_open": [put(since=days_ago(7))],
    "withdrawn_7d_over": [put(since=days_ago(6.99))],
}
# Who moves where due work may do it although the guard would hold a person back.
NEVER_FAILS = {("drafts_settled", SYSTEM)}
CASES = [
    pytest.param(code, spoil, name, role, id=f"{code}-{n}-{name}-{role}")
    for code, spoils in SPOILT.items()
    for n, spoil in enumerate(spoils)
    for name, move in TABLE.transitions.items()
    for role in move.who
    if code in move.guards_of(role) and (code, role) not in NEVER_FAILS
]


def fails(facts: Facts) -> set[str]:
    """Return which of the guards of this move and role fail."""
    move = TABLE.transitions[facts.name]
    return {code for code in move.guards_of(facts.role) if failing(code, facts)}


def test_every_guard_of_the_table_is_decided_here_and_no_other() -> None:
    assert GUARDS.keys() == TABLE.guards.keys() == SPOILT.keys()


def test_every_guard_says_in_its_own_words_what_is_missing() -> None:
    sentences = [guard.sentence for guard in GUARDS.values()]

    assert len(set(sentences)) == len(sentences)
    assert all(text.endswith((".", "?")) and len(text) < 120 for text in sentences)


@pytest.mark.parametrize(("_", "name", "role"), sorted(TABLE.triples))
def test_the_made_up_facts_stand_against_nothing(_: str, name: str, role: str) -> None:
    assert fails(the_facts(name, role)) == set()


@pytest.mark.parametrize(("code", "spoil", "name", "role"), CASES)
def test_one_guard_alone_stands_in_the_way(code: str, spoil: Spoil, name: str, role: str) -> None:
    facts = spoil(the_facts(name, role))
    state = TABLE.transitions[name].sources[0]

    assert fails(facts) == {code}
    with pytest.raises(NotNowError) as refused:
        decide(TABLE, state, name, roles_of(role), facts)
    assert refused.value.guard == code
    assert refused.value.sentence == GUARDS[code].sentence


def holds(code: str, facts: Facts) -> bool:
    """Say whether a guard lets these facts pass."""
    return not failing(code, facts)


@pytest.mark.parametrize("work", [Work(unsent=1), Work(packages=1)])
def test_due_work_throws_drafts_away_instead_of_waiting_for_them(work: Work) -> None:
    facts = replace(the_facts("release", SYSTEM), work=work)

    assert holds("drafts_settled", facts)


def test_what_a_form_foresees_counts_until_a_person_says_no() -> None:
    facts = put(countersigns=())(foreseen(the_facts("quarantine", "reviewer")))
    denied = found(dangers={Danger.LOCATED: Answer.NO})(facts)

    assert failing("calm_or_two", facts)
    assert holds("calm_or_two", denied)


@pytest.mark.parametrize("spoil", [grave, endangered, waived, foreseen])
def test_where_it_is_not_calm_a_supervisor_who_agrees_is_enough(spoil: Spoil) -> None:
    assert holds("calm_or_two", spoil(the_facts("decline", "reviewer")))


def test_somebody_on_probation_decides_once_a_supervisor_agrees() -> None:
    assert holds("probation_countersigned", on_probation(the_facts("merge", "reviewer")))


def test_own_words_are_ready_once_a_second_person_has_read_them() -> None:
    read = put(message=replace(NO_ANSWER, read_by=COLLEAGUE))

    assert holds("message_ready", read(the_facts("decline", "reviewer")))


def test_a_lower_level_counts_once_there_is_a_reason() -> None:
    triage = Triage(proposed=Level.URGENT, level=Level.LOW)

    assert triage.weight is Level.URGENT
    assert replace(triage, level_reason="it is a film").weight is Level.LOW
    assert Triage(proposed=Level.HIGH).weight is Level.HIGH


def test_for_an_owner_who_has_left_another_supervisor_agrees() -> None:
    facts = signs(SUPERVISING)(the_facts("merge_a", "supervisor"))

    assert failing("owner_agreed", facts)
    assert holds("owner_agreed", put(owner_has_left=True)(facts))
    assert holds("owner_agreed", put(owner=NOBODY)(facts))


def test_a_new_owner_may_read_through_an_interpreter() -> None:
    helped = replace(FIT, reads_language=False, has_interpreter=True, held=9)

    assert holds("assignee_fit", put(assignee=helped)(the_facts("assign", "supervisor")))


def test_an_escalation_that_nobody_agrees_to_goes_back_after_four_hours() -> None:
    assert holds("offboarding_or_lapsed", escalated(the_facts("release", SYSTEM)))


@pytest.mark.parametrize(
    "so",
    [
        put(deeds=()),
        put(escalated_at=None),
        put(deeds=(Deed("escalate", EARLIER, days_ago(2)), Deed("release", EARLIER, days_ago(1)))),
        put(escalation_waits=True, deeds=(Deed("escalate", ACTOR, days_ago(0)),)),
        signs(SUPERVISING),
        both(signs(COLLEAGUE, is_supervisor=False), put(owner=COLLEAGUE)),
    ],
)
def test_what_was_escalated_is_given_back_by_as_many_as_stand_behind_it(so: Spoil) -> None:
    assert holds("escalation_settled", both(agreed_on, so)(the_facts("release", "supervisor")))


@pytest.mark.parametrize(
    "cause",
    [
        put(next_check=TODAY),
        put(next_check=TODAY - timedelta(days=5)),
        put(linked_report_arrived=True),
        put(has_unread_mail=True),
    ],
)
def test_a_case_wakes_by_itself_when_something_happens(cause: Spoil) -> None:
    asleep = put(has_unread_mail=False, next_check=None)(the_facts("wake", SYSTEM))

    assert failing("wake_cause", asleep)
    assert holds("wake_cause", cause(asleep))


def test_a_person_wakes_a_case_for_a_reason_and_due_work_has_none() -> None:
    person = put(has_unread_mail=False)(the_facts("wake", "supervisor"))
    due_work = put(has_unread_mail=False)(the_facts("wake", SYSTEM))

    assert holds("wake_cause", person)
    assert failing("wake_cause", due_work)


def test_a_reporter_asks_once_for_another_look_and_a_supervisor_whenever() -> None:
    asked = put(has_appealed=True)

    assert failing("appeal_open", asked(the_facts("appeal", "reporter")))
    assert holds("appeal_open", asked(the_facts("appeal", "supervisor")))


def test_a_case_joined_on_ends_with_the_case_that_the_other_one_was_joined_to() -> None:
    facts = joined(ended_by="retain_end_m")(the_facts("retain_end_m", SYSTEM))

    assert holds("survivor_retired", facts)


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("retain_until_passed", put(term=None)(the_facts("retain_end", SYSTEM))),
        ("warned", put(term=None)(the_facts("retain_end", SYSTEM))),
        ("proposal_unchanged", put(proposal=None)(the_facts("approve_close", "supervisor"))),
        ("not_proposer_nor_owner", put(proposal=None)(the_facts("approve_close", "supervisor"))),
        ("both_readable", put(survivor=None)(the_facts("merge", "reviewer"))),
        ("same_incident", put(survivor=None)(the_facts("merge", "reviewer"))),
        ("survivor_live", put(survivor=None)(the_facts("merge", "reviewer"))),
    ],
)
def test_without_the_fact_the_guard_fails(code: str, facts: Facts) -> None:
    assert failing(code, facts)


def test_nobody_who_is_no_person_owns_a_case() -> None:
    assert not put(actor=NOBODY, owner=NOBODY)(the_facts("watch", "owner")).is_owner


def test_words_of_a_case_do_not_show_in_what_is_printed_of_its_facts() -> None:
    facts = replace(the_facts("release", "owner"), handover=Handover("secret", "secret", "secret"))

    assert "secret" not in repr(facts)
