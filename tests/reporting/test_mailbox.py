"""A code opens one conversation, to read and to add to, and tells how things stand."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from crypto import receipt
from crypto.envelope import Label, OpenError, Secret, expand
from reporting import intake, mailbox, places, records, threads, withdrawal
from reporting.errors import (
    CodeUnknownError,
    MailboxClosedError,
    MailboxFullError,
    TakenBackError,
    UnansweredError,
)
from reporting.ids import CaseId
from reporting.models import Case, Mail, Mailbox, MessageRow, State
from reporting.runtime import Runtime
from reporting.status import Status
from reporting.threads import Message
from reporting.visits import OpenMailbox
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


def answer(runtime: Runtime, opened: OpenMailbox, text: str, *, asks: bool = False) -> None:
    """Answer as the office does, with the conversation key both sides hold."""
    with runtime.begin() as session:
        entered = mailbox.reenter(session, opened, runtime.clock())
        message = Message(
            from_reporter=False, text=text, sent=runtime.clock(), language="en", asks=asks
        )
        threads.add(session, entered.case.id, entered.thread, message)


def stand(runtime: Runtime, state: State) -> None:
    """Move the only report to a state, as a later version does."""
    with runtime.begin() as session:
        session.scalars(select(Case)).one().state = state


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


def test_the_status_says_when_a_question_waits_for_its_answer(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    write(runtime, opened, "Is anybody there?")
    answer(runtime, opened, "Yes.")
    assert read(runtime, opened).status is Status.RECEIVED
    answer(runtime, opened, "Are you safe?", asks=True)
    answer(runtime, opened, "We wait.")
    assert read(runtime, opened).status is Status.ASKED
    write(runtime, opened, "Thank you.")
    assert read(runtime, opened).status is Status.RECEIVED


def test_a_message_arrives_in_every_state_but_withdrawn_and_erased(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    arriving = [state for state in State if state not in {State.WITHDRAWN, State.ERASED}]
    for state in arriving:
        stand(runtime, state)
        write(runtime, opened, state)
    assert [message.text for message in read(runtime, opened).messages] == arriving
    stand(runtime, State.WITHDRAWN)
    with pytest.raises(TakenBackError):
        write(runtime, opened, "too late")
    stand(runtime, State.ERASED)
    with pytest.raises(CodeUnknownError):
        write(runtime, opened, "far too late")


def test_an_erased_report_is_as_unknown_as_any_though_a_row_of_it_is_left(runtime: Runtime) -> None:
    code = a_sent_report(runtime)
    opened = enter(runtime, code)
    stand(runtime, State.ERASED)
    with pytest.raises(CodeUnknownError):
        enter(runtime, code)
    with pytest.raises(CodeUnknownError):
        read(runtime, opened)


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


def test_the_key_of_a_conversation_is_not_the_key_of_its_messages(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    write(runtime, opened, "hello")
    with runtime.read() as session:
        row = session.scalars(select(MessageRow)).one()
    from_lock = Secret(expand(opened.lock, Label.MESSAGE).reveal())
    with pytest.raises(OpenError):
        records.reopen(from_lock, row.content_sealed, places.message(row.id))


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


def test_a_report_is_kept_for_a_year_after_the_last_word_of_either_side(
    runtime: Runtime, clock: Clock
) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    sent = clock.now
    assert read(runtime, opened).kept_until == sent + timedelta(days=365)
    clock.advance(timedelta(minutes=30))
    answer(runtime, opened, "Yes.")
    assert read(runtime, opened).kept_until == clock.now + timedelta(days=365)


def test_who_writes_while_the_report_is_erased_is_told_as_if_it_had_never_been(
    runtime: Runtime,
) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    told: list[Exception] = []

    def write_meanwhile() -> None:
        try:
            write(runtime, opened, "hello")
        except CodeUnknownError as error:
            told.append(error)

    writer = threading.Thread(target=write_meanwhile)
    with runtime.begin() as session:
        withdrawal.erase(session, CaseId(session.scalars(select(Case.id)).one()), runtime.clock())
        writer.start()
        time.sleep(0.3)  # the writer has found the report, or waits to look for it
    writer.join()
    assert len(told) == 1
