"""Changes to the facts of a move under each of which one guard fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

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
    Work,
)
from admin.transitions import TABLE
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
