"""A code opens one conversation, to read, to add to, or to take the whole report back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from crypto import receipt
from crypto.envelope import Label, OpenError, Secret, expand
from reporting import audit, intake, mailbox, places, records, threads
from reporting.database import Base
from reporting.drafts import OpenMailbox
from reporting.errors import (
    CodeUnknownError,
    MailboxClosedError,
    MailboxFullError,
    UnansweredError,
)
from reporting.mailbox import Status
from reporting.models import AuditRow, Case, Mail, Mailbox, MessageRow
from reporting.runtime import Runtime
from reporting.threads import Message
from tests.builders import a_report
from tests.conftest import Clock


def a_sent_report(runtime: Runtime) -> str:
    sealed = intake.prepare(a_report(), runtime.desk, runtime.clock())
    with runtime.begin() as session:
        intake.store(session, sealed)
    return sealed.receipt.digits


def enter(runtime: Runtime, code: str) -> OpenMailbox:
    with runtime.read() as session:
        until = runtime.clock() + timedelta(hours=1)
        return mailbox.enter(session, code, runtime.desk.pepper, until)


def write(runtime: Runtime, opened: OpenMailbox, text: str) -> None:
    with runtime.begin() as session:
        mailbox.write(session, opened, text, "en", runtime.clock())


def read(runtime: Runtime, opened: OpenMailbox) -> mailbox.Thread:
    with runtime.read() as session:
        return mailbox.read_thread(session, opened, runtime.clock())


def withdraw(runtime: Runtime, opened: OpenMailbox) -> None:
    with runtime.begin() as session:
        mailbox.withdraw(session, opened, runtime.journal, runtime.clock())


def answer(runtime: Runtime, opened: OpenMailbox, text: str) -> None:
    """Answer as the office does, with the conversation key both sides hold."""
    with runtime.begin() as session:
        row = session.scalars(select(Mailbox)).one()
        thread = mailbox._open_thread(row, opened.lock)[1]  # noqa: SLF001 - stands in for staff
        message = Message(from_reporter=False, text=text, sent=runtime.clock(), language="en")
        threads.add(session, row.case_id, thread, message)


def test_a_code_opens_its_mailbox_however_it_is_written(runtime: Runtime) -> None:
    code = a_sent_report(runtime)
    spaced = " - ".join(code[at : at + 4] for at in range(0, 32, 4))
    assert read(runtime, enter(runtime, spaced)).status is Status.RECEIVED


def test_messages_come_back_in_the_order_they_were_written(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    for number in range(12):
        write(runtime, opened, f"message {number}")
    texts = [message.text for message in read(runtime, opened).messages]
    assert texts == [f"message {number}" for number in range(12)]


def test_the_status_says_when_an_answer_waits(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    write(runtime, opened, "Is anybody there?")
    answer(runtime, opened, "Yes.")
    assert read(runtime, opened).status is Status.ANSWERED
    write(runtime, opened, "Thank you.")
    assert read(runtime, opened).status is Status.RECEIVED


def test_writing_marks_the_report_as_having_mail_once(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    write(runtime, opened, "one")
    write(runtime, opened, "two")
    with runtime.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 1


def test_a_code_that_never_existed_is_unknown(runtime: Runtime) -> None:
    with pytest.raises(CodeUnknownError):
        enter(runtime, receipt.make().digits)


@pytest.mark.parametrize("typed", ["", "1" * 31, "x", "1" * 32, "1" * 300])
def test_what_cannot_be_a_code_is_as_unknown_as_any_though_no_page_stopped_it(
    runtime: Runtime, typed: str
) -> None:
    with pytest.raises(CodeUnknownError):
        enter(runtime, typed)


def test_a_swapped_lock_opens_no_foreign_conversation(runtime: Runtime) -> None:
    code = a_sent_report(runtime)
    a_sent_report(runtime)
    with runtime.begin() as session:
        first, second = session.scalars(select(Mailbox)).all()
        boxes = {
            first.case_id: second.receipt_lock_sealed,
            second.case_id: first.receipt_lock_sealed,
        }
        for case, box in boxes.items():
            session.execute(
                update(Mailbox).where(Mailbox.case_id == case).values(receipt_lock_sealed=box)
            )
    with pytest.raises(CodeUnknownError):
        enter(runtime, code)


def test_a_message_moved_into_another_conversation_is_refused(runtime: Runtime) -> None:
    mine = enter(runtime, a_sent_report(runtime))
    other = enter(runtime, a_sent_report(runtime))
    write(runtime, other, "for somebody else")
    with runtime.begin() as session:
        row = session.scalars(select(MessageRow)).one()
        owner = session.scalars(select(Mailbox).where(Mailbox.lookup == mine.lookup)).one()
        row.case_id = owner.case_id
    with pytest.raises(OpenError):
        read(runtime, mine)


def test_an_opened_mailbox_closes_when_its_time_is_over(runtime: Runtime, clock: Clock) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    clock.advance(timedelta(hours=1))
    with pytest.raises(MailboxClosedError):
        read(runtime, opened)
    with pytest.raises(MailboxClosedError):
        write(runtime, opened, "too late")


def test_a_conversation_has_an_end_so_that_one_code_cannot_fill_the_store(
    runtime: Runtime,
) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    write(runtime, opened, "first")
    with runtime.begin() as session:
        row = session.scalars(select(MessageRow)).one()
        session.add_all(
            MessageRow(id=number.to_bytes(16, "big"), case_id=row.case_id, content_sealed=b"")
            for number in range(threads.MOST_MESSAGES - 1)
        )
    with pytest.raises(MailboxFullError):
        write(runtime, opened, "one too many")


def test_taking_a_report_back_leaves_no_row_of_it(runtime: Runtime) -> None:
    code = a_sent_report(runtime)
    opened = enter(runtime, code)
    write(runtime, opened, "more")
    withdraw(runtime, opened)
    left = {"epoch", "audit_event", "audit_segment"}
    with runtime.read() as session:
        for table in Base.metadata.sorted_tables:
            count = session.scalar(select(func.count()).select_from(table))
            assert (count == 0) is (table.name not in left), table.name
    with pytest.raises(CodeUnknownError):
        enter(runtime, code)


def test_after_taking_back_an_open_mailbox_is_as_unknown_as_any(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    withdraw(runtime, opened)
    with pytest.raises(CodeUnknownError):
        read(runtime, opened)
    with pytest.raises(CodeUnknownError):
        write(runtime, opened, "hello?")
    with pytest.raises(CodeUnknownError):
        withdraw(runtime, opened)


def test_taking_back_is_written_into_the_log_in_the_same_commit(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    with pytest.raises(ZeroDivisionError), runtime.begin() as session:
        mailbox.withdraw(session, opened, runtime.journal, runtime.clock())
        raise ZeroDivisionError
    with runtime.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert session.scalar(select(func.count()).select_from(AuditRow)) == 0
    withdraw(runtime, opened)
    with runtime.read() as session:
        assert audit.head(session).n == 1


def test_another_report_is_untouched_when_one_is_taken_back(runtime: Runtime) -> None:
    withdraw(runtime, enter(runtime, a_sent_report(runtime)))
    code = a_sent_report(runtime)
    other = enter(runtime, a_sent_report(runtime))
    write(runtime, enter(runtime, code), "still here")
    withdraw(runtime, other)
    assert [message.text for message in read(runtime, enter(runtime, code)).messages] == [
        "still here"
    ]


def test_the_key_of_a_conversation_is_not_the_key_of_its_messages(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    write(runtime, opened, "hello")
    with runtime.read() as session:
        row = session.scalars(select(MessageRow)).one()
    from_lock = Secret(expand(opened.lock, Label.MESSAGE).reveal())
    with pytest.raises(OpenError):
        records.reopen(from_lock, row.content_sealed, places.message(row.id))


def test_a_report_taken_back_while_somebody_writes_to_it_ends_without_a_trace_or_a_quarrel(
    runtime: Runtime,
) -> None:
    for _ in range(10):
        opened = enter(runtime, a_sent_report(runtime))

        def do(act: Callable[[Runtime, OpenMailbox], None], opened: OpenMailbox = opened) -> str:
            try:
                act(runtime, opened)
            except CodeUnknownError:
                return "too late"
            return "done"

        with ThreadPoolExecutor(4) as pool:
            writing = [pool.submit(do, lambda run, box: write(run, box, "hello")) for _ in range(2)]
            taking = [pool.submit(do, withdraw) for _ in range(2)]
        assert {future.result() for future in writing} <= {"done", "too late"}
        assert sorted(future.result() for future in taking) == ["done", "too late"]
    with runtime.read() as session:
        assert session.scalar(select(func.count()).select_from(MessageRow)) == 0


def test_a_reporter_can_write_so_much_before_the_office_answers_and_then_on(
    runtime: Runtime,
) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    for number in range(threads.MOST_UNANSWERED):
        write(runtime, opened, f"message {number}")
    with pytest.raises(UnansweredError):
        write(runtime, opened, "one too many")
    answer(runtime, opened, "We are here.")
    write(runtime, opened, "Thank you.")
    assert len(read(runtime, opened).messages) == threads.MOST_UNANSWERED + 2


@pytest.mark.parametrize(
    ("count", "before", "shown", "older", "is_newest"),
    [
        (0, 500, "", 0, True),
        (3, 500, "0 1 2", 0, True),
        (20, 500, " ".join(map(str, range(20))), 0, True),
        (21, 500, " ".join(map(str, range(1, 21))), 1, True),
        (21, 1, "0", 0, False),
        (45, 25, " ".join(map(str, range(5, 25))), 5, False),
    ],
)
def test_a_conversation_is_shown_twenty_messages_at_a_time(
    count: int, before: int, shown: str, older: int, is_newest: bool
) -> None:
    conversation = tuple(
        Message(from_reporter=True, text=str(number), sent=Clock().now, language="en")
        for number in range(count)
    )
    excerpt = threads.excerpt(conversation, before)
    assert " ".join(message.text for message in excerpt.messages) == shown
    assert (excerpt.older, excerpt.is_newest) == (older, is_newest)


def test_a_mailbox_knows_its_own_code_from_another(runtime: Runtime) -> None:
    mine, other = a_sent_report(runtime), a_sent_report(runtime)
    opened = enter(runtime, mine)
    assert mailbox.is_code_of(opened, mine, runtime.desk.pepper)
    assert not mailbox.is_code_of(opened, other, runtime.desk.pepper)
