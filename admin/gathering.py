"""Gathering: the facts about one report, one person and one moment, for the guards of a move.

Everything is read inside the unit of work that makes the move, from what this person can open.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from admin import (
    drafts,
    fact_records,
    facts,
    following,
    leases,
    readers,
    ready_texts,
    scans,
    waits,
    work_records,
)
from admin.authority import Person
from admin.case_table import REPORTER, SYSTEM
from admin.cases import Opened
from admin.counted import NO_MAIN, Main
from admin.desk import Desk
from admin.facts import NOBODY, Assignee, Closing, Facts, Handover, Message
from admin.grades import Grade
from admin.permissions import CASEWORKER, SUPERVISOR
from admin.phases import COUNTERSIGN_DUE
from admin.terms import CLOSINGS, Outcome, class_of
from admin.transitions import TABLE
from admin.work import DUTY_DESK, Prepared, Work
from forms.codebook import LISTS
from reporting import records, withdrawal
from reporting.models import State

# What nobody but the reporter or due work does is offered to none of the staff.
SUPPORTED: Final = frozenset(
    name for name, move in TABLE.transitions.items() if not {REPORTER, SYSTEM}.issuperset(move.who)
)
PROPOSES: Final = "propose_close"
ASSIGNS: Final = frozenset({"assign", "reopen"})
# More reports than these nobody looks after well; ours to choose, and no guideline says so.
MOST_OWNED: Final = 25
JOINS: Final = frozenset({"merge", "merge_t", "merge_a"})
_OWNERS: Final = frozenset({CASEWORKER, SUPERVISOR})
_NO_NOTE: Final = Handover()
_NO_CODES: Final = Closing()


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides about a report that they saw at a revision.

    `reason` is a code. `assignee` is who is to own it, oneself where nobody is named. `message` is
    what the reporter is told. `survivor` is the report that this one is to be joined to. `grade` is
    the one to close with; without it, that is the grade that it has. `main` is what comes first in
    the report, where it names several and the grade is another one.
    """

    name: str
    rev: int
    reason: str = ""
    message: Prepared | None = field(default=None, repr=False)
    handover: Handover = field(default=_NO_NOTE, repr=False)
    next_check: date | None = None
    closing: Closing = _NO_CODES
    assignee: bytes = NOBODY
    survivor: bytes = b""
    grade: Grade | None = field(default=None, repr=False)
    main: Main = field(default=NO_MAIN, repr=False)


def facts_for(desk: Desk, there: Opened, decision: Decision) -> Facts:
    """Return everything that the guards look at."""
    person, work = desk.ring.person, there.work
    closing, prepared = closing_of(work, decision), decision.message or work.prepared
    return Facts(
        case=there.id,
        actor=person.id,
        now=desk.now,
        since=work.since,
        triage=work.triage,
        on_probation=person.limits.needs_countersign,
        has_unread_mail=_has_mail(desk, there),
        linked_report_arrived=following.arrived(desk, there.id, there.work),
        is_on_hold=withdrawal.is_held(desk.session, there.id),
        opens=True,
        owner=work.owner,
        owner_has_left=work.owner not in {NOBODY, DUTY_DESK, *desk.verified.people},
        earlier_owners=work.earlier_owners,
        deeds=work.deeds,
        lease=leases.holder(desk.session, desk.ring, there.id, desk.now),
        countersigns=work.countersigns,
        decided={name: decided(there, name, decision.survivor) for name in TABLE.transitions},
        second_look=work.second_look,
        escalated_at=work.escalated_at,
        escalation_waits=COUNTERSIGN_DUE in work.items,
        reason=decision.reason,
        language=there.facets.answer_in,
        message=_message(person, there, decision.message),
        survivor=following.survivor_of(desk, there, decision.survivor),
        assignee=_assignee(desk, there, decision),
        handover=decision.handover,
        work=still_open(work, desk.now),
        next_check=decision.next_check or work.next_check,
        closing=replace(
            _with_grade(work, decision, closing), digest=digest(work, closing, prepared)
        ),
        proposal=work.proposal,
        term=work.term,
    )


def decided(there: Opened, action: str, survivor: bytes = b"") -> bytes:
    """Return the hash of what somebody agrees to who agrees to an action now.

    Whoever agrees to joining agrees to joining it to that one report.
    """
    triage = fact_records.triage_written(there.work.triage)
    record: records.Record = {"case": there.id.hex(), "action": action, "triage": triage}
    if action in JOINS:
        record = {**record, "survivor": survivor.hex()}
    return hashlib.sha256(records.encode(record)).digest()


def closing_of(work: Work, decision: Decision) -> Closing:
    """Return the codes that the report would close with; what is no code counts as nothing."""
    given = decision.closing if decision.name == PROPOSES else work.closing
    outcome = given.outcome if given.outcome in CLOSINGS else ""
    fits = bool(outcome) and given.retention == class_of(Outcome(outcome))
    return Closing(
        outcome=outcome,
        verification=_of_list("verification", given.verification),
        state_link=_of_list("state_link", given.state_link),
        retention=given.retention if fits else "",
    )


def digest(work: Work, closing: Closing, message: Prepared | None) -> bytes:
    """Return the hash of everything that a second person agrees to by closing a report."""
    record: records.Record = {
        "triage": fact_records.triage_written(work.triage),
        "closing": fact_records.closing_written(closing),
        "message": fact_records.maybe(work_records.prepared_written, message),
        # All of them: what is proposed or answered meanwhile voids a proposal to close, too.
        **work_records.grades_written(work.grades),
    }
    return hashlib.sha256(records.encode(record)).digest()


def _with_grade(work: Work, decision: Decision, closing: Closing) -> Closing:
    """Return what the report would close with and what its grade lets it; see `facts.Closing`."""
    # Of an outdated one nobody agreed that these states are behind it.
    present = None if work.grades.is_outdated else work.grades.grade
    grade = decision.grade or present
    if grade is None:
        return closing
    is_its = (grade.verification, grade.state_link) == (closing.verification, closing.state_link)
    is_agreed = not grade.needs_second or grade == present
    return replace(closing, is_graded=is_its and grade.is_whole, is_agreed=is_agreed)


def may_own(desk: Desk, member: bytes) -> bool:
    """Say whether somebody's roles let them own reports."""
    listed = desk.verified.people.get(member)
    return listed is not None and not _OWNERS.isdisjoint(listed.roles)


def _has_mail(desk: Desk, there: Opened) -> bool:
    """Say whether a reporter's word is unread: of this report, or of one that is closed with it."""
    if there.work.state is State.REVIEW and following.mail_of(desk, there.id, there.work):
        return True
    return following.has_mail(desk.session, there.id)


def _message(person: Person, there: Opened, prepared: Prepared | None) -> Message | None:
    """Return a message as its guard sees it; who has read own words, only the record says."""
    if prepared is None:
        return None
    language, words = prepared.language, there.work.drafts
    if drafts.is_watched(there.facets.answers):
        # Own words, read by whomever, and texts that say what it is about: none of them goes.
        is_fit = ready_texts.is_quiet_text(prepared.code)
        return Message(language, is_fit, written_by=person.id)
    reader = drafts.reader_of(words, person.id, language, prepared.text)
    return Message(language, bool(prepared.code), written_by=person.id, read_by=reader)


def _assignee(desk: Desk, there: Opened, decision: Decision) -> Assignee | None:
    if decision.name not in ASSIGNS:
        return None
    member = decision.assignee or desk.ring.person.id
    colleague = readers.colleague(desk, member)
    is_there = may_own(desk, member) and readers.exists_for(colleague, there.matter, there.work)
    return Assignee(
        id=member,
        is_hidden=not is_there,
        reads_language=readers.reads(colleague, there.facets.language),
        has_interpreter="yes" in there.facets.keep_to.get("interpreter", ()),
        held=len(scans.owned(scans.Scan(desk), member)),
        capacity=MOST_OWNED,
    )


def still_open(work: Work, now: datetime) -> facts.Work:
    """Return how much about a report is not finished yet, of each kind."""
    return facts.Work(
        tasks=len(work.open_tasks),
        questions=len(work.open_questions),
        requests=int(COUNTERSIGN_DUE in work.items) + waits.requests(work, now),
        unsent=waits.unsent(work),
    )


def _of_list(name: str, code: str) -> str:
    return code if any(option.code == code for option in LISTS[name]) else ""
