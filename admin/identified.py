"""Identified: the reports in which the same identifier stands, as far as they exist for somebody.

One look into an index, then the few rows that have the token. A report counts only while its
reporter lets the team compare it, and while it names the row itself: so one that was taken back,
handed to another group or is hidden is not there, in no count and under no link.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from admin import link_consent, link_keys, link_tokens, reading, unlocking
from admin.authority import authorize, event
from admin.cases import Opened
from admin.desk import Desk
from admin.identifiers import normalised
from admin.link_keys import NoLinkKeyError
from admin.link_tokens import Found
from admin.links import Kind
from admin.permissions import Action
from admin.tripwires import Kind as Counted
from admin.work import Work
from crypto import blinding
from crypto.envelope import Secret, lp
from crypto.passphrase import Parameters
from crypto.roles import Group
from reporting.audit import append
from reporting.ids import CaseId

SEARCHED: Final = "search.run"
FEW: Final = 1


def token_of(key: Secret, kind: Kind, value: str, parameters: Parameters) -> bytes:
    """Return the token of an identifier; to make it takes a quarter of a second of one core.

    Raises UnfitError, and CoresTakenError while every core is at such work already.
    """
    words = lp(kind.encode(), normalised(kind, value).encode())
    return blinding.token(key, words, parameters)


def beside(desk: Desk, there: Opened) -> frozenset[CaseId]:
    """Return the other reports in which an identifier of an opened one stands."""
    rows = there.work.links.rows
    if not rows or not _may_look(desk) or not link_consent.is_given(desk.session, there):
        return frozenset()
    tokens = link_tokens.tokens_of(desk.session, rows)
    return frozenset(_visible(desk, link_tokens.find(desk.session, desk.ring, tokens), {there.id}))


def shared(session: Session, one: Work, other: Work) -> int:
    """Return how many identifiers are marked in both of two reports."""
    tokens = (link_tokens.tokens_of(session, work.links.rows) for work in (one, other))
    return len(frozenset.intersection(*tokens))


def key_to_look(desk: Desk) -> Secret | None:
    """Return the key that tokens are made with; none where nothing was ever marked.

    Raises HiddenError for who is not in casework, NotHandedOnError, and AlarmError for a key that
    was altered.
    """
    authorize(desk.ring.person, Action.MARK_IDENTIFIER)
    try:
        return link_keys.open_key(desk.session, desk.ring)
    except NoLinkKeyError:
        return None


def by_token(desk: Desk, kind: Kind, token: bytes) -> tuple[CaseId, ...]:
    """Return the reports in which an identifier stands, in no order that says anything of them.

    The token was made before: nobody else waits meanwhile. The log has the kind and how many there
    are. Raises HiddenError for who is not in casework, and OverLimitError for one too many, or one
    too many that finds nothing or one report alone.
    """
    authorize(desk.ring.person, Action.MARK_IDENTIFIER)
    found = link_tokens.find(desk.session, desk.ring, {token}) if _may_look(desk) else ()
    visible = tuple(sorted(_visible(desk, found, ())))
    reading.note(desk, Counted.WORDS)
    if len(visible) <= FEW:
        reading.note(desk, Counted.SEARCHES)
    noted = replace(event(desk.ring.person, SEARCHED), fields=(kind,), count=len(visible))
    append(desk.session, desk.journal, noted, desk.now)
    return visible


def _may_look(desk: Desk) -> bool:
    person = desk.ring.person
    return Group.CASEWORK in person.groups and not person.is_kept_back


def _visible(desk: Desk, found: Iterable[Found], besides: Collection[bytes]) -> Iterator[CaseId]:
    rows = defaultdict[bytes, set[bytes]](set)
    for row in found:
        rows[row.owned.case].add(row.row)
    for one in unlocking.reports(desk, rows.keys() - besides):
        is_named = not rows[one.id].isdisjoint(one.work.links.rows)
        if is_named and link_consent.is_given_by(desk.session, one.id, one.key, one.facets):
            yield one.id
