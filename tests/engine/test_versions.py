"""New cases open under the text that was given, whatever the engine read back for old ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import protocolkit as pk
from tests.stories import OFFICER, local, tiny_text

RULES = """
triggers: {ask: {who: officer}}
follow_ups: {see: {opens_with: ask, who: officer, due: within HOURS hours}}
"""


def _text(version: str, hours: int, in_force: str = "") -> pk.LoadedProtocol:
    rules = RULES.replace("HOURS", str(hours))
    return pk.loads(tiny_text(f'version: "{version}"\n{in_force}\n{rules}'))


LOOKS: dict[str, Callable[[pk.Engine], object]] = {
    "case": lambda engine: engine.case("old"),
    "todo": lambda engine: engine.todo(),
    "advance": lambda engine: engine.advance(),
    "fire": lambda engine: engine.fire("old", "ask", by=OFFICER),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_at_an_old_case_does_not_bring_its_text_back(look: str) -> None:
    """The old case goes on under its text; a new one opens under the new text."""
    store = pk.open_store("memory:")
    clock = pk.VirtualClock(local("2025-03-04 10:00"))
    pk.Engine([_text("1", 6)], store, clock).open("tiny", by=OFFICER, id="old")
    engine = pk.Engine([_text("2", 5)], store, clock)
    LOOKS[look](engine)
    assert "2" == engine.open("tiny", by=OFFICER).protocol_version
    assert "1" == engine.case("old").protocol_version
    assert ["2"] == [one.version for one in engine.protocols]


def test_of_several_texts_the_one_in_force_since_the_latest_day_counts() -> None:
    """In whatever order they are given; without a day, the last one given."""
    store = pk.open_store("memory:")
    clock = pk.VirtualClock(local("2025-03-04 10:00"))
    old = _text("1", 6, "in_force: {from: 2020-01-01}")
    new = _text("2", 5, "in_force: {from: 2025-03-01}")
    later = _text("3", 4, "in_force: {from: 2025-09-01}")
    for given in ([old, new, later], [later, new, old]):
        engine = pk.Engine(given, store, clock)
        assert "2" == engine.open("tiny", by=OFFICER).protocol_version


def test_a_loaded_protocol_can_be_added() -> None:
    """What `load` gives can be added to an engine that runs."""
    engine = pk.Engine([], pk.open_store("memory:"), pk.VirtualClock(local("2025-03-04 10:00")))
    engine.add(_text("1", 6))
    assert "1" == engine.open("tiny", by=OFFICER).protocol_version


def test_a_slip_of_the_hand_does_not_look_like_nothing_to_do() -> None:
    """A role, an organization or a follow-up that no protocol has is said, with the nearest."""
    engine = pk.Engine(
        [_text("1", 6)], pk.open_store("memory:"), pk.VirtualClock(local("2025-03-04 10:00"))
    )
    engine.open("tiny", by=OFFICER)
    for asked in ({"role": "oficer"}, {"organization": "cort"}, {"follow_up": "se"}):
        with pytest.raises(pk.UsageError, match="did you mean"):
            engine.todo(**asked)  # type: ignore[arg-type]


def test_what_is_told_in_another_form_is_taken_or_refused_in_words() -> None:
    """A list for a set of roles, nobody for a role; texts for days, numbers for keys are said."""
    rules = """
    facts: {implicated: {type: set of roles, recorded_by: officer}}
    triggers: {ask: {who: officer}}
    """
    protocol = pk.loads(tiny_text(rules))
    clock = pk.VirtualClock(local("2025-03-04 10:00"))
    engine = pk.Engine([protocol], pk.open_store("memory:"), clock)
    case = engine.open("tiny", by=OFFICER, facts={"implicated": ["guardian"]})  # type: ignore[dict-item]
    assert frozenset({"guardian"}) == case.facts["implicated"]
    engine.assign(case.id, {"caseworker": "k-1"}, by=OFFICER)
    assert {} == engine.assign(case.id, {"caseworker": "nobody"}, by=OFFICER).holders
    with pytest.raises(pk.UsageError, match="dates"):
        engine.close_days("tiny", "office", ["2025-03-11"], by=OFFICER)  # type: ignore[list-item]
    with pytest.raises(pk.UsageError, match="key"):
        engine.open("tiny", by=OFFICER, key=7)  # type: ignore[arg-type]
    with pytest.raises(pk.UsageError, match="history"):
        engine.open("tiny", by=OFFICER, history=[{"do": "ask"}])  # type: ignore[list-item]
