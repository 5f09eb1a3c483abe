"""What has expired is swept away, again and again, whatever the database is doing."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crypto.envelope import make_key
from reporting import drafts, retention
from reporting.database import Scrubbed
from reporting.errors import VisitGoneError
from reporting.runtime import Runtime
from reporting.visit_keys import keys_from
from tests.conftest import Clock


def test_an_expired_draft_is_swept_and_nothing_of_it_is_left(
    runtime: Runtime, clock: Clock
) -> None:
    keys = keys_from(make_key())
    with runtime.begin() as session:
        drafts.keep_page(session, keys, "q", {"story": ("typed",)}, clock.now)
    clock.advance(timedelta(hours=26))
    swept = retention.sweep(runtime.database, runtime.sweeps, clock.now)
    on_sqlite = runtime.database.engine.dialect.name == "sqlite"
    assert (swept.rows, swept.scrubbed) == (1, Scrubbed.GONE if on_sqlite else Scrubbed.FREED)
    with pytest.raises(VisitGoneError), runtime.read() as session:
        drafts.find(session, keys, clock.now)


def test_sweeping_goes_on_after_the_database_was_down(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "SECONDS_BETWEEN_SWEEPS", 0.001)
    stop = threading.Event()
    rounds: list[int] = []

    def unlucky(_session: Session, _now: object) -> int:
        rounds.append(1)
        if len(rounds) == 1:
            raise OperationalError("canary", {}, Exception("canary"))
        stop.set()
        return 0

    retention.sweep_until(stop, runtime.database, [unlucky], runtime.clock)
    assert len(rounds) == 2
    assert "sweep failed: BusyError" in caplog.text
    assert "canary" not in caplog.text
