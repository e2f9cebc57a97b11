"""A store of an earlier release that is opened by this one, and is cut off in the middle of it.

Killed at each place, or the power cut at each point of what SQLite writes. Imports cutting,
children and checking.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from tests.faults import checking, cutting
from tests.faults.children import Child
from tests.faults.tape import Tape
from tests.faults.watching import Shared, Watch, watch_sqlite

OLD = Path(__file__).parents[1] / "store" / "history" / "sqlite-1.sql"
COPY = "cases.db.before-2"


def killed(folder: str, *, stride: int) -> dict[str, Any]:
    """Kill the process that opens it, at every `stride`-th place that it passes."""
    wanted = _opened(Path(folder) / "whole", 0)[1]
    complaints: list[str] = []
    kills = 0
    while True:
        number = 1 + kills * stride
        place = Path(folder) / f"{number}"
        died, found = _opened(place, number)
        if not died:
            return {"kills": kills, "complaints": complaints}
        kills += 1
        if found != wanted:
            complaints.append(f"killed at place {number}: {found}")
        complaints += checking.sound_file(str(place / "cases.db"))
        complaints += _differs(place / COPY)


def cuts(folder: str, *, each: int, stride: int) -> dict[str, Any]:
    """Cut the power while it is opened."""
    wanted = _opened(Path(folder) / "whole", 0)[1]
    there = Path(folder) / "taped"
    _make(there)

    def work(tape: Tape) -> None:
        tape.holds("cases.db", (there / "cases.db").read_bytes())
        open_store(f"sqlite:///{there}/cases.db").close()

    def complaints_of(store: Store, _: list[str]) -> list[str]:
        found = _told(store)
        return [] if found == wanted else [f"it holds something else: {found}"]

    return cutting.cut(
        Path(folder), cutting.tape_of(Path(folder), work), complaints_of, 1, each, stride
    )


def _make(folder: Path) -> None:
    """A store as the first release left it."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "cases.db", isolation_level=None)) as link:
        link.executescript(OLD.read_text(encoding="utf-8"))


def _opened(folder: Path, die_at: int) -> tuple[bool, Any]:
    """Open one in a process that dies at a place; whether it did, and what is found then."""
    _make(folder)
    url = f"sqlite:///{folder}/cases.db"
    shared = Shared()

    def work(_: Callable[[str], None]) -> None:
        watch_sqlite(Watch(shared, die_at))
        open_store(url).close()

    with Child(work, shared) as child:
        died = child.finish() == -signal.SIGKILL
    with closing(open_store(url)) as store:
        return died, _told(store)


def _told(store: Store) -> Any:
    """All that a store holds."""
    heads = list(store.heads())
    return (
        store.settings()["schema"],
        heads,
        [store.entries(head.case) for head in heads],
        store.deliveries(),
        [store.protocol_text(digest) for digest in store.digests()],
    )


def _differs(copy: Path) -> list[str]:
    """Complaints about the copy that is made first, unless it is what the file was."""
    old = copy.with_name("old")
    shutil.rmtree(old, ignore_errors=True)
    _make(old)
    texts = []
    for path in (old / "cases.db", copy):
        with closing(sqlite3.connect(path)) as link:
            texts.append("\n".join(link.iterdump()))
    return [] if texts[0] == texts[1] else [f"{copy}: is not what the file was"]
