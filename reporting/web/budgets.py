"""Budgets: how many requests of a kind a process works on at once, and how long others wait.

They belong to a kind of request and never to a visitor: nobody is counted, placed or locked out.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from flask import Flask, Response, g, request

from reporting.lines import PATIENCE_SECONDS, Line

EXTENSION: Final = "tomoshibi.budgets"


class Kind(Enum):
    """A kind of request."""

    PAGE = auto()
    DRAFT = auto()
    SEND = auto()
    LOOK_UP = auto()
    UPLOAD = auto()
    DOWNLOAD = auto()
    STAFF = auto()
    SIGN_IN = auto()
    SIGN_IN_AGAIN = auto()  # of a browser in which somebody signed in lately
    LONG_BODY = auto()
    FREE = auto()  # never waits: Leave, and what costs nothing


# How many of a kind are worked on at once, and how many more may wait for that.
LIMITS: Final[Mapping[Kind, tuple[int, int]]] = MappingProxyType(
    {
        Kind.PAGE: (16, 112),
        Kind.DRAFT: (8, 88),
        Kind.SEND: (4, 92),
        Kind.LOOK_UP: (4, 60),
        # A file on a slow line holds its place for minutes, and the processor hardly at all.
        Kind.UPLOAD: (16, 16),
        Kind.DOWNLOAD: (16, 16),
        Kind.STAFF: (8, 24),
        # Who may stretch a passphrase, who waits for that and who is held back: admin/patience.py
        # says so, and here are threads for all of them. Strangers take none of the others'.
        Kind.SIGN_IN: (24, 0),
        Kind.SIGN_IN_AGAIN: (24, 0),
        Kind.LONG_BODY: (8, 8),  # a text far too long, read only to give it back
    }
)
# So many threads that no line, however full, keeps a request of another kind from its own.
THREADS: Final = sum(places + waiting for places, waiting in LIMITS.values()) + 16

# What only shows something is a page; what takes something must be named here.
PUBLIC: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "pages.leave": Kind.FREE,
        "pages.no_icon": Kind.FREE,
        "pages.choose_language": Kind.FREE,
        "report.keep_short": Kind.DRAFT,
        "guided.keep": Kind.DRAFT,
        "sending.send": Kind.SEND,
        "uploads.take_for_report": Kind.UPLOAD,
        "uploads.take_for_mailbox": Kind.UPLOAD,
        "uploads.hand_out": Kind.DOWNLOAD,
        "receipt.leave_code": Kind.DRAFT,
        "receipt.compare_code": Kind.DRAFT,
        "mailbox.enter": Kind.LOOK_UP,
        "mailbox.write": Kind.SEND,
        "mailbox.withdraw": Kind.SEND,
        "appeals.ask": Kind.SEND,
        "choices.change": Kind.SEND,
    }
)


class UndeclaredError(Exception):
    """A route takes something and belongs to no budget; the text names it."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """The lines of one process, and which endpoint stands in which.

    `parted` are kinds of which each request is asked again what it is.
    """

    lines: Mapping[Kind, Line]
    kinds: dict[str, Kind]
    parted: dict[Kind, Callable[[], Kind]] = field(default_factory=dict)

    def line_of(self, endpoint: str | None) -> Line | None:
        """Return the line of an endpoint; nothing for what is free or is no page of ours."""
        kind = self.kinds.get(endpoint or "", Kind.FREE)
        return self.lines.get(self.parted[kind]() if kind in self.parted else kind)


def of(app: Flask) -> Budgets:
    """Return the budgets of an application."""
    budgets: Budgets = app.extensions[EXTENSION]
    return budgets


def install(app: Flask, seconds: float = PATIENCE_SECONDS) -> None:
    """Let every request take its place before its view runs, and leave it afterwards.

    Bodies are read before: who sends slowly takes no place meanwhile.
    """
    lines = {kind: Line(*limits, seconds) for kind, limits in LIMITS.items()}
    app.extensions[EXTENSION] = budgets = Budgets(lines, dict(PUBLIC))

    @app.before_request
    def enter() -> None:
        line = budgets.line_of(request.endpoint)
        if line is not None:
            line.enter()
            g.line = line

    @app.after_request
    def hand_on(response: Response) -> Response:
        if response.is_streamed and "line" in g:
            # What is still being sent keeps its place until the last byte, or the end of the line.
            response.call_on_close(g.pop("line").leave)
        return response

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        if "line" in g:
            g.pop("line").leave()


@contextmanager
def place(app: Flask, kind: Kind) -> Iterator[None]:
    """Take a place until the block ends; raise BusyError when none comes free in time."""
    line = of(app).lines[kind]
    line.enter()
    try:
        yield
    finally:
        line.leave()


def declare(app: Flask, kinds: Mapping[str, Kind]) -> None:
    """Say to which budgets the endpoints of another site belong."""
    of(app).kinds.update(kinds)


def part(app: Flask, kind: Kind, which: Callable[[], Kind]) -> None:
    """Let each request of a kind say to which budget it belongs."""
    of(app).parted[kind] = which


def check(app: Flask) -> None:
    """Give every page its budget; raise UndeclaredError for a route that takes something."""
    kinds = of(app).kinds
    for rule in app.url_map.iter_rules():
        if rule.endpoint in kinds:
            continue
        if (rule.methods or set()) - {"GET", "HEAD"}:
            raise UndeclaredError(f"{rule.endpoint} ({rule.rule}) has no budget.")
        kinds[rule.endpoint] = Kind.PAGE
