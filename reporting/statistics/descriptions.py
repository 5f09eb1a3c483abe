"""Descriptions of the tables for machines: CSV on the Web, and a Frictionless data package.

Both are made from the same sheets, so that neither can say what the other does not.
"""

from collections.abc import Iterable
from typing import Final

from reporting.statistics.canonical import Value, encode
from reporting.statistics.csvs import Column, Sheet

CSVW: Final = "csvw-metadata.json"
PACKAGE: Final = "datapackage.json"
LICENCE: Final = "CC-BY-4.0"
LICENCE_ADDRESS: Final = "https://creativecommons.org/licenses/by/4.0/"
_CODE: Final = "CODE"
_PUBLISHER: Final = "Tomoshibi"


def csvw(title: str, sheets: Iterable[Sheet]) -> bytes:
    """Return the description that CSV on the Web asks for."""
    return encode(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "dc:title": title,
            "dc:publisher": _PUBLISHER,
            "dc:license": {"@id": LICENCE_ADDRESS},
            "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"]},
            "tables": [_csvw_table(sheet) for sheet in sheets],
        }
    )


def package(name: str, title: str, sheets: Iterable[Sheet]) -> bytes:
    """Return the description of a data package, as Frictionless reads it."""
    return encode(
        {
            "name": name,
            "title": title,
            "licenses": [{"name": LICENCE, "path": LICENCE_ADDRESS}],
            "resources": [_resource(sheet) for sheet in sheets],
        }
    )


def _csvw_table(sheet: Sheet) -> Value:
    return {
        "url": sheet.path,
        "dc:title": _both(sheet.ja, sheet.en),
        "tableSchema": {
            "columns": [_csvw_column(column) for column in sheet.columns],
            "primaryKey": _key(sheet),
            "foreignKeys": [
                {
                    "columnReference": [column.name],
                    "reference": {"resource": column.codes, "columnReference": [_CODE]},
                }
                for column in sheet.columns
                if column.codes
            ],
        },
    }


def _csvw_column(column: Column) -> Value:
    kind: Value = column.kind
    if column.choices:
        kind = {"base": column.kind, "format": "|".join(column.choices)}
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": _both(column.ja, column.en),
        "datatype": kind,
        "required": not column.may_be_blank,
    }


def _both(ja: str, en: str) -> Value:
    return [{"@value": en, "@language": "en"}, {"@value": ja, "@language": "ja"}]


def _resource(sheet: Sheet) -> Value:
    return {
        "name": sheet.name,
        "type": "table",
        "path": sheet.path,
        "title": f"{sheet.en} / {sheet.ja}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"csv": {"lineTerminator": "\r\n"}},
        "schema": {
            "fields": [_field(column) for column in sheet.columns],
            "primaryKey": _key(sheet),
            "foreignKeys": [
                {
                    "fields": [column.name],
                    "reference": {
                        "resource": column.codes.removesuffix(".csv").replace("/", "-"),
                        "fields": [_CODE],
                    },
                }
                for column in sheet.columns
                if column.codes
            ],
        },
    }


def _field(column: Column) -> Value:
    limits: dict[str, Value] = {"required": not column.may_be_blank}
    if column.choices:
        limits["enum"] = list(column.choices)
    return {
        "name": column.name,
        "type": column.kind,
        "description": f"{column.en} / {column.ja}",
        "constraints": limits,
    }


def _key(sheet: Sheet) -> list[Value]:
    return [column.name for column in sheet.columns[: sheet.key]]
