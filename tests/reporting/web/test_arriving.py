import pytest

from reporting.web.arriving import HEAD_BYTES, Come, come
from reporting.web.bodies import LIMIT_BYTES

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /q HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


@pytest.mark.parametrize("length", range(len(GET)))
def test_a_head_is_waited_for_to_its_end(length: int) -> None:
    assert come(GET[:length]) is Come.HEAD_MISSING


def test_a_request_without_a_body_is_here_with_its_head() -> None:
    assert come(GET) is Come.ENOUGH


def test_a_text_is_waited_for_to_its_end() -> None:
    head = POST % 5
    assert [come(head + b"story"[:here]) for here in range(5)] == [Come.BODY_MISSING] * 5
    assert come(head + b"story") is Come.ENOUGH
    assert come((head + b"story").lower()) is Come.ENOUGH


@pytest.mark.parametrize(
    "line",
    [
        b"Content-Length: %d" % (LIMIT_BYTES + 1),
        b"Transfer-Encoding: chunked",
        b"Content-Length: 5\r\nexpect: 100-continue",
        b"Content-Length: words",
        b"Content-Length: 99999999999999999999",
    ],
)
def test_a_file_and_whatever_else_a_thread_must_read_itself_is_here_with_its_head(
    line: bytes,
) -> None:
    assert come(b"POST /q HTTP/1.1\r\n" + line + b"\r\n\r\n") is Come.ENOUGH


def test_what_stands_in_a_body_says_nothing_about_its_length() -> None:
    body = b"\r\nContent-Length: 1\r\n\r\n"
    assert come(POST % (len(body) + 1) + body) is Come.BODY_MISSING


def test_a_head_without_an_end_is_not_collected_for_ever() -> None:
    assert come(b"G" * (HEAD_BYTES - 1)) is Come.HEAD_MISSING
    assert come(b"G" * HEAD_BYTES) is Come.ENOUGH
