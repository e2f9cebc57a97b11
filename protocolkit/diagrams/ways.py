"""How the lines of the figure of participants run, and where their words stand.

Imports `places`. A line is straight; where a box is in its way it is one smooth curve around
it. Only geometry: which lines there are is decided in `ties`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from protocolkit.diagrams.places import HEIGHT, WIDTH, Box, Point
from protocolkit.ground.record import Record

Curve = tuple[Point, Point, Point, Point]
"""A Bézier curve: where it starts, two points that pull it, where it ends."""


class Wish(Record):
    """A line that wants a way from box `tail` to box `head`, and a place for its words.

    `aside` is how far it keeps to the left of the middle, for lines between the same boxes.
    """

    tail: int
    head: int
    width: float = 0.0
    height: float = 0.0
    aside: float = 0.0


class Way(Record):
    """How a line runs, from middle to middle of its boxes, and where its words stand."""

    curve: Curve
    words: Point


_BOWS: tuple[float, ...] = (
    0,
    *(s * bow for bow in (25, 40, 60, 80, 105, 135, 170, 210, 260) for s in (1, -1)),
)
_LEANS = (0.0, 0.18, -0.18)
_ALONG = (0.5, *(0.5 + s * step * 0.02 for step in range(1, 18) for s in (1, -1)))
_PIECES = 16
_TRIED = (1, 1, 12, 12)
"""How many ways of a line are looked at for a place for its words, round by round.

At first one, so that words move along their line before a line bends for its words.
"""
_GAP = 6.0
_SPREAD = 0.34
"""How much of a box's size its lines spread over, so that they do not meet in one point."""
_SLIM = 0.05
"""The sine of the angle under which two lines are taken for one."""
_BLOCKED, _TOGETHER, _CROSSED = 5000.0, 120.0, 60.0
_ROUNDS = 3


def ways(wishes: Sequence[Wish], boxes: Sequence[Box]) -> list[Way]:
    """A way for each line, clear of boxes, and a place for its words that hides nothing.

    Each in turn takes the best, given the others; a few rounds settle it, so the result is
    always the same.
    """
    choices = [_choices(wish, boxes) for wish in wishes]
    taken = [own[0] for own in choices]
    for _ in range(_ROUNDS):
        for number in range(len(wishes)):
            taken[number] = _ranked(number, wishes, choices[number], taken)[0][1]
    words = [point(choice.curve, 0.5) for choice in taken]
    for tried in _TRIED:
        for number, wish in enumerate(wishes):
            if not wish.width:
                continue
            others = [
                Box(centre=words[other], width=wishes[other].width, height=wishes[other].height)
                for other in range(len(wishes))
                if other != number and wishes[other].width
            ]
            lines = [
                piece
                for other, choice in enumerate(taken)
                if other != number
                for piece in choice.pieces
            ]
            least = math.inf
            for effort, choice in _ranked(number, wishes, choices[number], taken)[:tried]:
                if effort >= least:
                    break
                cost, place = _worded(wish, choice, boxes, others, lines)
                if effort + cost < least:
                    least = effort + cost
                    taken[number], words[number] = choice, place
    return [Way(curve=choice.curve, words=at) for choice, at in zip(taken, words, strict=True)]


def point(curve: Curve, along: float) -> Point:
    """The point of a curve at `along`, from 0 at its start to 1 at its end."""
    back = 1 - along
    parts = (back**3, 3 * back**2 * along, 3 * back * along**2, along**3)
    x = sum(part * at[0] for part, at in zip(parts, curve, strict=True))
    y = sum(part * at[1] for part, at in zip(parts, curve, strict=True))
    return (round(x, 1), round(y, 1))


def drawn(curve: Curve, tail: Box, head: Box, mark: float) -> tuple[Curve, Point | None]:
    """The part of a curve to draw: from inside the first box to the edge of the second.

    Shape: the curve, and the tip of a mark of this length at its end; without a mark the
    curve ends inside the box, under it.
    """
    first = _last_inside(curve, tail.replace(width=tail.width - 6, height=tail.height - 6))
    back: Curve = (curve[3], curve[2], curve[1], curve[0])
    if not mark:
        end = 1 - _last_inside(back, head.replace(width=head.width - 6, height=head.height - 6))
        return _cut(curve, first, end), None
    edge = 1 - _last_inside(back, head)
    tip = point(curve, edge)
    end = edge
    while math.dist(point(curve, end), tip) < mark and end > first:
        end -= 0.002
    return _cut(curve, first, end), tip


_CORNER = 9.0


def _last_inside(curve: Curve, box: Box) -> float:
    """Where a curve that starts in a box with round corners leaves it."""

    def inside(at: Point) -> bool:
        across = abs(at[0] - box.centre[0]) - (box.width / 2 - _CORNER)
        up = abs(at[1] - box.centre[1]) - (box.height / 2 - _CORNER)
        return math.hypot(max(across, 0), max(up, 0)) <= _CORNER

    along = 0.0
    while along < 1 and inside(point(curve, along + 0.002)):
        along += 0.002
    return along


def _cut(curve: Curve, start: float, end: float) -> Curve:
    """The part of a curve from one place to another, itself a curve."""

    def blossom(a: float, b: float, c: float) -> Point:
        points = list(curve)
        for along in (a, b, c):
            points = [
                (p[0] + along * (q[0] - p[0]), p[1] + along * (q[1] - p[1]))
                for p, q in pairwise(points)
            ]
        return (round(points[0][0], 1), round(points[0][1], 1))

    return (
        blossom(start, start, start),
        blossom(start, start, end),
        blossom(start, end, end),
        blossom(end, end, end),
    )


# -- choosing ----------------------------------------------------------------------------


class _Choice(Record):
    """A way that a line could take.

    `leaves` are the directions in which it leaves its boxes, at its start and at its end.
    """

    effort: float
    curve: Curve
    pieces: tuple[tuple[Point, Point], ...]
    leaves: tuple[Point, Point]


def _choices(wish: Wish, boxes: Sequence[Box]) -> list[_Choice]:
    """The ways of a line, the plainest first.

    A way through a box costs more than any detour; it is taken where there is no other.
    """
    found = []
    others = [box for number, box in enumerate(boxes) if number not in (wish.tail, wish.head)]
    for bow in _BOWS:
        for lean in _LEANS if bow else (0.0,):
            curve = _bowed(wish, boxes, bow, lean)
            pieces = _pieces(curve)
            effort = abs(bow) + 12.0 * bool(lean) + 20.0 * bool(bow)
            for piece in pieces:
                x, y = piece[1]
                outside = not (4 < x < WIDTH - 4 and 4 < y < HEIGHT - 4)
                hit = sum(box.is_crossed(*piece, _GAP) for box in others)
                effort += _BLOCKED * (hit + outside)
            leaves = (_direction(curve[0], curve[1]), _direction(curve[3], curve[2]))
            found.append(_Choice(effort=effort, curve=curve, pieces=pieces, leaves=leaves))
    return sorted(found, key=lambda choice: choice.effort)


def _ranked(
    number: int, wishes: Sequence[Wish], choices: Sequence[_Choice], taken: Sequence[_Choice]
) -> list[tuple[float, _Choice]]:
    """The ways of a line with what they cost beside the other lines, the best first.

    Two lines that leave a box in nearly the same direction are hard to tell apart.
    """
    wish = wishes[number]
    near: dict[int, list[Point]] = {wish.tail: [], wish.head: []}
    for other, (beside, choice) in enumerate(zip(wishes, taken, strict=True)):
        if other != number and beside.aside == wish.aside:
            for box, direction in zip((beside.tail, beside.head), choice.leaves, strict=True):
                near.get(box, []).append(direction)
    found = []
    for choice in choices:
        cost = choice.effort
        for box, (x, y) in zip((wish.tail, wish.head), choice.leaves, strict=True):
            cost += _TOGETHER * sum(
                x * u + y * v > 0 and abs(x * v - y * u) < _SLIM for u, v in near[box]
            )
        found.append((cost, choice))
    return sorted(found, key=lambda pair: pair[0])


def _bowed(wish: Wish, boxes: Sequence[Box], bow: float, lean: float) -> Curve:
    """The line that stands off by `bow` in its middle, or a little before or after it."""
    one, other = boxes[wish.tail], boxes[wish.head]
    run = (other.centre[0] - one.centre[0], other.centre[1] - one.centre[1])
    length = math.hypot(*run) or 1.0
    along = (run[0] / length, run[1] / length)
    # The left is told from the lower number, so that it is the same for both directions.
    turned = 1 if wish.tail < wish.head else -1
    left = (-along[1] * turned, along[0] * turned)
    start = (
        one.centre[0] + along[0] * one.width * _SPREAD + left[0] * wish.aside,
        one.centre[1] + along[1] * one.height * _SPREAD + left[1] * wish.aside,
    )
    end = (
        other.centre[0] - along[0] * other.width * _SPREAD + left[0] * wish.aside,
        other.centre[1] - along[1] * other.height * _SPREAD + left[1] * wish.aside,
    )
    pull = bow * 4 / 3

    def pulled(part: float) -> Point:
        x = start[0] + part * (end[0] - start[0]) + left[0] * pull
        y = start[1] + part * (end[1] - start[1]) + left[1] * pull
        return (round(x, 1), round(y, 1))

    first = (round(start[0], 1), round(start[1], 1))
    last = (round(end[0], 1), round(end[1], 1))
    return (first, pulled(1 / 3 + lean), pulled(2 / 3 + lean), last)


def _pieces(curve: Curve) -> tuple[tuple[Point, Point], ...]:
    """The curve as short straight lines; one for a curve that is straight."""
    (ax, ay), (bx, by), (_, _), (dx, dy) = curve
    off = abs((bx - ax) * (dy - ay) - (by - ay) * (dx - ax))
    count = 1 if off < 0.5 * math.dist(curve[0], curve[3]) else _PIECES
    points = [point(curve, step / count) for step in range(count + 1)]
    return tuple(pairwise(points))


def _direction(start: Point, end: Point) -> Point:
    length = math.dist(start, end) or 1.0
    return ((end[0] - start[0]) / length, (end[1] - start[1]) / length)


def _worded(
    wish: Wish,
    choice: _Choice,
    boxes: Sequence[Box],
    others: Sequence[Box],
    lines: Sequence[tuple[Point, Point]],
) -> tuple[float, Point]:
    """The best place for words on a way, with its cost."""
    passes = sum(box.is_crossed(*piece, 1) for box in others for piece in choice.pieces)
    best, least = point(choice.curve, 0.5), math.inf
    for along in _ALONG:
        cost = _CROSSED * passes + abs(along - 0.5) * 80
        if cost >= least:
            break
        place = point(choice.curve, along)
        own = Box(centre=place, width=wish.width, height=wish.height)
        cost += _BLOCKED * sum(own.overlaps(box, 4) for box in boxes)
        cost += _BLOCKED * sum(own.overlaps(box, 4) for box in others)
        if cost < least:
            cost += _CROSSED * sum(own.is_crossed(*line, 1) for line in lines)
        if cost < least:
            best, least = place, cost
    return least, best
