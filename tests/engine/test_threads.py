"""One engine that several threads use at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, get_ident

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.store.base import Store
from tests.stories import OFFICER, local, tiny

RULES = """
facts:
  danger: {type: boolean, recorded_by: officer}
  hurt: {type: boolean, recorded_by: officer}
triggers: {ask: {who: officer}, close: {who: officer, moves: {from: begun, to: closed}}}
follow_ups: {see: {opens_with: ask, who: officer, due: within 2 hours}}
"""
STEPS = 3
"""How often a command that is not begun anew asks for the time: before it looks, before it
decides, before it writes.
"""


class Together(VirtualClock):
    """A clock that lets two threads go on only together, for the first steps of each."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._barrier = Barrier(2)
        self._asked: Counter[int] = Counter()

    def now(self) -> datetime:
        """The instant, once the other thread asks too."""
        self._asked[get_ident()] += 1
        if self._asked[get_ident()] <= STEPS:
            self._barrier.wait(10)
        return super().now()


def test_two_at_one_case_step_by_step(store: Store) -> None:
    """Each decides on a case of its own; both acts are kept, one after the other."""
    protocol, start = tiny(RULES), local("2025-03-04 10:00")
    Engine([protocol], store, VirtualClock(start)).open("tiny", by=OFFICER, id="c")
    Engine([protocol], store, VirtualClock(start)).fire("c", "ask", by=OFFICER)
    engine = Engine([protocol], store, Together(start))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda fact: engine.record("c", {fact: True}, by=OFFICER), FACTS))
    assert FACTS == set(engine.case("c").facts)
    assert ["open", "act", "record", "record"] == [one.kind for one in store.events("c")]


FACTS = {"danger", "hurt"}
