import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from forms.codebook import CONSENT_STORE, KINDS
from tests.browser.chromium import LANGUAGES, required
from tests.browser.demo import Demo
from tests.browser.people import public_words

# What a page says in this order, from its heading on.
PAGES: Final = {
    "/": ("Is a foreign government trying to scare, silence or control you?", "Begin"),
    "/s/0": ("Before you start", "Is this device safe?", "Who reads it", "Short: in my own words"),
    "/kept": ("What would somebody find who takes our computers?", "Every table of our database"),
    "/q": (
        "Tell us what happened",
        "In your own words",
        "What happened? Choose all that fit.",
        *(kind.label for kind in KINDS),
        "Your permission",
        CONSENT_STORE.text,
        "Continue",
    ),
    "/m": ("I have a code", "Your code", "How long may it stay open?", "1 hour", "Open"),
}
FIRST_LINKS: Final = 5
BOX: Final = re.compile(r"[\[(] ?\*?[\])](\S*)")


def lynx(demo: Demo, path: str, language: str, folder: Path) -> str:
    """Return a page as a text browser shows it."""
    settings = folder / "lynx.cfg"
    settings.write_text(f"PREFERRED_LANGUAGE:{language}\n", encoding="utf-8")
    program = required(shutil.which("lynx"), "lynx")
    options = ["-dump", "-display_charset=utf-8", "-width=1000", f"-cfg={settings}"]
    shown = subprocess.run(
        [program, *options, demo.address + path], check=True, capture_output=True, timeout=20
    )
    return shown.stdout.decode()


def squeezed(text: str) -> str:
    return re.sub(r"\s+|\[\d+\]", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_text_browser_reads_every_question_in_order(
    demo: Demo, tmp_path: Path, path: str, language: str
) -> None:
    rest = squeezed(lynx(demo, path, language, tmp_path).partition("References")[0])
    for message in PAGES[path]:
        said = squeezed(public_words(demo.settings.instance)[language].gettext(message))
        before, found, rest = rest.partition(said)
        assert found, f"{message!r} is not in its place after {before[-40:]!r}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_leave_is_among_the_first_links_of_a_text_browser(
    demo: Demo, tmp_path: Path, path: str, language: str
) -> None:
    links = lynx(demo, path, language, tmp_path).partition("References")[2].split("\n")
    addresses = [line.split()[-1] for line in links if line.strip()]
    assert f"{demo.address}/leave" in addresses[:FIRST_LINKS]
