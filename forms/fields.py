"""Fields: the few kinds of answer a page takes, as WTForms fields without widgets."""

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from typing_extensions import override
from wtforms import Field

# More than any page accepts, so that a text somewhat too long is kept whole and explained.
MOST_CHARACTERS: Final = 40_000
LINE_CHARACTERS: Final = 300
COUNT_DIGITS: Final = 2
_MARK: Final = re.compile(r"[0-9a-f]{0,64}")
_NUMBER: Final = re.compile(r"(?:[0-9a-f]{2}){0,32}")
_REVISION: Final = re.compile(r"0|[1-9][0-9]{0,8}")


class Words(Field):
    """Free text."""

    shows_words: ClassVar[bool] = True
    data: str

    def process_data(self, value: str | None) -> None:
        """Begin empty."""
        self.data = value or ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take what was typed, with line ends folded to LF."""
        if valuelist:
            self.data = valuelist[0].replace("\r\n", "\n").replace("\r", "\n")

    def allows(self, values: Sequence[str]) -> bool:
        """Say whether a page of ours could have sent this."""
        return len(values) == 1

    @property
    def is_too_long(self) -> bool:
        """Whether this is more than may be saved even for a while."""
        return len(self.data) > MOST_CHARACTERS


class Line(Words):
    """A few words or digits; what nobody would type any more is cut off."""

    @override
    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(valuelist)
        self.data = self.data[:LINE_CHARACTERS]


class Count(Line):
    """A whole number that somebody types, in the digits of any script."""

    @property
    def is_number(self) -> bool:
        """Whether it is one, and no very large one."""
        typed = self.data.strip()
        return typed.isdecimal() and len(typed) <= COUNT_DIGITS

    @property
    def number(self) -> int:
        """The number; where none was typed, one that nothing has."""
        return int(self.data.strip()) if self.is_number else -1


class Mark(Words):
    """A number of the page's own, which nobody types and nobody needs to see."""

    shows_words = False

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and _MARK.fullmatch(values[0]) is not None


class Number(Mark):
    """The number or hash of a thing that the page is about, in hexadecimal; the page's own."""

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and _NUMBER.fullmatch(values[0]) is not None

    @property
    def number(self) -> bytes:
        """The bytes that it stands for."""
        return bytes.fromhex(self.data)


class Revision(Mark):
    """How often a thing had been changed when it was shown; the page's own."""

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and _REVISION.fullmatch(values[0]) is not None

    @property
    def number(self) -> int:
        """The number; a form that carries none is about nothing that ever was."""
        return int(self.data) if self.data else -1


class Codes(Field):
    """Any number of codes out of a closed list."""

    shows_words: ClassVar[bool] = False
    is_too_long: ClassVar[bool] = False
    data: tuple[str, ...]

    def __init__(self, codes: Sequence[str], **settings: object) -> None:
        super().__init__(**settings)
        self.codes = tuple(codes)

    def process_data(self, _value: object) -> None:
        """Begin with nothing chosen."""
        self.data = ()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the chosen codes in the order of the list."""
        self.data = tuple(code for code in self.codes if code in valuelist)

    def allows(self, values: Sequence[str]) -> bool:
        """Say whether a page of ours could have sent this."""
        return set(values) <= set(self.codes)


class Choice(Field):
    """At most one code out of a closed list."""

    shows_words: ClassVar[bool] = False
    is_too_long: ClassVar[bool] = False
    data: str

    def __init__(self, codes: Sequence[str], first: str = "", **settings: object) -> None:
        self.codes = tuple(codes)
        self.first = first
        super().__init__(**settings)

    def process_data(self, _value: object) -> None:
        """Begin with what stands chosen before anybody has chosen."""
        self.data = self.first

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the chosen code."""
        if valuelist:
            self.data = valuelist[0]

    def allows(self, values: Sequence[str]) -> bool:
        """Say whether a page of ours could have sent this."""
        return len(values) == 1 and values[0] in self.codes
