"""Speaking: templates made ready once for each language, with its words already in them.

What a template says with `_("…")` is the same on every page of a language. It is looked up when the
template is compiled, so that rendering joins long pieces instead of asking for each sentence.
"""

from typing import Final, cast

from flask import Flask, current_app, g
from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from typing_extensions import override

from reporting.web import language
from reporting.web.language import Languages

SAYS: Final = "_"
_READY: Final = "tomoshibi.speaking"


class SpeakingEnvironment(Environment):
    """An environment whose templates speak one language; without any they ask at each page."""

    speaks: tuple[Languages, str] | None = None

    @override
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return tree if self.speaks is None else _Interpreter(*self.speaks).visit(tree)


class _Interpreter(NodeTransformer):
    """Puts the words of a language where a template asks for words that it names itself."""

    def __init__(self, languages: Languages, code: str) -> None:
        self._words = languages.words[code]

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja calls it by this
        """Put the words in, unless values go into them."""
        match node:
            case nodes.Call(
                node=nodes.Name(name=name), args=[nodes.Const(value=str(message))], kwargs=[]
            ) if name == SAYS:
                found = language.made_ready(self._words.gettext(message))
                return nodes.Const(found, lineno=node.lineno)
        return self.generic_visit(node)


def render(template: str, /, **values: object) -> str:
    """Render a template in the language of this request."""
    current_app.update_template_context(values)
    ready = _of(current_app, g.languages, language.current().code)
    return ready.get_template(template).render(values)


def _of(app: Flask, languages: Languages, code: str) -> SpeakingEnvironment:
    """Return the templates of a language; each of our sites has words of its own."""
    ready: dict[tuple[int, str], SpeakingEnvironment]
    ready = app.extensions.setdefault(_READY, {})
    # Catalogues are loaded when the application is made and live as long as it does.
    key = id(languages), code
    found = ready.get(key)
    if found is None:
        base = cast("SpeakingEnvironment", app.jinja_env)
        found = base.overlay()
        found.speaks = languages, code
        ready[key] = found
    return found
