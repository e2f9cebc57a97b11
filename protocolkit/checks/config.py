"""`protocolkit.toml`, or `[tool.protocolkit]` in `pyproject.toml`: what somebody wants checked.

The nearest one, from the folder of a protocol upwards, holds. Every fault in it is told with its
place; then nothing is checked. Imports the settings and the places of TOML.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

from protocolkit.checks.catalogue import ALL, ONLY_PROVED, PROFILES, Profile
from protocolkit.checks.settings import JUDGED, NUMBERS, STANDARD, Settings, Wishes, named, settings
from protocolkit.ground.errors import UsageError
from protocolkit.ground.findings import SEVERITIES
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.language.text import MAX_BYTES, MAX_FINDINGS, read_bytes

NAME = "protocolkit.toml"
PYPROJECT = "pyproject.toml"
TABLE = ("tool", "protocolkit")

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "profile": f"which checks run: {', '.join(f'`{name}`' for name in PROFILES)}",
        "select": "a list of checks to run as well",
        "ignore": "a list of checks to leave out",
        "severity": "a table: a check, and `error`, `warning` or `advice`",
        "thresholds": "a table: a check, and the number that it compares with",
        "files": "a table: a pattern of file names, and a table of the keys above",
    }
)
"""The keys of a config with what each takes. Those of one pattern of files are the same but
`files`.
"""
_MOST_DOTS = 10_000_000
"""The reader of TOML takes memory by the square of the parts of a key, which dots part."""
ALWAYS = "PK001"
"""A file that cannot be read is never passed over."""


class Config(Record):
    """A config: its file, and what it wishes, for all files and for those with some names."""

    file: Path
    wishes: Wishes
    files: tuple[tuple[str, Wishes], ...] = ()

    def settings(self, path: Path, profile: Profile | None = None) -> Settings:
        """What holds for one file; a `profile` given here is above what the config says."""
        name = _below(path, self.file.parent)
        fitting = [wishes for pattern, wishes in self.files if fnmatchcase(name, pattern)]
        return settings([self.wishes, *fitting], profile, by=self.file.name)


def settings_for(path: Path, profile: Profile | None = None) -> Settings:
    """What holds for a file: by the nearest config, or by none.

    Raises: UsageError: the config has faults. OSError: it cannot be opened.
    """
    config = nearest_config(path.absolute().parent)
    if config is not None:
        return config.settings(path, profile)
    return STANDARD if profile is None else settings([], profile)


def nearest_config(folder: Path) -> Config | None:
    """The config of a folder, or of the nearest one above it that has one.

    Raises: UsageError: it has faults. OSError: it cannot be opened.
    """
    for place in (folder, *folder.parents):
        for name in (NAME, PYPROJECT):
            file = place / name
            if file.is_file():
                config = read(file)
                if config is not None:
                    return config
    return None


def read(file: Path) -> Config | None:
    """The config in a file; None for a `pyproject.toml` that says nothing of protocolkit.

    Raises: UsageError: it has faults. OSError: it cannot be opened.
    """
    data = read_bytes(file)
    if file.name == PYPROJECT and b"protocolkit" not in data:
        return None
    import tomllib

    shown = _shown(file)
    if len(data) > MAX_BYTES:
        raise UsageError(f"{shown}:1:1: This file is larger than {MAX_BYTES:,} bytes.")
    if sum(line.count(b".") ** 2 for line in data.split(b"\n")) > _MOST_DOTS:
        raise UsageError(f"{shown}:1:1: This file is nested too deep.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        whole: Any = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UsageError(f"{shown}:1:1: This file is not saved as UTF-8.") from None
    except RecursionError:
        raise UsageError(f"{shown}:1:1: This file is nested too deep.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_unreadable(shown, text, str(error))) from None
    except ValueError:  # what Python says of it has no place
        raise UsageError(f"{shown}:1:1: A number in this file has too many digits.") from None
    within: tuple[str, ...] = ()
    if file.name == PYPROJECT:
        tools = whole.get("tool")
        if not isinstance(tools, dict) or TABLE[1] not in tools:
            return None
        within, whole = TABLE, tools[TABLE[1]]
    return _Reader(shown, text, within).config(file, whole)


class _Reader:
    """Turns the content of a config into wishes, and notes every fault with its place."""

    def __init__(self, shown: str, text: str, within: tuple[str, ...]) -> None:
        self.shown = shown
        self.text = text
        self.within = within
        self.faults: list[tuple[tuple[str | int, ...], str]] = []

    def config(self, file: Path, whole: Any) -> Config:
        """Raises: UsageError: there are faults."""
        files = []
        wishes = self.wishes(whole, (), tuple(KEYS))
        patterns = whole.get("files", {}) if isinstance(whole, dict) else {}
        if self.is_table(patterns, ("files",)):
            own = tuple(key for key in KEYS if key != "files")
            files = [
                (pattern, self.wishes(one, ("files", pattern), own))
                for pattern, one in patterns.items()
            ]
        if self.faults:
            raise UsageError("\n".join(self.told()))
        return Config(file=file, wishes=wishes, files=tuple(files))

    def wishes(self, table: Any, path: tuple[str | int, ...], keys: tuple[str, ...]) -> Wishes:
        if not self.is_table(table, path):
            return Wishes()
        for key in table:
            if key not in keys:
                self.fault((*path, key), f"There is no key `{key}`; {did_you_mean(key, keys)}")
        profile = table.get("profile")
        if profile is not None and profile not in PROFILES:
            helps = did_you_mean(profile, PROFILES) if isinstance(profile, str) else KEYS["profile"]
            self.fault((*path, "profile"), f"There is no profile `{profile}`; {helps}")
        return Wishes(
            profile=profile,
            select=tuple(self.checks(table, path, "select")),
            ignore=tuple(self.checks(table, path, "ignore")),
            severity=self.severities(table, path),
            thresholds=self.thresholds(table, path),
        )

    def checks(self, table: Any, path: tuple[str | int, ...], key: str) -> Iterator[str]:
        words = table.get(key, [])
        if not isinstance(words, list):
            self.fault((*path, key), f'`{key}` takes {KEYS[key]}, such as ["PK102"]')
            return
        for number, word in enumerate(words):
            at = (*path, key, number)
            if self.is_check(word, at):
                if key == "ignore" and any(page.code == ALWAYS for page in named(word)):
                    self.fault(at, f"{ALWAYS} cannot be left out: the file could not be read")
                yield word

    def severities(self, table: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
        found = table.get("severity", {})
        if self.is_table(found, (*path, "severity")):
            for word, severity in found.items():
                at = (*path, "severity", word)
                if self.is_check(word, at) and severity not in SEVERITIES:
                    self.fault(at, f"`{severity}` is no severity; use error, warning or advice")
            return dict(found)
        return {}

    def thresholds(self, table: Any, path: tuple[str | int, ...]) -> dict[str, int]:
        found = table.get("thresholds", {})
        if self.is_table(found, (*path, "thresholds")):
            for word, number in found.items():
                at = (*path, "thresholds", word)
                if not self.is_check(word, at):
                    continue
                if not any(page.code in NUMBERS for page in named(word)):
                    known = ", ".join(NUMBERS) or "none so far"
                    self.fault(at, f"`{word}` compares with no number; checks that do: {known}")
                elif type(number) is not int or number < 0:
                    self.fault(at, f"`{word}` needs a whole number")
            return dict(found)
        return {}

    def is_check(self, word: Any, path: tuple[str | int, ...]) -> bool:
        """Whether a word names a check that this command knows; a fault if not."""
        if isinstance(word, str) and re.fullmatch(r"PK[0-9]{0,3}|[a-z]+(-[a-z]+)*", word):
            if named(word):
                return True
            if any(word in (page.code, page.name) and page.code in ONLY_PROVED for page in ALL):
                self.fault(path, f"`{word}` is found by `protocolkit verify`, and nothing hides it")
                return False
        known = [name for page in JUDGED for name in (page.code, page.name)]
        close = did_you_mean(word, known) if isinstance(word, str) else ""
        helps = close if close.startswith("did") else "write a code such as `PK102`, or a name"
        self.fault(path, f"There is no check `{word}`; {helps}")
        return False

    def is_table(self, value: Any, path: tuple[str | int, ...]) -> bool:
        if not isinstance(value, dict):
            key = str(path[-1]) if path else ""
            self.fault(path, f"`{key}` takes {KEYS.get(key, 'a table of keys')}")
        return isinstance(value, dict)

    def fault(self, path: tuple[str | int, ...], message: str) -> None:
        self.faults.append((path, message))
        if len(self.faults) == MAX_FINDINGS:
            raise UsageError("\n".join([*self.told(), "There may be more; they are not listed."]))

    def told(self) -> Iterator[str]:
        """The faults, each with its place, from top to bottom."""
        from protocolkit.checks.toml_places import toml_places

        places = toml_places(self.text)
        lines = []
        for path, message in self.faults:
            whole = (*self.within, *path)
            while whole and whole not in places:
                whole = whole[:-1]
            lines.append((places.get(whole, (1, 1)), message))
        for (line, column), message in sorted(lines):
            end = "" if message.endswith("?") else "."
            yield f"{self.shown}:{line}:{column}: {message}{end}"


def _unreadable(shown: str, text: str, problem: str) -> str:
    """A fault that the reader of TOML found, with the place that its message holds; without one
    it is the end of the text.
    """
    said, _, where = problem.partition(" (at ")
    found = re.match(r"line ([0-9]+), column ([0-9]+)", where)
    end = text.count("\n") + 1, len(text) - text.rfind("\n")
    line, column = (int(found[1]), int(found[2])) if found else end
    hint = ' Words stand in quotes, such as "PK105".' if said == "Invalid value" else ""
    return f"{shown}:{line}:{column}: This is not TOML: {said[:1].lower()}{said[1:]}.{hint}"


def _shown(file: Path) -> str:
    """A file as seen from here, if that is shorter."""
    try:
        near = os.path.relpath(file)
    except ValueError:  # on another drive
        return str(file)
    return near if len(near) < len(str(file)) else str(file)


def _below(path: Path, folder: Path) -> str:
    """The name of a file as seen from a folder above it, with `/` on every system."""
    return Path(os.path.relpath(path.absolute(), folder)).as_posix()
