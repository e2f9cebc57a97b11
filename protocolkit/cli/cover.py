"""Who is on duty at each hour of the week, as a table: by the hours of the roles and a roster.

    Who is on duty, by the clock of America/Chicago
      judge       Mon-Fri 08:30-16:30   j-1
                  all other hours       nobody

The young person and the family are left out. Imports the hours of roles and their words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from protocolkit.cli.verify.matrix_words import hours
from protocolkit.model.protocol import Protocol
from protocolkit.model.words import FAMILY
from protocolkit.proofs.duty import WHOLE, Duty, stretches
from protocolkit.semantics.actors import Actor

NOBODY = "nobody"
NOT_SAID = "hours not said"
PER_CASE = "named in each case"


def cover(protocol: Protocol, people: Sequence[Actor]) -> list[str]:
    """The lines of the table: each role with its hours, who is there then, and when nobody is."""
    duty = Duty(protocol)
    rows: list[tuple[str, str, str]] = []
    for role in protocol.roles.values():
        if role.kind in FAMILY:
            continue
        name = role.id
        for when, who in _rows(role.id, protocol, duty, people):
            rows.append((name, when, who))
            name = ""
    if not rows:
        return []
    left, middle = (max(len(row[column]) for row in rows) for column in (0, 1))
    lines = [f"Who is on duty, by the clock of {protocol.timezone}"]
    lines += [f"  {name:{left}}  {when:{middle}}  {who}" for name, when, who in rows]
    if duty.has_closed_days:
        lines.append("  On the days on which an office is closed, those with its hours are off.")
    return lines


def _rows(
    role: str, protocol: Protocol, duty: Duty, people: Sequence[Actor]
) -> Iterator[tuple[str, str]]:
    """The hours of the week at which the same people are there for a role."""
    offices = {
        office: _people(office, protocol, people)
        for office in (role, *protocol.roles[role].substitutes)
    }
    offices = {office: there for office, there in offices.items() if there}
    if not offices:
        yield "all week", NOBODY
        return
    left = WHOLE
    unsaid = [office for office in offices if office not in duty.weeks]
    cuts: dict[tuple[str, ...], int] = {}
    for start, end in _pieces(duty, offices):
        piece = (1 << end) - (1 << start)
        there = tuple(
            office for office in offices if office in duty.weeks and duty.weeks[office] & piece
        )
        cuts[there] = cuts.get(there, 0) | piece
    for there, week in cuts.items():
        if there:
            left &= ~week
            yield hours(stretches(week)), _told(role, there, offices)
    if left:
        when = "all week" if left == WHOLE else "all other hours"
        who = _told(role, tuple(unsaid), offices)
        yield when, f"{NOT_SAID}: {who}" if unsaid else NOBODY


def _pieces(duty: Duty, offices: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The stretches between two times at which somebody comes or goes."""
    cuts = {0, WHOLE.bit_length()}
    for office in offices:
        for one in stretches(duty.weeks.get(office, 0)):
            cuts |= {one.start, one.end % WHOLE.bit_length()}
    ordered = sorted(cuts)
    yield from pairwise(ordered)


def _people(role: str, protocol: Protocol, people: Sequence[Actor]) -> str:
    """Who holds a role, in words; empty if nobody does."""
    if protocol.roles[role].per_case:
        return PER_CASE
    return ", ".join(one.id for one in people if role in one.roles)


def _told(role: str, there: tuple[str, ...], offices: dict[str, str]) -> str:
    return "; ".join(
        offices[office] + ("" if office == role else f" as {office}") for office in there
    )
