"""How the cost of one question grows: time, situations and memory, until nothing can be decided.

`python -m benchmarks.growth` prints a table and draws docs/figures/verify-growth.svg. Asked is
`no-trap`, which needs all that can become of a case. Each size is a process of its own. It may go
through as many situations as usual, but for as long as it takes: so a family ends with the same
size on every machine, the first that could not be decided. Time is that of the processor.

The process that is measured takes over the peak of memory from the one that starts it. So this one
brings in nothing that is large.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.families import FAMILIES, Family
from benchmarks.growth_figure import drawn
from benchmarks.points import Curve, Point
from benchmarks.ratios import start_of_python

FIGURE = Path(__file__).parent.parent / "docs" / "figures" / "verify-growth.svg"

SECONDS = 6000.0
"""More than it can take."""

HEADING = "number  situations  x python -c pass  MiB all"


def grown(family: Family) -> Iterator[Point]:
    """Size after size, up to the first that could not be decided."""
    for size in family.sizes:
        point = measured(family, size)
        yield point
        if point.undecided:
            return


def measured(family: Family, size: int) -> Point:
    """One size, in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.growth", str(FAMILIES.index(family)), str(size)]
    before = start_of_python()
    found = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    floor = (before + start_of_python()) / 2
    times = found["seconds"] / floor
    return Point(size, found["situations"], times, found["memory"], found["undecided"])


def measure(family: Family, size: int) -> dict[str, object]:
    """What the process for one size tells. Units: seconds, MiB."""
    import resource
    from time import process_time

    from protocolkit.language.reading import read_text
    from protocolkit.proofs import Budget
    from protocolkit.proofs.questions import Asker
    from protocolkit.proofs.questions.course import course

    protocol = read_text(family.text(size)).protocol
    assert protocol is not None
    start = process_time()
    asker = Asker(protocol, budget=Budget(seconds=SECONDS))
    result = next(one for one in course(asker) if one.question == "no-trap")
    seconds = process_time() - start
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return {
        "situations": len(asker.base.graph.nodes),
        "seconds": seconds,
        "memory": peak / 2**20,
        "undecided": "" if result.verdict != "not proved" else result.why,
    }


def _line(one: Point) -> str:
    line = f"{one.size:>6}  {one.situations:>10,}  {one.times:>16,.1f}  {one.memory:>7.0f}"
    return f"{line}  could not decide: {one.undecided}" if one.undecided else line


def main(words: list[str]) -> None:
    """Measure everything; with the number of a family and a size only that, for the above."""
    if words:
        number, size = map(int, words)
        sys.stdout.write(json.dumps(measure(FAMILIES[number], size)))
        return
    curves: list[Curve] = []
    for family in FAMILIES:
        sys.stdout.write(f"\n{family.grows}, {family.how}\n{HEADING}\n")
        points: list[Point] = []
        for one in grown(family):
            points.append(one)
            sys.stdout.write(_line(one) + "\n")
            sys.stdout.flush()
        curves.append(Curve(family.grows, family.how, family.hard, points))
    FIGURE.write_text(drawn(curves), encoding="utf-8", newline="\n")
    sys.stdout.write(f"\nwrote {FIGURE}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
