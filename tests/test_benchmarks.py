"""What `make bench` measures: the protocols and cases are what they are said to be, and the figure.

How long anything takes is not tested here: that is for the benchmarks to tell.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import county
from benchmarks.bare import Bare, Written
from benchmarks.crew import crew
from benchmarks.due import CLIENT, ONCE
from benchmarks.families import FAMILIES, Family
from benchmarks.filling import fill, rows
from benchmarks.growth import measured
from benchmarks.growth_figure import COSTS, drawn
from benchmarks.points import Curve, Point
from benchmarks.verify import PROTOCOLS, answered, files, read
from benchmarks.work import LATER, Acts, copies, engine_on, open_late, renamed, sweep, turned_late
from protocolkit.api import loads, open_store
from protocolkit.proofs import verify
from protocolkit.proofs.questions import Asker
from protocolkit.store.base import Store
from protocolkit.store.forms import microseconds

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


# -- stores ----------------------------------------------------------------------------------------


def _sweep(url: str) -> None:
    with closing(open_store(url)) as store:
        assert 5 == sweep(engine_on(store, LATER))


def _sweep_elsewhere(url: str) -> None:
    with crew(1, CLIENT, url) as alone:
        assert ["3", "2"] == [alone.ask(f"sweep {wanted}")[0].split()[0] for wanted in (3, 0)]


def _write_alone(url: str) -> None:
    late, ids = turned_late(), copies()
    with closing(Bare(url)) as bare:
        every = [late, *(renamed(late, next(ids)) for _ in range(4))]
        bare.in_batches(microseconds(LATER), [Written(one) for one in every], 5)


@pytest.mark.parametrize("way", [_sweep, _sweep_elsewhere, _write_alone])
def test_what_is_due_is_done_once_whoever_does_it(
    way: Callable[[str], None], tmp_path: Path
) -> None:
    """The engine here, in another process, and the driver alone write the same to every copy."""
    url = f"sqlite:///{tmp_path}/cases.db"
    with closing(open_store(url)) as store:
        fill(url, open_late(store), 4)
    assert 5 == rows(url, ONCE["cases that are not done"])[0][0]
    way(url)
    assert dict.fromkeys(ONCE, 0) == {name: rows(url, one)[0][0] for name, one in ONCE.items()}
    with closing(open_store(url)) as store:
        (events,) = {tuple(event.changes for event in store.events(id)) for id in _ids(store)}
    assert ["opened", "overdue", "told"] == [
        next(one.kind for one in changes if one.kind in ("opened", "overdue", "told"))
        for changes in events
    ]


def _ids(store: Store) -> list[str]:
    return [head.case for head in store.heads()]


def test_acts_that_are_ready_can_be_written_again_and_again() -> None:
    """Each time they are those of another case."""
    store, acts = open_store("memory:"), Acts()
    for _ in range(2):
        for commit in acts.commits(3):
            store.commit(commit)
    assert [4, 4] == [head.version for head in store.heads()]
