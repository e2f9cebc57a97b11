"""What `check` costs: a small file beside Python's start, a large one beside other linters, and
what it costs to know where everything stands.

Processor time, the least of some rounds: others may be using the machine. The other linters are
measured where they are installed; they know nothing of protocols, `yamllint` looks at how a file is
written and `check-jsonschema` at its form.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from time import process_time

import yaml

from benchmarks import county
from benchmarks.ratios import least
from protocolkit.language.reading import read_text
from protocolkit.language.text import parse

SMALL, LARGE = 4 * 1024, 1024 * 1024
FEW, MANY = 25_000, 1_500_000
"""Sizes of protocols between which the cost of a state should hardly grow. Units: bytes, all."""

SCHEMA = Path(__file__).parent.parent / "schemas" / "protocol-1.schema.json"
PASS = ("-c", "pass")
CHECK = ("-m", "protocolkit", "check")
OTHERS = {
    "yamllint": ("-m", "yamllint"),
    "check-jsonschema": ("-m", "check_jsonschema", "--schemafile", str(SCHEMA)),
}
"""The other linters and how each is called, by the name to install it by."""

MOST_STARTS = 7
LEAST_FASTER = 5
MOST_GROWTH = 1.3
MOST_OF_LOAD = 0.6


def figures() -> Iterator[str]:
    """The lines, as they are found."""
    there = {name: call for name, call in OTHERS.items() if find_spec(call[1])}
    with tempfile.TemporaryDirectory() as folder:
        for size, rounds in ((SMALL, 15), (LARGE, 3)):
            file = Path(folder) / f"{size}.yaml"
            file.write_text(county.text(size), encoding="utf-8")
            calls = {name: (*call, str(file)) for name, call in there.items()}
            found = least({"ours": (*CHECK, str(file)), "pass": PASS, **calls}, rounds)
            yield (
                f"protocolkit check, {size // 1024:,} KiB: {found['ours'] / found['pass']:.1f} x "
                f"python -c pass ({found['ours'] * 1000:.0f} ms of work here"
                f"{f'; target: {MOST_STARTS} x' if size == SMALL else ''})"
            )
            for name in calls:
                yield (
                    f"  {name} on the same file takes {found[name] / found['ours']:.2f} x as long"
                    f"{f' (target: {LEAST_FASTER} x)' if size == LARGE else ''}"
                )
    for name in (name for name in OTHERS if name not in there):
        yield f"  beside {name}: not measured; `pip install {name}` into this environment first"
    few, many = county.text(FEW), county.text(MANY)
    growth = _worked(read_text, many, 3) / _worked(read_text, few, 15)
    states = many.count("waits_for:") / few.count("waits_for:")
    yield (
        f"reading, a state of {len(many) // 1000:,} KB: {growth / states:.2f} x a state of "
        f"{len(few) // 1000} KB (target: {MOST_GROWTH} x)"
    )
    plain = _worked(_load, few, 15)
    yield (
        f"YAML with places, {len(few) // 1000} KB: {_worked(_places, few, 15) / plain:.2f} x "
        f"yaml.CSafeLoader without (target: {MOST_OF_LOAD} x); "
        f"the whole protocol: {_worked(read_text, few, 15) / plain:.2f} x"
    )


def _places(text: str) -> None:
    parse(text, "county.yaml")


def _load(text: str) -> None:
    yaml.load(text, yaml.CSafeLoader)


def _worked(run: Callable[[str], object], text: str, rounds: int) -> float:
    """The least time of a processor. Units: seconds."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = process_time()
        run(text)
        times.append(process_time() - start)
    return min(times)
