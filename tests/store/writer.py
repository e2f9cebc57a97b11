"""A process that writes to a store, for tests that need several, or one to kill.

`writer.py ADDRESS` reads lines, does what they say and answers, once each thing has been done:

- `write CASE EXPECTED COUNT`: COUNT commits of one entry each to the case, beginning after
  EXPECTED entries. Answers `written N` or `conflict N`; after a conflict the entry is tried
  again with the number that the case has by then.
- `open KEY COUNT`: COUNT cases, each with an id that nobody else has, under the keys `KEY/1`
  and on. Answers `opened N` or `conflict N`.
- `sweep LIMIT`: claim after claim of so many cases, until nothing is due. Answers `swept CASE`
  for each, once its claim has ended.
"""

from __future__ import annotations

import sys
import uuid

from protocolkit.ground.errors import Conflict
from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from tests.contract.samples import at, commit, notice


def write(store: Store, case: str, expected: int, count: int) -> None:
    """Write a number of entries, each with a key and a notice, and tell of each."""
    while count:
        number = expected + 1
        try:
            store.commit(
                commit(
                    case,
                    expected,
                    next_at=at(number),
                    key=f"{case}/{number}",
                    notices=(notice(case, number),),
                )
            )
        except Conflict:
            answer("conflict", number)
            head = store.head(case)
            expected = head.version if head else 0
        else:
            answer("written", number)
            expected, count = number, count - 1


def open_cases(store: Store, key: str, count: int) -> None:
    """Open cases under keys that somebody else uses too."""
    for number in range(1, count + 1):
        try:
            store.commit(commit(uuid.uuid4().hex, key=f"{key}/{number}", request="same"))
        except Conflict:
            answer("conflict", number)
        else:
            answer("opened", number)


def sweep(store: Store, limit: int) -> None:
    """Move every due case on by an entry, with a notice."""
    while store.due(at(1e6), 1):
        with store.claim(at(1e6), limit) as claim:
            claim.commit(
                commit(head.case, head.version, notices=(notice(head.case, head.version + 1),))
                for head in claim.heads
            )
        for head in claim.heads:
            answer("swept", head.case)


def answer(word: str, of: object) -> None:
    """Tell what came of something, at once."""
    sys.stdout.write(f"{word} {of}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    store = open_store(sys.argv[1])
    for line in sys.stdin:
        match line.split():
            case ["write", name, expected, count]:
                write(store, name, int(expected), int(count))
            case ["open", name, count]:
                open_cases(store, name, int(count))
            case ["sweep", count]:
                sweep(store, int(count))
    store.close()
