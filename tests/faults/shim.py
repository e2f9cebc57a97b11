"""Between SQLite and the disk: a VFS of our own, written with ctypes.

It stands in the very library that Python's `sqlite3` uses, as the default, so that everything
which opens a database in this process goes through it and no other code knows. It passes each
call on to SQLite's own VFS and lets a `Disk` see it, or fail it. Only for processes that end
soon: it is never taken out again. Imports nothing of ours.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
from collections.abc import Iterator
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from typing import Any

OK = 0
FULL = 13
READONLY = 8
IOERR = 10
IOERR_READ = IOERR | 1 << 8
IOERR_WRITE = IOERR | 3 << 8
IOERR_FSYNC = IOERR | 4 << 8
IOERR_TRUNCATE = IOERR | 6 << 8
IOERR_DELETE = IOERR | 10 << 8
CANTOPEN = 14
UNDONE = -1
"""A disk's answer to a call that is not made but said to have gone well."""

_OPEN_READONLY, _OPEN_READWRITE, _OPEN_CREATE = 0x1, 0x2, 0x4

_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_READ = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_FOLDER = CFUNCTYPE(c_int, c_char_p, POINTER(c_int))
_SET = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
_GET = CFUNCTYPE(c_void_p, c_void_p, c_char_p)


class _Vfs(Structure):
    _fields_ = [
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("between", c_void_p * 11),  # access ... current_time_int64: as they are
        ("set_system_call", c_void_p),
        ("get_system_call", c_void_p),
        ("next_system_call", c_void_p),
    ]


class _Methods(Structure):
    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("rest", c_void_p * 13),  # file_size ... unfetch: as they are
    ]


class Disk:
    """What may be seen and made to fail; each method answers OK or the code of a fault.

    `before` the call is made; `after` one that went well. Files are named without their folder.
    """

    def before(self, _call: str, _file: str, /) -> int:
        """A call is about to be made: open, delete, read, write, truncate or sync."""
        return OK

    def opened(self, file: str) -> None:
        """A file was opened, and made if it was not there."""

    def deleted(self, file: str) -> None:
        """A file was deleted."""

    def written(self, file: str, offset: int, data: bytes) -> None:
        """Something was written."""

    def truncated(self, file: str, size: int) -> None:
        """A file was cut to a size."""

    def synced(self, file: str) -> None:
        """What was written to a file is on the disk."""

    def folder_synced(self) -> None:
        """Which files there are is on the disk."""

    def read_only(self, _file: str, /) -> bool:
        """Whether a file may only be read."""
        return False


def library() -> ctypes.CDLL | None:
    """The SQLite that `sqlite3` uses; None where its functions cannot be reached."""
    for where in (getattr(_sqlite3, "__file__", None), None):
        try:
            found = ctypes.CDLL(where)
            found.sqlite3_vfs_find.restype = POINTER(_Vfs)
            found.sqlite3_vfs_find.argtypes = [c_char_p]
            found.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
        except (AttributeError, OSError):
            continue
        return found
    return None


_STANDING: list[Shim] = []


class Shim:
    """The VFS, from now on the default of this process."""

    def __init__(self, disk: Disk) -> None:
        found = library()
        assert found is not None
        self.disk = disk
        self._files: dict[int, str] = {}
        self._patched: dict[int, _Methods] = {}
        self._below = found.sqlite3_vfs_find(None)
        below = self._below.contents
        self._vfs = _Vfs()
        ctypes.memmove(ctypes.byref(self._vfs), self._below, ctypes.sizeof(_Vfs))
        self._kept: list[Any] = []  # what C code will call must not be cleared away
        _STANDING.append(self)
        self._vfs.name = b"shim"
        self._vfs.next = None
        self._vfs.open = self._address(_OPEN(self._open))
        self._vfs.delete = self._address(_DELETE(self._delete))
        self._open_below = _OPEN(below.open)
        self._delete_below = _DELETE(below.delete)
        # SQLite syncs a folder inside its own sync and delete: seen where it opens the folder.
        name = b"openDirectory"
        self._folder_below = _FOLDER(_GET(below.get_system_call)(self._below, name))
        pointer = self._address(_FOLDER(self._folder))
        assert OK == _SET(below.set_system_call)(self._below, name, pointer)
        assert OK == found.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)

    def _address(self, callback: Any) -> int | None:
        self._kept.append(callback)
        return ctypes.cast(callback, c_void_p).value

    def _open(self, _: int, path: int | None, file: int, flags: int, out: Any) -> int:
        if path is None:  # a file for SQLite's own notes, gone when it is closed
            return int(self._open_below(self._below, path, file, flags, out))
        name = os.path.basename(ctypes.string_at(path)).decode()  # noqa: PTH119
        if fault := self.disk.before("open", name):
            return fault
        if self.disk.read_only(name):
            if not os.path.exists(ctypes.string_at(path)):  # noqa: PTH110
                return CANTOPEN
            flags = flags & ~(_OPEN_READWRITE | _OPEN_CREATE) | _OPEN_READONLY
        code = int(self._open_below(self._below, path, file, flags, out))
        if code == OK:
            self._files[file] = name
            methods = ctypes.cast(file, POINTER(c_void_p))
            methods[0] = ctypes.addressof(self._patch(methods[0]))
            self.disk.opened(name)
        return code

    def _patch(self, address: int) -> _Methods:
        """SQLite's own methods for a file, with ours in the place of four."""
        if address in self._patched:
            return self._patched[address]
        mine = _Methods.from_buffer_copy(_Methods.from_address(address))
        read, write = _READ(mine.read), _WRITE(mine.write)
        truncate, sync = _TRUNCATE(mine.truncate), _SYNC(mine.sync)
        disk, files = self.disk, self._files

        def on_read(file: int, into: int, count: int, offset: int) -> int:
            return disk.before("read", files[file]) or read(file, into, count, offset)

        def on_write(file: int, data: int, count: int, offset: int) -> int:
            name = files[file]
            code = disk.before("write", name) or write(file, data, count, offset)
            if code == OK:
                disk.written(name, offset, ctypes.string_at(data, count))
            return code

        def on_truncate(file: int, size: int) -> int:
            code = disk.before("truncate", files[file]) or truncate(file, size)
            if code == OK:
                disk.truncated(files[file], size)
            return code

        def on_sync(file: int, flags: int) -> int:
            code = disk.before("sync", files[file]) or sync(file, flags)
            if code == OK:
                disk.synced(files[file])
            return OK if code == UNDONE else code

        mine.read = self._address(_READ(on_read))
        mine.write = self._address(_WRITE(on_write))
        mine.truncate = self._address(_TRUNCATE(on_truncate))
        mine.sync = self._address(_SYNC(on_sync))
        self._patched[address] = mine
        return mine

    def _delete(self, _: int, path: bytes, sync: int) -> int:
        name = os.path.basename(path).decode()  # noqa: PTH119
        if fault := self.disk.before("delete", name):
            return fault
        # The folder's sync comes inside this call, so the deletion is told before it; one that
        # failed deleted nothing.
        there = os.path.exists(path)  # noqa: PTH110
        if there:
            self.disk.deleted(name)
        return int(self._delete_below(self._below, path, sync))

    def _folder(self, path: bytes, out: Any) -> int:
        code = int(self._folder_below(path, out))
        if code == OK:
            self.disk.folder_synced()
        return code


def spread(pieces: bytes, offset: int, sector: int = 512) -> Iterator[tuple[int, bytes]]:
    """What is written, in the parts that a disk writes whole: offset and bytes of each."""
    start = 0
    while start < len(pieces):
        end = min(len(pieces), start + sector - (offset + start) % sector)
        yield offset + start, pieces[start:end]
        start = end
