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
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import NamedTuple

from benchmarks import databases
from benchmarks.filling import rows
from protocolkit.api import Actor, Engine, VirtualClock, loads, open_store
from protocolkit.bundled import bundled

CASES, WARM = 20, 3
COUNTIES = (300, 3_000, 30_000)
"""Cases that begin in a year."""

MONDAY = datetime(2025, 3, 3, 15, tzinfo=UTC)
DAY = timedelta(days=1)
FORTNIGHTS = 13


def _who(role: str) -> Actor:
    return Actor(id=f"{role}-1", roles=frozenset({role}))


DJO, SUPERVISOR, INVESTIGATOR = _who("djo"), _who("supervisor"), _who("investigator")
CASEWORKER, PROVIDER = _who("caseworker"), _who("service_provider")
TEAM = {one.id: next(iter(one.roles)) for one in (DJO, SUPERVISOR, CASEWORKER, PROVIDER)}


class Cost(NamedTuple):
    """What one case costs. Units: seconds, bytes."""

    acts: int
    entries: int
    notices: int
    acting: float
    sweeping: float
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
        self.acting = self.sweeping = 0.0

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
        start = perf_counter()
        getattr(self.engine, verb)(*what, key=key, **more)
        self.acting += perf_counter() - start
        self.acts += 1

    def _wait_until(self, instant: datetime) -> None:
        self.clock.move_to(instant)
        start = perf_counter()
        while self.engine.sweep(self.clock.now()).found:
            pass
        self.sweeping += perf_counter() - start


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
        before, course.acts, course.acting, course.sweeping = size_of(url), 0, 0.0, 0.0
        for _ in range(CASES):
            course.run()
        grown = size_of(url) - before
        entries = sum(head.version for head in store.heads())
        notices = len(store.notices())
    return Cost(
        acts=course.acts // CASES,
        entries=entries // (WARM + CASES),
        notices=notices // (WARM + CASES),
        acting=course.acting / CASES,
        sweeping=course.sweeping / CASES,
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
        f"an entry; {cost.acting / cost.acts * 1000:.1f} ms an act, "
        f"{cost.sweeping / cost.come * 1000:.1f} ms an entry of time, each in a transaction of its "
        "own here"
    )
    for cases in COUNTIES:
        seconds = cases * (cost.acting + cost.sweeping) / 365
        yield (
            f"  {cases:,} cases a year: {cases * cost.entries:,} entries, "
            f"{cases * cost.size / 2**20:,.0f} MiB a year; {seconds:,.1f} s of each day"
        )


def main() -> None:
    """Print every figure."""
    for line in figures():
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
