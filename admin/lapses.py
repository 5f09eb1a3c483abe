"""Lapses: whose keys are taken back because they did not declare, at a manager's sign-in.

A manager of the day reads what everybody declared. From the day a declaration or an attestation is
overdue only that form opens (admin.web.guard); thirty days later nothing is handed on any more.
"""

from sqlalchemy import delete, select

from admin import browsers, circles, grants, letters, steps, words
from admin.desk import Desk
from admin.keeping import may_hold_keys
from admin.letters import Kind
from admin.models import Lapse
from reporting.clock import day_of


def note_overdue(desk: Desk) -> None:
    """Write into the log that somebody comes in who has to declare first."""
    person = desk.ring.person
    if not person.standing.may_work(day_of(desk.now)):
        desk.note("declaration.overdue", person.id)


def run(desk: Desk) -> None:
    """Take back from those who lapsed, and let those be handed keys again who declared since."""
    people = desk.verified.people.keys()
    found = set(desk.session.scalars(select(Lapse.member_id)))
    due = _lapsed(desk, found & people)
    for member in sorted(due - found):
        desk.note("access.lapsed", member)
        desk.session.add(Lapse(member_id=member))
        desk.session.flush()
        circles.take_back(desk.session, desk.verified, member)
        browsers.erase_all(desk.session, member)
    for member in sorted((found & people) - due):
        desk.note("access.restored", member)
    desk.session.execute(delete(Lapse).where(Lapse.member_id.in_(found - due)))
    grants.take_back(desk.session, desk.verified)


def _lapsed(desk: Desk, until_now: set[bytes]) -> set[bytes]:
    """Return who has lapsed; of whom nothing can be told it stays as it was."""
    letters_here = letters.read(desk.session, desk.ring, Kind.WORD)
    people = desk.verified.people
    said = {id_: words.heard(letters_here.get(id_, {}), one) for id_, one in people.items()}
    # What no colleague handed on yet, or what was signed with earlier keys, may be of today.
    unheard = {id_ for id_ in letters.written(desk.session, Kind.WORD) if not said.get(id_)}
    everybody = steps.progress_of_all(desk.session, desk.verified)
    overdue = {
        id_
        for id_ in people.keys() - unheard
        if may_hold_keys(everybody[id_])
        and words.standing_by(everybody[id_], said[id_]).is_lapsed(day_of(desk.now))
    }
    return overdue | (until_now & unheard)
