"""Fields: the few kinds of answer a page takes, as WTForms fields without widgets."""

from collections.abc import Sequence

from wtforms import Field


class Words(Field):
    """Free text."""

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


class Codes(Field):
    """Any number of codes out of a closed list."""

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
