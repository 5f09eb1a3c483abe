"""Figures: published statistics, as pages, as the files that were signed, and for programs."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort

from reporting.statistics import plan as plans
from reporting.statistics.shelf import Shelved
from reporting.web import figure_api, figure_pages, language, rendering
from reporting.web.context import runtime
from reporting.web.figure_files import CSVW, JSON, TEXT, answer, kind
from reporting.web.rendering import page, to

ANY: Final = ""  # what is the same in every language

blueprint = Blueprint("figures", __name__, url_prefix="/figures")
blueprint.before_request(rendering.dress_for_figures)


@blueprint.get("")
def newest() -> Response:
    """Show the newest figures, or that there are none yet."""
    shelved = _shelved()
    if not shelved.releases:
        return page("figures/none.html", place="figures", archive=figure_pages.archive(shelved))
    return _release(shelved, shelved.releases[0].name)


@blueprint.get("/<name>")
def show(name: str) -> Response:
    """Show one version of a release; a name without a version leads to its newest one."""
    shelved = _shelved()
    if name in shelved.unfit:
        shown = figure_pages.archive(shelved)
        return page("figures/none.html", HTTPStatus.NOT_FOUND, place="figures", archive=shown)
    version = shelved.newest_of(name)
    return _release(shelved, name) if version is None else to(f"/figures/{version.name}")


@blueprint.get("/<name>/<path:path>")
def hand_out(name: str, path: str) -> Response:
    """Hand a file of a release out, exactly as it was signed."""
    release = _shelved().named(name)
    if release is None or path not in release.files:
        abort(HTTPStatus.NOT_FOUND)
    described_by = f"/figures/{name}/{CSVW}" if path.endswith(".csv") else ""
    return answer(release.files[path], kind(path), described_by)


@blueprint.get("/index.json")
def index() -> Response:
    """List all releases for programs."""
    shelved = _shelved()
    made = _once(shelved, "index", ANY, lambda: figure_api.index(shelved))
    return answer(made, JSON)


@blueprint.get("/ledger.json")
def ledger() -> Response:
    """Hand out every use of the privacy budget."""
    return answer(_shelved().ledger, JSON)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe these addresses for programs."""
    return answer(figure_api.description(), JSON)


@blueprint.get("/release.keys")
def keys_file() -> Response:
    """Hand out the public keys of releases."""
    keys = _shelved().keys
    if keys is None:
        abort(HTTPStatus.NOT_FOUND)
    return answer(keys.encode().encode(), TEXT)


@blueprint.get("/plan")
def show_plan() -> Response:
    """Show what will be counted in the running year, and the plans that are still to be drawn."""
    shelved = _shelved()

    def make() -> bytes:
        shown = None if shelved.plan is None else figure_pages.planned(shelved.plan)
        earlier = tuple(map(figure_pages.planned, shelved.earlier))
        made = page("figures/plan.html", place="figures_plan", plan=shown, earlier=earlier)
        return made.get_data()

    return Response(_once(shelved, "plan", language.current().code, make), mimetype="text/html")


@blueprint.get("/plan.json")
def plan_file() -> Response:
    """Hand out the announced plan, in the bytes that officers sign."""
    planned = _shelved().plan
    if planned is None:
        abort(HTTPStatus.NOT_FOUND)
    return answer(plans.encode(planned), JSON)


@blueprint.get("/method")
def method() -> Response:
    """Say how figures are made, and what they cannot tell."""
    return page("figures/method.html", place="figures_method")


@blueprint.get("/keys")
def show_keys() -> Response:
    """Show the public keys, and how to check a release with them."""
    keys = _shelved().keys
    shown = () if keys is None else figure_pages.fingerprints(keys)
    return page("figures/keys.html", place="figures_keys", keys=shown)


def _release(shelved: Shelved, name: str) -> Response:
    release = shelved.named(name)
    if release is None:
        abort(HTTPStatus.NOT_FOUND)

    def make() -> bytes:
        shown, archive = figure_pages.release(shelved, release), figure_pages.archive(shelved)
        made = page("figures/release.html", place="figures", release=shown, archive=archive)
        return made.get_data()

    return Response(_once(shelved, name, language.current().code, make), mimetype="text/html")


def _once(shelved: Shelved, name: str, code: str, make: Callable[[], bytes]) -> bytes:
    """Make something of what is published once for each language: it depends on nothing else."""
    found = shelved.made.get((name, code))
    if found is None:
        found = shelved.made[name, code] = make()
    return found


def _shelved() -> Shelved:
    return runtime().shelf.shelved()
