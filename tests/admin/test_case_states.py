"""The page about the life of a case says what the table says, and all of it."""

from pathlib import Path

from admin import case_states
from admin.transitions import TABLE

WRITTEN = (case_states.ROOT / case_states.PAGE).read_text(encoding="utf-8")


def test_the_page_is_the_one_that_the_table_gives(tmp_path: Path) -> None:
    (tmp_path / case_states.PAGE).parent.mkdir()
    case_states.write(tmp_path)

    assert (tmp_path / case_states.PAGE).read_text(encoding="utf-8") == WRITTEN


def test_it_names_every_state_move_guard_and_effect_in_words() -> None:
    for state in TABLE.states.values():
        assert f"| `{state.code}` | {state.label} |" in WRITTEN
    for move in TABLE.transitions.values():
        assert f"### {move.label}: `{move.name}`" in WRITTEN
    for code, words in (*TABLE.guards.items(), *TABLE.effects.items()):
        assert f"| `{code}` | {words} |" in WRITTEN


def test_it_says_what_the_reporter_reads_in_every_state() -> None:
    for coarse in TABLE.coarse.values():
        assert coarse.text in WRITTEN


def test_it_says_which_decisions_can_be_taken_back() -> None:
    kept = sum(not move.undo_s for move in TABLE.transitions.values())

    assert WRITTEN.count("- Cannot be taken back.") == kept
    assert WRITTEN.count("- Can be taken back for 30 seconds") == len(TABLE.transitions) - kept


def test_whoever_makes_the_dictionary_makes_this_page_too() -> None:
    makefile = (case_states.ROOT / "Makefile").read_text(encoding="utf-8")

    assert "\nledger: install\n\t$(BIN)/python -m admin.dictionary\n" in makefile
    assert "\t$(BIN)/python -m admin.case_states\n" in makefile
