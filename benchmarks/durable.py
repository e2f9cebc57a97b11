"""What it costs to make an act last, beside the driver alone, other clients, and other engines.

A share of 0.8 means: 0.8 times as many in the same time. Every figure is the median over rounds
that run both, one after the other.

    python -m benchmarks.durable [--peers PYTHON]

PYTHON is the interpreter of an environment that has `SpiffWorkflow` and `dbos` installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from benchmarks import databases
from benchmarks.bare import Bare, Written
from benchmarks.crew import Crew, crew
from benchmarks.databases import Fresh
from benchmarks.filling import fill
from benchmarks.ratios import ROUNDS, Took, share, took
from benchmarks.work import (
    LATER,
    WORKER,
    Acts,
    act,
    batched,
    copies,
    engine_on,
    open_late,
    renamed,
    turned_late,
    write,
)
from protocolkit.api import Engine, open_store
from protocolkit.store.base import Commit
from protocolkit.store.forms import microseconds

ACTS = 200
BATCHES = 10
BATCH = 100
CLIENTS = 8
CASES, ACTS_A_CASE = 10, 20
"""As the modules of the other engines have it."""

CLIENT = "benchmarks.client"

LEAST_SHARE = {"SQLite": 0.80, "PostgreSQL": 0.75}
LEAST_BATCHED = 0.5
LEAST_CLIENTS = 2.0
PEERS = {
    "SpiffWorkflow": ("benchmarks.peers.spiff", 5, "journal_mode=WAL, synchronous=FULL as ours"),
    "dbos": ("benchmarks.peers.dbos_steps", 15, "its own settings: rollback journal, FULL"),
}
"""The other engines: module, how many times quicker we want to be, settings of SQLite."""


def figures(peers: str = sys.executable) -> Iterator[str]:
    """The lines, as they are found."""
    with databases.files() as fresh:
        yield from _each("SQLite", fresh)
        yield _together("SQLite", fresh)
        yield from _peers(fresh, peers)
    with databases.server() as fresh_or_none:
        if fresh_or_none is None:
            yield f"acts on PostgreSQL: {databases.NO_SERVER}"
            return
        yield from _each("PostgreSQL", fresh_or_none)
        yield _together("PostgreSQL", fresh_or_none)
        yield _clients(fresh_or_none())


# -- beside the driver -----------------------------------------------------------------------------


def _each(name: str, fresh: Fresh) -> Iterator[str]:
    """One act in a transaction: the store alone, and the whole engine."""
    ours, theirs, acts = open_store(fresh()), fresh(), Acts()
    engine, beside, bare = engine_on(ours), open_store(theirs), Bare(theirs)

    def store() -> Took:
        opening, *rest = acts.commits(ACTS)
        ours.commit(opening)
        return took(lambda: write(ours, rest))

    def whole() -> Took:
        case = engine.open("round-trip", by=WORKER).id
        return took(lambda: act(engine, case, ACTS))

    def floor() -> Took:
        opening, *rest = acts.commits(ACTS)
        beside.commit(opening)
        rows = [Written(one) for one in rest]
        return took(lambda: bare.each(rows))

    found, one = share(store, floor)
    yield (
        f"{ACTS} acts on {name}, each durable, the store alone: {found:.2f} of the driver alone "
        f"(target: {LEAST_SHARE[name]:.2f}; {_each_of(ACTS, one)} an act here)"
    )
    found, one = share(whole, floor)
    yield (
        f"  the whole engine, with every rule: {found:.2f} of the driver alone "
        f"({_each_of(ACTS, one)} an act here)"
    )
    for used in (ours, beside, bare):
        used.close()


def _together(name: str, fresh: Fresh) -> str:
    """A hundred entries in a transaction, of cases that are claimed because they are due."""
    ours, theirs, late = fresh(), fresh(), turned_late("round-trip")
    store, bare, many = open_store(ours), Bare(theirs), BATCHES * BATCH
    for url in (ours, theirs):
        with closing(open_store(url)) as opened:
            case = open_late(opened, "round-trip")
            fill(url, case, many * (ROUNDS + 1))
            # The one that was copied is not to be claimed.
            engine_on(opened).fire(case, "back", by=WORKER)

    def ready(ids: Iterator[str]) -> list[Commit]:
        return [renamed(late, id) for id in islice(ids, many)]

    ids, beside = copies(), copies()

    def claims() -> Took:
        commits = ready(ids)

        def run() -> None:
            for batch in batched(commits, BATCH):
                with store.claim(LATER, BATCH) as claim:
                    claim.commit(batch)

        return took(run)

    def floor() -> Took:
        rows = [Written(one) for one in ready(beside)]

        return took(lambda: bare.in_batches(microseconds(LATER), rows, BATCH))

    found, one = share(claims, floor)
    store.close()
    bare.close()
    return (
        f"{BATCH} entries in a transaction on {name}, the store alone: {found:.2f} of the driver "
        f"alone (target: {LEAST_BATCHED:.2f}; {_each_of(many, one)} an entry here)"
    )


def _each_of(many: int, one: Took) -> str:
    return f"{one.seconds / many * 1e6:.0f} us, {one.work / many * 1e6:.0f} us of them work,"


# -- beside others ---------------------------------------------------------------------------------


def _clients(url: str) -> str:
    """Some processes at once beside one, all on cases of their own."""
    with crew(1, CLIENT, url) as alone, crew(CLIENTS, CLIENT, url) as together:

        def acts(clients: Crew) -> Took:
            clients.ask(f"prepare {ACTS}")
            return clients.took("commit")

        found, _ = share(lambda: acts(together), lambda: acts(alone))
    return (
        f"{CLIENTS} clients on PostgreSQL: {found * CLIENTS:.1f} x as many acts as one "
        f"(target: {LEAST_CLIENTS:.1f} x; {os.cpu_count()} processors here, which they share with "
        "the server)"
    )


def _peers(fresh: Fresh, python: str) -> Iterator[str]:
    """The same acts by other engines, each made durable on SQLite."""
    with closing(open_store(fresh())) as store:
        engine = engine_on(store)

        def ours() -> Took:
            return took(lambda: _cases(engine))

        for name, (module, least, settings) in PEERS.items():
            if not _has(python, name):
                yield f"beside {name}: not measured; `pip install {name}` into an environment and"
                yield "  name its interpreter: python -m benchmarks.durable --peers PYTHON"
                continue
            path = fresh().removeprefix("sqlite:///")
            with crew(1, module, path, python=python) as peer:
                found, one = share(ours, lambda: peer.took(str(CASES)))
            acts = CASES * ACTS_A_CASE
            yield (
                f"{acts} acts on SQLite, each durable, the whole engine: {found:.1f} x as many as "
                f"{name} (target: {least} x; {_each_of(acts, one)} an act here; "
                f"its SQLite: {settings})"
            )


def _cases(engine: Engine) -> None:
    for _ in range(CASES):
        act(engine, engine.open("round-trip", by=WORKER).id, ACTS_A_CASE)


def _has(python: str, module: str) -> bool:
    return not subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode


def main(words: list[str]) -> None:
    """Print every figure."""
    python = words[words.index("--peers") + 1] if "--peers" in words else sys.executable
    for line in figures(python):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
