"""A process that writes to a store, for tests that need several, or one to kill.

`writer.py FILE` reads lines of the form `CASE EXPECTED COUNT` and writes COUNT commits of one
entry each to the case, beginning after EXPECTED entries. It answers each commit, once it has
returned, with a line `written N` or `conflict N`; after a conflict the entry is tried again
with the number that the case has by then.
"""

from __future__ import annotations

import sys

from protocolkit.ground.errors import Conflict
from protocolkit.store.sqlite import SqliteStore
from tests.contract.samples import at, commit, notice


def write(store: SqliteStore, case: str, expected: int, count: int) -> None:
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


def answer(word: str, number: int) -> None:
    """Tell what came of an entry, at once."""
    sys.stdout.write(f"{word} {number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    store = SqliteStore(sys.argv[1])
    for line in sys.stdin:
        case, expected, count = line.split()
        write(store, case, int(expected), int(count))
    store.close()
