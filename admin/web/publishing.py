"""Publishing: the pages on which officers see, change and sign the plans of published figures."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Response

from admin.desk import Desk
from admin.errors import FiguresError
from admin.keyring import Ring
from admin.permissions import Action
from admin.publication import approvals, outlook
from admin.publication.outlook import Wish
from admin.web import browser, guard, typed
from admin.web.context import desk, staff
from admin.web.explaining import deciding
from admin.web.publishing_words import EPS, PART, WORDS
from admin.web.rendering import page
from forms.base import Fields
from forms.figures import NOTHING, PlanForm, SignForm
from reporting.statistics.codelists import LISTS, Dims
from reporting.statistics.plan import MOST_EPS_YEAR, Plan, encode
from reporting.statistics.worth import expected
from reporting.web.rendering import to

PAGE: Final = "/staff/publication/{}"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
# What is wrong with all parts together stands beside the first of them.
PLACES: Final = {outlook.COST: EPS, outlook.PARTS_OF_TABLES: PART.format(outlook.TOTAL)}
MOVED: Final = {outlook.MOVED: "plan"}


@guard.requires(Action.VIEW_PUBLICATION)
def show_publication(ring: Ring) -> Response:
    """Show every plan and how far it came, and which ones could be made."""
    with desk(ring) as at:
        plans, offered = outlook.plans(at, _instance()), outlook.offered(at, _instance())
    return page("publication.html", HTTPStatus.OK, plans=plans, offered=offered, **WORDS)


@guard.requires(Action.VIEW_PUBLICATION)
def show_plan(ring: Ring, release: str) -> Response:
    """Show one plan: what is measured, what it will be worth, who signed, and what is next."""
    return _plan_page(ring, release, SignForm.of({}))


@guard.requires(Action.DRAFT_PLAN)
def show_drafting(ring: Ring, release: str) -> Response:
    """Show the form in which a plan is made or changed."""
    return _form_page(ring, release, None)


@guard.requires(Action.DRAFT_PLAN)
def weigh_plan(ring: Ring, release: str) -> Response:
    """Show what the figures of a plan would be worth, and keep nothing."""
    form = PlanForm.of(browser.posted(PlanForm))
    made = _made(ring, release, form)
    return _form_page(ring, release, form, made)


@guard.requires(Action.DRAFT_PLAN)
def keep_plan(ring: Ring, release: str) -> Response:
    """Keep a plan as a draft; what was signed before is void."""
    form = PlanForm.of(browser.posted(PlanForm))
    made = _made(ring, release, form)
    if made is None:
        return _form_page(ring, release, form)
    with desk(ring) as at:
        approvals.draft(at, _instance(), made)
    return to(PAGE.format(release))


@guard.requires(Action.APPROVE_PLAN)
def sign_plan(ring: Ring, release: str) -> Response:
    """Sign a plan, as one of two."""
    form = SignForm.of(browser.posted(SignForm))
    with deciding(form, MOVED), desk(ring) as at:
        outlook.sign(at, _instance(), release, form.plan.data)
    if form.problems:
        return _plan_page(ring, release, form, UNFIT)
    return to(PAGE.format(release))


def stopped(error: FiguresError) -> Response:
    """Say that figures cannot be planned or signed like this now, beside what was typed."""
    return page("figures_stopped.html", HTTPStatus.CONFLICT, error=str(error), typed=typed.words())


def _made(ring: Ring, release: str, form: PlanForm) -> Plan | None:
    """Return the plan that was typed; where it is none, the form says why."""
    with deciding(form, PLACES), desk(ring) as at:
        begun = _begun(at, release)
        fields = {_field(table.dims): table.dims for table in begun.tables}
        if form.is_exact((EPS, *fields)):
            shares = tuple((dims, form.fraction(name)) for name, dims in fields.items())
            return outlook.composed(at, begun, Wish(release, form.fraction(EPS), shares))
    return None


def _begun(at: Desk, release: str) -> Plan:
    return outlook.begun(at, _instance(), release)


def _instance() -> Path:
    return staff().service.settings.instance


def _form_page(
    ring: Ring, release: str, form: PlanForm | None, made: Plan | None = None
) -> Response:
    with desk(ring) as at:
        begun = _begun(at, release)
    filled = form or PlanForm.of(_typed(begun))
    dims = [table.dims for table in begun.tables]
    return page(
        "plan_form.html",
        UNFIT if filled.problems else HTTPStatus.OK,
        plan=begun,
        form=filled,
        parts=[(filled[_field(one)], outlook.named(one)) for one in dims],
        added=sum((filled.fraction(_field(one)) for one in dims), start=NOTHING),
        is_made=made is not None,
        most=MOST_EPS_YEAR,
        worth=_worth(made or begun),
        **WORDS,
    )


def _plan_page(ring: Ring, release: str, form: SignForm, status: int = HTTPStatus.OK) -> Response:
    with desk(ring) as at:
        seen = outlook.look(at, _instance(), release)
    return page(
        "plan.html",
        status,
        seen=seen,
        form=form,
        worth=_worth(seen.plan),
        signed=encode(seen.plan).decode(),
        said=list(_said(seen.plan)),
        codes=_codes(seen.plan),
        **WORDS,
    )


def _said(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield every name and every value that a signature over a plan covers."""
    for name, value in json.loads(encode(plan)).items():
        for n, table in enumerate(value if name == "tables" else (), 1):
            yield from ((f"{name} {n} {part}", _text(said)) for part, said in table.items())
        if name != "tables":
            yield name, _text(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _codes(plan: Plan) -> list[tuple[str, str]]:
    """Return each list that a plan counts by, with all its codes: governments among them."""
    dims = sorted({dim for table in plan.tables for dim in table.dims})
    return [(dim.value, " ".join(one.code for one in LISTS[dim])) for dim in dims]


def _field(dims: Dims) -> str:
    return PART.format(outlook.named(dims))


def _typed(plan: Plan) -> Fields:
    parts = {_field(table.dims): (str(table.share),) for table in plan.tables}
    return {EPS: (str(plan.eps),), **parts}


def _worth(plan: Plan) -> list[tuple[str, str, int, int]]:
    """Return a row for each published table: its name, its part, how far off, shown from where."""
    parts = {table.dims: str(table.share) for table in plan.tables}
    return [
        (outlook.named(one.dims), parts.get(one.dims, ""), one.margin, one.threshold)
        for one in expected(plan)
    ]
