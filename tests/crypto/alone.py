"""Run a script in a process of its own, where a hang has a deadline and memory can be measured."""

import subprocess
import sys
from pathlib import Path

import crypto

ROOT = Path(str(crypto.__file__)).parent.parent


def run_alone(script: str) -> str:
    """Return what the script printed; fail unless it ends well within 30 seconds."""
    command = [sys.executable, "-W", "error", "-c", script]
    return subprocess.run(
        command, cwd=ROOT, timeout=180, check=True, capture_output=True, text=True
    ).stdout
