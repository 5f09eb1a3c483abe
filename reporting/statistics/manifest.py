"""The manifest of a release: what belongs to it by its hashes, and which manifest came before.

Its bytes are what is signed. Equal manifests have equal bytes, and any others are refused.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reporting.errors import ReportingError
from reporting.statistics.canonical import Value
from reporting.statistics.canonical import encode as canonical
from reporting.statistics.correspondence import Said

MANIFEST: Final = "manifest.json"
SIGNATURES: Final = ("manifest.ed25519", "manifest.mldsa65")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PATH: Final = re.compile(r"([a-z]+/)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MOST_VERSIONS: Final = 1_000
LONGEST_NOTE: Final = 500


class ManifestError(ReportingError):
    """These bytes are not a manifest as we write it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one version of a release consists of; `before` is empty for the first one of all.

    `note` says why there is another version, so that its files can be made again from itself.
    """

    release: str
    version: int
    supersedes: str
    before: str
    plan: str
    codelist: int
    ledger_head: str
    is_synthetic: bool
    files: Mapping[str, str]
    note: Said | None = None

    @property
    def name(self) -> str:
        """The name of the folder."""
        return f"{self.release}.v{self.version}"


def digest(data: bytes) -> str:
    """Return the hash by which files are known."""
    return hashlib.sha256(data).hexdigest()


def is_path(text: str) -> bool:
    """Say whether a file may have this name inside a release."""
    return _PATH.fullmatch(text) is not None


def is_note(said: Said) -> bool:
    """Say whether this is a line of words in each language."""
    return _is_line(said.ja) and _is_line(said.en)


def encode(manifest: Manifest) -> bytes:
    """Return the bytes that are signed."""
    said = manifest.note
    note: Value = {"ja": said.ja, "en": said.en} if said else {}
    return canonical(
        {
            "release": manifest.release,
            "version": manifest.version,
            "supersedes": manifest.supersedes,
            "previous_manifest_sha256": manifest.before,
            "plan_sha256": manifest.plan,
            "codelist_version": manifest.codelist,
            "ledger_head": manifest.ledger_head,
            "synthetic": int(manifest.is_synthetic),
            "files": manifest.files,
            "note": note,
        }
    )


def decode(data: bytes) -> Manifest:
    """Return the manifest that bytes hold. Raises ManifestError unless `encode` wrote them."""
    try:
        found = _read(json.loads(data))
        again = encode(found)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise ManifestError("the manifest cannot be read") from None
    if not _is_plausible(found) or again != data:
        raise ManifestError("the manifest is written in another way than ours")
    return found


def _read(record: Mapping[str, Any]) -> Manifest:
    return Manifest(
        release=_text(record["release"]),
        version=record["version"],
        supersedes=_text(record["supersedes"]),
        before=_text(record["previous_manifest_sha256"]),
        plan=_text(record["plan_sha256"]),
        codelist=record["codelist_version"],
        ledger_head=_text(record["ledger_head"]),
        is_synthetic=record["synthetic"] == 1,
        files={_text(path): _text(value) for path, value in record["files"].items()},
        note=_note(record["note"]),
    )


def _note(record: Mapping[str, Any]) -> Said | None:
    return Said(_text(record["ja"]), _text(record["en"])) if record else None


def _is_plausible(manifest: Manifest) -> bool:
    digests = [manifest.plan, manifest.ledger_head, *manifest.files.values()]
    if manifest.before:
        digests.append(manifest.before)
    numbers = (manifest.version, manifest.codelist)
    return (
        all(type(one) is int and 0 < one < _MOST_VERSIONS for one in numbers)
        and all(map(_DIGEST.fullmatch, digests))
        and all(map(is_path, manifest.files))
        and (manifest.note is None or is_note(manifest.note))
    )


def _is_line(text: str) -> bool:
    # It stands in a text that others may turn into a page.
    return 0 < len(text) <= LONGEST_NOTE and text.isprintable() and not set(text) & set("<>")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
