"""A seized server gives up nothing: no words, no code, no passphrase, no key, open or deleted."""

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import quote_plus

from pyotp import TOTP
from sqlalchemy import LargeBinary, select

from admin.accounts import Founding, Newcomer, found
from admin.factors import OneTimeCodes
from admin.keyring import open_grants
from admin.models import Grant, Member
from admin.runtime import open_door
from crypto.custody import PrivateKey, open_keyring
from crypto.envelope import Ctx, Label, OpenError, Secret, expand
from crypto.passphrase import STANDARD, stretch
from crypto.stream import unlock
from reporting import places
from reporting.database import Base, Database, connect
from reporting.models import CaseWrap, Drop, Group, Wrapped
from reporting.office import load
from reporting.runtime import load_pepper
from reporting.settings import Settings
from reporting.withdrawal import READERS
from tests.boxes import locked_boxes
from tests.served import Page, Served, Visitor, begun, reported, served
from wsgi import utc_now

NAME = "Founder Canary-Name"
PASSPHRASE = "canary passphrase of seven plain words"
SAID = {
    "draft": "canary-draft-8f1c never sent",
    "withdrawn": "canary-withdrawn-91ce taken back",
    "left": "canary-left-4d02 and gone",
    "story": "canary-story-77ab he said my name",
    "message": "canary-message-03de are you there",
    "note": "canary-note-5b2f call the lawyer",
    "reply": "canary-reply-c4d9 we are here",
}


@dataclass
class Journey:
    """What was said, typed and held while the server ran."""

    codes: OneTimeCodes
    receipts: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)


def an_office_with_one_founder(settings: Settings) -> OneTimeCodes:
    codes = OneTimeCodes.make()
    founder = Newcomer(NAME, PASSPHRASE, codes, frozenset({Group.INTAKE, Group.CASEWORK}))
    database = connect(settings.database)
    found(Founding(settings, database, open_door(settings, STANDARD)), founder, utc_now())
    database.engine.dispose()
    return codes


def walk(running: Served, journey: Journey) -> None:
    unfinished, person, staff, regretful = (Visitor(running.port) for _ in range(4))
    begun(unfinished, SAID["draft"])
    regret(regretful, journey)
    journey.receipts.insert(0, reported(person, SAID["story"]))
    work_on_it(staff, journey)
    door = person.get("/m")
    person.post("/m", door, code=journey.receipts[0], keep="hour", do="next")
    person.post("/m/write", person.get("/m/write"), text=SAID["message"], do="next")
    choices = person.get("/m/choices")
    person.post("/m/choices", choices, asked="c_life", answer="support", do="next")
    read = person.get("/m/read").text
    assert SAID["reply"] in read
    assert SAID["message"] in read
    for visitor in (unfinished, person, staff, regretful):
        journey.cookies += filter(None, visitor.cookies.values())  # some were taken away


def regret(visitor: Visitor, journey: Journey) -> None:
    """Take one report back, and leave in the middle of another."""
    code = reported(visitor, SAID["withdrawn"])
    journey.receipts.append(code)
    visitor.post("/m", visitor.get("/m"), code=code, keep="hour", do="next")
    taken = visitor.post("/m/end", visitor.get("/m/end"), word="erase", do="next")
    assert taken.location == "/m/end"
    assert visitor.get("/leave").location.startswith("https://")
    begun(visitor, SAID["left"])
    assert visitor.get("/leave").location.startswith("https://")


def work_on_it(staff: Visitor, journey: Journey) -> None:
    first = staff.post(
        "/staff/sign-in", staff.get("/staff/sign-in"), name=NAME, passphrase=PASSPHRASE
    )
    code = TOTP(journey.codes.text).at(int(utc_now().timestamp()))
    staff.post("/staff/sign-in/code", staff.get(first.location), code=code)
    queue = staff.get("/staff/").text
    case = queue.partition('href="/staff/case/')[2].partition('"')[0]
    assert SAID["story"] in staff.get(f"/staff/case/{case}").text
    for kind in ("note", "reply"):
        page: Page = staff.get(f"/staff/case/{case}")
        written = staff.post(f"/staff/case/{case}/{kind}", page, text=SAID[kind])
        assert written.status == 303, written.text


def private_bytes(settings: Settings) -> list[bytes]:
    """Return every key that the founder's passphrase leads to."""
    database = connect(settings.database)
    pepper = load_pepper(settings.instance / "staff.pepper")
    with database.read() as session:
        member = session.scalars(select(Member)).one()
        kek = stretch(PASSPHRASE, member.salt, pepper, STANDARD)
        ring = open_keyring(kek, member.keyring_sealed, member.id, member.rev, STANDARD)
        office = load(session, settings.instance)
        live = open_grants(ring, session.scalars(select(Grant)).all(), office)
    database.engine.dispose()
    secrets = [kek, ring.seed, ring.signing_seed, *ring.factors, *live.groups.values()]
    return [secret.reveal() for secret in secrets]


def disguises(secret: bytes) -> Iterator[bytes]:
    """Yield what a secret might look like in a file."""
    yield secret
    yield secret.hex().encode()
    yield base64.b64encode(secret).rstrip(b"=")[:-1]
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")[:-1]


def told(journey: Journey) -> Iterator[bytes]:
    for words in (*SAID.values(), NAME, PASSPHRASE, journey.codes.text):
        yield words.encode()
        yield words.encode("utf-16-le")
        yield quote_plus(words).encode()
    for digits in journey.receipts:
        groups = [digits[start : start + 4] for start in range(0, 32, 4)]
        for joint in ("", " ", "-"):
            yield joint.join(groups).encode()
    for cookie in journey.cookies:
        yield cookie.encode()
        yield from disguises(base64.urlsafe_b64decode(cookie + "=="))


def files_of(settings: Settings, folder: Path) -> Iterator[tuple[str, bytes]]:
    places_to_look = [settings.instance, folder]
    database = settings.database
    if database.get_backend_name() == "postgresql":
        places_to_look.append(Path(str(database.query["host"])))
    else:
        places_to_look.append(Path(str(database.database)).parent)
    for place in places_to_look:
        for folder_name, _folders, names in os.walk(place):
            for name in names:
                # PostgreSQL serves other tests too, whose files come and go.
                with suppress(OSError):
                    yield name, (Path(folder_name) / name).read_bytes()


def open_files_of(running: Served) -> Iterator[tuple[str, bytes]]:
    """Yield what the server has open and on its command line, deleted files included."""
    for pid in running.pids:
        yield f"cmdline of {pid}", Path(f"/proc/{pid}/cmdline").read_bytes()
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            target = str(handle.readlink())
            if target.startswith("/") and "(deleted)" in target:
                yield target, handle.read_bytes()


def holding(secrets: list[bytes], files: Iterator[tuple[str, bytes]]) -> list[str]:
    """Return the files that hold one of the secrets."""
    return [name for name, data in files if any(secret in data for secret in secrets)]


def test_after_a_whole_journey_no_file_of_the_running_server_tells_anything(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    journey = Journey(an_office_with_one_founder(settings))
    with served(settings, "--workers", "1", folder=folder) as running:
        walk(running, journey)
        secrets = list(told(journey))
        for key in private_bytes(settings):
            secrets += disguises(key)
        assert holding(secrets, files_of(settings, folder)) == []
        # Nobody but root can look: the server is not dumpable.
        if sys.platform == "linux" and os.geteuid() == 0:  # pragma: no branch - as said
            assert holding(secrets, open_files_of(running)) == []
    assert holding(secrets, files_of(settings, folder)) == []
    nothing_on_the_disk_is_a_key(settings, journey)
    assert (folder / "server.log").read_text().count("\n") <= 2


def test_the_search_itself_finds_what_is_there(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "leak.txt").write_bytes(b"...canary-story-77ab he said my name...")
    found_in = holding(list(told(Journey(OneTimeCodes.make()))), files_of(settings, tmp_path))
    assert {Path(name).name for name in found_in} == {"leak.txt"}


def stolen_keys(database: Database, settings: Settings) -> Iterator[Secret]:
    """Yield everything on the disk that could be taken for a key: columns, halves, peppers."""
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.c if isinstance(column.type, LargeBinary)]
            for row in session.execute(select(*columns)):
                for value in row:
                    for start in range(0, min(len(value or b""), 2048), 32):
                        yield Secret((value[start : start + 32] * 2)[:32].ljust(32, b"\0"))
    for name in ("receipt.pepper", "staff.pepper"):
        yield load_pepper(settings.instance / name).key


def opened_by(keys: Iterator[Secret], boxes: list[tuple[bytes, Ctx]]) -> int:
    """Return how many boxes open with one of the keys or with what it expands to."""
    opened = 0
    for key in keys:
        for candidate in (key, *(expand(key, label) for label in Label)):
            for box, place in boxes:
                with suppress(OpenError):
                    unlock(candidate, box, place)
                    opened += 1
    return opened


def unsealed_by(keys: Iterator[Secret], database: Database) -> int:
    """Return how many sealed keys or key rings open with one of the keys as seed or passphrase."""
    opened = 0
    with database.read() as session:
        member = session.scalars(select(Member)).one()
        wraps = session.scalars(select(CaseWrap)).all()
        drops = session.scalars(select(Drop)).all()
    for key in keys:
        with suppress(OpenError):
            open_keyring(key, member.keyring_sealed, member.id, member.rev, STANDARD)
            opened += 1
        seed = PrivateKey(key)
        for wrap in wraps:
            wrapped = Wrapped(wrap.wrapped)
            group = Group.INTAKE if wrapped is Wrapped.CASE else Group.CASEWORK
            with suppress(OpenError):
                seed.open(wrap.key_sealed, places.wrap(wrap.case_id, wrapped, group))
                opened += 1
        for drop, group in product(drops, READERS):
            with suppress(OpenError):
                seed.open(drop.key_sealed, places.drop_key(drop.id, group))
                opened += 1
    return opened


def nothing_on_the_disk_is_a_key(settings: Settings, journey: Journey) -> None:
    database = connect(settings.database)
    with database.read() as session:
        boxes = list(locked_boxes(session))
    tables = {place.table for _box, place in boxes}
    assert tables >= {
        "visit",
        "case_part",
        "message",
        "note",
        "consent",
        "trace",
        "parked",
        "drops",
    }
    assert opened_by(stolen_keys(database, settings), boxes) == 0
    assert unsealed_by(stolen_keys(database, settings), database) == 0
    # The same search with one cookie opens that browser's visit, and nothing else.
    cookie = Secret(base64.urlsafe_b64decode(journey.cookies[0] + "=="))
    assert opened_by(iter([cookie]), boxes) == 1
    database.engine.dispose()
