"""Which files a folder stands for. Imports nothing of the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

SCENARIOS = (".scenarios.yaml", ".scenarios.yml")
"""How the names of files with scenarios end."""


def inside(folder: Path) -> Iterator[Path]:
    """The YAML files below a folder, in order; hidden ones are passed by."""
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder).parts
        if (
            path.suffix in (".yaml", ".yml")
            and not any(part.startswith(".") for part in below)
            and path.is_file()
        ):
            yield path
