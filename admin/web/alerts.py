"""Alerts: what supervisors have to know at once, on the pages that they begin with."""

from flask import Response

from admin import alerts
from admin.alerts import Alert
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard
from admin.web.context import desk, staff
from forms.base import Form
from reporting.web.rendering import to


def of(ring: Ring) -> tuple[Alert, ...]:
    """Return what stands above the page of whoever is signed in."""
    service = staff().service
    with service.read() as session:
        return alerts.mine(session, ring, service.office.roster)


@guard.requires(Action.SEE_ALERTS)
def dismiss_alert(ring: Ring, alert: bytes) -> Response:
    """Take away an alert that was seen."""
    browser.posted(Form)
    with desk(ring) as at:
        alerts.dismiss(at, alert)
    return to("/staff/")
