"""What SQLite complains about, in words for whoever runs the program.

Imports ground.
"""

from __future__ import annotations

import sqlite3

from protocolkit.ground.errors import StoreError

_PLAIN = {
    sqlite3.SQLITE_BUSY: "is kept busy by another program. Nothing was written. Try again; if "
    "that does not help, look for a program that holds the file open",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check that its folder is there and that you may "
    "write in the folder as well: files come beside it",
    sqlite3.SQLITE_CORRUPT: "is damaged. Keep it as it is, with the files beside it, and bring "
    "back a backup",
    sqlite3.SQLITE_FULL: "could not grow: the disk is full. Nothing was written. Make room and "
    "try again",
    sqlite3.SQLITE_IOERR: "could not be read or written: the disk gave an error. Check the disk, "
    "then send the request again with the same key",
    sqlite3.SQLITE_NOTADB: "is not a file of cases. Choose another name, or move that file away",
    sqlite3.SQLITE_PERM: "may not be written by you. Ask for the right to, or choose another file",
    sqlite3.SQLITE_READONLY: "may be read but not written. Ask for the right to write to it and "
    "its folder, or choose another file",
}
_PLAIN[sqlite3.SQLITE_LOCKED] = _PLAIN[sqlite3.SQLITE_BUSY]
_PLAIN[sqlite3.SQLITE_AUTH] = _PLAIN[sqlite3.SQLITE_PERM]


def is_busy(fault: sqlite3.Error) -> bool:
    """Whether to wait and try again: another connection has what this one needs."""
    return _code(fault) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def plain(fault: sqlite3.Error | UnicodeDecodeError, where: str) -> StoreError:
    """The same fault in plain words, without anything that stands in the store."""
    text = _PLAIN.get(_code(fault), f"did not do as it should ({fault}). Nothing was written")
    return StoreError(f"The store {where} {text}.")


def _code(fault: sqlite3.Error | UnicodeDecodeError) -> int:
    """The kind of a fault: the low byte of its code, if SQLite and not Python found it."""
    if isinstance(fault, UnicodeDecodeError) or str(fault).startswith("Could not decode"):
        return sqlite3.SQLITE_CORRUPT  # we wrote text; the message would repeat what it is now
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF
