"""Unlocking: open reports whole, as far as they exist for this person, where headers say little.

One that was altered is left out: whoever opens it by itself is told.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Nullable, Row, Select, exists, select

from admin import case_words, cases, readers
from admin.cases import Facets
from admin.desk import Desk
from admin.errors import NotHandedOnError
from admin.keyring import CASE_GROUPS
from admin.work import Work, heard
from crypto.envelope import OpenError, Secret
from reporting import threads
from reporting.case_rows import WorkRow
from reporting.ids import CaseId
from reporting.models import Case, CasePart, CaseWrap, Mail, Part, Wrapped

BATCH: Final = 256
_Found = Row[Case, CaseWrap, CasePart, WorkRow | None, bool]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A report that was opened; its key is here for whoever has to look further."""

    case: Case
    key: Secret
    facets: Facets = field(repr=False)
    work: Work = field(repr=False)
    has_mail: bool

    @property
    def id(self) -> CaseId:
        """Its random number."""
        return CaseId(self.case.id)


def reports(desk: Desk, wanted: Collection[bytes]) -> tuple[Unlocked, ...]:
    """Return these reports, the most urgent and then the oldest first."""
    return tuple(one for one in unseen(desk, wanted) if _exists(desk, one))


def unseen(desk: Desk, wanted: Collection[bytes]) -> tuple[Unlocked, ...]:
    """Return these reports in the same order, for what shows nothing of them to this person.

    So those are among them, too, that do not exist for them.
    """
    if desk.ring.person.is_kept_back:
        return ()
    mine = CASE_GROUPS & desk.ring.person.groups
    epochs = [epoch for epoch, (group, _) in desk.ring.seeds().items() if group in mine]
    rows = [row for part in _in_parts(wanted) for row in desk.session.execute(_of(part, epochs))]
    found = [one for row in rows for one in _open(desk, row)]
    return tuple(sorted(found, key=_place))


def stories(desk: Desk, wanted: Collection[bytes]) -> Mapping[bytes, str]:
    """Return what the reporters of these reports wrote, and nothing else of them.

    That they exist for this person has been seen by their headers. What was altered is left out.
    """
    found: dict[bytes, str] = {}
    for part in _in_parts(wanted):
        for wrap, story in desk.session.execute(_stories(part)):
            with suppress(OpenError, NotHandedOnError):
                found[wrap.case_id] = case_words.read_story(
                    wrap.case_id, story.rev, story.content_sealed, desk.ring.case_key(wrap)
                )
    return found


def story_of(desk: Desk, one: Unlocked) -> str:
    """Return what a reporter wrote; what was altered is like nothing else."""
    try:
        return case_words.story_of(desk.session, one.id, one.key)
    except OpenError:
        return one.id.hex()


def _in_parts(wanted: Collection[bytes]) -> Iterator[Collection[bytes]]:
    ids = sorted(wanted)
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))


def _stories(wanted: Collection[bytes]) -> Select[CaseWrap, CasePart]:
    is_story = (CasePart.case_id == CaseWrap.case_id) & (CasePart.part == Part.STORY)
    is_case = CaseWrap.wrapped == Wrapped.CASE
    return (
        select(CaseWrap, CasePart)
        .join(CasePart, is_story)
        .where(CaseWrap.case_id.in_(wanted), is_case)
    )


def _place(one: Unlocked) -> tuple[int, int, bytes]:
    return -one.case.level, one.case.received_week, one.case.id


def _of(
    wanted: Collection[bytes], epochs: Collection[bytes]
) -> Select[Case, CaseWrap, CasePart, WorkRow | None, bool]:
    has_mail = exists().where(Mail.case_id == Case.id).correlate(Case)
    return (
        select(Case, CaseWrap, CasePart, Nullable(WorkRow), has_mail)
        .join(CaseWrap, (CaseWrap.case_id == Case.id) & (CaseWrap.wrapped == Wrapped.CASE))
        .join(CasePart, (CasePart.case_id == Case.id) & (CasePart.part == Part.FACETS))
        .outerjoin(WorkRow, WorkRow.case_id == Case.id)
        .where(Case.id.in_(wanted), CaseWrap.epoch_id.in_(epochs))
    )


def _exists(desk: Desk, one: Unlocked) -> bool:
    matter = readers.matter_of(one.facets.answers, one.facets.keep_to, one.work)
    return readers.exists_for(desk.ring.person, matter, one.work)


def _open(desk: Desk, found: _Found) -> tuple[Unlocked, ...]:
    case, wrap, part, row, has_mail = found
    try:
        key = desk.ring.case_key(wrap)
        facets, work = cases.open_both(case, part, row, key)
        if work.open_questions:
            thread = cases.thread_key(desk.session, case.id, key)
            work = heard(work, threads.read(desk.session, case.id, thread))
    except (OpenError, NotHandedOnError):
        return ()
    return (Unlocked(case, key, facets, work, has_mail),)
