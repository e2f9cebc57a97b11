"""Acts scenarios out on the engine, with a clock that only the story moves, and compares.

Imports the engine, the memory store and the other parts of this package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import NotRunnable, Refused, UsageError
from protocolkit.ground.findings import Reason
from protocolkit.ground.record import EMPTY
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import standing_case
from protocolkit.scenarios.acts import ACTS
from protocolkit.scenarios.comparing import compare
from protocolkit.scenarios.coverage import Touched, touched
from protocolkit.scenarios.form import Scenario, ScenarioFile, Step
from protocolkit.scenarios.reading import read_file, read_text
from protocolkit.scenarios.results import Difference, Outcome, Results
from protocolkit.scenarios.shapes import PROGRAMME
from protocolkit.scenarios.times import with_weekday
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
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
    stories = found.scenarios if found.ok else ()
    named = {one.digest: one for scenario in stories for one in scenario.protocols}
    programs = {digest: Program(protocol) for digest, protocol in named.items()}
    return Results(
        file=found.file,
        findings=found.findings,
        outcomes=tuple(Rehearsal(scenario, programs).outcome() for scenario in stories),
        texts=found.texts,
    )


class Rehearsal:
    """One story on an engine of its own, which can be asked about the case afterwards.

    `programs` are protocols that are compiled already, by their digests.
    """

    def __init__(self, scenario: Scenario, programs: Mapping[str, Program] = EMPTY) -> None:
        self.scenario = scenario
        self.clock = VirtualClock(scenario.start)
        protocols = (programs.get(one.digest, one) for one in scenario.protocols)
        self.engine = Engine(protocols, MemoryStore(), self.clock)
        self.differences: list[Difference] = []
        self.entries: dict[str, int] = {}
        """The sequence number of what each step with a label entered."""

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
            touched=tuple(self._touched()),
        )

    def case_of(self, where: str) -> str:
        """The id of the case that a step is about; of a link the case that it opened last."""
        if where == PROGRAMME:
            return standing_case(self.scenario.protocols[0].id)
        if not where:
            return CASE
        over = [one for one in self._case().handed_over if one.link == where and one.to]
        return over[-1].to if over else f"{CASE}.{where}"

    def _case(self) -> Case:
        return replay(CASE, self.engine.history(CASE))

    def _touched(self) -> Iterator[tuple[Protocol, Touched]]:
        """What the story did of the rules of each protocol that its cases run under."""
        for head in self.engine.store.heads():
            protocol = self.engine.protocol_of(head.case)
            yield protocol, touched(protocol, self.engine.history(head.case))

    def _step(self, step: Step) -> bool:
        """Take a step; whether the story can go on."""
        instant = step.recorded or step.at
        if instant is not None and instant > self.clock.now():
            self.engine.advance(until=instant)
        if step.expect is not None:
            return self._expect(step)
        return step.by is None or self._act(step)

    def _expect(self, step: Step) -> bool:
        case = self.case_of(step.where)
        try:
            standing = self.engine.case(case)
        except UsageError:
            self._differs(step, f"the case in `{step.where}`", "it open", "no such case")
            return False
        events, protocol = self.engine.history(case), self.engine.protocol_of(case)
        zone = self.scenario.timezone
        for one in compare(step, standing, events, protocol, zone):
            self.differences.append(one.replace(when=self._when()))
        return True

    def _when(self) -> str:
        """The local time in the story."""
        return with_weekday(self.clock.now(), self.scenario.timezone)

    def _act(self, step: Step) -> bool:
        about = f"{step.kind} {step.what}".strip()
        try:
            _ACTS.get(step.kind, _act)(self, step)
        except (NotRunnable, UsageError) as obstacle:  # such as: not in force on that day
            self._differs(step, about, "a case", str(obstacle))
            return False
        except Refused as refusal:
            if step.because is None:
                reasons = {reason.name: reason.message for reason in refusal.reasons}
                said = "; ".join(f"{message} ({name})" for name, message in reasons.items())
                self._differs(step, about, "it to be done", f"it refused: {said}")
                return False
            names = [_names(reason) for reason in refusal.reasons]
            if not _fits(step.because, names):
                with_rule = any("/" in one for one in step.because)
                found = {one[-1] if with_rule else one[0] for one in names}
                self._differs(step, about, _refused(step.because), _refused(found))
            return True
        if step.because is not None:
            self._differs(step, about, _refused(step.because), "it done")
            return False
        if step.label:
            self.entries[step.label] = _entry(self.engine.history(self.case_of(step.where)))
        return True

    def _differs(self, step: Step, about: str, expected: str, found: str) -> None:
        self.differences.append(
            Difference(
                place=step.place, when=self._when(), about=about, expected=expected, found=found
            )
        )


def _names(reason: Reason) -> tuple[str, ...]:
    """How a scenario may name a reason: alone, with the fact that it asks for, with its rule."""
    rules = (reason.needs, *(str(part) for part in reason.path[1::2]))
    return (reason.name, *(f"{reason.name}/{rule}" for rule in rules if rule))


def _fits(said: frozenset[str], reasons: list[tuple[str, ...]]) -> bool:
    """Whether every reason is named, and nothing else."""
    known = {name for names in reasons for name in names}
    return said <= known and all(not said.isdisjoint(names) for names in reasons)


def _refused(reasons: Iterable[str]) -> str:
    return "it refused: " + ", ".join(sorted(reasons))


def _entry(events: tuple[Event, ...]) -> int:
    """The number of the last entry that a person made."""
    return next(event.sequence for event in reversed(events) if event.kind != "time")


# -- acts ------------------------------------------------------------------------------


def _arguments(run: Rehearsal, step: Step) -> dict[str, Any]:
    """What stands beside an act, as the engine calls it."""
    renamed = ACTS[step.kind].renamed
    found = {renamed.get(key, key): value for key, value in step.detail.items()}
    if "same_as" in found:
        found["same_as"] = run.entries.get(found["same_as"], 0)
    when = {} if ACTS[step.kind].undated else {"happened_at": step.at}
    return {"by": step.by, **when, **found}


def _act(run: Rehearsal, step: Step) -> None:
    """An act by the engine's method of that name."""
    about = (step.what,) if step.what else ()
    method = getattr(run.engine, ACTS[step.kind].method or step.kind)
    method(run.case_of(step.where), *about, **_arguments(run, step))


def _open(run: Rehearsal, step: Step) -> None:
    arguments = _arguments(run, step)
    protocol = arguments.pop("under", "") or run.scenario.protocols[0].id
    if "history" in arguments:
        arguments["history"] = tuple(_request(past) for past in arguments["history"])
    run.engine.open(protocol, id=CASE, **arguments)


def _adopt(run: Rehearsal, step: Step) -> None:
    arguments = _arguments(run, step)
    protocol = arguments.pop("under", "") or run.scenario.protocols[0].id
    run.engine.adopt(protocol, **arguments)


def _read(run: Rehearsal, step: Step) -> None:
    run.engine.read(run.case_of(step.where), step.what, **_arguments(run, step))


def _void(run: Rehearsal, step: Step) -> None:
    entry = run.entries.get(step.what, 0)
    run.engine.void(run.case_of(step.where), entry, **_arguments(run, step))


def _close_days(run: Rehearsal, step: Step) -> None:
    protocol = run.scenario.protocols[0].id
    run.engine.close_days(protocol, step.what, **_arguments(run, step))


_ACTS: Mapping[str, Callable[[Rehearsal, Step], None]] = {
    "open": _open,
    "adopt": _adopt,
    "read": _read,
    "void": _void,
    "close_days": _close_days,
}
"""What is not done by calling the engine's method with the case and what it is about."""


def _request(past: Step) -> Request:
    """Something of a history, as the engine takes it."""
    detail = {"planned_at" if key == "for" else key: said for key, said in past.detail.items()}
    if isinstance(detail.get("evidence"), str):
        detail["evidence"] = {"reference": detail["evidence"]}
    kind = "act" if past.kind == "do" else past.kind
    assert past.by is not None
    return Request(kind=kind, what=past.what, actor=past.by, at=past.at, **detail)
