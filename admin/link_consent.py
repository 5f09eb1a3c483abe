"""Link consent: whether a reporter lets the team compare what stands in the report with others."""

from sqlalchemy.orm import Session

from admin import cases
from admin.cases import Facets, Opened
from crypto.envelope import OpenError, Secret
from forms.choices import LINK
from reporting import consent
from reporting.consent import NOT_GENUINE, Choices

YES = "yes"


def choices_of(session: Session, there: Opened) -> Choices:
    """Return what a reporter allows, of a report that is held."""
    return consent.read(session, there.id, there.thread, there.facets.consent_key)


def is_given(session: Session, there: Opened) -> bool:
    """Say whether the reporter of an opened report agreed, and has not taken it back."""
    return choices_of(session, there).answer(LINK) == YES


def is_given_by(session: Session, case: bytes, key: Secret, facets: Facets) -> bool:
    """Say the same of a report that was unlocked among others with its key."""
    try:
        thread = cases.thread_key(session, case, key)
        choices = consent.read(session, case, thread, facets.consent_key)
    except OpenError:
        choices = NOT_GENUINE
    return choices.answer(LINK) == YES
