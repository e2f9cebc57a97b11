"""How fast what is due gets done: beside the driver alone, in a large store, by several workers.

    python -m benchmarks.due [CASES] [SQLite | PostgreSQL]

CASES is how many there are, ten thousand unless you say otherwise; a million take half an hour and
4 GB of disk. In each case a follow-up is late by an hour: two entries, one notice. At the end two
workers do all that is left, and it is counted that every case got these exactly once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import islice
from statistics import median

from benchmarks import databases
from benchmarks.bare import Bare, Written
from benchmarks.crew import Crew, crew
from benchmarks.databases import Fresh
from benchmarks.filling import fill, rows
from benchmarks.ratios import ROUNDS, Took, share, took
from benchmarks.work import (
    LATER,
    copies,
    engine_on,
    open_late,
    renamed,
    sweep,
    turned_late,
)
from protocolkit.api import open_store
from protocolkit.engine.sweeping import BATCH
from protocolkit.store.forms import microseconds

MANY = 10_000
MOST_FEW = 10_000
AT_ONCE = 500
WORKERS = (1, 2, 4)
CLIENT = "benchmarks.client"

LEAST_SHARE = 0.5
MOST_GROWTH = 1.3

_LATE = """FROM pk_event WHERE kind = 'time' AND body LIKE '%"change":"overdue"%'"""
_CASES = "SELECT (SELECT count(*) FROM pk_case_head)"

ONCE = {
    "cases that are not done": "SELECT count(*) FROM pk_case_head WHERE next_at IS NOT NULL",
    "cases without exactly three entries": "SELECT count(*) FROM pk_case_head WHERE version <> 3",
    "entries too few": f"{_CASES} * 3 - (SELECT count(*) FROM pk_event)",
    "cases without a lateness": f"{_CASES} - (SELECT count(DISTINCT case_id) {_LATE})",
    "latenesses too many": f"SELECT count(*) - count(DISTINCT case_id) {_LATE}",
    "cases without a notice": f"{_CASES} - (SELECT count(DISTINCT case_id) FROM pk_notice)",
    "notices too many": "SELECT count(*) - count(DISTINCT case_id) FROM pk_notice",
}
"""What must be 0 when everything was done exactly once."""


def figures(*names: str, many: int = MANY) -> Iterator[str]:
    """The lines, as they are found; of both databases, unless one is named."""
    if "SQLite" in names or not names:
        with databases.files() as fresh:
            yield from _on("SQLite", fresh, many)
    if "PostgreSQL" in names or not names:
        with databases.server() as fresh_or_none:
            if fresh_or_none is None:
                yield f"what is due, on PostgreSQL: {databases.NO_SERVER}"
            else:
                yield from _on("PostgreSQL", fresh_or_none, many)


def _on(name: str, fresh: Fresh, many: int) -> Iterator[str]:
    few = min(MOST_FEW, many // 10)
    yield _beside(name, fresh)
    url = fresh()
    seconds = took(lambda: _waiting(url, many)).seconds
    yield f"  {many:,} cases made in {seconds:.0f} s"
    yield _growth(fresh(), few, url, many)
    yield _workers(url, few // (ROUNDS + 1))
    yield _all_of_it(name, url, few, many)


def _waiting(url: str, many: int) -> None:
    """A database with so many cases to which time does something."""
    with closing(open_store(url)) as store:
        fill(url, open_late(store), many - 1)


def _beside(name: str, fresh: Fresh) -> str:
    """The engine beside the driver alone."""
    ours, theirs, late = fresh(), fresh(), turned_late()
    for url in (ours, theirs):
        _waiting(url, AT_ONCE * (ROUNDS + 1) + 1)
    ids = copies()
    with ExitStack() as opened:
        engine = engine_on(opened.enter_context(closing(open_store(ours))), LATER)
        bare = opened.enter_context(closing(Bare(theirs)))
        bare.together(microseconds(LATER), [Written(late)])

        def whole() -> Took:
            return took(lambda: sweep(engine, AT_ONCE))

        def floor() -> Took:
            ready = [Written(renamed(late, id)) for id in islice(ids, AT_ONCE)]
            return took(lambda: bare.in_batches(microseconds(LATER), ready, BATCH))

        found, one = share(whole, floor)
    return (
        f"due cases on {name}, {BATCH} in a transaction, with every rule: {found:.2f} of the "
        f"driver alone (target: {LEAST_SHARE}; {AT_ONCE / one.seconds:,.0f} cases a second here, "
        f"{one.work / AT_ONCE * 1e6:.0f} us of work a case)"
    )


def _growth(small: str, few: int, large: str, many: int) -> str:
    """What one case costs in a large store beside a small one."""
    _waiting(small, few)
    slice_ = few // (ROUNDS + 1)
    with crew(1, CLIENT, small) as one, crew(1, CLIENT, large) as other:
        line = f"sweep {slice_}"
        found, _ = share(lambda: one.took(line), lambda: other.took(line))
    return (
        f"  a case among {many:,} costs {found:.2f} x one among {few:,} (target: {MOST_GROWTH} x)"
    )


def _workers(url: str, slice_: int) -> str:
    """How many cases several workers do in the time of one."""
    with ExitStack() as opened:
        crews = [opened.enter_context(crew(size, CLIENT, url)) for size in WORKERS]

        def rate(one: Crew, size: int) -> float:
            return slice_ / one.took(f"sweep {slice_ // size}").seconds

        found = [[rate(*pair) for pair in zip(crews, WORKERS, strict=True)] for _ in range(ROUNDS)]
    more = [
        f"{size} workers {median(one[n] / one[0] for one in found):.2f} x"
        for n, size in enumerate(WORKERS)
        if n
    ]
    alone = median(one[0] for one in found)
    return f"  one worker {alone:,.0f} cases a second here; {', '.join(more)} as many"


def _all_of_it(name: str, url: str, few: int, many: int) -> str:
    """Two workers do what is left; everything was done once, and no worker grew."""
    with crew(2, CLIENT, url) as both:
        begun = _told(both.ask(f"sweep {few // 20}"))
        answers: list[str] = []
        seconds = took(lambda: answers.extend(both.ask("sweep 0"))).seconds
    ended = _told(answers)
    for wrong, question in ONCE.items():
        ((count,),) = rows(url, question)
        assert count == 0, f"{count} {wrong}"
    (cases,) = rows(url, "SELECT count(*) FROM pk_case_head")[0]
    assert cases == many, f"{cases} cases instead of {many}"
    done = sum(one for one, _ in ended)
    growth = max(after / before for (_, before), (_, after) in zip(begun, ended, strict=True))
    return (
        f"  two workers did the last {done:,} of {many:,} cases in {seconds:.0f} s "
        f"({done / seconds:,.0f} a second, {' and '.join(f'{one:,}' for one, _ in ended)}); "
        f"each of the {many:,} got one lateness and one notice, on {name}; "
        f"memory of a worker at its peak: {growth:.2f} x that after {few // 20:,} cases"
    )


def _told(answers: list[str]) -> list[tuple[int, int]]:
    """The cases and the memory that each worker names."""
    return [(int(cases), int(memory)) for cases, memory in map(str.split, answers)]


def main(words: list[str]) -> None:
    """Print every figure."""
    many = next((int(one) for one in words if one.isdecimal()), MANY)
    for line in figures(*(one for one in words if not one.isdecimal()), many=many):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
