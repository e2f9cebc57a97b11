"""Where the figure of participants puts each kind of role, and where there is room for words.

Imports `style` only. Places follow from the kind alone, never from an id or from who else is
there, so that the figures of two protocols can be laid side by side. Only geometry: what
stands at a place is decided in `network`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product

from protocolkit.ground.record import Record

Point = tuple[float, float]

WIDTH, HEIGHT = 900.0, 530.0
"""The sheet, in points."""
CENTRE: Point = (WIDTH / 2, HEIGHT / 2)

_SPREAD_X, _SPREAD_Y = WIDTH / 2 - 105, HEIGHT / 2 - 32
_RING: Mapping[tuple[float, float], tuple[str, ...]] = {
    (0.0, 1.0): ("juvenile_officer",),
    (0.53, 0.94): ("police",),
    (0.9, 0.72): ("investigator",),
    (1.0, 0.36): ("federal_agent", "chair", "review_body"),
    (1.0, 0.0): ("service_provider",),
    (1.0, -0.36): ("advocate", "placement_provider"),
    (0.9, -0.72): ("health",),
    (0.56, -0.94): ("school", "other"),
    (0.0, -1.0): ("minor", "parent_or_guardian"),
    (-0.56, -0.94): ("hotline", "manager"),
    (-0.9, -0.72): ("caseworker",),
    (-1.0, -0.34): ("attorney", "prosecutor", "guardian_ad_litem"),
    (-1.0, 0.04): ("judge",),
    (-1.0, 0.38): ("court_administrator",),
    (-0.9, 0.74): ("supervisor",),
    (-0.47, 0.94): ("truancy_officer",),
}
_PLACE_OF = {kind: place for place, kinds in _RING.items() for kind in kinds}
_SIDE_MEETINGS = ((-0.33, -0.6), (0.33, -0.6), (0.45, 0.62), (-0.45, 0.62))


def ring_place(kind: str) -> Point:
    """The centre of the box for a kind of role.

    Units: points from the lower left corner of the sheet.
    """
    return _on_sheet(_PLACE_OF.get(kind, _PLACE_OF["other"]))


def meeting_place(number: int) -> Point:
    """The centre of the box for a meeting that is not the team, by its number from 0."""
    return _on_sheet(_SIDE_MEETINGS[number % len(_SIDE_MEETINGS)])


def _on_sheet(place: tuple[float, float]) -> Point:
    return (CENTRE[0] + place[0] * _SPREAD_X, CENTRE[1] + place[1] * _SPREAD_Y)


_STACK, _STACK_GAP, _APART = 9, 4.0, 4.0
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
    at_an_edge = abs(place[1] - CENTRE[1]) > 0.9 * _SPREAD_Y
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


class Tie(Record):
    """A line that wants a place for its words: from one box to another.

    `start` and `end` are where it aims at, inside the boxes numbered `tail` and `head`. Words
    of no size are a bend that nobody sees.
    """

    tail: int
    head: int
    start: Point
    end: Point
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Half way along the straight line."""
        return (
            round(self.start[0] + 0.5 * (self.end[0] - self.start[0]), 1),
            round(self.start[1] + 0.5 * (self.end[1] - self.start[1]), 1),
        )


_ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.08, 0.92, 0.0, 1.0)
_ASIDE = (0, *(s * step for step in (14, 28, 44, 62, 84, 110, 140, 180) for s in (1, -1)))
_REACH, _STEPS = (80, 100, 130, 160, 200), (0, 25, -25, 50, -50, 90, -90)
_ON_WORDS = (300, 1500, 9000, 9000)
"""What words on words cost, round by round: little at first, so that lines find their way."""
_SLIM = 0.06
"""The sine of the angle under which two lines are taken for one."""


def word_places(ties: Sequence[Tie], boxes: Sequence[Box]) -> list[Point]:
    """A place for the words of each tie, clear of boxes, of other words and, if it can be, lines.

    A line may bend where its words stand. Each tie in turn takes the best of a fixed set of
    places, given the others; a few rounds settle it, so the result is always the same.
    """
    chosen: list[Point | None] = [None] * len(ties)
    for on_words in _ON_WORDS:
        for number, tie in enumerate(ties):
            others = [
                (other, place)
                for at, (other, place) in enumerate(zip(ties, chosen, strict=True))
                if place is not None and at != number
            ]
            chosen[number] = _best(tie, boxes, others, on_words)
    return [place for place in chosen if place is not None]


def _best(
    tie: Tie,
    boxes: Sequence[Box],
    others: Sequence[tuple[Tie, Point | None]],
    on_words: float,
) -> Point:
    words = [
        Box(centre=place, width=other.width, height=other.height)
        for other, place in others
        if place is not None and other.width
    ]
    segments: list[tuple[Point, Point]] = []
    for other, place in others:
        if place is not None:
            segments += [(other.start, place), (place, other.end)]
    best, least = tie.middle, math.inf
    for effort, place in sorted(_candidates(tie), key=lambda pair: pair[0]):
        if effort >= least:
            break  # the effort alone is more than the best place costs in all
        cost = effort + _cost(tie, place, boxes, words, segments, on_words, least - effort)
        if cost < least:
            best, least = place, cost
    return best


def _candidates(tie: Tie) -> Iterable[tuple[float, Point]]:
    """Places along the straight line, aside of it, and beside the two boxes."""
    run = (tie.end[0] - tie.start[0], tie.end[1] - tie.start[1])
    length = math.hypot(*run) or 1.0
    across = (-run[1] / length, run[0] / length)
    for along in _ALONG:
        for aside in _ASIDE:
            x = tie.start[0] + along * run[0] + aside * across[0]
            y = tie.start[1] + along * run[1] + aside * across[1]
            yield abs(along - 0.5) * 20 + abs(aside) * 0.35, (round(x, 1), round(y, 1))
    for x, y in (tie.start, tie.end):
        for reach in _REACH:
            for aside, up in product((-reach, reach), _STEPS):
                yield (reach + abs(up)) * 0.5, (round(x + aside, 1), round(y + up, 1))


def _cost(
    tie: Tie,
    place: Point,
    boxes: Sequence[Box],
    words: Sequence[Box],
    segments: Sequence[tuple[Point, Point]],
    on_words: float,
    enough: float,
) -> float:
    """How bad a place is; counting stops once it is as bad as `enough`."""
    own = Box(centre=place, width=tie.width, height=tie.height)
    inside = (
        own.width / 2 <= place[0] <= WIDTH - own.width / 2
        and own.height / 2 <= place[1] <= HEIGHT - own.height / 2
    )
    cost = 0.0 if inside else 9000.0
    halves = ((tie.start, place), (place, tie.end))
    for number, box in enumerate(boxes):
        cost += 9000 * own.overlaps(box, 6)
        if number not in (tie.tail, tie.head):
            cost += 3000 * sum(box.is_crossed(*half, 3) for half in halves)
        if cost >= enough:
            return cost
    for box in words:
        cost += on_words * own.overlaps(box, 5)
        cost += 60 * sum(box.is_crossed(*half, 2) for half in halves)
    for segment in segments:
        if cost >= enough:
            return cost
        if tie.width:
            cost += 45 * own.is_crossed(*segment, 2)
        for half in halves:
            cost += 5 * _cross(half, segment) + 60 * _run_together(half, segment)
    return cost


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    def side(line: tuple[Point, Point], point: Point) -> float:
        (ax, ay), (bx, by) = line
        return (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)

    return (
        side(one, other[0]) * side(one, other[1]) < 0
        and side(other, one[0]) * side(other, one[1]) < 0
    )


def _run_together(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two lines leave a common point in nearly the same direction."""
    for near, far in (one, one[::-1]):
        for other_near, other_far in (other, other[::-1]):
            if near == other_near:
                ax, ay = far[0] - near[0], far[1] - near[1]
                bx, by = other_far[0] - near[0], other_far[1] - near[1]
                lengths = math.hypot(ax, ay) * math.hypot(bx, by)
                if ax * bx + ay * by > 0 and abs(ax * by - ay * bx) < _SLIM * lengths:
                    return True
    return False
