"""Identifying: mark an identifier that stands in a report, so that it is found in others too.

Only casework does it, with the report open and the reporter's yes. The token is made between two
units of work: nobody else waits for it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from admin import acts, cases, identified, indexing, link_consent, link_keys, link_tokens, reading
from admin.case_table import SYSTEM
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import HiddenError
from admin.headers import WORKED_ON
from admin.link_keys import NoLinkKeyError
from admin.link_tokens import Owned
from admin.links import Kind, Marked
from admin.permissions import Action
from admin.transitions import NotNowError
from admin.tripwires import Kind as Counted
from crypto.envelope import Secret
from crypto.roles import Group
from forms.choices import LINK
from forms.wording import msgid
from reporting.audit import Event, append, hold
from reporting.ids import CaseId
from reporting.models import State

MADE: Final = "link.token.made"
REMOVED: Final = "link.token.removed"
MARKING: Final = "marking"
VALUE: Final = "value"
MOST: Final = 40
NOT_AGREED: Final = msgid("The reporter has not agreed to linking yet. Ask first.")
NOT_IN_WORK: Final = msgid(
    "Only what somebody works on is marked. Take the report into work first."
)
TOO_MANY: Final = msgid("Forty are marked in this report already. Take one away first.")
TWICE: Final = msgid("This is marked in this report already.")


@dataclass(frozen=True, slots=True)
class Typed:
    """An identifier as somebody typed it, and the token that was made of it."""

    kind: Kind
    value: str = field(repr=False)
    token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """An identifier of a report; the value is empty for who has not uncovered the story."""

    row: bytes
    kind: Kind
    value: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows; `answer` is what the reporter said, `why_not` why nothing is marked."""

    marked: tuple[MarkSeen, ...] = field(repr=False)
    others: int
    answer: str
    asked: datetime | None
    why_not: str


def look(desk: Desk, case: CaseId) -> View:
    """Return what is marked in a report. Raises as `reading.look` does, and HiddenError."""
    there, me = acts.begin(desk, case, Action.MARK_IDENTIFIER), desk.ring.person.id
    desk.note("case.opened", case, "identifiers")
    reading.look(desk, there)
    links, is_open = there.work.links, me in there.work.unmasked_by
    return View(
        marked=tuple(
            MarkSeen(one.row, one.kind, one.value if is_open or one.by == me else "", one.at)
            for one in links.marked
        ),
        others=len(identified.beside(desk, there)),
        answer=link_consent.choices_of(desk.session, there).answer(LINK),
        asked=links.asked,
        why_not=_why_not(desk, there),
    )


def key_for(desk: Desk, case: CaseId) -> Secret:
    """Return the key to make a token with; the first time, it is made.

    Raises HiddenError, NotNowError with a sentence, NotHandedOnError, and AlarmError.
    """
    _begin(desk, case)
    try:
        return link_keys.open_key(desk.session, desk.ring)
    except NoLinkKeyError:
        # Of two who begin at once, one makes it, and the other finds it.
        hold(desk.session)
    try:
        return link_keys.open_key(desk.session, desk.ring)
    except NoLinkKeyError:
        desk.note("link.key.made")
        return link_keys.make(desk.session, desk.ring, desk.verified.epoch(Group.CASEWORK).id)


def mark(desk: Desk, case: CaseId, typed: Typed) -> None:
    """Keep that an identifier stands in a report, and count it like a search for it.

    Raises HiddenError, NotNowError with a sentence, OverLimitError, and AlarmError for what was
    altered.
    """
    there, me = _begin(desk, case), desk.ring.person.id
    links = there.work.links
    if typed.token in link_tokens.tokens_of(desk.session, links.rows):
        raise NotNowError(VALUE, TWICE)
    # From now on the page says in how many others it stands.
    reading.note(desk, Counted.WORDS)
    desk.note(MADE, case, fields=(typed.kind,))
    owned, epoch = Owned(case, typed.kind, me, desk.now), desk.verified.epoch(Group.CASEWORK).id
    row = link_tokens.add(desk.session, desk.ring, epoch, typed.token, owned)
    new = Marked(row, typed.kind, typed.value, me, desk.now)
    documents = len(link_consent.choices_of(desk.session, there).documents)
    acts.keep_links(desk, there, links.marking(new, documents), MADE)


def remove(desk: Desk, case: CaseId, row: bytes) -> None:
    """Take an identifier off a report again.

    Raises HiddenError, also for one that is not there, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.MARK_IDENTIFIER)
    links = there.work.links
    if row not in links.rows:
        raise HiddenError(Action.MARK_IDENTIFIER, case, f"{Action.MARK_IDENTIFIER}: none of it")
    desk.note(REMOVED, case)
    link_tokens.remove(desk.session, (row,))
    acts.keep_links(desk, there, links.without_mark(row), REMOVED)


def settle(desk: Desk, case: CaseId) -> None:
    """Follow what the reporter chose since: after a no, nothing stays marked.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin_due(desk, case)
    links, choices = there.work.links, link_consent.choices_of(desk.session, there)
    # Choices that are not genuine allow nothing meanwhile, and take nothing away for good.
    if not links.marked or not choices.is_genuine or len(choices.documents) == links.documents:
        return
    if choices.answer(LINK) == link_consent.YES:
        settled = replace(links, documents=len(choices.documents))
    else:
        noted = Event(SYSTEM, SYSTEM, REMOVED, case)
        append(desk.session, desk.journal, noted, desk.now)
        link_tokens.remove(desk.session, links.rows)
        settled = replace(links, marked=(), documents=0)
    work = replace(there.work, links=settled)
    cases.save(desk.session, there, work)
    indexing.keep(desk.session, desk.ring, there, work)


def _begin(desk: Desk, case: CaseId) -> Opened:
    there = acts.begin(desk, case, Action.MARK_IDENTIFIER)
    if why_not := _why_not(desk, there):
        raise NotNowError(MARKING, why_not)
    return there


def _why_not(desk: Desk, there: Opened) -> str:
    if there.work.state not in {State.TRIAGED, *WORKED_ON}:
        return NOT_IN_WORK
    if not link_consent.is_given(desk.session, there):
        return NOT_AGREED
    return TOO_MANY if len(there.work.links.marked) >= MOST else ""
