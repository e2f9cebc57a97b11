"""One process of several that use a store at the same time.

    python -m benchmarks.client URL

`prepare N` makes a case and N commits to it ready, `commit` writes them, `sweep N` lets time come
to N cases (0: to all that are due) and answers how many and the memory in KiB.
"""

from __future__ import annotations

import resource
import sys

from benchmarks.peers.answering import answer
from benchmarks.work import LATER, Acts, engine_on, sweep, write
from protocolkit.api import open_store
from protocolkit.store.base import Commit


def main(url: str) -> None:
    """Answer each line."""
    store = open_store(url)
    engine = engine_on(store, LATER)
    acts = Acts()
    ready: list[Commit] = []

    def do(line: str) -> str:
        word, _, rest = line.partition(" ")
        if word == "prepare":
            opening, *ready[:] = acts.commits(int(rest))
            store.commit(opening)
            return "prepared"
        if word == "commit":
            write(store, ready)
            return "done"
        cases = sweep(engine, int(rest))
        return f"{cases} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}"

    answer(do)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1])
