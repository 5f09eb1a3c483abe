"""Spent: a one-time code works once, wherever it is shown.

The key ring knows the newest code of each sign-in, but nobody can write to it while its owner is
signed in: the passphrase that locks it is gone by then. So used codes are also kept here, by blind
tag, until they are too old to work anyway.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin.errors import CodeRefusedError
from admin.factors import STEP_SECONDS, STEPS_OF_DRIFT
from admin.models import SpentCode
from admin.second_factors import Factors, Proof
from reporting.clock import hour_after

# From the beginning of the earliest step that is taken to the end of the latest.
LIFE: Final = timedelta(seconds=STEP_SECONDS * (2 * STEPS_OF_DRIFT + 1))


def accept(session: Session, factors: Factors, proof: Proof, now: datetime) -> Factors:
    """Return the factors with what was shown used up, in the caller's unit of work.

    Raises CodeRefusedError for a wrong one, and for a code that was shown before, here or in any
    other browser of its owner.
    """
    accepted = factors.accept(proof, now)
    if accepted.codes is not None and accepted.codes != factors.codes:
        _keep(session, accepted.codes.used, now)
    return accepted


def sweep(session: Session, now: datetime) -> int:
    """Delete the codes that are too old to work; return how many there were."""
    old = delete(SpentCode).where(SpentCode.expires_hour <= hour_after(now) - 1)
    return len(session.scalars(old.returning(SpentCode.id)).all())


def _keep(session: Session, tag: bytes, now: datetime) -> None:
    kept = insert(SpentCode).values(id=tag, expires_hour=hour_after(now + LIFE))
    try:
        session.execute(kept)
    except IntegrityError:
        raise CodeRefusedError from None
