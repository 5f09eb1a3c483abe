"""Own keys: what somebody who is signed in changes about the passphrases of their own key ring.

Nothing is made anew: the same keys are locked under another passphrase. A second passphrase, for
when somebody is forced to tell one, opens a decoy.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from admin import decoys
from admin.admission import Opened
from admin.authority import Person, event
from admin.decoys import Boxes, Shown
from admin.errors import AccountError, PassphraseError, SignInRefusedError
from admin.keyring import Ring, unset_decoy
from admin.models import Member
from admin.passphrases import read_passphrase
from admin.runtime import Staff
from admin.sessions import Credentials, unlock
from crypto.envelope import OpenError, Secret
from crypto.passphrase import stretch
from forms.wording import msgid
from reporting.audit import append
from reporting.database import shred

WRONG: Final = msgid("The passphrase you use now is not right. Please type it again.")
TWO_TYPINGS: Final = msgid("You typed the new passphrase in two ways. Please type both again.")
WEAK: Final = msgid(
    "This passphrase is too short or too easy to guess. Five or six words drawn by dice are good."
)
TAKEN: Final = msgid("Please choose another one: it must be unlike your other passphrase.")
CHANGED: Final = "key.passphrase_changed"  # the same for both: who reads the log learns of no decoy


@dataclass(frozen=True, slots=True)
class Typed:
    """The passphrase in use, and a new one, typed twice."""

    current: str = field(repr=False)
    chosen: str = field(repr=False)
    again: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Held:
    """The row of a person, held against others, and what their passphrase opens there."""

    member: Member
    kek: Secret
    shown: Shown


def change_passphrase(staff: Staff, ring: Ring, typed: Typed, now: datetime) -> None:
    """Lock the person's key ring under another passphrase.

    Raises PassphraseError, BusyError.
    """
    opened = _unlock(staff, ring.person, typed.current, now)
    kek = _stretched(staff, ring.person, typed)
    with staff.service.begin() as session:
        held = _hold(session, staff, ring.person, opened)
        _require_unused(staff, held, kek)
        decoys.lock_again(held.member, kek, held.shown, staff.door.parameters)
        _finish(session, staff, ring.person, now)


def set_decoy(staff: Staff, ring: Ring, typed: Typed, now: datetime) -> None:
    """Let a second passphrase open a decoy; it takes the place of the one from before.

    Whoever is kept back is answered in the same way, and nothing is kept. Raises PassphraseError,
    BusyError.
    """
    opened = _unlock(staff, ring.person, typed.current, now)
    kek = _stretched(staff, ring.person, typed)
    with staff.service.begin() as session:
        held = _hold(session, staff, ring.person, opened)
        if not ring.person.is_kept_back:
            decoys.put(held.member, kek, held.shown.keyring, staff.door.parameters)
        _finish(session, staff, ring.person, now)


def clear_decoy(staff: Staff, ring: Ring, current: str, now: datetime) -> None:
    """Let no second passphrase open anything any more. Raises PassphraseError, BusyError."""
    opened = _unlock(staff, ring.person, current, now)
    with staff.service.begin() as session:
        held = _hold(session, staff, ring.person, opened)
        if not ring.person.is_kept_back:
            held.member.decoy_sealed = unset_decoy(held.member.id, staff.door.parameters)
        _finish(session, staff, ring.person, now)


def _unlock(staff: Staff, person: Person, current: str, now: datetime) -> Opened:
    try:
        return unlock(staff, Credentials(person.name, current), now)
    except SignInRefusedError:
        raise PassphraseError(WRONG) from None


def _stretched(staff: Staff, person: Person, typed: Typed) -> Secret:
    """Return the key of a new passphrase, if it is a good one and not the one in use."""
    if typed.chosen != typed.again:
        raise PassphraseError(TWO_TYPINGS)
    try:
        chosen = read_passphrase(typed.chosen, person.name)
    except AccountError:
        raise PassphraseError(WEAK) from None
    if _bare(chosen) == _bare(typed.current):
        raise PassphraseError(TAKEN)
    with staff.service.read() as session:
        salt = session.get_one(Member, person.id).salt
    return stretch(chosen, salt, staff.door.pepper, staff.door.parameters)


def _bare(passphrase: str) -> str:
    """Return what is left of a passphrase without case, spaces and signs: two that are alike."""
    folded = unicodedata.normalize("NFKC", passphrase).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "ZCPS")


def _hold(session: Session, staff: Staff, person: Person, opened: Opened) -> _Held:
    member = session.get_one(Member, person.id, with_for_update=True)
    try:
        shown = decoys.open_either(opened.kek, Boxes.of(member), staff.door.parameters)
    except OpenError:
        # It was changed elsewhere since it was typed.
        raise PassphraseError(WRONG) from None
    if shown.is_decoy and not person.is_kept_back:
        raise PassphraseError(WRONG)
    return _Held(member, opened.kek, shown)


def _require_unused(staff: Staff, held: _Held, kek: Secret) -> None:
    """Raise PassphraseError for the passphrase of the other box: nobody could tell them apart."""
    try:
        decoys.open_either(kek, Boxes.of(held.member), staff.door.parameters)
    except OpenError:
        return
    raise PassphraseError(TAKEN)


def _finish(session: Session, staff: Staff, person: Person, now: datetime) -> None:
    append(session, staff.service.journal, event(person, CHANGED, person.id), now)
    # What the passphrase from before opens must not stay in the database's files.
    shred(session)
