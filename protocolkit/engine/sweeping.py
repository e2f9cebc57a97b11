"""Time comes to cases: to all of them at once, or to some that are due, as a worker does it.

The cases of one claim are one transaction. One that cannot go on is set aside and does not keep
time from the others. Also here: whether a notice that was written is still true. Imports keeping
and semantics.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from protocolkit.engine.keeping import Keeping, require_whole
from protocolkit.engine.sound import require_instant
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Conflict, ProtocolkitError, StoreError, UsageError
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.scopes import standing_case
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.notices import is_moot, vacant
from protocolkit.semantics.shares import is_vacant
from protocolkit.semantics.time import advance
from protocolkit.store.base import Claim, Commit, Head, Notice

BATCH = 100
"""How many cases are claimed at once, and so become lasting together."""

SPOILT = (
    ProtocolkitError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What one case can raise: that it is spoilt, or a fault of ours that only such a case meets. In
both the other cases must go on."""

PUT_RIGHT = ("correct", "void")
"""Entries after which something may be true again that was not."""

_A_MINUTE = timedelta(minutes=1)


class Swept(Record):
    """What a sweep did.

    `found` is how many cases it looked at: 0 means that nothing is left to do. `due_since` is the
    earliest instant at which time should have done something to one of them. `aside` are those
    that could not go on, with why; None: time had nothing to do to it, though it was due.
    """

    cases: int
    events: int
    found: int = 0
    due_since: datetime | None = None
    aside: Mapping[str, Exception | None] = EMPTY


class Sweeping(Keeping):
    """Lets time come to cases."""

    def __init__(self, *given: Any, **more: Any) -> None:
        self._looks: dict[str, _Look] = {}
        self._waiting: Iterator[str] = iter(())
        super().__init__(*given, **more)

    def advance(self, until: datetime | None = None) -> Swept:
        """Let time come to now in every case; with a virtual clock, to `until`.

        Raises: UsageError: `until` has no zone, or lies ahead of a clock that cannot be moved.
        """
        now = self.clock.now()
        require_instant("until", until)
        if until is not None and until > now:
            if not isinstance(self.clock, VirtualClock):
                raise UsageError("time cannot be moved ahead: this engine runs on the real clock")
            self.clock.move_to(until)
            now = until
        if not self.store.lasting:
            self._looks.clear()  # what came of the last look may have been undone
        cases = events = 0
        aside: dict[str, Exception | None] = {}
        while (swept := self._claimed(until or now, BATCH, aside)).found:
            cases += swept.cases
            events += swept.events
            aside |= swept.aside
        swept = self._looked_at(self._who_waits(), until or now)
        faults = [error for error in (*aside.values(), *swept.aside.values()) if error]
        if faults:
            raise faults[0]
        return Swept(cases=cases + swept.cases, events=events + swept.events)

    def sweep(self, until: datetime, *, limit: int = BATCH, without: Collection[str] = ()) -> Swept:
        """Let time come to an instant in some of the cases that are due, the earliest first, but in
        those `without`; and when none is, in some that may wait for news of their programme.

        `until` is what now is by a clock that can be trusted. Call it until nothing is `found`.

        Raises: StoreError: the store cannot be used.
        """
        require_instant("until", until)
        swept = self._claimed(until, limit, without)
        if swept.found:
            return swept
        swept = self._looked_at(islice(self._waiting, limit), until)
        if not swept.found:
            self._waiting = self._who_waits()
            swept = self._looked_at(islice(self._waiting, limit), until)
        return swept

    def is_moot(self, notice: Notice) -> bool:
        """Whether a notice is not true any more, by what its case has come to since.

        It is read from the record alone, so any thread may ask.
        """
        return self._is_moot(notice, self.store.events(notice.case))

    def _is_moot(self, notice: Notice, story: Sequence[Event]) -> bool:
        place = notice.id.rsplit("/", 2)[1:]
        if len(place) != 2 or not all(part.isdecimal() for part in place):
            return False
        entry, number = map(int, place)
        if is_moot(story, entry, number):
            return True
        instances = vacant(story, entry, number)
        if not instances:
            return False
        case = replay(notice.case, story)
        return not any(self._is_vacant(case, instance) for instance in instances)

    def _is_vacant(self, case: Case, id_: str) -> bool:
        program = self._program(case)
        instance = case.instances.get(id_)
        follow_up = program.follow_ups.get(instance.follow_up) if instance else None
        if instance is None or follow_up is None:
            return True  # it goes on under another name
        # Time alone may have ended it: nobody has been named by that.
        return not instance.is_open or is_vacant(program.protocol, case, follow_up, instance)

    def _commit_of(self, case: Case, version: int, events: list[Event], **more: Any) -> Commit:
        """With what was not sent since it was not true, and is: what made it so was an error."""
        commit = super()._commit_of(case, version, events, **more)
        right = next((event for event in events if event.kind in PUT_RIGHT), None)
        if right is None:
            return commit
        before = self.store.events(case.id)[:version]
        story = [*before, *events]
        # Not only what was settled as moot: a worker that has read the case before may do so yet.
        again = [
            one.notice
            for one in self.store.deliveries(case.id)
            if one.outcome != "sent"
            and not one.reached
            and self._is_moot(one.notice, before)
            and not self._is_moot(one.notice, story)
        ]
        anew = tuple(
            one.replace(id=f"{case.id}/{right.sequence}/{number}")
            for number, one in enumerate(again, len(right.changes))
        )
        return commit.replace(notices=(*commit.notices, *anew))

    # -- one claim -----------------------------------------------------------------------

    def _claimed(self, until: datetime, limit: int, without: Collection[str]) -> Swept:
        """Claim some cases that are due and let time come to them, in one transaction."""
        heads: tuple[Head, ...] = ()
        aside: dict[str, Exception | None] = {}
        moved: list[tuple[Case, Commit]] = []
        try:
            with self.store.claim(until, limit, without) as claim:
                heads = claim.heads
                stories = self._stories(claim)
                for head in heads:
                    try:
                        found = self._come(head, stories, until)
                    except SPOILT as error:
                        aside[head.case] = error
                        continue
                    if found is None:
                        aside[head.case] = None
                    else:
                        moved.append(found)
                claim.commit([commit for _, commit in moved])
        except (Conflict, StoreError):
            if not heads:
                raise
            return self._looked_at((head.case for head in heads), until).replace(
                due_since=_earliest(heads)
            )
        for case, _ in moved:  # not before all of it is lasting
            self._keep(case)
        return Swept(
            cases=len(moved),
            events=sum(len(commit.events) for _, commit in moved),
            found=len(heads),
            due_since=_earliest(heads),
            aside=aside,
        )

    def _stories(self, claim: Claim) -> Mapping[str, list[Event]]:
        """The events of all claimed cases in one question, unless all are at hand."""
        for head in claim.heads:
            live = self._live.get(head.case)
            if live is None or live.events != head.version:
                return claim.events()
        return EMPTY

    def _come(
        self, head: Head, stories: Mapping[str, list[Event]], until: datetime
    ) -> tuple[Case, Commit] | None:
        """What time does to a claimed case, and how it is written; None: nothing."""
        case = self._live.pop(head.case, None)  # whatever goes wrong, the case is read again
        if case is None or case.events != head.version:
            case = replay(head.case, stories[head.case])
            require_whole(case, head)
        program = self._program(case)
        self._look_beside(case, program)
        version = case.events
        events = advance(program, case, until, self._mover(program))
        return (case, self._commit_of(case, version, events)) if events else None

    # -- one after the other -------------------------------------------------------------

    def _looked_at(self, cases: Iterable[str], until: datetime) -> Swept:
        """Let time come to cases singly, as a command would."""
        found = done = events = 0
        aside: dict[str, Exception | None] = {}
        for case in cases:
            found += 1
            try:
                came = self._bring_to(case, until)
            except SPOILT as error:
                self._live.pop(case, None)
                aside[case] = error
                continue
            done += bool(came)
            events += came
        return Swept(cases=done, events=events, found=found, aside=aside)

    def _who_waits(self) -> Iterator[str]:
        """The open cases that may wait for something which their programme has learnt since
        all of them were last looked at.
        """
        self._know_all()
        known = list(self._programs.values())  # another thread may add to them
        waiting = [one for one in known if one.waits_for_programme]
        for protocol in dict.fromkeys(program.whole.id for program in waiting):
            look = self._looks.setdefault(protocol, _Look())
            now = self.clock.now()
            try:
                version = self._programme(protocol).version
            except SPOILT:
                if look.again is None or look.again <= now:
                    self._looks[protocol] = look.replace(again=now + _A_MINUTE)
                    yield standing_case(protocol)  # which cannot go on, and is set aside
                continue
            if version == look.version and (look.again is None or now < look.again):
                continue
            quiet: dict[str, int] = {}
            # A command that began before the news may defer something just after this look.
            again = version != look.version
            for head in list(self.store.heads(protocol=protocol, include_closed=False)):
                if look.quiet.get(head.case) == head.version:
                    quiet[head.case] = head.version
                    continue
                yield head.case
                live = self._live.get(head.case)
                again |= live is None  # it could not be looked at
                if live is not None and not self._is_waiting(live):
                    quiet[head.case] = live.events
            self._looks[protocol] = _Look(
                version=version, quiet=quiet, again=now + _A_MINUTE if again else None
            )

    def _is_waiting(self, case: Case) -> bool:
        waits = self._program(case).waits_for_programme
        return any(one.follow_up in waits for one in case.deferred.values())

    def _know_all(self) -> None:
        """Know every protocol that cases in the store may run under, where that can be told."""


class _Look(Record):
    """When the cases of a protocol were last looked at for news of their programme.

    `version` is what was known of it; `quiet` are the cases, by their version, that waited for
    nothing; `again` is when the others are looked at once more.
    """

    version: int = 0
    quiet: Mapping[str, int] = EMPTY
    again: datetime | None = None


def _earliest(heads: Iterable[Head]) -> datetime | None:
    return min((head.next_at for head in heads if head.next_at is not None), default=None)
