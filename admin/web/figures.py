"""Figures: the page with what supervisors are told of the team's work."""

from functools import partial

from flask import Response

from admin import figures, indexing
from admin.keyring import Ring
from admin.permissions import Action
from admin.team_figures import OfLevel
from admin.web import due_wording, guard
from admin.web.context import case_desk, desk, looking_desk, staff
from admin.web.rendering import page
from reporting.web.context import now


@guard.requires(Action.VIEW_FIGURES)
def show_figures(ring: Ring) -> Response:
    """Show the figures of the team, at most a minute old."""
    with desk(ring) as at:
        figures.note_view(at)
    person = ring.person
    seer = person.id, person.roles, person.is_kept_back, person.card
    found = staff().figures.of(seer, now(), partial(_counted, ring))
    return page("figures.html", figures=found, newest=figures.NEWEST, span=due_wording.span)


def _counted(ring: Ring) -> tuple[OfLevel, ...]:
    strange = indexing.fold(partial(case_desk, ring))
    with looking_desk(ring) as at:
        return figures.of(at, strange)
