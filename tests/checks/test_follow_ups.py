"""Follow-ups: what a check says of one comes true when a case is run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import protocolkit as pk
from tests.checks.harness import complete, judged

ROLES = "roles: {djo: {kind: juvenile_officer}, judge: {kind: judge}}\n"
MEETING = (
    ROLES
    + """\
meetings:
  review: {required: [djo, judge], called_by: djo}
follow_ups:
  hold_it: {opens_with: review.set, who: djo, due: within 24 hours, met_by: review.held}
"""
)
RHYTHM = """\
triggers:
  report: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  look_again: {opens_with: report, who: djo, every: 14 calendar days after report}
"""
DJO = pk.Actor("u-1", roles={"djo"})
MONDAY = datetime(2026, 1, 5, 15, tzinfo=UTC)


class _Clock:
    def __init__(self) -> None:
        self.time = MONDAY

    def now(self) -> datetime:
        return self.time


def _engine(text: str, folder: Path) -> tuple[pk.Engine, _Clock, str]:
    file = folder / "it.yaml"
    file.write_text(complete(text), encoding="utf-8")
    clock = _Clock()
    engine = pk.Engine([pk.load(str(file))], store=pk.open_store("memory:"), clock=clock)
    return engine, clock, engine.open("base", by=DJO, key="open").id


@pytest.mark.parametrize(
    ("met_by", "codes", "left"),
    [("review.held", {"PK608"}, ["hold_it/1"]), ("[review.held, review.adjourned]", set(), [])],
)
def test_after_a_meeting_that_fell_short(
    met_by: str, codes: set[str], left: list[str], tmp_path: Path
) -> None:
    """The next meeting does what its own date opened; what the first opened stays."""
    text = MEETING.replace("met_by: review.held", f"met_by: {met_by}")
    assert codes == {finding.code for finding in judged(text).findings}
    engine, clock, case = _engine(text, tmp_path)
    for key, attended in (("a", {"u-1": "djo"}), ("b", {"u-1": "djo", "u-2": "judge"})):
        planned = clock.time + timedelta(hours=1)
        engine.set(case, "review", by=DJO, planned_at=planned, key=f"set-{key}")
        clock.time = planned
        engine.hold(case, "review", by=DJO, attended=attended, key=f"hold-{key}")
    assert left == [owed.instance for owed in engine.todo(role="djo")]


@pytest.mark.parametrize(
    ("again", "codes", "rhythms"), [("", {"PK605"}, 2), ("if_again: ignore, ", set(), 1)]
)
def test_a_rhythm_that_begins_again(
    again: str, codes: set[str], rhythms: int, tmp_path: Path
) -> None:
    """Two reports, two rhythms: two are owed at once; with `if_again: ignore` one."""
    text = RHYTHM.replace("{opens_with", f"{{{again}opens_with")
    assert codes == {finding.code for finding in judged(text).findings}
    engine, clock, case = _engine(text, tmp_path)
    for key in ("a", "b"):
        engine.fire(case, "report", by=DJO, key=key)
        clock.time += timedelta(hours=1)
    assert rhythms == len(engine.todo(role="djo"))
