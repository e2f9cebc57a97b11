"""Where the figure of participants puts each kind of role, and the boxes that stand there.

Imports nothing of the figures. Places follow from kinds alone, never from an id or from who
else is there, so that the figures of two protocols can be laid side by side. Only geometry:
what stands at a place is decided in `network`, how lines run in `ways`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from protocolkit.ground.record import Record

Point = tuple[float, float]

WIDTH, HEIGHT = 900.0, 530.0
"""The sheet, in points."""

_SPREAD_X, _SPREAD_Y = WIDTH / 2 - 105, HEIGHT / 2 - 32
_RING: Mapping[tuple[float, float], tuple[str, ...]] = {
    (0.0, 1.0): ("juvenile_officer", "truancy_officer"),
    (1.02, 1.0): ("police", "federal_agent"),
    (0.92, 0.66): ("investigator",),
    (1.0, 0.32): ("chair", "review_body"),
    (1.12, -0.05): ("service_provider",),
    (1.08, -0.26): ("advocate", "placement_provider"),
    (1.08, -0.48): ("health",),
    (1.0, -0.72): ("prosecutor",),
    (0.72, -0.94): ("attorney", "guardian_ad_litem"),
    (0.26, -1.0): ("minor", "parent_or_guardian"),
    (-0.44, -1.0): ("hotline", "manager"),
    (-0.9, -0.74): ("caseworker",),
    (-1.0, -0.28): ("school", "other"),
    (-1.0, 0.34): ("judge", "court_administrator"),
    (-0.9, 0.8): ("supervisor",),
}
_PLACE_OF = {kind: place for place, kinds in _RING.items() for kind in kinds}
_LAWYERS = ("attorney", "prosecutor", "guardian_ad_litem")
_SIDE_MEETINGS = ((-0.34, -0.66), (0.42, -0.56), (-0.42, 0.56), (0.42, 0.56))


def ring_place(kind: str, organization: str = "") -> Point:
    """The centre of the box for a kind of role, in a kind of organization.

    A lawyer of the court stands with the court.
    Units: points from the lower left corner of the sheet.
    """
    if kind in _LAWYERS and organization == "court":
        kind = "judge"
    return _on_sheet(_PLACE_OF.get(kind, _PLACE_OF["other"]))


def meeting_place(number: int) -> Point:
    """The centre of the box for a meeting that is not the team, by its number from 0."""
    return _on_sheet(_SIDE_MEETINGS[number % len(_SIDE_MEETINGS)])


def _on_sheet(place: tuple[float, float]) -> Point:
    return (WIDTH / 2 + place[0] * _SPREAD_X, HEIGHT / 2 + place[1] * _SPREAD_Y)


CENTRE: Point = _on_sheet((0.0, -0.12))
"""The place of the team, below the middle: ties between left and right pass above it."""

_STACK, _STACK_GAP, _APART = 9, 8.0, 8.0
_PUSHES = 80


class Box(Record):
    """A rectangle around a centre."""

    centre: Point
    width: float
    height: float

    def moved(self, across: float, up: float) -> Box:
        """The same box elsewhere."""
        centre = (round(self.centre[0] + across, 1), round(self.centre[1] + up, 1))
        return self.replace(centre=centre)

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Whether the two come closer than `gap`."""
        return (
            abs(self.centre[0] - other.centre[0]) * 2 < self.width + other.width + 2 * gap
            and abs(self.centre[1] - other.centre[1]) * 2 < self.height + other.height + 2 * gap
        )

    def is_crossed(self, start: Point, end: Point, gap: float = 0.0) -> bool:
        """Whether a straight line from start to end runs through, or closer than `gap`."""
        low, high = 0.0, 1.0
        for axis, extent in ((0, self.width), (1, self.height)):
            run = end[axis] - start[axis]
            near = self.centre[axis] - extent / 2 - gap - start[axis]
            far = self.centre[axis] + extent / 2 + gap - start[axis]
            if run == 0:
                if near > 0 or far < 0:
                    return False
                continue
            first, last = sorted((near / run, far / run))
            low, high = max(low, first), min(high, last)
        return low < high


def stack(place: Point, sizes: Sequence[tuple[float, float]]) -> list[Box]:
    """Boxes of one width around a place, one below the other, in two stacks if there are many.

    At the upper and lower edge of the sheet they stand in rows, so that lines from the middle
    reach each of them.
    """
    at_an_edge = abs(place[1] - HEIGHT / 2) > 0.9 * _SPREAD_Y
    across = min(2, len(sizes)) if at_an_edge or len(sizes) > _STACK else 1
    width = max(width for width, _ in sizes)
    rows = [sizes[at : at + across] for at in range(0, len(sizes), across)]
    heights = [max(height for _, height in row) for row in rows]
    top = place[1] + (sum(heights) + _STACK_GAP * (len(rows) - 1)) / 2
    boxes = []
    for row, height in zip(rows, heights, strict=True):
        for number in range(len(row)):
            aside = (number - (len(row) - 1) / 2) * (width + _STACK_GAP)
            centre = (place[0] + aside, top - height / 2)
            boxes.append(Box(centre=centre, width=width, height=height))
        top -= height + _STACK_GAP
    return boxes


def apart(stacks: Sequence[Sequence[Box]], fixed: Sequence[Box]) -> list[list[Box]]:
    """The stacks moved as little as keeps them on the sheet and off each other.

    Where there is room, and there is in most protocols, nothing moves.
    """
    hulls = [_on_sheet_box(_hull(boxes)) for boxes in stacks]
    for _ in range(_PUSHES):
        for one, other in combinations(range(len(hulls)), 2):
            if (push := _push(hulls[one], hulls[other])) is not None:
                across, up = push
                hulls[one] = _on_sheet_box(hulls[one].moved(across / 2, up / 2))
                hulls[other] = _on_sheet_box(hulls[other].moved(-across / 2, -up / 2))
        for number, hull in enumerate(hulls):
            for box in fixed:
                if (push := _push(hull, box)) is not None:
                    hulls[number] = _on_sheet_box(hull.moved(*push))
    return [
        [
            box.moved(
                hull.centre[0] - _hull(boxes).centre[0], hull.centre[1] - _hull(boxes).centre[1]
            )
            for box in boxes
        ]
        for boxes, hull in zip(stacks, hulls, strict=True)
    ]


def _hull(boxes: Sequence[Box]) -> Box:
    left = min(box.centre[0] - box.width / 2 for box in boxes)
    right = max(box.centre[0] + box.width / 2 for box in boxes)
    low = min(box.centre[1] - box.height / 2 for box in boxes)
    high = max(box.centre[1] + box.height / 2 for box in boxes)
    return Box(centre=((left + right) / 2, (low + high) / 2), width=right - left, height=high - low)


def _on_sheet_box(box: Box) -> Box:
    across, up = box.centre
    return box.replace(
        centre=(
            min(max(across, box.width / 2), WIDTH - box.width / 2),
            min(max(up, box.height / 2), HEIGHT - box.height / 2),
        )
    )


def _push(one: Box, other: Box) -> Point | None:
    """How far to move the first box away from the second, the shorter way; None if it is clear."""
    if not one.overlaps(other, _APART):
        return None
    across = (one.width + other.width) / 2 + _APART - abs(one.centre[0] - other.centre[0])
    up = (one.height + other.height) / 2 + _APART - abs(one.centre[1] - other.centre[1])
    if across < up:
        return (math.copysign(across + 0.1, one.centre[0] - other.centre[0]), 0.0)
    return (0.0, math.copysign(up + 0.1, one.centre[1] - other.centre[1]))
