"""Permissions: who may do what, as one table.

Pure: roles are compared by their words, so that this file needs no table and no key.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum, unique
from typing import Final

REVIEWER: Final = "reviewer"
CASEWORKER: Final = "caseworker"
SUPERVISOR: Final = "supervisor"
STEWARD: Final = "steward"
STATISTICS_OFFICER: Final = "statistics_officer"
AUDITOR: Final = "auditor"
ADMINISTRATOR: Final = "administrator"
MANAGER: Final = "manager"  # a mark, beside the role of a supervisor or a steward
ON_STAFF: Final = "staff"  # everybody on the roster has it, with a role or without
EVERYBODY: Final = frozenset(
    {REVIEWER, CASEWORKER, SUPERVISOR, STEWARD, STATISTICS_OFFICER, AUDITOR, ADMINISTRATOR}
)
# What stands in `received` is sealed to intake.
FIRST_READERS: Final = frozenset({REVIEWER, SUPERVISOR})
# Which reports exist for whom of them, the group says that a report's key is sealed to.
CASE_READERS: Final = frozenset({REVIEWER, CASEWORKER, SUPERVISOR})
# What only casework has keys for, and nobody on probation is let do.
CASE_WORKERS: Final = frozenset({CASEWORKER, SUPERVISOR})


@unique
class Action(StrEnum):
    """Everything that passes the one door; the values stand in the audit log and never change."""

    VIEW_QUEUE = "queue.view"
    OPEN_CASE = "case.open"
    ADD_NOTE = "note.add"
    SEND_MESSAGE = "message.send"
    OPEN_FILE = "file.open"
    SEND_FILE = "file.send"
    VIEW_AUDIT = "audit.view"
    VIEW_PEOPLE = "people.view"
    INVITE = "people.invite"
    SIGN_ROSTER = "roster.sign"
    REMOVE_PERSON = "people.remove"
    EXPORT_AUDIT = "audit.export"
    SEE_ALERTS = "alerts.see"
    PULL_CASE = "case.pull"
    MOVE_CASE = "case.move"
    COUNTERSIGN = "case.countersign"
    VIEW_LISTS = "lists.view"
    CHANGE_FACTORS = "factors.change"
    END_SESSIONS = "sessions.end"
    VET = "people.vet"
    VIEW_COVERAGE = "coverage.view"
    DECLARE = "declaration.make"
    PRACTISE = "practice.view"
    HOLD_CASE = "case.hold"
    LINK_CASES = "case.link"
    WORK_ON_CASE = "case.work"
    UNMASK = "names.unmask"
    READ_WORDS = "words.read"
    OPEN_CONTACT = "contact.open"
    SIGN_EMERGENCY = "emergency.sign"
    HAND_CASE = "case.hand"
    GRADE_CASE = "case.grade"
    RECODE_CASE = "case.recode"
    SEARCH = "search.run"
    BULK = "bulk.do"
    MARK_IDENTIFIER = "identifier.mark"
    SEE_CAMPAIGNS = "campaigns.see"
    VIEW_READING = "reading.view"
    ANSWER_READING = "reading.answer"
    VIEW_FIGURES = "figures.view"
    PRINT_CASE = "case.print"
    VIEW_EVIDENCE = "evidence.view"
    VERIFY_FILE = "file.verify"
    CLEAN_FILE = "file.clean"
    SHOW_FILE = "file.show"
    OPEN_RISKY_FILE = "file.open_risky"
    ASK_INTERPRETER = "interpreter.ask"
    INTERPRET = "interpreter.help"
    VIEW_PUBLICATION = "publication.view"
    DRAFT_PLAN = "plan.draft"
    APPROVE_PLAN = "plan.approve"
    DRAW_FIGURES = "release.draw"
    PUBLISH_FIGURES = "release.publish"
    BURN_FIGURES = "release.burn"
    RECONCILE_FIGURES = "figures.reconcile"


ALLOWED: Final[Mapping[Action, AbstractSet[str]]] = {
    Action.VIEW_QUEUE: FIRST_READERS,
    Action.OPEN_CASE: CASE_READERS,
    Action.ADD_NOTE: CASE_READERS,
    Action.SEND_MESSAGE: CASE_READERS,
    Action.OPEN_FILE: CASE_READERS,
    Action.SEND_FILE: CASE_READERS,
    Action.VIEW_AUDIT: frozenset({AUDITOR}),
    Action.VIEW_PEOPLE: EVERYBODY,
    Action.INVITE: frozenset({MANAGER}),
    Action.SIGN_ROSTER: frozenset({MANAGER}),
    Action.REMOVE_PERSON: frozenset({MANAGER}),
    Action.EXPORT_AUDIT: frozenset({AUDITOR}),
    Action.SEE_ALERTS: frozenset({SUPERVISOR}),
    Action.PULL_CASE: CASE_READERS,
    Action.MOVE_CASE: CASE_READERS,
    Action.COUNTERSIGN: CASE_READERS,
    Action.VIEW_LISTS: CASE_READERS,
    Action.CHANGE_FACTORS: EVERYBODY,  # one's own; nobody can change another's
    Action.END_SESSIONS: frozenset({SUPERVISOR}),
    Action.VET: frozenset({MANAGER}),
    Action.VIEW_COVERAGE: frozenset({SUPERVISOR, STEWARD}),
    Action.DECLARE: frozenset({ON_STAFF}),
    Action.PRACTISE: frozenset({ON_STAFF}),
    Action.HOLD_CASE: frozenset({SUPERVISOR}),
    Action.LINK_CASES: CASE_READERS,
    Action.WORK_ON_CASE: CASE_READERS,
    Action.UNMASK: CASE_READERS,
    Action.READ_WORDS: CASE_READERS,
    Action.OPEN_CONTACT: CASE_WORKERS,
    Action.SIGN_EMERGENCY: CASE_WORKERS,
    Action.HAND_CASE: CASE_READERS,
    Action.GRADE_CASE: CASE_WORKERS,
    Action.RECODE_CASE: CASE_WORKERS,
    Action.SEARCH: CASE_READERS,
    Action.BULK: CASE_WORKERS,
    Action.MARK_IDENTIFIER: CASE_WORKERS,
    Action.SEE_CAMPAIGNS: CASE_WORKERS,
    Action.VIEW_READING: frozenset({SUPERVISOR}),
    Action.ANSWER_READING: frozenset({SUPERVISOR}),
    Action.VIEW_FIGURES: frozenset({SUPERVISOR}),
    Action.PRINT_CASE: CASE_READERS,
    Action.VIEW_EVIDENCE: CASE_READERS,
    Action.VERIFY_FILE: CASE_READERS,
    Action.CLEAN_FILE: CASE_READERS,
    Action.SHOW_FILE: CASE_READERS,
    Action.OPEN_RISKY_FILE: CASE_READERS,
    Action.ASK_INTERPRETER: CASE_READERS,
    Action.INTERPRET: frozenset({ON_STAFF}),  # only what is sealed to their own key
    Action.VIEW_PUBLICATION: frozenset({STATISTICS_OFFICER}),
    Action.DRAFT_PLAN: frozenset({STATISTICS_OFFICER}),
    Action.APPROVE_PLAN: frozenset({STATISTICS_OFFICER}),
    Action.DRAW_FIGURES: frozenset({STATISTICS_OFFICER}),
    Action.PUBLISH_FIGURES: frozenset({STATISTICS_OFFICER}),
    Action.BURN_FIGURES: frozenset({STATISTICS_OFFICER}),
    Action.RECONCILE_FIGURES: frozenset({SUPERVISOR}),
}
# Pages that somebody whose keys are kept back is shown, with nothing on them; and what they change
# about themself, of which nothing is kept.
SHOWN_EMPTY: Final = frozenset(
    {
        Action.VIEW_QUEUE,
        Action.VIEW_AUDIT,
        Action.VIEW_PEOPLE,
        Action.VIEW_COVERAGE,
        Action.CHANGE_FACTORS,
        Action.DECLARE,
        Action.PRACTISE,
        Action.VIEW_LISTS,
        Action.VIEW_READING,
        Action.VIEW_FIGURES,
        Action.VIEW_PUBLICATION,
    }
)

# What asks for a second factor again: whoever finds a browser signed in can do none of it.
STEP_UP: Final[AbstractSet[Action]] = frozenset(
    {
        Action.INVITE,
        Action.SIGN_ROSTER,
        Action.REMOVE_PERSON,
        Action.EXPORT_AUDIT,
        Action.CHANGE_FACTORS,
        Action.VET,
        Action.HOLD_CASE,
        Action.OPEN_CONTACT,
        Action.SIGN_EMERGENCY,
        Action.HAND_CASE,
        Action.ANSWER_READING,
        Action.OPEN_RISKY_FILE,
        Action.APPROVE_PLAN,
        Action.DRAW_FIGURES,
        Action.PUBLISH_FIGURES,
        Action.BURN_FIGURES,
        Action.RECONCILE_FIGURES,
    }
)


def is_allowed(action: Action, marks: AbstractSet[str]) -> bool:
    """Say whether one of these roles may do it; an action without a rule is allowed to nobody."""
    return bool(ALLOWED.get(action, frozenset()) & {ON_STAFF, *marks})


def rule_for(action: Action, marks: AbstractSet[str]) -> str:
    """Name the rule that decides about an action, as the audit log records it."""
    if not is_allowed(action, marks):
        return f"{action}: no rule"
    return f"{action}: {', '.join(sorted(ALLOWED[action] & {ON_STAFF, *marks}))}"
