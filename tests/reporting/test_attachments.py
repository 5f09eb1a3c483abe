"""A file comes back byte for byte to whom it belongs, and to nobody once it was altered."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from crypto.envelope import OpenError, make_key
from forms.evidence import NAME_BYTES
from reporting import attachments
from reporting.attachments import MOST_PIECES
from reporting.database import Base, Scrubbed
from reporting.errors import DraftChangedError, FileGoneError
from reporting.file_rows import FileRow
from reporting.ids import FileId
from reporting.runtime import Runtime
from reporting.uploads import Incoming
from tests.builders_files import (
    MEBIBYTE,
    PHOTO,
    THREE_PIECES,
    a_case,
    a_desk,
    a_draft,
    a_file,
    content,
    files_of,
    find,
    move,
    of_draft,
    pieces_of,
    put,
    some_bytes,
    take_in,
)
from tests.conftest import Clock

SIZES = (1, *(16_384 + n for n in (-1, 0, 1)), *(MEBIBYTE + n for n in (-1, 0, 1)), 5_000_000)


def everything(runtime: Runtime) -> Iterator[object]:
    """Yield every value of every table."""
    with runtime.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                yield from row


def test_a_file_of_any_size_comes_back_byte_for_byte(runtime: Runtime) -> None:
    keys = a_draft(runtime)
    for size in SIZES:
        file = a_file(runtime, keys, some_bytes(size), f"{size}.jpg")
        assert content(runtime, file) == some_bytes(size)
        assert (file.facts.size_bytes, file.facts.name) == (size, f"{size}.jpg")
    assert len(files_of(runtime, of_draft(keys))) == len(SIZES)


def test_what_is_known_about_a_file_is_what_came_in(runtime: Runtime, clock: Clock) -> None:
    file = a_file(runtime, a_draft(runtime), b"data", "证据.png")
    facts = file.facts
    assert (facts.name, facts.media_type, facts.size_bytes) == ("证据.png", "image/jpeg", 4)
    assert facts.sha256 == hashlib.sha256(b"data").hexdigest()
    assert (facts.added, facts.from_reporter) == (clock.now, True)


def test_files_stand_in_the_order_in_which_they_came(runtime: Runtime, clock: Clock) -> None:
    keys = a_draft(runtime)
    for name in ("z.jpg", "b.jpg", "a.jpg"):
        a_file(runtime, keys, name=name)
        if name == "z.jpg":
            clock.advance(timedelta(minutes=1))
    names = [file.facts.name for file in files_of(runtime, of_draft(keys))]
    assert names == ["z.jpg", "a.jpg", "b.jpg"]


def test_nothing_of_a_file_shows_in_a_repr(runtime: Runtime) -> None:
    file = a_file(runtime, a_draft(runtime), b"canary-data", "canary.jpg")
    incoming = Incoming("canary.jpg", "canary/type", iter([b"canary-data"]))
    shown = repr(file) + repr(incoming)
    assert not [word for word in ("canary", "image", file.facts.sha256) if word in shown]


def test_nothing_readable_of_a_file_stands_in_any_table(runtime: Runtime) -> None:
    data = b"canary-content " * 4_667
    name = "canary-name-of-a-cousin.jpg"
    keys = a_draft(runtime)
    file = a_file(runtime, keys, data, name)
    move(runtime, keys, attachments.of_case(a_case(runtime), make_key()))
    told = [data[:15], name.encode(), name.encode("utf-16-le"), b"image/jpeg"]
    told += [hashlib.sha256(data).digest(), file.facts.sha256.encode(), file.key.reveal()]
    # The office's public keys stand in hexadecimal: among thousands of digits any five may be.
    size = re.compile(rb"(?<![0-9a-f])%d(?![0-9a-f])" % len(data))
    values = [value for value in everything(runtime) if value is not None]
    assert len(values) > 20
    assert len(data) not in values
    for value in values:
        shown = value if isinstance(value, bytes) else str(value).encode()
        assert not [secret for secret in told if secret in shown]
        assert not size.search(shown)


def test_the_heads_of_all_files_are_of_one_length_whatever_they_are_called(
    runtime: Runtime,
) -> None:
    keys = a_draft(runtime)
    desk = a_desk(runtime, keys)
    for name, kind in (("a", "a/b"), ('"' * NAME_BYTES, "a" * 61 + "/" + "b" * 81)):
        incoming = Incoming(name, kind, iter([b"1"]))
        take_in(desk, incoming)
    with runtime.read() as session:
        heads = session.scalars(select(FileRow)).all()
        boxes = [(len(head.key_sealed), len(head.meta_sealed or b"")) for head in heads]
    assert len(boxes) == 2
    assert len(set(boxes)) == 1


def test_a_file_of_a_draft_goes_with_its_report_and_is_not_encrypted_again(
    runtime: Runtime,
) -> None:
    keys = a_draft(runtime)
    before = [a_file(runtime, keys, some_bytes(size)) for size in (10, THREE_PIECES)]
    pieces = pieces_of(runtime, *before)
    report = attachments.of_case(a_case(runtime), make_key())
    move(runtime, keys, report)
    assert files_of(runtime, of_draft(keys)) == ()
    after = files_of(runtime, report)
    assert {content(runtime, file) for file in after} == {some_bytes(10), some_bytes(THREE_PIECES)}
    assert {(file.id, file.facts.sha256) for file in after} == {
        (file.id, file.facts.sha256) for file in before
    }
    assert pieces_of(runtime, *before) == pieces


def test_a_report_and_its_conversation_have_files_of_their_own(runtime: Runtime) -> None:
    case = a_case(runtime)
    report = attachments.of_case(case, make_key())
    thread = attachments.of_thread(case, make_key())
    for owner, data in ((report, b"sent with the report"), (thread, b"sent later")):
        keys = a_draft(runtime)
        a_file(runtime, keys, data)
        move(runtime, keys, owner)
    for owner, data in ((report, b"sent with the report"), (thread, b"sent later")):
        (file,) = files_of(runtime, owner)
        assert content(runtime, file) == data


def test_a_file_can_be_handed_on_again(runtime: Runtime) -> None:
    keys, case = a_draft(runtime), a_case(runtime)
    a_file(runtime, keys)
    old, new = (attachments.of_case(case, make_key()) for _ in range(2))
    move(runtime, keys, old)
    heads = attachments.hand_over(files_of(runtime, old), new)
    with runtime.begin() as session:
        for head in heads:
            attachments.give(session, head)
    assert content(runtime, *files_of(runtime, new)) == PHOTO
    with pytest.raises(OpenError):
        files_of(runtime, old)


def test_files_of_a_report_stay_closed_without_its_key(runtime: Runtime) -> None:
    keys, case = a_draft(runtime), a_case(runtime)
    a_file(runtime, keys)
    move(runtime, keys, attachments.of_case(case, make_key()))
    with pytest.raises(OpenError):
        files_of(runtime, attachments.of_case(case, make_key()))


def test_a_report_is_not_sent_while_a_file_came_in_or_was_removed_since_it_was_read(
    runtime: Runtime,
) -> None:
    keys = a_draft(runtime)
    first = a_file(runtime, keys)
    report = attachments.of_case(a_case(runtime), make_key())
    heads = attachments.hand_over((first,), report)
    second = a_file(runtime, keys)
    with pytest.raises(DraftChangedError), runtime.begin() as session:
        attachments.move(session, keys.row, heads)
    both = attachments.hand_over(files_of(runtime, of_draft(keys)), report)
    with runtime.begin() as session:
        attachments.remove(session, of_draft(keys), second.id)
    with pytest.raises(DraftChangedError), runtime.begin() as session:
        attachments.move(session, keys.row, both)
    assert files_of(runtime, of_draft(keys)) == (first,)
    assert files_of(runtime, report) == ()


def test_a_file_is_found_by_its_number_and_only_by_its_owner(runtime: Runtime) -> None:
    keys, other = a_draft(runtime), a_draft(runtime)
    file = a_file(runtime, keys)
    assert find(runtime, of_draft(keys), file.id) == file
    for owner, number in ((of_draft(keys), secrets.token_bytes(16)), (of_draft(other), file.id)):
        with pytest.raises(FileGoneError):
            find(runtime, owner, FileId(number))


def test_a_removed_file_is_gone_with_its_pieces_and_removing_it_again_is_no_error(
    runtime: Runtime,
) -> None:
    keys = a_draft(runtime)
    gone, stays = (a_file(runtime, keys, some_bytes(THREE_PIECES)) for _ in range(2))
    for _ in range(2):
        with runtime.begin() as session:
            attachments.remove(session, of_draft(keys), gone.id)
    with pytest.raises(FileGoneError):
        find(runtime, of_draft(keys), gone.id)
    assert pieces_of(runtime, gone) == []
    assert content(runtime, stays) == some_bytes(THREE_PIECES)


def test_nobody_removes_the_file_of_another_draft_or_of_a_report(runtime: Runtime) -> None:
    keys, other = a_draft(runtime), a_draft(runtime)
    mine, theirs = a_file(runtime, keys), a_file(runtime, other)
    report = attachments.of_case(a_case(runtime), make_key())
    move(runtime, keys, report)
    for file in (mine, theirs):
        with runtime.begin() as session:
            attachments.remove(session, of_draft(keys), file.id)
    assert content(runtime, *files_of(runtime, report)) == PHOTO
    assert content(runtime, theirs) == PHOTO


# Thousands of statements, which are the same on both.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_of_as_many_pieces_as_there_can_be_is_read_to_its_end_and_no_further(
    runtime: Runtime,
) -> None:
    file = a_file(runtime, a_draft(runtime), some_bytes(20_000))
    box = b"".join(pieces_of(runtime, file))
    attachments.clear(runtime.database, (file.first_piece,))
    cut = [box[at : at + 4] for at in range(0, 4 * MOST_PIECES - 4, 4)]
    put(runtime, file.first_piece, [*cut, box[4 * MOST_PIECES - 4 :], b"of another file"])
    assert attachments.source(runtime.database, file).size_bytes == 20_000


def test_who_reads_slowly_keeps_nothing_open_between_two_pieces(runtime: Runtime) -> None:
    keys = a_draft(runtime)
    file = a_file(runtime, keys, some_bytes(THREE_PIECES))
    slowly = iter(attachments.source(runtime.database, file))
    read = next(slowly)
    a_file(runtime, keys)
    assert runtime.database.scrub() is not Scrubbed.IN_USE
    assert read + b"".join(slowly) == some_bytes(THREE_PIECES)
