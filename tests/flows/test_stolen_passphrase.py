"""Whoever has the disk and one passphrase opens what its owner may see, and nothing else."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import cases
from crypto.custody import PrivateKey
from crypto.envelope import OpenError, Secret
from crypto.roles import Group, Role
from reporting import attachments, places
from reporting.attachments import File, Owner
from reporting.file_rows import FileRow, OpenedBy
from reporting.models import Case, CaseWrap, Wrapped
from tests.builders import Seeds
from tests.builders_staff import (
    StaffMember,
    a_member,
    a_reviewer,
    kek_of,
    live_keys,
    send_files,
    sign_in,
    the_staff,
)
from tests.conftest import Clock
from tests.multipart import Evidence
from tests.visitor import Visitor

OF_THE_REPORT = ("sent along", "sent later", "answer")
MAY_SEE = {
    (Role.REVIEWER, Role.CASEWORKER): OF_THE_REPORT,
    (Role.REVIEWER,): OF_THE_REPORT,
    (Role.SUPERVISOR,): OF_THE_REPORT,
    (Role.CASEWORKER,): (),
    (Role.AUDITOR,): (),
    (Role.STEWARD, Role.STATISTICS_OFFICER): (),
    (Role.ADMINISTRATOR,): (),
}


def named(name: str) -> Evidence:
    return Evidence(name, f"canary of {name}".encode())


@pytest.fixture
def people(app: Flask, seeds: Seeds) -> dict[tuple[Role, ...], StaffMember]:
    """Somebody of each of these roles."""
    return {roles: a_member(app, seeds, f"Somebody of {roles}", *roles) for roles in MAY_SEE}


@pytest.fixture
def everywhere(
    app: Flask, people: dict[tuple[Role, ...], StaffMember], seeds: Seeds, clock: Clock
) -> None:
    """Files in a draft, in a report, in its conversation both ways, and in what was taken back.

    Whoever signs in makes the next keys of their groups and hands them to everybody in these.
    """
    assert people
    app.config["PREFERRED_URL_SCHEME"] = "https"
    unfinished, regretful, reporter = (Visitor(app.test_client()) for _ in range(3))
    unfinished.fill("/q", {"story": "not yet", "c_store": "yes"})
    unfinished.attach("/s/8/files", named("in a draft"))
    reporter.open_mailbox([named("sent along")])
    reporter.attach("/m/files", named("sent later"))
    with the_staff(app).service.read() as session:
        (case,) = session.scalars(select(Case.id))
    staff = app.test_client()
    sign_in(staff, a_reviewer(app, seeds), clock)
    send_files(staff, case.hex(), named("answer"))
    regretful.open_mailbox([named("taken back")])
    regretful.attach("/m/files", named("taken back later"))
    regretful.fill("/m/end", {"word": "erase"})


def keys_of(app: Flask, person: StaffMember) -> list[Secret]:
    """Return every key that somebody's passphrase leads to."""
    live = live_keys(app, person)
    return [
        kek_of(app, person),
        live.keyring.seed,
        live.keyring.signing_seed,
        *live.groups.values(),
    ]


def owners(session: Session, keys: list[Secret]) -> Iterator[Owner]:
    """Yield what files could belong to, under every key that these open or are."""
    for key, wrap, group in product(keys, session.scalars(select(CaseWrap)).all(), Group):
        place = places.wrap(wrap.case_id, Wrapped(wrap.wrapped), group)
        with suppress(OpenError):
            opened = PrivateKey(key).open(wrap.key_sealed, place)
            yield attachments.of_case(wrap.case_id, opened)
            yield attachments.of_thread(wrap.case_id, opened)
            thread = cases.thread_key(session, wrap.case_id, opened)
            yield attachments.of_thread(wrap.case_id, thread)
    for key, file in product(keys, session.scalars(select(FileRow)).all()):
        yield Owner(OpenedBy(file.opened_by), file.case_id or file.visit_id or b"", key)


def files_opened_by(app: Flask, person: StaffMember) -> dict[str, bytes]:
    """Return the name and the content of every file that somebody's passphrase leads to."""
    database = the_staff(app).service.database
    found: list[File] = []
    with database.read() as session:
        assert len(session.scalars(select(FileRow)).all()) == 6
        for owner in owners(session, keys_of(app, person)):
            with suppress(OpenError):
                found += attachments.read(session, owner)
    return {file.facts.name: b"".join(attachments.source(database, file)) for file in found}


@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_passphrase_opens_exactly_the_files_that_its_owner_may_see(
    app: Flask, people: dict[tuple[Role, ...], StaffMember]
) -> None:
    for roles, person in people.items():
        files = {name: named(name).data for name in MAY_SEE[roles]}
        assert files_opened_by(app, person) == files, roles
