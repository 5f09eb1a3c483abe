"""Leaving out: what a list does about reports that it met and that do not open."""

from functools import partial

from admin import unopened
from admin.keyring import Ring
from admin.scans import Scan
from admin.web.context import case_desk


def after(ring: Ring, scan: Scan) -> int:
    """Tell of the reports that a look met and could not open; return how many are left out."""
    unopened.tell(partial(case_desk, ring), scan.altered)
    with case_desk(ring) as at:
        return unopened.count(at.session, ring)
