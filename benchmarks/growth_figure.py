"""The figure of how `verify` grows: a column for each thing that grows, a row for each cost.

Costs are on a logarithmic scale, the same in a whole row. Families differ by colour, dash and mark;
a cross is a size that could not be decided. Imports the colours of the other figures, which have
partners for dark pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple
from xml.sax.saxutils import escape

from benchmarks.points import Curve, Point
from protocolkit.diagrams.style import ALARM, COLOURS, DARK, FRAME, INK, PAPER, QUIET, WEB_FONTS

TITLE = "How the cost of a proof grows"
EASY = COLOURS["court"].line

WIDTH, HEIGHT = 190, 118
"""Of one panel. Units: points of the figure, as everything here."""
GAP, LEFT, TOP, HEAD, FOOT = 18, 86, 60, 64, 16


class Cost(NamedTuple):
    """A row: what it is called, and where a point has it."""

    name: str
    unit: str
    of: Callable[[Point], float]


COSTS = (
    Cost("Situations", "gone through", lambda one: one.situations),
    Cost("Time", "starts of Python", lambda one: one.times),
    Cost("Memory", "MiB in all", lambda one: one.memory),
)


class Panel(NamedTuple):
    """Where a panel stands and how far its scales reach. `least` and `most` are powers of ten."""

    x: float
    y: float
    last: int
    least: int
    most: int

    def across(self, size: float) -> float:
        """Where a size is."""
        return self.x + 8 + size / self.last * (WIDTH - 16)

    def up(self, value: float) -> float:
        """Where a cost is; what is less than the scale shows stands at its foot."""
        share = (log10(max(value, 10.0**self.least)) - self.least) / (self.most - self.least)
        return self.y + HEIGHT - share * HEIGHT


def drawn(curves: Sequence[Curve]) -> str:
    """The whole figure as SVG."""
    columns = list(dict.fromkeys(one.grows for one in curves))
    width = LEFT + len(columns) * (WIDTH + GAP)
    height = TOP + HEAD + len(COSTS) * (HEIGHT + GAP) + FOOT
    parts = [_text(LEFT, 26, TITLE, "title"), *_key(LEFT, 46)]
    for place, grows in enumerate(columns):
        own = [one for one in curves if one.grows == grows]
        x = LEFT + place * (WIDTH + GAP)
        parts.append(_text(x, TOP + 24, f"Number of {grows}", "name"))
        for line, one in enumerate(own):
            parts += _sample(x, TOP + 40 + 15 * line, one)
        for row, cost in enumerate(COSTS):
            values = [cost.of(point) for one in curves for point in one.points]
            panel = Panel(
                x,
                TOP + HEAD + row * (HEIGHT + GAP),
                max(point.size for one in own for point in one.points),
                floor(log10(max(min(values), 0.1))),
                ceil(log10(max(values))),
            )
            parts += _frame(panel, cost if place == 0 else None, last_row=cost is COSTS[-1])
            for one in own:
                parts += _curve(panel, one, cost)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" '
        'aria-labelledby="growth-title growth-words">\n'
        f'<title id="growth-title">{TITLE}</title>\n'
        f'<desc id="growth-words">{escape(_words(curves))}</desc>\n'
        f"<style>{_style()}</style>\n"
        f'<rect class="paper" width="{width}" height="{height}"/>\n{body}\n</svg>\n'
    )


# -- parts -----------------------------------------------------------------------------------------


def _key(x: float, y: float) -> list[str]:
    return [
        _cross(x + 6, y - 4, "quiet"),
        _text(x + 18, y, "could not decide: the budget was used up", "small"),
    ]


def _sample(x: float, y: float, curve: Curve) -> list[str]:
    kind = _kind(curve)
    return [
        f'<path class="{kind}" d="M{x:.1f} {y - 4:.1f}h20"/>',
        _mark(x + 10, y - 4, curve),
        _text(x + 26, y, curve.how, "small"),
    ]


def _frame(panel: Panel, cost: Cost | None, *, last_row: bool) -> list[str]:
    bottom = panel.y + HEIGHT
    parts = [f'<rect class="frame" x="{panel.x}" y="{panel.y}" width="{WIDTH}" height="{HEIGHT}"/>']
    for power in range(panel.least, panel.most + 1):
        y = panel.up(10.0**power)
        if panel.least < power < panel.most:
            parts.append(f'<path class="grid" d="M{panel.x} {y:.1f}h{WIDTH}"/>')
        if cost is not None:
            parts.append(_text(panel.x - 5, y + 4, f"{10.0**power:,g}", "small end"))
    if cost is not None:
        middle = panel.y + HEIGHT / 2
        for words, kind, x in (
            (cost.name, "name", panel.x - 70),
            (cost.unit, "small", panel.x - 54),
        ):
            turned = f'transform="rotate(-90 {x} {middle})"'
            parts.append(_text(x, middle, words, f"{kind} middle", turned))
    for size in _ticks(panel.last):
        x = panel.across(size)
        parts.append(f'<path class="tick" d="M{x:.1f} {bottom}v4"/>')
        if last_row:
            parts.append(_text(x, bottom + 17, str(size), "small middle"))
    return parts


def _ticks(last: int) -> range:
    step = next(one for one in (1, 2, 5, 10, 20, 50, 100) if last / one <= 8)
    return range(0, last + 1, step)


def _curve(panel: Panel, curve: Curve, cost: Cost) -> list[str]:
    spots = [(panel.across(one.size), panel.up(cost.of(one))) for one in curve.points]
    kind = _kind(curve)
    parts = [
        f'<path class="{kind}" d="M{x:.1f} {y:.1f}L{to:.1f} {up:.1f}"/>'
        for (x, y), (to, up) in pairwise(spots)
    ]
    for one, (x, y) in zip(curve.points, spots, strict=True):
        parts.append(_cross(x, y, kind) if one.undecided else _mark(x, y, curve))
    return parts


def _mark(x: float, y: float, curve: Curve) -> str:
    kind = f"{_kind(curve)}-mark"
    if curve.hard:
        return f'<rect class="{kind}" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'


def _cross(x: float, y: float, kind: str) -> str:
    return f'<path class="{kind} cross" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"/>'


def _kind(curve: Curve) -> str:
    return "hard" if curve.hard else "easy"


def _text(x: float, y: float, words: str, kind: str, more: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}"'
    return f'<text class="{kind}" {place}{more and " " + more}>{escape(words)}</text>'


def _words(curves: Sequence[Curve]) -> str:
    """The same for those who do not see it."""
    lines: list[str] = []
    for one in curves:
        last = one.points[-1]
        end = "could not be decided" if last.undecided else "was decided"
        lines.append(
            f"{one.grows}, {one.how}: {last.size} {end} after {last.situations} situations, "
            f"{last.times:.0f} times as long as a start of Python."
        )
    return "\n".join(lines)


def _style() -> str:
    light = _rules(INK, QUIET, PAPER, FRAME, EASY, ALARM)
    dark = _rules(*(DARK[one] for one in (INK, QUIET, PAPER, FRAME, EASY, ALARM)))
    fixed = (
        f"text{{font-family:{WEB_FONTS}}}.title{{font-size:18px;font-weight:bold}}"
        ".name{font-size:14px;font-weight:bold}.small{font-size:12px}"
        ".middle{text-anchor:middle}.end{text-anchor:end}"
        "path,.frame{fill:none}.easy,.hard{stroke-width:1.6}.hard{stroke-dasharray:5 3}"
        ".grid{stroke-width:.5;opacity:.5}.cross{stroke-width:2.6;stroke-dasharray:none}"
    )
    return f"{fixed}{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _rules(ink: str, quiet: str, paper: str, frame: str, easy: str, hard: str) -> str:
    return (
        f"text{{fill:{ink}}}.paper{{fill:{paper}}}.frame,.grid,.tick{{stroke:{frame}}}"
        f".quiet{{stroke:{quiet}}}.easy{{stroke:{easy}}}.easy-mark{{fill:{easy}}}"
        f".hard{{stroke:{hard}}}.hard-mark{{fill:{hard}}}"
    )
