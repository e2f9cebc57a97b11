"""What a scenario file says, as values: stories of steps, each with its place.

Imports the model, actors and ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from protocolkit.ground.findings import Finding, Place
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor


class Said(Record):
    """A value that a scenario states, and where."""

    value: Any
    place: Place


class Owing(Record):
    """A follow-up that must be open, or one instance of it (`name/2`, `name/guardian`).

    `each` says what is expected of every open instance: status, due, who and so on.
    """

    name: str
    place: Place
    each: tuple[Mapping[str, Said], ...]


class Expect(Record):
    """What must be so now. Only `open` is complete by default: nothing else is open.

    `told`, `levels` and `left_out` are everything since the start, in order; each item is a
    name, or has its instant too.
    """

    open: tuple[Owing, ...] = ()
    ended: Mapping[str, Said] = EMPTY
    states: Mapping[str, Said] = EMPTY
    facts: Mapping[str, Said] = EMPTY
    holders: Mapping[str, Said] = EMPTY
    meetings: Mapping[str, Said] = EMPTY
    sign_offs: Mapping[str, Said] = EMPTY
    links: Mapping[str, Said] = EMPTY
    properties: Mapping[str, Said] = EMPTY
    told: Said | None = None
    levels: Said | None = None
    undecided: Said | None = None
    left_out: Said | None = None
    closed: Said | None = None
    version: Said | None = None


class Step(Record):
    """One step of a story: an act, a wait, or what must be so.

    `kind` is a key of `ACTS`, `wait_until` or `expect`. `at` is when it happens, `recorded`
    when that is recorded if not at once. `because` names the reasons when it must be refused.
    `where` is the case: "" for that of the story, `programme`, or the link that opened it.
    `label` is the step's own name.
    """

    kind: str
    place: Place
    what: str = ""
    by: Actor | None = None
    at: datetime | None = None
    recorded: datetime | None = None
    because: frozenset[str] | None = None
    where: str = ""
    label: str = ""
    detail: Mapping[str, Any] = EMPTY
    expect: Expect | None = None


class Scenario(Record):
    """One story. `protocols` are the versions that are known; a case opens under the first."""

    name: str
    title: str
    place: Place
    start: datetime
    protocols: tuple[Protocol, ...]
    steps: tuple[Step, ...]

    @property
    def timezone(self) -> str:
        """The zone of every local time in it."""
        return self.protocols[0].timezone


class ScenarioFile(Record):
    """What came of reading a file; with `ok` its scenarios are whole and can be run."""

    file: str
    findings: tuple[Finding, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    texts: Mapping[str, str] = EMPTY

    @property
    def ok(self) -> bool:
        """Whether it can be run: no finding is an error."""
        return not any(finding.severity == "error" for finding in self.findings)
