"""Addresses: the kinds of names that stand in them. Anything else is no page of ours."""

from typing import Final

from flask import Flask
from typing_extensions import override
from werkzeug.routing import BaseConverter

from admin.queue import Place
from reporting.ids import CaseId


class CaseConverter(BaseConverter):
    """A report's random number, in hex."""

    regex = "[0-9a-f]{32}"

    @override
    def to_python(self, value: str) -> CaseId:
        return CaseId(bytes.fromhex(value))


class PlaceConverter(BaseConverter):
    """A place in the queue: level, week and random number."""

    regex = "[0-3]-[0-9]{6}-[0-9a-f]{32}"

    @override
    def to_python(self, value: str) -> Place:
        return Place.read(value)


class RowConverter(BaseConverter):
    """The number of a row of the log; no log of ours grows longer than nine digits can say."""

    regex = "[1-9][0-9]{0,8}"

    @override
    def to_python(self, value: str) -> int:
        return int(value)


class MoveConverter(BaseConverter):
    """The name of a move in a report's life."""

    regex = "[a-z_]{1,24}"


class ListConverter(BaseConverter):
    """The name of a list of reports."""

    regex = (
        "now|replies|conflicts|mine|tasks|triaged|waiting|approvals|second_look|set_aside|overdue|ends_soon"
        "|joined_mail|told|unmerge|lent"
    )


class ReleaseConverter(BaseConverter):
    """The name of a release of figures that were not invented."""

    regex = "TOMOSHIBI-JP-2[0-9]{3}-[A-Z]"


class NumberConverter(BaseConverter):
    """The random number of a person, a proposal or an alert, in hex."""

    regex = "[0-9a-f]{32}"

    @override
    def to_python(self, value: str) -> bytes:
        return bytes.fromhex(value)


class LeftConverter(BaseConverter):
    """The beginnings of the random numbers of reports that were left out, or that none was."""

    regex = "none|[0-9a-f]{8}(?:-[0-9a-f]{8}){0,99}"

    @override
    def to_python(self, value: str) -> tuple[str, ...]:
        return () if value == "none" else tuple(value.split("-"))


CONVERTERS: Final = {
    "alert": NumberConverter,
    "case": CaseConverter,
    "left": LeftConverter,
    "lent": NumberConverter,
    "draft": NumberConverter,
    "list": ListConverter,
    "member": NumberConverter,
    "move": MoveConverter,
    "place": PlaceConverter,
    "proposal": NumberConverter,
    "release": ReleaseConverter,
    "row": RowConverter,
}


def install(app: Flask) -> None:
    """Teach the application all of them."""
    app.url_map.converters.update(CONVERTERS)
