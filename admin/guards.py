"""Guards: for each guard of a case's life, what decides, and what a person reads whom it stops."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from admin import people_guards as people
from admin import plain_guards as plain
from admin.facts import Facts
from forms.wording import msgid


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard; `sentence` is a message id.

    `is_given` says that what it asks for is given with the decision itself, on the same form: the
    button is shown without it.
    """

    holds: Callable[[Facts], bool]
    sentence: str
    is_given: bool = False


GUARDS: Final[Mapping[str, Guard]] = MappingProxyType(
    {
        "lease_held": Guard(
            plain.lease_held,
            msgid("This report is not in your hands at the moment. Take it first, then decide."),
        ),
        "scope_yes": Guard(
            plain.scope_yes,
            msgid("First say whether a state may be behind it, and whether it reaches abroad."),
            is_given=True,
        ),
        "danger_answered": Guard(
            plain.danger_answered,
            msgid("Please answer all six questions about danger. “Not known” is an answer too."),
            is_given=True,
        ),
        "level_confirmed": Guard(
            plain.level_confirmed,
            msgid("Please confirm the level, or choose another one and say why."),
            is_given=True,
        ),
        "level_urgent": Guard(
            plain.level_urgent,
            msgid("Only an urgent report can go to the duty desk. Choose the level first."),
            is_given=True,
        ),
        "origin_coded": Guard(
            plain.origin_coded,
            msgid("Say which states and organisations are named, or that they are not known."),
            is_given=True,
        ),
        "reason": Guard(plain.reason, msgid("Please choose a reason."), is_given=True),
        "calm_or_two": Guard(
            people.calm_or_two,
            msgid("Somebody may be in danger here. Ask a supervisor to agree first."),
        ),
        "probation_countersigned": Guard(
            people.probation_countersigned,
            msgid("In your first weeks a supervisor agrees to this first. Ask one of them."),
        ),
        "fresh_eyes": Guard(
            people.fresh_eyes,
            msgid("You have worked on this report before. Somebody else has to decide this."),
        ),
        "message_ready": Guard(
            people.message_ready,
            msgid(
                "A message in the reporter's language is missing. Take a ready text, or let a"
                " second person read yours."
            ),
            is_given=True,
        ),
        "same_incident": Guard(
            plain.same_incident,
            msgid("First judge the two reports: do both tell of the same incident?"),
            is_given=True,
        ),
        "both_readable": Guard(
            plain.both_readable,
            msgid("You can join two reports only if you can open both of them."),
            is_given=True,
        ),
        "survivor_live": Guard(
            plain.survivor_live,
            msgid("Nobody works on the other report any more. Choose one that is being worked on."),
            is_given=True,
        ),
        "survivor_retired": Guard(
            plain.survivor_retired,
            msgid("The report that this one belongs to has not come to its own end."),
        ),
        "not_quarantiner": Guard(
            people.not_quarantiner,
            msgid("You set this report aside yourself. Somebody else has to bring it back."),
        ),
        "quarantine_30d": Guard(
            plain.quarantine_30d, msgid("This report was set aside less than 30 days ago.")
        ),
        "second_confirmed": Guard(
            people.second_confirmed,
            msgid("A second person has to read this report before it may be erased."),
        ),
        "second_seen": Guard(
            people.second_seen,
            msgid("A second person has to agree that this report was declined."),
        ),
        "owner_agreed": Guard(
            people.owner_agreed,
            msgid("Whoever works on this report has to agree first. Ask them."),
        ),
        "assignee_fit": Guard(
            plain.assignee_fit,
            msgid("Choose somebody who may see this report, reads its language and has time."),
            is_given=True,
        ),
        "drafts_settled": Guard(
            plain.drafts_settled,
            msgid("A message or package is not sent yet. Send it, or throw it away."),
        ),
        "handover_note": Guard(
            plain.handover_note,
            msgid("Write down what is done, what is promised, and what comes next."),
            is_given=True,
        ),
        "escalation_settled": Guard(
            people.escalation_settled,
            msgid(
                "This was escalated. A second person has to agree; before that, only whoever"
                " escalated it gives it back."
            ),
        ),
        "offboarding_or_lapsed": Guard(
            people.offboarding_or_lapsed,
            msgid("This report has somebody who works on it, and nothing is overdue."),
        ),
        "no_open_work": Guard(
            plain.no_open_work,
            msgid("A task, a question or a request is still open. Finish it first."),
        ),
        "next_check_set": Guard(
            plain.next_check_set,
            msgid("Choose the day of the next check, at most 90 days from today."),
            is_given=True,
        ),
        "wake_cause": Guard(
            plain.wake_cause,
            msgid("Nothing new has happened. Please write why you go on now."),
            is_given=True,
        ),
        "referrals_final": Guard(
            plain.referrals_final,
            msgid("Something was handed on and is not finished yet. Wait for its end."),
        ),
        "closing_complete": Guard(
            plain.closing_complete,
            msgid("Choose the outcome, both grades and how long the report is kept."),
            is_given=True,
        ),
        "grade_complete": Guard(
            plain.grade_complete,
            msgid(
                "Say what both grades rest on, how far to trust the source, and how many there are."
            ),
            is_given=True,
        ),
        "grade_agreed": Guard(
            plain.grade_agreed,
            msgid(
                "Corroborated takes a colleague who agrees. Grade the report first, then close it."
            ),
            is_given=True,
        ),
        "not_proposer_nor_owner": Guard(
            people.not_proposer_nor_owner,
            msgid("You worked on this report. A second person has to close it."),
        ),
        "proposal_unchanged": Guard(
            plain.proposal_unchanged,
            msgid("Something was changed since it was proposed. Propose to close it again."),
        ),
        "all_mail_read": Guard(
            plain.all_mail_read,
            msgid("The reporter wrote something that nobody has read yet. Read it first."),
        ),
        "not_on_hold": Guard(
            plain.not_on_hold, msgid("For legal reasons this report may not be erased now.")
        ),
        "retain_until_passed": Guard(
            plain.retain_until_passed,
            msgid("The day until which this report is kept has not passed."),
        ),
        "warned": Guard(
            plain.warned,
            msgid("The reporter and the team have to be warned 30 and 7 days before."),
        ),
        "appeal_open": Guard(
            plain.appeal_open,
            msgid("Another look can be asked for once, within 90 days of the decision."),
        ),
        "receipt_code": Guard(plain.receipt_code, msgid("Please enter your secret code again.")),
        "typed_confirmation": Guard(
            plain.typed_confirmation,
            msgid("Please type the word that confirms it."),
            is_given=True,
        ),
        "withdrawn_7d_open": Guard(
            plain.withdrawn_7d_open,
            msgid("The seven days in which a report can be brought back are over."),
        ),
        "withdrawn_7d_over": Guard(
            plain.withdrawn_7d_over,
            msgid("The seven days in which a report can be brought back are not over."),
        ),
    }
)


def failing(code: str, facts: Facts) -> bool:
    """Say whether a guard holds somebody back. Raises KeyError for one that is not known."""
    return not GUARDS[code].holds(facts)
