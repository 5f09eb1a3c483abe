"""Joins: what happens to reports that were joined, because of the one that they follow.

What is done here shows nothing of a report to anybody: so it is done for those, too, that do not
exist for whoever decided. What does not open is left as it is, and waits in the supervisors' list.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from admin import acts, cases, indexing, last_days, ready_texts, rekeying
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import NotHandedOnError
from admin.facts import NOBODY, Deed, Term
from admin.following import follows, is_left_early, noted, quietly
from admin.keyring import CASE_GROUPS
from admin.links import Follower, Joined, Judged, Links, Verdict
from admin.permissions import Action
from admin.publication import accession
from admin.ready_texts import Use
from admin.terms import Ended, Outcome
from admin.transitions import TABLE
from admin.work import DUTY_DESK, Prepared, Work
from crypto.envelope import OpenError
from crypto.roles import Group
from forms.choices import KEEP, KEEP_YEARS
from reporting import consent, terms_shown, threads
from reporting.clock import day_of
from reporting.errors import MailboxFullError
from reporting.ids import CaseId
from reporting.models import Case, CaseWrap, Wrapped
from reporting.threads import Message

GENERIC: Final = "closed_done"  # what every report may be closed with, whatever was found
JOINED: Final = "joined"
PARTED: Final = "parted"


def join(desk: Desk, there: Opened, survivor: bytes, *, tells: bool) -> None:
    """Let a report follow another one, with all that followed it; the one lock of each is held.

    Raises HiddenError, and AlarmError for what was altered.
    """
    leading = cases.opened(desk.session, desk.ring, CaseId(survivor), Action.MOVE_CASE)
    moved = _led(desk, there.id, (one.case for one in there.work.links.followers))
    more = (*(Follower(one.id, desk.now) for one in moved), Follower(there.id, desk.now))
    links = leading.work.links.led(more)
    owner = leading.work.owner
    if tells and owner not in {NOBODY, DUTY_DESK}:
        links = links.telling(owner)
    desk.note(JOINED, survivor)
    _keep(desk, leading, links, JOINED)
    for one in moved:
        _point(desk, one, survivor)
    _bring(desk, (there.id, *(one.id for one in moved)), _group_of(desk, survivor))


def take_apart(desk: Desk, there: Opened, before: Work) -> None:
    """Undo a joining, with all that was moved along: before it the report stood as it does now."""
    joined = there.work.links.joined
    if joined is None:  # pragma: no cover - only a joining is undone by this
        return
    moved = _led(desk, joined.survivor, (one.case for one in before.links.followers))
    leading = quietly(desk, joined.survivor)
    if leading is not None:
        gone = (there.id, *(one.id for one in moved))
        _keep(desk, leading, leading.work.links.not_leading(gone), PARTED)
    for one in moved:
        _point(desk, one, there.id)
    home = Group(TABLE.states[before.state].wrap)
    _bring(desk, (there.id, *(one.id for one in moved)), home)


def part(desk: Desk, there: Opened, verdict: Verdict | None) -> None:
    """Tell the report that another one followed that it does no more, and what was said of both."""
    joined = there.work.links.joined
    leading = None if joined is None else quietly(desk, joined.survivor)
    if leading is None:
        return
    links = leading.work.links.not_leading([there.id])
    if verdict is not None:
        links = links.judging(Judged(there.id, verdict, desk.ring.person.id, desk.now))
    desk.note(PARTED, leading.id)
    _keep(desk, leading, links, PARTED)


def drag(desk: Desk, there: Opened, group: Group) -> None:
    """Seal what follows a report to the group that the report goes to."""
    _bring(desk, [one.id for one in _led(desk, there.id, noted(desk, there.work))], group)


def close(desk: Desk, there: Opened, message: Prepared | None, until: date | None) -> None:
    """Tell the writers of all that follows a report that it is closed, each in their own mailbox.

    What they read is a ready text in their own language, and nothing of the other report. Where
    there is none, or no room for it, the report goes to the supervisors.
    """
    for one in _led(desk, there.id, noted(desk, there.work)):
        is_told = _post(desk, one, message)
        closed = replace(_joined(one), until=until, is_left_alone=not is_told)
        links = replace(one.work.links, joined=closed)
        term = _term(desk, one, until)
        terms_shown.write(desk.session, one.id, one.thread, term.until)
        _save(desk, one, replace(one.work, links=links, term=term))


def reopen(desk: Desk, there: Opened) -> None:
    """Stop the terms of all that follows a report on which work goes on again."""
    for one in _led(desk, there.id, noted(desk, there.work)):
        links = replace(one.work.links, joined=replace(_joined(one), until=None))
        terms_shown.write(desk.session, one.id, one.thread, None)
        _save(desk, one, replace(one.work, links=links, term=None))


def settle(desk: Desk, case: CaseId) -> None:
    """Forget until when another report is kept that did not come to its own end.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin_due(desk, case)
    joined = there.work.links.joined
    if joined is None or not is_left_early(desk.session, joined, day_of(desk.now)):
        return
    links = replace(there.work.links, joined=replace(joined, until=None))
    terms_shown.write(desk.session, there.id, there.thread, None)
    _save(desk, there, replace(there.work, links=links, term=None))


def _post(desk: Desk, one: Opened, message: Prepared | None) -> bool:
    language = one.facets.answer_in
    wanted = (GENERIC,) if message is None else (message.code, GENERIC)
    offered = ready_texts.codes(Use.CLOSE, language)
    code = next((each for each in wanted if each in offered), "")
    if not code:
        return False
    text = ready_texts.text_of(code, language)
    words = Message(from_reporter=False, text=text, sent=desk.now, language=language, closes=True)
    try:
        threads.add(desk.session, one.id, one.thread, words)
    except MailboxFullError:
        return False
    return True


def _term(desk: Desk, one: Opened, until: date | None) -> Term:
    """Return the own term of a report that follows another one: never later than that one's."""
    key = one.facets.consent_key
    choices = consent.read(desk.session, one.id, one.thread, key)
    ended = Ended(Outcome.JOINED, day_of(desk.now), KEEP_YEARS.get(choices.answer(KEEP)), until)
    return last_days.begun(ended, len(choices.documents))


def _save(desk: Desk, one: Opened, work: Work) -> None:
    kept = accession.settle(desk, one, work)
    cases.save(desk.session, one, kept)
    indexing.keep(desk.session, desk.ring, one, kept)


def _keep(desk: Desk, there: Opened, links: Links, name: str) -> None:
    touched = Deed(name, desk.ring.person.id, desk.now)
    _save(desk, there, replace(there.work, links=links, touched=touched, last=None))


def _point(desk: Desk, one: Opened, survivor: bytes) -> None:
    """Let a report follow another one than before."""
    joined = replace(_joined(one), survivor=survivor)
    _keep(desk, one, replace(one.work.links, joined=joined), JOINED)


def _led(desk: Desk, leading: bytes, named: Iterable[bytes]) -> tuple[Opened, ...]:
    """Return which of these reports follow that one indeed: some may be their own again."""
    opened = (quietly(desk, case) for case in named)
    return tuple(one for one in opened if one is not None and follows(one, leading))


def _joined(one: Opened) -> Joined:
    """Return what a report follows that does follow another one."""
    return one.work.links.joined or Joined(b"", one.work.since)


def _bring(desk: Desk, moved: Collection[bytes], group: Group | None) -> None:
    """Seal reports to a group, each whole or not at all; those that are sealed to it stay."""
    if group is None:  # pragma: no cover - what was just opened is sealed to one of the two
        return
    for case in moved:
        if _group_of(desk, case) not in CASE_GROUPS - {group}:
            continue
        try:
            with desk.session.begin_nested():
                rekeying.hand_over(desk.session, desk.ring, case, desk.verified.epoch(group))
            indexing.remake(desk.session, desk.ring, desk.session.get_one(Case, case))
        except (OpenError, NotHandedOnError):
            continue


def _group_of(desk: Desk, case: bytes) -> Group | None:
    wrap = desk.session.get(CaseWrap, (case, Wrapped.CASE), populate_existing=True)
    return None if wrap is None else desk.ring.group_of(wrap.epoch_id)
