"""Where the files that come with the package are: the protocols and the schemas.

In an installed package they stand inside it; in a checkout they stand beside it, at the
top, where people look for them. Imports nothing of the project.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(*parts: str) -> Path:
    """The path of a file or folder that comes with protocolkit.

    Example: `bundled("protocols", "site_a.yaml")`.
    """
    installed = _PACKAGE / "_bundled"
    top = installed if installed.is_dir() else _PACKAGE.parent
    return top.joinpath(*parts)
