"""Information: pages that anybody can read, made of the operator's texts and of our own."""

from flask import Blueprint, Response

from reporting import ledger
from reporting.web import language
from reporting.web.context import runtime
from reporting.web.helping import said
from reporting.web.rendering import page

blueprint = Blueprint("information", __name__)


@blueprint.get("/help")
def helping() -> Response:
    """Show where help is, what happens after sending, and how to stay safe."""
    return page("help.html", place="help")


@blueprint.get("/s/0/more")
def children() -> Response:
    """Say to who is under 18, in very easy words, what this is and who listens."""
    return page("children.html", place="more")


@blueprint.get("/privacy")
def privacy() -> Response:
    """Say who reads, how long, which rights there are and how the code opens them."""
    return page("privacy.html", place="privacy")


@blueprint.get("/kept")
def kept() -> Response:
    """Say what somebody would get who takes the whole machine."""
    tables = [table for table in ledger.declared() if not (table.is_of_team or table.is_of_figures)]
    return page("kept.html", place="kept", tables=tables, marks=ledger.Mark)


@blueprint.get("/kept/team")
def kept_of_team() -> Response:
    """Show the tables that are about the team itself."""
    tables = [table for table in ledger.declared() if table.is_of_team and not table.is_of_figures]
    return page("kept_team.html", place="kept_team", tables=tables, marks=ledger.Mark)


@blueprint.get("/kept/figures")
def kept_of_figures() -> Response:
    """Show the tables by which published figures are counted."""
    tables = [table for table in ledger.declared() if table.is_of_figures]
    return page("kept_figures.html", place="kept_figures", tables=tables, marks=ledger.Mark)


@blueprint.get("/access")
def access() -> Response:
    """Say who can use these pages, what was tried, and what is known to be missing."""
    return page("access.html", place="access")


@blueprint.get("/languages")
def languages() -> Response:
    """Say of each language who has read its words."""
    return page("languages.html", place="languages", offered=language.offered())


@blueprint.get("/notices")
def notices() -> Response:
    """Show what the operator has to tell everybody."""
    shown = [(one.date, said(one.title), said(one.text)) for one in runtime().notices]
    return page("notices.html", place="notices", notices=shown)
