"""Explaining: put what a service refuses beside the field that it is about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from admin.errors import AccountError, CodeRefusedError, SignInRefusedError
from admin.transitions import NotNowError
from admin.web.problems import WRONG_CODE, WRONG_PASSPHRASE
from forms.base import Form
from forms.wording import Message


@contextmanager
def explaining(form: Form) -> Iterator[None]:
    """Go on behind the block with a problem in the form, where its answers were refused.

    What is about none of its fields rises.
    """
    try:
        yield
    except AccountError as error:
        if error.about not in form:
            raise
        form.refuse(error.about, error.message)
    except CodeRefusedError:
        form.refuse("code", Message(WRONG_CODE))
    except SignInRefusedError:
        form.refuse("passphrase", Message(WRONG_PASSPHRASE))


@contextmanager
def deciding(form: Form, places: Mapping[str, str]) -> Iterator[None]:
    """Go on behind the block with a problem in the form, where a guard asks for one of its fields.

    `places` are the fields by the codes of such guards. What no field can give rises.
    """
    try:
        yield
    except NotNowError as error:
        if error.guard not in places:
            raise
        form.refuse(places[error.guard], Message(error.sentence))
