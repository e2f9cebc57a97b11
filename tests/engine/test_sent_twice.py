"""The same request sent twice, with the same key, where something came in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from protocolkit.api import Engine, VirtualClock, loads
from protocolkit.ground.errors import Conflict, UsageError
from protocolkit.store.base import Store
from tests.stories import JUDGE, OFFICER, local, tiny_text

MORNING = local("2025-03-04 10:00")
RULES = """
facts: {danger: {type: boolean, recorded_by: officer}}
triggers:
  join: {scope: programme, who: judge}
  close: {who: officer, moves: {from: begun, to: closed}}
"""
LATER = MORNING + timedelta(days=2)
TODAY = "in_force: {from: 2025-01-01, until: 2025-03-04}\n"


class Meanwhile:
    """A store; just before it is asked something for the first time, something else happens."""

    def __init__(self, store: Store, asked: str, happens: Callable[[], object]) -> None:
        self._store = store
        self._asked = asked
        self._happens: list[Callable[[], object]] = [happens]

    def __getattr__(self, name: str) -> Any:
        if name == self._asked and self._happens:
            self._happens.pop()()
        return getattr(self._store, name)


def _engine(store: Any, head: str = "") -> Engine:
    return Engine([loads(tiny_text(head + RULES))], store, VirtualClock(MORNING))


@pytest.mark.parametrize("asked", ["head", "events", "commit"])
def test_the_first_is_done_while_the_second_is_looked_at(store: Store, asked: str) -> None:
    """Who sent it twice because no answer came gets the answer, also with `expected_version`."""

    def send(engine: Engine) -> object:
        return engine.record("c", {"danger": True}, by=OFFICER, key="k", expected_version=1)

    _engine(store).open("tiny", by=OFFICER, id="c")
    answers: list[object] = []
    meanwhile = Meanwhile(store, asked, lambda: answers.append(send(_engine(store))))
    answers.append(send(_engine(meanwhile)))
    assert answers[0] == answers[1]
    assert 2 == len(store.events("c"))


@pytest.mark.parametrize("asked", ["head", "commit"])
@pytest.mark.parametrize("id", ["c", ""])
def test_a_case_is_opened_twice_at_once(store: Store, asked: str, id: str) -> None:
    """One case is opened, whether its id is given or made up."""

    def send(engine: Engine) -> object:
        return engine.open("tiny", by=OFFICER, id=id, key="k")

    answers: list[object] = []
    meanwhile = Meanwhile(store, asked, lambda: answers.append(send(_engine(store))))
    answers.append(send(_engine(meanwhile)))
    assert answers[0] == answers[1]
    assert 1 == len(list(store.heads()))


def test_somebody_else_was_quicker(store: Store) -> None:
    """What somebody else asked is no answer: who expected another version looks again."""
    _engine(store).open("tiny", by=OFFICER, id="c")

    def other() -> None:
        _engine(store).record("c", {"danger": False}, by=OFFICER, key="other")

    with pytest.raises(Conflict, match="somebody"):
        _engine(Meanwhile(store, "commit", other)).record(
            "c", {"danger": True}, by=OFFICER, key="k", expected_version=1
        )
    with pytest.raises(Conflict, match="already a case"):
        _engine(store).open("tiny", by=OFFICER, id="c", key="k")


@pytest.mark.parametrize("how", ["open", "adopt"])
def test_the_text_is_in_force_no_more(store: Store, how: str) -> None:
    """What began while it was in force is answered again, when nothing new can begin."""
    by = OFFICER if how == "open" else JUDGE
    engine = _engine(store, TODAY)
    first = getattr(engine, how)("tiny", by=by, key="k")
    engine = Engine([loads(tiny_text(TODAY + RULES))], store, VirtualClock(LATER))
    assert first == getattr(engine, how)("tiny", by=by, key="k")
    with pytest.raises(UsageError, match="in force"):
        engine.open("tiny", by=OFFICER, key="another")
