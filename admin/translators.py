"""Translators: who of the team may be asked to translate one text of a report.

Whoever is neither on the way to read reports nor had to declare is not: auditors and
administrators, and whoever has not come as far as a trainee. A tie by family alone bars nobody, and
which tie is one only their own session knows. So of a colleague with a tie to the state, or without
a card that is known here, only who holds keys of reports anyway is asked: their session decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from admin import holds, lending, names, readers, steps
from admin.authority import Person
from admin.cases import Opened
from admin.desk import Desk
from admin.likeness import is_near
from admin.models import Lapse
from admin.permissions import ADMINISTRATOR, AUDITOR, CASE_READERS
from admin.stages import limits_of
from admin.visibility import Matter
from crypto.standing import Progress


@dataclass(frozen=True, slots=True)
class Fit:
    """Who may be asked: names by their numbers in hex, and of whom it is not known whether."""

    known: Mapping[str, str] = field(repr=False)
    unknown: Mapping[str, str] = field(repr=False)

    def __contains__(self, member: bytes) -> bool:
        """Say whether somebody may be asked."""
        return member.hex() in self.known or member.hex() in self.unknown


def rule_of(there: Opened) -> Matter:
    """Return for whom no text of a report exists that is lent."""
    said_yes = "yes" in there.facets.keep_to.get("interpreter", ())
    return lending.rule_of(there.matter, may_be_near=said_yes)


def may_help(person: Person) -> bool:
    """Say whether somebody's roles let them be asked at all."""
    return person.roles.isdisjoint({AUDITOR, ADMINISTRATOR})


def fit(desk: Desk, there: Opened) -> Fit:
    """Return who may be asked to translate a text of a report. Raises AlarmError."""
    known, unknown = [], []
    rule = rule_of(there)
    for person in _in_force(desk):
        is_reader = readers.reads(person, there.facets.answer_in)
        if not is_reader or there.work.is_conflict_of(person.id):
            continue
        if lending.admits(rule, person, desk.now):
            known.append(person.id)
        elif person.roles & CASE_READERS and _may(rule, person, desk):
            unknown.append(person.id)
    called = names.all_called(desk, (*known, *unknown))
    return Fit(
        known={member.hex(): called[member] for member in known},
        unknown={member.hex(): called[member] for member in unknown},
    )


def _may(rule: Matter, person: Person, desk: Desk) -> bool:
    return lending.may_admit(rule, person, desk.now) and not _is_named(person, rule)


def _in_force(desk: Desk) -> Iterator[Person]:
    """Yield everybody else of the team who is vetted and in standing, as far as it is known."""
    progress = steps.progress_of_all(desk.session, desk.verified)
    away = holds.held(desk.session).union(desk.session.scalars(select(Lapse.member_id)))
    for person in readers.team(desk):
        is_other = person.id != desk.ring.person.id
        if is_other and may_help(person) and person.id not in away and _came(progress[person.id]):
            yield person


def _came(progress: Progress) -> bool:
    return bool(progress.held) and limits_of(progress.stage).may_practise


def _is_named(person: Person, rule: Matter) -> bool:
    """Say whether a reporter keeps somebody out by the name that they sign in with."""
    kept_out = (*rule.people, *rule.exclusions.people)
    return any(is_near(person.name, name) for name in kept_out)
