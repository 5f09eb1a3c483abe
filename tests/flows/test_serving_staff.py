"""The staff site as it is served: passphrases are stretched in several threads at once."""

import threading
from pathlib import Path

import pytest

from reporting.settings import Settings
from tests.builders import Seeds, an_office
from tests.served import Visitor, served

SIGN_IN = "/staff/sign-in"


@pytest.fixture
def founded(settings: Settings, seeds: Seeds) -> Settings:
    an_office(settings, seeds)
    return settings


def test_passphrases_that_are_stretched_at_once_are_all_answered(
    founded: Settings, tmp_path: Path
) -> None:
    answers: list[int] = []
    with served(founded, "--site", "staff", "--workers", "1", folder=tmp_path) as running:
        visitors = {f"Nobody {number}": Visitor(running.port) for number in range(4)}

        def knock(name: str, visitor: Visitor) -> None:
            page = visitor.get(SIGN_IN)
            answer = visitor.post(SIGN_IN, page, name=name, passphrase="not what anybody chose")
            answers.append(answer.status)

        threads = [threading.Thread(target=knock, args=one) for one in visitors.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert Visitor(running.port).get(SIGN_IN).status == 200
    assert answers == [422] * 4
