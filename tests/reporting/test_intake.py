"""A report is sealed once, stored whole or not at all, and unreadable to whoever stored it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crypto import custody, receipt
from crypto.envelope import Label, OpenError, Secret, expand, make_key
from crypto.roles import Group
from crypto.stream import unlock
from reporting import drafts, intake, places, records
from reporting.errors import DraftChangedError, VisitGoneError
from reporting.models import Case, CasePart, CaseWrap, Mailbox, Part, Wrapped
from reporting.runtime import Runtime
from reporting.visit_keys import VisitKeys, keys_from
from tests.builders import Seeds, a_report
from tests.conftest import Clock


def begun(runtime: Runtime) -> VisitKeys:
    keys = keys_from(make_key())
    with runtime.begin() as session:
        drafts.keep_page(session, keys, "q", {"story": ("typed",)}, runtime.clock())
    return keys


def send(runtime: Runtime, keys: VisitKeys) -> None:
    sealed = intake.prepare(a_report(), runtime.desk, runtime.clock())
    with runtime.begin() as session:
        intake.submit(session, keys, sealed, runtime.clock())


def stored(runtime: Runtime) -> Case:
    with runtime.read() as session:
        return session.scalars(select(Case)).one()


def case_key(runtime: Runtime, seeds: Seeds, wrapped: Wrapped, group: Group) -> Secret:
    with runtime.read() as session:
        row = session.scalars(select(CaseWrap).where(CaseWrap.wrapped == wrapped)).one()
    place = places.wrap(row.case_id, wrapped, group)
    return custody.open_sealed(seeds.by_group[group], row.key_sealed, place)


def opened_part(runtime: Runtime, key: Secret, part: Part) -> records.Record:
    with runtime.read() as session:
        row = session.scalars(select(CasePart).where(CasePart.part == part)).one()
    place = places.part(row.case_id, part, row.rev)
    return records.reopen(expand(key, intake.LABELS[part]), row.content_sealed, place)


def test_the_intake_group_opens_answers_and_own_words(runtime: Runtime, seeds: Seeds) -> None:
    send(runtime, begun(runtime))
    key = case_key(runtime, seeds, Wrapped.CASE, Group.INTAKE)
    facets = opened_part(runtime, key, Part.FACETS)
    assert opened_part(runtime, key, Part.STORY) == {"text": a_report().story}
    assert (facets["kinds"], facets["received"]) == (["threat"], "2026-11-24T09:30Z")
    assert records.text(records.child(records.child(facets, "consents"), "c_store"), "wording") == (
        a_report().consents["c_store"].wording_sha256
    )


def test_only_casework_opens_the_contact_part(runtime: Runtime, seeds: Seeds) -> None:
    send(runtime, begun(runtime))
    contact = case_key(runtime, seeds, Wrapped.CONTACT, Group.CASEWORK)
    assert opened_part(runtime, contact, Part.CONTACT) == {"page_language": "en", "answers": {}}
    report = case_key(runtime, seeds, Wrapped.CASE, Group.INTAKE)
    with pytest.raises(OpenError):
        opened_part(runtime, report, Part.CONTACT)


@pytest.mark.parametrize("group", [Group.CASEWORK, Group.AUDIT])
def test_no_other_group_opens_a_new_report(runtime: Runtime, seeds: Seeds, group: Group) -> None:
    send(runtime, begun(runtime))
    with runtime.read() as session:
        row = session.scalars(select(CaseWrap).where(CaseWrap.wrapped == Wrapped.CASE)).one()
    place = places.wrap(row.case_id, Wrapped.CASE, Group.INTAKE)
    with pytest.raises(OpenError):
        custody.open_sealed(seeds.by_group[group], row.key_sealed, place)


def test_a_part_moved_to_another_report_stays_closed(runtime: Runtime, seeds: Seeds) -> None:
    send(runtime, begun(runtime))
    key = case_key(runtime, seeds, Wrapped.CASE, Group.INTAKE)
    with runtime.read() as session:
        row = session.scalars(select(CasePart).where(CasePart.part == Part.STORY)).one()
    elsewhere = places.part(bytes(16), Part.STORY, row.rev)
    with pytest.raises(OpenError):
        records.reopen(expand(key, Label.STORY), row.content_sealed, elsewhere)


def test_code_and_team_open_the_same_conversation_key(runtime: Runtime, seeds: Seeds) -> None:
    keys = begun(runtime)
    send(runtime, keys)
    with runtime.read() as session:
        row = session.scalars(select(Mailbox)).one()
        code = receipt.read(drafts.find(session, keys, runtime.clock()).receipt)
    by_code = receipt.derive(code, runtime.desk.pepper)
    for_team = expand(case_key(runtime, seeds, Wrapped.CASE, Group.INTAKE), Label.THREAD)
    assert row.lookup == by_code.lookup
    assert unlock(
        by_code.lock, row.receipt_lock_sealed, places.receipt_lock(row.case_id)
    ) == unlock(for_team, row.case_lock_sealed, places.case_lock(row.case_id))


def test_in_clear_stand_level_state_and_week_only(runtime: Runtime) -> None:
    send(runtime, begun(runtime))
    row = stored(runtime)
    assert (row.state, row.level, row.received_week, row.rev) == ("received", 0, 202648, 0)


def test_equal_sized_buckets_hide_whether_somebody_wrote_little_or_nothing(
    runtime: Runtime,
) -> None:
    for story in ("", "a few words", "x" * 1500):
        sealed = intake.prepare(a_report(story), runtime.desk, runtime.clock())
        with runtime.begin() as session:
            intake.store(session, sealed)
    with runtime.read() as session:
        lengths = session.scalars(
            select(func.length(CasePart.content_sealed)).where(CasePart.part == Part.STORY)
        ).all()
    assert len(set(lengths)) == 1


def test_what_was_typed_leaves_the_draft_in_the_commit_that_stores_the_report(
    runtime: Runtime,
) -> None:
    keys = begun(runtime)
    send(runtime, keys)
    with runtime.read() as session:
        visit = drafts.find(session, keys, runtime.clock())
    assert not visit.fields
    assert receipt.read(visit.receipt).digits == visit.receipt


def test_one_draft_sent_three_times_at_once_gives_one_report_and_one_code(
    runtime: Runtime,
) -> None:
    keys = begun(runtime)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _number: send(runtime, keys), range(3)))
    stored(runtime)
    with runtime.read() as session:
        code = drafts.find(session, keys, runtime.clock()).receipt
    send(runtime, keys)
    with runtime.read() as session:
        assert drafts.find(session, keys, runtime.clock()).receipt == code
        assert session.scalar(select(func.count()).select_from(Mailbox)) == 1


def test_a_draft_that_expired_is_not_sent(runtime: Runtime, clock: Clock) -> None:
    keys = begun(runtime)
    clock.advance(timedelta(days=2))
    with pytest.raises(VisitGoneError):
        send(runtime, keys)
    with runtime.read() as session:
        assert not session.scalars(select(Case)).all()


def test_the_code_can_be_read_for_a_day_after_sending(runtime: Runtime, clock: Clock) -> None:
    keys = begun(runtime)
    clock.advance(timedelta(hours=23))
    send(runtime, keys)
    clock.advance(timedelta(hours=23))
    with runtime.read() as session:
        assert drafts.find(session, keys, clock.now).receipt


def test_a_report_sealed_from_older_words_is_not_stored_and_the_newer_words_stay(
    runtime: Runtime,
) -> None:
    keys = begun(runtime)
    with runtime.read() as session:
        rev = drafts.find(session, keys, runtime.clock()).rev
    sealed = intake.prepare(a_report(), runtime.desk, runtime.clock(), rev)
    newer = {"story": ("typed, and then more",)}
    with runtime.begin() as session:
        drafts.keep_page(session, keys, "q", newer, runtime.clock())
    with pytest.raises(DraftChangedError), runtime.begin() as session:
        intake.submit(session, keys, sealed, runtime.clock())
    with runtime.read() as session:
        assert drafts.find(session, keys, runtime.clock()).fields == {"q": newer}
        assert not session.scalars(select(Case)).all()
