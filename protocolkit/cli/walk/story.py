"""A walk as a file of scenarios: every step, and after each what changed.

Imports the other parts of the walk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from protocolkit.cli.walk.course import Course
from protocolkit.cli.walk.forms import (
    WAIT,
    Deed,
    Results,
    difference,
    file_text,
    flow,
    run_text,
    shown,
    step,
)
from protocolkit.ground.errors import UsageError


def text_of(course: Course, protocol: str, name: str, title: str) -> str:
    """The walk as the text of a file; `protocol` is the protocol's file, from where it will be.

    Raises: UsageError: there is nothing to tell yet.
    """
    steps = list(_steps(course))
    while steps and "wait_until" in steps[-1]:
        del steps[-1]  # nothing was there to be seen
    if not steps:
        raise UsageError("There is no step to save yet.")
    start = shown(course.start, course.protocol.timezone)
    return file_text(protocol, {name: {"title": title, "start": start, "steps": steps}})


def acted_out(text: str, path: Path) -> Results:
    """What comes of the walk when it is acted out from its file."""
    return run_text(text, str(path), path.parent)


def _steps(course: Course) -> Iterator[dict[str, Any]]:
    zone = course.protocol.timezone
    labels = {number: f"step_{number}" for number in _named(course)}
    before: dict[str, Mapping[str, Any]] = {}
    for number, taken in enumerate(course.taken, 1):
        deed = _with_labels(taken.deed)
        reasons = tuple(dict.fromkeys(one.name for one in taken.reasons))
        yield step(deed, zone, reasons, labels.get(number, ""))
        for where, sight in taken.sights.items():
            expected = difference(before.get(where, {}), sight)
            if deed.kind == WAIT and not expected:  # that nothing happened was seen too
                shown_now = {key: sight[key] for key in ("states", "open")}
                expected = {key: value for key, value in shown_now.items() if value}
            if expected:
                place = {"in": where} if where else {}
                yield {"expect": expected, **place}
            before[where] = sight


def _named(course: Course) -> Iterator[int]:
    """The steps that later ones declare void."""
    for taken in course.taken:
        if taken.deed.kind == "void":
            yield int(taken.deed.what)
            if taken.deed.says("same_as"):
                yield int(taken.deed.detail["same_as"])


def _with_labels(deed: Deed) -> Deed:
    if deed.kind != "void":
        return deed
    detail = {key: f"step_{value}" for key, value in deed.detail.items()}
    return deed.replace(what=f"step_{deed.what}", detail=detail)


def one_line(data: Mapping[str, Any]) -> str:
    """A step as a scenario writes it."""
    return flow(data)
