"""While fifty hostile clients do what they can, honest people still get through."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from reporting.database import connect
from reporting.file_rows import FileRow, Piece
from reporting.settings import Settings
from tests.builders import Seeds, an_office
from tests.served import Visitor, begun, served

ROOT = Path(__file__).parents[2]
HONEST = 4
REPORTS_EACH = 3
FLOODED_SECONDS = 1.0  # so long the flood has the service for itself before anybody honest comes
PATIENCE_SECONDS = 30.0
MOST_SECONDS = 25.0


@dataclass(frozen=True)
class Told:
    """What an honest person went through: how long it took, and the code at the end."""

    seconds: float
    code: str


@contextmanager
def flood(port: int) -> Iterator[None]:
    """Let fifty hostile clients at the service until the block ends."""
    command = [sys.executable, "-m", "tests.hostile", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as hostile:
        try:
            assert hostile.stdout
            assert hostile.stdout.readline() == b"at work\n"
            yield
        finally:
            hostile.kill()


def tell(port: int, name: str, deadline: float) -> list[Told]:
    """Send reports one after the other, each as somebody new; nothing may be refused or lost."""
    told = []
    for number in range(REPORTS_EACH):
        story = f"{name} {number}: he said my sister's name. 電話がありました。"
        began = time.monotonic()
        visitor = Visitor(port)
        check = begun(visitor, story)
        assert story.replace("'", "&#39;") in check.text
        sent = visitor.post("/s/10", check, do="send")
        assert (sent.status, sent.location) == (303, "/s/code")
        told.append(Told(time.monotonic() - began, visitor.get("/s/code").code))
        if time.monotonic() > deadline:
            break
    return told


def kept(settings: Settings) -> set[str]:
    """Return which files of the flood the service has taken in; it holds no others."""
    database = connect(settings.database)
    with database.read() as session:
        files = session.scalars(select(FileRow)).all()
        pieces = session.scalar(select(func.count()).select_from(Piece)) or 0
    database.engine.dispose()
    whole = [file for file in files if file.meta_sealed]
    # Whole ones here are of one piece each.
    return ({"whole"} if whole else set()) | ({"unfinished"} if pieces > len(whole) else set())


def seen_within(settings: Settings, seconds: float) -> set[str]:
    """Look again and again, until both kinds of files of the flood were seen or time is over."""
    seen, deadline = kept(settings), time.monotonic() + seconds
    while len(seen) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
        seen |= kept(settings)
    return seen


def test_honest_people_get_through_a_flood_without_losing_a_word(
    settings: Settings, seeds: Seeds, tmp_path: Path
) -> None:
    an_office(settings, seeds)
    with served(settings, "--site", "public", folder=tmp_path) as running:
        with flood(running.port):
            time.sleep(FLOODED_SECONDS)
            deadline = time.monotonic() + MOST_SECONDS
            with ThreadPoolExecutor(HONEST) as pool:
                jobs = [
                    pool.submit(tell, running.port, f"person {number}", deadline)
                    for number in range(HONEST)
                ]
                told = [one for job in jobs for one in job.result()]
            assert seen_within(settings, MOST_SECONDS) == {"whole", "unfinished"}
        # Whoever got a code finds a mailbox behind it.
        for one in told:
            visitor = Visitor(running.port)
            door = visitor.get("/m")
            entered = visitor.post("/m", door, code=one.code, keep="hour", do="next")
            assert (entered.status, entered.location) == (303, "/m/read")
    taken = [one.seconds for one in told]
    assert statistics.quantiles(taken, n=20)[-1] <= PATIENCE_SECONDS, taken
