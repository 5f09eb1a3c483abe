"""Presence: somebody signed in, in one browser, at one moment."""

from dataclasses import dataclass
from datetime import datetime

from admin.browsers import BrowserKeys
from admin.keyring import Ring


@dataclass(frozen=True, slots=True)
class Presence:
    """Who acts, what their browser's cookie opens, and when."""

    ring: Ring
    keys: BrowserKeys
    now: datetime
