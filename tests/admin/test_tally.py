from datetime import timedelta

from admin.tally import NAMES_AN_HOUR, OTHERS, Due, Failure, Tally
from tests.conftest import Clock

AIKO = Failure(b"aiko", "passphrase")
HOUR = timedelta(hours=1)


def strangers(step: str = "passphrase") -> list[Failure]:
    return [Failure(n.to_bytes(4, "big"), step) for n in range(NAMES_AN_HOUR)]


def test_a_name_gets_one_row_an_hour_and_the_next_one_says_how_many_there_were(
    clock: Clock,
) -> None:
    tally = Tally()
    assert [tally.add(AIKO, clock()).count for _ in range(5)] == [1, 0, 0, 0, 0]
    assert tally.add(Failure(b"other", "passphrase"), clock()).count == 1
    clock.advance(HOUR)
    assert tally.add(AIKO, clock()) == Due(b"aiko", 5)


def test_a_wrong_code_has_a_row_of_its_own(clock: Clock) -> None:
    tally = Tally()
    for failure in (AIKO, *strangers()):
        tally.add(failure, clock())
    assert tally.add(Failure(b"aiko", "code"), clock()) == Due(b"aiko", 1)


def test_strangers_with_ever_new_names_share_a_row(clock: Clock) -> None:
    tally = Tally()
    for stranger in strangers():
        assert tally.add(stranger, clock()).count == 1
    many = [Failure(n.to_bytes(5, "big"), "passphrase") for n in range(200)]
    assert [tally.add(one, clock()).count for one in many] == [1] + [0] * 199
    clock.advance(HOUR)
    assert tally.add(many[0], clock()) == Due(many[0].tag, 1)


def test_names_of_an_hour_ago_make_room_and_none_of_their_failures_is_forgotten(
    clock: Clock,
) -> None:
    tally = Tally()
    for stranger in strangers() * 3:
        tally.add(stranger, clock())
    clock.advance(HOUR)
    assert tally.add(AIKO, clock()) == Due(b"aiko", 1)
    fresh = [Failure(n.to_bytes(5, "big"), "passphrase") for n in range(NAMES_AN_HOUR)]
    due = [tally.add(one, clock()) for one in fresh]
    # What those of an hour ago left, and the first of this hour that found no room.
    assert due[-2:] == [Due(OTHERS, 2 * NAMES_AN_HOUR + 1), Due(OTHERS, 0)]
