"""Indexing: keep what lists show of a report beside it, locked under the index key of its group.

A header says what lists show; tokens say in which lists a report is found. Whoever saves a report
writes both in the same unit of work, if they hold the index key of the group that opens it then.
Otherwise a row says that no list knows it, and the first of that group who looks at a list makes
it. They are written only by who holds the report.
"""

import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import LargeBinary, bindparam, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from admin import cases, header_records, headers, readers, unopened
from admin.cases import Facets, Opened
from admin.desk import Desk
from admin.errors import NotHandedOnError
from admin.header_records import FLOOR_BYTES
from admin.headers import Header, Source
from admin.keyring import CASE_GROUPS, Ring
from admin.unopened import Begin
from admin.work import Work, heard
from crypto.envelope import ROW_BYTES, Label, OpenError, Secret, expand, lp
from crypto.roles import Group
from reporting import listing, places, records, threads
from reporting.case_rows import HeaderRow, ListedRow, WorkRow
from reporting.models import Case, CasePart, CaseWrap, ConsentRow, Part, Wrapped

# A look at a list stays quick however many reports were moved; over time each gets its turn.
AT_A_TIME: Final = 64
# So many that no list knows are opened for each list that they may belong to.
MOST_OPENED: Final = 256
# Of those that did not open, so many are tried again: a backup may have brought them back.
TRIED_AGAIN: Final = 4
SHARDS: Final = 4
# Made once, as in `scans`.
# Of what is new, or was changed since it was known, there is a row that says so.
_UNKNOWN: Final = (
    select(Case.id)
    .join(HeaderRow, (HeaderRow.case_id == Case.id) & (HeaderRow.rev == listing.UNKNOWN))
    .where(HeaderRow.epoch_id.in_(bindparam("epochs", expanding=True)))
    # False comes before true: what somebody worked on before what is new.
    .order_by(Case.rev == 0, Case.level.desc(), Case.received_week, Case.id)
    .limit(bindparam("most"))
)
# Tokens stand behind each other in one value: a statement with a place for each of two thousand
# takes longer to fill in than to answer.
_TURNS: Final = select(literal(0).label("turn")).cte("turns", recursive=True)
_EACH: Final = _TURNS.union_all(
    select(_TURNS.c.turn + 1).where(_TURNS.c.turn + 1 < bindparam("count"))
)
_TOKEN: Final = func.substr(
    bindparam("tokens", type_=LargeBinary), _EACH.c.turn * ROW_BYTES + 1, ROW_BYTES
)
_LIVING: Final = select(_EACH.c.turn).where(exists().where(ListedRow.token == _TOKEN))


Reader = Callable[[bytes, bytes, int], records.Record]


@dataclass(frozen=True, slots=True)
class Keys:
    """What an epoch of a group locks headers and names lists with."""

    headers: Secret
    tokens: Secret

    def token(self, name: str, shard: int) -> bytes:
        """Return by what a list's rows of one shard are found; nobody else can tell which it is."""
        return self.row_of(_messages(name)[shard])

    def row_of(self, message: bytes) -> bytes:
        """Return by what the rows are found that a message names."""
        return hmac.digest(self.tokens.reveal(), message, "sha256")[:ROW_BYTES]


def keys_of(ring: Ring, groups: frozenset[Group] = CASE_GROUPS) -> Mapping[bytes, Keys]:
    """Return the keys of every epoch that this person opens reports of these groups with."""
    mine = groups & ring.person.groups
    return {
        epoch: _keys(ring, epoch) for epoch, (group, _) in ring.seeds().items() if group in mine
    }


def tokens(keys: Iterable[Keys], names: Iterable[str]) -> tuple[bytes, ...]:
    """Return everything by which reports in these lists are found."""
    messages = [message for name in names for message in _messages(name)]
    return tuple(key.row_of(message) for key in keys for message in messages)


def living(session: Session, asked: Sequence[bytes]) -> frozenset[bytes]:
    """Return which of these tokens lead to any report."""
    if not asked:
        return frozenset()
    found = session.scalars(_LIVING, {"tokens": b"".join(asked), "count": len(asked)})
    return frozenset(asked[turn] for turn in found)


def keep(session: Session, ring: Ring, there: Opened, work: Work) -> None:
    """Write down what lists show of a report as it is left now. The caller holds the report."""
    _write(session, ring, there.case, _header(session, there.case, there.facets, work))


def made(session: Session, ring: Ring, case: bytes) -> Header:
    """Return the header of a report, made of the report itself.

    Raises OpenError for what was altered, and NotHandedOnError.
    """
    wrap = session.get(CaseWrap, (case, Wrapped.CASE))
    part = session.get(CasePart, (case, Part.FACETS))
    if wrap is None or part is None:
        raise OpenError
    found, key, row = session.get_one(Case, case), ring.case_key(wrap), session.get(WorkRow, case)
    facets, work = cases.open_both(found, part, row, key)
    if work.open_questions:
        work = heard(work, threads.read(session, case, cases.thread_key(session, case, key)))
    return _header(session, found, facets, work)


def read(keys: Keys, case: bytes, rev: int, box: bytes) -> Header:
    """Return what a header says. Raises OpenError for one of another report or version."""
    return header_records.read(records.reopen(keys.headers, box, places.header(case, rev)))


def reader(keys: Keys) -> Reader:
    """Return what reads headers, by box, report and version, as the records that they are.

    It raises OpenError as `read` does. A header is read anew each time: nothing of it is kept.
    """
    return records.reopener(keys.headers, places.header(bytes(ROW_BYTES), 0))


def unknown(desk: Desk, epochs: Collection[bytes], most: int) -> tuple[bytes, ...]:
    """Return reports that this person's lists do not know as they are, the most urgent first.

    Each waits to be made known: it is new, got a new key, or was changed by somebody else. Those
    that somebody worked on come first: a flood of new ones does not push them out of their lists.
    """
    asked = {"epochs": tuple(epochs), "most": most}
    return tuple(desk.session.scalars(_UNKNOWN, asked))


def fold(begin: Begin) -> tuple[bytes, ...]:
    """Make reports known to the lists that are not, the most urgent first, so many at a time.

    Return those that are unknown still, for whoever looks at lists next. Supervisors are told of
    those that were altered; one that opens again is known again.
    """
    with begin() as desk:
        keys = {} if desk.ring.person.is_kept_back else keys_of(desk.ring)
        strange = unknown(desk, keys, MOST_OPENED)
        left_out = unopened.some(desk.session, keys, TRIED_AGAIN)
        if not (strange or left_out):
            return ()
        wanted = Case.id.in_((*strange[:AT_A_TIME], *left_out))
        # Nobody waits for a report here: who holds one makes it known themself.
        held = desk.session.scalars(select(Case).where(wanted).with_for_update(skip_locked=True))
        # With a word of it altered a report may still say what lists ask for.
        sound = (one for one in held.all() if one.id not in left_out or unopened.opens(desk, one))
        altered = [one.id for one in sound if not remake(desk.session, desk.ring, one)]
        strange = unknown(desk, keys, MOST_OPENED)
    unopened.tell(begin, altered)
    return strange


def carry_over(session: Session, ring: Ring, case: bytes) -> None:
    """Lock what lists show of a report for the epoch to which its key has just been sealed anew.

    The caller holds the report.
    """
    session.flush()
    found, row, keys = session.get_one(Case, case), session.get(HeaderRow, case), keys_of(ring)
    if row is None or row.rev != found.rev or row.epoch_id not in keys:
        listing.forget(session, case)
        return
    try:
        header = read(keys[row.epoch_id], case, row.rev, row.box_sealed)
    except OpenError:
        listing.forget(session, case)
    else:
        _write(session, ring, found, header)


def remake(session: Session, ring: Ring, case: Case) -> bool:
    """Write the header of a report anew; say no for one that was altered, which has none.

    The caller holds the report.
    """
    try:
        _write(session, ring, case, made(session, ring, case.id))
    except OpenError:
        return False
    except NotHandedOnError:
        pass  # whoever has its key makes it known
    return True


@lru_cache(maxsize=4096)
def _messages(name: str) -> tuple[bytes, ...]:
    """Return what is hashed for a list's rows, shard by shard: hundreds of lists are days."""
    return tuple(lp(name.encode(), bytes([shard])) for shard in range(SHARDS))


def _keys(ring: Ring, epoch: bytes) -> Keys:
    index = ring.index_key(epoch)
    return Keys(index, expand(index, Label.LISTED))


def _header(session: Session, case: Case, facets: Facets, work: Work) -> Header:
    source = Source(
        week=case.received_week,
        language=facets.language,
        answers=facets.answers,
        matter=readers.matter_of(facets.answers, facets.keep_to, work),
        documents=_documents(session, case.id) if work.term or work.links.marked else 0,
    )
    return headers.header_of(source, work)


def _documents(session: Session, case: bytes) -> int:
    counting = select(func.count()).select_from(ConsentRow).where(ConsentRow.case_id == case)
    return session.scalars(counting).one()


def _write(session: Session, ring: Ring, case: Case, header: Header) -> None:
    session.flush()
    wrap = session.get_one(CaseWrap, (case.id, Wrapped.CASE), populate_existing=True)
    if wrap.epoch_id not in (mine := keys_of(ring)):
        listing.forget(session, case.id)
        return
    listing.remove(session, case.id)
    keys, place = mine[wrap.epoch_id], places.header(case.id, case.rev)
    box = records.close(keys.headers, header_records.written(header), place, FLOOR_BYTES)
    row = {"case_id": case.id, "epoch_id": wrap.epoch_id, "rev": case.rev, "box_sealed": box}
    session.execute(insert(HeaderRow).values(row))
    shard = case.id[0] % SHARDS
    listed = [
        {"token": keys.token(name, shard), "case_id": case.id} for name in headers.names_of(header)
    ]
    if listed:
        session.execute(insert(ListedRow), listed)
