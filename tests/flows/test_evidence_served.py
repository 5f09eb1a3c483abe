"""At a running server: nothing of a file that is cleaned lies on a disk, and the site stays up."""

import threading
from pathlib import Path

from reporting.settings import Settings
from tests import hidden_documents, hidden_words
from tests.founder import a_founded_office, case_waiting
from tests.hidden_words import Canaries
from tests.multipart import Evidence
from tests.search import files_of, holding, open_files_of
from tests.served import Visitor, begun, send, served

SAID = Canaries()
PHOTO = Evidence("at the door.jpg", hidden_words.a_jpeg(SAID), "image/jpeg")
LETTER = Evidence("letter.pdf", hidden_documents.a_pdf(SAID), "application/pdf")
BOMB = Evidence("bomb.gif", b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(900), "image/gif")
SECRETS = [*SAID.planted.values(), PHOTO.data[-600:-500], LETTER.data[200:260]]


def cleaned(staff: Visitor, here: str, numbers: list[str]) -> list[int]:
    """Have each file cleaned; return how each was answered."""
    page = staff.get(here)
    return [staff.post(f"{here}/{number}/clean", page).status for number in numbers]


def test_nothing_of_a_file_that_is_cleaned_lies_on_a_disk_and_the_site_stays_up(
    settings: Settings, tmp_path: Path
) -> None:
    founder = a_founded_office(settings, "Aiko Mori", "seven quiet herons cross the river")
    folder = tmp_path / "temporary"
    folder.mkdir()
    with served(settings, "--workers", "1", folder=folder) as running:
        reporter, staff = Visitor(running.port), Visitor(running.port)
        begun(reporter, "They took pictures of my door.")
        reporter.attach("/s/8/files", reporter.get("/s/8/files"), PHOTO, LETTER, BOMB)
        send(reporter)
        here = f"/staff/case/{case_waiting(staff, founder)}/evidence"
        page = staff.get(here)
        acts = page.text.split(f'action="{here}/')[1:]
        numbers = [act[:32] for act in acts if act[32:].startswith("/clean")]
        assert len(numbers) == 3
        told: list[int] = []
        at_it = threading.Thread(target=lambda: told.extend(cleaned(staff, here, numbers)))
        at_it.start()
        while at_it.is_alive():
            assert holding(SECRETS, files_of(settings, folder)) == []
            assert holding(SECRETS, open_files_of(running)) == []
        assert sorted(told) == [303, 303, 409]
        assert holding(SECRETS, files_of(settings, folder)) == []
        assert {path.stat().st_size for path in settings.instance.glob("cleaning-*")} <= {0}
        assert "A clean copy was made" in staff.get(here).text
        assert staff.get("/staff/").status == 200
