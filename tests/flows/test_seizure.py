"""A seized server gives up nothing: no words, no code, no passphrase, no key, open or deleted."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import quote_plus

from sqlalchemy import Column, LargeBinary, Table, select

from admin import circles, grants
from admin.authority import Person
from admin.circles import Circle
from admin.factors import OneTimeCodes
from admin.keyring import open_ring
from admin.models import Member
from crypto.custody import PrivateKey, open_keyring
from crypto.envelope import Ctx, Label, OpenError, Secret, expand
from crypto.passphrase import STANDARD, name_tag, stretch
from crypto.roles import Group
from crypto.stream import unlock
from reporting import attachments, places
from reporting.database import Base, Database, connect
from reporting.models import CaseWrap, Drop, Wrapped
from reporting.office import load
from reporting.runtime import load_pepper
from reporting.settings import Settings
from reporting.visit_keys import keys_from
from reporting.withdrawal import READERS
from tests.boxes import locked_boxes
from tests.founder import STEWARD, Founder, a_founded_office, case_waiting
from tests.multipart import Evidence
from tests.search import disguises, files_of, holding, open_files_of
from tests.served import Served, Visitor, begun, send, served
from tests.walks import a_walk

NAME = "Founder Canary-Name"
PASSPHRASE = "canary passphrase of seven plain words"
LONG_BYTES = 384
END_BYTES = 96
SAID = {
    "draft": "canary-draft-8f1c never sent",
    "withdrawn": "canary-withdrawn-91ce taken back",
    "left": "canary-left-4d02 and gone",
    "story": "canary-story-77ab he said my name",
    "message": "canary-message-03de are you there",
    "note": "canary-note-5b2f call the lawyer",
    "reply": "canary-reply-c4d9 we are here",
}


def a_canary(what: str) -> Evidence:
    """Return a file whose name, kind and every piece of content would tell."""
    content = f"canary-content-{what}-6e1d ".encode() * 1_000
    return Evidence(f"canary-name-{what}-3a.jpg", content, f"image/canary-type-{what}")


FILES = {what: a_canary(what) for what in ("draft", "withdrawn", "left", "along", "answer")}


@dataclass
class Journey:
    """What was said, typed and held while the server ran."""

    founder: Founder
    receipts: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)


def walk(running: Served, journey: Journey) -> None:
    unfinished, person, staff, regretful = (Visitor(running.port) for _ in range(4))
    begun(unfinished, SAID["draft"])
    attach(unfinished, "draft")
    regret(regretful, journey)
    begun(person, SAID["story"])
    attach(person, "along")
    journey.receipts.insert(0, send(person))
    work_on_it(staff, journey)
    door = person.get("/m")
    person.post("/m", door, code=journey.receipts[0], keep="hour", do="next")
    person.post("/m/write", person.get("/m/write"), text=SAID["message"], do="next")
    choices = person.get("/m/choices")
    person.post("/m/choices", choices, asked="c_life", answer="support", do="next")
    (there,) = re.findall(r'href="(/m/files/[0-9a-f]{32})"', person.get("/m/files").text)
    assert person.take(there) == FILES["answer"].data
    read = person.get("/m/read").text
    assert SAID["reply"] in read
    assert SAID["message"] in read
    for visitor in (unfinished, person, staff, regretful):
        journey.cookies += filter(None, visitor.cookies.values())  # some were taken away


def attach(visitor: Visitor, what: str) -> None:
    """Add a file to a draft."""
    page = visitor.get("/s/8/files")
    assert visitor.attach("/s/8/files", page, FILES[what]).location == "/s/8/files"


def regret(visitor: Visitor, journey: Journey) -> None:
    """Take one report back, and leave in the middle of another."""
    begun(visitor, SAID["withdrawn"])
    attach(visitor, "withdrawn")
    code = send(visitor)
    journey.receipts.append(code)
    visitor.post("/m", visitor.get("/m"), code=code, keep="hour", do="next")
    taken = visitor.post("/m/end", visitor.get("/m/end"), word="erase", do="next")
    assert taken.location == "/m/end"
    assert visitor.get("/leave").location.startswith("https://")
    begun(visitor, SAID["left"])
    attach(visitor, "left")
    assert visitor.get("/leave").location.startswith("https://")


def work_on_it(staff: Visitor, journey: Journey) -> None:
    case = case_waiting(staff, journey.founder)
    page = staff.get(f"/staff/case/{case}")
    assert SAID["story"] in page.text
    (there,) = re.findall(r'href="(/staff/case/\w+/file/\w+)"', page.text)
    assert staff.take_out(there) == FILES["along"].data
    assert staff.attach(f"/staff/case/{case}/files", page, FILES["answer"]).status == 303
    for kind in ("note", "reply"):
        page = staff.get(f"/staff/case/{case}")
        written = staff.post(f"/staff/case/{case}/{kind}", page, text=SAID[kind])
        assert written.status == 303, written.text


def private_keys(settings: Settings) -> list[Secret]:
    """Return every key that the founder's passphrase leads to, those of the circles last."""
    database = connect(settings.database)
    pepper = load_pepper(settings.instance / "staff.pepper")
    with database.read() as session:
        named = select(Member).where(Member.name_tag == name_tag(pepper, NAME))
        member = session.scalars(named).one()
        kek = stretch(PASSPHRASE, member.salt, pepper, STANDARD)
        ring = open_keyring(kek, member.keyring_sealed, member.id, member.rev, STANDARD)
        verified = load(session, settings.instance).roster
        live = grants.open_all(session, ring, member.id, verified)
        founder = verified.people[member.id]
        person = Person(member.id, NAME, founder.roles, founder.is_manager)
        at_hand = open_ring(person, live, verified)
        shared = [circles.open_key(session, at_hand, verified, each).key for each in Circle]
    database.engine.dispose()
    assert {verified.epoch(group).id for group in READERS} <= live.groups.keys()
    return [kek, ring.seed, ring.signing_seed, *ring.factors, *live.groups.values(), *shared]


def told(journey: Journey) -> Iterator[bytes]:
    of_files = [words for file in FILES.values() for words in (file.name, file.media_type)]
    for words in (*SAID.values(), *of_files, NAME, STEWARD, PASSPHRASE, journey.founder.codes.text):
        yield words.encode()
        yield words.encode("utf-16-le")
        yield quote_plus(words).encode()
    for file in FILES.values():
        yield file.data[:20]
        # A plain hash would say whether somebody sent a file that is known elsewhere.
        yield from disguises(hashlib.sha256(file.data).digest())
    for digits in journey.receipts:
        groups = [digits[start : start + 4] for start in range(0, 32, 4)]
        for joint in ("", " ", "-"):
            yield joint.join(groups).encode()
    for cookie in journey.cookies:
        yield cookie.encode()
        yield from disguises(base64.urlsafe_b64decode(cookie + "=="))


@a_walk
def test_after_a_whole_journey_no_file_of_the_running_server_tells_anything(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    journey = Journey(a_founded_office(settings, NAME, PASSPHRASE))
    with served(settings, "--workers", "1", folder=folder) as running:
        walk(running, journey)
        secrets = list(told(journey))
        for key in private_keys(settings):
            secrets += disguises(key.reveal())
        assert holding(secrets, files_of(settings, folder)) == []
        assert holding(secrets, open_files_of(running)) == []
    assert holding(secrets, files_of(settings, folder)) == []
    nothing_on_the_disk_is_a_key(settings, journey)
    assert (folder / "server.log").read_text().count("\n") <= 2


def test_the_search_itself_finds_what_is_there(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "leak.txt").write_bytes(b"...canary-story-77ab he said my name...")
    found_in = holding(
        list(told(Journey(Founder(NAME, PASSPHRASE, OneTimeCodes.make())))),
        files_of(settings, tmp_path),
    )
    assert {Path(name).name for name in found_in} == {"leak.txt"}


def stolen_keys(database: Database, settings: Settings) -> Iterator[Secret]:
    """Yield everything on the disk that could be taken for a key: columns, halves, peppers."""
    with database.read() as session:
        found = {
            (start * 2)[:32].ljust(32, b"\0")
            for table in Base.metadata.sorted_tables
            if bytes_of(table)
            for row in session.execute(select(*bytes_of(table)))
            for value in filter(None, row)
            for start in slices(value)
        }
    yield from map(Secret, found)
    for name in ("receipt.pepper", "staff.pepper"):
        yield load_pepper(settings.instance / name).key


def bytes_of(table: Table) -> list[Column[bytes]]:
    return [column for column in table.c if isinstance(column.type, LargeBinary)]


def slices(value: bytes) -> Iterator[bytes]:
    """Yield what is as long as a key; what is long holds ciphertext in its middle, and no key."""
    ends = value if len(value) <= LONG_BYTES else value[:END_BYTES] + value[-END_BYTES:]
    for start in range(0, len(ends), 32):
        yield ends[start : start + 32]


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
        members = session.scalars(select(Member)).all()
        wraps = session.scalars(select(CaseWrap)).all()
        drops = session.scalars(select(Drop)).all()
    for key in keys:
        for member in members:
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
        "file",
        "file_piece",
        "message",
        "note",
        "consent",
        "trace",
        "parked",
        "drops",
        "about",
    }
    assert opened_by(stolen_keys(database, settings), boxes) == 0
    assert unsealed_by(stolen_keys(database, settings), database) == 0
    # The same search with one cookie opens that browser's visit, and through it its own files.
    cookie = Secret(base64.urlsafe_b64decode(journey.cookies[0] + "=="))
    assert opened_by(iter([cookie]), boxes) == 1
    # With a key that the team shares, it opens what the team knows about each of the two founders.
    *_others, staff, _managers, _supervisors = private_keys(settings)
    assert opened_by(iter([staff]), boxes) == 2
    with database.read() as session:
        owner = attachments.of_visit(keys_from(cookie))
        found = attachments.read(session, owner)
    assert [file.facts.name for file in found] == [FILES["draft"].name]
    database.engine.dispose()
