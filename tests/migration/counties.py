"""A case of the tiny county that goes on under other rules. Imports the engine and the stories."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from protocolkit.engine.engine import Engine
from protocolkit.engine.migrating import TakenOver
from protocolkit.ground.clock import VirtualClock
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Told
from protocolkit.semantics.events import replay
from protocolkit.semantics.migration.plan import Plan
from protocolkit.store.memory import MemoryStore
from tests.stories import OFFICER, local, tiny

CASE = "c-1"


class County:
    """One case, first under some rules and then under others."""

    def __init__(self, old: str, new: str, start: str = "2025-03-04 10:00") -> None:
        self.old = tiny(f'version: "1"\n{dedent(old)}')
        self.new = tiny(f'version: "2"\n{dedent(new)}')
        self.clock = VirtualClock(local(start))
        self.engine = Engine([self.new, self.old], MemoryStore(), self.clock)

    def open(self, facts: Mapping[str, Any] | None = None, case: str = CASE) -> None:
        """A case opens under the old rules."""
        self.engine.open("tiny", by=OFFICER, id=case, facts=facts or {})

    def at(self, time: str) -> None:
        """Time comes to a local time."""
        self.engine.advance(local(time))

    def plan(self, *, of: Mapping[str, Any] | None = None, **names: Mapping[str, str]) -> Plan:
        """A plan with some names, and `of` what else it says."""
        return Plan(
            from_=self.old.digest,
            to=self.new.digest,
            reason="R-1",
            approved_by="u-9",
            names=names,
            **(of or {}),
        )

    def migrate(
        self, *, of: Mapping[str, Any] | None = None, **names: Mapping[str, str]
    ) -> TakenOver:
        """Every case goes on under the new rules; what was shown before is what is done."""
        plan = self.plan(of=of, **names)
        shown = self.engine.rehearse(plan)
        done = self.engine.migrate(plan, by=OFFICER)
        assert {one.case: one for one in shown} == {
            one.case: one for one in (*done.moved, *done.refused)
        }
        return done

    def misfits(
        self, *, of: Mapping[str, Any] | None = None, **names: Mapping[str, str]
    ) -> list[str]:
        """What is wrong with a plan, each with the part of it."""
        found = self.engine.misfits(self.plan(of=of, **names))
        return [f"{'.'.join(map(str, one.path))}: {one.message}" for one in found]

    @property
    def case(self) -> Case:
        """The case, read again from its record."""
        return replay(CASE, self.engine.history(CASE))

    @property
    def owed(self) -> dict[str, Any]:
        """What is owed, until when."""
        return {one.instance: one.due for one in self.engine.todo(CASE)}

    @property
    def told(self) -> list[tuple[str, Any]]:
        """Who was told something, when."""
        return [
            (change.role, change.at)
            for event in self.engine.history(CASE)
            for change in event.changes
            if isinstance(change, Told)
        ]
