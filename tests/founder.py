"""Founder: an office of two, and the one of them who reads reports at a served instance."""

from dataclasses import dataclass

from pyotp import TOTP

from admin import ceremony
from admin.accounts import Newcomer, read_duties
from admin.ceremony import Place, found
from admin.factors import OneTimeCodes
from admin.runtime import open_door
from crypto.passphrase import STANDARD
from reporting.database import connect
from reporting.settings import Settings
from tests.served import Visitor
from wsgi import utc_now

STEWARD = "Steward Canary-Other"


@dataclass(frozen=True)
class Founder:
    """Who founded the office, with everything they know and carry."""

    name: str
    passphrase: str
    codes: OneTimeCodes


def a_founded_office(settings: Settings, name: str, passphrase: str) -> Founder:
    """Found an office as the ceremony does, with somebody who reads reports and a steward."""
    founder = Founder(name, passphrase, OneTimeCodes.make())
    steward = Newcomer(STEWARD, f"{passphrase} of the steward", OneTimeCodes.make())
    database = connect(settings.database)
    found(
        Place(settings, database, open_door(settings, STANDARD)),
        [
            ceremony.Founder(
                Newcomer(name, passphrase, founder.codes),
                read_duties("reviewer,caseworker,supervisor,manager"),
            ),
            ceremony.Founder(steward, read_duties("steward,manager")),
        ],
        utc_now(),
    )
    database.engine.dispose()
    return founder


def case_waiting(staff: Visitor, founder: Founder) -> str:
    """Sign in; return the number of the report at the head of the queue."""
    fields = {"name": founder.name, "passphrase": founder.passphrase}
    first = staff.post("/staff/sign-in", staff.get("/staff/sign-in"), **fields)
    code = TOTP(founder.codes.text).at(int(utc_now().timestamp()))
    staff.post("/staff/sign-in/code", staff.get(first.location), code=code)
    _declare(staff, founder)
    queue = staff.get("/staff/list/received").text
    return queue.partition('href="/staff/case/')[2].partition('"')[0]


def _declare(staff: Visitor, founder: Founder) -> None:
    """Declare, on the first day, that there are no ties."""
    form = "/staff/me/declaration"
    said = {"nothing": "yes", "languages": "ja", "region": "kanto", "woman": "no"}
    typed = {**said, "government": "no", "names": founder.name, "press": "save"}
    staff.post(form, staff.get(form), **typed)
