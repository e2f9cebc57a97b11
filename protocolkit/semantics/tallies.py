"""Tallies: how often something happened over all cases, period by period, without names.

Pure: the cases come from the caller. Imports the case, the program and ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count

from protocolkit.ground.limits import Moment
from protocolkit.ground.record import Record
from protocolkit.model import words
from protocolkit.model.programme import Tally
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program


class Tallied(Record):
    """One period of a tally: from `start` up to, and without, `end` (None: no rhythm is stated).

    `counts` maps what is counted, as the protocol writes it, to how often it happened; None: too
    few to be shown, fewer than `hidden_below`. While the period is not `finished`, more may come;
    so too when something is recorded later, since what counts is when it happened.
    """

    tally: str
    title: str
    start: datetime
    end: datetime | None
    finished: bool
    counts: Mapping[str, int | None]
    hidden_below: int = 0


def tallied(
    program: Program, standing: Case, cases: Iterable[Case], now: datetime
) -> tuple[Tallied, ...]:
    """Every period of every tally that has begun, by tally in the order of the file.

    `program` and `standing` are those of the programme; `cases` are all cases of the protocol.
    """
    cases = (standing, *cases)
    return tuple(
        Tallied(
            tally=tally.id,
            title=tally.name,
            start=start,
            end=end,
            finished=end is not None and end <= now,
            counts=_counts(program, tally, cases, start, end),
            hidden_below=tally.small_cells_below or 0,
        )
        for tally in program.whole.tallies.values()
        for start, end in _periods(program, standing, tally, now)
    )


def _counts(
    program: Program, tally: Tally, cases: Iterable[Case], start: datetime, end: datetime | None
) -> Mapping[str, int | None]:
    found: dict[str, int | None] = {}
    for ref in tally.count:
        event = "held" if not ref.event and ref.name in program.whole.meetings else ref.event
        number = sum(
            start <= one.at and (end is None or one.at < end)
            for case in cases
            for one in case.by_name.get((ref.name, event), ())
        )
        hidden = 0 < number < (tally.small_cells_below or 0)
        found[str(ref)] = None if hidden else number
    return found


def _periods(
    program: Program, standing: Case, tally: Tally, now: datetime
) -> Iterator[tuple[datetime, datetime | None]]:
    """The periods that have begun by now, on a grid from the anchor (ruling 15).

    Where no rhythm is stated there is one, without an end.
    """
    every = tally.every
    anchor = every.anchor if every else None
    names = [(one.name, one.event) for one in anchor.each] if anchor else []
    known = [
        one
        for key in names or [(words.PROGRAMME_EVENT, "")]
        for one in standing.by_name.get(key, ())
    ]
    first = min(known, key=lambda one: (one.at, one.number), default=None)
    if first is None:
        return
    if every is None or every.within is None:
        yield first.at, None
        return
    origin = Moment(at=first.at, end_of_day=first.end_of_day)
    start = origin.at
    for number in count(1):
        if start > now:
            return
        end = program.add(origin, every.within, number).at
        yield start, end
        start = end
