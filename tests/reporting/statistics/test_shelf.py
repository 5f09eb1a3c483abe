import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.envelope import lp
from reporting.statistics import bundle, canonical
from reporting.statistics.manifest import MANIFEST, SIGNATURES
from reporting.statistics.plan import Plan, Tier
from reporting.statistics.shelf import EXPORTED, KEYS, NO_LEDGER, RELEASES, Shelf, State
from tests import publisher
from tests.publisher import COMING, MADE_UP, SECOND, ledger, publish, releases
from tests.reporting.statistics import editions

FIRST = f"{MADE_UP}.v1"
REPLACED = f"{MADE_UP}.v2"
LAST = f"{SECOND}.v1"
TOTAL = "data/total.csv"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    publish(tmp_path)
    return tmp_path


def at(instance: Path, path: str, name: str = LAST) -> Path:
    return instance / RELEASES / name / path


def names(shelf: Shelf) -> list[str]:
    return [one.name for one in shelf.shelved().releases]


def test_releases_stand_there_newest_first_and_the_newest_version_is_known(instance: Path) -> None:
    shelved = Shelf(instance).shelved()
    assert [one.name for one in shelved.releases] == [LAST, REPLACED, FIRST]
    newest = shelved.newest_of(MADE_UP)
    assert newest is shelved.named(REPLACED)
    assert shelved.named(FIRST) is not None
    assert shelved.named(MADE_UP) is None
    assert shelved.unfit == ()
    assert shelved.plan is not None
    assert shelved.plan.release == COMING


def test_an_instance_that_has_published_nothing_has_an_empty_shelf(tmp_path: Path) -> None:
    shelved = Shelf(tmp_path).shelved()
    assert (shelved.releases, shelved.unfit, shelved.spent) == ((), (), ())
    assert (shelved.plan, shelved.keys, shelved.ledger) == (None, None, NO_LEDGER)


def test_what_lies_there_unchanged_is_read_once(instance: Path) -> None:
    shelf = Shelf(instance)
    assert shelf.shelved() is shelf.shelved()


def test_a_file_altered_later_is_served_as_it_was_signed(instance: Path) -> None:
    shelf = Shelf(instance)
    signed = shelf.shelved().releases[0].files[TOTAL]
    altered = signed.replace(b"E", b"U")
    assert altered != signed
    at(instance, TOTAL).write_bytes(altered)
    assert shelf.shelved().releases[0].files[TOTAL] == signed
    assert Shelf(instance).shelved().unfit == (LAST,)


@pytest.mark.parametrize("path", [TOTAL, MANIFEST, *SIGNATURES])
def test_a_release_of_which_anything_is_missing_is_not_on_the_shelf(
    instance: Path, path: str
) -> None:
    shelf = Shelf(instance)
    assert names(shelf)[0] == LAST
    at(instance, path).unlink()
    assert names(shelf) == [REPLACED, FIRST]
    assert shelf.shelved().unfit == (LAST,)


def test_a_release_that_comes_whole_later_is_found(tmp_path: Path) -> None:
    publish(tmp_path, FIRST)
    shelf = Shelf(tmp_path)
    assert names(shelf) == [FIRST]
    found = dict(releases()[REPLACED])
    late = found.pop(TOTAL)
    editions.written(found, tmp_path / RELEASES / REPLACED)
    assert shelf.shelved().unfit == (REPLACED,)
    at(tmp_path, TOTAL, REPLACED).write_bytes(late)
    assert names(shelf) == [REPLACED, FIRST]


def test_without_keys_nothing_is_believed(instance: Path) -> None:
    shelf = Shelf(instance)
    (instance / KEYS).write_text(editions.OTHERS.public().encode(), encoding="utf-8")
    assert names(shelf) == []
    assert sorted(shelf.shelved().unfit) == sorted([LAST, REPLACED, FIRST])
    (instance / KEYS).write_text("ed25519 abc\n", encoding="utf-8")
    assert shelf.shelved().unfit == (KEYS,)
    (instance / KEYS).unlink()
    assert shelf.shelved().releases == ()


def test_keys_that_cannot_be_read_are_named(instance: Path) -> None:
    (instance / KEYS).unlink()
    (instance / KEYS).mkdir()
    assert Shelf(instance).shelved().unfit == (KEYS,)


def test_what_is_still_being_written_is_not_looked_at(instance: Path) -> None:
    shelf = Shelf(instance)
    before = shelf.shelved()
    editions.written(releases()[LAST], instance / RELEASES / ".half.unfinished")
    assert shelf.shelved() is before


def test_the_ledger_is_the_exported_one_and_else_that_of_the_newest_release(instance: Path) -> None:
    shelf, exported = Shelf(instance), instance / EXPORTED / bundle.LEDGER
    exported.write_bytes(later(editions.a_plan(COMING)))
    spent = [one.release for one in shelf.shelved().spent]
    assert spent == [MADE_UP, MADE_UP, SECOND, SECOND, COMING, COMING]
    assert shelf.shelved().unfit == ()
    exported.unlink()
    shelved = shelf.shelved()
    assert shelved.ledger == releases()[LAST][bundle.LEDGER]
    assert [one.state for one in shelved.spent[:2]] == [State.RESERVED, State.DRAWN]


@pytest.mark.parametrize("state", ["[]", "drawn and gone", '{"events":[{"prev":"","hash":""}]}'])
def test_a_ledger_or_plan_that_cannot_be_read_is_named(instance: Path, state: str) -> None:
    for name in (bundle.LEDGER, bundle.PLAN):
        (instance / EXPORTED / name).write_text(state, encoding="utf-8")
    shelved = Shelf(instance).shelved()
    assert sorted(shelved.unfit) == [bundle.LEDGER, bundle.PLAN]
    assert shelved.plan is None
    assert len(shelved.spent) == 4


def later(*coming: Plan) -> bytes:
    """Return the ledger of what is published, gone on with."""
    return ledger(editions.a_plan(MADE_UP), editions.a_plan(SECOND, Tier.M), *coming)


Rows = list[dict[str, canonical.Value]]


def rows() -> Rows:
    dropped = {"prev", "hash"}
    booked = json.loads(later(editions.a_plan(COMING)))["events"]
    return [{key: one[key] for key in one.keys() - dropped} for one in booked]


def rehashed(change: Callable[[Rows], object]) -> bytes:
    """Return a ledger that somebody rewrote, hashes and all."""
    found = rows()
    change(found)
    return editions.chained(found)


def cut_to_one_cheap_row() -> bytes:
    stated = json.loads(later())
    (first, *_) = stated["events"]
    return canonical.encode({**stated, "events": [{**first, "eps": "1/100"}]})


def out_of_count() -> bytes:
    stated = rows()
    stated[-1]["seq"] = 1
    before = json.loads(later(editions.a_plan(COMING)))
    last = before["events"][-1]
    hashed = hashlib.sha256(lp(bytes.fromhex(last["prev"]), canonical.encode(stated[-1])))
    before["events"][-1] = {**stated[-1], "prev": last["prev"], "hash": hashed.hexdigest()}
    return canonical.encode({**before, "head": hashed.hexdigest()})


@pytest.mark.parametrize(
    "data",
    [
        cut_to_one_cheap_row(),
        later().replace(b'"head":"', b'"head":"00', 1),
        canonical.encode({**json.loads(later()), "head": "11" * 32}),
        NO_LEDGER,
        editions.booked(editions.a_plan(MADE_UP)),
        rehashed(lambda found: found[0].update(eps="1/100")),
        rehashed(lambda found: found.pop(0)),
        rehashed(lambda found: found[-1].update(state="dealt")),
        rehashed(lambda found: found[-1].update(eps="1/0")),
        out_of_count(),
    ],
    ids=["cut", "head", "other head", "empty", "old", "cheap", "less", "state", "eps", "count"],
)
def test_a_ledger_that_does_not_go_on_from_what_is_published_is_not_shown(
    data: bytes, instance: Path
) -> None:
    (instance / EXPORTED / bundle.LEDGER).write_bytes(data)
    shelved = Shelf(instance).shelved()
    assert shelved.unfit == (bundle.LEDGER,)
    assert shelved.ledger == releases()[LAST][bundle.LEDGER]
    assert [one.state for one in shelved.spent] == [State.RESERVED, State.DRAWN] * 2


def test_the_ledger_of_an_office_knows_nothing_of_invented_years(tmp_path: Path) -> None:
    publish(tmp_path, FIRST, REPLACED)
    exported = tmp_path / EXPORTED / bundle.LEDGER
    exported.write_bytes(editions.booked(editions.a_plan(COMING)))
    shelved = Shelf(tmp_path).shelved()
    assert (shelved.unfit, shelved.ledger) == ((), exported.read_bytes())
    exported.unlink()
    assert Shelf(tmp_path).shelved().ledger == releases()[REPLACED][bundle.LEDGER]


def test_nothing_about_it_depends_on_the_hour(instance: Path) -> None:
    shelf = Shelf(instance)
    before = shelf.shelved()
    for path in instance.rglob("*"):
        path.touch()
    assert shelf.shelved() is before


def test_the_made_up_release_adds_up_to_its_total(instance: Path) -> None:
    made_up = Shelf(instance).shelved().named(FIRST)
    assert made_up is not None
    total, *others = made_up.tables
    assert total.values == (publisher.TOTAL,)
    assert {sum(table.values) for table in others} == {publisher.TOTAL}
