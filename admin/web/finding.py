"""Finding: the page on which somebody looks where a number, an account or an address stands."""

from functools import partial
from http import HTTPStatus

from flask import Response

from admin import identified, searching
from admin.identifiers import normalised
from admin.keyring import Ring
from admin.links import Kind
from admin.list_rules import Look
from admin.lists import Row
from admin.permissions import Action
from admin.web import browser, due_wording, guard, planning_words
from admin.web.case_wording import KINDS, PLEASE_CHOOSE, STATES
from admin.web.context import case_desk, staff
from admin.web.identifying import naming, typed_value
from admin.web.rendering import keyed
from forms.identifying import SERVICES, IdentifierForm
from reporting.web.context import now


@guard.requires(Action.MARK_IDENTIFIER)
def ask_where(_ring: Ring) -> Response:
    """Ask what is looked for."""
    return _page(IdentifierForm.of({}), None)


@guard.requires(Action.MARK_IDENTIFIER)
def find_where(ring: Ring) -> Response:
    """Show the reports in which it stands; what it is never stands in an address."""
    form = IdentifierForm.of(browser.posted(IdentifierForm))
    if form.validate():
        with naming(form):
            return _page(form, _rows(ring, form))
    return _page(form, None, HTTPStatus.UNPROCESSABLE_ENTITY)


def _rows(ring: Ring, form: IdentifierForm) -> tuple[Row, ...]:
    kind, value = Kind(form.kind.data), typed_value(form)
    normalised(kind, value)
    with case_desk(ring) as at:
        key = identified.key_to_look(at)
    if key is None:
        return ()
    # Between two units of work: nobody else waits for a quarter of a second.
    token = identified.token_of(key, kind, value, staff().door.parameters)
    with case_desk(ring) as at:
        found = identified.by_token(at, kind, token)
        return searching.rows(Look(at), found)


def _page(
    form: IdentifierForm, rows: tuple[Row, ...] | None, status: int = HTTPStatus.OK
) -> Response:
    return keyed(
        "finding.html",
        status,
        form=form,
        rows=rows,
        identifier_kinds={"": PLEASE_CHOOSE, **KINDS},
        services={"": "-", **SERVICES},
        states=STATES,
        name="search",
        when=partial(due_wording.left, now=now()),
        why=due_wording.why,
        **planning_words.WORDS,
    )
