"""Own factors: what somebody adds to their second factors, or takes away from them.

It takes the passphrase, because that alone locks the key ring in which they are. Where else they
are signed in ends: whoever had the old factors may be sitting there.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.orm import Session

from admin import browsers, decoys, own_sessions, passkeys, tries
from admin.admission import Opened, factors_of, shown_of, still_there
from admin.authority import authorize, event
from admin.decoys import Shown
from admin.errors import AccountError, CodeRefusedError, SignInRefusedError
from admin.factors import OneTimeCodes
from admin.keyring import unset_decoy
from admin.models import Member
from admin.passkeys import Passkey
from admin.permissions import Action
from admin.presence import Presence
from admin.runtime import Staff
from admin.second_factors import GONE, Factors
from admin.sessions import Credentials, unlock
from crypto.envelope import Secret
from forms.wording import msgid
from reporting.audit import append

CODES: Final = "codes"  # what one-time codes are called where a passkey has its handle
HANDLE_DIGITS: Final = 16
NOT_TAKEN: Final = msgid("This passkey was not taken. Please press the button once more.")


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the second factors, which kind it is about, and what the log calls it."""

    verb: str
    kind: str
    apply: Callable[[Factors], Factors]


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that a browser made: what it told, and what its owner calls it."""

    told: str = field(repr=False)
    label: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """A passkey as its owner sees it in a list."""

    handle: str
    label: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Own:
    """Somebody's second factors."""

    has_codes: bool
    passkeys: tuple[Held, ...]

    @property
    def is_last(self) -> bool:
        """Whether there is one alone, which cannot be taken away."""
        return self.has_codes + len(self.passkeys) == 1


def view(here: Presence) -> Own:
    """Return the second factors of whoever is signed in."""
    factors = Factors.decode(here.ring.factors)
    held = tuple(Held(_handle(passkey), passkey.label) for passkey in factors.passkeys)
    return Own(factors.codes is not None, held)


def ask_passkey(session: Session, here: Presence, origin: str) -> str:
    """Return the JSON with which a browser asks for a new passkey; it can be answered once."""
    challenge = tries.ask_new(session, here.keys, here.now)
    known = Factors.decode(here.ring.factors).passkeys
    return passkeys.registration(origin, here.ring.person.id, known, challenge)


def add_passkey(staff: Staff, here: Presence, passphrase: str, made: Made) -> None:
    """Add a passkey that this browser was asked for.

    Raises SignInRefusedError for a wrong passphrase, AccountError for an answer to nothing that was
    asked or for a name or number of passkeys that cannot be, and BusyError.
    """
    origin = staff.service.settings.staff_origin
    with staff.service.read() as session:
        challenge = browsers.find_live(session, here.keys, here.now).making
    if not challenge or not origin:
        raise AccountError(NOT_TAKEN, about="made")
    try:
        passkey = passkeys.register(made.told, origin, challenge, made.label)
    except CodeRefusedError:
        raise AccountError(NOT_TAKEN, about="made") from None
    added = Change("factor.added", "passkey", lambda factors: factors.with_passkey(passkey))
    _change(staff, here, passphrase, added)


def renew_codes(staff: Staff, here: Presence, passphrase: str, codes: OneTimeCodes) -> None:
    """Put other one-time codes in place of those there are, or add the first.

    The caller has seen a code of them. Raises SignInRefusedError and BusyError.
    """
    renewed = Change("factor.added", CODES, lambda factors: factors.with_codes(codes))
    _change(staff, here, passphrase, renewed)


def remove(staff: Staff, here: Presence, passphrase: str, which: str) -> None:
    """Take away a passkey by its handle, or the one-time codes.

    Raises SignInRefusedError for a wrong passphrase, AccountError for the last factor or for one
    that is not there, and BusyError.
    """
    if which == CODES:
        gone = Change("factor.removed", CODES, Factors.without_codes)
    else:
        gone = Change("factor.removed", "passkey", lambda factors: _without(factors, which))
    _change(staff, here, passphrase, gone)


def _change(staff: Staff, here: Presence, passphrase: str, change: Change) -> None:
    person, service = here.ring.person, staff.service
    rule = authorize(person, Action.CHANGE_FACTORS, person.id)
    opened = unlock(staff, Credentials(person.name, passphrase), here.now)
    with service.begin() as session:
        member = still_there(session.get(Member, person.id, with_for_update=True))
        shown = shown_of(staff, member, opened)
        if shown.is_decoy and not person.is_kept_back:
            raise SignInRefusedError
        factors = change.apply(factors_of(shown.keyring)).encode()
        changed = replace(shown, keyring=replace(shown.keyring, factors=factors))
        noted = replace(event(person, change.verb, person.id, rule), fields=(change.kind,))
        append(session, service.journal, noted, here.now)
        # Whoever is kept back may be forced: their own key ring stays as it is, and they see in
        # this browser alone what they asked for.
        if changed.is_decoy or not person.is_kept_back:
            _lock_again(staff, member, opened, changed)
        live_keys = here.ring.with_factors(factors).kept()
        browsers.renew(session, here.keys, Secret(live_keys.encode()), here.now)
        own_sessions.erase_others(session, person.id, here.keys.row)


def _lock_again(staff: Staff, member: Member, opened: Opened, changed: Shown) -> None:
    """Keep the changed key ring. What a passphrase for being forced opened shows the old factors.

    Nobody could sign in with those any more, so that passphrase has to be chosen anew.
    """
    parameters = staff.door.parameters
    decoys.lock_again(member, opened.kek, changed, parameters)
    if not changed.is_decoy:
        member.decoy_sealed = unset_decoy(member.id, parameters)


def _without(factors: Factors, handle: str) -> Factors:
    for passkey in factors.passkeys:
        if _handle(passkey) == handle:
            return factors.without_passkey(passkey.credential_id)
    raise AccountError(GONE)


def _handle(passkey: Passkey) -> str:
    return hashlib.sha256(passkey.credential_id).hexdigest()[:HANDLE_DIGITS]
