"""What a check is: a page and a function together, and what the function is given.

A check looks at a `Subject` and yields what it `Found`; the runner adds the page, the
places and the muting. Imports findings and the model; knows no check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from protocolkit.checks.before import Before
from protocolkit.checks.cooperation import Cooperation
from protocolkit.checks.graph import Graph, graphs
from protocolkit.checks.mentions import Mention, mentions
from protocolkit.checks.partners import Partners
from protocolkit.checks.said import said
from protocolkit.conditions.names import Names
from protocolkit.conditions.satisfying import Cases
from protocolkit.conditions.syntax import Condition
from protocolkit.ground.findings import CheckInfo, Path
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.names import names_of
from protocolkit.model.protocol import Protocol

if TYPE_CHECKING:
    from protocolkit.semantics.actors import Actor

WHOLE = "*"
"""Stands for every section, in `Check.reads`."""


class Found(Record):
    """One thing that a check found: in words, with the paths that show it.

    `path` is where to point, `also` further paths, each with a few words on what it shows.
    `witness` holds concrete values by name, `trace` the steps of a case that gets there.
    With `at_key` the place is the name that is declared, never what it stands for; `part` is
    the stretch to point at of the text that stands there: where it begins and ends. To take the
    list item `removes` out of the file would mend it and change nothing else.
    """

    message: str
    help: str
    path: Path
    also: tuple[tuple[Path, str], ...] = ()
    witness: Mapping[str, str] = EMPTY
    trace: tuple[str, ...] = ()
    at_key: bool = False
    part: tuple[int, int] | None = None
    removes: Path | None = None


class Subject:
    """A protocol under judgement, and what several checks want to know about it.

    `parameters_used` are the names of parameters whose values the reader put in somewhere;
    the model holds the values only. `today` is None where nobody said what day it is.
    `thresholds` are the numbers that checks compare with, by code. `people` are those of a roster;
    None where none is given.
    """

    def __init__(
        self,
        protocol: Protocol,
        parameters_used: frozenset[str] = frozenset(),
        today: date | None = None,
        thresholds: Mapping[str, int] = EMPTY,
        people: tuple[Actor, ...] | None = None,
    ) -> None:
        self.protocol = protocol
        self.parameters_used = parameters_used
        self.today = today
        self.thresholds = thresholds
        self.people = people

    def threshold(self, code: str) -> int:
        """The number that a check compares with."""
        return self.thresholds[code]

    @cached_property
    def graphs(self) -> Mapping[str, Graph]:
        """The states and moves of each strand."""
        return graphs(self.protocol)

    @cached_property
    def names(self) -> Names:
        """What its conditions may name; a fact of a kind that could not be read is left out."""
        names = names_of(self.protocol)
        return names.replace(
            facts={
                name: fact for name, fact in names.facts.items() if self.protocol.facts[name].type
            }
        )

    @cached_property
    def cases(self) -> Cases:
        """Looks for cases in which conditions are true or not."""
        return Cases(self.names)

    @cached_property
    def conditions(self) -> tuple[tuple[Path, Condition], ...]:
        """Its conditions that make sense, terms first."""
        return tuple(said(self.protocol, self.names))

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every use of a declared name."""
        return tuple(mentions(self.protocol))

    @cached_property
    def before(self) -> Before:
        """What has always happened before an act."""
        return Before(self.protocol, self.graphs, self.names, [path for path, _ in self.conditions])

    @cached_property
    def cooperation(self) -> Cooperation:
        """Who works with whom."""
        return Cooperation(self.protocol)

    @cached_property
    def partners(self) -> Partners:
        """Who is tied to whom."""
        return Partners(self.cooperation)

    def in_strand(self, strand: str) -> str:
        """Words that tell the strand, when there is more than one."""
        return f" in the strand `{strand}`" if len(self.protocol.strands) > 1 else ""


class Check(Record):
    """A page and its function.

    `reads` names the sections that it judges as a whole: a fault of the reader in one of
    them mutes the check, because what it found might only be a consequence. An element with
    a fault mutes every finding about that element, whatever `reads` says. With `of_roster` it runs
    only when a roster is given.
    """

    info: CheckInfo
    find: Callable[[Subject], Iterator[Found]]
    reads: tuple[str, ...] = ()
    off: bool = False
    of_roster: bool = False


def check(
    info: CheckInfo,
    *,
    reads: tuple[str, ...] = (),
    off: bool = False,
    of_roster: bool = False,
) -> Callable[[Callable[[Subject], Iterator[Found]]], Check]:
    """Make a function the check of a page; with `off` it runs only when asked for."""

    def make(find: Callable[[Subject], Iterator[Found]]) -> Check:
        return Check(info=info, find=find, reads=reads, off=off, of_roster=of_roster)

    return make
