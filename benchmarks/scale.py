"""What a case costs from its beginning to its end, and what a county needs for all its cases.

    python -m benchmarks.scale

The case runs under the recommended protocol for half a year: what people do and, where somebody is
late, what time does. docs/explanation/scale.md says what follows from the figures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from benchmarks import databases
from benchmarks.filling import rows
from benchmarks.ratios import Took, took
from protocolkit.api import Actor, Engine, VirtualClock, loads, open_store
from protocolkit.bundled import bundled

CASES, WARM = 20, 3
COUNTIES = (300, 3_000, 30_000)
"""Cases that begin in a year."""

MONDAY = datetime(2025, 3, 3, 15, tzinfo=UTC)
DAY = timedelta(days=1)
FORTNIGHTS = 13

NOTHING = Took(0, 0)


def _who(role: str) -> Actor:
    return Actor(id=f"{role}-1", roles=frozenset({role}))


DJO, SUPERVISOR, INVESTIGATOR = _who("djo"), _who("supervisor"), _who("investigator")
CASEWORKER, PROVIDER = _who("caseworker"), _who("service_provider")
TEAM = {one.id: next(iter(one.roles)) for one in (DJO, SUPERVISOR, CASEWORKER, PROVIDER)}


class Cost(NamedTuple):
    """What one case costs. Units: bytes."""

    acts: int
    entries: int
    notices: int
    acting: Took
    sweeping: Took
    asking: Took
    size: float

    @property
    def come(self) -> int:
        """How many entries time made."""
        return self.entries - self.acts


class Course:
    """One case after another, each from its opening to its closing."""

    def __init__(self, engine: Engine, clock: VirtualClock) -> None:
        self.engine = engine
        self.clock = clock
        self.acts = 0
        self.acting = self.sweeping = NOTHING

    def run(self) -> None:
        """A case that goes well on the whole: every third report of its division is late."""
        began = self.clock.now()
        case = f"c-{token_hex(5)}"
        self._do("open", "recommended", by=DJO, id=case)
        facts = {"certainty": "confirmed", "supervisor_reachable": True}
        self._do("fire", case, "report_to_supervisor", by=DJO, facts=facts)
        self._do("fire", case, "hotline_call", by=DJO)
        self._do("fire", case, "engage_team", by=SUPERVISOR)
        self._do("fire", case, "take_over_case", by=CASEWORKER)
        self._do("complete", case, "brief_caseworker", by=DJO)
        self._do("complete", case, "hear_the_minor", by=DJO)
        self._do("complete", case, "tell_the_reporter", by=INVESTIGATOR)
        self._do("complete", case, "division_calls_back", by=CASEWORKER)
        self._wait_until(began + DAY)
        meeting = self._meet(case)
        self._do("fire", case, "agree_plan", by=DJO, meeting=meeting)
        for number in range(1, FORTNIGHTS + 1):
            late = number % 3 == 0
            self._wait_until(began + 14 * number * DAY + late * DAY)
            self._do("complete", case, "division_updates", by=CASEWORKER)
            self._wait_until(began + (14 * number + 1) * DAY)
            self._do("complete", case, "provider_updates", by=PROVIDER)
            if number % 2 == 0:
                self._meet(case)
        self._do("fire", case, "close_case", by=SUPERVISOR)

    def _meet(self, case: str) -> str:
        now = self.clock.now()
        self._do("set", case, "team_meeting", by=DJO, planned_at=now)
        meeting = self.engine.case(case).meetings[-1].id
        self._do("hold", case, meeting, by=DJO, attended=TEAM)
        return meeting

    def _do(self, verb: str, *what: object, **more: object) -> None:
        key = token_hex(16)  # as the command line makes one for each act
        do = partial(getattr(self.engine, verb), *what, key=key, **more)
        self.acting = _sum(self.acting, took(do))
        self.acts += 1

    def _wait_until(self, instant: datetime) -> None:
        self.clock.move_to(instant)
        self.sweeping = _sum(self.sweeping, took(self._sweep))

    def _sweep(self) -> None:
        while self.engine.sweep(self.clock.now()).found:
            pass


def _sum(one: Took, other: Took) -> Took:
    return Took(one.seconds + other.seconds, one.work + other.work)


def _part(one: Took, of: int) -> Took:
    return Took(one.seconds / of, one.work / of)


def figures() -> Iterator[str]:
    """The lines, as they are found."""
    with databases.files() as fresh:
        yield from _lines("SQLite", _cost(fresh(), _file))
    with databases.server() as fresh_or_none:
        if fresh_or_none is None:
            yield f"a case on PostgreSQL: {databases.NO_SERVER}"
        else:
            yield from _lines("PostgreSQL", _cost(fresh_or_none(), _database))


def _cost(url: str, size_of: Callable[[str], int]) -> Cost:
    """What a case costs in the mean; none of them is counted that came before the first."""
    protocol = loads(bundled("protocols", "recommended.yaml").read_text("utf-8"))
    with closing(open_store(url)) as store:
        clock = VirtualClock(MONDAY)
        course = Course(Engine([protocol], store, clock), clock)
        for _ in range(WARM):
            course.run()
        before, course.acts = size_of(url), 0
        course.acting = course.sweeping = NOTHING
        for _ in range(CASES):
            course.run()
        grown = size_of(url) - before
        entries = sum(head.version for head in store.heads())
        notices = len(store.notices())
        asking = took(Engine([protocol], store, clock).todo)
    return Cost(
        acts=course.acts // CASES,
        entries=entries // (WARM + CASES),
        notices=notices // (WARM + CASES),
        acting=_part(course.acting, CASES),
        sweeping=_part(course.sweeping, CASES),
        asking=_part(asking, WARM + CASES),
        size=grown / CASES,
    )


def _file(url: str) -> int:
    """The bytes of a file, once nothing waits beside it."""
    rows(url, "PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(url.removeprefix("sqlite:///")).stat().st_size


def _database(url: str) -> int:
    """The bytes of a database, with its indexes."""
    return int(rows(url, "SELECT pg_database_size(current_database())")[0][0])


def _lines(name: str, cost: Cost) -> Iterator[str]:
    yield (
        f"a case of half a year on {name}: {cost.acts} acts, {cost.come} entries of time, "
        f"{cost.notices} notices; {cost.size / 1024:.0f} KiB, {cost.size / cost.entries:.0f} bytes "
        "an entry"
    )
    yield f"  an act: {_told(_part(cost.acting, cost.acts))}"
    yield f"  an entry of time, each alone here: {_told(_part(cost.sweeping, cost.come))}"
    yield f"  to ask what is owed in all cases, for each, open or closed: {_told(cost.asking)}"
    for cases in COUNTIES:
        whole = _sum(cost.acting, cost.sweeping)
        yield (
            f"  {cases:,} cases a year: {cases * cost.entries:,} entries, "
            f"{cases * cost.size / 2**20:,.0f} MiB; {cases * whole.seconds / 365:,.1f} s of each "
            f"day, {cases * whole.work / 365:,.1f} s of them work"
        )


def _told(one: Took) -> str:
    return f"{one.seconds * 1000:.2f} ms here, {one.work * 1000:.2f} ms of them work"


def main() -> None:
    """Print every figure."""
    for line in figures():
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
