"""The shape of the code: who may import whom, and where each outside package comes in.

Every import counts, also those inside functions and under TYPE_CHECKING. The parts and
their order stand in `LAYERS`; a new part fails here until somebody gives it a place.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LAYERS = (
    # Top to bottom. A part imports what stands on the lines below its own and nothing on its
    # own line; `protocolkit` itself is the public names, `__main__` the command.
    ("__main__",),
    ("cli",),
    ("workers",),
    ("protocolkit",),
    ("api",),
    ("diagrams",),
    ("migrations",),
    ("scenarios",),
    ("checks",),
    ("proofs",),
    ("engine",),
    ("store",),
    ("semantics",),
    ("language",),
    ("model",),
    ("conditions",),
    ("ground", "bundled"),
)
NEVER_REACHES = {
    "engine": "language",  # a case is run from the model; YAML is only one way to get there
    "checks": "engine",  # a judgement must not depend on what the engine happens to do
    "proofs": "engine",  # what is proved must not depend on it either
    "semantics": "language",  # what a step means does not depend on how it was written
}
DOORS = {
    "yaml": "protocolkit.language.text",
    "transitions": "protocolkit.engine.machine",
    "graphviz": "protocolkit.diagrams.layout",
    "pygraphviz": "protocolkit.diagrams.layout",
    "sqlite3": "protocolkit.store",
    "apprise": "protocolkit.workers.mailing",
}
CLOCK = "protocolkit.ground.clock"
READS_THE_CLOCK = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the project by its dotted name."""
    found = {}
    for path in sorted((ROOT / "protocolkit").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return found


def _imports(tree: ast.Module, modules: Mapping[str, object]) -> Iterator[str]:
    """The dotted names that a module imports, as far down as they are modules of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules else node.module


def _reads_the_clock(tree: ast.Module) -> list[str]:
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (ast.unparse(node.value).rpartition(".")[2], node.attr) in READS_THE_CLOCK
    ]


def _part(module: str) -> str:
    names = module.split(".")
    return names[1] if len(names) > 1 else names[0]


def _is_ours(module: str) -> bool:
    return module.split(".")[0] == "protocolkit"


@cache
def imports() -> dict[str, list[str]]:
    """What each module imports."""
    return {name: sorted(set(_imports(tree, sources()))) for name, tree in sources().items()}


LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}


def test_every_part_has_a_place() -> None:
    """A new package or module directly under protocolkit must be put into LAYERS."""
    assert [] == sorted({_part(module) for module in sources()} - LEVEL.keys())


def test_imports_go_downwards() -> None:
    """A part imports only itself and what stands below it."""
    upwards = [
        f"{module} imports {imported}"
        for module, names in imports().items()
        for imported in names
        if _is_ours(imported)
        and _part(imported) != _part(module)
        and LEVEL[_part(imported)] <= LEVEL[_part(module)]
    ]
    assert [] == upwards


@pytest.mark.parametrize(("part", "other"), NEVER_REACHES.items())
def test_some_parts_do_not_know_each_other(part: str, other: str) -> None:
    """Not directly and not through a third part."""
    came_from = {module: "" for module in sources() if _part(module) == part}
    waiting = list(came_from)
    while waiting:
        module = waiting.pop()
        for imported in imports().get(module, ()):
            if _is_ours(imported) and imported not in came_from:
                came_from[imported] = module
                waiting.append(imported)
    reached = [f"{came_from[name]} imports {name}" for name in came_from if _part(name) == other]
    assert [] == reached


def test_no_import_runs_in_a_circle() -> None:
    """Modules can be put in an order in which each imports only earlier ones."""
    ours = {module: [n for n in names if n in sources()] for module, names in imports().items()}
    try:
        TopologicalSorter(ours).prepare()
    except CycleError as error:
        circle = " imports ".join(reversed(error.args[1]))
        raise AssertionError(circle) from None


def test_each_dependency_has_one_door() -> None:
    """An outside package is imported in one place, so that it can be replaced there."""
    elsewhere = [
        f"{module} imports {imported}"
        for module, names in imports().items()
        for imported in names
        if (door := DOORS.get(imported.split(".")[0])) and not f"{module}.".startswith(f"{door}.")
    ]
    assert [] == elsewhere


def test_every_dependency_is_declared() -> None:
    """What is imported is the standard library, ours, or named in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    declared = {re.split(r"[\[>]", line)[0].lower() for line in lines}
    distributions = packages_distributions()
    undeclared = [
        f"{module} imports {imported}"
        for module, names in imports().items()
        for imported in names
        if (top := imported.split(".")[0]) not in sys.stdlib_module_names | {"protocolkit"}
        and not declared & {name.lower() for name in distributions.get(top, [top])}
    ]
    assert [] == undeclared


def test_time_is_passed_in() -> None:
    """Only the clock looks at the clock; everything else is told what time it is."""
    looking = [
        f"{module}: {call}"
        for module, tree in sources().items()
        if module != CLOCK
        for call in _reads_the_clock(tree)
    ]
    assert [] == looking


def test_the_reader_of_imports_misses_nothing() -> None:
    """Imports are found in functions and under conditions, and followed to the module."""
    tree = ast.parse(
        "import yaml.nodes\n"
        "if TYPE_CHECKING:\n    from protocolkit.ground import clock, EMPTY\n"
        "def f():\n    from protocolkit import bundled\n"
    )
    modules = {"protocolkit.ground.clock": 0, "protocolkit.bundled": 0}
    assert [
        "protocolkit.bundled",
        "protocolkit.ground",
        "protocolkit.ground.clock",
        "yaml.nodes",
    ] == sorted(_imports(tree, modules))


def test_the_reader_of_clocks_misses_nothing() -> None:
    """A look at the clock is found with or without its module; asking a given clock is fine."""
    tree = ast.parse("dt.datetime.now(UTC)\ndate.today()\nf = time.time\nclock.now()\nat.time()")
    assert ["date.today", "dt.datetime.now", "time.time"] == sorted(_reads_the_clock(tree))
