"""Tries: how often a browser may show a second factor, each time to another challenge.

Counted before anything is looked at: what is sent all at once is no more than five either, and no
challenge is answered twice.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from admin import browsers
from admin.browsers import TRIES, BrowserKeys, Live, Pending, new_challenge
from admin.errors import NotSignedInError


def take_pending(session: Session, keys: BrowserKeys, now: datetime) -> Pending:
    """Use up one try of a half-finished sign-in; return it with the challenge to be answered.

    Raises SignInEndedError when there is none left.
    """
    browsers.lock(session, keys)
    pending = browsers.find_pending(session, keys, now)
    counted = replace(pending, tries=pending.tries + 1)
    browsers.keep_pending(session, keys, replace(counted, challenge=new_challenge()))
    return counted


def take_live(session: Session, keys: BrowserKeys, now: datetime) -> Live:
    """Use up one try of somebody signed in; return them with the challenge to be answered.

    Raises NotSignedInError when there is none left.
    """
    browsers.lock(session, keys)
    live = browsers.find_live(session, keys, now)
    if live.tries >= TRIES:
        raise NotSignedInError
    counted = replace(live, tries=live.tries + 1)
    browsers.keep_live(session, keys, replace(counted, challenge=new_challenge()))
    return counted


def confirm(session: Session, keys: BrowserKeys, now: datetime) -> None:
    """Note that somebody showed a second factor now; raise NotSignedInError."""
    browsers.lock(session, keys)
    live = browsers.find_live(session, keys, now)
    browsers.keep_live(session, keys, replace(live, confirmed=now, tries=0))


def ask_new(session: Session, keys: BrowserKeys, now: datetime) -> bytes:
    """Return what a new passkey has to answer; raise NotSignedInError."""
    browsers.lock(session, keys)
    live = replace(browsers.find_live(session, keys, now), making=new_challenge())
    browsers.keep_live(session, keys, live)
    return live.making
