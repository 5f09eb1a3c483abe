"""Lists: the page that staff begin with, and the lists of reports that it counts."""

from functools import partial
from http import HTTPStatus

from flask import Response

from admin import due, indexing, lists, overdue, today
from admin.authority import authorize
from admin.keyring import Ring
from admin.list_rules import Look
from admin.permissions import Action, is_allowed
from admin.queue import Place
from admin.web import (
    alerts,
    bulk,
    due_wording,
    guard,
    leaving_out,
    once,
    planning_words,
    translating,
)
from admin.web.audit import log_page
from admin.web.case_wording import STATES
from admin.web.context import case_desk, staff
from admin.web.list_words import EMPTY_LISTS, LISTS_OF_CASES, SHOWN_WHEN_FILLED
from admin.web.people import people_page
from admin.web.practice import PRACTICE
from admin.web.rendering import keyed
from reporting.web.context import now
from reporting.web.rendering import to


@guard.signed_in
def home(ring: Ring) -> Response:
    """Show what this person does here: their reports, the log to auditors, or people."""
    marks = ring.person.marks
    if is_allowed(Action.VIEW_LISTS, marks):
        return _today(ring)
    if is_allowed(Action.VIEW_AUDIT, marks):
        return log_page(ring, None)
    if not marks:
        return to(PRACTICE)
    authorize(ring.person, Action.VIEW_PEOPLE)
    return people_page(ring)


@guard.requires(Action.VIEW_LISTS)
def list_of(ring: Ring, name: str) -> Response:
    """Show one list from its top."""
    return _list_page(ring, name, None)


@guard.requires(Action.VIEW_LISTS)
def list_from(ring: Ring, name: str, after: Place) -> Response:
    """Show one list from behind a place."""
    return _list_page(ring, name, after)


def _list_page(ring: Ring, name: str, after: Place | None) -> Response:
    strange = indexing.fold(partial(case_desk, ring))
    with case_desk(ring) as at:
        look = Look(at, strange)
        shown = lists.page_of(look, name, after)
        piles = overdue.piles(at, shown.rows) if name == today.OVERDUE else ()
    unopened = leaving_out.after(ring, look.scan)
    return keyed(
        "list.html",
        HTTPStatus.OK,
        name=name,
        page=shown,
        first=after is None,
        piles=piles,
        unopened=unopened,
        empty=EMPTY_LISTS[name],
        whose=due_wording.WHOSE,
        when=partial(due_wording.left, now=now()),
        why=due_wording.why,
        lists=LISTS_OF_CASES,
        states=STATES,
        **planning_words.WORDS,
        **bulk.choices(ring),
    )


def _today(ring: Ring) -> Response:
    closed = set() if is_allowed(Action.VIEW_QUEUE, ring.person.marks) else {"received"}
    due.run(staff().service, ring, now())
    shown = today.view(partial(case_desk, ring), staff().left_alone)
    closed |= {name for name in SHOWN_WHEN_FILLED if shown.counts[name] == "0"}
    pressing = overdue.pressing(shown.late)
    return keyed(
        "home.html",
        counts=tuple((name, shown.counts[name]) for name in LISTS_OF_CASES if name not in closed),
        lists=LISTS_OF_CASES,
        pressing=pressing,
        late_for=due_wording.span(now() - pressing.since) if pressing else "",
        may_pull=is_allowed(Action.PULL_CASE, ring.person.marks),
        may_see_campaigns=is_allowed(Action.SEE_CAMPAIGNS, ring.person.marks),
        once=once.number(),
        alerts=alerts.of(ring),
        exposure=shown.opened,
        wants_rest=shown.opened.wants_rest(now()),
        may_view_reading=is_allowed(Action.VIEW_READING, ring.person.marks),
        answers=shown.answers,
        unopened=shown.unopened,
        is_left_alone=shown.is_left_alone,
        asked=translating.of(ring),
    )
