"""The log is one chain; a change and its row commit together or not at all."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from crypto import acts, chain, custody, roster
from crypto.chain import Link
from crypto.envelope import Secret
from crypto.padding import unpad
from crypto.roles import Group, Role
from crypto.stream import unlock
from reporting import audit, office, places, records
from reporting.audit import Event
from reporting.audit_rows import AuditRow, AuditSegment
from reporting.models import Mail
from reporting.office_rows import Epoch
from reporting.runtime import Runtime
from tests.builders import FOUNDED, Manager, Seeds
from tests.builders_staff import enrolled
from tests.conftest import Clock

LOOKED = Event(actor="aa", role="intake", verb="case.opened", subject=b"s" * 16, fields=("story",))


def append(runtime: Runtime, event: Event = LOOKED) -> None:
    with runtime.begin() as session:
        audit.append(session, runtime.journal, event, runtime.clock())


def links(runtime: Runtime) -> list[Link]:
    with runtime.read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.n)).all()
    return [
        Link(row.n, row.week, row.segment_id, row.commitment, row.prev, row.hash) for row in rows
    ]


def test_the_log_is_empty_at_first(runtime: Runtime) -> None:
    with runtime.read() as session:
        assert audit.head(session) == chain.GENESIS


def test_rows_form_one_chain(runtime: Runtime) -> None:
    for _ in range(3):
        append(runtime)
    with runtime.read() as session:
        assert chain.verify(links(runtime), chain.GENESIS) == audit.head(session)


def test_rows_written_at_the_same_time_still_form_one_chain(runtime: Runtime) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: append(runtime), range(24)))
    assert chain.verify(links(runtime), chain.GENESIS).n == 24


def test_only_auditors_read_what_a_row_says(runtime: Runtime, seeds: Seeds) -> None:
    append(runtime)
    with runtime.read() as session:
        row = session.scalars(select(AuditRow)).one()
        segment = session.scalars(select(AuditSegment)).one()
    key = custody.open_sealed(
        seeds.by_group[Group.AUDIT], segment.key_sealed, places.segment(segment.id)
    )
    assert row.detail_sealed is not None
    place = places.audit_detail(segment.id, row.n)
    opened = unpad(unlock(key, row.detail_sealed, place))
    salt, detail = Secret(opened[: audit.SALT_BYTES]), opened[audit.SALT_BYTES :]
    assert chain.commit(salt, detail) == row.commitment
    assert records.decode(detail) == {
        "at": "2026-11-24T09:30Z",
        "actor": "aa",
        "role": "intake",
        "verb": "case.opened",
        "subject": (b"s" * 16).hex(),
        "rule": "",
        "fields": ["story"],
        "count": None,
    }


def test_a_change_that_fails_takes_its_row_with_it(runtime: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), runtime.begin() as session:
        audit.append(session, runtime.journal, LOOKED, runtime.clock())
        raise ZeroDivisionError
    append(runtime)
    assert chain.verify(links(runtime), chain.GENESIS).n == 1


def test_if_the_row_cannot_be_written_the_change_does_not_happen(runtime: Runtime) -> None:
    append(runtime)
    row = links(runtime)[0]
    with pytest.raises(DBAPIError), runtime.begin() as session:
        session.execute(insert(Epoch).values(id=bytes(16), group=Group.AUDIT))
        audit.append(session, runtime.journal, LOOKED, runtime.clock())
        session.execute(insert(AuditRow).values(n=row.n, week=row.week))
    with runtime.read() as session:
        assert session.get(Epoch, bytes(16)) is None


def test_a_week_has_its_own_segment_key(runtime: Runtime, clock: Clock) -> None:
    append(runtime)
    append(runtime)
    clock.advance(timedelta(days=7))
    append(runtime)
    with runtime.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditSegment)) == 2
    assert [link.week for link in links(runtime)] == [202648, 202648, 202649]


def test_a_new_key_of_the_auditors_begins_a_new_segment(runtime: Runtime, seeds: Seeds) -> None:
    append(runtime)
    epoch = let_an_auditor_make_the_next_key(runtime, seeds)
    append(runtime)
    with runtime.read() as session:
        runtime.office.follow(session)
    append(runtime)
    append(runtime)
    before = seeds.epochs[Group.AUDIT]
    with runtime.read() as session:
        sealed_to = {row.id: row.epoch_id for row in session.scalars(select(AuditSegment))}
    assert [sealed_to[link.segment] for link in links(runtime)] == [before, before, epoch, epoch]
    assert len(sealed_to) == 2


def let_an_auditor_make_the_next_key(runtime: Runtime, seeds: Seeds) -> bytes:
    auditor = Manager.make()
    person = replace(auditor.listed, roles=frozenset({Role.AUDITOR}), is_manager=False)
    public_key = custody.public_key(custody.make_seed())
    act = acts.Epoch(FOUNDED, secrets.token_bytes(16), Group.AUDIT, public_key)
    with runtime.begin() as session:
        grown = enrolled(session, runtime.office.follow(session), seeds, person)
        office.append(session, grown, roster.propose(grown, act, auditor.signing_seed))
        session.add(Epoch(id=act.id, group=act.group))
    return act.id


def test_the_database_itself_refuses_to_delete_or_rewrite_a_row(runtime: Runtime) -> None:
    append(runtime)
    for statement in (
        delete(AuditRow),
        update(AuditRow).values(week=202601),
        update(AuditRow).values(detail_sealed=b"another story"),
        update(AuditRow).values(detail_sealed=None),
    ):
        with pytest.raises(DBAPIError), runtime.begin() as session:
            session.execute(statement)
    assert chain.verify(links(runtime), chain.GENESIS).n == 1


def test_a_row_is_not_replaced_either(runtime: Runtime) -> None:
    append(runtime)
    with runtime.read() as session:
        row = session.execute(select(AuditRow.__table__)).one()._asdict()
    replaced = insert(AuditRow).values({**row, "week": 202601})
    if runtime.database.engine.dialect.name == "sqlite":
        replaced = replaced.prefix_with("OR REPLACE")
    with pytest.raises(DBAPIError), runtime.begin() as session:
        session.execute(replaced)


def test_a_foreign_row_at_the_end_does_not_pass(runtime: Runtime) -> None:
    append(runtime)
    first = links(runtime)[0]
    with runtime.begin() as session:
        session.execute(
            insert(AuditRow).values(
                n=2,
                week=first.week,
                segment_id=first.segment,
                commitment=bytes(32),
                detail_sealed=None,
                prev=first.hash,
                hash=bytes(32),
            )
        )
    with pytest.raises(chain.ChainBrokenError):
        chain.verify(links(runtime), chain.GENESIS)


def test_mail_marks_need_a_report(runtime: Runtime) -> None:
    with pytest.raises(DBAPIError), runtime.begin() as session:
        session.add(Mail(case_id=bytes(16)))
