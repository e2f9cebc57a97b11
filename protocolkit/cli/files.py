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


_MOST = 2_000_000
"""Bytes of a file that are looked at, to see what kind it is."""


def says(path: Path, words: re.Pattern[bytes]) -> bool:
    """Whether some words stand in a file, as far as it is looked at.

    Raises: OSError: it cannot be opened.
    """
    with path.open("rb") as stream:
        return words.search(stream.read(_MOST)) is not None


def write_whole(path: Path, data: bytes) -> None:
    """Put bytes in the place of a file, in one step; links and rights stay.

    Raises: OSError: it cannot be written; the file is then as it was.
    """
    path = path.resolve()
    with path.open("r+b"):  # one that may not be written is not replaced either
        mode = path.stat().st_mode
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("xb") as file:
            file.write(data)
        beside.chmod(mode & 0o7777)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


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
            found[from_here(name)] = None
    if not found:
        said = f"There is no protocol in {', '.join(named)}: no .yaml file with a line "
        hint = f" {scenarios[0]} holds scenarios: `protocolkit test`." if scenarios else ""
        raise UsageError(f"{said}`protocolkit: ...`.{hint}")
    return list(found), scenarios


def _protocols_inside(folder: Path) -> Iterator[str]:
    """The files below a folder that say that they are protocols."""
    for path in inside(folder):
        if not path.name.endswith(SCENARIOS) and says(path, _PROTOCOL):
            yield from_here(path)


def from_here(file: str | Path) -> str:
    """How we name a file: from the working folder if it lies below, else as it was named.

    What goes up with `..` stays as it is: only the system knows where a link leads to.
    """
    path = Path(file)
    if ".." not in path.parts and path.absolute().is_relative_to(Path.cwd()):
        path = path.absolute().relative_to(Path.cwd())
    return path.as_posix()


def beside(folder: Path, file: str) -> str:
    """How a file in a folder names another file."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # on another drive
        return Path(file).resolve().as_posix()
