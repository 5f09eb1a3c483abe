"""Method: how the figures were made, in words that hold the plan's own numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import Template
from typing import Final

from reporting.statistics import words
from reporting.statistics.edition import Edition
from reporting.statistics.estimates import Estimates
from reporting.statistics.plan import Measure, cap
from reporting.statistics.words import Language

_TEXT: Final = "method"
_PLACES: Final = 4  # of a decimal fraction, for readers; plan.json has the exact number
_PLAN_HEADS: Final = ("table", "share", "epsilon", "scale", "cells")
_MARGIN_HEADS: Final = ("table", "variance", "margin", "threshold")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list, or a table with a row of heads: the others of these are empty."""

    paragraph: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the text under its heading."""

    heading: str
    blocks: tuple[Block, ...]


def markdown(edition: Edition, language: Language) -> bytes:
    """Return the whole text as the folder holds it."""
    return Template(words.text(language, _TEXT)).substitute(_values(edition, language)).encode()


def sections(edition: Edition, language: Language) -> tuple[Section, ...]:
    """Return the same text in its parts, without what stands before the first of them."""
    parts = markdown(edition, language).decode().split("\n## ")[1:]
    return tuple(_section(part) for part in parts)


def _section(part: str) -> Section:
    heading, _, body = part.partition("\n")
    return Section(heading, tuple(_block(text) for text in body.strip().split("\n\n")))


def _block(text: str) -> Block:
    lines = text.split("\n")
    if text.startswith("- "):
        return Block(items=tuple(line.removeprefix("- ") for line in lines))
    if text.startswith("| "):
        heads, _, *rows = lines
        return Block(rows=tuple(_row(line) for line in (heads, *rows)))
    return Block(paragraph=text)


def _row(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))


def _values(edition: Edition, language: Language) -> Mapping[str, str]:
    plan = edition.plan
    nature = "synthetic" if plan.is_synthetic else "not_synthetic"
    return {
        "release": plan.release,
        "version": str(edition.version),
        "period": str(plan.period),
        "synthetic": words.said(language, nature),
        "plan_sha256": plan.digest,
        "plan_table": _table(language, _PLAN_HEADS, _planned(plan.tables, language)),
        "margin_table": _table(language, _MARGIN_HEADS, _margins(edition.tables, language)),
        "eps": str(plan.eps),
        "eps_year": str(plan.eps_year),
        "cap": str(cap(plan.eps_year)),
        "mechanism": plan.mechanism,
        "changes": "\n".join(f"- {line}" for line in changes(edition, language)),
        "citation": edition.citation(language),
    }


def changes(edition: Edition, language: Language) -> Iterator[str]:
    """Say what this version replaces, and what came before it."""
    if edition.version > 1:
        yield words.said(language, "replaces", edition.version, edition.supersedes)
    elif edition.supersedes:
        yield words.said(language, "corrects", edition.supersedes)
    else:
        yield words.said(language, "first")
    if edition.note:
        yield words.said(language, "why", words.of(language, edition.note))
    if edition.before:
        yield words.said(language, "before", edition.before)
    else:
        yield words.said(language, "none_before")
    if edition.total.is_missing:
        yield words.said(language, "burnt")


def _planned(tables: Iterable[Measure], language: Language) -> Iterator[tuple[str, ...]]:
    for table in tables:
        scale = f"{float.fromhex(table.scale):.{_PLACES}f}"
        title = words.title(language, table.dims)
        yield title, str(table.share), str(table.eps), scale, str(table.cells)


def _margins(tables: Iterable[Estimates], language: Language) -> Iterator[tuple[str, ...]]:
    for table in tables:
        title, blank = words.title(language, table.dims), words.said(language, "missing")
        if table.is_missing:
            yield title, blank, blank, blank
        else:
            yield title, f"{table.variance:.1f}", f"± {table.margin}", str(table.threshold)


def _table(language: Language, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    names = tuple(words.said(language, head) for head in heads)
    lines = (names, ("---",) * len(names), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
