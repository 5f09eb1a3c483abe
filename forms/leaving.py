"""Leaving: the list of what is seen to when somebody goes."""

from typing import Final

from forms.base import Form
from forms.fields import Codes

ITEMS: Final = ("devices", "sheets", "passphrases", "accounts", "cases", "secrecy")


class SeenToForm(Form):
    """What is seen to already."""

    items = Codes(ITEMS)
