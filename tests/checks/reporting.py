"""Findings for the tests of the reports: those of every case, and made-up ones with everything."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from protocolkit.checks import OFF, Report
from protocolkit.checks.catalogue import OF_ROSTER
from protocolkit.cli.roster import everybody
from protocolkit.ground.findings import Edit, Finding, Fix, Place, Position, Related
from tests.checks.harness import CASES, judged

NAMES = tuple(sorted(path.relative_to(CASES).as_posix() for path in CASES.glob("*/*.yaml")))
"""The files of the cases of all checks."""


@cache
def report(name: str) -> Report:
    """What is found in one case; a check that is off runs on its own cases."""
    path = CASES / name
    roster = path.with_suffix(".roster")
    return judged(
        path.read_text(encoding="utf-8"),
        off=(OFF | OF_ROSTER) - {name[:5]},
        file=name,
        folder=path.parent,
        people=everybody(str(roster)) if roster.exists() else None,
    )


def reports() -> dict[str, Report]:
    """What is found in every case, by file."""
    return {name: report(name) for name in NAMES}


def all_findings(every: int = 1) -> list[Finding]:
    """What is found in every case, or in every third, ..."""
    return [finding for name in NAMES[::every] for finding in report(name).findings]


def place(line: int, start: int, end: int, file: str = "a.yaml", *, last: int = 0) -> Place:
    """From a column of a line to a column of the same line, or of the `last`."""
    return Place(
        file=file,
        start=Position(line=line, column=start),
        end=Position(line=last or line, column=end),
    )


def made_up(line: int = 1, start: int = 1, end: int = 2, **more: Any) -> Finding:
    """A finding of a check that does not exist."""
    values: dict[str, Any] = {
        "code": "PK000",
        "name": "made-up",
        "severity": "advice",
        "message": "Something.",
        "place": place(line, start, end),
    }
    return Finding(**(values | more))


WITH_EVERYTHING = made_up(
    3,
    2,
    7,
    code="PK205",
    name="trap",
    severity="error",
    message="No end can be reached from `waiting`.",
    help="add a move",
    path=("states", "waiting", 0),
    related=(Related(place=place(9, 1, 4, "base, 100%.yaml"), label="`call` leads back"),),
    witness={"age": "17", "certainty": "unknown"},
    trace=("call: identified -> waiting", "recall: waiting -> recalled"),
    confidence="heuristic",
    source="§3.2.4",
    fix=Fix(
        applicability="safe",
        title="put it in quotes",
        edits=(Edit(place=place(3, 2, 7), text='"wait"'), Edit(place=place(4, 1, 1), text="x\n")),
    ),
)
ACCEPTED = made_up(
    suppressed="statutory", suppressed_by="comment", suppressed_until=date(2027, 1, 1)
)

_TEXT = st.text(max_size=20)
_PLACES = st.builds(
    place,
    st.integers(1, 10**6),
    st.integers(1, 50),
    st.integers(50, 99),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
)
ANY_FINDING = st.builds(
    Finding,
    code=st.sampled_from(("PK205", "PK301", "PK999")),
    name=st.just("some-name"),
    severity=st.sampled_from(("error", "warning", "advice")),
    message=_TEXT,
    help=_TEXT,
    path=st.tuples() | st.tuples(_TEXT, st.integers(0, 9), _TEXT),
    place=st.none() | _PLACES,
    related=st.lists(st.builds(Related, place=_PLACES, label=_TEXT), max_size=2).map(tuple),
    witness=st.dictionaries(_TEXT, _TEXT, max_size=2),
    trace=st.lists(_TEXT, max_size=2).map(tuple),
    confidence=st.sampled_from(("exact", "heuristic", "bounded")),
    source=_TEXT,
    fix=st.none()
    | st.builds(
        Fix,
        applicability=st.sampled_from(("safe", "unsafe", "display")),
        title=_TEXT,
        edits=st.lists(st.builds(Edit, place=_PLACES, text=_TEXT), min_size=1, max_size=2).map(
            tuple
        ),
    ),
    suppressed=st.just("") | _TEXT,
    suppressed_by=st.sampled_from(("comment", "not_applicable", "config", None)),
)
"""Any finding at all, with any signs in its texts."""
