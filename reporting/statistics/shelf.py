"""The shelf: all that is published, verified once and held until what lies there has changed."""

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum, unique
from fractions import Fraction
from pathlib import Path
from typing import Final

from crypto.envelope import OpenError
from crypto.publishing import PublicKeys
from reporting.errors import ReportingError
from reporting.statistics import bookings
from reporting.statistics.bookings import Bookings
from reporting.statistics.bundle import LEDGER, PLAN
from reporting.statistics.canonical import encode
from reporting.statistics.manifest import MANIFEST
from reporting.statistics.plan import Plan, decode
from reporting.statistics.release import Release, Releases, read_all

KEYS: Final = "release.keys"
RELEASES: Final = "releases"
EXPORTED: Final = "figures"
PLANS: Final = "plans"
A_PLAN: Final = "TOMOSHIBI-*.json"
UNREADABLE: Final = b"\0"
NO_LEDGER: Final = encode({"events": [], "head": bytes(32).hex(), "scopes": []})


@unique
class State(StrEnum):
    """How far a release came, as the ledger says it."""

    RESERVED = "reserved"
    DRAWN = "drawn"
    PUBLISHED = "published"
    BURNT = "burnt"


@dataclass(frozen=True, slots=True)
class Spent:
    """One step of the budget: what it costs was booked at the first step of its release."""

    release: str
    state: State
    eps: Fraction


@dataclass(frozen=True, slots=True)
class Shelved:
    """All that can be shown: releases newest first, and the names of what does not hold.

    `plan` is the newest one that was announced; `earlier` are those before it whose figures are not
    public and were not given up. `made` is what pages made of it so far; it goes when something
    else is published.
    """

    releases: tuple[Release, ...]
    unfit: tuple[str, ...]
    ledger: bytes
    spent: tuple[Spent, ...]
    plan: Plan | None
    keys: PublicKeys | None
    earlier: tuple[Plan, ...] = ()
    made: dict[tuple[str, str], bytes] = field(default_factory=dict, compare=False, repr=False)

    def named(self, name: str) -> Release | None:
        """Return a release by the name of its folder, or nothing."""
        return next((one for one in self.releases if one.name == name), None)

    def newest_of(self, release: str) -> Release | None:
        """Return the newest version of a release, or nothing."""
        return next((one for one in self.releases if one.plan.release == release), None)


class Shelf:
    """What an instance has published; folders are read again when a name, size or manifest changes.

    Never by a clock: an answer would depend on when it is asked for.
    """

    def __init__(self, instance: Path) -> None:
        """Take the instance; nothing is read before somebody asks."""
        self._instance = instance
        self._lock = threading.Lock()
        self._seen = b""
        self._shelved = Shelved((), (), NO_LEDGER, (), None, None)

    def shelved(self) -> Shelved:
        """Return what is published now."""
        # Looked at before it is read: what changes in between is found the next time.
        seen = self._look()
        with self._lock:
            if seen != self._seen:
                self._shelved = _read(self._instance)
                self._seen = seen
            return self._shelved

    def _look(self) -> bytes:
        looked = hashlib.sha256()
        for line in _lines(self._instance):
            looked.update(line)
        return looked.digest()


def _lines(instance: Path) -> Iterator[bytes]:
    for path in (instance / KEYS, instance / EXPORTED / LEDGER, instance / EXPORTED / PLAN):
        yield hashlib.sha256(_content(path)).digest()
    for path in _told(instance):
        yield f"{path.name}\0".encode() + hashlib.sha256(_content(path)).digest()
    for folder, folders, names in os.walk(instance / RELEASES):
        # What is hidden is still being written, and may vanish while it is looked at.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield os.fsencode(folder)
        for name in sorted(names):
            path = Path(folder, name)
            yield f"{name}\0{path.lstat().st_size}\0".encode()
            if name == MANIFEST:
                yield hashlib.sha256(_content(path)).digest()


def _read(instance: Path) -> Shelved:
    unfit: list[str] = []
    keys = _keys(instance, unfit)
    found = Releases((), ()) if keys is None else read_all(instance / RELEASES, keys)
    releases = tuple(sorted(found.fit, key=_age, reverse=True))
    unfit.extend(one.name for one in found.unfit)
    ledger, spent = _ledger(instance, found, unfit)
    plan = _plan(instance, unfit)
    over = {one.plan.release for one in releases}
    over |= {one.release for one in spent if one.state is State.BURNT}
    earlier = tuple(
        one for one in _announced(instance, unfit) if one != plan and one.release not in over
    )
    return Shelved(releases, tuple(unfit), ledger, spent, plan, keys, earlier)


def _age(release: Release) -> tuple[int, str, int]:
    return release.plan.period, release.plan.release, release.version


def _keys(instance: Path, unfit: list[str]) -> PublicKeys | None:
    data = _content(instance / KEYS)
    try:
        return PublicKeys.decode(data.decode()) if data else None
    except (OpenError, ValueError):
        unfit.append(KEYS)
        return None


def _ledger(instance: Path, found: Releases, unfit: list[str]) -> tuple[bytes, tuple[Spent, ...]]:
    """Return the exported ledger, which nobody signed, if it goes on from the last signed one.

    Else that one, or the one of an invented year where no other is published.
    """
    signed = found.newest
    data = _content(instance / EXPORTED / LEDGER)
    if data:
        try:
            booked = bookings.chained(data)
            if signed is not None and not signed.synthetic:
                bookings.require_further(booked, signed.stated.ledger_head)
            return data, _spent(booked)
        except (KeyError, ReportingError, ValueError):
            unfit.append(LEDGER)
    data = NO_LEDGER if signed is None else signed.files[LEDGER]
    return data, _spent(bookings.chained(data))


def _spent(booked: Bookings) -> tuple[Spent, ...]:
    return tuple(
        Spent(str(one.stated["release"]), State(str(one.stated["state"])), bookings.price(one))
        for one in booked
    )


def _plan(instance: Path, unfit: list[str]) -> Plan | None:
    data = _content(instance / EXPORTED / PLAN)
    try:
        return decode(data) if data else None
    except ReportingError:
        unfit.append(PLAN)
        return None


def _announced(instance: Path, unfit: list[str]) -> Iterator[Plan]:
    """Yield every plan that was announced, the newest first."""
    for path in reversed(_told(instance)):
        try:
            yield decode(_content(path))
        except ReportingError:
            unfit.append(f"{PLANS}/{path.name}")


def _told(instance: Path) -> list[Path]:
    return sorted((instance / EXPORTED / PLANS).glob(A_PLAN))


def _content(path: Path) -> bytes:
    """Return what a file holds, nothing if it is not there; what cannot be read reads as wrong."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError:
        return UNREADABLE
