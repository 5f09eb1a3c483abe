"""Remembered: what libraries work out anew for each application is worked out once a run.

Each test has an application of its own. Most of its time went into compiling the same templates
and the same addresses again, which come out the same every time.
"""

import hashlib
from collections.abc import Callable, Hashable
from functools import wraps
from gettext import GNUTranslations
from typing import Any
from weakref import WeakKeyDictionary

from jinja2 import nodes
from werkzeug.routing import Rule

from reporting.web.speaking import SpeakingEnvironment

_digests: WeakKeyDictionary[object, bytes] = WeakKeyDictionary()


def install() -> None:
    """Remember, from now on, what every application of this run has in common."""
    SpeakingEnvironment.compile = _once(  # type: ignore[method-assign]
        SpeakingEnvironment.compile, _template
    )
    Rule._compile_builder = _once(  # type: ignore[method-assign]  # noqa: SLF001 - no other door
        Rule._compile_builder,  # noqa: SLF001 - as above
        _address,
    )


def _once(method: Callable[..., Any], key_of: Callable[..., Hashable]) -> Callable[..., Any]:
    made: dict[Hashable, Any] = {}

    @wraps(method)
    def remembering(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever the method returns
        key = key_of(*args, **more)
        if key is None:
            return method(*args, **more)
        if key not in made:
            made[key] = method(*args, **more)
        return made[key]

    return remembering


def _template(
    environment: SpeakingEnvironment,
    source: str | nodes.Template,
    name: str | None = None,
    filename: str | None = None,
    *rest: object,
    **more: object,
) -> Hashable:
    """Return what the code of a template hangs on: its text and the words put into it."""
    if rest or more or not isinstance(source, str):
        return None
    said = None
    if environment.speaks is not None:
        languages, code = environment.speaks
        said = code, _digest(languages.words[code])
    # Whether values are escaped hangs on the name.
    return source, name, filename, said, tuple(environment.extensions)


def _digest(words: object) -> bytes:
    if words not in _digests:
        catalogue = sorted(getattr(words, "_catalog", {}).items(), key=repr)
        assert isinstance(words, GNUTranslations) or not catalogue
        _digests[words] = hashlib.sha256(repr(catalogue).encode()).digest()
    return _digests[words]


def _address(rule: Rule, append_unknown: bool = True) -> Hashable:  # noqa: FBT002 - Werkzeug's
    """Return what the builder of an address hangs on: its parts; it gets the rule when called."""
    if rule.defaults:
        return None
    return rule.rule, tuple(rule._trace), append_unknown  # noqa: SLF001 - as above
