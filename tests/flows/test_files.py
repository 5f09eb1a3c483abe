"""Files at a running server: what they go through, and what stops them."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPException
from itertools import repeat
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reporting import retention
from reporting.database import PRAGMAS, Base
from reporting.file_rows import FileRow, Piece
from reporting.models import VisitRow
from reporting.runtime import Runtime
from reporting.settings import Settings
from tests.founder import a_founded_office, case_waiting
from tests.multipart import Evidence
from tests.search import files_of, holding, open_files_of
from tests.served import Film, Page, Served, Visitor, begun, send, served
from wsgi import utc_now

PHOTO = Evidence("at the door.jpg", b"\xff\xd8\xff a photo \0\r\n--", "image/jpeg")
AUDIO = Evidence("voice.pdf", b"%PDF-" + bytes(range(256)) * 6_000, "application/pdf")
LETTER = Evidence("answer.pdf", b"%PDF-1.7 what you can do", "application/pdf")
FILM = Evidence("film.mp4", b"", "video/mp4")
CANARY = b"canary-film-5d1e he stands at my sister's door "
PIECE = (CANARY * (1 << 12))[: 1 << 17]
SMALL = 64  # pieces of it: 8 MiB, enough for everything that one upload ever needs at once
LARGE = 12 * SMALL
# Who writes and who reads fills one cache of pages each, however long the film is.
MOST_GROWN_KIB = 2 * -int(PRAGMAS["cache_size"]) + (8 << 10)
SETTLED = 5  # films in turn that took no more memory: as many as a worker has threads
MOST_FILLED = 60
MODELS: tuple[type[Base], ...] = (VisitRow, FileRow, Piece)
STORY = "He said my sister's name."


def counts(runtime: Runtime) -> list[int]:
    """Return how many visits, files and pieces of files there are."""
    with runtime.read() as session:
        return [session.scalars(select(func.count()).select_from(one)).one() for one in MODELS]


def doors(page: Page) -> list[str]:
    """Return the addresses of the files on a page."""
    return re.findall(r'href="(/[a-z0-9/]+/[0-9a-f]{32})"', page.text)


def wait_until(runtime: Runtime, wanted: list[int]) -> None:
    deadline = time.monotonic() + 60
    while counts(runtime) != wanted:
        assert time.monotonic() < deadline, counts(runtime)
        time.sleep(0.02)


def wait_for_pieces(runtime: Runtime) -> None:
    """Wait until something is stored of a file that still comes."""
    deadline = time.monotonic() + 60
    while counts(runtime)[2] < 4:
        assert time.monotonic() < deadline, "nothing of the file was kept"
        time.sleep(0.01)


def entered(visitor: Visitor, code: str) -> Page:
    """Open a mailbox; return its page of files."""
    visitor.post("/m", visitor.get("/m"), code=code, keep="hour", do="next")
    return visitor.get("/m/files")


def test_files_go_with_a_report_and_both_ways_and_stay_what_they_were(
    settings: Settings, tmp_path: Path
) -> None:
    founder = a_founded_office(settings, "Aiko Mori", "seven quiet herons cross the river")
    with served(settings, "--workers", "1", folder=tmp_path) as running:
        reporter, staff = Visitor(running.port), Visitor(running.port)
        begun(reporter, STORY)
        added = reporter.attach("/s/8/files", reporter.get("/s/8/files"), PHOTO, AUDIO)
        assert (added.status, added.location) == (303, "/s/8/files")
        check = reporter.get("/s/10").text
        assert PHOTO.name in check
        assert AUDIO.name in check
        code = send(reporter)

        case = f"/staff/case/{case_waiting(staff, founder)}"
        page = staff.get(case)
        assert {staff.take_out(door) for door in doors(page)} == {PHOTO.data, AUDIO.data}
        assert staff.attach(f"{case}/files", page, LETTER).location == f"{case}#shared"

        page = entered(reporter, code)
        assert [reporter.take(door) for door in doors(page)] == [LETTER.data]
        assert reporter.attach("/m/files", page, AUDIO).location == "/m/files"
        assert "Files</a>" not in reporter.get("/m/read").text
        assert "Files (2)</a>" in reporter.get("/m/read").text
        assert sorted(
            map(len, (staff.take_out(door) for door in doors(staff.get(case))))
        ) == sorted(len(file.data) for file in (PHOTO, AUDIO, LETTER, AUDIO))


def test_after_kill_9_what_had_arrived_whole_is_there_and_nothing_else_is_shown(
    settings: Settings, runtime: Runtime, tmp_path: Path
) -> None:
    with served(settings, "--site", "public", "--workers", "1", folder=tmp_path) as running:
        visitor = Visitor(running.port)
        begun(visitor, STORY)
        page = visitor.get("/s/8/files")
        with pytest.raises((OSError, HTTPException)):
            visitor.stream("/s/8/files", page, coming(runtime, running.kill, LARGE))
    with served(settings, "--site", "public", "--workers", "1", folder=tmp_path) as running:
        visitor.port = running.port
        for shown in (visitor.get("/s/8/files"), visitor.get("/s/10")):
            assert PHOTO.name in shown.text
            assert FILM.name not in shown.text
        page = entered(visitor, send(visitor))
        assert visitor.attach("/m/files", page, LETTER).status == 303
    retention.sweep(runtime.database, runtime.sweeps, utc_now() + timedelta(hours=25))
    assert counts(runtime) == [0, 2, 2]


def test_leave_takes_the_files_of_one_browser_at_once_and_a_day_takes_those_of_all(
    settings: Settings, runtime: Runtime, tmp_path: Path
) -> None:
    with served(settings, "--site", "public", "--workers", "1", folder=tmp_path) as running:
        visitor, somebody = Visitor(running.port), Visitor(running.port)
        for each in (visitor, somebody):
            begun(each, STORY)
            each.attach("/s/8/files", each.get("/s/8/files"), AUDIO)
        other_window = Visitor(running.port, visitor.cookies)

        def leaving() -> None:
            assert PHOTO.name in other_window.get("/s/8/files").text
            assert other_window.get("/leave").location.startswith("https://")

        answer = visitor.stream(
            "/s/8/files", visitor.get("/s/8/files"), coming(runtime, leaving, SMALL + 16)
        )
        assert (answer.status, answer.location) == (303, "/")
        wait_until(runtime, [1, 1, 2])
        assert AUDIO.name in somebody.get("/s/8/files").text
    retention.sweep(runtime.database, runtime.sweeps, utc_now() + timedelta(hours=23))
    assert counts(runtime) == [1, 1, 2]
    retention.sweep(runtime.database, runtime.sweeps, utc_now() + timedelta(hours=25))
    assert counts(runtime) == [0, 0, 0]


def test_a_large_file_takes_no_memory_and_none_of_it_can_be_read_anywhere(
    settings: Settings, runtime: Runtime, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    with served(settings, "--site", "public", "--workers", "1", folder=folder) as running:
        visitor = Visitor(running.port)
        begun(visitor, STORY)
        page = entered(visitor, send(visitor))
        before = filled(running)

        def search() -> None:
            assert holding([CANARY], files_of(settings, folder)) == []
            assert holding([CANARY], open_files_of(running)) == []

        film = coming(runtime, search, LARGE)
        assert film.size_bytes > MOST_GROWN_KIB << 10
        up_and_down(visitor, page, film)
        search()
        assert most_memory_kib(running) - before < MOST_GROWN_KIB


def coming(runtime: Runtime, meanwhile: Callable[[], None], pieces: int) -> Film:
    """Return a film in the middle of which something happens, once some of it was stored."""

    def made() -> Iterator[bytes]:
        yield from repeat(PIECE, SMALL)
        wait_for_pieces(runtime)
        meanwhile()
        yield from repeat(PIECE, pieces - SMALL)

    return Film(PHOTO, FILM, pieces * len(PIECE), made())


def up_and_down(visitor: Visitor, page: Page, film: Film) -> None:
    """Send a film to a conversation, and fetch it and what stood before it again."""
    before = set(doors(visitor.get("/m/files")))
    assert visitor.stream("/m/files", page, film).location == "/m/files"
    added = set(doors(visitor.get("/m/files"))) - before
    lengths = sorted(sum(map(len, visitor.pieces(door))) for door in added)
    assert lengths == [len(PHOTO.data), film.size_bytes]


def filled(running: Served) -> int:
    """Send small films until no thread or connection keeps more; return the memory there was.

    Each of them fills a cache of its own once, whoever comes, and which one answers is chance.
    """
    sizes = [most_memory_kib(running)]
    while len(sizes) <= SETTLED or sizes[-1] > sizes[-1 - SETTLED]:
        assert len(sizes) < MOST_FILLED, sizes
        visitor = Visitor(running.port)
        begun(visitor, STORY)
        page = entered(visitor, send(visitor))
        up_and_down(visitor, page, Film(PHOTO, FILM, SMALL * len(PIECE), repeat(PIECE, SMALL)))
        sizes.append(most_memory_kib(running))
    return sizes[-1]


def most_memory_kib(running: Served) -> int:
    """Return how much memory the worker has ever had; only Linux tells."""
    _arbiter, worker = running.pids
    status = Path(f"/proc/{worker}/status")
    if not status.exists():  # pragma: no cover - as said
        return 0
    return int(status.read_text().partition("VmHWM:")[2].split()[0])
