"""The imagined world: the engine's own rules, with instants that nobody has chosen yet.

A case here is stepped by the same code as a real one. Time enters that code by few doors, and
this module stands in them. What is done in the n-th move happens at the n-th *tick*. What a span
comes to, counted from a tick, is a *mark*: an instant in the far future that stands for "that span
after that tick". A mark that time has come to is *passed*: from then on it reads as the tick at
which that was. Which mark may come next is the affair of zones. Imports semantics and ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from protocolkit.ground.calendars import Calendar
from protocolkit.ground.limits import Due, Duration, Limit, Moment, bounds
from protocolkit.ground.record import Record
from protocolkit.ground.zones import midnight
from protocolkit.ground.zones import zone as zone_named
from protocolkit.model.case import Level
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import PROGRAMME
from protocolkit.proofs.moves import Timer
from protocolkit.proofs.reads import atoms_of, can_change, offices_read, standing
from protocolkit.proofs.zones import Bound, at_most
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case, Entry, Instance, MeetingRecord, Proposal, Run
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.performing.perform import Performance
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation
from protocolkit.semantics.stepping.step import Step, moved_by_semantics

FIRST = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""The tick of the opening of a case."""

TICK = timedelta(seconds=1)
_FAR = datetime(3000, 1, 1, tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = date(1990, 1, 1)

SOME_DAY = date(2900, 1, 1)
"""A day that is still to come; when it comes, it becomes one long past."""

_ANY_HOUR = tuple((weekday, 0, 24 * 60) for weekday in range(7))


class Mark(Record):
    """What an instant in the far future stands for: between `low` and `high` seconds after the
    instant `since` (a tick or another mark); None: no bound. `since` None: nothing is known.
    """

    since: datetime | None
    low: int | None
    high: int | None

    def bounds_on(self, name: object, start: object) -> Iterator[tuple[object, object, Bound]]:
        """The same as bounds on two names of a zone."""
        if self.high is not None:
            yield name, start, at_most(self.high)
        if self.low is not None:
            yield start, name, at_most(-self.low)


class Coming(Record):
    """What time will do: `id` is the instance, run or series; `arrival`: at its instant, before
    what people do then; else just after it.
    """

    timer: Timer
    id: str
    at: datetime
    arrival: bool = False
    rank: int = 0


class Imagined(Case):
    """A case of the imagined world.

    `passed` maps each mark that time has come to, to the tick at which that was. `wakes` are the
    marks at which a condition may change (true: just after). `shut` are the offices that are
    closed now. `late`: time has just run out, so nothing else can be done at this same instant.
    """

    def __init__(self) -> None:
        super().__init__("imagined")
        self.passed: dict[datetime, datetime] = {}
        self.wakes: frozenset[tuple[datetime, bool]] = frozenset()
        self.shut: frozenset[str] = frozenset()
        self.late = False

    def copied(self) -> Imagined:
        """The same case once more, to go another way with it."""
        twin = Imagined.__new__(Imagined)
        own = twin.__dict__
        for name, value in self.__dict__.items():
            kind = type(value)
            own[name] = value.copy() if kind is dict or kind is list or kind is set else value
        for name in ("facts", "by_name", "stays", "handed"):
            own[name] = {key: found.copy() for key, found in own[name].items()}
        for id_, instance in self.open.items():
            fresh = Instance.__new__(Instance)
            for slot in Instance.__slots__:
                setattr(fresh, slot, getattr(instance, slot))
            fresh.done = instance.done.copy()
            twin.open[id_] = twin.instances[id_] = fresh
            if self.latest.get(instance.follow_up) is instance:
                twin.latest[instance.follow_up] = fresh
        for id_, run in self.runs.items():
            again = Run.__new__(Run)
            for slot in Run.__slots__:
                setattr(again, slot, getattr(run, slot))
            twin.runs[id_] = again
        for id_, meeting in self.meetings.items():
            if meeting.status == "set":
                planned = MeetingRecord.__new__(MeetingRecord)
                for slot in MeetingRecord.__slots__:
                    setattr(planned, slot, getattr(meeting, slot))
                twin.meetings[id_] = planned
        for id_, proposal in self.proposals.items():
            kept = Proposal(proposal.trigger, proposal.content)
            kept.signatures = proposal.signatures.copy()
            twin.proposals[id_] = kept
        return twin


class World(Program):
    """The rules of a protocol for imagined cases. Holds one case at a time: see `enter`.

    `changes` are those of the last move; `standing` is what conditions ask of how a case stands:
    all that they ask, if it `remembers` also what only matters when it is said.
    """

    def __init__(self, protocol: Protocol, *, remembers: bool = False) -> None:
        super().__init__(_with_open_programme(protocol))
        self.marks: dict[datetime, Mark] = {}
        self._marked: dict[object, datetime] = {}
        self._passed: Mapping[datetime, datetime] = {}
        self._offices = self.calendars
        self._open = {
            name: office.replace(open=_ANY_HOUR, closed=())
            for name, office in self.calendars.items()
        }
        self._shut = {
            name: office.replace(open=(), closed=()) for name, office in self.calendars.items()
        }
        self.calendars = self._open
        self.longest = 0
        self.changes: tuple[ch.Change, ...] = ()
        self.atoms = tuple(atoms_of(self.protocol))
        self.standing = self.atoms
        if not remembers:
            kept = self.protocol.replace(follow_ups=standing(self.protocol))
            self.standing = tuple(atoms_of(kept))
        self.offices = offices_read(self.atoms, self.protocol)
        self.timed = [
            self._compiler.judge(atom) for atom in self.atoms if can_change(atom, self.protocol)
        ]

    def enter(self, case: Imagined) -> None:
        """From now on instants are those of this case."""
        self._passed = case.passed
        self.calendars = self._open
        if case.shut:
            self.calendars = {
                name: (self._shut if name in case.shut else self._open)[name] for name in self._open
            }

    # -- the doors ---------------------------------------------------------------------

    def add(self, start: Moment, span: Duration, times: int = 1) -> Moment:
        """A mark so many spans after an instant, or the tick at which that was."""
        since, count = start.at, times
        if times > 1:  # a rhythm goes on from its last period
            before = self._passed.get(self._mark(("after", since, span, times - 1), since, span))
            if before is not None:
                since, count = before, 1
        mark = self._mark(("after", since, span, count), since, span, count)
        if times > 1:
            mark = self._same(("after", start.at, span, times), mark)
        return Moment(at=self._passed.get(mark, mark))

    def due(self, limit: Limit, anchor: Moment) -> Due:
        """The marks of a limit."""
        count = self._before if limit.direction == "before" else self._after
        inner = count(anchor, limit.within) if limit.within else None
        outer = count(anchor, limit.at_most) if limit.at_most else None
        return Due(aim=anchor.at if limit.at_once else None, due=inner or outer, outer=outer)

    def _after(self, anchor: Moment, span: Duration) -> datetime:
        return self.add(anchor, span).at

    def closing(self, _calendar: Calendar, _now: datetime) -> datetime:
        """Offices open and close as moves of their own."""
        return _NEVER

    def any_time(self, *key: object, within: Duration | None = None) -> datetime:
        """A mark that may be at any instant to come, or at most a span from the tick `key[0]`."""
        since = key[0]
        assert isinstance(since, datetime)
        high = None if within is None else self._bounds(within)[1]
        return self._put(("any", *key), Mark(since=since, low=0, high=high))

    def _before(self, anchor: Moment, span: Duration) -> datetime:
        low, high = self._bounds(span)
        mark = self._put(("before", anchor.at, span), Mark(since=anchor.at, low=-high, high=-low))
        return self._passed.get(mark, mark)

    def _mark(self, key: object, since: datetime, span: Duration, times: int = 1) -> datetime:
        known = self._marked.get(key)
        if known is not None:
            return known
        low, high = self._bounds(span)
        return self._put(key, Mark(since=since, low=low * times, high=high * times))

    def _same(self, key: object, mark: datetime) -> datetime:
        """Another way to come to a mark."""
        return self._marked.setdefault(key, mark)

    def _put(self, key: object, mark: Mark) -> datetime:
        known = self._marked.get(key)
        if known is None:
            known = _FAR + len(self._marked) * TICK
            self._marked[key] = known
            self.marks[known] = mark
            self.longest = max(self.longest, abs(mark.low or 0), abs(mark.high or 0))
        return known

    def _bounds(self, span: Duration) -> tuple[int, int]:
        """The least and greatest length of a span, in seconds."""
        office = self._offices.get(span.calendar or self._default)
        low, high = bounds(span, self.zone, office)
        return int(low.total_seconds()), int(high.total_seconds())

    # -- what happens ------------------------------------------------------------------

    def begun(self, request: Request) -> Imagined | None:
        """A case that is opened so; None when that is not allowed."""
        case = Imagined()
        self.enter(case)
        return case if self._done(case, request, FIRST) else None

    def bars(self, case: Imagined, request: Request) -> bool:
        """Whether an act is refused for the plainest reasons: a quick look that saves finding
        all of them in words.
        """
        if request.kind == "hold" and request.exception:
            return self._does_not_apply(case, request)
        trigger = self.protocol.triggers.get(request.what) if request.kind == "act" else None
        if trigger is None or joint_act(trigger) is not None:
            return False  # what is signed before the last has signed needs nothing yet
        if not trigger.protective and any(
            one.follow_up == blocker.id
            for blocker in self.blockers.get(trigger.id, ())
            for one in case.open.values()
        ):
            return True
        situation = self.situation(case)
        if not trigger.exceptions:
            for need in trigger.needs.values():
                judge = self.judge(need.condition)
                if judge is not None and judge(situation) is not True:
                    return True
        moves = self.moves[trigger.id]
        if not moves or trigger.elsewhere == "allowed":
            return False
        return not any(
            case.states[move.strand] in move.move.from_
            and (move.judge is None or move.judge(situation) is True)
            for move in moves
        )

    def _does_not_apply(self, case: Imagined, request: Request) -> bool:
        """Whether the exception by which a meeting is held may not be used now."""
        meeting = self.protocol.meetings[request.what.partition("/")[0]]
        judge = self.judge(meeting.exceptions[request.exception].if_)
        return judge is not None and judge(self.situation(case)) is not True

    def does(self, case: Imagined, request: Request) -> bool:
        """Somebody does something: whether that is allowed; the case is changed if it is."""
        assert case.recorded_at is not None
        return self._done(case, request, case.recorded_at + TICK)

    def do_all(
        self,
        case: Imagined,
        first: Iterable[Request],
        facts: Mapping[str, FactValue],
        request: Request,
    ) -> bool:
        """A deed with what goes before it: whether all of that is allowed. The case is changed if
        it is; if not, only what is done `first` may be.
        """
        changes: list[ch.Change] = []
        for one in first:
            if not self.does(case, one):
                return False
            changes += self.changes
        self.knows(case, facts)
        if self.bars(case, request) or not self.does(case, request):
            return False
        self.changes = (*changes, *self.changes)
        return True

    def knows(self, case: Imagined, facts: Mapping[str, FactValue]) -> None:
        """Facts were just written down."""
        at = case.recorded_at
        assert at is not None
        for name, value in facts.items():
            case.facts[name] = [Entry(value, at, at, "", "")]

    def _done(self, case: Imagined, request: Request, now: datetime) -> bool:
        performance = _Imagining(self, case, request, now, moved_by_semantics)
        if not performance.attempted():
            return False
        self.changes = tuple(performance.step.changes)
        case.late = False
        self._rest(case, now)
        return True

    def comes(self, case: Imagined, coming: Coming) -> None:
        """Time runs out for something."""
        assert case.recorded_at is not None
        now = case.recorded_at + TICK
        if coming.timer.kind == "office":
            case.shut = case.shut ^ {coming.timer.name}
        case.passed[coming.at] = now
        self.enter(case)
        step = _ImaginedStep(self, case, now, past=not coming.arrival)
        match coming.timer.kind:
            case "overdue":
                instance = case.open[coming.id]
                instance.due = now
                step.turn_overdue(instance, now)
            case "level":
                run = case.runs[coming.id]
                run.next_at = now
                step.reach_level(run, now)
            case "period":
                series = case.series[coming.id]
                case.series[coming.id] = series.replace(at=now)
                step.open_period(case.series[coming.id])
            case "wake":
                _day_comes(case, coming.at, self.zone)
            case "property":
                case.monitors[coming.id] = case.monitors[coming.id].replace(due=now)
                step.run_out(coming.id)
        step.settle()
        self.changes = tuple(step.changes)
        case.late = not coming.arrival
        self._rest(case, now)

    def _rest(self, case: Imagined, now: datetime) -> None:
        case.recorded_at = now
        case.events += 1
        case.stopped = {}

    def ahead(self, case: Imagined) -> list[Coming]:
        """Everything that time will do to a case as it stands."""
        found: list[Coming] = []
        for series in case.series.values():
            if series.at is not None:
                timer = Timer(kind="period", name=series.follow_up)
                found.append(Coming(timer=timer, id=series.series, at=series.at, arrival=True))
        for mark, past in sorted(case.wakes):
            timer = Timer(kind="wake")
            found.append(Coming(timer=timer, id="", at=mark, arrival=not past, rank=1))
        for instance in case.open.values():
            if instance.due is not None and instance.status == "open":
                nth = int(instance.id.rpartition("/")[2])
                timer = Timer(kind="overdue", name=instance.follow_up, nth=nth)
                found.append(Coming(timer=timer, id=instance.id, at=instance.due, rank=2))
        for run in case.runs.values():
            if run.next_at is not None:
                timer = Timer(kind="level", name=run.escalation, nth=run.level + 1)
                found.append(Coming(timer=timer, id=run.id, at=run.next_at, rank=3))
        for name, judged in case.monitors.items():
            if judged.due is not None:
                timer = Timer(kind="property", name=name)
                found.append(Coming(timer=timer, id=name, at=judged.due, rank=4))
        if case.closed_at is None:
            assert case.recorded_at is not None
            for name in self.offices:
                timer = Timer(kind="office", name=name)
                at = self.any_time(case.recorded_at, "office", name)
                found.append(Coming(timer=timer, id=name, at=at, arrival=True))
        return found

    def situation(self, case: Imagined) -> CaseSituation:
        """The case as conditions see it now."""
        assert case.recorded_at is not None
        self.enter(case)
        return CaseSituation(case, self, case.recorded_at, past=case.late)


class _ImaginedStep(Step):
    """The step, where it asks the clock for more than marks. What has not come to rest by then
    never does: the search comes upon it again and again, so it does not go on as long as a case
    that is kept.
    """

    most_rounds = 300
    most_changes = 3000
    program: World
    case: Imagined

    def _in_hours(self, level: Level, moment: Moment) -> Moment:
        if level.outside_hours != "wait":
            return moment
        week = Duration(amount=7 * 24, unit="hours")
        return Moment(at=self.program.any_time(self.now, "hours", level.path, within=week))

    def _what_is_left(self, _instance: Instance, _name: str, _at: datetime) -> int:
        return 0

    def _end(self, instance: Instance, name: str, _left: int) -> Moment:
        span = self._span(instance, name)
        return Moment(at=self.program.any_time(self.now, instance.id, name, within=span))

    def _note_wake(self) -> None:
        wakes: set[tuple[datetime, bool]] = set()
        for judge in self.program.timed:
            situation = self.situation()
            judge(situation)
            wakes.update(situation.wakes)
        self.case.wakes = frozenset(
            (at, past) for at, past in wakes if (at, past) > (self.now, self.past) and at < _NEVER
        )


class _Imagining(Performance):
    """Every way of acting, in the imagined world."""

    stepping = _ImaginedStep


def _with_open_programme(protocol: Protocol) -> Protocol:
    """Facts of the programme may be anything: here they belong to the case."""
    facts = {
        name: fact.replace(scope="case") if fact.scope == PROGRAMME else fact
        for name, fact in protocol.facts.items()
    }
    return protocol.replace(facts=facts)


def _day_comes(case: Imagined, at: datetime, zone: str) -> None:
    """A date that was still to come has come."""
    for entries in case.facts.values():
        for number, entry in enumerate(entries):
            if isinstance(entry.value, date) and midnight(entry.value, zone_named(zone)) == at:
                gone = Entry(_LONG_AGO, entry.at, entry.recorded_at, entry.by, entry.role)
                entries[number] = gone
