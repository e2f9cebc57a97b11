"""Work on a store whose disk fails: is full, cannot be written or read, at the n-th call.

Whoever works gets a plain `StoreError` and nothing else; once the disk is well again, the same
store goes on, and what was asked for again with the same key was done once. Imports the shim,
checking and the county.
"""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from protocolkit.api import Engine
from protocolkit.ground.errors import StoreError
from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from tests.faults import checking, shim
from tests.faults.county import LAST, START, engine_on, grant, send, wishes
from tests.faults.places import path_of

FAULTS = {
    "the disk is full": {"write": shim.FULL},
    "it may not be written": {"write": shim.READONLY, "truncate": shim.READONLY},
    "writing fails": {"write": shim.IOERR_WRITE, "truncate": shim.IOERR_TRUNCATE},
    "the sync fails": {"sync": shim.IOERR_FSYNC},
    "reading fails": {"read": shim.IOERR_READ},
    "a file cannot be opened or deleted": {"open": shim.CANTOPEN, "delete": shim.IOERR_DELETE},
}
CASE = "c-1"


class Failing(shim.Disk):
    """A disk that fails at call number `at` of some kinds, and (`lasting`) at each that follows,
    until it is mended. It says that it synced and does not, which nothing here rests on.
    """

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.at = 0
        self.lasting = False
        self.calls = 0
        self.failed = 0

    def break_at(self, number: int, codes: dict[str, int], lasting: bool) -> None:
        """From now on."""
        self.codes, self.at, self.lasting = codes, number, lasting
        self.calls = self.failed = 0

    def mend(self) -> None:
        """From now on all is well."""
        self.codes = {}

    def before(self, call: str, _: str) -> int:
        """Fail, or not."""
        if call in self.codes:
            self.calls += 1
            if self.calls == self.at or (self.lasting and self.calls > self.at):
                self.failed += 1
                return self.codes[call]
        return shim.UNDONE if call == "sync" else shim.OK


def at_calls(folder: str, fault: str, *, lasting: bool, stride: int) -> dict[str, Any]:
    """Do the same work again and again; the disk fails at call 1, then at call 1 + `stride`, and
    so on, until the work ends before it.
    """
    disk = Failing()
    shim.Shim(disk)
    total: Counter[str] = Counter()
    complaints: list[str] = []
    number = 1
    while True:
        url = f"sqlite:///{folder}/{fault.replace(' ', '-')}-{lasting}-{number}.db"
        disk.break_at(number, FAULTS[fault], lasting)
        patient = _Patient(url, disk)
        patient.work()
        if not disk.failed:
            return {**total, "complaints": complaints}
        total["faults"] += 1
        total["errors"] += len(patient.errors)
        complaints += [f"{fault} at call {number}: {one}" for one in patient.complaints]
        number += stride


class _Patient:
    """Does the work, and each part of it again if the store said that it failed."""

    def __init__(self, url: str, disk: Failing) -> None:
        self.url = url
        self.disk = disk
        self.errors: list[str] = []
        self.complaints: list[str] = []

    def work(self) -> None:
        """All that is done for one case, from the making of its store to the last notice."""
        opened: list[Store] = []
        self._try(lambda: opened.append(open_store(self.url)))
        (store,) = opened
        engines: list[Engine] = []
        self._try(lambda: engines.append(engine_on(store, START)), store)
        (engine,) = engines
        for wish in wishes(CASE):
            self._try(lambda wish=wish: grant(engine, wish), store)  # type: ignore[misc]
        self._try(lambda: engine.advance(START + LAST), store)
        got: set[str] = set()
        self._try(lambda: [None for _ in send(store, START + LAST, got.add)], store)
        store.close()
        self.disk.mend()
        with_new_eyes = open_store(self.url)
        # What was taken before the disk failed comes back when its lease has ended.
        for _ in send(with_new_eyes, START + 2 * LAST, got.add):
            pass
        self.complaints += checking.ended(with_new_eyes, [CASE], got)
        self.complaints += checking.acknowledged(with_new_eyes, wishes(CASE))
        with_new_eyes.close()
        self.complaints += checking.sound_file(path_of(self.url))

    def _try(self, work: Callable[[], object], store: Store | None = None) -> None:
        for _ in range(2):
            try:
                work()
            except StoreError as fault:
                self.errors.append(str(fault))
                if "Traceback" in str(fault) or not str(fault).endswith("."):
                    self.complaints.append(f"not in plain words: {fault}")
                if self.disk.failed:
                    self.disk.mend()
                if store is not None:
                    self.complaints += checking.whole(store, CASE)
            else:
                return
        self.complaints.append(f"the store did not go on: {self.errors[-1]}")


def grown_too_big(folder: str) -> dict[str, Any]:
    """Work under a limit for the size of files, which the system sets; then without it."""
    url = f"sqlite:///{folder}/limited.db"
    store = open_store(url)
    engine = engine_on(store, START)
    for wish in wishes("c-0")[:1]:
        grant(engine, wish)
    size = Path(folder, "limited.db-wal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, before[1]))
    errors: list[str] = []
    done = 1
    while not errors and done < 50:
        try:
            for wish in wishes(f"c-{done}"):
                grant(engine, wish)
            done += 1
        except StoreError as fault:
            errors.append(str(fault))
    complaints = [one for number in range(done) for one in checking.whole(store, f"c-{number}")]
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    for number in range(done + 1):
        complaints += checking.again(store, wishes(f"c-{number}"), START)
    store.close()
    complaints += checking.sound_file(f"{folder}/limited.db")
    return {"errors": errors, "complaints": complaints}


class _ReadOnly(shim.Disk):
    def __init__(self) -> None:
        self.file = False
        self.folder = False

    def read_only(self, file: str) -> bool:
        return self.file and file.endswith(".db")

    def before(self, call: str, file: str) -> int:
        beside = not file.endswith(".db")
        return shim.CANTOPEN if self.folder and beside and call == "open" else shim.OK


def read_only(folder: str) -> dict[str, str]:
    """What is said of a file, and of a folder, that may only be read; "" if nothing is."""
    disk = _ReadOnly()
    shim.Shim(disk)
    url = f"sqlite:///{folder}/kept.db"
    store = open_store(url)
    grant(engine_on(store, START), wishes(CASE)[0])
    store.close()
    before = Path(folder, "kept.db").read_bytes()
    said = {}
    for what in ("file", "folder"):
        setattr(disk, what, True)
        try:
            open_store(url).close()
            said[what] = ""
        except StoreError as fault:
            said[what] = str(fault)
        setattr(disk, what, False)
    assert before == Path(folder, "kept.db").read_bytes()
    store = open_store(url)
    for wish in wishes(CASE):
        grant(engine_on(store, START), wish)
    said["complaints"] = "; ".join(checking.whole(store, CASE))
    store.close()
    return said
