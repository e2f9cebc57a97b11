"""What the figure of participants shows, and that its words can be read."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.diagrams import draw
from protocolkit.diagrams.graph import Graph, Node
from protocolkit.diagrams.network import network_graph, team_of
from protocolkit.diagrams.places import Box, ring_place
from protocolkit.model.words import ROLE_KINDS
from tests.diagrams.samples import ALL, bundled, figure, small

SVG = "{http://www.w3.org/2000/svg}"
Frame = tuple[float, float, float, float]


def _frames(name: str) -> dict[str, Frame]:
    """Where the boxes and words of a rendered figure really are, by their names."""
    frames = {}
    for number, group in enumerate(
        ElementTree.fromstring(figure(name, "network").svg()).iter(f"{SVG}g")
    ):
        if "node" not in group.get("class", "") or group.get("id", "").endswith("-key"):
            continue
        numbers = [
            float(number)
            for shape in group.iter()
            for attribute in ("points", "d")
            for number in re.findall(r"-?\d+\.?\d*", shape.get(attribute, ""))
        ]
        title = group.find(f"{SVG}title")
        label = f"{number} {title.text if title is not None else ''}"
        if numbers:
            xs, ys = numbers[::2], numbers[1::2]
            frames[label] = (min(xs), min(ys), max(xs), max(ys))
    return frames


@pytest.mark.parametrize("name", ALL)
def test_nothing_lies_on_anything_else(name: str) -> None:
    """In the laid out figure no box and no words cover others."""
    frames = _frames(name)
    assert len(frames) > 5
    covered = [
        (one, other)
        for (one, a), (other, b) in combinations(frames.items(), 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]
    assert covered == []


@pytest.mark.parametrize("name", ["site_a", "site_b", "recommended"])
def test_no_line_runs_behind_a_box_of_others(name: str) -> None:
    """A line touches only the two boxes it ties, so that nobody can misread it."""
    graph = figure(name, "network").graph
    boxes = {node.key: node for node in graph.nodes if node.shape in ("role", "team", "meeting")}
    at = {node.key: node.at for node in graph.nodes if node.at}
    hit = [
        (edge.tail, edge.head, key)
        for edge in graph.edges
        for key, node in boxes.items()
        if key not in (edge.tail, edge.head)
        and node.at
        and Box(centre=node.at, width=node.width or 60, height=18).is_crossed(
            at[edge.tail], at[edge.head]
        )
    ]
    assert hit == []


def _roles(graph: Graph) -> dict[str, Node]:
    return {node.id.removeprefix("role-"): node for node in graph.nodes if node.shape == "role"}


def test_the_same_kind_stands_at_the_same_place() -> None:
    """Laid side by side, the figures of Site A and Site B differ only in who and what is there."""
    a, b = bundled("site_a"), bundled("site_b")
    placed_a, placed_b = (
        _roles(figure("site_a", "network").graph),
        _roles(figure("site_b", "network").graph),
    )
    alone = [
        kind
        for kind in ROLE_KINDS
        if sum(ring_place(role.kind) == ring_place(kind) for role in a.roles.values()) == 1
        and sum(ring_place(role.kind) == ring_place(kind) for role in b.roles.values()) == 1
    ]
    there = [
        (role_a.kind, placed_a[role_a.id].at, placed_b[role_b.id].at)
        for role_a in a.roles.values()
        for role_b in b.roles.values()
        if role_a.kind == role_b.kind and role_a.kind in alone
    ]
    assert len(there) >= 4
    assert [(kind, one, one) for kind, one, _ in there] == there


def test_every_kind_of_role_has_a_place() -> None:
    """`other` is a place like the others, not where forgotten kinds end up."""
    assert [kind for kind in ROLE_KINDS if ring_place(kind) == ring_place("other")] == [
        "school",
        "other",
    ]


def test_site_a_has_a_team_and_site_b_has_none() -> None:
    """The meeting in which most kinds of organization sit is the team, by any name."""
    team = team_of(bundled("site_a"))
    assert team is not None
    assert team.id == "team_meeting"
    assert team_of(bundled("site_b")) is None
    shapes = [node.shape for node in figure("site_b", "network").graph.nodes]
    assert "no_team" in shapes
    assert "team" not in shapes


def test_every_participant_and_every_tie_is_drawn_once() -> None:
    """Site B: a box for each role, a line for each relationship and each seat, nothing else."""
    protocol = bundled("site_b")
    graph = figure("site_b", "network").graph
    assert sorted(_roles(graph)) == sorted(protocol.roles)
    seats = sum(len(meeting.members) for meeting in protocol.meetings.values())
    joints = {node.key for node in graph.nodes if node.shape in ("tie", "bend")}
    lines = [edge for edge in graph.edges if edge.tail not in joints]
    assert len(lines) == len(protocol.relationships) + seats


def test_each_tie_has_its_line_and_its_word() -> None:
    """Formal solid, informal dashed, absent dotted under a cross; one way has an arrow."""
    graph = network_graph(small())
    styles = {edge.style for edge in graph.edges}
    assert styles == {"formal", "informal_tie", "missing"}
    words = {
        tuple(line.text for line in node.lines): node.border
        for node in graph.nodes
        if node.shape == "tie"
    }
    assert words == {("by phone", "2 persons"): "plain", ("× absent",): "double"}
    assert [edge.style for edge in graph.edges if edge.ends == "one_way"] == ["formal"]


def test_the_words_of_a_figure_tell_its_ties() -> None:
    """Who cannot see the figure gets the participants, the team and every tie."""
    assert draw(small(), "network").text.splitlines() == [
        "Participants: Officer (Court), Head (Court), Detective (Police) and Helper (Services).",
        "There is no team.",
        "Tie 1. Officer to Head: formal.",
        "Tie 2. Officer and Detective: absent.",
        "Tie 3. Officer and Helper: informal, by phone, 2 persons.",
    ]


NUMBERS = st.floats(-50, 50)


@given(st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS))
def test_a_line_crosses_a_box_if_a_point_of_it_is_inside(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    """The exact answer agrees with looking at a thousand points of the line."""
    box = Box(centre=(3.0, -4.0), width=30.0, height=12.0)
    points = [
        (start[0] + (end[0] - start[0]) * i / 1000, start[1] + (end[1] - start[1]) * i / 1000)
        for i in range(1001)
    ]
    if any(abs(x - 3) < 14.9 and abs(y + 4) < 5.9 for x, y in points):
        assert box.is_crossed(start, end)
    if not any(abs(x - 3) < 15.2 and abs(y + 4) < 6.2 for x, y in points):
        assert not box.is_crossed(start, end)
