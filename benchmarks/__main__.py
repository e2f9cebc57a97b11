"""`make bench`: what checking a file and running a case cost, beside a floor of each.

Prints one line a figure. A ratio above 1 is slower than its floor.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import checking, verify
from benchmarks.ratios import command, nothing, ratio
from protocolkit.api import Actor, Engine, VirtualClock, loads, open_store
from protocolkit.bundled import bundled
from protocolkit.engine.machine import Token, machine
from protocolkit.ground.clock import Clock
from protocolkit.language.reading import read_text
from protocolkit.semantics.program import Program
from protocolkit.store.base import Store

ROUND_TRIP = """
protocolkit: "1"
id: round-trip
title: Two acts that lead to each other
jurisdiction: nowhere
timezone: UTC
roles: {worker: {kind: caseworker}}
facts: {urgent: {type: boolean}}
states: {here: {initial: true}, there: {}, done: {final: true}}
triggers:
  go: {who: worker, moves: [{from: here, to: there}]}
  back: {who: worker, moves: [{from: there, to: here}]}
  stop: {who: worker, moves: [{from: here, to: done}]}
follow_ups:
  look: {opens_with: go, who: worker, due: within 2 hours, met_by: [back]}
"""
START = datetime(2025, 1, 1, tzinfo=UTC)
WORKER = Actor(id="w-1", roles=frozenset({"worker"}))
EVENTS = 200


def reading(text: str) -> Callable[[], None]:
    """A protocol file, read from its text."""

    def run() -> None:
        read_text(text)

    return run


def acts(store: Store) -> Callable[[], None]:
    """A fresh case and `EVENTS` acts on it, with a follow-up opened and met in between."""
    protocol = loads(ROUND_TRIP)
    clock: Clock = VirtualClock(START)
    engine = Engine([protocol], store, clock)

    def run() -> None:
        case = engine.open("round-trip", by=WORKER).id
        for number in range(EVENTS):
            engine.fire(case, "back" if number % 2 else "go", by=WORKER)

    return run


def bare_machine() -> None:
    """The same moves on a bare `transitions` machine: no role, follow-up, record or store."""
    table = machine(Program(loads(ROUND_TRIP).model), "case")
    token = Token("here")
    for number in range(EVENTS):
        table.events["back" if number % 2 else "go"].trigger(token)


def bare_transactions(path: Path) -> Callable[[], None]:
    """As many durable transactions with one insert each, with the same settings."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE event (body TEXT)")

    def run() -> None:
        for _ in range(EVENTS):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO event VALUES (?)", ("x" * 600,))
            connection.execute("COMMIT")

    return run


def sweeps() -> Callable[[], None]:
    """Letting time come to one thousand cases, each with one follow-up that turns late."""
    protocol = loads(ROUND_TRIP)

    def run() -> None:
        engine = Engine([protocol], open_store("memory:"), VirtualClock(START))
        for _ in range(1000):
            engine.fire(engine.open("round-trip", by=WORKER).id, "go", by=WORKER)
        engine.advance(START + timedelta(hours=3))

    return run


def main() -> None:
    """Run every figure and print it."""
    site_a = bundled("protocols", "site_a.yaml")
    with tempfile.TemporaryDirectory() as folder:
        figures: list[tuple[str, Callable[[], None], Callable[[], None], str, int]] = [
            (
                "protocolkit check site_a.yaml",
                command("-m", "protocolkit", "check", str(site_a)),
                nothing,
                "python -c pass",
                9,
            ),
            (
                "reading site_a.yaml in a running process",
                reading(site_a.read_text("utf-8")),
                nothing,
                "python -c pass",
                9,
            ),
            (
                f"{EVENTS} acts, engine in memory",
                acts(open_store("memory:")),
                bare_machine,
                "the same moves on a bare transitions machine",
                9,
            ),
            (
                f"{EVENTS} acts, engine on SQLite, each durable",
                acts(open_store(f"sqlite:///{folder}/cases.db")),
                bare_transactions(Path(folder) / "bare.db"),
                "as many bare durable transactions",
                5,
            ),
            (
                "1,000 cases opened, acted on and swept, in memory",
                sweeps(),
                nothing,
                "python -c pass",
                3,
            ),
        ]
        for name, ours, floor, beside, rounds in figures:
            found, seconds = ratio(ours, floor, rounds)
            line = f"{name}: {found:.2f} x {beside} ({seconds * 1000:.1f} ms here)"
            sys.stdout.write(line + "\n")
    for part in (checking, verify):
        for line in part.figures():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
