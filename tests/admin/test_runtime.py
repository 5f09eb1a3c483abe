import pytest

from admin.runtime import STAFF_PEPPER_FILE, open_staff
from crypto.passphrase import Parameters
from reporting.errors import SettingsError
from reporting.runtime import Runtime

CHEAP = Parameters.cheap_for_tests()


@pytest.mark.parametrize("left", [None, b"", b"\x01" * 32])
def test_without_its_pepper_the_staff_site_does_not_start(
    runtime: Runtime, left: bytes | None
) -> None:
    pepper = runtime.settings.instance / STAFF_PEPPER_FILE
    pepper.unlink()
    if left is not None:
        pepper.write_bytes(left)
    with pytest.raises(SettingsError, match=r"staff\.pepper"):
        open_staff(runtime, CHEAP, lambda _seconds: None)


def test_no_pepper_shows_in_a_repr(runtime: Runtime) -> None:
    staff = open_staff(runtime, CHEAP, lambda _seconds: None)
    assert "pepper=Pepper(id=1, key=Secret(…))" in repr(staff.door)
    assert "dummy" not in repr(staff.door)
