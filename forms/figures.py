"""Figures: what officers type of a plan: what a year may cost, and the part of each table."""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from forms.base import Form
from forms.fields import Line, Number
from forms.wording import Message, msgid

NOT_EXACT: Final = msgid("Write an exact number, such as 3/10 or 0.3.")
NOTHING: Final = Fraction(0)
_EXACT: Final = re.compile(r"[0-9]{1,6}(/[1-9][0-9]{0,5}|\.[0-9]{1,6})?")


class Part(Line):
    """An exact number that is not below 0, typed as a fraction or a decimal in any digits."""

    @property
    def is_exact(self) -> bool:
        """Whether it is one."""
        return _EXACT.fullmatch(self._plain) is not None

    @property
    def fraction(self) -> Fraction:
        """The number; where none was typed, nothing."""
        return Fraction(self._plain) if self.is_exact else NOTHING

    @property
    def _plain(self) -> str:
        typed = unicodedata.normalize("NFKC", self.data).replace(",", ".")
        signs = (str(unicodedata.decimal(sign, sign)) for sign in typed if not sign.isspace())
        return "".join(signs)


class PlanForm(Form):
    """A plan: what it may cost, and one part for each table that any tier has."""

    eps = Part()
    part_total = Part()
    part_tactic = Part()
    part_origin = Part()
    part_region = Part()
    part_tactic_origin = Part()
    part_tactic_target = Part()
    part_region_verif = Part()

    def is_exact(self, names: Iterable[str]) -> bool:
        """Say whether each of these fields holds an exact number, and beside each that does not."""
        wrong = [name for name in names if not self[name].is_exact]
        for name in wrong:
            self.refuse(name, Message(NOT_EXACT))
        return not wrong

    def fraction(self, name: str) -> Fraction:
        """Return the number in a field."""
        found: Fraction = self[name].fraction
        return found


class SignForm(Form):
    """That an officer signs a plan; `plan` is the hash of what was on the page."""

    plan = Number()
