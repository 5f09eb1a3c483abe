"""Programs find every file of figures, and a description that says what each address answers."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from reporting.statistics.manifest import digest
from reporting.web import figure_api
from tests.reporting.web.figures import FIRST, index
from tests.visitor import Visitor


def test_programs_find_every_file_and_its_hash(published: Visitor) -> None:
    found = index(published)
    newest, second, first = found["releases"]
    assert (newest["state"], second["state"], first["state"]) == (
        "current",
        "current",
        "superseded",
    )
    assert (second["supersedes"], second["version"], second["period"]) == (FIRST, 2, 2025)
    assert second["previous_manifest_sha256"] == first["manifest_sha256"]
    assert newest["eps"] == "1/1"
    for one in newest["files"]:
        answer = published.get(one["address"])
        assert digest(answer.data) == one["sha256"]
        assert len(answer.data) == one["bytes"]
        assert answer.headers["Content-Type"] == one["type"]


def test_the_description_names_every_address_and_no_other(app: Flask) -> None:
    described = json.loads(figure_api.description())
    there = {
        re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/figures")
    }
    assert set(described["paths"]) == there
    assert described["openapi"] == "3.1.0"
    names = [one["get"]["operationId"] for one in described["paths"].values()]
    assert len(set(names)) == len(names)
    for path, one in described["paths"].items():
        named = [resolve(described, part)["name"] for part in one["get"].get("parameters", ())]
        assert sorted(named) == sorted(re.findall(r"{(\w+)}", path))


def references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield str(value["$ref"])
        for part in value.values():
            yield from references(part)
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def resolve(described: Any, part: Any) -> Any:  # noqa: ANN401 - JSON
    if "$ref" not in part:
        return part
    found = described
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def test_what_the_description_refers_to_is_there(published: Visitor) -> None:
    described = published.get("/figures/openapi.json").json
    for reference in references(described):
        assert resolve(described, {"$ref": reference})


def test_the_answers_are_those_that_the_description_promises(published: Visitor) -> None:
    described = json.loads(figure_api.description())
    for path, schema in (("/figures/index.json", "Index"), ("/figures/ledger.json", "Ledger")):
        fits(described, described["components"]["schemas"][schema], published.get(path).json)


def fits(described: Any, schema: Any, value: Any) -> None:  # noqa: ANN401 - JSON
    """Check a value as far as our own schemas go."""
    schema = resolve(described, schema)
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    assert isinstance(value, kinds[schema["type"]] if "type" in schema else str)
    assert value in schema.get("enum", [value])
    if isinstance(value, str):
        assert re.search(schema.get("pattern", ""), value)
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= value.keys()
        known = schema.get("properties", {})
        assert "additionalProperties" not in schema or value.keys() <= known.keys()
        for name in known.keys() & value.keys():
            fits(described, known[name], value[name])
    if isinstance(value, list):
        for part in value:
            fits(described, schema.get("items", {}), part)
