import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.chain import GENESIS, ChainBrokenError, Head, Link, append, commit, verify
from crypto.envelope import Secret
from tests.crypto.vectors import Entry, each, load

SEGMENT = bytes(16)
WEEK = 202648
COMMITMENTS = st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=8)


def a_link(entry: Entry) -> Link:
    return Link(
        n=entry.number("n"),
        week=entry.number("week"),
        segment=entry.raw("segment"),
        commitment=entry.raw("commitment"),
        prev=entry.raw("prev"),
        hash=entry.raw("hash"),
    )


KNOWN = [a_link(entry) for entry in load("chain").entries("links")]


def a_chain(commitments: list[bytes]) -> list[Link]:
    links: list[Link] = []
    head = GENESIS
    for commitment in commitments:
        links.append(append(head, WEEK, SEGMENT, commitment))
        head = Head(links[-1].n, links[-1].hash)
    return links


@each("chain", "links")
def test_a_link_is_made_as_the_format_says(entry: Entry) -> None:
    link = a_link(entry)

    made = append(Head(link.n - 1, link.prev), link.week, link.segment, link.commitment)

    assert made == link
    assert commit(entry.secret("salt"), entry.raw("detail")) == link.commitment


def test_a_known_chain_verifies_from_the_beginning_and_from_any_head() -> None:
    end = Head(KNOWN[-1].n, KNOWN[-1].hash)

    assert verify(KNOWN, GENESIS) == end
    for at, link in enumerate(KNOWN, start=1):
        assert verify(KNOWN[at:], Head(link.n, link.hash)) == end


@each("chain", "broken")
def test_a_broken_chain_is_named_by_its_first_bad_position(entry: Entry) -> None:
    known = load("chain").entries("links")
    changes = entry.entry("changes").values
    links = [
        a_link(Entry({**known[at].values, **Entry(changes).entry(str(at)).values}))
        if str(at) in changes
        else KNOWN[at]
        for at in entry.numbers("order")
    ]

    with pytest.raises(ChainBrokenError) as broken:
        verify(links, GENESIS)

    assert broken.value.n == entry.number("broken_at")
    assert broken.value.__cause__ is None
    assert str(broken.value).endswith(f"position {entry.number('broken_at')}")


@given(COMMITMENTS, st.data())
def test_a_removed_or_exchanged_link_is_found(
    commitments: list[bytes], draw: st.DataObject
) -> None:
    links = a_chain(commitments)
    at = draw.draw(st.integers(0, len(links) - 2))
    removed = links[:at] + links[at + 1 :]
    exchanged = [*links[:at], links[at + 1], links[at], *links[at + 2 :]]

    for tampered in (removed, exchanged):
        with pytest.raises(ChainBrokenError) as broken:
            verify(tampered, GENESIS)
        assert broken.value.n == at + 1


@given(COMMITMENTS, st.data())
def test_a_changed_byte_is_found_where_it_stands(
    commitments: list[bytes], draw: st.DataObject
) -> None:
    links = a_chain(commitments)
    at = draw.draw(st.integers(0, len(links) - 1))
    link = links[at]
    place = draw.draw(st.integers(0, 15))
    links[at] = draw.draw(
        st.sampled_from(
            [
                dataclasses.replace(link, n=link.n + 1),
                dataclasses.replace(link, week=link.week + 1),
                dataclasses.replace(link, segment=_flipped(link.segment, place)),
                dataclasses.replace(link, commitment=_flipped(link.commitment, place)),
                dataclasses.replace(link, prev=_flipped(link.prev, place)),
                dataclasses.replace(link, hash=_flipped(link.hash, place)),
            ]
        )
    )

    with pytest.raises(ChainBrokenError) as broken:
        verify(links, GENESIS)
    assert broken.value.n == at + 1


@pytest.mark.parametrize("hostile", [None, "text of 16 chars", 1.5, -1, 1 << 80, b"", [0] * 32])
@pytest.mark.parametrize("field", ["n", "week", "segment", "commitment", "prev", "hash"])
def test_a_row_that_holds_anything_else_is_found_too(field: str, hostile: object) -> None:
    link = dataclasses.replace(KNOWN[1])
    object.__setattr__(link, field, hostile)

    with pytest.raises(ChainBrokenError) as broken:
        verify([KNOWN[0], link], GENESIS)
    assert broken.value.n == 2


@given(COMMITMENTS)
def test_links_cut_off_the_end_show_in_the_head(commitments: list[bytes]) -> None:
    links = a_chain(commitments)

    assert verify(links[:-1], GENESIS) != verify(links, GENESIS)


def test_a_chain_that_continues_another_head_is_refused() -> None:
    with pytest.raises(ChainBrokenError) as broken:
        verify(a_chain([bytes(32)]), Head(0, b"\1" * 32))
    assert broken.value.n == 1


def test_nothing_appended_leaves_the_head_where_it_is() -> None:
    assert verify([], GENESIS) == Head(0, bytes(32))


def test_a_deleted_detail_leaves_the_chain_whole_and_a_changed_one_is_told() -> None:
    salt = Secret(b"s" * 32)
    links = a_chain([commit(salt, b"opened"), commit(salt, b"closed")])

    assert verify(links, GENESIS).n == 2
    assert commit(salt, b"opened") == links[0].commitment
    assert commit(salt, b"openee") != links[0].commitment
    assert commit(Secret(b"t" * 32), b"opened") != links[0].commitment


@pytest.mark.parametrize(
    ("week", "segment", "commitment"),
    [
        (-1, SEGMENT, bytes(32)),
        (1 << 32, SEGMENT, bytes(32)),
        (WEEK, bytes(15), bytes(32)),
        (WEEK, SEGMENT, bytes(31)),
    ],
)
def test_a_link_of_misfit_parts_is_refused(week: int, segment: bytes, commitment: bytes) -> None:
    with pytest.raises(ValueError, match=r"segment|week"):
        append(GENESIS, week, segment, commitment)


@pytest.mark.parametrize(("n", "length"), [(-1, 32), (1 << 63, 32), (0, 31), (0, 33)])
def test_an_impossible_head_is_refused(n: int, length: int) -> None:
    with pytest.raises(ValueError, match="head"):
        Head(n, bytes(length))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit(Secret(bytes(length)), b"detail")


def _flipped(value: bytes, at: int) -> bytes:
    return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
