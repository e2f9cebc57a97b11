"""Somebody else writes to the case just between two looks at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Conflict
from tests.stories import OFFICER, engine_with, local


class Interrupting(VirtualClock):
    """A clock that lets something happen, once, while somebody asks for the time."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.meanwhile: Callable[[], object] | None = None

    def now(self) -> datetime:
        """The time; whatever was to happen meanwhile has happened."""
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return super().now()


def test_an_expected_version_holds_up_to_the_commit() -> None:
    """Whoever said which version they saw gets a conflict, however late the other one wrote."""
    first, _ = engine_with("triggers: {ask: {who: officer}}")
    case = first.open("tiny", by=OFFICER)
    clock = Interrupting(local("2025-03-04 10:00"))
    second = Engine(first.protocols, first.store, clock)
    clock.meanwhile = lambda: first.fire(case.id, "ask", by=OFFICER)
    with pytest.raises(Conflict):
        second.fire(case.id, "ask", by=OFFICER, expected_version=case.version)
    assert case.version + 1 == first.case(case.id).version
