"""From counts to noisy figures and on to files, everything is counted in whole and exact numbers.

A float on the way would make noise whose last digits tell the count, or files that differ from
machine to machine. So every module that the draw or the writing of files reaches is read, found by
its imports; what looks like a float in one of them is listed here, with why it comes near no count.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
OURS: Final = {"admin", "crypto", "forms", "reporting"}
BEGINNINGS: Final = ("admin.publication.draw", "reporting.statistics.bundle")
# A folder divided by a name is a path: what such a division begins with, by its module.
FOLDERS: Final[Mapping[str, set[str]]] = {
    "admin.publication.announced": {"instance"},
    "admin.publication.releases": {"instance"},
    "admin.publication.shelf": {"folder", "instance", "unfinished"},
    "reporting.help_lines": {"Path(__file__).parent", "instance"},
    "reporting.notices": {"instance"},
    "reporting.office": {"instance"},
    "reporting.runtime": {"settings.instance"},
    "reporting.settings": {"self.instance"},
    "reporting.statistics.folders": {"folder"},
    "reporting.statistics.release": {"folder"},
    "reporting.statistics.shelf": {"instance"},
}
# Decimals of 40 digits, divided alike on every machine.
DECIMALS: Final[Mapping[str, set[str]]] = {
    "reporting.statistics.nearest": {"(above - total) / count"},
    "reporting.statistics.thresholds": {
        "-Decimal(eps.numerator) / eps.denominator",
        "2 * q / (1 - q) ** 2",
        "1 / variance",
        "(_CHANCE * (1 + q) / 2).ln() / q.ln()",
        "(_CHANCE * (1 + q) / cells).ln() / q.ln()",
    },
    "reporting.statistics.topdown": {"joined / part.variance"},
    "reporting.statistics.worth": {
        "1 / sum((1 / one for one in variances), Decimal(0))",
    },
}
# The scale of noise is a float of OpenDP's, found from a part of the cost and signed as it is.
SCALES: Final[Mapping[str, set[str]]] = {
    "admin.publication.noise": {
        "math.inf",
        "math.nextafter",
        "float",
        "float(1 / eps)",
        "float.fromhex(scale)",
    },
    "admin.publication.scales": {
        "math.inf",
        "math.nextafter",
        "float(1 / eps)",
        "float(exact)",
        "1 / Fraction(scale)",
    },
    "reporting.statistics.method": {"float.fromhex(table.scale)"},
    "reporting.statistics.plan": {"float.fromhex(table.scale)"},
}
# Reached by import alone, and never given a count: how long to wait, how much somebody reads.
ELSEWHERE: Final[Mapping[str, set[str]]] = {
    "admin.tripwires": {"statistics.median_high"},
    "crypto.passphrase": {"float"},
    "forms.codebook": {"math.ceil", "statistics.median"},
    "reporting.database": {"0.0", "0.01", "10.0", "2.0", "float"},
    "reporting.retention": {"600.0"},
}
INEXACT: Final = {"cmath", "math", "numpy", "operator", "random", "statistics"}
MAKERS: Final = {"complex", "float", "round"}


def file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in found if file.is_file()), None)


def brought(tree: ast.AST) -> Iterator[str]:
    """Yield all that is imported anywhere in a module, by its whole name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.module, "a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached(*beginnings: str) -> dict[str, ast.Module]:
    """Return every module of ours that these import, and that those import, as they are read."""
    found: dict[str, ast.Module] = {}
    waiting = list(beginnings)
    while waiting:
        module = waiting.pop()
        parts = module.split(".")
        # A package is loaded before what is in it.
        waiting += [".".join(parts[:n]) for n in range(1, len(parts))]
        file = file_of(module) if parts[0] in OURS else None
        if file is not None and module not in found:
            found[module] = ast.parse(file.read_text(encoding="utf-8"))
            waiting += [name for name in brought(found[module]) if name not in found]
    return found


def whole(node: ast.AST) -> str:
    """Return a division, or a call that makes a float, as it is written; nothing for others."""
    match node:
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return ast.unparse(node)
        case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp(op=ast.USub())):
            return ast.unparse(node)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name))):
            return ast.unparse(node) if name in MAKERS else ""
    return ""


def leaves(node: ast.AST) -> Iterator[str]:
    """Yield the float that something is, or the name of what makes one."""
    match node:
        case ast.Constant(value=float() | complex()):
            yield repr(node.value)
        case ast.Name(id=name) if name in MAKERS:
            yield name
        case ast.Import() | ast.ImportFrom():
            base = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            names = (f"{base}{alias.name}" for alias in node.names)
            yield from (name for name in names if name.split(".")[0] in INEXACT)


def inexact(node: ast.AST) -> Iterator[str]:
    """Yield what in a piece of a module divides, is a float, or makes one."""
    if said := whole(node):
        yield said
        return
    yield from leaves(node)
    for child in ast.iter_child_nodes(node):
        yield from inexact(child)


def found_in(module: str, tree: ast.AST) -> set[str]:
    """Return what stands in a module and is neither a path nor listed above."""
    listed = set[str]().union(*(one.get(module, set()) for one in (DECIMALS, SCALES, ELSEWHERE)))
    return {said for said in inexact(tree) if said not in listed and not is_path(module, said)}


def is_path(module: str, said: str) -> bool:
    """Say whether a division begins with one of the folders of its module."""
    node = ast.parse(said, mode="eval").body if " /= " not in said else None
    while isinstance(node, ast.BinOp):
        node = node.left
    return node is not None and ast.unparse(node) in FOLDERS.get(module, set())


PATH: Final = reached(*BEGINNINGS)


def test_no_float_and_no_division_is_anywhere_on_the_path() -> None:
    found = {module: found_in(module, tree) for module, tree in PATH.items()}
    assert {module: said for module, said in found.items() if said} == {}


def test_nothing_is_listed_that_is_not_there() -> None:
    for listed in (DECIMALS, SCALES, ELSEWHERE):
        for module, said in listed.items():
            assert said <= set(inexact(PATH[module])), module
    for module, folders in FOLDERS.items():
        there = {said for said in inexact(PATH[module]) if is_path(module, said)}
        assert all(any(said.startswith(one) for said in there) for one in folders), module


def test_the_path_is_found_whole() -> None:
    """All that is loaded when a draw begins is on it, and all that figures go through."""
    code = (
        f"import sys, {', '.join(BEGINNINGS)}\n"
        "print(*(name for name in sys.modules if name.split('.')[0] in"
        " {'admin', 'crypto', 'forms', 'reporting'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert set(done.stdout.split()) <= set(PATH)
    assert {
        *(f"admin.publication.{name}" for name in ("frame", "frame_records", "measurements")),
        *(f"admin.publication.{name}" for name in ("draw", "noise", "scales", "paging")),
        *(f"reporting.statistics.{name}" for name in ("topdown", "nearest", "thresholds")),
        *(f"reporting.statistics.{name}" for name in ("estimates", "sheets", "charts", "csvs")),
    } <= set(PATH)


PLANTED: Final = (
    "y = x / 2",
    "x /= 2",
    "y = x * 0.5",
    "y = float(x)",
    "y = float.fromhex(x)",
    "def f(x: float) -> None: ...",
    "y = map(float, x)",
    "y = round(x, 1)",
    "y = 2 ** -x",
    "y = 1j",
    "import math",
    "from math import sqrt",
    "import random",
    "from operator import truediv",
    "def f(x):\n    if x:\n        import numpy",
    "y = x / one.variance",
    "y = instance / 2",
)


@pytest.mark.parametrize("line", PLANTED)
def test_what_is_planted_on_the_path_is_seen(line: str) -> None:
    for module in ("admin.publication.frame", "admin.publication.draw"):
        assert found_in(module, ast.parse(line))


def test_a_path_is_one_where_it_is_listed_alone() -> None:
    line = ast.parse("y = instance / 'releases' / name")
    assert not found_in("admin.publication.releases", line)
    assert found_in("admin.publication.noise", line)
