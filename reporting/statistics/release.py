"""Releases as they lie in folders: read whole, and believed only if every byte is accounted for.

This needs the folder and the public keys, nothing else: no database and no instance. The folder is
made once more from its plan and its noisy numbers; no signature is trusted for what follows from
these. Words and pictures may be those of an older program; who signs them asks for its own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crypto import publishing, signing
from crypto.envelope import OpenError
from crypto.publishing import PublicKeys, Signatures
from crypto.signing import Prefix
from reporting.errors import ReportingError
from reporting.statistics import bookings, bundle, manifest, papers, plan, sheets
from reporting.statistics.bookings import Bookings
from reporting.statistics.bundle import APPROVALS, LEDGER, PLAN, Source
from reporting.statistics.estimates import Estimates
from reporting.statistics.folders import contents, subfolders
from reporting.statistics.manifest import MANIFEST, SIGNATURES, Manifest, digest
from reporting.statistics.papers import PaperError
from reporting.statistics.plan import Plan
from reporting.statistics.topdown import Measurement, Table

OFFICERS: Final = 2
BROKEN: Final = "the release before it is missing, or is not the one it followed"


class ReleaseError(ReportingError):
    """A folder is no release that we made, or not any more; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Release:
    """A verified release. `name` is that of its folder; `files` are all of them by their paths.

    A release whose draw was burnt has no `measured` and no `tables`; its `estimates` are missing.
    """

    name: str
    version: int
    plan: Plan
    tables: tuple[Table, ...]
    measured: tuple[Measurement, ...]
    estimates: tuple[Estimates, ...]
    files: Mapping[str, bytes]
    manifest: bytes
    stated: Manifest

    @property
    def synthetic(self) -> bool:
        """Whether all its numbers are invented."""
        return self.stated.is_synthetic

    @property
    def digest(self) -> str:
        """The hash of its manifest, which the next release names."""
        return digest(self.manifest)


@dataclass(frozen=True, slots=True)
class Unfit:
    """A folder that is not shown, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Releases:
    """What lies in a folder of releases: those that hold, oldest first, and the others."""

    fit: tuple[Release, ...]
    unfit: tuple[Unfit, ...]

    @property
    def head(self) -> str:
        """The hash that the next manifest has to name; empty before the first."""
        return self.fit[-1].digest if self.fit else ""

    @property
    def newest(self) -> Release | None:
        """The newest one; an invented one only where there is no other."""
        last = self.fit[-1] if self.fit else None
        return next((one for one in reversed(self.fit) if not one.synthetic), last)


def read(folder: Path, keys: PublicKeys) -> Release:
    """Return the release in a folder. Raises ReleaseError unless everything about it holds."""
    with _telling():
        files = contents(folder)
        _require_signed(files, keys)
        return _held(files)


def unsigned(folder: Path) -> Release:
    """Return a release that is to be signed: all of `read` but the signatures, if there are any.

    Raises ReleaseError.
    """
    with _telling():
        return _held(contents(folder))


def require_rendered(one: Release, keys: PublicKeys) -> None:
    """Raise ReleaseError unless this program writes every file so, for a report with these keys.

    Whoever rendered it may have put anything into words and pictures, which `read` leaves alone.
    """
    made = bundle.render(_source(one.files, one.stated, one.measured, keys.encode()))
    for path, data in made.items():
        if one.files[path] != data:
            raise ReleaseError(f"{path} is not what this program writes")


def read_all(folder: Path, keys: PublicKeys) -> Releases:
    """Return the releases in a folder, each verified, and the chain of their manifests with them.

    A release that does not follow from the first one is unfit, however good its signatures are:
    what came before it, or was booked before it, was taken away or altered.
    """
    found: list[Release] = []
    unfit: list[Unfit] = []
    for name in subfolders(folder):
        try:
            release = read(folder / name, keys)
            _require_named(release, name)
        except ReleaseError as error:
            unfit.append(Unfit(name, str(error)))
        else:
            found.append(release)
    fit, reason = _chained(found)
    unfit.extend(Unfit(one.name, reason.get(one.name, BROKEN)) for one in found if one not in fit)
    return Releases(fit, tuple(unfit))


def _chained(found: list[Release]) -> tuple[tuple[Release, ...], Mapping[str, str]]:
    chain: list[Release] = []
    before = ""
    while True:
        following = [one for one in found if one.stated.before == before]
        # Two that follow the same one: which of them was there first, nobody can say.
        if len(following) != 1:
            return tuple(chain), {}
        try:
            _require_further(following[0], chain)
        except PaperError as error:
            return tuple(chain), {following[0].name: str(error)}
        chain += following
        before = following[0].digest


def _require_further(one: Release, chain: list[Release]) -> None:
    """Check that nothing booked before a release is gone; invented years are booked apart."""
    kind = [other for other in chain if other.synthetic == one.synthetic]
    for last in kind[-1:]:
        bookings.require_further(papers.bookings(one.files[LEDGER]), last.stated.ledger_head)


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except ReleaseError:
        raise
    except ReportingError as error:
        raise ReleaseError(str(error)) from None


def _held(files: Mapping[str, bytes]) -> Release:
    stated = manifest.decode(files.get(MANIFEST, b""))
    _require_whole(files, stated)
    planned = plan.decode(files[PLAN])
    _require_own_plan(stated, planned)
    _require_approved(files)
    measured = _measured(files, planned)
    booked = _bookings(files, stated)
    bookings.require_booked(booked, planned, measured)
    bookings.require_paid(booked, planned)
    _require_derived(files, _source(files, stated, measured))
    tables = bundle.fitted(planned, measured)
    return Release(
        name=stated.name,
        version=stated.version,
        plan=planned,
        tables=tables,
        measured=measured,
        estimates=bundle.estimates(planned, tables),
        files=files,
        manifest=files[MANIFEST],
        stated=stated,
    )


def _require_signed(files: Mapping[str, bytes], keys: PublicKeys) -> None:
    missing = [path for path in (MANIFEST, *SIGNATURES) if path not in files]
    if missing:
        raise ReleaseError(f"{missing[0]} is missing")
    try:
        signatures = Signatures(*(files[path] for path in SIGNATURES))
        publishing.verify(keys, files[MANIFEST], signatures)
    except OpenError:
        raise ReleaseError("the manifest is not signed with both of our keys") from None


def _require_whole(files: Mapping[str, bytes], stated: Manifest) -> None:
    there = files.keys() - {MANIFEST, *SIGNATURES}
    for path in sorted(stated.files.keys() - there):
        raise ReleaseError(f"{path} is missing")
    for path in sorted(there - stated.files.keys()):
        raise ReleaseError(f"{path} does not belong to it")
    for path, expected in stated.files.items():
        if digest(files[path]) != expected:
            raise ReleaseError(f"{path} was altered")
    for path in (PLAN, APPROVALS, LEDGER):
        if path not in files:
            raise ReleaseError(f"{path} is missing")


def _require_own_plan(stated: Manifest, planned: Plan) -> None:
    said = (stated.release, stated.plan, stated.codelist, stated.is_synthetic)
    if said != (planned.release, planned.digest, planned.codelist, planned.is_synthetic):
        raise ReleaseError("the manifest and the plan say different things")


def _require_approved(files: Mapping[str, bytes]) -> None:
    approvals = papers.read_approvals(files[APPROVALS])
    if len({one.signing_key for one in approvals}) < max(OFFICERS, len(approvals)):
        raise ReleaseError("the plan was not approved by two officers")
    for one in approvals:
        try:
            signing.require_key(one.signing_key)
            signing.read(one.signing_key, Prefix.STAT_PLAN, one.signature + files[PLAN])
        except (OpenError, ValueError):
            raise ReleaseError("an approval of the plan does not hold") from None


def _bookings(files: Mapping[str, bytes], stated: Manifest) -> Bookings:
    booked = bookings.chained(files[LEDGER])
    if papers.head(files[LEDGER]) != stated.ledger_head:
        raise ReleaseError("the ledger is not the one that the manifest names")
    return booked


def _require_derived(files: Mapping[str, bytes], source: Source) -> None:
    """Check that the folder is the one that follows from its parts: no file less, more or other."""
    made = bundle.render(source)
    there = files.keys() - set(SIGNATURES)
    for path in sorted(made.keys() - there):
        raise ReleaseError(f"{path} is missing")
    for path in sorted(there - made.keys()):
        raise ReleaseError(f"{path} does not belong to it")
    for path in sorted(there - {MANIFEST}):
        if files[path] != made[path] and not bundle.is_worded(path):
            raise ReleaseError(f"{path} does not follow from what was drawn")


def _source(
    files: Mapping[str, bytes],
    stated: Manifest,
    measured: tuple[Measurement, ...],
    keys: str = "",
) -> Source:
    return Source(
        plan=files[PLAN],
        measured=measured,
        approvals=files[APPROVALS],
        ledger=files[LEDGER],
        previous=stated.before,
        version=stated.version,
        supersedes=stated.supersedes,
        synthetic=stated.is_synthetic,
        keys=keys.encode(),
        note=stated.note,
    )


def _measured(files: Mapping[str, bytes], planned: Plan) -> tuple[Measurement, ...]:
    there = {path: data for path, data in files.items() if path.startswith("measurements/")}
    if not there:
        return ()
    try:
        measured = tuple(sheets.measured(table.dims, there) for table in planned.tables)
        expected = sheets.drawn_files(planned.period, measured)
    except (KeyError, ValueError):
        raise ReleaseError("the noisy numbers cannot be read") from None
    if expected != there:
        raise ReleaseError("the noisy numbers are not those of the plan")
    return measured


def _require_named(release: Release, name: str) -> None:
    if release.name != name:
        raise ReleaseError(f"it is {release.name} under another name")
