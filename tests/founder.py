"""Founder: an office of one person, and that person at a served instance."""

from dataclasses import dataclass

from pyotp import TOTP

from admin.accounts import Founding, Newcomer, found
from admin.factors import OneTimeCodes
from admin.runtime import open_door
from crypto.passphrase import STANDARD
from reporting.database import connect
from crypto.roles import Group
from reporting.settings import Settings
from tests.served import Visitor
from wsgi import utc_now


@dataclass(frozen=True)
class Founder:
    """Who founded the office, with everything they know and carry."""

    name: str
    passphrase: str
    codes: OneTimeCodes


def a_founded_office(settings: Settings, name: str, passphrase: str) -> Founder:
    """Found an office as the ceremony does, with somebody who reviews alone."""
    founder = Founder(name, passphrase, OneTimeCodes.make())
    groups = frozenset({Group.INTAKE, Group.CASEWORK})
    database = connect(settings.database)
    founding = Founding(settings, database, open_door(settings, STANDARD))
    found(founding, Newcomer(name, passphrase, founder.codes, groups), utc_now())
    database.engine.dispose()
    return founder


def case_waiting(staff: Visitor, founder: Founder) -> str:
    """Sign in; return the number of the report at the head of the queue."""
    fields = {"name": founder.name, "passphrase": founder.passphrase}
    first = staff.post("/staff/sign-in", staff.get("/staff/sign-in"), **fields)
    code = TOTP(founder.codes.text).at(int(utc_now().timestamp()))
    staff.post("/staff/sign-in/code", staff.get(first.location), code=code)
    queue = staff.get("/staff/").text
    return queue.partition('href="/staff/case/')[2].partition('"')[0]
