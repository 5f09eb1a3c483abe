"""Burning: a release is given up for good; what was drawn, by two officers together."""

from typing import Final

from sqlalchemy import select

from admin.authority import authorize
from admin.budget_rows import BurnRow
from admin.desk import Desk
from admin.errors import FiguresError
from admin.permissions import Action
from admin.publication import approvals, ledger, signatures
from admin.publication.approvals import NEEDED
from admin.publication.booked import Event, Reason, State
from crypto.signing import Document, Prefix
from reporting import audit, records

TWICE: Final = (
    "You signed already that {} is given up for this reason. Somebody else of the publication"
    " group does it next."
)


def burn(desk: Desk, release: str, reason: Reason) -> bool:
    """Book that a release will never be published; it stays spent. Say whether that is done.

    What was drawn could be looked at: it is given up once two officers of now signed why. Raises
    HiddenError, and FiguresError for a release that is not booked, or public, and for a second
    signature of one person.
    """
    rule = authorize(desk.ring.person, Action.BURN_FIGURES)
    audit.hold(desk.session)
    approvals.require(desk.session, desk.verified, release)
    booked = ledger.load(desk.session)
    if booked.is_broken_off(release):
        # Its numbers are there to be looked at, so it is as good as drawn.
        result = bytes.fromhex(booked.of(release)[-1].result_sha256)
        ledger.drawn(desk.session, release, result, desk.now)
        booked = ledger.load(desk.session)
    state = booked.state(release)
    if state == State.DRAWN and not _signed(desk, booked.of(release)[-1], reason):
        desk.note("release.burn_signed", rule=rule, fields=(release, reason))
        return False
    ledger.burn(desk.session, release, reason, desk.now)
    desk.note("release.burnt", rule=rule, fields=(release, reason))
    return True


def countersign(desk: Desk, drawn: Event, reason: Reason) -> None:
    """Keep the signature of whoever is at the desk under why a drawn release is given up."""
    person, document = desk.ring.person, _document(drawn, reason)
    (signature,) = desk.ring.sign(Prefix.STAT_BURN, document).signatures.values()
    desk.session.merge(
        BurnRow(
            release_id=drawn.release,
            member_id=person.id,
            reason=reason,
            signing_key=desk.verified.people[person.id].signing_key,
            signature=signature,
        )
    )
    desk.session.flush()


def _signed(desk: Desk, drawn: Event, reason: Reason) -> bool:
    """Add a signature; say whether as many people signed as have to."""
    wanted = select(BurnRow).where(BurnRow.release_id == drawn.release, BurnRow.reason == reason)
    rows = desk.session.scalars(wanted).all()
    body = records.encode(_document(drawn, reason))
    signers = signatures.officers(rows, desk.verified, Prefix.STAT_BURN, body)
    if desk.ring.person.id in signers:
        raise FiguresError(TWICE.format(drawn.release))
    countersign(desk, drawn, reason)
    return len(signers) + 1 >= NEEDED


def _document(drawn: Event, reason: Reason) -> Document:
    return {
        "release": drawn.release,
        "reason": reason.value,
        "result_sha256": drawn.result_sha256,
    }
