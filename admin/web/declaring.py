"""Declaring: the pages on which somebody sees their own standing, and says what their ties are."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import declaring, letting_go
from admin.conduct import CONDUCT
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard
from admin.web.context import desk
from admin.web.rendering import page
from admin.web.vetted import STAGES
from forms import declaration
from forms.codebook import REGIONS
from forms.declaration import AttestationForm, DeclarationForm
from forms.ties import LABELS
from forms.vetting import ConductForm
from reporting import names
from reporting.clock import day_of
from reporting.web import language
from reporting.web.context import now
from reporting.web.rendering import to

STANDING: Final = "/staff/me/standing"
DECLARATION: Final = "/staff/me/declaration"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@guard.requires(Action.DECLARE)
def show_standing(ring: Ring) -> Response:
    """Show somebody how far they have come, and what ends when."""
    return _standing_page(ring, AttestationForm.of({}))


@guard.requires(Action.DECLARE)
def attest(ring: Ring) -> Response:
    """Take somebody's word that their declaration still holds."""
    form = AttestationForm.of(browser.posted(AttestationForm))
    if not form.validate():
        return _standing_page(ring, form, UNFIT)
    with desk(ring) as at:
        declaring.attest(at)
    return to(STANDING)


@guard.requires(Action.DECLARE)
def show_declaration(ring: Ring) -> Response:
    """Ask for somebody's ties, with what they said the last time."""
    with desk(ring) as at:
        own = declaring.view(at)
    said = [declaration.filled(word.declaration.declared) for word in own.words]
    return _form_page(ring, said[0] if said else declaration.empty())


@guard.requires(Action.DECLARE)
def take_declaration(ring: Ring) -> Response:
    """Keep somebody's ties, or show one group of fields more."""
    fields = dict(browser.sent_fields())
    browser.prove(fields)
    form = declaration.sent(fields)
    if form.wants_more:
        return _form_page(ring, form)
    if not form.validate():
        return _form_page(ring, form, UNFIT)
    with desk(ring) as at:
        letting_go.declare(at, form.answers())
    return to(STANDING)


@guard.requires(Action.DECLARE)
def show_conduct(_ring: Ring) -> Response:
    """Show the rules of conduct, to be signed."""
    return _conduct_page(ConductForm.about(CONDUCT.version, {}))


@guard.requires(Action.DECLARE)
def sign_conduct(ring: Ring) -> Response:
    """Keep that somebody signed the rules of conduct."""
    form = ConductForm.about(CONDUCT.version, browser.posted(ConductForm))
    if not form.validate():
        return _conduct_page(form, UNFIT)
    with desk(ring) as at:
        declaring.agree(at)
    return to(STANDING)


def _standing_page(ring: Ring, form: AttestationForm, status: int = HTTPStatus.OK) -> Response:
    with desk(ring) as at:
        own = declaring.view(at)
    return page(
        "standing.html",
        status,
        own=own,
        form=form,
        stages=STAGES,
        states=_states(),
        ties=LABELS,
        conduct=CONDUCT,
        today=day_of(now()),
    )


def _form_page(ring: Ring, form: DeclarationForm, status: int = HTTPStatus.OK) -> Response:
    return page(
        "declaration.html",
        status,
        form=form,
        is_due=not ring.person.standing.may_work(day_of(now())),
        ties=LABELS,
        regions=REGIONS,
        countries=names.countries(language.current().code),
        spoken=names.tongues(),
    )


def _conduct_page(form: ConductForm, status: int = HTTPStatus.OK) -> Response:
    return page("conduct.html", status, form=form, conduct=CONDUCT)


def _states() -> dict[str, names.Name]:
    return {one.code: one for one in names.countries(language.current().code)}
