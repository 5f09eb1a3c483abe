"""A file is handed out whole and verified, as something to keep under a name that tells nothing."""

import socket

import pytest
from flask import Flask
from sqlalchemy import select

from crypto.envelope import OpenError
from reporting.file_rows import Piece
from reporting.runtime import Runtime
from reporting.web import budgets, downloads
from reporting.web.budgets import LIMITS, Kind
from reporting.web.context import runtime_of
from reporting.web.downloads import PIECE_BYTES
from tests.builders_files import THREE_PIECES, a_draft, a_file, some_bytes
from tests.builders_staff import flipped
from tests.multipart import Evidence
from tests.visitor import Page, Visitor

FILES = "/m/files"
DATA = some_bytes(THREE_PIECES)


@pytest.fixture
def link(visitor: Visitor) -> str:
    """Where a file of three pieces is handed out."""
    visitor.open_mailbox()
    visitor.attach(FILES, Evidence("They hit my cousin.html", DATA, "text/html"))
    return the_link(visitor)


def the_link(visitor: Visitor) -> str:
    page = visitor.open(FILES)
    (found,) = [link.attributes["href"] for link in page.within("li") if link.tag == "a"]
    return found


def alter(running: Runtime, place: int) -> None:
    """Flip a bit at the end of a piece of the only file."""
    with running.begin() as session:
        pieces = session.scalars(select(Piece).order_by(Piece.id)).all()
        pieces[place].slice_sealed = flipped(pieces[place].slice_sealed)


def test_a_file_comes_back_whole_as_something_to_keep(visitor: Visitor, link: str) -> None:
    answer = visitor.get(link)
    assert (answer.status_code, answer.data) == (200, DATA)
    headers = answer.headers
    number = link.rpartition("/")[2]
    assert headers["Content-Disposition"] == f"attachment; filename={number[:8]}.bin"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Length"] == str(THREE_PIECES)
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Content-Encoding" not in headers
    assert "ETag" not in headers
    assert "Last-Modified" not in headers


def test_no_header_tells_what_a_file_is_called_or_is(visitor: Visitor, link: str) -> None:
    headers = str(visitor.get(link).headers).lower()
    assert not [word for word in ("cousin", "html", "text/") if word in headers]


@pytest.mark.parametrize(
    ("name", "ending"), [("car.jpg", "jpg"), ("Car.PNG", "png"), ("run.exe", "bin"), ("x", "bin")]
)
def test_a_file_ends_as_what_it_is_only_if_that_starts_nothing(
    visitor: Visitor, name: str, ending: str
) -> None:
    visitor.open_mailbox()
    visitor.attach(FILES, Evidence(name))
    answer = visitor.get(the_link(visitor))
    assert answer.headers["Content-Disposition"].endswith(f".{ending}")


def test_a_file_of_one_byte_comes_back_as_that(visitor: Visitor) -> None:
    visitor.open_mailbox()
    visitor.attach(FILES, Evidence("small.txt", b"1"))
    answer = visitor.get(the_link(visitor))
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (200, b"1", "1")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_not_one_byte_is_sent_of_a_file_that_was_altered(
    app: Flask, visitor: Visitor, link: str, place: int
) -> None:
    alter(runtime_of(app), place)
    answer = visitor.get(link)
    assert answer.status_code == 500
    assert Page(answer).heading == "Something broke on our side"
    assert "Content-Disposition" not in answer.headers


def test_a_file_that_is_altered_while_it_is_sent_breaks_off_with_nothing_false(
    app: Flask, visitor: Visitor, link: str
) -> None:
    answer = visitor.client.get(link, buffered=False)
    slowly = answer.iter_encoded()
    sent = next(slowly)
    alter(runtime_of(app), 1)
    with pytest.raises(OpenError):
        for piece in slowly:
            sent += piece
    answer.close()
    assert DATA.startswith(sent)
    assert len(sent) < len(DATA)


def test_a_file_goes_out_in_pieces_that_a_slow_reader_can_take(app: Flask) -> None:
    running = runtime_of(app)
    file = a_file(running, a_draft(running), DATA)
    with app.test_request_context("/"):
        pieces = list(downloads.answer(running.database, file).iter_encoded())
    assert b"".join(pieces) == DATA
    assert max(map(len, pieces)) <= PIECE_BYTES


def test_who_takes_nothing_for_long_is_waited_for_no_more(app: Flask) -> None:
    running = runtime_of(app)
    file = a_file(running, a_draft(running), DATA)
    theirs, ours = socket.socketpair()
    with theirs, ours, app.test_request_context("/", environ_base={"gunicorn.socket": ours}):
        downloads.answer(running.database, file)
        assert ours.gettimeout() == downloads.PAUSE_SECONDS


def test_who_downloads_slowly_keeps_no_page_from_anybody(
    app: Flask, visitor: Visitor, link: str
) -> None:
    lines = budgets.of(app).lines
    for kind in (Kind.PAGE, Kind.DOWNLOAD):
        lines[kind].seconds = 0.01
    places, _waiting = LIMITS[Kind.DOWNLOAD]
    slow = [visitor.client.get(link, buffered=False) for _ in range(places)]
    assert {answer.status_code for answer in slow} == {200}
    assert visitor.get(link).status_code == 503
    assert visitor.get(FILES).status_code == 200
    for answer in slow:
        answer.close()
    assert visitor.get(link).data == DATA


def test_a_few_slow_lines_keep_nobody_from_a_file(visitor: Visitor, link: str) -> None:
    answers = [visitor.client.get(link, buffered=False) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        answer.close()
