"""The shelf: folders of releases on a disk, and the papers that public pages read beside them.

A folder is written under a hidden name and gets its own when it is whole, so that no page ever
reads half of one. None is ever overwritten.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from admin.errors import FiguresError
from crypto.envelope import OpenError
from crypto.publishing import PublicKeys, Signatures
from reporting.statistics import bundle, papers, release, shelf
from reporting.statistics.manifest import SIGNATURES
from reporting.statistics.papers import PaperError
from reporting.statistics.release import Release, ReleaseError

# Where the public pages look for what is written here.
KEYS: Final = shelf.KEYS
RELEASES: Final = shelf.RELEASES
FIGURES: Final = shelf.EXPORTED
LEDGER: Final = bundle.LEDGER
PLAN: Final = bundle.PLAN
ANNOUNCED: Final = shelf.PLANS
TAKEN: Final = "{} exists and is never overwritten. Choose another place, or move it away."
NO_FOLDER: Final = "There is no folder {}. Make it, or choose another one."
NO_KEYS: Final = (
    "{} is no file of public keys. `tomoshibi stats keys FILE` writes one beside the private keys;"
    " the office's own is called release.keys and lies in the instance folder."
)
NO_RELEASE: Final = (
    "{} is no release as it was signed: {}. Believe nothing in it, and fetch it again from where it"
    " is published or was signed."
)
NO_LEDGER: Final = (
    "{} is not the ledger as it was written last. Nothing was drawn, written or published. Bring it"
    " back from a copy, or from the public site."
)
UNWRITTEN: Final = (
    "{} was not written: {}. What was booked or kept before stays as it is. Make room, or set right"
    " who may write there, then run the same command again."
)
NOT_WHOLE: Final = (
    "{} is no folder as `tomoshibi stats render` writes it: {}. Nothing was signed. Render it anew."
)
OTHERWISE: Final = (
    "{} is not what this program writes for these keys: {}. Nothing was signed. Both machines need"
    " the same version of this program, and the staff host the public keys of this file; then"
    " render the folder anew. If they have both, somebody altered it: sign nothing, and tell the"
    " other officers."
)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder that was not there, whole or not at all. Raises FiguresError."""
    require_free(folder)
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    with _writing(folder):
        # What a crash left: nobody reads a hidden name.
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        for path, data in files.items():
            (unfinished / path).parent.mkdir(exist_ok=True)
            keep(unfinished / path, data)
        unfinished.rename(folder)
        _settle(folder.parent)


def keep(path: Path, data: bytes) -> None:
    """Write a file that reaches the disk, in place of one that is there, never half of it.

    Raises FiguresError where there is no room for it.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    with _writing(path):
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)


def require_free(path: Path) -> None:
    """Raise FiguresError where something of this name is there, or no folder for it."""
    if path.exists() or path.is_symlink():
        raise FiguresError(TAKEN.format(path))
    if not path.parent.is_dir():
        raise FiguresError(NO_FOLDER.format(path.parent))


def read_keys(file: Path) -> PublicKeys:
    """Return the public keys in a file. Raises FiguresError."""
    try:
        return PublicKeys.decode(file.read_text(encoding="ascii"))
    except (OpenError, OSError, UnicodeDecodeError):
        raise FiguresError(NO_KEYS.format(file)) from None


def read(folder: Path, keys: Path) -> Release:
    """Return the release in a folder, verified whole. Raises FiguresError."""
    try:
        return release.read(folder, read_keys(keys))
    except ReleaseError as error:
        raise FiguresError(NO_RELEASE.format(folder, error)) from None


def signable(folder: Path) -> Release:
    """Return the release in a folder that is to be signed; signatures that it has say nothing.

    Raises FiguresError unless everything else about it holds.
    """
    try:
        return release.unsigned(folder)
    except ReleaseError as error:
        raise FiguresError(NOT_WHOLE.format(folder, error)) from None


def require_rendered(folder: Path, one: Release, keys: PublicKeys) -> None:
    """Raise FiguresError unless this program writes a release so, for those who hold these keys."""
    try:
        release.require_rendered(one, keys)
    except ReleaseError as error:
        raise FiguresError(OTHERWISE.format(folder, error)) from None


def put(folder: Path, signed: Signatures) -> None:
    """Put both signatures beside the manifest of a folder."""
    for name, signature in zip(SIGNATURES, (signed.ed25519, signed.mldsa65), strict=True):
        keep(folder / name, signature)


def export(instance: Path, booked: bytes, plan: bytes | None) -> None:
    """Write what public pages show beside releases: the ledger, and the announced plan."""
    (instance / FIGURES).mkdir(exist_ok=True)
    keep(instance / FIGURES / LEDGER, booked)
    if plan is not None:
        keep(instance / FIGURES / PLAN, plan)


def announce(instance: Path, release: str, plan: bytes) -> None:
    """Keep a plan as it was announced, apart from the database, for those who sign it."""
    folder = instance / FIGURES / ANNOUNCED
    folder.mkdir(parents=True, exist_ok=True)
    keep(folder / f"{release}.json", plan)


def announced(instance: Path, release: str) -> bytes | None:
    """Return a plan as it was announced; none where it never was here."""
    file = instance / FIGURES / ANNOUNCED / f"{release}.json"
    return file.read_bytes() if file.is_file() else None


def all_announced(instance: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each plan that was announced here."""
    for file in sorted((instance / FIGURES / ANNOUNCED).glob(shelf.A_PLAN)):
        yield file.stem, file.read_bytes()


def told(instance: Path) -> bytes | None:
    """Return the ledger as it was last given out; none where it never was here."""
    file = instance / FIGURES / LEDGER
    return file.read_bytes() if file.exists() else None


def told_head(instance: Path) -> str:
    """Return how far the ledger went when it was last given out; its beginning if it never was.

    Raises FiguresError for a file that is none of ours.
    """
    found = told(instance)
    try:
        return bytes(32).hex() if found is None else papers.head(found)
    except PaperError:
        raise FiguresError(NO_LEDGER.format(instance / FIGURES / LEDGER)) from None


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FiguresError(UNWRITTEN.format(path, error.strerror)) from error


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
