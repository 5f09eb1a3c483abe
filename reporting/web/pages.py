"""Pages: the way in, the ends of the ways, and Leave."""

from contextlib import suppress
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, request

from reporting import attachments, drafts
from reporting.database import Database
from reporting.errors import BusyError
from reporting.web import language, visit
from reporting.web.context import runtime
from reporting.web.rendering import page, to

blueprint = Blueprint("pages", __name__)

PREFETCH_HEADERS: Final = ("Sec-Purpose", "Purpose", "X-Moz")
# Where a language link may lead back to: names, so that no address can be smuggled in.
PLACES: Final = {
    "start": "/",
    "safety": "/s/0",
    "more": "/s/0/more",
    "help": "/help",
    "privacy": "/privacy",
    "kept": "/kept",
    "kept_team": "/kept/team",
    "kept_figures": "/kept/figures",
    "access": "/access",
    "languages": "/languages",
    "notices": "/notices",
    "figures": "/figures",
    "figures_plan": "/figures/plan",
    "figures_method": "/figures/method",
    "figures_keys": "/figures/keys",
    "read": "/m/read",
    "noted": "/s/done",
    "choices": "/m/choices",
    "files": "/m/files",
}


@blueprint.get("/")
def start() -> Response:
    """Show languages, what this is, and the doors."""
    return page("start.html", place="start")


@blueprint.get("/s/0")
def safety() -> Response:
    """Say what to know before writing anything."""
    return page("safety.html", place="safety")


@blueprint.get("/s/done")
def noted() -> Response:
    """Say how to close, after the code was written down or given up."""
    return page("noted.html", place="noted", is_left=visit.is_living())


@blueprint.get("/l/<code>")
def choose_language(code: str) -> Response:
    """Remember a language and go back to a page of the closed list."""
    if language.named(code) is None:
        abort(HTTPStatus.NOT_FOUND)
    return visit.switched(PLACES.get(request.args.get("to", ""), PLACES["start"]), code)


@blueprint.get("/leave")
def leave() -> Response:
    """Erase the visit of this browser and go to the neutral page.

    Without our cookie, or when a browser only looks ahead, nothing is erased: so a hostile page
    that points here cannot destroy a draft.
    """
    if _is_prefetch() or not visit.has_cookie():
        return to(runtime().settings.leave_url)
    keys, database = visit.known_keys(), runtime().database
    with database.begin() as session:
        firsts = attachments.firsts_of_visit(session, keys.row)
        drafts.erase(session, keys)
    response = visit.away()
    # Their keys are gone; nobody who wants to leave waits for a gigabyte to be overwritten.
    response.call_on_close(lambda: _clear(database, firsts))
    return response


@blueprint.get("/favicon.ico")
def no_icon() -> Response:
    """Answer browsers that always ask for one."""
    return Response(status=HTTPStatus.NO_CONTENT)


def _clear(database: Database, firsts: tuple[int, ...]) -> None:
    with suppress(BusyError):  # the answer is out; the next sweep takes what is left
        attachments.clear(database, firsts)


def _is_prefetch() -> bool:
    """Say whether the browser only looks ahead, without anybody having pressed anything."""
    return any("prefetch" in request.headers.get(name, "").lower() for name in PREFETCH_HEADERS)
