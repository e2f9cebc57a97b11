"""What `make bench` measures: the protocols are what they are said to be, and the figure.

How long anything takes is not tested here: that is for the benchmarks to tell.
"""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks import county
from benchmarks.families import FAMILIES, Family
from benchmarks.growth import measured
from benchmarks.growth_figure import COSTS, drawn
from benchmarks.points import Curve, Point
from benchmarks.verify import PROTOCOLS, answered, files, read
from protocolkit.api import loads
from protocolkit.proofs import verify
from protocolkit.proofs.questions import Asker

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: f"{one.grows}, {one.how}")
def test_only_what_cannot_be_left_aside_counts(family: Family) -> None:
    """More of what can be left aside makes no more situations; states in a row one each."""
    small, large = family.sizes[0], family.sizes[1]
    more = large - small if family.grows == "states" else 0
    found = _situations(family, large) - _situations(family, small)
    assert found > more if family.hard else found == more


def _situations(family: Family, size: int) -> int:
    protocol = loads(family.text(size)).model
    return len(Asker(protocol).base.graph.nodes)


def test_a_point_is_measured_in_a_process_of_its_own() -> None:
    """Its situations are counted, its time and memory are those of the process."""
    point = measured(FAMILIES[0], 4)
    assert (4, 5, "") == (point.size, point.situations, point.undecided)
    assert point.times > 0
    assert point.memory > 1


def test_the_figure_shows_each_point_and_where_it_ends() -> None:
    """A mark for each size in each row, a cross for what could not be decided."""
    easy = Curve("states", "easy", False, [Point(1, 5, 0.4, 30), Point(2, 6, 0.5, 30)])
    hard = Curve("states", "a < b", True, [Point(1, 50, 4, 30), Point(2, 9000, 5, 90, "too long")])
    root = ElementTree.fromstring(drawn([easy, hard]))
    marks = [one.get("class", "") for one in root.iter()]
    assert 2 * len(COSTS) + 1 == marks.count("easy-mark")
    assert 1 * len(COSTS) + 1 == marks.count("hard-mark")
    assert 1 * len(COSTS) == marks.count("hard cross")
    words = root.find(f"{SVG}desc")
    assert words is not None
    assert "states, a < b: 2 could not be decided after 9000 situations" in (words.text or "")


@pytest.mark.parametrize("size", [2_000, 4_096, 25_000])
def test_a_county_is_as_large_as_asked_and_healthy(size: int) -> None:
    """One office more would be too large, and the checks find nothing to change."""
    text = county.text(size)
    assert 0.75 * size < len(text) <= size
    assert () == loads(text).check().open


def test_each_bundled_protocol_is_asked() -> None:
    """All of them, and every question that `verify` asks."""
    paths = files(PROTOCOLS)
    assert ["recommended.yaml", "site_a.yaml", "site_b.yaml"] == [one.name for one in paths]
    protocol = read(paths[1])
    told = [one.result.title for one in answered(protocol)]
    assert [one.title for one in verify(protocol).results] == told
