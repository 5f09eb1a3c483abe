"""What is meant to do harm ends within its limits, and what reads it can reach nothing."""

import gzip
import io
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf

from admin.cleaning import child, frames, parent, turns
from admin.cleaning.frames import Answer, Outcome, TooLargeError
from admin.cleaning.parent import EndedBadlyError
from crypto.envelope import OpenError
from reporting.errors import BusyError
from tests import hidden_words
from tests.hidden_words import Canaries, as_picture

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")
TRY = """
import os, socket
from admin.cleaning import confine
child.warm_up()
alone = confine.confine()
def said(what):
    try:
        what()
    except OSError as error:
        return type(error).__name__
    return "done"
os.close(0)
print(alone, said(lambda: {what}), flush=True)
"""


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """Return a PNG that says it is so large, whatever is in it."""

    def chunk(name: bytes, inside: bytes) -> bytes:
        checked = struct.pack(">I", zlib.crc32(name + inside))
        return struct.pack(">I", len(inside)) + name + inside + checked

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def a_pdf_of(content: bytes) -> bytes:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].obj.Contents = pdf.make_stream(content)
        return saved(pdf)


def packed_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


def a_pdf_with_a_bomb(kind: str) -> bytes:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        page = pdf.pages[0].obj
        bomb = pdf.make_stream(b"")
        bomb.write(packed_bomb(400), filter=Name.FlateDecode)
        if kind == "content":
            page.Contents = bomb
        else:
            bomb.Type, bomb.Subtype, bomb.Width, bomb.Height = Name.XObject, Name.Image, 9, 9
            bomb.ColorSpace, bomb.BitsPerComponent = Name.DeviceGray, 8
            page.Resources = Dictionary(XObject=Dictionary(Im0=bomb))
        return saved(pdf)


def a_deep_tree() -> bytes:
    """Return a document whose page hangs on thousands of branches."""
    count = 20_000
    parts = [b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"]
    branch = b"%d 0 obj <</Type /Pages /Count 1 /Kids [%d 0 R]>> endobj\n"
    parts += [branch % (n, n + 1) for n in range(2, count)]
    parts.append(b"%d 0 obj <</Type /Page /MediaBox [0 0 9 9]>> endobj\n" % count)
    return b"".join(parts) + b"trailer <</Root 1 0 R>>\n%%EOF"


def a_nested_array() -> bytes:
    return a_pdf_of(b"[" * 200_000 + b"]" * 200_000 + b" TJ")


def a_page_too_large() -> bytes:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        first = pdf.pages[0]
        pdf.pages.extend(first for _ in range(2_000))
        return saved(pdf)


def an_archive_with_a_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("word/document.xml", "word/media/image1.png"):
            archive.writestr(name, bytes(1 << 24))
    return out.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a png of a billion pixels": lambda: png(60_000, 60_000),
    "a png a little too large": lambda: png(9_000, 9_000),
    "a png with no rows": lambda: png(100, 100),
    "a png whose end is cut off": lambda: hidden_words.a_png(Canaries())[:300],
    "a jpeg whose end is cut off": lambda: hidden_words.a_jpeg(Canaries())[:-900][:4_000],
    "a gif that is a head only": lambda: b"GIF89a\xff\xff\xff\xff",
    "a tiff that points nowhere": lambda: b"II*\0\xff\xff\xff\x7f",
    "a pdf of nothing": lambda: b"%PDF-1.7\n",
    "a pdf with a bomb for content": lambda: a_pdf_with_a_bomb("content"),
    "a pdf with a bomb for a picture": lambda: a_pdf_with_a_bomb("picture"),
    "a pdf with a deep tree": a_deep_tree,
    "a pdf with arrays in arrays": a_nested_array,
    "a pdf of too many pages": a_page_too_large,
    "an archive with a bomb": an_archive_with_a_bomb,
    "an archive in one run": lambda: gzip.compress(bytes(1 << 24)),
}


@LINUX
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_in_time_and_nothing_is_made_of_them(make: Callable[[], bytes]) -> None:
    started = time.monotonic()
    answer = parent.clean([make()])
    assert time.monotonic() - started < parent.SECONDS
    if answer.outcome is not Outcome.CLEAN:
        ends = {Outcome.TOO_LARGE, Outcome.FAILED, Outcome.KILLED, Outcome.OTHER_KIND}
        assert answer.outcome in ends
        assert answer.parts == ()
    assert sum(len(part.data) for part in answer.parts) < 1 << 20


@LINUX
@pytest.mark.parametrize(
    "what",
    [
        "open('/tmp/left-behind', 'w')",
        "open('/etc/hostname')",
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "socket.socketpair()",
        "os.pipe()",
        "os.dup(1)",
    ],
)
def test_the_child_can_open_no_file_and_no_connection(what: str) -> None:
    said = parent.run(f"exec({TRY.replace('{what}', what)!r})", [], 30).split()
    # By the limit on what may be open, or by the filter of calls before that.
    assert said[1] in {b"OSError", b"PermissionError"}, said


@LINUX
def test_the_child_has_a_network_of_its_own_where_the_system_allows_it() -> None:
    probe = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x50000000) != 0)"
    allowed = subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
    said = parent.run(f"exec({TRY.replace('{what}', 'None')!r})", [], 30).split()
    assert said[0] == str(allowed).encode()


@LINUX
@pytest.mark.parametrize("wasted", ["bytearray(2 << 30)", "list(range(1 << 29))"])
def test_memory_without_end_ends_the_child_and_not_the_site(wasted: str) -> None:
    code = f"from admin.cleaning import confine; confine.confine(); {wasted}; print('had it')"
    with pytest.raises(EndedBadlyError) as end:
        parent.run(code, [], 30)
    assert end.value.outcome is Outcome.FAILED


@LINUX
def test_time_without_end_ends_too() -> None:
    started = time.monotonic()
    for code, pieces in (
        ("\nwhile True: pass", []),
        ("import time; time.sleep(60)", [b"x" * (1 << 20)]),
    ):
        with pytest.raises(EndedBadlyError) as end:
            parent.run(code, pieces, 1.0)
        assert end.value.outcome is Outcome.LATE
    assert time.monotonic() - started < 20


@LINUX
def test_whoever_hands_back_more_than_there_can_be_is_not_listened_to() -> None:
    code = "import sys\nfor _ in range(200): sys.stdout.buffer.write(bytes(1 << 20))"
    with pytest.raises(EndedBadlyError) as end:
        parent.run(code, [], 30)
    assert end.value.outcome is Outcome.NONSENSE


@LINUX
@pytest.mark.parametrize(
    ("does", "outcome"),
    [
        ("print('nonsense'); raise SystemExit; ", Outcome.NONSENSE),
        ("print('\\x01\\x04', end=''); raise SystemExit; ", Outcome.NONSENSE),
        ("raise SystemExit(3); ", Outcome.FAILED),
        ("import os; os.kill(os.getpid(), 11); ", Outcome.KILLED),
    ],
)
def test_a_child_that_ends_badly_has_failed_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch, does: str, outcome: Outcome
) -> None:
    monkeypatch.setattr(parent, "CHILD", does)
    assert parent.clean([b"x"]) == Answer(outcome)


@LINUX
def test_what_breaks_while_it_is_given_over_breaks_for_whoever_gives_it() -> None:
    def altered() -> Iterator[bytes]:
        yield b"\x89PNG\r\n\x1a\n"
        raise OpenError

    with pytest.raises(OpenError):
        parent.clean(altered())


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_more_pixels_than_anybody_sees_are_painted_by_nobody(side: int) -> None:
    assert child.answer(png(side, side)) == Answer(Outcome.TOO_LARGE)


def test_too_large_a_file_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MOST_SENT", 100)
    assert child.answer(b"\xff\xd8\xff" + bytes(98)) == Answer(Outcome.TOO_LARGE)


def test_a_copy_larger_than_is_read_back_is_not_handed_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = child.answer(hidden_words.a_png(Canaries()))
    monkeypatch.setattr(frames, "MOST_BYTES", 100)
    with pytest.raises(TooLargeError):
        frames.written(answer)


def test_turns_are_taken_and_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with turns.taken(tmp_path), turns.taken(tmp_path):
        with pytest.raises(BusyError), turns.taken(tmp_path, 0.2):
            pytest.fail("a third took a turn")
        entered = threading.Event()
        waiting = threading.Thread(target=lambda: _take(tmp_path, entered))
        waiting.start()
        assert not entered.wait(0.3)
    assert entered.wait(5)
    waiting.join()
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b""}


def _take(folder: Path, entered: threading.Event) -> None:
    with turns.taken(folder):
        entered.set()


def test_pictures_in_documents_that_are_none_are_left_out() -> None:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        broken = as_picture(pdf, b"no picture", ColorSpace=Name.DeviceRGB)
        unknown = as_picture(pdf, b"", ColorSpace=Name.DeviceRGB)
        unknown.write(b"00", filter=pikepdf.Array([Name.ASCIIHexDecode, Name.DCTDecode]))
        named = Dictionary(Im0=broken, Im1=unknown)
        pdf.pages[0].obj.Resources = Dictionary(XObject=named)
        data = saved(pdf)
    answer = child.answer(data)
    with Pdf.open(io.BytesIO(answer.parts[0].data)) as copy:
        assert list(copy.pages[0].obj.Resources.XObject.keys()) == []


def test_pictures_too_large_are_too_large_inside_a_document_too() -> None:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        large = as_picture(pdf, hidden_words.a_jpeg(Canaries()), ColorSpace=Name.DeviceRGB)
        large.Width = large.Height = 60_000
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=large))
        data = saved(pdf)
    assert child.answer(data) == Answer(Outcome.TOO_LARGE)
    inline = b"BI /W 60000 /H 60000 /BPC 8 /CS /G ID abcd EI"
    assert child.answer(a_pdf_of(inline)) == Answer(Outcome.TOO_LARGE)
