"""The staff pages: thin views over the services of this package."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask

from admin import browsers, digest, joining, reading_counts, spent
from admin.runtime import open_staff
from admin.web import addresses, context, errors, guard, rendering
from admin.web.pages import KINDS, PAGES
from crypto.passphrase import STANDARD, Parameters
from reporting import lent, listing, withdrawal
from reporting.languages import OFFERED
from reporting.runtime import Runtime
from reporting.web import budgets, language
from reporting.web.budgets import Kind

HERE: Final = Path(__file__).parent.parent
STAFF_CATALOGUE: Final = (HERE / "locale", "staff")


def install(
    app: Flask,
    runtime: Runtime,
    parameters: Parameters = STANDARD,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Add the staff site under /staff; raise SettingsError when its pepper is missing.

    `parameters` say how much work a passphrase costs, `pause` how an answer is held back.
    """
    app.extensions[context.EXTENSION] = open_staff(runtime, parameters, pause)
    words = language.load(OFFERED, [STAFF_CATALOGUE])
    runtime.sweeps.extend(
        [browsers.sweep, joining.sweep, spent.sweep, withdrawal.sweep, lent.sweep]
    )
    runtime.sweeps.extend([reading_counts.sweep, digest.sweep, listing.sweep])
    addresses.install(app)
    kinds = {f"staff.{view.__name__}": KINDS.get(view, Kind.STAFF) for _, _, view in PAGES}
    budgets.declare(app, kinds)
    budgets.part(app, Kind.SIGN_IN, context.line_at_the_door)
    site = _site()
    # The public pages' words and the staff's; translators of the former never see the latter.
    language.add(app, site.name, words)
    app.register_blueprint(site)
    guard.check(app, site)


def _site() -> Blueprint:
    site = Blueprint(
        "staff", __name__, url_prefix="/staff", template_folder=str(HERE / "templates")
    )
    for address, method, view in PAGES:
        site.add_url_rule(address, view.__name__, view, methods=[method])
    errors.install(site)
    site.after_request(rendering.protect)

    return site
