"""Which of the fonts that figures ask for is there: asked of fontconfig, which layout uses.

Imports the style.
"""

from __future__ import annotations

import shutil
import subprocess

from protocolkit.diagrams.style import FONTS

_LETTERS = "41 e9 a7 2013 2192"
"""Letters that stand in figures, by their numbers: A, é, the section sign, a dash, an arrow."""


def font() -> str | None:
    """The first font of those asked for that has the letters we need; empty if there is none,
    None if this machine has nothing that can tell.
    """
    tool = shutil.which("fc-list")
    if tool is None:
        return None
    try:
        ran = subprocess.run(
            [tool, f":charset={_LETTERS}", "family"], capture_output=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = {
        name.strip()
        for line in ran.stdout.decode(errors="replace").splitlines()
        for name in line.split(",")
    }
    return next((name for name in FONTS.split(",") if name in found), "")
