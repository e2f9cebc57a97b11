"""DBOS: each act a step of a durable workflow, on SQLite.

    python -m benchmarks.peers.dbos_steps FILE

Each line is a number of cases; each is a workflow of `ACTS` steps. Its settings of SQLite are its
own.
"""

from __future__ import annotations

import logging
import sys

from dbos import DBOS

from benchmarks.peers.answering import answer

ACTS = 20


@DBOS.step()
def act(number: int) -> str:
    """What is kept of an act: as much text as an event of ours has."""
    return f"{number:>8}" + "x" * 400


@DBOS.workflow()
def case() -> int:
    """A case."""
    for number in range(ACTS):
        act(number)
    return ACTS


def main(path: str) -> None:
    """Answer each line by doing so many cases."""
    DBOS(config={"name": "bench", "system_database_url": f"sqlite:///{path}"})
    logging.getLogger("dbos").setLevel(logging.ERROR)
    DBOS.launch()
    answer(lambda many: sum(case() for _ in range(int(many))))
    DBOS.destroy()


if __name__ == "__main__":
    main(sys.argv[1])
