"""Work records: how the work on a report is written under its key, and read back."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final, TypeVar

from admin import (
    contact_asks,
    counted,
    drafts,
    emergencies,
    grades,
    handed,
    hold_asks,
    interpreters,
    link_records,
    recodings,
    whole_records,
)
from admin import fact_records as facts
from admin import planned_records as planned
from admin.grades import NO_GRADES, Grades
from admin.interpreters import Lent
from admin.skips import Skip, SkipReason
from admin.work import Asked, Last, Prepared, Work
from crypto.envelope import Label, Secret, expand, opening
from reporting import places, records
from reporting.case_rows import WorkRow
from reporting.models import State
from reporting.records import Record

T = TypeVar("T")
FLOOR_BYTES: Final = 2048


def close(case: bytes, rev: int, key: Secret, work: Work) -> bytes:
    """Lock the work on a report under its key."""
    place = places.work(case, rev)
    return records.close(expand(key, Label.WORK), written(work), place, FLOOR_BYTES)


def reopen(row: WorkRow, key: Secret) -> Work:
    """Unlock the work on a report. Raises OpenError."""
    place = places.work(row.case_id, row.rev)
    return read(records.reopen(expand(key, Label.WORK), row.content_sealed, place))


def written(work: Work) -> Record:
    """Return the work on a report as a record."""
    return {
        "state": work.state,
        "since": facts.seconds(work.since),
        "received": facts.seconds(work.received),
        "triage": facts.triage_written(work.triage),
        "deeds": [facts.deed_written(deed) for deed in work.deeds],
        "owner": work.owner.hex(),
        "earlier_owners": sorted(owner.hex() for owner in work.earlier_owners),
        "countersigns": [facts.countersign_written(sign) for sign in work.countersigns],
        "second_look": facts.maybe(facts.look_written, work.second_look),
        "escalated_at": facts.maybe(facts.seconds, work.escalated_at),
        "questions": [_asked(asked) for asked in work.questions],
        "proposal": facts.maybe(facts.proposal_written, work.proposal),
        "closing": facts.closing_written(work.closing),
        "prepared": facts.maybe(prepared_written, work.prepared),
        "reason": work.reason,
        "handover": facts.handover_written(work.handover),
        "next_check": facts.maybe(date.isoformat, work.next_check),
        "term": facts.maybe(facts.term_written, work.term),
        "unmasked_by": sorted(member.hex() for member in work.unmasked_by),
        "skips": [{"by": skip.by.hex(), "why": skip.why} for skip in work.skips],
        "items": list(work.items),
        "contact_shredded": work.contact_shredded,
        "hold_asked": facts.maybe(hold_asks.written, work.hold_asked),
        "links": link_records.written(work.links),
        "contact_asks": [contact_asks.written(ask) for ask in work.contact_asks],
        "drafts": [drafts.written(draft) for draft in work.drafts],
        "emergencies": [emergencies.written(one) for one in work.emergencies],
        "touched": facts.maybe(facts.deed_written, work.touched),
        "last": facts.maybe(_last, work.last),
        "tasks": [planned.task_written(task) for task in work.tasks],
        "flags": sorted(work.flags),
        "kept": facts.maybe(planned.kept_written, work.kept),
        "handed": facts.maybe(handed.written, work.handed),
        **grades_written(work.grades),
        **whole_records.written(work.cast, work.unknowns),
        **_lent_written(work.lent),
        **counted.written(work.main, work.counted),
        **recodings.written(work.recodings),
        **_answered_written(work),
    }


def read(record: Record) -> Work:
    """Return the work that a record holds. Raises OpenError for any other record."""
    with opening():
        found = Work(
            state=State(records.text(record, "state")),
            since=facts.moment(records.number(record, "since")),
            received=facts.moment(records.number(record, "received")),
            triage=facts.read_triage(records.child(record, "triage")),
            deeds=_each(record, "deeds", facts.read_deed),
            owner=records.row(record, "owner"),
            earlier_owners=frozenset(map(bytes.fromhex, records.texts(record, "earlier_owners"))),
            countersigns=_each(record, "countersigns", facts.read_countersign),
            second_look=facts.one(_each(record, "second_look", facts.read_look)),
            escalated_at=facts.one(facts.moments(record, "escalated_at")),
            questions=_each(record, "questions", _read_asked),
            proposal=facts.one(_each(record, "proposal", facts.read_proposal)),
            closing=facts.read_closing(records.child(record, "closing")),
            prepared=facts.one(_each(record, "prepared", _read_prepared)),
            reason=records.text(record, "reason"),
            handover=facts.read_handover(records.child(record, "handover")),
            next_check=facts.one(facts.days(record, "next_check")),
            term=facts.one(_each(record, "term", facts.read_term)),
            unmasked_by=frozenset(map(bytes.fromhex, records.texts(record, "unmasked_by"))),
            skips=_each(record, "skips", _read_skip),
            items=records.texts(record, "items"),
            contact_shredded=records.truth(record, "contact_shredded"),
            hold_asked=facts.one(_each(record, "hold_asked", hold_asks.read)),
            links=link_records.read(records.child(record, "links")),
            contact_asks=_each(record, "contact_asks", contact_asks.read),
            drafts=_each(record, "drafts", drafts.read),
            emergencies=_each(record, "emergencies", emergencies.read),
            touched=facts.one(_each(record, "touched", facts.read_deed)),
            last=facts.one(_each(record, "last", _read_last)),
            tasks=_each(record, "tasks", planned.read_task),
            flags=planned.read_flags(record),
            kept=facts.one(_each(record, "kept", planned.read_kept)),
            handed=facts.one(_each(record, "handed", handed.read)),
            grades=_read_grades(record),
            cast=whole_records.read_cast(record),
            unknowns=whole_records.read_unknowns(record),
            lent=_each(record, "lent", interpreters.read) if "lent" in record else (),
            main=counted.read_main(record),
            counted=counted.read_counted(record),
            recodings=recodings.read(record),
            answered=_moment(record, "answered"),
            wants_answer="wants_no_answer" not in record,
        )
    records.require_same(record, written(found))
    return found


def prepared_written(message: Prepared) -> Record:
    """Return a message that is ready as a record."""
    return {
        "language": message.language,
        "text": message.text,
        "code": message.code,
        "written_by": message.written_by.hex(),
        "read_by": message.read_by.hex(),
    }


def grades_written(found: Grades) -> Record:
    """Return the part of a record with the grades: nothing, as ever, where nobody gave one."""
    return {} if found == NO_GRADES else {"grades": grades.written(found)}


# ---------------------------------------------------------------- writing


def _lent_written(found: tuple[Lent, ...]) -> Record:
    """Return the part of a record with what was lent: nothing, as ever, where nothing was."""
    return {"lent": [interpreters.written(one) for one in found]} if found else {}


def _answered_written(work: Work) -> Record:
    """Return the part of a record with whether its reporter was answered: nothing before that."""
    wants: Record = {} if work.wants_answer else {"wants_no_answer": True}
    return wants if work.answered is None else {**wants, "answered": facts.seconds(work.answered)}


def _asked(asked: Asked) -> Record:
    answered = facts.maybe(facts.seconds, asked.answered)
    # Nothing, as ever, where the reporter answered soon.
    since = {"again": asked.again, "left": asked.left}
    later: Record = {name: facts.seconds(at) for name, at in since.items() if at is not None}
    return {"by": asked.by.hex(), "at": facts.seconds(asked.at), "answered": answered, **later}


def _last(last: Last) -> Record:
    return {
        "name": last.name,
        "role": last.role,
        "to": last.to,
        "by": last.by.hex(),
        "at": facts.seconds(last.at),
        "rev": last.rev,
        "before": last.before,
        "message": last.message.hex(),
    }


# ---------------------------------------------------------------- reading


def _each(record: Record, name: str, read_one: Callable[[Record], T]) -> tuple[T, ...]:
    return tuple(read_one(each) for each in records.children(record, name))


def _read_grades(record: Record) -> Grades:
    return grades.read(records.child(record, "grades")) if "grades" in record else NO_GRADES


def _read_asked(record: Record) -> Asked:
    return Asked(
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        answered=facts.one(facts.moments(record, "answered")),
        again=_moment(record, "again"),
        left=_moment(record, "left"),
    )


def _moment(record: Record, name: str) -> datetime | None:
    return facts.moment(records.number(record, name)) if name in record else None


def _read_prepared(record: Record) -> Prepared:
    return Prepared(
        language=records.text(record, "language"),
        text=records.text(record, "text"),
        code=records.text(record, "code"),
        written_by=records.row(record, "written_by"),
        read_by=records.row(record, "read_by"),
    )


def _read_skip(record: Record) -> Skip:
    return Skip(records.row(record, "by"), SkipReason(records.text(record, "why")))


def _read_last(record: Record) -> Last:
    return Last(
        name=records.text(record, "name"),
        role=records.text(record, "role"),
        to=State(records.text(record, "to")),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        rev=records.number(record, "rev"),
        before=records.child(record, "before"),
        message=records.row(record, "message"),
    )
