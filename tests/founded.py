"""A founded office with three roster managers, and the browsers in which people act."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from admin import audit, letters, steps
from admin.admission import Arrival, admit, look_back
from admin.audit import Entry
from admin.desk import Desk
from admin.factors import OneTimeCodes
from admin.letters import Kind
from admin.models import Member
from admin.sessions import Credentials, unlock
from crypto.envelope import OpenError
from crypto.roles import Role
from reporting.settings import Settings
from tests.builders_people import NOBODYS, a_team, a_word_of, signers_of
from tests.builders_staff import NEXT_CODE, StaffMember, sign_in, the_staff
from tests.builders_standing import came_to
from tests.conftest import Clock
from tests.stepping_up import confirm

CHOSEN = "vexing gravel lantern orbit sublime"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="(\w*)">')
LINK = re.compile(r"https://localhost(/staff/join/[0-9a-f]{64})")
NUMBERS = re.compile(r'<p class="numbers"[^>]*>([\d ]+)</p>')
TEXT_OF_A_SECRET = re.compile(r"<code>([A-Z2-7]{32})</code>")


@dataclass(frozen=True)
class Founded:
    """Both sites of an office whose only people are its founders."""

    app: Flask
    clock: Clock
    aiko: StaffMember
    daniel: StaffMember
    sora: StaffMember

    def browser(self) -> FlaskClient:
        """Return the browser of somebody who reads English."""
        client = self.app.test_client()
        client.set_cookie("__Host-l", "en")
        return client

    def signed_in(self, person: StaffMember) -> FlaskClient:
        """Return a browser in which this person is signed in, and which nothing asks for more."""
        client = self.left_open(person)
        confirm(self.app, client, self.clock)
        return client

    def left_open(self, person: StaffMember) -> FlaskClient:
        """Return a browser in which this person is signed in, as a thief finds it."""
        client = self.browser()
        let_declare(self)
        sign_in(client, person, self.clock)
        return client

    @contextmanager
    def desk(self, person: StaffMember) -> Iterator[Desk]:
        """Let somebody in with both factors, and let them act in the same unit of work."""
        self.clock.advance(NEXT_CODE)
        staff, now = the_staff(self.app), self.clock()
        opened = unlock(staff, Credentials(person.name, person.passphrase), now)
        arrival = Arrival(person.code(now), now, "step_up", look_back(staff, opened))
        with staff.service.begin() as session:
            admitted = admit(session, staff, opened, arrival)
            yield Desk(session, admitted.ring, admitted.verified, staff.service.journal, now)

    def noted(self) -> list[Entry]:
        """Return what the log says, the first deed first; a founder keeps its key in trust."""
        with self.desk(self.aiko) as desk:
            entries = audit.read(desk.session, desk.ring.segment_key, None)
        return list(reversed(entries))


@contextmanager
def founded(settings: Settings, clock: Clock) -> Iterator[Founded]:
    """Let three people found an office, and open both sites."""
    with a_team(settings, clock) as team:
        team.app.config["PREFERRED_URL_SCHEME"] = "https"
        yield Founded(team.app, clock, team.aiko, team.daniel, team.sora)


def fill(client: FlaskClient, address: str, **typed: str | list[str]) -> TestResponse:
    """Open a page, fill in its form and press its button."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return client.post(address, data={**hidden(page), **typed})


def press(client: FlaskClient, page: str, address: str) -> TestResponse:
    """Open a page, and press a button of it that leads to another address."""
    return client.post(address, data=hidden(client.get(page)))


def hidden(page: TestResponse) -> dict[str, str]:
    """Return what a page's own forms carry unseen."""
    return dict(HIDDEN.findall(page.text))


def numbers(page: TestResponse) -> list[str]:
    """Return the fingerprints that stand on a page."""
    return NUMBERS.findall(page.text)


def link_of(page: TestResponse) -> str:
    """Return the address behind the link that a page shows, without its host."""
    found = LINK.search(page.text)
    assert found, page.text
    return found[1]


def ask(manager: FlaskClient, name: str, *roles: Role) -> str:
    """Let a manager ask somebody to join; return the address of the link."""
    return link_of(fill(manager, "/staff/people/invite", name=name, roles=list(roles)))


def join(office: Founded, link: str, name: str) -> tuple[StaffMember, TestResponse]:
    """Make the keys of somebody behind a link; return them and the page with their numbers.

    Whoever is on the way then has come as far as anybody can.
    """
    made = sign_up(office, link, name)
    let_come(office)
    return made


def sign_up(office: Founded, link: str, name: str) -> tuple[StaffMember, TestResponse]:
    """Make the keys of somebody behind a link, of whom no step was signed yet."""
    client = office.browser()
    page = client.get(link)
    found = TEXT_OF_A_SECRET.search(page.text)
    assert found, page.text
    typed = {"passphrase": CHOSEN, "again": CHOSEN, "code": TOTP(found[1]).at(office.clock())}
    made = client.post(link, data={**hidden(page), **typed})
    codes = OneTimeCodes.from_text(found[1])
    return StaffMember(b"", name, CHOSEN, codes), made


def let_come(office: Founded) -> None:
    """Let managers sign every step of those who have keys and are not on the roster."""
    service = the_staff(office.app).service
    with service.begin() as session:
        verified = service.office.follow(session)
        known = verified.people.keys() | verified.removed.keys()
        for member in session.scalars(select(Member.id).where(Member.id.not_in(known))):
            if not steps.progress_of(session, verified, member).held:
                came_to(session, verified, signers_of(office.app, verified), member)


def let_declare(office: Founded) -> None:
    """Let everybody declare their ties who is on the roster by now and has not."""
    service = the_staff(office.app).service
    with service.read() as session:
        people = service.office.follow(session).people
        missing = people.keys() - letters.written(session, Kind.WORD)
    for member in missing:
        with suppress(OpenError):
            a_word_of(office.app, StaffMember(member, "", CHOSEN, NOBODYS))


def person_called(manager: FlaskClient, name: str) -> str:
    """Return the address of the page of somebody whom the people page names."""
    page = manager.get("/staff/people").text
    called = rf'<a href="(/staff/people/[0-9a-f]{{32}})"><span [^>]*>{name}</span>'
    found = re.search(called, page)
    assert found, page
    return found[1]


def proposal_about(manager: FlaskClient, name: str) -> str:
    """Return the address of what waits about somebody."""
    page = manager.get("/staff/people").text
    called = rf'<a href="(/staff/proposals/[0-9a-f]{{32}})"><span [^>]*>{name}</span>'
    found = re.search(called, page)
    assert found, page
    return found[1]


def let_in(office: Founded, name: str, *roles: Role) -> StaffMember:
    """Let somebody join through the pages."""
    aiko, daniel = office.signed_in(office.aiko), office.signed_in(office.daniel)
    newcomer, _ = join(office, ask(aiko, name, *roles), name)
    person = person_called(aiko, name)
    fill(aiko, f"{person}/duties", roles=list(roles), confirmed="yes")
    fill(daniel, proposal_about(daniel, name), confirmed="yes")
    return StaffMember(
        bytes.fromhex(person.rpartition("/")[2]), name, newcomer.passphrase, newcomer.codes
    )


def address_of(person: StaffMember) -> str:
    return f"/staff/people/{person.id.hex()}"
