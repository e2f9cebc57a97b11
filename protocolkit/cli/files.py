"""Which files a folder stands for, and how one file names another. Imports errors only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from protocolkit.ground.errors import UsageError

SCENARIOS = (".scenarios.yaml", ".scenarios.yml")
"""How the names of files with scenarios end."""

STDIN = "-"
"""Stands for what comes from another program."""

_PROTOCOL = re.compile(rb"^[\"']?protocolkit[\"']?\s*:", re.MULTILINE)


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


def protocols(named: Sequence[str]) -> tuple[list[str], list[str]]:
    """The protocol files that some words name, each once; and the files of scenarios among them.

    Raises: UsageError: there is no protocol among them. OSError: a file cannot be opened.
    """
    found: dict[str, None] = {}
    scenarios: list[str] = []
    for name in named:
        if name != STDIN and Path(name).is_dir():
            found.update(dict.fromkeys(_protocols_inside(Path(name))))
        elif name.endswith(SCENARIOS):
            scenarios.append(name)
        else:
            found[name] = None
    if not found:
        said = f"There is no protocol in {', '.join(named)}: no .yaml file with a line "
        hint = f" {scenarios[0]} holds scenarios: `protocolkit test`." if scenarios else ""
        raise UsageError(f"{said}`protocolkit: ...`.{hint}")
    return list(found), scenarios


def _protocols_inside(folder: Path) -> Iterator[str]:
    """The files below a folder that say that they are protocols."""
    for path in inside(folder):
        if not path.name.endswith(SCENARIOS) and _PROTOCOL.search(path.read_bytes()):
            yield str(path)


def beside(folder: Path, file: str) -> str:
    """How a file in a folder names another file."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # on another drive
        return Path(file).resolve().as_posix()
