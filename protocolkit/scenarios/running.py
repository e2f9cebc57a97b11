"""Acts scenarios out on the engine, with a clock that only the story moves, and compares.

Imports the engine, the memory store and the other parts of this package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import NotRunnable, Refused, UsageError
from protocolkit.scenarios.comparing import compare
from protocolkit.scenarios.form import ACTS, Scenario, ScenarioFile, Step
from protocolkit.scenarios.reading import read_file, read_text
from protocolkit.scenarios.results import Difference, Outcome, Results
from protocolkit.semantics.answers import Standing
from protocolkit.store.memory import MemoryStore

CASE = "case"
"""The id of the one case of a story."""


def run_file(path: str | Path) -> Results:
    """Read a scenario file and act it out.

    Raises: OSError: the file cannot be opened.
    """
    return run(read_file(path))


def run_text(text: str | bytes, file: str = "<text>", folder: Path | None = None) -> Results:
    """Read scenarios from a text and act them out."""
    return run(read_text(text, file, folder))


def run(found: ScenarioFile) -> Results:
    """Act out every scenario of a file, if there is no error in it."""
    return Results(
        file=found.file,
        findings=found.findings,
        outcomes=tuple(Rehearsal(scenario).outcome() for scenario in found.scenarios)
        if found.ok
        else (),
        texts=found.texts,
    )


class Rehearsal:
    """One story on an engine of its own, which can be asked about the case afterwards."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.clock = VirtualClock(scenario.start)
        self.engine = Engine(scenario.protocols, MemoryStore(), self.clock)
        self.differences: list[Difference] = []

    def outcome(self) -> Outcome:
        """Act it out."""
        taken = 0
        for step in self.scenario.steps:
            taken += 1
            if not self._step(step):
                break  # what follows builds on what did not happen
        return Outcome(
            name=self.scenario.name,
            title=self.scenario.title,
            place=self.scenario.place,
            steps=taken,
            differences=tuple(self.differences),
        )

    def _step(self, step: Step) -> bool:
        """Take a step; whether the story can go on."""
        instant = step.recorded or step.at
        if instant is not None and instant > self.clock.now():
            self.engine.advance(until=instant)
        if step.expect is not None:
            case = self.engine.case(CASE)
            events = self.engine.history(CASE)
            protocol = self.engine.protocol_of(CASE)
            self.differences.extend(compare(step, case, events, protocol))
        elif step.by is not None:
            return self._act(step)
        return True

    def _act(self, step: Step) -> bool:
        about = f"{step.kind} {step.what}".strip()
        try:
            _ACTS[step.kind](self, step)
        except (NotRunnable, UsageError) as obstacle:  # such as: not in force on that day
            self._differs(step, about, "a case", str(obstacle))
            return False
        except Refused as refusal:
            reasons = {reason.name: reason.message for reason in refusal.reasons}
            if step.because is None:
                said = "; ".join(f"{message} ({name})" for name, message in reasons.items())
                self._differs(step, about, "it to be done", f"it refused: {said}")
                return False
            if step.because != reasons.keys():
                self._differs(step, about, _refused(step.because), _refused(reasons))
            return True
        if step.because is not None:
            self._differs(step, about, _refused(step.because), "it done")
            return False
        return True

    def _differs(self, step: Step, about: str, expected: str, found: str) -> None:
        self.differences.append(
            Difference(place=step.place, about=about, expected=expected, found=found)
        )


def _refused(reasons: Any) -> str:
    return "it refused: " + ", ".join(sorted(reasons))


def _open(run: Rehearsal, step: Step) -> Standing:
    protocol = step.detail.get("under") or run.scenario.protocols[0].id
    facts = step.detail.get("facts", {})
    assert step.by is not None
    return run.engine.open(protocol, by=step.by, facts=facts, happened_at=step.at, id=CASE)


_NAMES: Mapping[str, Mapping[str, str]] = {
    "assign": {"assign": "holders"},
    "set": {"for": "planned_at", "meeting": "id"},
    "move": {"for": "planned_at"},
}
"""Keys of the file that the engine calls otherwise."""


def _act(method: str) -> Callable[[Rehearsal, Step], Standing]:
    """An act by the engine's method of that name."""

    def act(run: Rehearsal, step: Step) -> Standing:
        about = (step.what,) if step.what else ()
        names = _NAMES.get(step.kind, {})
        arguments = {names.get(key, key): value for key, value in step.detail.items()}
        done: Standing = getattr(run.engine, method)(
            CASE, *about, by=step.by, happened_at=step.at, **arguments
        )
        return done

    return act


_ACTS: Mapping[str, Callable[[Rehearsal, Step], Standing]] = {
    kind: _act("fire" if kind == "do" else kind) for kind in ACTS
} | {"open": _open}
