"""Chromium: find the browser of this machine and start it without any call home."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, Playwright, StorageState, ViewportSize

from tests import pseudo
from tests.browser.neutral import HOST

NEEDED: Final = "NEED_BROWSER"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
ON_MACOS: Final = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Playwright switches this off; people's browsers have it, and Back is what we look at.
BACK_CACHE: Final = "--disable-back-forward-cache"
LANGUAGES: Final = ("ja", "en")  # of both sites
PUBLIC_LANGUAGES: Final = (*LANGUAGES, "zh-Hans", pseudo.CODE)
PHONE: Final = ViewportSize(width=320, height=640)
DESK: Final = ViewportSize(width=1280, height=800)


def required(program: str | None, name: str) -> str:
    """Return a program's path; without one the test is skipped, or fails where it is demanded."""
    if program:
        return program
    reason = f"{name} is not installed"
    if os.environ.get(NEEDED) == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def executable() -> str:
    """Return the path of this machine's Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return required(found or (str(ON_MACOS) if ON_MACOS.exists() else None), "Chromium")


def start(playwright: Playwright, weather_port: int) -> Browser:
    """Start the browser; the host of the neutral page is this machine, all others are nowhere."""
    here = "EXCLUDE 127.0.0.1, EXCLUDE localhost"
    rules = f"MAP {HOST} 127.0.0.1:{weather_port}, MAP * ~NOTFOUND, {here}"
    return playwright.chromium.launch(
        executable_path=executable(),
        args=[*ARGUMENTS, f"--host-resolver-rules={rules}"],
        ignore_default_args=[BACK_CACHE],
    )


@dataclass(frozen=True)
class View:
    """How somebody looks at the service; `measured` lets a test add rules to the pages."""

    language: str
    viewport: ViewportSize = field(default_factory=lambda: PHONE)
    scripts: bool = True
    measured: bool = False


def new_page(browser: Browser, view: View, state: StorageState | None = None) -> Page:
    """Open a window without cookies, or with those of `state`."""
    context = browser.new_context(
        locale=view.language,
        viewport=view.viewport,
        java_script_enabled=view.scripts,
        bypass_csp=view.measured,
        ignore_https_errors=True,
        storage_state=state,
    )
    context.set_default_timeout(30_000)
    return context.new_page()
