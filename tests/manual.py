"""Manual: docs/operations.md as a list of acts, so that a test does what the document says.

A step begins with whoever acts, in bold. Words of a page stand in quotes and commands in backticks;
the verb before them says what is done. All else is for people: telephone calls, patience, a safe.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

OPERATIONS = Path(__file__).parent.parent / "docs" / "operations.md"
SECTION = re.compile(r"^##+ (?P<title>.+)$", re.MULTILINE)
STEP = re.compile(r"^\d+\. (?P<text>.+(?:\n(?: {3}.*|$))*)", re.MULTILINE)
BLOCK = re.compile(r" {3}```\w*\n(?P<lines>.*?) {3}```", re.DOTALL)
ACTORS = re.compile(r"\*\*(?P<who>[^*]+):\*\*\s*")
TOKEN = re.compile(
    r"\b(?P<deed>Sign in with the second passphrase|Sign in|Open the staff site|"
    r"Open the public site|Open the link|Open your own page|Declare your ties|"
    r"Compare the numbers|Wait \d+ days)\b"
    r"|\b(?P<verb>open|type|into|tick|untick|choose|under|press|read|run|write)\b"
    r'|"(?P<words>[^"]+)"'
    r"|`(?P<code>[^`]+)`",
    re.IGNORECASE,
)
AT_PAGES = {"open", "into", "tick", "untick", "choose", "press", "read"}


@dataclass(frozen=True)
class Act:
    """One thing that somebody does: a verb, the words or the command, and what narrows it.

    `given` is what is typed or written, if the document says it; `under` a heading or a question.
    """

    verb: str
    words: str = ""
    given: str = ""
    under: str = ""


@dataclass(frozen=True)
class Step:
    """A numbered step: who acts, and what they do one after the other."""

    actors: tuple[str, ...]
    acts: tuple[Act, ...]


def procedures() -> dict[str, tuple[Step, ...]]:
    """Return every procedure of the document by its title, without the number before it."""
    text = OPERATIONS.read_text(encoding="utf-8")
    found = list(SECTION.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {
        re.sub(r"^\d+\. ", "", one["title"]): tuple(_steps(text[one.end() : end]))
        for one, end in zip(found, ends, strict=True)
    }


def _steps(text: str) -> Iterator[Step]:
    for found in STEP.finditer(text):
        written = found["text"]
        named = ACTORS.match(written)
        assert named, f"nobody acts in: {written}"
        actors = re.split(r", then |, | and ", named["who"])
        yield Step(tuple(actors), tuple(_acts(written[named.end() :])))


def _acts(written: str) -> Iterator[Act]:
    block = BLOCK.search(written)
    lines = re.sub(r"^ {3}", "", block["lines"], flags=re.MULTILINE) if block else ""
    for act in _read(" ".join(BLOCK.sub("", written).split())):
        yield replace(act, given=lines) if act.verb == "write" else act


def _read(text: str) -> Iterator[Act]:
    """Yield the acts of a step; a verb counts until the next one."""
    verb, given = "", ""
    last: tuple[Act, ...] = ()
    for token in TOKEN.finditer(text):
        kind, said = str(token.lastgroup), token[str(token.lastgroup)]
        if kind == "verb":
            verb = _following(verb, said.lower())
        elif verb == "under":
            (act,) = last
            last, verb = (replace(act, under=said),), act.verb
        elif verb == "type":
            given = said
        elif kind != "deed" or said[0].isupper():
            yield from last
            last = (_act(verb, kind, said, given),)
            verb = said.split()[0].lower() if kind == "deed" else verb
        given = given if verb in {"type", "into"} and said.lower() != "type" else ""
    yield from last


def _following(before: str, verb: str) -> str:
    """Return what is meant by a verb: something is written into a file, or typed into a field."""
    return before if (before, verb) == ("write", "into") else verb


def _act(verb: str, kind: str, said: str, given: str) -> Act:
    if kind == "deed":
        return Act(said.lower())
    fits = {"words": AT_PAGES, "code": {"run", "read", "write"}}[kind]
    assert verb in fits, f"nobody can {verb or 'do anything with'} {said!r}"
    return Act(verb, said, given)
