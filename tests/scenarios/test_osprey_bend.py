"""What a scenario of Osprey Bend cannot say: the words of a refusal, and what the record keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.ground.errors import Refused
from protocolkit.scenarios import read_file
from protocolkit.scenarios.running import Rehearsal
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.changes import Happened, Recorded

FILE = Path(__file__).parents[2] / "protocols" / "examples" / "osprey_bend.scenarios.yaml"
OFFICER = Actor(id="o-1", roles=frozenset({"officer"}))


def _rehearsed(name: str) -> Rehearsal:
    """A story of the file, acted out."""
    (story,) = (one for one in read_file(FILE).scenarios if one.name == name)
    found = Rehearsal(story)
    assert found.outcome().passed
    return found


def test_the_refusal_names_the_fact_that_is_missing() -> None:
    """The juvenile officer can act in time: the officer reads just that, and who records it."""
    engine = _rehearsed("mo_11_the_juvenile_officer_can_act").engine
    with pytest.raises(Refused) as refusal:
        engine.fire("case", "take_custody", by=OFFICER)
    assert [
        (
            "`take_custody` needs no juvenile officer in time: `juvenile_officer_in_time` is true; "
            "it must be false.",
            "juvenile_officer_in_time",
            ("officer",),
        )
    ] == [(one.message, one.needs, one.supplied_by) for one in refusal.value.reasons]


def test_the_record_keeps_what_custody_rests_on() -> None:
    """The three facts, each with the person who recorded it, stand before the act; no consent."""
    events = _rehearsed("mo_11_all_three_facts").engine.history("case")
    changes = [change for event in events for change in event.changes]
    (taken,) = (one for one in changes if isinstance(one, Happened))
    before = changes[: changes.index(taken)]
    assert {
        ("imminent_danger", True, "o-1"),
        ("court_order_in_time", False, "o-1"),
        ("juvenile_officer_in_time", False, "o-1"),
    } == {(one.fact, one.value, one.by) for one in before if isinstance(one, Recorded)}
    assert ("take_custody", "o-1", "officer") == (taken.name, taken.by, taken.role)


def test_a_case_shows_the_version_it_began_under() -> None:
    """Also when another one has come into force since."""
    engine = _rehearsed("mo_06_discovered_before_the_change").engine
    assert "2020" == engine.case("case").protocol_version
    assert "2022" == engine.open("osprey-bend", by=OFFICER, id="later").protocol_version
