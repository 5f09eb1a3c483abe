"""Releases: what was drawn becomes a folder, and a signed folder becomes public."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from admin.authority import authorize
from admin.budget_rows import PlanRow
from admin.desk import Desk
from admin.errors import FiguresError
from admin.permissions import Action
from admin.publication import (
    announced,
    approvals,
    calendar,
    drafting,
    ledger,
    measurements,
    plan_rows,
    shelf,
)
from admin.publication.booked import NOTHING, Ledger, State
from reporting import audit
from reporting.statistics import bundle, papers, plan, release
from reporting.statistics.bundle import BundleError, Source
from reporting.statistics.correspondence import Said
from reporting.statistics.plan import Plan
from reporting.statistics.release import Release, Releases
from reporting.statistics.topdown import Measurement

UNDRAWN: Final = "{0} is not drawn yet. Next: tomoshibi stats draw {0}"
HALF_DRAWN: Final = (
    "{0} was booked and its draw did not end. What it costs is spent, and nothing will be drawn"
    " again. Next: tomoshibi stats draw {0}, which goes on with the numbers that are kept. Where an"
    " older version kept none: tomoshibi stats burn {0} --reason crash"
)
UNMADE: Final = "No folder of {} was written: {}."
UNFIT: Final = (
    "{} in the releases of this instance does not hold: {}. Bring it back from a copy before"
    " anything else is published."
)
FOREIGN: Final = (
    "The numbers, the plan, the signatures of officers or the ledger in {} are not those of this"
    " office. Nothing was published; render the folder here anew."
)
UNCHAINED: Final = (
    "{} does not follow the newest release here. Nothing was published. Render it anew now, and"
    " sign the new folder."
)
CUT: Final = (
    "The ledger in figures/ledger.json or in a published release knows of rows that the database"
    " does not have: it was put back to an old backup, or somebody cut rows off. Nothing was drawn,"
    " written or published: what was drawn once is not drawn a second time. Bring back the newest"
    " backup. If it does not know of them either, two officers together: tomoshibi stats resume"
)
GONE: Final = (
    "A plan was announced from this office, and figures/ledger.json is not in the instance folder:"
    " it was brought back without what it gave out, and may have forgotten a draw. Nothing was"
    " drawn, written or published. Bring back the folders figures and releases, and release.keys,"
    " from the public site or a copy. Then, or if there is no copy, two officers together:"
    " tomoshibi stats resume"
)
EARLY: Final = (
    "The figures of {} are published from 1 July {} on: that is what people were promised. Nothing"
    " was published."
)


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a release that is not signed yet, and what its folder is called."""

    name: str
    files: Mapping[str, bytes]


def rendered(session: Session, planned: str, instance: Path, note: Said | None = None) -> Made:
    """Return the next version of a release: one that was burnt with its tables missing.

    `note` says why there is another version. Raises FiguresError, also for a note that is not one
    line of words.
    """
    found, booked = signable(session, planned, instance), ledger.load(session)
    here = require_continued(session, instance)
    versions = [one.version for one in here.fit if one.plan.release == planned]
    version = max(versions, default=0) + 1
    source = Source(
        plan=plan.encode(found),
        measured=_measured(session, found, booked),
        approvals=approvals.exported(session, found),
        ledger=ledger.exported(session),
        previous=here.head,
        version=version,
        supersedes=f"{planned}.v{version - 1}" if versions else "",
        synthetic=False,
        keys=shelf.read_keys(instance / shelf.KEYS).encode().encode(),
        note=note,
    )
    try:
        return Made(f"{planned}.v{version}", bundle.render(source))
    except BundleError as error:
        raise FiguresError(UNMADE.format(planned, error)) from error


def shelved(instance: Path) -> Releases:
    """Return what is published here. Raises FiguresError where something of it does not hold."""
    if not (instance / shelf.RELEASES).exists():
        return Releases((), ())
    keys = shelf.read_keys(instance / shelf.KEYS)
    found = release.read_all(instance / shelf.RELEASES, keys)
    for unfit in found.unfit:
        raise FiguresError(UNFIT.format(unfit.name, unfit.reason))
    return found


def require_continued(session: Session, instance: Path) -> Releases:
    """Return what is published here, of which the ledger has to know all.

    Raises FiguresError where something here rests on rows that the database does not have: it was
    put back to before a draw, or rows were cut off its end. Also where nothing is here that could
    say so, though it was given out.
    """
    if is_bereft(session, instance):
        raise FiguresError(GONE)
    return _known(session, instance)


def is_bereft(session: Session, instance: Path) -> bool:
    """Say whether an office that gave something out has no ledger but that in its database."""
    if shelf.told(instance) is not None:
        return False
    marked = select(exists().where(PlanRow.announced == 1))
    return bool(ledger.load(session).events) or session.scalar(marked) is True


def _known(session: Session, instance: Path) -> Releases:
    here = shelved(instance)
    told = {one.stated.ledger_head for one in here.fit if not one.synthetic}
    known = {NOTHING.hex(), *(hashed.hex() for hashed in ledger.load(session).hashes)}
    if not {*told, shelf.told_head(instance)} <= known:
        raise FiguresError(CUT)
    return here


def require_own(desk: Desk, one: Release, instance: Path) -> None:
    """Raise FiguresError unless a release is what this office drew, and its day has come.

    Everybody was told its plan, and two people signed that who ever stood in the roster: all else
    of it could be written by whoever can write into the database.
    """
    session, now = desk.session, desk.now
    name = one.plan.release
    found = kept(session, name)
    booked = ledger.load(session)
    measured = _measured(session, found, booked)
    signed = approvals.exported(session, found)
    signers = {approval.signing_key for approval in papers.read_approvals(signed)}
    heads = {hashed.hex() for hashed in booked.hashes}
    said = (one.plan, one.measured, one.files[bundle.APPROVALS])
    is_own = said == (found, measured, signed) and signers <= desk.verified.listed
    if not is_own or one.stated.ledger_head not in heads:
        raise FiguresError(FOREIGN.format(name))
    announced.require(session, instance, one.plan)
    if not calendar.is_public(found.period, now):
        raise FiguresError(EARLY.format(found.period, found.period + 1))


def publish(desk: Desk, one: Release, instance: Path) -> None:
    """Book that a release is public, the first time one of its versions is.

    Raises HiddenError, and FiguresError for what is not this office's or does not follow what is
    public here.
    """
    rule = authorize(desk.ring.person, Action.PUBLISH_FIGURES)
    audit.hold(desk.session)
    require_own(desk, one, instance)
    here = require_continued(desk.session, instance)
    if one.stated.before != here.head and not _is_there(one, here):
        raise FiguresError(UNCHAINED.format(one.name))
    if ledger.load(desk.session).state(one.plan.release) == State.DRAWN:
        ledger.published(desk.session, one.plan.release, desk.now)
    desk.note("release.published", rule=rule, fields=(one.name,))


def place(one: Release, instance: Path) -> None:
    """Put a release where public pages read it; one that is there already stays as it is."""
    if not _is_there(one, shelved(instance)):
        (instance / shelf.RELEASES).mkdir(exist_ok=True)
        shelf.write(instance / shelf.RELEASES / one.name, one.files)


def export(session: Session, instance: Path) -> None:
    """Write the ledger and the newest announced plan to where public pages read them.

    The plan as it was told, whatever the database has of it by now. Raises FiguresError rather than
    write over rows that this ledger does not know.
    """
    _known(session, instance)
    rows = select(PlanRow.release_id).where(PlanRow.announced == 1)
    newest = session.scalars(rows.order_by(PlanRow.period.desc(), PlanRow.release_id.desc()))
    told = (shelf.announced(instance, name) for name in newest)
    found = next((data for data in told if data is not None), None)
    shelf.export(instance, ledger.exported(session), found)


def announce(desk: Desk, planned: str, instance: Path) -> None:
    """Write a plan that is announced to where everybody and those who sign it read it.

    Raises FiguresError for one that may not be told now.
    """
    session = desk.session
    row = session.get_one(PlanRow, planned)
    if row.announced:
        found = plan_rows.read(row)
        tier = drafting.tier_of(_known(session, instance), found.period)
        announced.tell(instance, found, tier, desk.now)
    export(session, instance)


def kept(session: Session, name: str) -> Plan:
    """Return a plan as it is kept. Raises FiguresError where there is none."""
    row = session.get(PlanRow, name)
    if row is None:
        raise FiguresError(approvals.UNKNOWN.format(name))
    return plan_rows.read(row)


def signable(session: Session, name: str, instance: Path) -> Plan:
    """Return a plan that is kept as it was announced. Raises FiguresError."""
    found = kept(session, name)
    announced.require(session, instance, found)
    return found


def _is_there(one: Release, here: Releases) -> bool:
    return any(other.digest == one.digest for other in here.fit)


def _measured(session: Session, found: Plan, booked: Ledger) -> tuple[Measurement, ...]:
    state = booked.state(found.release)
    if not state:
        raise FiguresError(UNDRAWN.format(found.release))
    if state == State.RESERVED:
        raise FiguresError(HALF_DRAWN.format(found.release))
    if state == State.BURNT:
        return ()
    return measurements.load(session, found, booked.of(found.release)[-1].result_sha256)
