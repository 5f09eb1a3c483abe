"""Plain guards: what has to be so before a move, apart from who may be whom.

Pure, and named as in the table of a case's life. What each of them asks for stands there.
"""

from datetime import timedelta
from typing import Final

from admin.case_table import REPORTER, SYSTEM
from admin.facts import Danger, Facts
from reporting.triage import Level

SET_ASIDE_FOR: Final = timedelta(days=30)
FURTHEST_CHECK: Final = timedelta(days=90)
APPEAL_WITHIN: Final = timedelta(days=90)
TAKE_BACK_WITHIN: Final = timedelta(days=7)
MONTH_BEFORE: Final = timedelta(days=30)
WEEK_BEFORE: Final = timedelta(days=7)
SAME_INCIDENT: Final = "same_incident"
# A case that ends like this has come to its own term, or with the case that it was joined to.
OWN_TERMS: Final = frozenset({"retain_end", "retain_end_m"})


def lease_held(facts: Facts) -> bool:
    """Say whether the actor has the case in hand."""
    lease = facts.lease
    return lease is not None and lease.holder == facts.actor and facts.now < lease.until


def scope_yes(facts: Facts) -> bool:
    """Say whether a state may be behind it, and it reaches abroad."""
    return facts.triage.may_be_state and facts.triage.reaches_abroad


def danger_answered(facts: Facts) -> bool:
    """Say whether a person answered all six questions."""
    return facts.triage.dangers.keys() == set(Danger)


def level_confirmed(facts: Facts) -> bool:
    """Say whether a person gave the level."""
    return facts.triage.is_confirmed


def level_urgent(facts: Facts) -> bool:
    """Say whether a person gave the level, and it is urgent."""
    return facts.triage.is_confirmed and facts.triage.level is Level.URGENT


def origin_coded(facts: Facts) -> bool:
    """Say whether states and organisations are coded, be it as unknown."""
    return bool(facts.triage.states) and bool(facts.triage.organisations)


def reason(facts: Facts) -> bool:
    """Say whether a reason is chosen."""
    return bool(facts.reason)


def same_incident(facts: Facts) -> bool:
    """Say whether a judgement about the two says so."""
    return facts.survivor is not None and facts.survivor.judgement == SAME_INCIDENT


def both_readable(facts: Facts) -> bool:
    """Say whether both cases are there for the actor, and open."""
    other = facts.survivor
    return other is not None and facts.opens and other.is_visible and other.opens


def survivor_live(facts: Facts) -> bool:
    """Say whether the other case is another one in which work goes on; a joined one has none."""
    other = facts.survivor
    return other is not None and other.is_live and other.case != facts.case


def survivor_retired(facts: Facts) -> bool:
    """Say whether the other case came to its own end."""
    return facts.survivor is not None and facts.survivor.ended_by in OWN_TERMS


def quarantine_30d(facts: Facts) -> bool:
    """Say whether it was set aside long enough ago."""
    return facts.now - facts.since >= SET_ASIDE_FOR


def assignee_fit(facts: Facts) -> bool:
    """Say whether whoever is to own it may see it, can read it, and has room for it."""
    new = facts.assignee
    if new is None or new.is_hidden:
        return False
    return (new.reads_language or new.has_interpreter) and new.held < new.capacity


def drafts_settled(facts: Facts) -> bool:
    """Say whether nothing unsent waits in the owner's name; due work throws drafts away instead."""
    return facts.role == SYSTEM or not (facts.work.unsent or facts.work.packages)


def handover_note(facts: Facts) -> bool:
    """Say whether all three parts of the note say something."""
    note = facts.handover
    return all(part.strip() for part in (note.done, note.promised, note.next))


def no_open_work(facts: Facts) -> bool:
    """Say whether no task, question or request is open."""
    return not facts.work.is_open


def next_check_set(facts: Facts) -> bool:
    """Say whether a day to come is set, not too far away."""
    day = facts.next_check
    return day is not None and facts.today < day <= facts.today + FURTHEST_CHECK


def wake_cause(facts: Facts) -> bool:
    """Say whether something happened, or a person has a reason."""
    has_come = facts.next_check is not None and facts.next_check <= facts.today
    happened = has_come or facts.has_unread_mail or facts.linked_report_arrived
    return happened or (facts.role != SYSTEM and bool(facts.reason))


def referrals_final(facts: Facts) -> bool:
    """Say whether no referral is open and no revocation unacknowledged."""
    return not (facts.work.has_open_referral or facts.work.has_open_revocation)


def closing_complete(facts: Facts) -> bool:
    """Say whether all four codes are there."""
    coded = facts.closing
    return all((coded.outcome, coded.verification, coded.state_link, coded.retention))


def grade_complete(facts: Facts) -> bool:
    """Say whether both judgements say what they rest on, and how far the source is trusted."""
    return facts.closing.is_graded


def grade_agreed(facts: Facts) -> bool:
    """Say whether a second person agreed to a grade that takes one."""
    return facts.closing.is_agreed


def proposal_unchanged(facts: Facts) -> bool:
    """Say whether what would be closed is what was proposed."""
    proposal = facts.proposal
    return proposal is not None and proposal.digest == facts.closing.digest != b""


def all_mail_read(facts: Facts) -> bool:
    """Say whether nothing of the reporter is unread."""
    return not facts.has_unread_mail


def not_on_hold(facts: Facts) -> bool:
    """Say whether nobody holds it back from being erased."""
    return not facts.is_on_hold


def retain_until_passed(facts: Facts) -> bool:
    """Say whether the last day it is kept is over."""
    return facts.term is not None and facts.today > facts.term.until


def warned(facts: Facts) -> bool:
    """Say whether both warnings were given, and each as long ago as it promised."""
    term = facts.term
    if term is None or term.warned_month is None or term.warned_week is None:
        return False
    return (
        term.warned_month + MONTH_BEFORE <= facts.today
        and term.warned_week + WEEK_BEFORE <= facts.today
    )


def appeal_open(facts: Facts) -> bool:
    """Say whether it was declined not long ago, and the reporter has not asked before."""
    if facts.role == REPORTER and facts.has_appealed:
        return False
    return facts.now - facts.since < APPEAL_WITHIN


def receipt_code(facts: Facts) -> bool:
    """Say whether the code was entered."""
    return facts.code_entered


def typed_confirmation(facts: Facts) -> bool:
    """Say whether the word was typed."""
    return facts.word_typed


def withdrawn_7d_open(facts: Facts) -> bool:
    """Say whether the code still brings it back."""
    return facts.now - facts.since < TAKE_BACK_WITHIN


def withdrawn_7d_over(facts: Facts) -> bool:
    """Say whether nothing brings it back any more."""
    return facts.now - facts.since >= TAKE_BACK_WITHIN
