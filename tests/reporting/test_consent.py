"""What a reporter allows is what they signed, all of it, and nothing else."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from crypto import receipt, signing
from crypto.envelope import Label, Secret, expand, make_key
from crypto.padding import pad, unpad
from crypto.signing import Document, Prefix
from crypto.stream import lock, unlock
from forms.choices import CHANGEABLE, CHOICES
from reporting import consent, mailbox, places
from reporting.audit import head
from reporting.audit_rows import AuditRow
from reporting.consent import NOT_GENUINE, Choices, Pen
from reporting.errors import ChoicesAlteredError, MailboxFullError, TakenBackError
from reporting.models import ConsentRow
from reporting.runtime import Runtime
from reporting.visits import OpenMailbox
from tests.builders_mailbox import a_sent_report, choose, enter, read, take_back
from tests.builders_staff import flipped
from tests.conftest import Clock

CASE = bytes(range(16))
NOW = Clock().now
NAMES = [choice.name for choice in CHANGEABLE]


def choices_of(runtime: Runtime, opened: OpenMailbox) -> Choices:
    with runtime.read() as session:
        return mailbox.read_choices(session, opened, runtime.clock())


def rows(runtime: Runtime) -> int:
    with runtime.read() as session:
        return session.scalar(select(func.count()).select_from(ConsentRow)) or 0


def test_what_was_chosen_when_sending_is_the_first_document(runtime: Runtime, clock: Clock) -> None:
    choices = choices_of(runtime, enter(runtime, a_sent_report(runtime)))
    assert choices.is_genuine
    assert choices.answer("c_store") == "yes"
    assert [choices.answer(name) for name in NAMES] == [""] * len(NAMES)
    (document,) = choices.documents
    assert (document.n, document.at) == (0, clock.now)
    assert document.answers["c_store"].language == "en"
    assert len(document.answers["c_store"].wording_sha256) == 64


def test_a_change_is_in_force_at_once_and_the_others_stay(runtime: Runtime, clock: Clock) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    choose(runtime, opened, "c_share.media", "ask")
    clock.advance(timedelta(minutes=2))
    choose(runtime, opened, "c_keep", "3")
    choose(runtime, opened, "c_share.media", "no")
    choices = choices_of(runtime, opened)
    assert (choices.answer("c_share.media"), choices.answer("c_keep")) == ("no", "3")
    assert choices.answer("c_store") == "yes"
    assert [(made.name, made.before, made.after, made.verb) for made in choices.changes] == [
        ("c_share.media", "ask", "no", "consent.revoked"),
        ("c_keep", "", "3", "consent.given"),
        ("c_share.media", "", "ask", "consent.given"),
    ]
    assert choices.changes[-1].at == clock.now - timedelta(minutes=2)
    assert read(runtime, opened).kept_until == clock.now + 3 * timedelta(days=365)


def test_more_than_before_is_a_change_and_the_same_again_is_none(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    for answer in ("ask", "yes", "yes"):
        choose(runtime, opened, "c_public", answer)
    assert choices_of(runtime, opened).changes[0].verb == "consent.changed"
    assert rows(runtime) == 3
    with runtime.read() as session:
        assert head(session).n == session.scalar(select(func.count()).select_from(AuditRow)) == 2


def test_all_documents_have_one_length_in_the_store(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    for choice in CHANGEABLE:
        choose(runtime, opened, choice.name, choice.codes[-1])
    with runtime.read() as session:
        lengths = session.scalars(select(func.length(ConsentRow.content_sealed))).all()
    assert len(lengths) == 1 + len(CHANGEABLE)
    assert len(set(lengths)) == 1


def test_very_many_changes_are_refused_but_for_those_that_allow_less(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    with runtime.begin() as session:
        entered = mailbox.reenter(session, opened, runtime.clock())
        key = expand(entered.thread, Label.MESSAGE)
        session.execute(delete(ConsentRow))
        answers = ["yes" if n % 2 else "ask" for n in range(consent.MOST_DOCUMENTS)]
        for signed in a_history(opened.sign, entered.case.id, answers):
            row = secrets.token_bytes(16)
            box = lock(key, pad(signed, consent.FLOOR_BYTES), places.consent(row))
            session.add(ConsentRow(id=row, case_id=entered.case.id, content_sealed=box))
    with pytest.raises(MailboxFullError):
        choose(runtime, opened, "c_research", "yes")
    choose(runtime, opened, "c_public", "ask")
    choose(runtime, opened, "c_public", "no")
    assert choices_of(runtime, opened).answer("c_public") == "no"


def test_a_report_that_was_taken_back_takes_no_new_choice(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    take_back(runtime, opened)
    with pytest.raises(TakenBackError):
        choose(runtime, opened, "c_stats", "yes")
    with pytest.raises(TakenBackError):
        choices_of(runtime, opened)


@pytest.mark.parametrize("harm", ["altered", "moved", "removed", "copied"])
def test_documents_that_somebody_touched_allow_nothing_and_take_no_other(
    runtime: Runtime, harm: str
) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    choose(runtime, opened, "c_public", "yes")
    other = enter(runtime, a_sent_report(runtime))
    with runtime.begin() as session:
        mine = mailbox.look(session, opened, runtime.clock()).id
        foreign = mailbox.look(session, other, runtime.clock()).id
        row = session.scalars(select(ConsentRow).where(ConsentRow.case_id == mine)).first()
        assert row is not None
        match harm:
            case "altered":
                row.content_sealed = flipped(row.content_sealed)
            case "moved":
                row.case_id = foreign
            case "removed":
                session.execute(delete(ConsentRow).where(ConsentRow.case_id == mine))
            case _:
                box = row.content_sealed
                session.add(ConsentRow(id=bytes(16), case_id=mine, content_sealed=box))
    touched = other if harm == "moved" else opened
    assert choices_of(runtime, touched) == NOT_GENUINE
    with pytest.raises(ChoicesAlteredError):
        choose(runtime, touched, "c_public", "no")


def test_the_team_reads_with_the_public_key_and_whoever_lacks_the_code_writes_nothing(
    runtime: Runtime,
) -> None:
    code = a_sent_report(runtime)
    opened = enter(runtime, code)
    by_code = receipt.derive(receipt.read(code), runtime.desk.pepper)
    public = signing.public_key(by_code.sign)
    with runtime.begin() as session:
        entered = mailbox.reenter(session, opened, runtime.clock())
        case, thread = entered.case.id, entered.thread
        assert consent.read(session, case, thread, public).is_genuine
        # With the thread's key, which the team has, and a signature of their own.
        pen = Pen(case, thread, make_key())
        given = CHOICES["c_public"].given("yes", "en", str)
        with pytest.raises(ChoicesAlteredError):
            consent.change(session, pen, "c_public", given, runtime.clock())
        forged = consent.first(pen, {"c_public": given}, runtime.clock())
        session.execute(delete(ConsentRow))
        session.add(ConsentRow(**forged))
        session.flush()
        assert consent.read(session, case, thread, public) == NOT_GENUINE


def a_history(seed: Secret, case: bytes, answers: Sequence[str]) -> list[bytes]:
    """Return the documents of a report whose writer answered one question again and again."""
    signed: list[bytes] = []
    for n, answer in enumerate(answers):
        document: Document = {
            "n": n,
            "prev": signing.digest(Prefix.CONSENT, signed[-1]).hex() if signed else "",
            "case": case.hex(),
            "at": "2026-11-24T09:30Z",
            "answers": {
                "c_public": {
                    "answer": answer,
                    "wording": "0" * 64,
                    "language": "en",
                    "version": "1",
                }
            },
        }
        signed.append(signing.sign(seed, Prefix.CONSENT, document))
    return signed


SEED = Secret(b"s" * 32)
PUBLIC = signing.public_key(SEED)
ANSWERS = st.lists(st.sampled_from(["no", "ask", "yes"]), min_size=1, max_size=5)
FOREIGN = a_history(Secret(b"f" * 32), CASE, ["yes"] * 5)
ELSEWHERE = a_history(SEED, bytes(16), ["yes"] * 5)


@given(ANSWERS, st.data())
def test_documents_are_read_in_whatever_order_they_come(
    answers: list[str], draw: st.DataObject
) -> None:
    signed = draw.draw(st.permutations(a_history(SEED, CASE, answers)))
    assert consent.judge(signed, CASE, PUBLIC).answer("c_public") == answers[-1]


@given(ANSWERS, ANSWERS, st.data())
def test_no_altered_replayed_forked_or_foreign_document_ever_widens_what_is_allowed(
    answers: list[str], others: list[str], draw: st.DataObject
) -> None:
    history = a_history(SEED, CASE, answers)
    fork = a_history(SEED, CASE, [*answers[:-1], *others])
    strange = [*history, *fork, *FOREIGN, *ELSEWHERE, b"", bytes(64), b"x" * 200]
    shown = draw.draw(st.lists(st.sampled_from(strange), max_size=8))
    is_harmed = draw.draw(st.booleans())
    if shown and is_harmed:
        harmed = bytearray(shown[-1] or b"\0")
        harmed[draw.draw(st.integers(0, len(harmed) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
        shown[-1] = bytes(harmed)
    judged = consent.judge(shown, CASE, PUBLIC)
    if not judged.is_genuine:
        assert judged == NOT_GENUINE
        assert judged.answer("c_public") == ""
        return
    # What is believed is one unbroken history that the code signed, from its beginning.
    assert sorted(shown) in [sorted(whole[: len(shown)]) for whole in (history, fork)]


@pytest.mark.parametrize(
    "changed",
    [
        {"n": 1},
        {"n": "0"},
        {"prev": "0" * 64},
        {"case": bytes(16).hex()},
        {"at": "yesterday"},
        {"at": 5},
        {"answers": []},
        {"answers": {"c_public": "yes"}},
        {"answers": {"c_public": {"answer": "yes"}}},
    ],
    ids=str,
)
def test_a_well_signed_document_of_another_shape_is_refused(changed: Document) -> None:
    (signed,) = a_history(SEED, CASE, ["yes"])
    document = {**signing.read(PUBLIC, Prefix.CONSENT, signed), **changed}
    resigned = signing.sign(SEED, Prefix.CONSENT, document)
    assert consent.judge([resigned], CASE, PUBLIC) == NOT_GENUINE


@pytest.mark.parametrize(("answer", "read_as"), [("yes", "yes"), ("always", ""), ("YES", "")])
def test_an_answer_that_is_not_understood_is_not_granted(answer: str, read_as: str) -> None:
    judged = consent.judge(a_history(SEED, CASE, [answer]), CASE, PUBLIC)
    assert judged.is_genuine
    assert judged.answer("c_public") == read_as
    assert judged.answer("c_stats") == ""


def test_what_is_stored_is_the_signed_document_and_shows_nothing(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    with runtime.begin() as session:
        entered = mailbox.reenter(session, opened, runtime.clock())
        row = session.scalars(select(ConsentRow)).one()
    key = expand(entered.thread, Label.MESSAGE)
    signed = unpad(unlock(key, row.content_sealed, places.consent(row.id)))
    public = signing.public_key(opened.sign)
    assert signing.read(public, Prefix.CONSENT, signed)["case"] == entered.case.id.hex()
    assert "yes" not in repr(consent.judge([signed], entered.case.id, public))
