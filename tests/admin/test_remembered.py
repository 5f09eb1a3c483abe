"""What takes long to find out is found out once in a while, and shown to nobody else."""

from datetime import UTC, datetime, timedelta

from admin.remembered import Remembered

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_what_was_found_is_forgotten_after_its_time_and_shown_to_nobody_else() -> None:
    remembered: Remembered[str] = Remembered(MINUTE)
    looked = list[str]()

    def ask(seer: str, now: datetime) -> str:
        def look() -> str:
            looked.append(seer)
            return f"what {seer} sees, {len(looked)}"

        return remembered.of(seer, now, look)

    assert ask("yui", NOW) == "what yui sees, 1"
    assert ask("yui", NOW + timedelta(seconds=59)) == "what yui sees, 1"
    assert ask("kenji", NOW) == "what kenji sees, 2"
    assert ask("yui", NOW + MINUTE) == "what yui sees, 3"
    assert looked == ["yui", "kenji", "yui"]
    assert "sees" not in repr(remembered)
