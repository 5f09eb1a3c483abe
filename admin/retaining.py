"""Retaining: what is owed to a report on which work has ended, until it may be erased.

Its term follows what its reporter chooses, both sides are warned before it is over, and nobody
reads its ways of contact any more. All of it is done by due work and shown to nobody.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from admin import acts, cases, indexing, last_days, owed, telling
from admin.case_table import SYSTEM
from admin.cases import Opened
from admin.desk import Desk
from admin.facts import Term
from admin.last_days import MONTH, Warned
from admin.terms import Ended, Outcome
from admin.work import Work
from forms.choices import KEEP, KEEP_YEARS
from reporting import consent, terms_shown, withdrawal
from reporting.audit import Event, append
from reporting.clock import day_of
from reporting.consent import Choices
from reporting.database import shred
from reporting.ids import CaseId
from reporting.models import CaseWrap, ConsentRow, State, Wrapped

WARNINGS: Final = {MONTH: "ends_month", last_days.WEEK: "ends_week"}


def begin(work: Work, choices: Choices, now: datetime) -> Term:
    """Return the term of a report on which work ends now."""
    return last_days.begun(_ended(work, choices, now), len(choices.documents))


def show(session: Session, there: Opened, term: Term | None) -> None:
    """Let the reporter read the last day, or that there is none. The caller holds the report."""
    terms_shown.write(session, there.id, there.thread, None if term is None else term.until)


def counted(session: Session, of: Collection[bytes]) -> Mapping[bytes, int]:
    """Return how many signed documents there are of each of these reports."""
    counting = select(ConsentRow.case_id, func.count()).where(ConsentRow.case_id.in_(of))
    return {case: n for case, n in session.execute(counting.group_by(ConsentRow.case_id))}  # noqa: C416 - rows are no pairs to mypy


def keep_up(desk: Desk, case: CaseId) -> None:
    """Do what is owed to a report. Raises HiddenError, and AlarmError for what was altered."""
    there = acts.begin_due(desk, case)
    work = there.work
    if work.state not in owed.ENDED or desk.now - work.since < owed.SETTLED:
        return
    if owed.is_contact_left(work):
        work = _shred_contact(desk, there, work)
    if work.term is not None:
        work = replace(work, term=_followed(desk, there, work, work.term))
    if work != there.work:
        cases.save(desk.session, there, work)
        indexing.keep(desk.session, desk.ring, there, work)


def _shred_contact(desk: Desk, there: Opened, work: Work) -> Work:
    _note(desk, there, "contact.shredded")
    wraps = delete(CaseWrap).where(CaseWrap.case_id == there.id)
    desk.session.execute(wraps.where(CaseWrap.wrapped == Wrapped.CONTACT))
    shred(desk.session)
    return replace(work.without_item(owed.SHRED_CONTACT), contact_shredded=True)


def _followed(desk: Desk, there: Opened, work: Work, before: Term) -> Term:
    """Return the term as it stands today, with everybody told who is to be told."""
    term, today = _chosen(desk, there, work, before), day_of(desk.now)
    if term.until != before.until:
        _note(desk, there, "retention.changed")
    # Nobody is told of a last day that a hold moves.
    warned = None if withdrawal.is_held(desk.session, there.id) else last_days.warning(term, today)
    if warned is not None:
        _warn(desk, there, warned)
        term = warned.term
    if term.until != before.until:
        show(desk.session, there, term)
    return term


def _chosen(desk: Desk, there: Opened, work: Work, term: Term) -> Term:
    choices = choices_of(desk, there)
    # Choices that are not genuine allow nothing, and shorten nothing either.
    if not choices.is_genuine or len(choices.documents) == term.documents:
        return term
    ended = _ended(work, choices, work.since)
    return last_days.chosen_anew(term, ended, len(choices.documents))


def _warn(desk: Desk, there: Opened, warned: Warned) -> None:
    _note(desk, there, "retention.warned", f"{warned.days} days")
    telling.post(desk, there, WARNINGS[warned.days], warned.term.until)


def choices_of(desk: Desk, there: Opened) -> Choices:
    """Return what the reporter allows."""
    key = there.facets.consent_key
    return consent.read(desk.session, there.id, there.thread, key)


def _ended(work: Work, choices: Choices, at: datetime) -> Ended:
    years, joined = KEEP_YEARS.get(choices.answer(KEEP)), work.links.joined
    if work.state is State.MERGED and joined is not None:
        return Ended(Outcome.JOINED, day_of(at), years, joined.until)
    is_closed = work.state is State.CLOSED
    outcome = Outcome(work.closing.outcome) if is_closed else Outcome.DECLINED
    return Ended(outcome, day_of(at), years)


def _note(desk: Desk, there: Opened, verb: str, rule: str = "") -> None:
    append(desk.session, desk.journal, Event(SYSTEM, SYSTEM, verb, there.id, rule), desk.now)
