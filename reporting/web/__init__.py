"""The public site: views, and what both sites' answers have in common."""

from flask import Blueprint, Flask

from reporting.languages import LOCALE, found
from reporting.runtime import Runtime
from reporting.settings import Site
from reporting.web import (
    appeals,
    bodies,
    budgets,
    choices,
    context,
    errors,
    figures,
    guided,
    headers,
    helping,
    hosts,
    information,
    language,
    mailbox,
    pages,
    receipt,
    rendering,
    report,
    sending,
    uploads,
)


def blueprints() -> list[Blueprint]:
    """Return the public site's parts, for the application to register."""
    return [
        pages.blueprint,
        information.blueprint,
        report.blueprint,
        guided.blueprint,
        uploads.blueprint,
        sending.blueprint,
        receipt.blueprint,
        mailbox.blueprint,
        appeals.blueprint,
        choices.blueprint,
        figures.blueprint,
    ]


def install(app: Flask, runtime: Runtime) -> None:
    """Give an application what both sites share, and the public pages if it serves them."""
    app.extensions[context.EXTENSION] = runtime
    # One way to write each address, and no answer that does not come from a view of ours.
    app.url_map.merge_slashes = False
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    hosts.install(app)
    rendering.install(app)
    language.install(app, found([LOCALE, runtime.settings.instance / LOCALE.name]))
    helping.install(app)
    bodies.install(app)
    budgets.install(app)
    errors.install(app)
    headers.install(app)
    guided.install(app)
    uploads.install(app)
    if Site.PUBLIC in runtime.settings.sites:
        for blueprint in blueprints():
            app.register_blueprint(blueprint)
