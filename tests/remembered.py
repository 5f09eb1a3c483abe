"""Remembered: what libraries work out anew for each application is worked out once a run.

Each test has an application and a database of its own. Most of its time went into compiling the
same templates, addresses, words and statements again, which come out the same every time.
"""

import hashlib
import io
from collections.abc import Callable, Hashable
from functools import wraps
from gettext import GNUTranslations
from typing import Any, Final
from weakref import WeakKeyDictionary

from jinja2 import nodes
from sqlalchemy import ClauseElement
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from crypto import passphrase
from reporting.web.speaking import SpeakingEnvironment

STATEMENTS: Final = 4000
COMPILED: Final = ("_parts", "_trace", "_converters", "arguments")
READ: Final = ("_info", "_charset", "_catalog", "plural")
_digests: WeakKeyDictionary[object, bytes] = WeakKeyDictionary()


def install() -> None:
    """Remember, from now on, what every application of this run has in common."""
    SpeakingEnvironment.compile = _once(  # type: ignore[method-assign]
        SpeakingEnvironment.compile, _template
    )
    address: Any = Rule
    address.compile = _addresses(address.compile)
    stretching: Any = passphrase
    stretching.hash_secret_raw = _once(stretching.hash_secret_raw, _guess)
    catalogue: Any = GNUTranslations
    catalogue._parse = _words(catalogue._parse)  # noqa: SLF001 - there is no other door
    statement: Any = ClauseElement
    statement._compile_w_cache = _statements(  # noqa: SLF001 - as above
        statement._compile_w_cache  # noqa: SLF001 - as above
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


def _guess(**more: Hashable) -> Hashable:
    """Return what a stretched passphrase hangs on: all of it, with its salt and what it costs."""
    return tuple(sorted(more.items()))


def _digest(words: object) -> bytes:
    if words not in _digests:
        catalogue = sorted(getattr(words, "_catalog", {}).items(), key=repr)
        assert isinstance(words, GNUTranslations) or not catalogue
        _digests[words] = hashlib.sha256(repr(catalogue).encode()).digest()
    return _digests[words]


def _addresses(compiling: Callable[[Rule], None]) -> Callable[[Rule], None]:
    """Remember how an address is taken apart and built, by its text and what stands in it.

    What reads its parts knows nothing of the application: only the builder gets the rule.
    """
    made: dict[Hashable, tuple[dict[str, Any], Any, Any]] = {}

    def remembering(rule: Rule) -> None:
        if rule.defaults or rule.map.host_matching:
            compiling(rule)
            return
        kinds = tuple(rule.map.converters.items())
        key = rule.rule, rule.subdomain, rule.merge_slashes, kinds
        if key not in made:
            compiling(rule)
            builders: Any = rule._build, rule._build_unknown  # noqa: SLF001 - no other door
            builds, builds_more = (builder.__func__ for builder in builders)
            made[key] = {name: vars(rule)[name] for name in COMPILED}, builds, builds_more
        parts, builds, builds_more = made[key]
        vars(rule).update({name: part.copy() for name, part in parts.items()})
        rule._build = builds.__get__(rule)  # noqa: SLF001 - as above
        rule._build_unknown = builds_more.__get__(rule)  # noqa: SLF001 - as above

    return remembering


def _words(parsing: Callable[..., None]) -> Callable[..., None]:
    """Remember the words of a catalogue by its bytes; each reader may add to its own copy."""
    made: dict[bytes, dict[str, Any]] = {}

    def remembering(words: GNUTranslations, file: io.BytesIO) -> None:
        content = file.read()
        if content not in made:
            parsing(words, io.BytesIO(content))
            made[content] = {name: vars(words)[name] for name in READ}
        found = made[content]
        copied = {"_info": found["_info"].copy(), "_catalog": found["_catalog"].copy()}
        vars(words).update({**found, **copied})

    return remembering


def _statements(compiling: Callable[..., Any]) -> Callable[..., Any]:
    """Remember the text of statements for all databases of one kind and version.

    An engine remembers them too, by its own dialect: with one engine a test, each test began anew.
    """
    dialects: dict[Hashable, Dialect] = {}
    texts: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def remembering(statement: ClauseElement, dialect: Dialect, **more: Any) -> Any:  # noqa: ANN401 - as above
        version = getattr(dialect, "server_version_info", None)
        if more["compiled_cache"] is None or version is None:
            return compiling(statement, dialect, **more)
        kind = type(dialect), version, dialect.default_schema_name
        first = dialects.setdefault(kind, dialect)
        return compiling(statement, first, **{**more, "compiled_cache": texts})

    return remembering
