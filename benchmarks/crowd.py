"""A crowd: an office with 100,000 reports, for measuring what its queue costs.

The 5,200 reports that are still worked on or set aside are genuine: each is sealed as the form
seals it, and its work stands in a record under its own key. The others are over and no list opens
them: their rows have the true number and length, with bytes that open nowhere.
"""

import gc
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flask import Flask
from pyotp import TOTP
from sqlalchemy import Engine, insert, literal, select
from sqlalchemy.orm import Session

import admin.web
from admin import work_records
from admin.admission import Arrival, admit, look_back
from admin.demo import DemoPerson
from admin.desk import Desk
from admin.facts import Deed
from admin.indexing import AT_A_TIME, fold, unknown
from admin.installation import DEMO_FILE
from admin.keyring import Ring
from admin.runtime import Staff
from admin.sessions import Credentials, unlock
from admin.work import Asked, Work, of_facets
from crypto.roles import Group
from crypto.sealing import seal
from forms.answers import GivenConsent, Report
from forms.choices import LINK, STORE
from reporting import intake, places
from reporting.case_rows import WorkRow
from reporting.clock import week_of
from reporting.models import Case, CasePart, CaseWrap, Mail, Part, State, Wrapped
from reporting.settings import Settings
from wsgi import create_app, utc_now

WAITING: Final = {State.RECEIVED: 500, State.TRIAGED: 1500, State.ACTIVE: 2000}
OTHERS: Final = {State.MONITORING: 800, State.REVIEW: 200, State.QUARANTINED: 200}
OVER: Final = {State.CLOSED: 2, State.DECLINED: 1}  # two of three closed, one of three declined
STATES: Final = ("CN", "KP")
LEVELS: Final = (("danger", "now"), ("danger", "soon"), ("kinds", ""), ("kinds", ""))
INSERTED_AT_ONCE: Final = 5000
OF_INTAKE: Final = frozenset({State.RECEIVED, State.QUARANTINED, State.DECLINED})


@dataclass(frozen=True, slots=True)
class Crowd:
    """The office: its sites, somebody of every role with their keys, and how long sealing took."""

    app: Flask
    staff: Staff
    ring: Ring
    people: dict[str, DemoPerson]

    @contextmanager
    def desk(self, ring: Ring) -> Iterator[Desk]:
        """Begin a unit of work of somebody's."""
        service = self.staff.service
        with service.begin() as session:
            verified = service.office.follow(session)
            yield Desk(session, ring, verified, service.journal, utc_now())


def settings_of(environment: dict[str, str]) -> Settings:
    """Return the settings that an instance's environment asks for."""
    ours = {name: text for name, text in environment.items() if name.startswith("TOMOSHIBI_")}
    return Settings.from_environment(ours)


def entered(settings: Settings) -> Crowd:
    """Open the office of a demonstration, and let the first of its staff in."""
    app = create_app(settings, utc_now, admin.web.install)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    staff: Staff = app.extensions["tomoshibi.staff"]
    written = json.loads((Path(settings.instance) / DEMO_FILE).read_bytes())
    people = {one["name"]: DemoPerson(**one) for one in written}
    person, now = people["Aiko Mori"], utc_now()
    opened = unlock(staff, Credentials(person.name, person.passphrase), now)
    code = TOTP(person.totp_secret).at(now)
    arrival = Arrival(code, now, "step_up", look_back(staff, opened))
    with staff.service.begin() as session:
        ring = admit(session, staff, opened, arrival).ring
    return Crowd(app, staff, ring, people)


def fill(crowd: Crowd, count: int, share: float) -> None:
    """Store so many reports; of those that are still worked on only a share, for quick trials."""
    now = utc_now()
    with crowd.desk(crowd.ring) as desk:
        genuine = 0
        for state, number in (WAITING | OTHERS).items():
            for turn in range(int(number * share)):
                _store(crowd, desk, state, turn, now)
                genuine += 1
        _store_over(desk.session, max(0, count - genuine), now)


def make_known(crowd: Crowd) -> int:
    """Let the lists know of every report, as many sessions would do; return how many it took."""
    turns, left = 0, 1
    while left:
        fold(lambda: crowd.desk(crowd.ring))
        turns += 1
        with crowd.desk(crowd.ring) as desk:
            left = len(unknown(desk, [*crowd.ring.seeds()], 1))
    return turns * AT_A_TIME


def settle(engine: Engine) -> None:
    """Let PostgreSQL know how many rows there are, as it does by itself, and leave no litter."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    # As the service does before its first visitor.
    gc.collect()
    gc.freeze()


def _store(crowd: Crowd, desk: Desk, state: State, turn: int, now: datetime) -> None:
    received = now - timedelta(hours=turn % 4000)
    sealed = intake.prepare(_report(turn), crowd.staff.service.desk, received)
    wrap = CaseWrap(**sealed.wraps[0])
    case = bytes(wrap.case_id)
    group = Group.INTAKE if state in OF_INTAKE else Group.CASEWORK
    key, epoch = desk.ring.case_key(wrap), desk.verified.epoch(group)
    work = _work(desk, of_facets(_report(turn).answers, received), state, turn)
    place = places.wrap(case, Wrapped.CASE, group)
    opened_by = {"epoch_id": epoch.id, "key_sealed": seal(epoch.public_key, key, place)}
    wraps = ({**sealed.wraps[0], **opened_by}, sealed.wraps[1])
    intake.store(
        desk.session, replace(sealed, case={**sealed.case, "state": state, "rev": 1}, wraps=wraps)
    )
    box = work_records.close(case, 0, key, work)
    desk.session.execute(insert(WorkRow).values(case_id=case, rev=0, content_sealed=box))
    if state in {State.TRIAGED, State.ACTIVE} and turn % 20 == 1:
        # Its reporter wrote, and nobody has read it yet.
        desk.session.execute(insert(Mail).values(case_id=case))


def _report(turn: int) -> Report:
    question, code = LEVELS[min(turn % 16, 3)] if turn % 50 else LEVELS[0]
    answers = {"kinds": ("threat",), "state": (STATES[turn % 2],)}
    if question == "danger":
        answers["danger"] = (code if turn % 50 == 0 else "soon",)
    given = {name: GivenConsent("yes", "0" * 64, "en") for name in (STORE, LINK)}
    language = "ja" if turn % 3 else "en"
    return Report("short", answers, f"{turn}: {secrets.token_hex(200)}", {}, language, given)


def _work(desk: Desk, work: Work, state: State, turn: int) -> Work:
    members = sorted(desk.verified.people)
    me = members[turn % len(members)]
    deeds = (Deed("accept", me, desk.now), Deed("assign", me, desk.now))
    work = replace(work, state=state, since=desk.now - timedelta(days=turn % 40), deeds=deeds)
    if state in {State.ACTIVE, State.MONITORING, State.REVIEW}:
        # Nobody owns more than some dozens; here are few people, so most are others'.
        mine = members[turn // 40 % len(members)]
        work = work.owned_by(secrets.token_bytes(16) if turn % 40 else mine)
    if state in {State.TRIAGED, State.ACTIVE} and turn % 10 == 0:
        asker = secrets.token_bytes(16) if turn % 100 else members[turn // 100 % len(members)]
        work = replace(work, questions=(Asked(asker, desk.now),))
    return work


def _store_over(session: Session, count: int, now: datetime) -> None:
    epochs = session.scalars(select(CaseWrap.epoch_id).distinct()).all()
    week, turns = week_of(now), tuple(state for state, times in OVER.items() for _ in range(times))
    for begin in range(0, count, INSERTED_AT_ONCE):
        rows = [
            {
                "id": secrets.token_bytes(16),
                "state": turns[turn % len(turns)],
                "level": turn % 4,
                "received_week": week - 1 - turn % 40,
                "rev": 5,
            }
            for turn in range(begin, min(begin + INSERTED_AT_ONCE, count))
        ]
        session.execute(insert(Case), rows)
    over = Case.state.in_(list(OVER))
    sizes = {Wrapped.CASE: 1186, Wrapped.CONTACT: 1186}
    for wrapped, size in sizes.items():
        row = (Case.id, literal(wrapped), literal(epochs[0]), literal(secrets.token_bytes(size)))
        names = ["case_id", "wrapped", "epoch_id", "key_sealed"]
        session.execute(insert(CaseWrap).from_select(names, select(*row).where(over)))
    for part in Part:
        box = literal(secrets.token_bytes(1024 + 74))
        row = (Case.id, literal(part), literal(0), box)
        names = ["case_id", "part", "rev", "content_sealed"]
        session.execute(insert(CasePart).from_select(names, select(*row).where(over)))
    work = (Case.id, literal(4), literal(secrets.token_bytes(2048 + 74)))
    names = ["case_id", "rev", "content_sealed"]
    session.execute(insert(WorkRow).from_select(names, select(*work).where(over)))
