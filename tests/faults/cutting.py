"""Work on a store while a tape runs, then the power cut at every point of the tape.

Imports the tape, checking and the county.
"""

from __future__ import annotations

import hashlib
import pickle
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from protocolkit.ground.errors import StoreError
from protocolkit.ground.record import Record
from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from tests.faults import checking
from tests.faults.children import Child
from tests.faults.county import EVERY, LAST, START, Wish, engine_on, grant, send, wishes
from tests.faults.shim import Shim
from tests.faults.tape import Entry, Platter, Tape
from tests.faults.watching import Shared, with_synchronous

ROUNDS = 3
SHARES = (0.5, 0.9, 0.1)
"""Of what was not synced, how much stays."""

_CASES = [f"c-{number}" for number in range(ROUNDS)]
_WISHES = {wish.key: wish for case in _CASES for wish in wishes(case)}


def cuts(
    folder: str, *, seed: int, each: int, stride: int = 1, synchronous: int = 2
) -> dict[str, Any]:
    """Cut the power at every `stride`-th point of one tape, `each` times at random and twice not.

    `synchronous` is planted: 1 is SQLite's NORMAL.
    """
    taped = partial(_work, Path(folder) / f"taped-{seed}", random.Random(seed), synchronous)
    return cut(Path(folder), tape_of(Path(folder), taped), _complaints, seed, each, stride)


def cut(
    folder: Path,
    entries: Iterable[Entry],
    complaints_of: Callable[[Store, list[str]], list[str]],
    seed: int,
    each: int,
    stride: int,
) -> dict[str, Any]:
    """Cut the power at points of a tape; what is found is opened and given to be looked at,
    together with what was said before.
    """
    with_synchronous(0)  # from here on it is looked at what was found, not at how it is kept
    dice = random.Random(seed)
    platter = Platter()
    said: list[str] = []
    seen: set[bytes] = set()
    complaints: list[str] = []
    points = checked = 0
    for number, entry in enumerate(entries):
        if entry.kind == "said":
            said.append(entry.file)
        else:
            platter.play(entry)
            points += 1
        if number % stride and entry.kind != "said":
            continue
        shares = [dice.choice(SHARES) for _ in range(each)]
        found = [platter.left(None, 0), platter.left(None, 1)]
        found += [platter.left(dice, share) for share in shares]
        for files in found:
            mark = _mark(files, len(said))
            if mark not in seen:
                seen.add(mark)
                checked += 1
                wrong = _checked(folder / "cut", files, lambda store: complaints_of(store, said))
                complaints += [
                    f"cut after {number} ({entry.kind} {entry.file}): {one}" for one in wrong
                ]
    return {
        "points": points,
        "cuts": checked,
        "told": len(said),
        "complaints": complaints,
    }


def tape_of(folder: Path, work: Callable[[Tape], None]) -> list[Entry]:
    """What a process that works writes to its disk."""
    file = folder / "tape"

    def recorded(_: Callable[[str], None]) -> None:
        tape = Tape()
        Shim(tape)
        work(tape)
        rows = [(one.kind, one.file, one.offset, one.data) for one in tape.entries]
        file.write_bytes(pickle.dumps(rows))

    with Child(recorded, Shared()) as child:
        assert child.finish() == 0, "the work did not go well"
    return [
        Entry(kind=kind, file=name, offset=offset, data=data)
        for kind, name, offset, data in pickle.loads(file.read_bytes())
    ]


def _work(folder: Path, dice: random.Random, synchronous: int, tape: Tape) -> None:
    """Rounds as in `killing`, in one process, with the tape running."""
    with_synchronous(synchronous)
    pages = dice.choice([3, 10, 40])
    connect = sqlite3.connect

    def connected(*values: Any, **more: Any) -> sqlite3.Connection:
        link: sqlite3.Connection = connect(*values, **more)
        # What SQLite does after a thousand pages it does here after a few.
        link.execute(f"PRAGMA wal_autocheckpoint = {pages}")
        return link

    sqlite3.connect = connected  # type: ignore[assignment]
    folder.mkdir()
    store = open_store(f"sqlite:///{folder / 'cases.db'}")
    for number, case in enumerate(_CASES):
        now = START + EVERY * number
        engine = engine_on(store, now)
        for wish in wishes(case):
            grant(engine, wish)
            tape.say(f"done {wish.key}")
        engine.advance()
        tape.say(f"swept {now.isoformat()}")
        for _place in send(store, now, lambda id: tape.say(f"got {id}")):
            pass
        tape.say(f"sent {now.isoformat()}")
        if dice.random() < 0.5:
            store.close()
            store = open_store(f"sqlite:///{folder / 'cases.db'}")
    store.close()


def _checked(
    folder: Path, files: dict[str, bytes], complaints_of: Callable[[Store], list[str]]
) -> list[str]:
    """Complaints about what a machine finds that starts again with these files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        store = open_store(f"sqlite:///{folder / 'cases.db'}")
    except StoreError as fault:
        return [f"it cannot be opened: {fault}"]
    try:
        return complaints_of(store)
    except StoreError as fault:
        return [f"it cannot be used: {fault}"]
    finally:
        store.close()


class Heard(Record):
    """What the world knew when the power went."""

    done: tuple[Wish, ...]
    got: frozenset[str]
    swept: datetime | None
    sent: datetime | None

    @classmethod
    def of(cls, said: Iterable[str]) -> Heard:
        """What was said until then."""
        words: dict[str, list[str]] = {"done": [], "got": [], "swept": [], "sent": []}
        for line in said:
            word, what = line.split(" ", 1)
            words[word].append(what)
        instants = [
            datetime.fromisoformat(words[word][-1]) if words[word] else None
            for word in ("swept", "sent")
        ]
        return cls(
            done=tuple(_WISHES[key] for key in words["done"]),
            got=frozenset(words["got"]),
            swept=instants[0],
            sent=instants[1],
        )


def _complaints(store: Store, said: list[str]) -> list[str]:
    heard = Heard.of(said)
    found = checking.acknowledged(store, heard.done)
    for case in _CASES:
        found += checking.whole(store, case)
    found += [
        f"{head.case}: was brought to {heard.swept} and has to be again"
        for head in (store.due(heard.swept) if heard.swept else [])
    ]
    kept = {one.notice.id: one for one in store.deliveries()}
    found += [f"{id}: was delivered and is not kept" for id in heard.got - kept.keys()]
    found += [
        f"{one.notice.id}: was settled and is not"
        for one in kept.values()
        if heard.sent and one.notice.at <= heard.sent and one.outcome != "sent"
    ]
    if found:
        return found
    # And everything can go on from here: all is asked for again, and time does the rest.
    for number, case in enumerate(_CASES):
        found += checking.again(store, wishes(case), START + EVERY * number)
        engine_on(store, START + EVERY * number).advance()
    last = START + EVERY * ROUNDS + LAST
    engine_on(store, last).advance()
    got = set(heard.got)
    for _ in send(store, last, got.add):
        pass
    got |= {one.notice.id for one in kept.values() if one.outcome == "sent"}
    return found + checking.ended(store, _CASES, got)


def _mark(files: dict[str, bytes], told: int) -> bytes:
    digest = hashlib.sha256(str(told).encode())
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)} ".encode())
        digest.update(content)
    return digest.digest()
