"""The copy of a file that is made before its tables are changed.

It is whole and lasting under its name, or not there under that name at all. Imports ground.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

from protocolkit.ground.errors import StoreError

_SAME = (
    "SELECT case_id, version, digest, next_at, closed FROM pk_case_head ORDER BY case_id",
    "SELECT case_id, count(*), max(sequence), sum(length(body)) FROM pk_event "
    "GROUP BY case_id ORDER BY case_id",
    "SELECT count(*) FROM pk_answer",
    "SELECT count(*) FROM pk_notice",
    "SELECT digest FROM pk_protocol ORDER BY digest",
    "SELECT version FROM pk_schema ORDER BY version",
)
"""Questions to which a file and its copy give the same answers, in every version so far."""


def keep_copy(path: Path, version: int, where: str) -> Path:
    """Copy the file beside itself, before its tables are brought to a version.

    The caller holds the right to write to the file, so that it stays as it is meanwhile. A
    sound copy that is there already, from an opening that went no further, is enough.

    Raises: StoreError: no sound copy could be made.
    """
    target = path.with_name(f"{path.name}.before-{version}")
    try:
        with closing(_reader(path)) as source:
            if target.exists():
                _require_same(source, target)
            else:
                _copy(source, target)
    except (OSError, sqlite3.Error, StoreError) as fault:
        reason = getattr(fault, "strerror", None) or fault
        raise StoreError(
            f"The store {where} was made by an earlier release, and is copied to {target} before "
            f"its tables are changed. That did not work ({reason}). Nothing was changed. Make "
            "room, or move away what has that name, and try again."
        ) from fault
    return target


def _copy(source: sqlite3.Connection, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)  # of an opening that was cut off; nobody else is at it now
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        _require_same(source, part)
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _require_same(source: sqlite3.Connection, target: Path) -> None:
    """Raises: StoreError: the other file is damaged or not a copy of this one."""
    with closing(_reader(target)) as copy:
        if [("ok",)] != copy.execute("PRAGMA integrity_check").fetchall():
            raise StoreError(f"{target.name} is damaged")
        for question in _SAME:
            for here, there in zip_longest(source.execute(question), copy.execute(question)):
                if here != there:
                    raise StoreError(f"{target.name} is not a copy of it")


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)


def _sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot be asked to
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
