"""A tape of everything that reached the disk, and what a disk may hold after a power cut.

The failure that is modelled: what was synced before the cut is there; of what was written since,
each sector of 512 bytes may be there or not, in any order; a file's new size may be there or not;
that a file was made or deleted may be there or not until its folder was synced. Bytes beside those
being written stay as they are, and a sector is written whole or not at all. A disk that says
"synced" when it is not is beyond this, and beyond any program.

Imports shim.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from protocolkit.ground.record import Record
from tests.faults.shim import Disk, spread


class Entry(Record):
    """One thing on the tape: held from the beginning, made, deleted, write, truncate, sync, folder,
    or a word said to the outside, which stands in `file`.
    """

    kind: str
    file: str = ""
    offset: int = 0
    data: bytes = b""


class Tape(Disk):
    """Records; begins with an empty folder, or with what `holds` says is safely in it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._there: set[str] = set()

    def holds(self, file: str, content: bytes) -> None:
        """A file was there from the beginning."""
        self._there.add(file)
        self.entries.append(Entry(kind="held", file=file, data=content))

    def say(self, word: str) -> None:
        """Somebody outside was told something."""
        self.entries.append(Entry(kind="said", file=word))

    def opened(self, file: str) -> None:
        """A file that was not there is there now."""
        if file not in self._there:
            self._there.add(file)
            self.entries.append(Entry(kind="made", file=file))

    def deleted(self, file: str) -> None:
        """A file is gone."""
        self._there.discard(file)
        self.entries.append(Entry(kind="deleted", file=file))

    def written(self, file: str, offset: int, data: bytes) -> None:
        """Something was written."""
        self.entries.append(Entry(kind="write", file=file, offset=offset, data=data))

    def truncated(self, file: str, size: int) -> None:
        """A file was cut."""
        self.entries.append(Entry(kind="truncate", file=file, offset=size))

    def synced(self, file: str) -> None:
        """A file is on the disk."""
        self.entries.append(Entry(kind="sync", file=file))

    def folder_synced(self) -> None:
        """The folder is on the disk."""
        self.entries.append(Entry(kind="folder"))


class Platter:
    """A disk to which a tape is played, up to a cut."""

    def __init__(self) -> None:
        self._synced: dict[int, bytearray] = {}
        self._waiting: dict[int, list[Entry]] = {}
        self._names: dict[str, int] = {}
        self._names_synced: dict[str, int] = {}
        self._names_waiting: list[tuple[str, int | None]] = []

    def play(self, entry: Entry) -> None:
        """The next thing on the tape."""
        if entry.kind in ("held", "made"):
            number = len(self._synced)
            self._synced[number] = bytearray(entry.data)
            self._waiting[number] = []
            self._names[entry.file] = number
            if entry.kind == "held":
                self._names_synced[entry.file] = number
            else:
                self._names_waiting.append((entry.file, number))
        elif entry.kind == "deleted":
            del self._names[entry.file]
            self._names_waiting.append((entry.file, None))
        elif entry.kind in ("write", "truncate"):
            self._waiting[self._names[entry.file]].append(entry)
        elif entry.kind == "sync":
            number = self._names[entry.file]
            for one in self._waiting[number]:
                _apply(self._synced[number], one)
            self._waiting[number] = []
        elif entry.kind == "folder":
            _rename(self._names_synced, self._names_waiting)
            self._names_waiting = []

    def left(self, dice: random.Random | None, share: float) -> dict[str, bytes]:
        """The files that are found after a cut at this point.

        Of what was not synced each part stays with the chance `share`; without dice, all of it
        (1) or nothing (0).
        """

        def stays() -> bool:
            return dice.random() < share if dice else bool(share)

        names = dict(self._names_synced)
        _rename(names, [one for one in self._names_waiting if stays()])
        found = {}
        for name, number in names.items():
            content = bytearray(self._synced[number])
            for entry in self._waiting[number]:
                if entry.kind == "truncate":
                    if stays():
                        _apply(content, entry)
                    continue
                for offset, data in spread(entry.data, entry.offset):
                    if stays():
                        _apply(content, entry.replace(offset=offset, data=data))
            found[name] = bytes(content)
        return found


def _apply(content: bytearray, entry: Entry) -> None:
    """A write beyond the end fills the hole with zeros, as file systems do."""
    if entry.kind == "truncate":
        size = entry.offset
        content[size:] = bytes(max(0, size - len(content)))
        return
    end = entry.offset + len(entry.data)
    content.extend(bytes(max(0, end - len(content))))
    content[entry.offset : end] = entry.data


def _rename(names: dict[str, int], changes: Iterable[tuple[str, int | None]]) -> None:
    for name, number in changes:
        if number is None:
            names.pop(name, None)
        else:
            names[name] = number
