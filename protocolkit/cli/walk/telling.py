"""What is said in a walk: what a step did, where the case stands, what can be done now.

Imports the words of `case`, the course and the changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocolkit.cli.case.changes import change_in_words
from protocolkit.cli.case.telling import Telling, and_, in_words
from protocolkit.cli.times import Times
from protocolkit.cli.walk.course import Course, Taken
from protocolkit.cli.walk.forms import WAIT, Deed, step
from protocolkit.cli.walk.story import one_line
from protocolkit.language.reading import Reading
from protocolkit.semantics import changes as ch
from protocolkit.semantics.answers import Owed, Standing


class Words(Telling):
    """Puts a walk into words."""

    def __init__(self, reading: Reading, course: Course, width: int) -> None:
        self.reading = reading
        self.course = course
        self.protocol = course.protocol
        self.times = Times(course.protocol.timezone)
        self.width = width

    def where(self, path: tuple[str | int, ...]) -> str:
        """Where a rule stands: in the protocol's file, and in the protocol."""
        place = self.reading.places.of(path)
        name = ".".join(str(part) for part in path)
        if place is None:
            return name
        return f"{place.file}:{place.start.line}:{place.start.column} ({name})"

    # -- a step ------------------------------------------------------------------------

    def taken(self, taken: Taken) -> Iterator[str]:
        """What came of a step: why it was refused, or everything that it did."""
        if taken.reasons:
            yield "REFUSED, for every one of these reasons:"
            yield from self.reasons(taken.reasons)
        for case, events in taken.seen.items():
            place = self.course.place_of(case)
            standing = self.course.engine.case(case)
            owed = {one.instance: one for one in standing.open}
            for event in events:
                if event.kind == "read":
                    value = standing.facts.get(event.what)
                    said = "unknown" if value is None else in_words(value)
                    yield self.line(f"read: {event.what} is {said}", 2)
                for change in event.changes:
                    text = self._change(change, owed)
                    if text:
                        said = f"{place}: {text}" if place else text
                        at = self.times.until(event.recorded_at)
                        late = f" ({at})" if event.kind == "time" else ""
                        yield self.line(f"{said}{late}", 2)
        if not taken.reasons and not any(taken.seen.values()):
            yield "Nothing happened."

    def _change(self, change: ch.Change, owed: Mapping[str, Owed]) -> str:
        """What a change says to people; empty for the engine's own notes."""
        match change:
            case ch.Recorded():
                return f"known: {change.fact} is {in_words(change.value)}"
            case ch.Assigned():
                return f"{self.role(change.role)} is now {change.person or 'nobody'}"
            case ch.Moved():
                strand = "" if change.strand == "case" else f"{change.strand}: "
                return f"{strand}{change.from_ or 'begins'} -> {change.to}"
            case ch.MeetingSet():
                past = ", which is past already" if change.planned_at < self.course.now else ""
                when = self.times.show(change.planned_at)
                return f"meeting {change.meeting} is set for {when}{past}"
            case ch.MeetingEnded():
                return f"meeting {change.meeting} is {change.status.replace('_', ' ')}"
            case ch.Opened():
                return f"opened: {self._opened(change, owed.get(change.instance))}"
            case ch.Deferred():
                return f"not decided yet, because a fact is unknown: {change.follow_up}"
            case ch.Redated():
                due = f"due {self.times.until(change.due)}" if change.due else "no date"
                return f"another limit: {change.instance}, {due}"
            case ch.Ended():
                late = " late" if change.late else ""
                because = f" ({change.because})" if change.because else ""
                status = "met by another" if change.status == "satisfied-by" else change.status
                return f"{status}{late}: {change.instance}{because}"
            case ch.LevelReached():
                skipped = " is skipped" if change.skipped else ""
                name = f" ({change.id})" if change.id else ""
                return f"level {change.level + 1}{name} of {change.run.partition('/')[0]}{skipped}"
            case ch.Signed():
                did = f"signed as {self.role(change.role)}" if change.role else "proposed"
                return f"{did}: {change.trigger}, by {change.person}"
            case ch.ProposalEnded():
                return f"the sign-offs for {change.trigger} end: {change.because}"
            case ch.ReasonGiven():
                return ""  # said above, each with its rule
            case _:
                return change_in_words(self, change)

    def _opened(self, change: ch.Opened, owed: Owed | None) -> str:
        if owed is None:
            return change.instance
        to = f" to {self.role(owed.owed_to)}" if owed.owed_to else ""
        return f"{change.instance}: {owed.who} owes it{to}, {self.when(owed)}"

    # -- where it stands ---------------------------------------------------------------

    def clock(self) -> str:
        """What the clock of the walk shows, and where the cases stand."""
        stands = [
            f"{place + ': ' if place else ''}{self.states(standing) or 'adopted'}"
            f"{' (closed)' if standing.is_closed else ''}"
            for place, standing in self._standings()
        ]
        return f"{self.times.show(self.course.now)} | {' | '.join(stands) or 'no case yet'}"

    def _standings(self) -> Iterator[tuple[str, Standing]]:
        for case in self.course.cases:
            yield self.course.place_of(case), self.course.engine.case(case)

    def due(self) -> Iterator[str]:
        """Who owes what until when, and what time does next."""
        for place, standing in self._standings():
            if standing.open or standing.undecided:
                yield f"Owed{' (' + place + ')' if place else ''}:"
            yield from self.owed(standing.open, whole=False)
            for one in standing.undecided:
                needs = " and ".join(one.needs) or "a fact"
                yield self.line(f"{one.follow_up}: not decided while {needs} is unknown", 2)
            for proposal in standing.proposals:
                yield from self.proposed(proposal)
            for offer in standing.offers:
                who = and_(map(self.role, offer.accepted_by), "or") or "anyone there"
                yield self.line(f"{offer.link}: offered, to be accepted by {who}", 2)
        coming = next(iter(self.course.coming()), None)
        if coming is not None:
            yield self.line(f"Next by itself: {self.times.until(coming.at)}: {coming.text}")

    def whole(self) -> Iterator[str]:
        """Everything that is known."""
        for place, standing in self._standings():
            yield f"{place or 'The case'} stands at: {self.states(standing)}"
            for name, value in standing.facts.items():
                yield self.line(f"fact: {name} is {in_words(value)}", 2)
            for role, person in standing.holders.items():
                yield self.line(f"{self.role(role)}: {person}", 2)
            for meeting in standing.meetings:
                yield from self.meeting(meeting)
            if standing.open:
                yield "Owed:"
                yield from self.owed(standing.open, whole=True)

    def coming(self) -> Iterator[str]:
        """What time will do if nobody acts."""
        for one in self.course.coming():
            yield self.line(f"{self.times.until(one.at)}: {one.text}", 2)

    def steps(self) -> Iterator[str]:
        """The steps of the walk so far, as a scenario writes them."""
        for number, taken in enumerate(self.course.taken, 1):
            yield self.line(f"{number}. {self.deed(taken.deed, refused=bool(taken.reasons))}", 2)

    def deed(self, deed: Deed, *, refused: bool = False) -> str:
        """A step in words."""
        if deed.kind == WAIT and deed.at is not None:
            return f"wait until {self.times.show(deed.at)}"
        said = one_line(step(deed, self.protocol.timezone))
        return f"{said} (refused)" if refused else said
