"""`make bench`: what checking a file and running a case cost, beside a floor of each.

Prints one line a figure. A ratio above 1 is slower than its floor.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import checking, due, durable, scale, verify
from benchmarks.ratios import command, nothing, ratio
from benchmarks.round_trip import ROUND_TRIP
from benchmarks.work import LATER, WORKER, act, engine_on
from protocolkit.api import loads, open_store
from protocolkit.bundled import bundled
from protocolkit.engine.machine import Token, machine
from protocolkit.language.reading import read_text
from protocolkit.semantics.program import Program

EVENTS = 200


def reading(text: str) -> Callable[[], None]:
    """A protocol file, read from its text."""

    def run() -> None:
        read_text(text)

    return run


def acts() -> Callable[[], None]:
    """A fresh case and `EVENTS` acts on it, with a follow-up opened and met in between."""
    engine = engine_on(open_store("memory:"))
    return lambda: act(engine, engine.open("round-trip", by=WORKER).id, EVENTS)


def bare_machine() -> None:
    """The same moves on a bare `transitions` machine: no role, follow-up, record or store."""
    table = machine(Program(loads(ROUND_TRIP).model), "case")
    token = Token("here")
    for number in range(EVENTS):
        table.events["back" if number % 2 else "go"].trigger(token)


def sweeps() -> Callable[[], None]:
    """Letting time come to one thousand cases, each with one follow-up that turns late."""

    def run() -> None:
        store = open_store("memory:")
        engine = engine_on(store)
        for _ in range(1000):
            act(engine, engine.open("round-trip", by=WORKER).id, 1)
        engine_on(store, LATER).advance()

    return run


def main() -> None:
    """Run every figure and print it."""
    site_a = bundled("protocols", "site_a.yaml")
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
            acts(),
            bare_machine,
            "the same moves on a bare transitions machine",
            9,
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
    for part in (checking, verify, durable, due, scale):
        for line in part.figures():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
